//! The vault of the host that serves, for the person at a terminal: whether it is open, lock it, unlock it by its passphrase.
//!
//! On the Unix socket only, where the kernel says whose program asks: at the port there is nothing of it. Locking takes no
//! proof, since whoever may ask could end this process as well. Nothing here gives out anything that the vault holds.

use crate::context::Shared;
use crate::form::Form;
use crate::limits;
use crate::peer::{Peer, Transport};
use crate::refusal::{Refusal, nothing_here};
use crate::reply::json;
use axum::extract::{Extension, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use broker::{Broker, Error, KeySource, VaultState};
use messages::text;
use model::{ClosedVault, Code, Protection};
use oauth::secret::Secret;
use serde_json::json as object;

/// `GET`: the state. `POST` with `do=lock`, or `do=unlock` and `passphrase`: the state afterwards.
pub(crate) async fn vault(
    State(context): State<Shared>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    if peer.via != Transport::Socket {
        return nothing_here().await;
    }
    let outcome = match *request.method() {
        Method::GET => Ok(()),
        Method::POST => match vault_request(request).await {
            Ok(VaultRequest::Lock) => lock(&context.broker),
            Ok(VaultRequest::Unlock(passphrase)) => unlock(&context.broker, passphrase).await,
            Err(refusal) => return refusal.into_response(),
        },
        _ => return Refusal::method(&["GET", "POST"]).into_response(),
    };
    match outcome {
        Ok(()) => json(StatusCode::OK, &shown(&context.broker)),
        Err(error) => Refusal::from(error).into_response(),
    }
}

enum VaultRequest {
    Lock,
    Unlock(Secret),
}

async fn vault_request(request: Request) -> Result<VaultRequest, Refusal> {
    let wrong = || Refusal::invalid_request(text::EndpointVaultForm);
    let body = limits::body(request.into_body())
        .await
        .map_err(|_| wrong().closing())?;
    let form = Form::parse(&body).map_err(|_| wrong())?;
    match (form.text("do"), form.secret("passphrase")) {
        (Some("lock"), None) => Ok(VaultRequest::Lock),
        (Some("unlock"), Some(passphrase)) => Ok(VaultRequest::Unlock(passphrase.clone())),
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
            let error = Error::new(Code::InvalidArgument, text::EndpointLockUseless);
            return Err(error.with_hint(text::EndpointLockUselessHint));
        }
        VaultState::Closed(_) => {}
    }
    Ok(())
}

async fn unlock(broker: &Broker, passphrase: Secret) -> Result<(), Error> {
    match broker.vault_state() {
        VaultState::Open { .. } => return Ok(()),
        // A file that is gone would be made anew, with this passphrase.
        VaultState::Closed(ClosedVault::Locked {
            protection: Protection::Passphrase,
        }) if broker.home().database().exists() => {}
        VaultState::Closed(closed) => return Err((&closed).into()),
    }
    match broker.open_vault(KeySource::Passphrase(passphrase)).await? {
        VaultState::Open { .. } => Ok(()),
        VaultState::Closed(closed) => Err((&closed).into()),
    }
}

/// Whether it is open, whether a passphrase opens it, and whether its file is older than the one that was used last.
fn shown(broker: &Broker) -> serde_json::Value {
    let state = broker.vault_state();
    let passphrase = match &state {
        VaultState::Open { protection }
        | VaultState::Closed(ClosedVault::Locked { protection }) => {
            *protection == Protection::Passphrase
        }
        VaultState::Closed(_) => false,
    };
    let open = matches!(state, VaultState::Open { .. });
    object!({ "open": open, "passphrase": passphrase, "older": broker.vault_is_older() })
}
