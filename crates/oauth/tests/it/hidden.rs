//! What is not told apart from absence by everybody: documents that are refused, that cannot be read, that lack a member,
//! or that are one place further.

use crate::discovery::{
    MCP, METADATA, OPENID, PATH, ROOT, challenged, issuer_metadata, protected, resource_metadata,
    run, run_with,
};
use crate::web::Web;
use oauth::concession::{Concession, Concessions};
use oauth::discovery::{DiscoveryError, discover};
use oauth::metadata::{AddressFault, MetadataError};
use oauth::trace::{Step, StepResult, Verdict};
use oauth::uri::{ResourceUri, UrlError};
use std::sync::Mutex;

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

/// RFC 8414 §3.1 puts the well-known path before the issuer's; some put it behind. The document is held to its issuer there
/// as everywhere.
#[tokio::test]
async fn the_place_behind_the_path_is_asked_last_and_held_to_the_issuer() {
    let issuer = "https://as.example/mgmt/v1";
    let place = "GET https://as.example/mgmt/v1/.well-known/oauth-authorization-server";
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata(issuer))
        .json(place, 200, &issuer_metadata(issuer));
    let steps = Mutex::new(Vec::new());
    let uri = ResourceUri::from_person("https://h.example/mcp").expect("a URL");
    discover(&web, &uri, &Concessions::default(), &|step| {
        steps.lock().expect("no panic").push(step);
    })
    .await
    .expect("found");
    assert_eq!(web.asked().last().map(String::as_str), Some(place));
    assert_eq!(
        web.asked().len(),
        6,
        "after the three of the specifications: {:?}",
        web.asked()
    );
    let steps: Vec<Step> = steps.into_inner().expect("no panic");
    assert!(
        steps
            .iter()
            .any(|step| step.verdict == Verdict::Warning && step.result == StepResult::BehindPath),
        "{steps:?}"
    );

    let other = challenged("Bearer")
        .json(PATH, 200, &resource_metadata(issuer))
        .json(place, 200, &issuer_metadata("https://as.example/mgmt/v2"));
    let error = run(&other).await.expect_err("another issuer's");
    assert_eq!(
        error.concession(),
        Some(Concession::IssuerMismatch),
        "{error}"
    );
    let none = challenged("Bearer").json(PATH, 200, &resource_metadata(issuer));
    let error = run(&none).await.expect_err("nowhere");
    assert!(error.to_string().contains("any of the 4 places"), "{error}");
}

/// RFC 9728 §2: `resource` is required. A document without it is there, and says which authorization server it means.
#[tokio::test]
async fn d12_metadata_without_its_resource_is_told_as_that() {
    for without in [
        r#"{"authorization_servers":["https://as.example"]}"#,
        r#"{"resource":null,"authorization_servers":["https://as.example"]}"#,
        r#"{"resource":"","authorization_servers":["https://as.example"]}"#,
    ] {
        let web = challenged("Bearer").json(PATH, 200, without).json(
            METADATA,
            200,
            &issuer_metadata("https://as.example"),
        );
        let error = run(&web).await.expect_err(without);
        assert!(
            matches!(
                error,
                DiscoveryError::ResourceMetadata {
                    source: MetadataError::ResourceMissing { .. },
                    ..
                }
            ),
            "{without}: {error}"
        );
        let told = error.to_string();
        assert!(
            told.contains("https://h.example/mcp") && told.contains("https://as.example"),
            "{told}"
        );
        assert_eq!(error.concession(), Some(Concession::ResourceMissing));
        let allowed = Concessions([Concession::ResourceMissing].into());
        let found = protected(run_with(&web, "https://h.example/mcp", &allowed).await);
        assert_eq!(
            found.resource_parameter, "https://h.example/mcp",
            "the address that was added"
        );
    }
}

/// What is no address is not put into a request, whatever was allowed.
#[tokio::test]
async fn d12_a_resource_that_is_no_address_gives_way_to_the_one_that_was_added() {
    for unusable in [
        "arn:aws:bedrock:eu-west-1:1:runtime/x",
        "javascript:1",
        "https://\u{430}.example/mcp",
    ] {
        let document =
            resource_metadata("https://as.example").replace("https://h.example/mcp", unusable);
        let web = challenged("Bearer").json(PATH, 200, &document).json(
            METADATA,
            200,
            &issuer_metadata("https://as.example"),
        );
        let error = run(&web).await.expect_err(unusable);
        assert_eq!(
            error.concession(),
            Some(Concession::ResourceMismatch),
            "{error}"
        );
        let allowed = Concessions([Concession::ResourceMismatch].into());
        let found = protected(run_with(&web, "https://h.example/mcp", &allowed).await);
        assert_eq!(found.resource_parameter, "https://h.example/mcp");
    }
}

#[tokio::test]
async fn no_place_is_asked_twice() {
    let web = challenged(
        r#"Bearer resource_metadata="https://h.example/.well-known/oauth-protected-resource/mcp""#,
    );
    run(&web).await.expect_err("nothing is there");
    let mut asked = web.asked();
    asked.sort();
    let all = asked.len();
    asked.dedup();
    assert_eq!(asked.len(), all, "{asked:?}");
}

/// RFC 8414 §3.2: what is not there is answered with 404. What is refused is not absent.
#[tokio::test]
async fn d08_a_refusal_to_show_metadata_is_not_its_absence() {
    for (status, headers, body) in [
        (
            403,
            vec![HTML, ("cf-mitigated", "challenge")],
            "<title>Just a moment...</title>",
        ),
        (403, vec![], "no"),
        (200, vec![HTML], "<html>"),
        (
            503,
            vec![HTML, ("cf-mitigated", "challenge")],
            "<title>Just a moment...</title>",
        ),
    ] {
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata("https://as.example"))
            .on(METADATA, status, &headers, body)
            .on(OPENID, status, &headers, body);
        let error = run(&web).await.expect_err("not shown");
        assert!(
            matches!(error, DiscoveryError::Hidden { .. }),
            "{status}: {error}"
        );
        let told = error.to_string();
        assert!(
            told.contains(&format!(
                "as.example refuses to show its metadata (status {status}"
            )),
            "{told}"
        );
        assert_eq!(
            told.contains("a page for browsers"),
            !headers.is_empty(),
            "{told}"
        );
        assert_eq!(error.concession(), None, "nobody can allow it");

        let resource = challenged("Bearer")
            .on(PATH, status, &headers, body)
            .on(ROOT, status, &headers, body);
        let error = run(&resource).await.expect_err("not shown either");
        let is_refusal = matches!(error, DiscoveryError::Hidden { .. });
        assert_eq!(is_refusal, status != 200, "{error}");
        let told = error.to_string();
        assert_eq!(
            told.contains("it shows a page for browsers in its place"),
            status == 200,
            "{told}"
        );
        // A site that answers every path with its page may still be a server of 2025-03-26.
        assert_eq!(error.concession().is_some(), status == 200, "{error}");
    }
}

/// What servers say of a path that they do not have; 400 is a whole vendor's word for it.
#[tokio::test]
async fn d08_what_is_said_of_a_path_that_is_not_there_is_no_refusal() {
    for status in [204, 400, 404, 405, 406, 410] {
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata("https://as.example"))
            .on(METADATA, status, &[], "")
            .on(OPENID, status, &[], "");
        let error = run(&web).await.expect_err("nowhere");
        assert!(
            matches!(error, DiscoveryError::NoAuthorizationServerMetadata { .. }),
            "{status}: {error}"
        );
    }
}

/// Of several places the most telling one is told, whichever comes first; a page stands at every path of some sites, and a
/// document that departs can be helped.
#[tokio::test]
async fn a_page_at_one_place_does_not_hide_what_another_said() {
    let page = |web: Web, place: &str| web.on(place, 200, &[HTML], "<html>");
    let refusal = |web: Web, place: &str| web.on(place, 403, &[], "no");
    let at_the_issuer =
        || challenged("Bearer").json(PATH, 200, &resource_metadata("https://as.example"));
    for web in [
        refusal(page(at_the_issuer(), METADATA), OPENID),
        page(refusal(at_the_issuer(), METADATA), OPENID),
        refusal(page(challenged("Bearer"), PATH), ROOT),
        page(refusal(challenged("Bearer"), PATH), ROOT),
    ] {
        let error = run(&web).await.expect_err("not shown");
        assert!(
            matches!(error, DiscoveryError::Hidden { status: 403, .. }),
            "{error}"
        );
    }
    let departs = refusal(at_the_issuer(), METADATA).json(
        OPENID,
        200,
        &issuer_metadata("https://other.example"),
    );
    assert_eq!(
        run(&departs)
            .await
            .expect_err("another issuer")
            .concession(),
        Some(Concession::IssuerMismatch)
    );
}

/// The document of 2025-03-26 as well; and where the resource's own wants a login, that is said.
#[tokio::test]
async fn m09_a_refusal_at_the_older_place_is_not_its_absence() {
    let older = "GET https://h.example/.well-known/oauth-authorization-server";
    let error = run(&challenged("Bearer").on(older, 403, &[], "no"))
        .await
        .expect_err("refused");
    assert!(
        matches!(error, DiscoveryError::Hidden { status: 403, .. }) && error.concession().is_none(),
        "{error}"
    );
    let error = run(&challenged("Bearer")
        .on(PATH, 401, &[], "")
        .on(ROOT, 401, &[], ""))
    .await
    .expect_err("nothing is shown");
    assert!(
        matches!(error, DiscoveryError::NoResourceMetadata { .. }),
        "{error}"
    );
    assert!(
        error.to_string().contains("it wants a login to show it"),
        "{error}"
    );
}

#[tokio::test]
async fn a_request_to_wait_ends_the_search() {
    let wait = [("retry-after", "60")];
    let at_the_resource = challenged("Bearer").on(PATH, 429, &wait, "").json(
        ROOT,
        200,
        &resource_metadata("https://as.example"),
    );
    let at_the_issuer = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .on(METADATA, 429, &wait, "")
        .json(OPENID, 200, &issuer_metadata("https://as.example"));
    let at_the_server = Web::default().on(MCP, 429, &wait, "");
    for web in [at_the_resource, at_the_issuer, at_the_server] {
        let error = run(&web).await.expect_err("later");
        assert!(
            matches!(
                error,
                DiscoveryError::Busy {
                    retry_after: Some(60),
                    ..
                }
            ),
            "{error}"
        );
    }
}

/// A robot check in front of the MCP server is no sign that there is none.
#[tokio::test]
async fn a_refusal_at_the_servers_own_address_is_told_as_one() {
    let get = "GET https://h.example/mcp";
    let web = Web::default()
        .on(
            MCP,
            403,
            &[HTML, ("cf-mitigated", "challenge")],
            "<title>Just a moment...</title>",
        )
        .on(get, 200, &[HTML], "<html>welcome</html>");
    let error = run(&web).await.expect_err("refused");
    let told = error.to_string();
    assert!(
        told.contains("h.example refuses this program (status 403, a page for browsers)"),
        "{told}"
    );
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_told_with_what_is_wrong() {
    for (body, wrong) in [
        (r#"{"issuer":"https://as.example""#, "EOF"),
        (r#"{"issuer":"https://as.example"}"#, "token_endpoint"),
        (
            r#"{"issuer":"https://as.example","token_endpoint":7}"#,
            "expected a string",
        ),
        (
            r#"{"issuer":"https://as.example","issuer":"https://b.example","token_endpoint":"https://as.example/t"}"#,
            "duplicate",
        ),
        (r#"{"error":"not found"}"#, "none of the members"),
    ] {
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata("https://as.example"))
            .json(METADATA, 200, body);
        let error = run(&web).await.expect_err(body);
        assert!(
            matches!(error, DiscoveryError::Unreadable { .. }),
            "{body}: {error}"
        );
        assert!(error.to_string().contains(wrong), "{error}");
    }
    let resource = challenged("Bearer").json(
        PATH,
        200,
        r#"{"resource":"https://h.example/mcp","authorization_servers":"x"}"#,
    );
    let error = run(&resource).await.expect_err("unreadable");
    assert!(
        matches!(error, DiscoveryError::Unreadable { .. }) && error.concession().is_none(),
        "{error}"
    );
}

/// The first server in the list is dead, the second could be helped: that way is named.
#[tokio::test]
async fn d09_a_way_that_exists_is_not_hidden_by_a_refusal_before_it() {
    let list = r#"{"resource":"https://h.example/mcp","authorization_servers":["https://dead.example","https://as.example"]}"#;
    let silent = issuer_metadata("https://as.example")
        .replace(r#","code_challenge_methods_supported":["S256"]"#, "");
    let web = challenged("Bearer")
        .json(PATH, 200, list)
        .json(METADATA, 200, &silent);
    assert_eq!(
        run(&web).await.expect_err("neither").concession(),
        Some(Concession::PkceUnadvertised)
    );
}

/// What is there and is not read selects nothing weaker: not the way of 2025-03-26, and not "no login needed".
#[tokio::test]
async fn a_document_that_cannot_be_read_is_told_before_a_weaker_way() {
    const ORIGIN: &str = "GET https://h.example/.well-known/oauth-authorization-server";
    let document = issuer_metadata("https://h.example");
    for (status, kind, body) in [
        (
            200,
            "application/json",
            r#"{"resource":"https://h.example/mcp","authorization_servers":"https://as.example"}"#,
        ),
        (
            403,
            "application/json",
            r#"{"message":"Your IP is not on the allow list"}"#,
        ),
    ] {
        let there = [("content-type", kind)];
        let web = challenged("Bearer")
            .on(PATH, status, &there, body)
            .on(ROOT, status, &there, body)
            .json(ORIGIN, 200, &document);
        let error = run(&web).await.expect_err("not read");
        assert!(
            !error.to_string().contains("publishes no metadata"),
            "{error}"
        );
        assert_eq!(
            error.concession(),
            Some(Concession::LegacyEndpoints),
            "it stays on offer: {error}"
        );
        let open = Web::default()
            .json(MCP, 200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
            .on(PATH, status, &there, body);
        let outcome = run(&open).await;
        assert_eq!(outcome.is_err(), status == 200, "{outcome:?}");
    }
    let told = challenged("Bearer").on(
        PATH,
        403,
        &[("content-type", "application/json")],
        r#"{"message":"not on the list"}"#,
    );
    let error = run(&told).await.expect_err("hidden");
    assert!(
        error.to_string().contains("not on the list") && error.said().is_some(),
        "{error}"
    );
}

/// An optional address that breaks the rules is left out, and told.
#[tokio::test]
async fn an_address_that_cannot_be_used_is_told_and_left_out() {
    let document = issuer_metadata("https://as.example").replace(
        r#""token_endpoint""#,
        r#""registration_endpoint":"/register","token_endpoint""#,
    );
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &document);
    let steps = Mutex::new(Vec::new());
    let uri = ResourceUri::from_person("https://h.example/mcp").expect("a URL");
    let found = discover(&web, &uri, &Concessions::default(), &|step| {
        steps.lock().expect("no panic").push(step);
    })
    .await;
    let server = protected(found).authorization_server;
    assert_eq!(
        (server.registration_endpoint, &server.unusable[0]),
        (
            None,
            &(
                "registration_endpoint".to_owned(),
                AddressFault::Url(UrlError::Malformed("/register".to_owned()))
            )
        )
    );
    let steps: Vec<Step> = steps.into_inner().expect("no panic");
    assert!(
        steps.iter().any(|step| step.verdict == Verdict::Warning
            && matches!(&step.result, StepResult::UnusableMember { member, .. } if member == "registration_endpoint")),
        "{steps:?}"
    );
}

/// RFC 9126 §5: what this program does not send is told before a browser opens.
#[tokio::test]
async fn an_issuer_that_wants_pushed_requests_is_told_as_that() {
    let document = issuer_metadata("https://as.example").replace(
        r#""token_endpoint""#,
        r#""require_pushed_authorization_requests":true,"token_endpoint""#,
    );
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &document);
    let error = run(&web).await.expect_err("not possible");
    assert!(error.to_string().contains("RFC 9126"), "{error}");
}
