//! The vault of the host that serves, for the person at a terminal: whether it is open, lock it, unlock it by its passphrase.
//!
//! On the Unix socket only, where the kernel says whose program asks: at the port there is nothing of it. Locking takes no
//! proof, since whoever may ask could end this process as well. Nothing here gives out anything that the vault holds.

use crate::form::Form;
use crate::limits;
use crate::peer::{Peer, Via};
use crate::reply::{Refusal, json};
use crate::routes::{Shared, nothing_here};
use axum::extract::{Extension, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use broker::{Broker, Code, Error, KeySource, Protection, VaultState};
use oauth::secret::Secret;
use serde_json::json as object;

/// `GET`: the state. `POST` with `do=lock`, or `do=unlock` and `passphrase`: the state afterwards.
pub(crate) async fn vault(
    State(context): State<Shared>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    if peer.via != Via::Socket {
        return nothing_here().await;
    }
    let outcome = match *request.method() {
        Method::GET => Ok(()),
        Method::POST => match asked(request).await {
            Ok(Asked::Lock) => lock(&context.broker),
            Ok(Asked::Unlock(passphrase)) => unlock(&context.broker, passphrase).await,
            Err(refusal) => return refusal.into_response(),
        },
        _ => return Refusal::method("GET or POST").into_response(),
    };
    match outcome {
        Ok(()) => json(StatusCode::OK, &shown(&context.broker.vault_state())),
        Err(error) => Refusal::from(error).into_response(),
    }
}

enum Asked {
    Lock,
    Unlock(Secret),
}

async fn asked(request: Request) -> Result<Asked, Refusal> {
    let wrong = || {
        Refusal::invalid_request("the form says neither do=lock nor do=unlock with a passphrase")
    };
    let body = limits::body(request.into_body())
        .await
        .map_err(|_| wrong().closing())?;
    let form = Form::parse(&body).map_err(|_| wrong())?;
    match (form.text("do"), form.secret("passphrase")) {
        (Some("lock"), None) => Ok(Asked::Lock),
        (Some("unlock"), Some(passphrase)) => Ok(Asked::Unlock(passphrase.clone())),
        _ => Err(wrong()),
    }
}

/// Where nothing is asked that would open it again, a lock locks nothing.
fn lock(broker: &Broker) -> Result<(), Error> {
    match broker.vault_state() {
        VaultState::Open {
            protection: Protection::Passphrase,
        } => broker.lock_vault(),
        VaultState::Open { .. } => {
            let what =
                "the vault opens without a passphrase, so that locking it would lock nothing";
            return Err(
                Error::new(Code::InvalidArgument, what).with_hint("End Gatelodge in its place.")
            );
        }
        _ => {}
    }
    Ok(())
}

async fn unlock(broker: &Broker, passphrase: Secret) -> Result<(), Error> {
    match broker.vault_state() {
        VaultState::Open { .. } => return Ok(()),
        // A file that is gone would be made anew, with this passphrase.
        VaultState::Locked {
            protection: Protection::Passphrase,
        } if broker.home().database().exists() => {}
        state => return Err(state.error()),
    }
    match broker.open_vault(KeySource::Passphrase(passphrase)).await? {
        VaultState::Open { .. } => Ok(()),
        state => Err(state.error()),
    }
}

fn shown(state: &VaultState) -> serde_json::Value {
    match state {
        VaultState::Open { protection } => {
            object!({ "open": true, "passphrase": *protection == Protection::Passphrase })
        }
        VaultState::Locked { protection } => {
            object!({ "open": false, "passphrase": *protection == Protection::Passphrase })
        }
        _ => object!({ "open": false, "passphrase": false }),
    }
}
