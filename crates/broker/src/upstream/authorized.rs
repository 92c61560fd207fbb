//! A request with a token in it, and the proof of the key beside it (RFC 6750 §2.1, RFC 9449).

use crate::upstream::randomness::random;
use crate::{Broker, Code, Error, ResourceRecord};
use oauth::dpop::Proofs;
use oauth::http::{Request, Response};
use oauth::secret::Secret;
use oauth::token::TokenSet;

impl Broker {
    /// The header that the token wants: Bearer, or DPoP with a fresh proof (U-01, RFC 9449 §7.1). Never in the URL (U-03).
    pub(crate) fn authorized(&self, request: Request, tokens: &TokenSet) -> Result<Request, Error> {
        let token = &tokens.access_token;
        Ok(match self.proofs(tokens.dpop_key.as_ref())? {
            None => request.header("authorization", &format!("Bearer {}", token.expose())),
            Some(proofs) => {
                let method = request.method.to_string();
                let proof = proofs.proof(&method, &request.url, Some(token), self.now(), random()?);
                request
                    .header("authorization", &format!("DPoP {}", token.expose()))
                    .header("dpop", proof.expose())
            }
        })
    }

    /// The key's proofs, with the nonces that this process has learned.
    pub(crate) fn proofs(&self, key: Option<&Secret>) -> Result<Option<Proofs>, Error> {
        let unusable = |_| {
            Error::new(
                Code::VaultDamaged,
                "the key that the tokens are bound to cannot be read",
            )
        };
        key.map(|key| Proofs::new(key, self.inner.nonces.clone()))
            .transpose()
            .map_err(unusable)
    }

    pub(crate) fn learn_nonce(
        &self,
        record: &ResourceRecord,
        tokens: &TokenSet,
        response: &Response,
    ) -> Result<(), Error> {
        if let Some(proofs) = self.proofs(tokens.dpop_key.as_ref())? {
            proofs.learn(record.uri.as_str(), response);
        }
        Ok(())
    }
}
