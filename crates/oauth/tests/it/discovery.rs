//! Discovery: where is looked, in which order, and when it ends (docs/protocol.md#order).

use crate::web::Web;
use oauth::concession::{Concession, Concessions};
use oauth::discovery::{Discovery, DiscoveryError, discover};
use oauth::metadata::MetadataError;
use oauth::scope::Scopes;
use oauth::trace::{Step, Verdict};
use oauth::uri::ResourceUri;
use std::sync::Mutex;

pub(crate) const MCP: &str = "POST https://h.example/mcp";
pub(crate) const PATH: &str = "GET https://h.example/.well-known/oauth-protected-resource/mcp";
pub(crate) const ROOT: &str = "GET https://h.example/.well-known/oauth-protected-resource";
pub(crate) const METADATA: &str = "GET https://as.example/.well-known/oauth-authorization-server";
pub(crate) const OPENID: &str = "GET https://as.example/.well-known/openid-configuration";

pub(crate) fn resource_metadata(issuer: &str) -> String {
    format!(
        r#"{{"resource":"https://h.example/mcp","authorization_servers":["{issuer}"],"scopes_supported":["a","b"]}}"#
    )
}

pub(crate) fn issuer_metadata(issuer: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"https://as.example/a","token_endpoint":"https://as.example/t","code_challenge_methods_supported":["S256"]}}"#
    )
}

pub(crate) fn challenged(header: &str) -> Web {
    Web::default().on(MCP, 401, &[("www-authenticate", header)], "")
}

pub(crate) async fn run(web: &Web) -> Result<Discovery, DiscoveryError> {
    run_with(web, "https://h.example/mcp", &Concessions::default()).await
}

pub(crate) async fn run_with(
    web: &Web,
    url: &str,
    concessions: &Concessions,
) -> Result<Discovery, DiscoveryError> {
    let uri = ResourceUri::from_person(url).expect("a good URL");
    discover(web, &uri, concessions, &|_| {}).await
}

pub(crate) fn protected(outcome: Result<Discovery, DiscoveryError>) -> oauth::discovery::Protected {
    match outcome.expect("discovery succeeds") {
        Discovery::Protected(protected) => *protected,
        Discovery::NotProtected { .. } => panic!("protected"),
    }
}

#[tokio::test]
async fn d05_the_challenges_place_comes_first_and_the_others_are_not_asked() {
    let web =
        challenged(r#"Bearer resource_metadata="https://h.example/meta", scope="files:read""#)
            .json(
                "GET https://h.example/meta",
                200,
                &resource_metadata("https://as.example"),
            )
            .json(PATH, 200, &resource_metadata("https://evil.example"))
            .json(METADATA, 200, &issuer_metadata("https://as.example"));
    let found = protected(run(&web).await);
    assert_eq!(web.asked(), [MCP, "GET https://h.example/meta", METADATA]);
    assert_eq!(
        found.scopes_to_request,
        Scopes::parse("files:read"),
        "S-02: the challenge's scope, not the list"
    );
    assert_eq!(found.resource_parameter, "https://h.example/mcp");
}

#[tokio::test]
async fn d06_without_a_challenge_the_path_comes_before_the_root() {
    let web = challenged("Bearer")
        .json(ROOT, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://as.example"));
    let found = protected(run(&web).await);
    assert_eq!(web.asked(), [MCP, PATH, ROOT, METADATA]);
    assert_eq!(
        found.scopes_to_request,
        Scopes::parse("a b"),
        "S-03: all that the resource lists"
    );
}

#[tokio::test]
async fn q09_a_web_page_at_a_well_known_place_is_not_metadata() {
    let web = challenged("Bearer")
        .on(
            PATH,
            200,
            &[("content-type", "text/html")],
            "<html>log in</html>",
        )
        .json(ROOT, 200, &resource_metadata("https://as.example"))
        .on(METADATA, 200, &[("content-type", "text/html")], "<html>")
        .json(OPENID, 200, &issuer_metadata("https://as.example"));
    protected(run(&web).await);
    assert_eq!(web.asked(), [MCP, PATH, ROOT, METADATA, OPENID], "M-05");
}

#[tokio::test]
async fn an_outage_does_not_select_a_weaker_document() {
    let web = challenged("Bearer").on(PATH, 503, &[], "").json(
        ROOT,
        200,
        &resource_metadata("https://as.example"),
    );
    assert!(matches!(
        run(&web).await,
        Err(DiscoveryError::ServerError { status: 503, .. })
    ));
    assert_eq!(web.asked(), [MCP, PATH]);
}

#[tokio::test]
async fn m04_an_issuer_with_a_path_has_three_places_and_none_of_them_is_the_root() {
    let appended = "GET https://as.example/t/.well-known/openid-configuration";
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example/t"))
        .json(appended, 200, &issuer_metadata("https://as.example/t"));
    protected(run(&web).await);
    assert_eq!(
        web.asked()[2..],
        [
            "GET https://as.example/.well-known/oauth-authorization-server/t",
            "GET https://as.example/.well-known/openid-configuration/t",
            appended,
        ]
    );
}

#[tokio::test]
async fn m08_a_document_that_speaks_for_another_issuer_is_not_used() {
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://evil.example"));
    let error = run(&web).await.expect_err("refused");
    assert!(
        matches!(
            error,
            DiscoveryError::AuthorizationServerMetadata {
                source: MetadataError::IssuerMismatch { .. },
                ..
            }
        ),
        "{error}"
    );
    let allowed = Concessions([Concession::IssuerMismatch].into());
    let found = protected(run_with(&web, "https://h.example/mcp", &allowed).await);
    assert_eq!(
        found.authorization_server.issuer.as_str(),
        "https://as.example",
        "never kept as the other issuer"
    );
}

#[tokio::test]
async fn d12_metadata_of_another_resource_ends_it() {
    let web = challenged("Bearer").json(
        PATH,
        200,
        &resource_metadata("https://as.example").replace("h.example", "evil.example"),
    );
    assert!(matches!(
        run(&web).await,
        Err(DiscoveryError::ResourceMetadata {
            source: MetadataError::ResourceMismatch { .. },
            ..
        })
    ));
    assert_eq!(
        web.asked(),
        [MCP, PATH],
        "no authorization server was asked"
    );
}

#[tokio::test]
async fn d09_the_first_usable_of_several_authorization_servers_is_taken() {
    let list = r#"{"resource":"https://h.example/mcp","authorization_servers":["http://plain.example","https://silent.example","https://as.example"]}"#;
    let web = challenged("Bearer").json(PATH, 200, list).json(
        METADATA,
        200,
        &issuer_metadata("https://as.example"),
    );
    assert_eq!(
        protected(run(&web).await)
            .authorization_server
            .issuer
            .as_str(),
        "https://as.example"
    );
    assert!(
        web.asked()
            .iter()
            .all(|asked| !asked.contains("plain.example")),
        "http is not even asked"
    );
}

#[tokio::test]
async fn q02_a_server_that_answers_without_a_token_may_still_be_protected() {
    let open = Web::default().json(MCP, 200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
    assert_eq!(
        run(&open).await,
        Ok(Discovery::NotProtected { calls_itself: None })
    );
    assert_eq!(
        open.asked(),
        [MCP, PATH, ROOT],
        "its metadata was looked for"
    );
    let lazy = Web::default()
        .json(MCP, 200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://as.example"));
    protected(run(&lazy).await);
}

/// An open server's name for itself, in the answer of either dialect and in a stream.
#[tokio::test]
async fn an_open_server_says_what_it_is_called() {
    let plain = (
        "application/json",
        r#"{"jsonrpc":"2.0","id":1,"result":{"serverInfo":{"name":"notes","version":"1"}}}"#,
    );
    let meta = r#"{"jsonrpc":"2.0","id":1,"result":{"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"notes","title":"My notes"}}}}"#;
    let stream = format!("event: message\ndata: {meta}\n\n");
    let long = plain.1.replace("notes", &"n".repeat(500));
    let bounded = format!("{}…", "n".repeat(120));
    for (kind, body, name) in [
        (plain.0, plain.1, Some("notes")),
        (plain.0, meta, Some("My notes")),
        ("text/event-stream", stream.as_str(), Some("My notes")),
        (
            plain.0,
            r#"{"jsonrpc":"2.0","id":1,"result":{"serverInfo":"notes"}}"#,
            None,
        ),
        (
            plain.0,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"serverInfo"}}"#,
            None,
        ),
        (
            plain.0,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\n[7]\n}",
            None,
        ),
        ("text/event-stream", "data: [1]\n\ndata: 7\n\n", None),
        (plain.0, long.as_str(), Some(bounded.as_str())),
    ] {
        let open = Web::default().on(MCP, 200, &[("content-type", kind)], body);
        assert_eq!(
            run(&open).await,
            Ok(Discovery::NotProtected {
                calls_itself: name.map(str::to_owned)
            }),
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_probe_speaks_the_new_dialect_first_and_then_the_older_ones() {
    let web = Web::default()
        .on(MCP, 400, &[], "")
        .on(MCP, 401, &[("www-authenticate", "Bearer")], "")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://as.example"));
    protected(run(&web).await);
    let methods: Vec<_> = web
        .bodies()
        .iter()
        .filter_map(|body| body["method"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(methods, ["server/discover", "initialize"]);
    assert_eq!(
        web.headers("mcp-method")[0].as_deref(),
        Some("server/discover")
    );
}

/// Attacks D05 and D06.
#[tokio::test]
async fn b04_redirects_of_metadata_stay_on_their_origin_and_end() {
    let target = |location: &str| {
        challenged("Bearer")
            .on(PATH, 302, &[("location", location)], "")
            .json(
                "GET https://h.example/moved",
                200,
                &resource_metadata("https://as.example"),
            )
            .json(METADATA, 200, &issuer_metadata("https://as.example"))
    };
    protected(run(&target("/moved")).await);
    for away in [
        "https://evil.example/x",
        "http://127.0.0.1/x",
        "file:///etc/passwd",
    ] {
        let web = target(away);
        run(&web).await.expect_err(away);
        assert_eq!(web.asked(), [MCP, PATH], "{away} was not followed");
    }
    let circle = target(PATH.strip_prefix("GET ").expect("GET"));
    assert!(matches!(
        run(&circle).await,
        Err(DiscoveryError::RedirectLoop { .. })
    ));
    assert_eq!(circle.asked().len(), 5, "D06: three redirects and no more");
}

#[tokio::test]
async fn every_request_is_a_step_and_none_shows_more_than_it_may() {
    let web = challenged(r#"Bearer resource_metadata="https://h.example/meta?token=x""#)
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &issuer_metadata("https://as.example"));
    let steps = Mutex::new(Vec::new());
    let uri = ResourceUri::from_person("https://h.example/mcp").expect("a URL");
    discover(&web, &uri, &Concessions::default(), &|step| {
        steps.lock().expect("no panic").push(step);
    })
    .await
    .expect("found");
    let steps: Vec<Step> = steps.into_inner().expect("no panic");
    let verdicts: Vec<_> = steps
        .iter()
        .map(|step| (step.verdict, step.status))
        .collect();
    assert_eq!(
        verdicts,
        [
            (Verdict::Ok, Some(401)),
            (Verdict::Next, Some(404)),
            (Verdict::Ok, Some(200)),
            (Verdict::Ok, Some(200)),
            (Verdict::Ok, None),
        ]
    );
    let is_public = |rule: &str| {
        ["RFC ", "MCP ", "OpenID "]
            .iter()
            .any(|name| rule.starts_with(name))
    };
    assert!(
        steps
            .iter()
            .all(|step| is_public(&step.rule) && !step.rule.contains('(')),
        "what anybody can read: {steps:?}"
    );
}

#[tokio::test]
async fn no_answer_is_told_as_such() {
    let error = run_with(
        &Web::default(),
        "https://down.example/mcp",
        &Concessions::default(),
    )
    .await
    .expect_err("down");
    assert!(matches!(error, DiscoveryError::Http(_)), "{error}");
    let error = run(&Web::default()).await.expect_err("404 everywhere");
    assert!(matches!(error, DiscoveryError::NotMcp { .. }), "{error}");
    let error = run(&challenged("Bearer"))
        .await
        .expect_err("a challenge and nothing else");
    assert!(
        matches!(error, DiscoveryError::NoResourceMetadata { .. }),
        "D-08 {error}"
    );
}
