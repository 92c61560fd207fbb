//! Protected resource metadata (RFC 9728 §2 and §3).

use super::error::MetadataError;
use super::member::or_default;
use crate::concession::{Concession, Concessions};
use crate::uri::{ResourceUri, excerpt, same_origin};
use serde::Deserialize;
use url::Url;

/// RFC 9728 §2, the members that a client uses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ProtectedResourceMetadata {
    /// Required by RFC 9728 §2, and left out by some.
    pub resource: Option<String>,
    /// What the server calls itself.
    pub resource_name: Option<String>,
    /// The issuers of those whose tokens it takes.
    #[serde(default, deserialize_with = "or_default")]
    pub authorization_servers: Vec<String>,
    /// RFC 9728 §2.
    #[serde(default, deserialize_with = "or_default")]
    pub scopes_supported: Vec<String>,
    /// RFC 9728 §2: only tokens that are bound to a key are taken.
    #[serde(default, deserialize_with = "or_default")]
    pub dpop_bound_access_tokens_required: bool,
}

impl ProtectedResourceMetadata {
    /// The `resource` value to use from now on, verbatim (RFC 9728 §3.3; docs/protocol.md#resource, D-12).
    ///
    /// Identical, or different only by what means nothing (case of scheme and host, a slash on a bare
    /// origin, the query), is accepted; a parent path only from the origin's own well-known space,
    /// where a tenant of a shared host cannot write. Everything else speaks for someone else.
    pub fn accept(
        &self,
        asked: &ResourceUri,
        found_at: &Url,
        concessions: &Concessions,
    ) -> Result<ResourceUri, MetadataError> {
        let Some(resource) = self
            .resource
            .as_deref()
            .filter(|resource| !resource.is_empty())
        else {
            if concessions.allow(Concession::ResourceMissing) {
                return Ok(asked.clone());
            }
            let issuer = self
                .authorization_servers
                .first()
                .map(|issuer| excerpt(issuer));
            return Err(MetadataError::ResourceMissing {
                asked: asked.to_string(),
                issuer,
            });
        };
        let mismatch = || MetadataError::ResourceMismatch {
            asked: asked.to_string(),
            found: excerpt(resource),
        };
        let conceded = concessions.allow(Concession::ResourceMismatch);
        let accepted = match ResourceUri::verbatim(resource) {
            Ok(accepted) => accepted,
            // What is no usable address is not put into a request: the one that was added is.
            Err(_) if conceded => return Ok(asked.clone()),
            Err(_) => return Err(mismatch()),
        };
        let (asked_url, found_url) = (
            asked.url().map_err(|_| mismatch())?,
            accepted.url().map_err(|_| mismatch())?,
        );
        let in_well_known = same_origin(found_at, &asked_url)
            && found_at
                .path()
                .starts_with("/.well-known/oauth-protected-resource");
        let same_place = same_origin(&asked_url, &found_url)
            && (found_url.path() == asked_url.path()
                || (in_well_known && is_segment_prefix(found_url.path(), asked_url.path())));
        if same_place || conceded {
            Ok(accepted)
        } else {
            Err(mismatch())
        }
    }

    /// The issuers to try, in the server's order (D-09).
    pub fn issuers(&self) -> Result<&[String], MetadataError> {
        match self.authorization_servers.len() {
            0 => Err(MetadataError::NoAuthorizationServer),
            1..=16 => Ok(&self.authorization_servers),
            many => Err(MetadataError::TooManyAuthorizationServers(many)),
        }
    }
}

fn is_segment_prefix(prefix: &str, path: &str) -> bool {
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> ProtectedResourceMetadata {
        serde_json::from_str("{}").expect("the least document")
    }

    fn accepts(asked: &str, resource: &str, found_at: &str) -> bool {
        let metadata = ProtectedResourceMetadata {
            resource: Some(resource.to_owned()),
            authorization_servers: vec![],
            ..empty()
        };
        let asked = ResourceUri::from_person(asked).expect("a good URL");
        metadata
            .accept(
                &asked,
                &Url::parse(found_at).expect("a good URL"),
                &Concessions::default(),
            )
            .is_ok()
    }

    #[test]
    fn d12_a_resource_that_is_another_one_is_refused() {
        let well_known = "https://h.example/.well-known/oauth-protected-resource/t/mcp";
        let elsewhere = "https://h.example/t/metadata";
        for (resource, from_well_known, from_elsewhere) in [
            ("https://h.example/t/mcp", true, true),
            ("https://H.example:443/t/mcp", true, true),
            ("https://h.example/t/mcp?x=1", true, true),
            ("https://h.example/t", true, false),
            ("https://h.example", true, false),
            ("https://h.example/", true, false),
            ("https://h.example/t/mcp-evil", false, false),
            ("https://h.example/t/mc", false, false),
            ("https://h.example/t/mcp/deeper", false, false),
            ("https://evil.example/t/mcp", false, false),
            ("https://h.example:8443/t/mcp", false, false),
            ("http://h.example/t/mcp", false, false),
            // The same place to a browser, and another text to whoever compares it.
            ("https://h.example/x/../t/mcp", false, false),
            ("https://h.example/%2e/t/mcp", false, false),
            ("https:h.example/t/mcp", false, false),
            ("https:///h.example/t/mcp", false, false),
            ("javascript:alert(1)", false, false),
        ] {
            assert_eq!(
                accepts("https://h.example/t/mcp", resource, well_known),
                from_well_known,
                "{resource} at the well-known place"
            );
            assert_eq!(
                accepts("https://h.example/t/mcp", resource, elsewhere),
                from_elsewhere,
                "{resource} elsewhere"
            );
        }
    }

    #[test]
    fn q24_a_member_that_is_null_counts_as_absent() {
        let resource = r#"{"resource":"https://h/mcp","authorization_servers":null,"scopes_supported":null,"dpop_bound_access_tokens_required":null}"#;
        assert_eq!(
            serde_json::from_str(resource).ok(),
            Some(ProtectedResourceMetadata {
                resource: Some("https://h/mcp".into()),
                ..empty()
            })
        );
    }
}
