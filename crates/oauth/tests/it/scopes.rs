//! Which scopes are asked for: the challenge's, else the resource's, else none (docs/protocol.md#scopes).

use crate::discovery::{METADATA, PATH, challenged, issuer_metadata, protected, run};
use crate::web::Web;
use oauth::scope::Scopes;

/// The resource's list; `scopes` is the member as JSON, or nothing.
fn server(header: &str, scopes: &str) -> Web {
    let resource = format!(
        r#"{{"resource":"https://h.example/mcp","authorization_servers":["https://as.example"]{scopes}}}"#
    );
    // The issuer's own list is a decoy: it names all that it knows (S-04).
    let issuer = issuer_metadata("https://as.example").replacen(
        '{',
        r#"{"scopes_supported":["admin","offline_access","openid"],"#,
        1,
    );
    challenged(header)
        .json(PATH, 200, &resource)
        .json(METADATA, 200, &issuer)
}

async fn asked(header: &str, scopes: &str) -> Scopes {
    protected(run(&server(header, scopes)).await).scopes_to_request
}

/// Rules: S-01, S-02, S-03, S-04
#[tokio::test]
async fn s02_s03_s04_s01_the_order_of_the_specification() {
    let listed = r#","scopes_supported":["files:read","files:write"]"#;
    for (header, scopes, expected) in [
        (r#"Bearer scope="files:read""#, listed, "files:read"),
        ("Bearer", listed, "files:read files:write"),
        (r#"Bearer scope="""#, listed, "files:read files:write"),
        ("Bearer", "", ""),
        ("Bearer", r#","scopes_supported":[]"#, ""),
        ("Bearer", r#","scopes_supported":null"#, ""),
        (r#"Bearer scope="files:read""#, "", "files:read"),
    ] {
        assert_eq!(
            asked(header, scopes).await,
            Scopes::parse(expected),
            "{header} {scopes}"
        );
    }
}

/// S-05, S-06: the challenge counts whole, and nothing is added to it or taken from it by the resource's list.
#[tokio::test]
async fn s05_s06_no_set_relation_is_assumed() {
    let listed = r#","scopes_supported":["files:read"]"#;
    for challenge in [
        "secret:write",
        "secret:write files:read",
        "mcp-api/read https://api.example/x",
    ] {
        let header = format!(r#"Bearer error="invalid_token", scope="{challenge}""#);
        assert_eq!(
            asked(&header, listed).await,
            Scopes::parse(challenge),
            "{challenge}"
        );
    }
}

/// S-14: what asks for a refresh token is not asked for by discovery; the issuer's list of it is kept for the login.
#[tokio::test]
async fn s14_offline_access_is_known_and_not_asked_for_here() {
    let found = protected(run(&server("Bearer", "")).await);
    assert!(
        found
            .authorization_server
            .scopes_supported
            .contains("offline_access")
    );
    assert!(found.scopes_to_request.is_empty() && found.scopes_supported.is_empty());
}
