//! Authorization server metadata as it came over the wire, and its checks (RFC 8414 §2 and §3, OpenID Connect Discovery).

use super::error::{AddressFault, CodeFlowFault, MetadataError, endpoint};
use super::member::or_default;
use super::server::{AuthorizationServer, Basis};
use crate::address_guard::Reach;
use crate::assertion;
use crate::concession::{Concession, Concessions};
use crate::uri::{Issuer, excerpt, secure_url};
use serde::Deserialize;

/// RFC 8414 §2 and OpenID Connect Discovery §3, the members that a client uses, unverified.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AuthorizationServerMetadata {
    /// Compared as a string with the issuer that was asked.
    pub issuer: String,
    /// Not there where nobody logs in by a browser (RFC 8414 §2).
    pub authorization_endpoint: Option<String>,
    /// RFC 6749 §3.2.
    pub token_endpoint: String,
    /// RFC 7591 §3.
    pub registration_endpoint: Option<String>,
    /// RFC 7009 §2.
    pub revocation_endpoint: Option<String>,
    /// OpenID Connect Core §5.3.
    pub userinfo_endpoint: Option<String>,
    /// RFC 8628 §3.1.
    pub device_authorization_endpoint: Option<String>,
    /// RFC 8414 §2.
    pub response_types_supported: Option<Vec<String>>,
    /// RFC 8414 §2.
    pub grant_types_supported: Option<Vec<String>>,
    /// RFC 7636; RFC 8414 §2.
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// RFC 8414 §2.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// RFC 8414 §2.
    pub revocation_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// RFC 8414 §2.
    pub scopes_supported: Option<Vec<String>>,
    /// RFC 9449 §5.1.
    pub dpop_signing_alg_values_supported: Option<Vec<String>>,
    /// The profiles of assertions that are taken, such as an ID-JAG.
    pub authorization_grant_profiles_supported: Option<Vec<String>>,
    /// OpenID Connect Discovery §3.
    pub id_token_signing_alg_values_supported: Option<Vec<String>>,
    /// RFC 9126 §5.
    #[serde(default, deserialize_with = "or_default")]
    pub require_pushed_authorization_requests: bool,
    /// RFC 9207 §3.
    #[serde(default, deserialize_with = "or_default")]
    pub authorization_response_iss_parameter_supported: bool,
    /// Whether a client id may be the URL of a document.
    #[serde(default, deserialize_with = "or_default")]
    pub client_id_metadata_document_supported: bool,
}

impl AuthorizationServerMetadata {
    /// Every check of a document, in its order. Nothing of the document is used before: its own issuer, then endpoints
    /// that the server which led here may name, then what a login needs.
    pub fn verify(
        self,
        asked: &Issuer,
        concessions: &Concessions,
        reach: Reach,
    ) -> Result<AuthorizationServer, MetadataError> {
        let (issuer, speaks_as) = self.identity(asked, concessions)?;
        let authorization_endpoint = self.code_flow(concessions)?;
        // An optional endpoint that breaks the rules counts as absent.
        let mut unusable = Vec::new();
        let mut usable = |member: &str, endpoint: Option<String>| {
            let url = endpoint.filter(|url| !url.is_empty())?;
            match reach.checked(&url) {
                Ok(_) => Some(url),
                Err(why) => {
                    unusable.push((member.to_owned(), AddressFault::from(why)));
                    None
                }
            }
        };
        let server = AuthorizationServer {
            issuer,
            speaks_as,
            registration_endpoint: usable("registration_endpoint", self.registration_endpoint),
            revocation_endpoint: usable("revocation_endpoint", self.revocation_endpoint),
            userinfo_endpoint: usable("userinfo_endpoint", self.userinfo_endpoint),
            device_authorization_endpoint: usable(
                "device_authorization_endpoint",
                self.device_authorization_endpoint,
            ),
            unusable,
            authorization_endpoint,
            token_endpoint: self.token_endpoint,
            token_endpoint_auth_methods: self.token_endpoint_auth_methods_supported,
            revocation_endpoint_auth_methods: self.revocation_endpoint_auth_methods_supported,
            scopes_supported: self
                .scopes_supported
                .unwrap_or_default()
                .into_iter()
                .collect(),
            grant_types: self.grant_types_supported,
            dpop_algorithms: self.dpop_signing_alg_values_supported.unwrap_or_default(),
            grant_profiles: self
                .authorization_grant_profiles_supported
                .unwrap_or_default(),
            id_token_algorithms: self
                .id_token_signing_alg_values_supported
                .unwrap_or_default(),
            sends_iss: self.authorization_response_iss_parameter_supported,
            accepts_metadata_documents: self.client_id_metadata_document_supported,
            basis: Basis::Published,
        };
        server.check(concessions, reach)?;
        Ok(server)
    }
}

impl AuthorizationServerMetadata {
    /// The name that the server goes by, and the name that it speaks as where that is another one.
    fn identity(
        &self,
        asked: &Issuer,
        concessions: &Concessions,
    ) -> Result<(Issuer, Option<Issuer>), MetadataError> {
        if !is_same_issuer(asked.as_str(), &self.issuer)
            && !concessions.allow(Concession::IssuerMismatch)
        {
            return Err(MetadataError::IssuerMismatch {
                asked: asked.to_string(),
                found: excerpt(&self.issuer),
            });
        }
        // A document that speaks for another issuer, where that was allowed, stays under the name that it was asked by:
        // it must not stand for the other one anywhere else.
        let is_its_own = is_same_issuer(asked.as_str(), &self.issuer);
        let own = Issuer::parse(&self.issuer).map_err(endpoint("issuer"))?;
        Ok(if is_its_own {
            (own, None)
        } else {
            (asked.clone(), Some(own))
        })
    }

    /// The authorization endpoint of a server that may be logged in to by a browser: all that the code flow needs was
    /// checked (docs/protocol.md#issuer-metadata). None where another grant is offered, and the code flow is not.
    fn code_flow(&self, concessions: &Concessions) -> Result<Option<String>, MetadataError> {
        let offers = |wanted: &str| {
            self.grant_types_supported
                .as_ref()
                .is_none_or(|types| types.iter().any(|kind| kind == wanted))
        };
        let Some(authorization_endpoint) = self
            .authorization_endpoint
            .clone()
            .filter(|_| offers("authorization_code"))
        else {
            let others = [
                assertion::CLIENT_CREDENTIALS,
                assertion::JWT_BEARER,
                assertion::DEVICE_CODE,
            ];
            let offers_another =
                self.grant_types_supported.is_some() && others.into_iter().any(offers);
            let why = if self.authorization_endpoint.is_none() {
                CodeFlowFault::NoEndpoint
            } else {
                CodeFlowFault::NoGrantType
            };
            return if offers_another {
                Ok(None)
            } else {
                Err(MetadataError::NoCodeFlow(why))
            };
        };
        if self.require_pushed_authorization_requests {
            let device =
                self.device_authorization_endpoint.is_some() && offers(assertion::DEVICE_CODE);
            return if device {
                Ok(None)
            } else {
                Err(MetadataError::PushedOnly)
            };
        }
        secure_url(&authorization_endpoint).map_err(endpoint("authorization_endpoint"))?;
        if self
            .response_types_supported
            .as_ref()
            .is_some_and(|types| !types.iter().any(|kind| kind == "code"))
        {
            return Err(MetadataError::NoCodeFlow(CodeFlowFault::NoResponseType));
        }
        self.pkce(concessions)?;
        Ok(Some(authorization_endpoint))
    }

    /// Without S256 the code is anybody's who catches it (RFC 7636 §4.2).
    fn pkce(&self, concessions: &Concessions) -> Result<(), MetadataError> {
        match &self.code_challenge_methods_supported {
            Some(methods) if methods.iter().any(|method| method == "S256") => Ok(()),
            Some(methods) => Err(MetadataError::PkceWithoutS256(excerpt(&methods.join(", ")))),
            None if concessions.allow(Concession::PkceUnadvertised) => Ok(()),
            None => Err(MetadataError::PkceUnadvertised {
                issuer: self.issuer.clone(),
            }),
        }
    }
}

/// Identical, or different by one trailing slash on an empty path (Q12): nothing else is normalised (M-07).
fn is_same_issuer(asked: &str, found: &str) -> bool {
    let bare =
        |text: &str| secure_url(text).is_ok_and(|url| url.path() == "/" && url.query().is_none());
    asked == found
        || (asked.strip_suffix('/').unwrap_or(asked) == found.strip_suffix('/').unwrap_or(found)
            && bare(asked)
            && bare(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q24_a_member_of_an_issuer_that_is_null_counts_as_absent() {
        let server = document(|document| {
            for member in [
                "scopes_supported",
                "grant_types_supported",
                "authorization_response_iss_parameter_supported",
            ] {
                document[member] = serde_json::Value::Null;
            }
            document["client_id_metadata_document_supported"] = serde_json::Value::Null;
        });
        assert!(server.is_ok_and(|server| !server.sends_iss
            && !server.accepts_metadata_documents
            && server.grant_types.is_none()));
    }

    #[test]
    fn m07_the_issuer_is_compared_as_a_string() {
        let asked = "https://as.example/t1";
        for other in [
            "https://as.example/t1/",
            "https://AS.example/t1",
            "https://as.example:443/t1",
            "https://as.example/%74%31",
            "https://as.example/T1",
            "https://as.example/t1?x",
            "https://as.example./t1",
            "https://evil.example/t1",
        ] {
            assert!(!is_same_issuer(asked, other), "{other}");
        }
        assert!(is_same_issuer(asked, asked));
        assert!(
            is_same_issuer("https://as.example", "https://as.example/")
                && is_same_issuer("https://as.example/", "https://as.example")
        );
    }

    fn document(
        change: impl Fn(&mut serde_json::Value),
    ) -> Result<AuthorizationServer, MetadataError> {
        let mut json = serde_json::json!({
            "issuer": "https://as.example", "authorization_endpoint": "https://as.example/a", "token_endpoint": "https://as.example/t",
            "registration_endpoint": "http://as.example/r", "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
        });
        change(&mut json);
        let metadata: AuthorizationServerMetadata =
            serde_json::from_value(json).expect("a complete document");
        metadata.verify(
            &Issuer::stored("https://as.example".to_owned()),
            &Concessions::default(),
            Reach::default(),
        )
    }

    #[test]
    fn verification_keeps_only_what_is_safe() {
        let good = document(|_| {}).expect("a good document");
        assert_eq!(
            good.registration_endpoint, None,
            "http registration counts as absent"
        );
        assert_eq!(
            document(|json| json["issuer"] = "https://evil.example".into()),
            Err(MetadataError::IssuerMismatch {
                asked: "https://as.example".into(),
                found: "https://evil.example".into()
            })
        );
        assert!(
            matches!(
                document(|json| json["token_endpoint"] = "http://as.example/t".into()),
                Err(MetadataError::Endpoint { .. })
            ),
            "G-07"
        );
        for hostile in [
            "javascript:alert(1)",
            "file:///x",
            "http://a:$(cmd.exe /c calc)?x",
            "--help",
            "https://u:p@as.example/",
            "https://as/a#x",
        ] {
            assert!(
                document(|json| json["authorization_endpoint"] = hostile.into()).is_err(),
                "{hostile}"
            );
        }
        assert_eq!(
            document(|json| json["response_types_supported"] = serde_json::json!(["token"])),
            Err(MetadataError::NoCodeFlow(CodeFlowFault::NoResponseType))
        );
    }

    #[test]
    fn a04_without_s256_the_login_is_refused() {
        assert_eq!(
            document(|json| {
                json.as_object_mut()
                    .map(|o| o.remove("code_challenge_methods_supported"));
            }),
            Err(MetadataError::PkceUnadvertised {
                issuer: "https://as.example".into()
            })
        );
        assert_eq!(
            document(|json| json["code_challenge_methods_supported"] = serde_json::json!(["plain"])),
            Err(MetadataError::PkceWithoutS256("plain".into()))
        );
    }

    #[test]
    fn attack_d14_a_member_given_twice_is_refused() {
        let twice = r#"{"issuer":"https://a","issuer":"https://b","authorization_endpoint":"https://a/a","token_endpoint":"https://a/t"}"#;
        assert!(serde_json::from_str::<AuthorizationServerMetadata>(twice).is_err());
    }
}
