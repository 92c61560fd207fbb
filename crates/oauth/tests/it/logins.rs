//! The authorization request as it goes to the browser, and the record that its answer is held against.

use crate::registration::server;
use oauth::authorization::{
    AuthorizationRequest, Callback, OpenIdParameters, PendingAuthorization, ResponseError,
};
use oauth::jwt::SigningKey;
use oauth::metadata::AuthorizationServer;
use oauth::pkce;
use oauth::redirect::Redirect;
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::uri::{Issuer, ResourceUri};
use std::collections::HashMap;
use url::Url;

const NOW: Timestamp = Timestamp(1_000);

fn request(server: &AuthorizationServer) -> AuthorizationRequest<'_> {
    AuthorizationRequest {
        random: ([1; 32], [2; 32]),
        server,
        client_id: "client!+ID/.",
        resource_parameter: Some("https://h.example/server/mcp".into()),
        redirect: Redirect::DEEP_LINK,
        scopes: Scopes::parse("a"),
        wishes: OpenIdParameters::default(),
        dpop_key: None,
        reach: oauth::address_guard::Reach::default(),
        now: NOW,
    }
}

fn begin(request: AuthorizationRequest<'_>) -> PendingAuthorization {
    PendingAuthorization::begin(request).expect("a login")
}

fn parameters(pending: &PendingAuthorization) -> HashMap<String, String> {
    Url::parse(&pending.authorization_url)
        .expect("a URL")
        .query_pairs()
        .into_owned()
        .collect()
}

/// Rules
#[test]
fn a01_a03_r01_every_login_has_a_client_id_and_pkce_with_s256() {
    let server = server();
    let pending = begin(request(&server));
    let sent = parameters(&pending);
    assert_eq!(
        [
            sent["response_type"].as_str(),
            &sent["client_id"],
            &sent["code_challenge_method"]
        ],
        ["code", "client!+ID/.", "S256"]
    );
    assert_eq!(sent["code_challenge"], pkce::challenge(&pending.verifier));
    assert!(
        !pending
            .authorization_url
            .contains(pending.verifier.expose()),
        "the verifier stays here"
    );
    let other = begin(AuthorizationRequest {
        random: ([3; 32], [4; 32]),
        ..request(&server)
    });
    assert!(
        other.verifier != pending.verifier && other.state != pending.state,
        "new for each login"
    );
}

/// A-06 … A-10: the resource's own words, whatever they look like, and whether or not the issuer knows the parameter.
#[test]
fn a06_a07_a08_a09_a10_the_resource_goes_out_byte_for_byte() {
    let server = server();
    for resource in [
        "https://h.example/server/mcp",
        "HTTPS://H.example/mcp",
        "https://h.example",
        "https://h.example/",
        "https://h:8443/a%2Fb",
    ] {
        let pending = begin(AuthorizationRequest {
            resource_parameter: Some(resource.into()),
            ..request(&server)
        });
        assert_eq!(parameters(&pending)["resource"], resource);
        assert_eq!(
            pending.resource_parameter.as_deref(),
            Some(resource),
            "Q37: the same bytes later on"
        );
    }
}

/// Rules
#[test]
fn a11_a12_the_canonical_form_of_what_a_person_types() {
    for (typed, canonical) in [
        ("HTTPS://H.Example/Mcp", "https://h.example/Mcp"),
        ("https://h.example/", "https://h.example"),
        ("https://h.example:443/mcp", "https://h.example/mcp"),
        ("https://h.example/mcp/", "https://h.example/mcp/"),
    ] {
        assert_eq!(
            ResourceUri::from_person(typed).expect(typed).as_str(),
            canonical
        );
        assert!(
            ResourceUri::verbatim(typed).is_ok_and(|uri| uri.as_str() == typed),
            "and metadata keeps its own"
        );
    }
}

/// Rules
#[test]
fn a13_r24_the_redirect_is_the_registered_one() {
    let server = server();
    for (redirect, uri) in [
        (Redirect::loopback(4283), "http://127.0.0.1:4283/callback"),
        (Redirect::localhost(4283), "http://localhost:4283/callback"),
        (Redirect::DEEP_LINK, "app.gatelodge.desktop:/oauth/callback"),
    ] {
        assert_eq!(
            parameters(&begin(AuthorizationRequest {
                redirect,
                ..request(&server)
            }))["redirect_uri"],
            uri
        );
    }
}

/// Rules: A-14
#[test]
fn a14_state_is_new_and_long() {
    let pending = begin(request(&server()));
    assert_eq!(parameters(&pending)["state"], pending.state.expose());
    assert!(pending.state.expose().len() >= 43, "256 bits");
}

/// metadata that changes while the person logs in changes nothing.
#[test]
fn a15_the_answer_is_held_against_the_issuer_of_the_request() {
    let mut server = AuthorizationServer {
        sends_iss: true,
        ..server()
    };
    let pending = begin(request(&server));
    server.issuer = Issuer::stored("https://evil.example".into());
    server.sends_iss = false;
    server.token_endpoint = "https://evil.example/t".into();
    let respond = |iss: &str| {
        let query = format!("code=c&state={}{iss}", pending.state.expose());
        pending.respond(Callback::from_query(&query).expect("well formed"), NOW)
    };
    assert!(respond("&iss=https%3A%2F%2Fas.example").is_ok());
    assert!(matches!(
        respond("&iss=https%3A%2F%2Fevil.example"),
        Err(ResponseError::IssMismatch { .. })
    ));
    assert!(matches!(respond(""), Err(ResponseError::IssMissing { .. })));
    assert_eq!(
        (pending.issuer.as_str(), pending.token_endpoint.as_str()),
        ("https://as.example", "https://as.example/t")
    );
}

/// Rules: S-01, S-04
#[test]
fn s04_s01_without_scopes_the_parameter_is_left_out() {
    let server = server();
    let none = parameters(&begin(AuthorizationRequest {
        scopes: Scopes::default(),
        ..request(&server)
    }));
    assert!(!none.contains_key("scope"), "not even an empty one");
    let some = parameters(&begin(AuthorizationRequest {
        scopes: Scopes::parse("b a"),
        ..request(&server)
    }));
    assert_eq!(some["scope"], "a b", "and nothing beside what was chosen");
}

/// Q41: it breaks tenants; Q42: the vendors that give no refresh token without it.
#[test]
fn q41_q42_consent_is_asked_for_again_of_no_one_but_google() {
    let plain = server();
    assert!(!parameters(&begin(request(&plain))).contains_key("prompt"));
    let google = AuthorizationServer {
        issuer: Issuer::stored("https://accounts.google.com".into()),
        ..server()
    };
    let sent = parameters(&begin(request(&google)));
    assert_eq!(
        (sent["prompt"].as_str(), sent["access_type"].as_str()),
        ("consent", "offline")
    );
    // Whoever speaks through a proxy that the person allowed.
    let behind = AuthorizationServer {
        speaks_as: Some(Issuer::stored("https://accounts.google.com".into())),
        ..server()
    };
    assert_eq!(parameters(&begin(request(&behind)))["prompt"], "consent");
}

/// Q42: asked for by name where it is wished for, once, beside the choice of an account.
#[test]
fn q42_consent_that_is_wished_for_is_asked_for_by_name() {
    let server = server();
    for (select_account, prompt) in [(false, "consent"), (true, "select_account consent")] {
        let wishes = OpenIdParameters {
            consent: true,
            select_account,
            ..OpenIdParameters::default()
        };
        let pending = begin(AuthorizationRequest {
            wishes,
            ..request(&server)
        });
        assert_eq!(parameters(&pending)["prompt"], prompt);
        assert!(pending.asks_for_consent());
    }
    assert!(!begin(request(&server)).asks_for_consent());
}

/// Attack D21: what was kept is checked once more at the door.
#[test]
fn attack_d21_no_login_begins_at_a_page_in_here() {
    for inside in [
        "http://127.0.0.1:8080/a",
        "https://192.168.1.1/a",
        "https://printer.local/a",
        "https://[fec0::1]/a",
    ] {
        let server = AuthorizationServer {
            authorization_endpoint: Some(inside.into()),
            ..server()
        };
        assert!(
            PendingAuthorization::begin(request(&server)).is_err(),
            "{inside}"
        );
    }
}

/// RFC 9449 §10: the code is bound to the key as well.
#[test]
fn a_login_for_bound_tokens_names_the_key() {
    let (server, key) = (server(), SigningKey::from_random([7; 32]).expect("a key"));
    let pending = begin(AuthorizationRequest {
        dpop_key: Some(&key),
        ..request(&server)
    });
    assert_eq!(parameters(&pending)["dpop_jkt"], key.thumbprint());
    let kept = key.to_secret().expect("a P-256 key");
    assert!(!pending.authorization_url.contains(kept.expose()));
    assert_eq!(
        pending.dpop_key,
        Some(kept),
        "and keeps it for the exchange"
    );
}
