//! Whether an issuer still knows a client that it registered for us. Some keep their clients in memory, and some purge what
//! is not used: the browser would end on their error page, and nobody here would hear of it.

use crate::issuer::registration::criteria::RegistrationCriteria;
use crate::upstream::randomness::{random, secret_of};
use crate::{Broker, Error};
use model::ClientRecord;
use oauth::http::{Http, Response, get};
use oauth::metadata::AuthorizationServer;
use oauth::pkce;
use oauth::redirect::Redirect;
use oauth::registration::{self, AuthMethod, RegistrationKind};
use oauth::token::TokenError;
use oauth::uri::secure_url;
use vault::{IssuerHabits, Vault};

/// One that was made just now is not asked about.
const FRESH_SECONDS: i64 = 60;

impl Broker {
    /// Asked only where no refresh token would tell: by RFC 7592 where the issuer lets us, else at its authorization
    /// endpoint, without a session, and beside a client id that nobody has.
    pub(super) async fn is_forgotten(
        &self,
        known: &ClientRecord,
        redirect: Redirect,
        criteria: &RegistrationCriteria<'_>,
    ) -> Result<bool, Error> {
        let is_fresh = self.now().since(known.registered_at) < FRESH_SECONDS;
        if is_fresh || self.is_renewing(known).await? {
            return Ok(false);
        }
        if let Some(management) = &known.management
            && let Ok(Some(is_known)) =
                registration::is_known(&self.inner.upstream.http, management, criteria.reach).await
        {
            return Ok(!is_known);
        }
        if known.redirects.is_empty() || !criteria.server.offers_code_flow() {
            return Ok(false);
        }
        let asked = |client_id: String| async move {
            let url = question(criteria.server, &client_id, redirect)?;
            let answer = self
                .inner
                .upstream
                .http
                .fetch(get(&url, criteria.reach).ok()?)
                .await
                .ok()?;
            refusal(&answer, &client_id)
        };
        // A client that it knows gets a page, or is sent on.
        let Some(ours) = asked(known.client_id.clone()).await else {
            return Ok(false);
        };
        let nobodys = asked(vault::new_id()).await;
        Ok(nobodys.is_some_and(|nobodys| nobodys == ours))
    }

    /// A login that renews itself uses it: its next renewal says whether the client is known.
    async fn is_renewing(&self, known: &ClientRecord) -> Result<bool, Error> {
        let grants = self.vault()?.grants().await?;
        let renews = |grant: &model::Grant| {
            grant
                .tokens()
                .is_some_and(|tokens| tokens.refresh_token.is_some())
        };
        Ok(grants
            .iter()
            .any(|grant| grant.is_of_registration(&known.id) && renews(grant)))
    }

    /// A client that its issuer does not know is forgotten, unless a person entered it; one that it refuses because it
    /// has no secret is registered with one the next time (Q28, lab-08).
    pub(crate) async fn learn_from(
        &self,
        vault: &Vault,
        registration: &ClientRecord,
        error: &TokenError,
    ) -> Result<(), Error> {
        let is_refused = error.is_about_the_client() || error.lacks_secret();
        if !is_refused || registration.kind != RegistrationKind::Dynamic {
            return Ok(());
        }
        vault.forget_registration(&registration.id).await?;
        if registration.auth_method == AuthMethod::None {
            let habits = vault.issuer_habits(&registration.issuer).await?;
            vault
                .save_issuer_habits(
                    &registration.issuer,
                    IssuerHabits {
                        wants_secret: true,
                        ..habits
                    },
                )
                .await?;
        }
        Ok(())
    }
}

/// An authorization request that no login can come of: nobody keeps its verifier, and `prompt=none` shows no page
/// (OpenID Connect Core §3.1.2.1).
fn question(server: &AuthorizationServer, client_id: &str, redirect: Redirect) -> Option<String> {
    let mut url = secure_url(server.authorization_endpoint.as_deref()?).ok()?;
    let challenge = pkce::challenge(&secret_of(random().ok()?));
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", &redirect.uri()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("state", &challenge),
        ("prompt", "none"),
    ]);
    Some(url.into())
}

/// What a refusal shows, without the client's own name and the numbers that each page has anew.
fn refusal(answer: &Response, client_id: &str) -> Option<(u16, String)> {
    if !matches!(answer.status, 400 | 401 | 403 | 404 | 422) {
        return None;
    }
    let text = String::from_utf8_lossy(&answer.body).replace(client_id, "");
    Some((
        answer.status,
        text.chars().filter(|c| c.is_alphabetic()).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response::new(status, &[], body.to_owned())
    }

    #[test]
    fn a_page_or_a_way_on_is_no_refusal_and_two_refusals_are_told_apart_by_their_words() {
        for known in [200, 302, 303, 429, 500, 503] {
            assert_eq!(refusal(&answer(known, "client"), "c1"), None, "{known}");
        }
        let unknown = |id: &str| {
            refusal(
                &answer(
                    400,
                    &format!("Client {id} is unknown (trace 81{})", id.len()),
                ),
                id,
            )
        };
        assert_eq!(unknown("c1"), unknown("d-7"));
        assert_ne!(
            unknown("c1"),
            refusal(&answer(400, "This redirect is not registered."), "c1")
        );
    }
}
