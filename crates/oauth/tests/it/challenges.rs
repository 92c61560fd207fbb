//! What a refusal makes discovery do: the shapes of `WWW-Authenticate`, and the statuses that ask for a login.

use crate::discovery::{
    MCP, METADATA, PATH, ROOT, challenged, issuer_metadata, protected, resource_metadata, run,
};
use crate::web::Web;
use oauth::discovery::{Discovery, DiscoveryError};
use oauth::scope::Scopes;

const META: &str = "GET https://h.example/meta";

fn answering(web: Web) -> Web {
    web.json(META, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://as.example"))
}

/// Rules: D-01, D-04
#[tokio::test]
async fn d01_a_refusal_without_a_token_starts_discovery() {
    let header = (
        "www-authenticate",
        r#"Bearer resource_metadata="https://h.example/meta""#,
    );
    for status in [401, 403] {
        let web = answering(Web::default().on(MCP, status, &[header], ""));
        protected(run(&web).await);
        assert_eq!(web.asked(), [MCP, META, METADATA], "{status}");
    }
}

/// E-01: other statuses ask for no login; they are about the request, or about the server.
#[tokio::test]
async fn e01_other_statuses_are_no_demand_for_a_login() {
    for status in [400, 404, 405, 406, 415] {
        let web = Web::default().on(MCP, status, &[("www-authenticate", "Basic realm=x")], "");
        assert!(
            matches!(run(&web).await, Err(DiscoveryError::NotMcp { .. })),
            "{status}"
        );
    }
    let forbidden = Web::default().on(MCP, 403, &[], "");
    let error = run(&forbidden)
        .await
        .expect_err("a 403 without a challenge is no invitation");
    assert!(
        matches!(error, DiscoveryError::Hidden { status: 403, .. }),
        "and not the absence of a server: {error}"
    );
}

#[tokio::test]
async fn d02_each_shape_of_the_header_leads_to_the_same_place() {
    let url = "https://h.example/meta";
    let shapes: [Vec<String>; 14] = [
        vec![format!(r#"Bearer resource_metadata="{url}""#)],
        vec![format!("bearer resource_metadata={url}")],
        vec![format!(r#"BEARER realm="x", resource_metadata="{url}""#)],
        vec![format!(
            r#"Basic realm="x", Bearer resource_metadata="{url}""#
        )],
        vec![format!(
            r#"Bearer resource_metadata="{url}", Basic realm="x""#
        )],
        vec![
            "Basic realm=x".to_owned(),
            format!(r#"Bearer resource_metadata="{url}""#),
        ],
        vec![format!(
            r#"Negotiate YII=, Bearer resource_metadata="{url}""#
        )],
        vec![format!(
            r#"Bearer realm="a, b=\"c\" Bearer x=y", resource_metadata="{url}""#
        )],
        vec![format!(
            r#"Bearer error="invalid_token", error_description="no, none", resource_metadata="{url}", future="1""#
        )],
        vec![format!(
            r#"Bearer error="invalid_token" resource_metadata="{url}""#
        )],
        vec![format!(r#"Bearer   resource_metadata  =  "{url}""#)],
        vec![
            "Bearer".to_owned(),
            format!(r#"Bearer resource_metadata="{url}""#),
        ],
        vec![format!(
            r#"Bearer realm="x", DPoP algs="ES256", resource_metadata="{url}""#
        )],
        vec![r#"Bearer resource_metadata="/meta""#.to_owned()],
    ];
    for headers in shapes {
        let sent: Vec<_> = headers
            .iter()
            .map(|header| ("www-authenticate", header.as_str()))
            .collect();
        let web = answering(Web::default().on(MCP, 401, &sent, ""));
        protected(run(&web).await);
        assert_eq!(web.asked(), [MCP, META, METADATA], "{headers:?}");
    }
}

/// D-02: a challenge without parameters, and none at all, leave the well-known places.
#[tokio::test]
async fn d02_d04_without_a_named_place_the_well_known_ones_are_asked() {
    for headers in [
        &[][..],
        &[("www-authenticate", "Bearer")],
        &[("www-authenticate", r#"Basic realm="Bearer""#)],
    ] {
        let web = Web::default()
            .on(MCP, 401, headers, "")
            .json(PATH, 200, &resource_metadata("https://as.example"))
            .json(METADATA, 200, &issuer_metadata("https://as.example"));
        protected(run(&web).await);
        assert_eq!(web.asked(), [MCP, PATH, METADATA], "{headers:?}");
    }
}

/// Rules: D-02, B-09, Q05
#[tokio::test]
async fn d02_a_place_that_breaks_the_rules_is_not_asked() {
    for hostile in [
        "http://evil.example/meta",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://u:p@h.example/meta",
        "https://h.example/meta#x",
        "//",
        "",
    ] {
        let web = challenged(&format!(r#"Bearer resource_metadata="{hostile}""#))
            .json(ROOT, 200, &resource_metadata("https://as.example"))
            .json(METADATA, 200, &issuer_metadata("https://as.example"));
        protected(run(&web).await);
        assert!(
            web.asked()
                .iter()
                .all(|asked| !asked.contains("evil.example")),
            "{hostile}: {:?}",
            web.asked()
        );
    }
}

/// RFC 9449 §7.1: who asks for bound tokens only is known from the first answer.
#[tokio::test]
async fn a_challenge_for_bound_tokens_alone_is_told() {
    for (header, bound) in [
        (
            r#"DPoP algs="ES256", resource_metadata="https://h.example/meta", scope="s""#,
            true,
        ),
        (
            r#"Bearer resource_metadata="https://h.example/meta", scope="s", DPoP algs="ES256""#,
            false,
        ),
    ] {
        let found = protected(run(&answering(challenged(header))).await);
        assert_eq!(
            (found.needs_dpop, found.scopes_to_request),
            (bound, Scopes::parse("s")),
            "{header}"
        );
    }
}

/// Rules: G-01
#[tokio::test]
async fn g01_a_server_that_wants_no_login_stays_usable() {
    let web = Web::default().json(MCP, 200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
    assert_eq!(
        run(&web).await,
        Ok(Discovery::NotProtected { calls_itself: None })
    );
}
