//! The authorization server's metadata (RFC 8414 section 3, OpenID Connect Discovery 1.0 section 4) and its key set.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::dpop;
use crate::grant_types;
use crate::log::Role;
use crate::protected_resource;
use crate::reply::{instead, json_reply, status, text_reply};
use crate::scopes::offered;
use crate::switches::{
    IssInResponse, IssuerInMetadata, MetadataPlace, PkceAdvertised, RevocationAnswers, Switches,
};
use crate::topology::vendors;
use crate::world::World;

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

/// Every path that no other handler has: a metadata place, or nothing.
pub(crate) async fn serve(State(world): State<Arc<World>>, method: Method, uri: Uri) -> Response {
    let switches = world.switches();
    if let Some(reply) =
        protected_resource::serve(&world, Role::AuthorizationServer, &method, uri.path()).await
    {
        return reply;
    }
    let told = switches
        .metadata_answers_at
        .iter()
        .find(|(place, _)| paths(*place, &switches).contains(&uri.path().to_owned()));
    if told.is_none() && !places(&switches).iter().any(|place| place == uri.path()) {
        let absent = if uri.path().contains("/.well-known/") {
            switches.metadata_absent_status
        } else {
            404
        };
        return unknown(&switches, absent);
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match instead(told.map_or(&switches.metadata_answers, |(_, answer)| answer)).await {
        Some(reply) => reply,
        None => json_reply(StatusCode::OK, &document(&world, &switches)),
    }
}

pub(crate) async fn jwks(State(world): State<Arc<World>>) -> Response {
    json_reply(StatusCode::OK, &world.key.jwks())
}

fn places(switches: &Switches) -> Vec<String> {
    switches
        .metadata_at
        .iter()
        .flat_map(|place| paths(*place, switches))
        .collect()
}

fn paths(place: MetadataPlace, switches: &Switches) -> Vec<String> {
    let path = &switches.issuer_path;
    match place {
        MetadataPlace::OAuthInserted => vec![format!("{OAUTH}{path}")],
        MetadataPlace::OpenIdInserted => vec![format!("{OPENID}{path}")],
        MetadataPlace::OpenIdAppended => vec![format!("{path}{OPENID}")],
        MetadataPlace::OAuthAppended => vec![format!("{path}{OAUTH}")],
        MetadataPlace::Root => vec![OAUTH.to_owned(), OPENID.to_owned()],
    }
}

/// The answer to a path that nobody has.
pub(crate) fn unknown(switches: &Switches, absent: u16) -> Response {
    if switches.unknown_paths_html {
        return text_reply(
            StatusCode::OK,
            "text/html; charset=utf-8",
            "<!doctype html><title>Welcome</title><div id=root></div>",
        );
    }
    text_reply(status(absent), "text/plain", "nothing here\n")
}

// table: the members of the document
pub(crate) fn document(world: &World, switches: &Switches) -> Value {
    let at = |path: &str| json!(format!("{}{path}", world.endpoints()));
    let or = |chosen: &Option<String>, path: &str| {
        chosen.as_ref().map_or_else(|| at(path), |url| json!(url))
    };
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);

    match &switches.issuer_in_metadata {
        IssuerInMetadata::Right | IssuerInMetadata::TrailingSlash => {
            put("issuer", json!(world.spoken_issuer()))
        }
        IssuerInMetadata::Other(issuer) => put("issuer", json!(issuer)),
        IssuerInMetadata::Missing => None,
    };
    if switches.code_flow {
        put(
            "authorization_endpoint",
            or(&switches.authorization_endpoint, "/authorize"),
        );
    }
    put("token_endpoint", or(&switches.token_endpoint, "/token"));
    put("userinfo_endpoint", at("/userinfo"));
    put("jwks_uri", json!(format!("{}/jwks", world.as_origin())));
    put("introspection_endpoint", at("/introspect"));
    if switches.registration {
        put(
            "registration_endpoint",
            json!(
                switches
                    .registration_endpoint
                    .clone()
                    .unwrap_or_else(|| world.registration_endpoint())
            ),
        );
    }
    if switches.revocation_answers != RevocationAnswers::Missing {
        put(
            "revocation_endpoint",
            or(&switches.revocation_endpoint, "/revoke"),
        );
    }
    let all = || {
        offered(switches.vocabulary)
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect()
    };
    put(
        "scopes_supported",
        json!(switches.scopes_supported.clone().unwrap_or_else(all)),
    );
    put(
        "response_types_supported",
        json!(if switches.code_flow {
            vec!["code"]
        } else {
            Vec::new()
        }),
    );
    put("response_modes_supported", json!(["query"]));
    put(
        "prompt_values_supported",
        json!(["none", "login", "consent", "select_account"]),
    );
    put(
        "grant_types_supported",
        json!(grant_types::offered(switches)),
    );
    put(
        "token_endpoint_auth_methods_supported",
        json!(switches.token_auth_methods),
    );
    put(
        "revocation_endpoint_auth_methods_supported",
        json!(switches.token_auth_methods),
    );
    put(
        "introspection_endpoint_auth_methods_supported",
        json!(["client_secret_basic"]),
    );
    put("subject_types_supported", json!(["public"]));
    put("id_token_signing_alg_values_supported", json!(["ES256"]));
    put(
        "claims_supported",
        json!(["sub", "name", "preferred_username", "email"]),
    );
    match switches.pkce_advertised {
        PkceAdvertised::S256 => put("code_challenge_methods_supported", json!(["S256"])),
        PkceAdvertised::PlainAndS256 => {
            put("code_challenge_methods_supported", json!(["plain", "S256"]))
        }
        PkceAdvertised::PlainOnly => put("code_challenge_methods_supported", json!(["plain"])),
        PkceAdvertised::Nothing => None,
    };
    if !matches!(
        switches.iss,
        IssInResponse::NotAdvertised | IssInResponse::SentThoughNotAdvertised
    ) {
        put(
            "authorization_response_iss_parameter_supported",
            json!(true),
        );
    }
    if switches.client_id_metadata_documents {
        put("client_id_metadata_document_supported", json!(true));
    }
    if switches.machine.programs_only {
        document.remove("authorization_endpoint");
        document.insert("response_types_supported".into(), json!([]));
    }
    grant_types::advertise(&mut document, world, switches);
    dpop::advertise(
        &mut document,
        switches,
        crate::nonces::Server::Authorization,
    );
    vendors::trim(&mut document, world, switches.metadata_members);
    Value::Object(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_with_a_path_has_its_document_at_the_places_of_both_specifications() {
        let switches = Switches::default().issuer_path("/tenant");
        let expected = [
            "/.well-known/oauth-authorization-server/tenant",
            "/.well-known/openid-configuration/tenant",
            "/tenant/.well-known/openid-configuration",
        ];
        assert_eq!(places(&switches), expected);
        assert_eq!(
            places(&switches.appended_metadata_only()),
            ["/tenant/.well-known/openid-configuration"]
        );
        assert!(places(&Switches::default().without_metadata()).is_empty());
    }
}
