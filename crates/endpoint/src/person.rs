//! A token for the person at a terminal, from the host that has the vault open: the command line need not open it once more.
//!
//! On the Unix socket only, and only for whoever could open the vault just as well: it reads what our user alone may read in the
//! vault's folder ([`crate::proof`], in `endpoint.lock`), and no passphrase stands between those files and the vault. A program
//! that has the socket and not the folder, in a container say, needs an agent's key as before. To all others there is nothing
//! at this address, and the command line opens the vault by itself. Linux alone: elsewhere the system's keyring tells
//! programs of one user apart, and this would not.

use crate::context::Shared;
use crate::form::Form;
use crate::limits;
use crate::lock;
use crate::paths::PERSON;
use crate::peer::{Peer, Transport};
use crate::refusal::{Refusal, nothing_here};
use crate::reply::{json, token_response};
use axum::extract::{Extension, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use broker::{Broker, Error, VaultState};
use messages::text;
use model::Protection;
use oauth::secret::Secret;
use serde_json::json as object;
use std::path::PathBuf;

/// Where the host of this vault's folder is asked in the person's name.
pub struct PersonsWay {
    /// The socket.
    pub socket: PathBuf,
    /// The path of the request.
    pub path: &'static str,
    /// A parameter of it.
    pub proof: Secret,
}

/// None where no host has said that it can be asked so.
pub fn persons_way(home: &broker::Home) -> Option<PersonsWay> {
    let holder = lock::holder(&lock::path(home))?;
    Some(PersonsWay {
        socket: holder.socket?,
        path: PERSON,
        proof: holder.proof?.secret(),
    })
}

/// `POST` with `proof`, `server`, and perhaps `account` and `min_valid`: as `/token` answers an agent, or the failure as it is.
pub(crate) async fn token(
    State(context): State<Shared>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    if peer.via != Transport::Socket || !opens_without_a_person(&context.broker) {
        return nothing_here().await;
    }
    if request.method() != Method::POST {
        return Refusal::method(&["POST"]).into_response();
    }
    let Ok(body) = limits::body(request.into_body()).await else {
        return wrong().closing().into_response();
    };
    let Ok(form) = Form::parse(&body) else {
        return wrong().into_response();
    };
    let is_proven = form.secret("proof").is_some_and(|shown| {
        let proof = context.proof.as_ref();
        proof.is_some_and(|proof| proof.is(shown))
    });
    if !is_proven {
        return nothing_here().await;
    }
    match given(&context.broker, &form).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => json(StatusCode::BAD_REQUEST, &object!({ "failure": error })),
        Err(refusal) => refusal.into_response(),
    }
}

async fn given(broker: &Broker, form: &Form) -> Result<Result<Response, Error>, Refusal> {
    let min_valid = form.text("min_valid").unwrap_or("0").parse();
    let (Some(server), Ok(min_valid)) = (form.text("server"), min_valid) else {
        return Err(wrong());
    };
    let issued = broker
        .token_for_person_at_a_host(server, form.text("account"), min_valid)
        .await;
    Ok(issued.map(|issued| token_response(&issued, broker.now())))
}

fn wrong() -> Refusal {
    Refusal::invalid_request(text::EndpointPersonForm)
}

/// It is open, and whoever has its folder and our user's keyring can open it too.
fn opens_without_a_person(broker: &Broker) -> bool {
    match broker.vault_state() {
        VaultState::Open { protection } => protection != Protection::Passphrase,
        VaultState::Closed(_) => false,
    }
}
