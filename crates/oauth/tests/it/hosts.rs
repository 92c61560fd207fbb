//! Whose login page it is, and what a server may name: a browser is opened for the issuer's own page, and never into the
//! machine or network that we run in.

use crate::discovery::{
    MCP, METADATA, PATH, challenged, issuer_metadata, protected, resource_metadata, run, run_with,
};
use crate::web::Web;
use oauth::concession::{Concession, Concessions};
use oauth::discovery::{Discovery, DiscoveryError, LoginHosts, discover_with};
use oauth::http::HttpError;
use oauth::metadata::{Basis, EnteredEndpoints, MetadataError};
use oauth::uri::ResourceUri;

const NOTHING: Concessions = Concessions(std::collections::BTreeSet::new());

/// A document of `issuer` whose login page and token endpoint are these.
fn document(issuer: &str, login: &str, token: &str, more: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{login}","token_endpoint":"{token}","code_challenge_methods_supported":["S256"]{more}}}"#
    )
}

async fn look(
    issuer: &str,
    document: &str,
    concessions: &Concessions,
) -> Result<Discovery, DiscoveryError> {
    let place = format!("GET {issuer}/.well-known/oauth-authorization-server");
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata(issuer))
        .json(&place, 200, document);
    run_with(&web, "https://h.example/mcp", concessions).await
}

/// 1. `evil.example` publishes its own metadata, with the login page of `honest.example`, which does not say in its answers
///    who it is. 2. The code of that login would go to `evil.example`. 3. Nothing opens before the person allowed it, and the
///    hosts are told.
#[tokio::test]
async fn attack_08_a_borrowed_login_page_is_not_opened_unasked() {
    let evil = document(
        "https://evil.example",
        "https://honest.example/authorize",
        "https://evil.example/t",
        "",
    );
    let error = look("https://evil.example", &evil, &NOTHING)
        .await
        .expect_err("not unasked");
    assert_eq!(
        error.concession(),
        Some(Concession::ForeignLoginPage),
        "{error}"
    );
    let told = error.to_string();
    assert!(
        told.contains("log in at honest.example") && told.contains("issuer is evil.example"),
        "{told}"
    );

    let allowed = Concessions([Concession::ForeignLoginPage].into());
    let server =
        protected(look("https://evil.example", &evil, &allowed).await).authorization_server;
    let hosts = LoginHosts::of(&server);
    assert_eq!(
        (&hosts, hosts.only()),
        (
            &LoginHosts {
                login: Some("honest.example".to_owned()),
                token: "evil.example".to_owned(),
                issuer: "evil.example".to_owned(),
            },
            None
        )
    );

    let promises = document(
        "https://evil.example",
        "https://honest.example/authorize",
        "https://evil.example/t",
        r#","authorization_response_iss_parameter_supported":true"#,
    );
    let server =
        protected(look("https://evil.example", &promises, &NOTHING).await).authorization_server;
    assert!(
        server.sends_iss,
        "then an answer of somebody else's is told by its iss (RFC 9207 §2.4)"
    );
}

#[tokio::test]
async fn attack_08_whose_page_it_is_is_decided_by_the_whole_host() {
    for (issuer, login, is_its_own) in [
        ("https://as.example", "https://as.example/authorize", true),
        (
            "https://as.example",
            "https://login.as.example/authorize",
            true,
        ),
        (
            "https://as.example",
            "https://a.b.as.example/authorize",
            true,
        ),
        (
            "https://as.example:8443",
            "https://as.example:8443/authorize",
            true,
        ),
        (
            "https://cognito-idp.eu-west-1.amazonaws.com",
            "https://shop.auth.eu-west-1.amazoncognito.com/authorize",
            true,
        ),
        (
            "https://as.example",
            "https://as.example:8443/authorize",
            false,
        ),
        (
            "https://cognito-idp.eu-west-1.amazonaws.com",
            "https://shop.auth.eu-west-1.amazoncognito.com:8443/authorize",
            false,
        ),
        (
            "https://as.example",
            "https://login.as.example:8443/authorize",
            false,
        ),
        (
            "https://as.example",
            "https://evilas.example/authorize",
            false,
        ),
        (
            "https://as.example",
            "https://as.example.evil.example/authorize",
            false,
        ),
        (
            "https://evil.github.io",
            "https://github.io/authorize",
            false,
        ),
        (
            "https://evil.shared.example",
            "https://login.shared.example/authorize",
            false,
        ),
        ("https://1.1.1.1", "https://9.1.1.1.1/authorize", false),
        (
            "https://as.example",
            "https://shop.auth.eu-west-1.amazoncognito.com/authorize",
            false,
        ),
    ] {
        let found = look(
            issuer,
            &document(issuer, login, &format!("{issuer}/t"), ""),
            &NOTHING,
        )
        .await;
        match found {
            Ok(_) => assert!(is_its_own, "{issuer} {login}"),
            // `9.1.1.1.1` is no address and no name either.
            Err(error) => assert!(!is_its_own, "{issuer} {login}: {error}"),
        }
    }
}

/// Attacks D02, D21: what is opened in a browser has no reach that a request would not have.
#[tokio::test]
async fn attack_d21_a_public_server_names_no_endpoint_in_here() {
    for inside in [
        "http://127.0.0.1:8080/api/shutdown",
        "http://localhost:631/admin",
        "https://app.localhost/x",
        "https://192.168.1.1/reboot",
        "https://10.0.0.5/x",
        "https://3232235777/x",
        "https://[::ffff:10.0.0.5]/x",
        "https://[fec0::1]/x",
        "https://169.254.169.254/latest",
        "https://printer.local/x",
    ] {
        let promise = r#","authorization_response_iss_parameter_supported":true"#;
        for (login, token) in [
            (inside, "https://as.example/t"),
            ("https://as.example/a", inside),
        ] {
            let document = document("https://as.example", login, token, promise);
            let error = look("https://as.example", &document, &NOTHING)
                .await
                .expect_err(inside);
            assert!(
                matches!(
                    error,
                    DiscoveryError::AuthorizationServerMetadata {
                        source: MetadataError::Endpoint { .. },
                        ..
                    }
                ),
                "{inside}: {error}"
            );
            let private = Concessions([Concession::PrivateNetwork].into());
            let helps = look("https://as.example", &document, &private)
                .await
                .is_ok();
            assert_eq!(
                error.concession().is_some(),
                helps,
                "offered where it helps, and nowhere else: {inside}"
            );
        }
        let more = format!(
            r#"{promise},"userinfo_endpoint":"{inside}","revocation_endpoint":"{inside}","registration_endpoint":"{inside}","device_authorization_endpoint":"{inside}""#
        );
        let document = document(
            "https://as.example",
            "https://as.example/a",
            "https://as.example/t",
            &more,
        );
        let server =
            protected(look("https://as.example", &document, &NOTHING).await).authorization_server;
        let optional = [
            server.userinfo_endpoint,
            server.revocation_endpoint,
            server.registration_endpoint,
            server.device_authorization_endpoint,
        ];
        assert_eq!(optional, [None, None, None, None], "{inside}");
    }
}

/// A server on this machine may have its login page on this machine.
#[tokio::test]
async fn b01_a_server_on_this_machine_may_name_what_is_on_it() {
    let issuer = "http://127.0.0.1:9000";
    let web = Web::default()
        .on(
            "POST http://127.0.0.1:3001/mcp",
            401,
            &[("www-authenticate", "Bearer")],
            "",
        )
        .json(
            "GET http://127.0.0.1:3001/.well-known/oauth-protected-resource/mcp",
            200,
            &resource_metadata(issuer)
                .replace("https://h.example/mcp", "http://127.0.0.1:3001/mcp"),
        )
        .json(
            "GET http://127.0.0.1:9000/.well-known/oauth-authorization-server",
            200,
            &document(
                issuer,
                "http://127.0.0.1:9000/a",
                "http://127.0.0.1:9000/t",
                "",
            ),
        );
    protected(run_with(&web, "http://127.0.0.1:3001/mcp", &NOTHING).await);
}

/// A kept document is held to what is allowed now, not to what was allowed when it came.
#[tokio::test]
async fn what_is_kept_is_checked_when_it_is_used() {
    let foreign = issuer_metadata("https://other.example").replace("/t\"", "/t2\"");
    let allowed = Concessions([Concession::ForeignLoginPage].into());
    let server =
        protected(look("https://other.example", &foreign, &allowed).await).authorization_server;
    let reach = oauth::address_guard::Reach::default();
    assert!(server.check(&allowed, reach).is_ok());
    assert!(matches!(
        server.check(&NOTHING, reach),
        Err(MetadataError::ForeignLoginPage { .. })
    ));
}

fn entered(login: &str, token: &str) -> EnteredEndpoints {
    EnteredEndpoints {
        issuer: None,
        authorization_endpoint: login.into(),
        token_endpoint: token.into(),
        revocation_endpoint: None,
    }
}

async fn by_hand(
    web: &Web,
    entered: &EnteredEndpoints,
    concessions: &Concessions,
) -> Result<Discovery, DiscoveryError> {
    let uri = ResourceUri::from_person("https://h.example/mcp").expect("a URL");
    discover_with(web, &uri, Some(entered), concessions, &|_| {}).await
}

/// D-08: without a document, what a person entered is used; it is held to the same rules, and no document is asked for.
#[tokio::test]
async fn d08_pinned_endpoints_take_the_place_of_the_document() {
    let allowed = Concessions([Concession::PkceUnadvertised].into());
    let pinned = entered(
        "https://as.example/oauth/authorize",
        "https://as.example/oauth/token",
    );
    let web = challenged("Bearer").json(PATH, 200, &resource_metadata("https://as.example/oauth"));
    let error = by_hand(&web, &pinned, &NOTHING)
        .await
        .expect_err("nobody says that PKCE is checked");
    assert_eq!(
        error.concession(),
        Some(Concession::PkceUnadvertised),
        "{error}"
    );
    let found = protected(by_hand(&web, &pinned, &allowed).await);
    let server = found.authorization_server;
    assert_eq!(
        (server.issuer.as_str(), server.basis),
        ("https://as.example/oauth", Basis::Entered),
        "the resource names it"
    );
    assert_eq!(
        (server.token_endpoint.as_str(), server.registration_endpoint),
        ("https://as.example/oauth/token", None)
    );
    assert!(
        web.asked()
            .iter()
            .all(|asked| !asked.contains("as.example/")),
        "{:?}",
        web.asked()
    );

    let nameless = challenged("Bearer");
    let server = protected(by_hand(&nameless, &pinned, &allowed).await).authorization_server;
    assert_eq!(
        server.issuer.as_str(),
        "https://as.example",
        "nobody names one: where one logs in"
    );

    let open = Web::default().json(
        MCP,
        200,
        r#"{"jsonrpc":"2.0","id":1,"result":{"serverInfo":{"name":"notes"}}}"#,
    );
    let found = protected(by_hand(&open, &pinned, &allowed).await);
    assert_eq!(
        found.calls_itself.as_deref(),
        Some("notes"),
        "an open server keeps its name"
    );

    let apart = entered(
        "https://honest.example/authorize",
        "https://evil.example/token",
    );
    let error = by_hand(&nameless, &apart, &allowed)
        .await
        .expect_err("the code would go elsewhere");
    assert_eq!(
        error.concession(),
        Some(Concession::ForeignLoginPage),
        "{error}"
    );
    let inside = entered("http://127.0.0.1:1/authorize", "https://as.example/token");
    let back = EnteredEndpoints {
        revocation_endpoint: Some("http://127.0.0.1:1/revoke".into()),
        ..pinned.clone()
    };
    for inside in [inside, back] {
        let error = by_hand(&nameless, &inside, &allowed)
            .await
            .expect_err("not even by hand");
        assert!(
            matches!(
                error,
                DiscoveryError::Entered {
                    source: MetadataError::Endpoint { .. }
                }
            ),
            "{error}"
        );
    }
    // A server that asks for a token only when a tool is called.
    let open = Web::default().json(MCP, 200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
    let server = protected(by_hand(&open, &pinned, &allowed).await).authorization_server;
    assert_eq!(server.basis, Basis::Entered);
}

#[tokio::test]
async fn a_server_that_names_itself_alone_is_told_in_one_word() {
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://as.example"));
    let hosts = LoginHosts::of(&protected(run(&web).await).authorization_server);
    assert_eq!(hosts.only(), Some("as.example"));
}

/// What is offered helps: nobody may allow a cloud's own secrets.
#[test]
fn b01_no_concession_is_offered_for_what_none_opens() {
    let blocked = |address: &str| {
        HttpError::Blocked {
            host: "h.example".into(),
            address: address.into(),
        }
        .concession()
    };
    assert_eq!(blocked("10.0.0.1"), Some(Concession::PrivateNetwork));
    for nobody in [
        "169.254.169.254",
        "100.100.100.200",
        "64:ff9b::a9fe:a9fe",
        "fd00:ec2::254",
        "224.0.0.1",
    ] {
        assert_eq!(blocked(nobody), None, "{nobody}");
    }
}
