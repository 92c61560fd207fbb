//! Dynamic registration (RFC 7591): the tries, one after the other.

use super::client::Registration;
use super::error::RegistrationError;
use super::request::{Change, RegistrationRequest, body, ladder, may_say_less};
use super::response::accept;
use crate::address_guard::Reach;
use crate::http::{Http, post_json};
use crate::metadata::AuthorizationServer;
use crate::time::Timestamp;

/// Registers a client. The full request first; a server that refuses unknown members or scopes is asked again with
/// less, a few times at most (R-18, Q27). The redirect is never changed here: whoever asks decides about another one.
pub async fn register(
    http: &impl Http,
    server: &AuthorizationServer,
    wanted: RegistrationRequest<'_>,
    reach: Reach,
    now: Timestamp,
) -> Result<Registration, RegistrationError> {
    let endpoint =
        server
            .registration_endpoint
            .as_ref()
            .ok_or_else(|| RegistrationError::NotOffered {
                issuer: server.issuer.clone(),
            })?;
    let (mut changes, mut first_refusal): (Vec<Change>, _) = (Vec::new(), None);
    // Each change is made once, so that this ends.
    for detail in ladder(wanted) {
        loop {
            let body = changes
                .iter()
                .fold(body(server, wanted, *detail), |body, change| {
                    change.made_in(body, server, wanted.scopes)
                });
            let response = http.fetch(post_json(endpoint, &body, reach)?).await?;
            let error = match accept(endpoint, &response, server, wanted.redirect, now) {
                Err(
                    error @ RegistrationError::Refused {
                        status: 400..=403 | 422,
                        ..
                    },
                ) if may_say_less(&error, &body) => error,
                // What is refused is not used: it is left out in the end.
                Err(error @ RegistrationError::RedirectRefused { .. })
                    if wanted.without_browser =>
                {
                    first_refusal.get_or_insert(error);
                    break;
                }
                outcome => return outcome,
            };
            let change = Change::ALL.into_iter().find(|change| {
                !changes.contains(change)
                    && change.is_asked_for(&error, &body, server, wanted.scopes)
            });
            first_refusal.get_or_insert(error);
            match change {
                Some(change) => changes.push(change),
                None => break,
            }
        }
    }
    Err(
        first_refusal.unwrap_or_else(|| RegistrationError::NotOffered {
            issuer: server.issuer.clone(),
        }),
    )
}
