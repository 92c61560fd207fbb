//! `GET /callback`: the loopback redirect (RFC 8252 §7.3). What the browser brings goes to the broker as it is; what the
//! person sees is one of a few constant pages, so nothing of the request can come back in one (attack F10).

use crate::context::Shared;
use crate::pages::{self, Page};
use crate::peer::{Peer, Transport};
use crate::refusal::{Refusal, nothing_here};
use axum::extract::{Extension, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use messages::text;
use model::Code;
use oauth::authorization::Callback;
use oauth::redirect::Redirect;

/// The checks are the broker's (docs/protocol.md#callback); an answer that nobody waits for changes nothing there.
pub(crate) async fn callback(
    State(context): State<Shared>,
    Extension(peer): Extension<Peer>,
    uri: Uri,
) -> Response {
    if peer.via == Transport::Socket {
        // No browser comes this way.
        let what = text::EndpointNotOnSocket;
        return Refusal::new(StatusCode::NOT_FOUND, "not_found", Code::NotFound, what)
            .into_response();
    }
    let place = format!(
        "http://127.0.0.1:{}{}",
        context.port().unwrap_or_default(),
        uri.path()
    );
    if Redirect::from_uri(&place).is_none() {
        return nothing_here().await;
    }
    // As the browser was told to come here: the place says whose answer it may be.
    let address = format!("{place}?{}", uri.query().unwrap_or_default());
    let completed = context
        .broker
        .complete_login(Callback::parse(&address))
        .await;
    pages::show(match completed.map_err(|error| error.code()) {
        Ok(_) => Page::Done,
        Err(Code::LoginUnknown | Code::LoginExpired | Code::LoginCancelled) => Page::Unexpected,
        Err(Code::LoginRefused) => Page::Refused,
        Err(Code::VaultLocked) => Page::Locked,
        Err(_) => Page::Failed,
    })
}
