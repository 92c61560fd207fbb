//! Where metadata is looked for, and whose is believed (docs/protocol.md#resource-metadata, docs/protocol.md#issuer-metadata).

use crate::discovery::{
    MCP, METADATA, OPENID, PATH, ROOT, challenged, issuer_metadata, protected, resource_metadata,
    run, run_with,
};
use crate::web::Web;
use oauth::concession::{Concession, Concessions};
use oauth::discovery::DiscoveryError;
use oauth::metadata::MetadataError;

const OWN: &str = "GET https://h.example/.well-known/oauth-authorization-server";

/// D-03: an authorization server at the resource's own origin is a decoy once the resource's metadata names another.
#[tokio::test]
async fn d03_the_resources_metadata_says_who_its_authorization_server_is() {
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://as.example"))
        .json(OWN, 200, &issuer_metadata("https://h.example"));
    assert_eq!(
        protected(run(&web).await)
            .authorization_server
            .issuer
            .as_str(),
        "https://as.example"
    );
    assert!(
        !web.asked().contains(&OWN.to_owned()),
        "never asked once there is metadata of the resource"
    );
}

/// Rules: D-07
#[tokio::test]
async fn d07_a_server_at_the_root_has_one_well_known_place() {
    let web = Web::default()
        .on(
            "POST https://h.example/",
            401,
            &[("www-authenticate", "Bearer")],
            "",
        )
        .json(
            ROOT,
            200,
            &resource_metadata("https://as.example")
                .replace("https://h.example/mcp", "https://h.example"),
        )
        .json(METADATA, 200, &issuer_metadata("https://as.example"));
    let found = protected(run_with(&web, "https://h.example", &Concessions::default()).await);
    assert_eq!(web.asked(), ["POST https://h.example/", ROOT, METADATA]);
    assert_eq!(
        found.resource_parameter, "https://h.example",
        "A-12: no slash is added to it"
    );
}

/// Rules: D-08
#[tokio::test]
async fn d08_without_metadata_nothing_is_guessed() {
    let web = challenged("Bearer");
    assert!(matches!(
        run(&web).await,
        Err(DiscoveryError::NoResourceMetadata { .. })
    ));
    assert!(
        web.asked().iter().all(|asked| asked.contains("h.example")),
        "{:?}",
        web.asked()
    );
}

/// Rules: D-13
#[tokio::test]
async fn d13_metadata_is_asked_for_with_the_version_of_the_protocol() {
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://as.example"));
    protected(run(&web).await);
    assert_eq!(
        web.headers("mcp-protocol-version")[1..],
        [
            Some(oauth::PROTOCOL_VERSION.to_owned()),
            Some(oauth::PROTOCOL_VERSION.to_owned())
        ]
    );
    assert_eq!(
        web.headers("accept")[1..],
        [
            Some("application/json".to_owned()),
            Some("application/json".to_owned())
        ]
    );
    assert!(
        web.headers("authorization").iter().all(Option::is_none),
        "B-01: no credential goes to any of them"
    );
}

/// Rules: M-01, M-02, M-03, M-05, M-06
#[tokio::test]
async fn m05_m01_m02_m03_an_issuer_without_a_path_has_two_places() {
    for (place, asked) in [(METADATA, &[METADATA][..]), (OPENID, &[METADATA, OPENID])] {
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata("https://as.example"))
            .json(place, 200, &issuer_metadata("https://as.example"));
        protected(run(&web).await);
        assert_eq!(web.asked()[2..], *asked, "M-06: no other suffix");
    }
    let none = challenged("Bearer").json(PATH, 200, &resource_metadata("https://as.example"));
    assert!(matches!(
        run(&none).await,
        Err(DiscoveryError::NoAuthorizationServerMetadata { .. })
    ));
    assert_eq!(none.asked()[2..], [METADATA, OPENID]);
}

/// M-04: the documents at the root belong to another issuer, whatever they say of themselves.
#[tokio::test]
async fn m04_m06_the_root_documents_of_an_issuer_with_a_path_are_not_asked() {
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example/t"))
        .json(METADATA, 200, &issuer_metadata("https://as.example/t"))
        .json(OPENID, 200, &issuer_metadata("https://as.example/t"));
    assert!(matches!(
        run(&web).await,
        Err(DiscoveryError::NoAuthorizationServerMetadata { .. })
    ));
    assert!(
        web.asked()
            .iter()
            .all(|asked| asked != METADATA && asked != OPENID),
        "{:?}",
        web.asked()
    );
}

/// Rules: M-07, M-08
#[tokio::test]
async fn m07_m08_an_issuer_that_is_almost_the_same_is_another() {
    for other in [
        "https://as.example/t/",
        "https://AS.example/t",
        "https://as.example:443/t",
        "https://as.example",
        "https://as.example/T",
    ] {
        let web = challenged("Bearer").json(PATH, 200, &resource_metadata("https://as.example/t"));
        let web = ["oauth-authorization-server", "openid-configuration"]
            .into_iter()
            .fold(web, |web, suffix| {
                web.json(
                    &format!("GET https://as.example/.well-known/{suffix}/t"),
                    200,
                    &issuer_metadata(other),
                )
            });
        let error = run(&web).await.expect_err(other);
        assert!(
            matches!(
                error,
                DiscoveryError::AuthorizationServerMetadata {
                    source: MetadataError::IssuerMismatch { .. },
                    ..
                }
            ),
            "{other}: {error}"
        );
    }
}

/// A-05: the OpenID document is held to the same rule as that of RFC 8414 (A-04).
#[tokio::test]
async fn a05_a02_an_openid_document_without_pkce_is_refused() {
    let silent = issuer_metadata("https://as.example")
        .replace(r#","code_challenge_methods_supported":["S256"]"#, "");
    for place in [METADATA, OPENID] {
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata("https://as.example"))
            .json(place, 200, &silent);
        let error = run(&web).await.expect_err("refused");
        assert!(
            matches!(
                error,
                DiscoveryError::AuthorizationServerMetadata {
                    source: MetadataError::PkceUnadvertised { .. },
                    ..
                }
            ),
            "{place}: {error}"
        );
        assert_eq!(error.concession(), Some(Concession::PkceUnadvertised));
    }
}

/// Rules: G-07, G-08, B-02
#[tokio::test]
async fn g07_g08_b02_an_endpoint_without_https_is_refused_before_anything_is_sent() {
    for member in ["/a", "/t"] {
        let plain = issuer_metadata("https://as.example").replace(
            &format!("https://as.example{member}"),
            &format!("http://as.example{member}"),
        );
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata("https://as.example"))
            .json(METADATA, 200, &plain);
        let error = run(&web).await.expect_err("refused");
        assert!(
            matches!(
                error,
                DiscoveryError::AuthorizationServerMetadata {
                    source: MetadataError::Endpoint { .. },
                    ..
                }
            ),
            "{member}: {error}"
        );
        assert!(
            web.asked()
                .iter()
                .all(|asked| asked.starts_with("GET https://") || asked == MCP)
        );
    }
}

/// M-09 … M-12: the fallback of 2025-03-26, once the person confirmed it. The path of the MCP server plays no part.
#[tokio::test]
async fn m09_m10_m11_m12_m13_the_fallback_of_2025_03_26() {
    let confirmed = Concessions([Concession::LegacyEndpoints].into());
    let published = challenged("Bearer").json(OWN, 200, &issuer_metadata("https://h.example"));
    // Its login page is on a host that is not its own, which is a decision apart.
    let error = run_with(&published, "https://h.example/mcp", &confirmed)
        .await
        .expect_err("somebody else's page");
    assert_eq!(
        error.concession(),
        Some(Concession::ForeignLoginPage),
        "{error}"
    );
    let both = Concessions([Concession::LegacyEndpoints, Concession::ForeignLoginPage].into());
    let published = challenged("Bearer").json(OWN, 200, &issuer_metadata("https://h.example"));
    let found = protected(run_with(&published, "https://h.example/mcp", &both).await);
    assert_eq!(
        published.asked(),
        [MCP, PATH, ROOT, OWN],
        "M-11: metadata before the defaults"
    );
    assert_eq!(
        found.authorization_server.token_endpoint, "https://as.example/t",
        "M-10: what it publishes counts"
    );
    let silent = challenged("Bearer");
    let found = protected(run_with(&silent, "https://h.example/mcp", &confirmed).await)
        .authorization_server;
    assert_eq!(
        [
            found.authorization_endpoint,
            Some(found.token_endpoint),
            found.registration_endpoint
        ],
        ["authorize", "token", "register"].map(|path| Some(format!("https://h.example/{path}")))
    );
    assert_eq!(found.issuer.as_str(), "https://h.example");
}

/// docs/protocol.md#concessions: without the confirmation the fallback is told, and not taken.
#[tokio::test]
async fn m09_the_fallback_is_not_taken_unasked() {
    let published = challenged("Bearer").json(OWN, 200, &issuer_metadata("https://h.example"));
    let error = run(&published).await.expect_err("not taken");
    assert_eq!(
        error.concession(),
        Some(Concession::LegacyEndpoints),
        "{error}"
    );
    let never = Web::default()
        .on(MCP, 401, &[("www-authenticate", "Bearer")], "")
        .json(PATH, 200, &resource_metadata("https://silent.example"))
        .json(OWN, 200, &issuer_metadata("https://h.example"));
    let confirmed = Concessions([Concession::LegacyEndpoints].into());
    run_with(&never, "https://h.example/mcp", &confirmed)
        .await
        .expect_err("never where the resource publishes metadata");
    assert!(!never.asked().contains(&OWN.to_owned()));
}
