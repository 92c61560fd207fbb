//! A request with a token in it, and the proof of the key beside it (RFC 6750 §2.1, RFC 9449).

use crate::error::words;
use crate::upstream::http::Client;
use crate::upstream::randomness::random;
use crate::{Browser, Clock, Error};
use messages::text;
use model::Code;
use oauth::dpop::{Nonces, Proofs};
use oauth::http::{Body, HeaderName, Request, Response, header, with_header};
use oauth::secret::Secret;
use oauth::token::TokenSet;
use oauth::uri::ResourceUri;
use std::sync::Arc;

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// What requests go out by.
pub(crate) struct Upstream {
    pub(crate) http: Client,
    pub(crate) browser: Arc<dyn Browser>,
    clock: Arc<dyn Clock>,
    /// What the servers want in the next proof of a key (RFC 9449 §8, §9).
    nonces: Arc<Nonces>,
}

impl Upstream {
    pub(crate) fn new(browser: Arc<dyn Browser>, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Ok(Self {
            http: Client::new()?,
            browser,
            clock,
            nonces: Arc::default(),
        })
    }

    /// The header that the token wants: Bearer, or DPoP with a fresh proof (U-01, RFC 9449 §7.1). Never in the URL (U-03).
    pub(crate) fn authorized(
        &self,
        request: Request<Body>,
        tokens: &TokenSet,
    ) -> Result<Request<Body>, Error> {
        let token = &tokens.access_token;
        let Some(proofs) = self.proofs(tokens.dpop_key.as_ref())? else {
            let bearer = format!("Bearer {}", token.expose());
            return Ok(with_header(request, header::AUTHORIZATION, &bearer)?);
        };
        let (method, url, now) = (
            request.method().to_string(),
            request.uri().to_string(),
            self.clock.now(),
        );
        let proof = proofs
            .proof(&method, &url, Some(token), now, random()?)
            .map_err(|error| {
                let why = words::private_key::text(&error);
                Error::new(Code::KeyUnusable, text::UpstreamKey { why }).with_source(error)
            })?;
        let bound = format!("DPoP {}", token.expose());
        let request = with_header(request, header::AUTHORIZATION, &bound)?;
        Ok(with_header(request, DPOP, proof.expose())?)
    }

    /// The key's proofs, with the nonces that this process has learned.
    pub(crate) fn proofs(&self, key: Option<&Secret>) -> Result<Option<Proofs>, Error> {
        let unusable =
            |error| Error::new(Code::VaultDamaged, text::UpstreamKeyUnreadable).with_source(error);
        key.map(|key| Proofs::new(key, self.nonces.clone()))
            .transpose()
            .map_err(unusable)
    }

    /// Keeps the nonce that a server wants from now on.
    pub(crate) fn learn_nonce(
        &self,
        resource: &ResourceUri,
        tokens: &TokenSet,
        response: &Response,
    ) -> Result<(), Error> {
        if let Some(proofs) = self.proofs(tokens.dpop_key.as_ref())? {
            proofs.learn(resource.as_str(), response);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Upstream;
    use crate::upstream::randomness::new_key;
    use crate::{NoBrowser, SystemClock};
    use oauth::address_guard::Reach;
    use oauth::concession::Concessions;
    use oauth::http::get;
    use oauth::scope::Scopes;
    use oauth::secret::Secret;
    use oauth::time::Timestamp;
    use oauth::token::TokenSet;
    use std::sync::Arc;

    #[test]
    fn a_token_goes_in_the_header_that_it_wants() {
        let upstream = Upstream::new(Arc::new(NoBrowser), Arc::new(SystemClock)).expect("a client");
        let key = new_key()
            .expect("random bytes")
            .to_secret()
            .expect("a P-256 key");
        let url = url::Url::parse("https://mcp.example/").expect("a URL");
        let header = |dpop_key: Option<Secret>| {
            let tokens = TokenSet {
                access_token: Secret::new("at"),
                refresh_token: None,
                expires_at: None,
                received_at: Timestamp(0),
                scopes: Scopes::default(),
                dpop_key,
            };
            let reach = Reach::of(&url, &Concessions::default());
            let request = get(url.as_str(), reach).expect("a request");
            let request = upstream
                .authorized(request, &tokens)
                .expect("a readable key");
            let of = |name: &str| {
                let value = request.headers().get(name)?;
                Some(value.to_str().expect("text").to_owned())
            };
            (
                of("authorization").unwrap_or_default(),
                of("dpop").is_some(),
            )
        };
        assert_eq!(header(None), ("Bearer at".to_owned(), false));
        assert_eq!(header(Some(key)), ("DPoP at".to_owned(), true));
    }
}
