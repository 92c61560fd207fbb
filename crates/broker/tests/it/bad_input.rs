//! What is not an MCP server, or not an honest one: a code, a sentence, what to do, and nothing kept.

use crate::setup::{Person, browse};
use model::Code;
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use testbed::switches::{
    Answer, AuthorizationServers, AuthorizeAnswers, IssuerInMetadata, McpAnswers, PkceAdvertised,
    ResourceInMetadata, Switches,
};

async fn refusal(switches: Switches) -> broker::Error {
    let person = Person::with(switches).await;
    let error = person
        .broker
        .add(
            &person.web.resource(),
            None,
            Concessions::default(),
            &|_| {},
        )
        .await
        .expect_err("refused");
    assert!(
        person.broker.resources().await.expect("a list").is_empty(),
        "nothing half-made is kept"
    );
    assert_eq!(
        person.web.requests("/authorize")
            + person.web.requests("/token")
            + person.web.requests("/register"),
        0
    );
    assert!(error.hint().to_string().ends_with('.'));
    error
}

#[tokio::test]
async fn what_was_typed_is_no_address() {
    let person = Person::with(Switches::default()).await;
    for (typed, code) in [
        ("", Code::NotAUrl),
        ("notion", Code::NotAUrl),
        ("http://example.com/mcp", Code::NotHttps),
        ("javascript:alert(1)", Code::NotAUrl),
        ("https://user:secret@example.com/", Code::NotAUrl),
        ("https://h.invalid/mcp", Code::Unreachable),
        ("http://127.0.0.1:9/mcp", Code::Unreachable),
    ] {
        let error = person
            .broker
            .add(typed, None, Concessions::default(), &|_| {})
            .await
            .expect_err("refused");
        assert_eq!(error.code(), code, "{typed}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn what_is_there_is_no_mcp_server() {
    let instead = |answer| Switches {
        mcp_answers: McpAnswers::Instead(answer),
        resource_metadata_at: testbed::switches::ResourceMetadataPlace::Nowhere,
        ..Switches::default()
    };
    for (answer, code) in [
        (Answer::Status(404), Code::NotMcp),
        (Answer::Html, Code::NotMcp),
        (Answer::Garbage, Code::NotMcp),
        (Answer::Endless, Code::NotMcp),
        (Answer::Status(403), Code::ProgramRefused),
        (Answer::Status(429), Code::TemporarilyUnavailable),
        (Answer::Status(500), Code::ServerError),
        (
            Answer::Redirect("https://elsewhere.example/mcp".into()),
            Code::Redirected,
        ),
    ] {
        let error = refusal(instead(answer.clone())).await;
        assert_eq!(error.code(), code, "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn its_metadata_departs_from_the_specification() {
    type Change = fn(&mut Switches);
    let cases: &[(Change, Code)] = &[
        (
            |s| s.resource_in_metadata = ResourceInMetadata::OtherOrigin,
            Code::ResourceMismatch,
        ),
        (
            |s| s.resource_in_metadata = ResourceInMetadata::SiblingPath,
            Code::ResourceMismatch,
        ),
        (
            |s| s.authorization_servers = AuthorizationServers::Empty,
            Code::NoAuthorizationServer,
        ),
        (
            |s| s.authorization_servers = AuthorizationServers::PlainHttp,
            Code::NotHttps,
        ),
        (
            |s| s.resource_metadata_answers = Answer::Status(404),
            Code::NoResourceMetadata,
        ),
        (
            |s| s.resource_metadata_answers = Answer::Html,
            Code::NoResourceMetadata,
        ),
        (
            |s| s.resource_metadata_answers = Answer::Garbage,
            Code::MetadataUnreadable,
        ),
        (
            |s| s.resource_metadata_answers = Answer::Status(403),
            Code::MetadataHidden,
        ),
        (
            |s| s.resource_metadata_answers = Answer::Status(429),
            Code::TemporarilyUnavailable,
        ),
        (
            |s| s.resource_in_metadata = ResourceInMetadata::Missing,
            Code::ResourceMissing,
        ),
        (
            |s| s.resource_metadata_answers = Answer::Status(500),
            Code::ServerError,
        ),
        (
            |s| s.metadata_answers = Answer::Status(404),
            Code::NoAuthorizationServer,
        ),
        (|s| s.metadata_answers = Answer::Html, Code::MetadataHidden),
        (
            |s| s.metadata_answers = Answer::Status(403),
            Code::MetadataHidden,
        ),
        (
            |s| s.metadata_answers = Answer::Garbage,
            Code::MetadataUnreadable,
        ),
        (
            |s| s.issuer_in_metadata = IssuerInMetadata::Missing,
            Code::MetadataUnreadable,
        ),
        (|s| s.metadata_answers = Answer::Endless, Code::NotMcp),
        (
            |s| s.issuer_in_metadata = IssuerInMetadata::Other("https://evil.example".into()),
            Code::IssuerMismatch,
        ),
        (
            |s| s.pkce_advertised = PkceAdvertised::Nothing,
            Code::PkceUnadvertised,
        ),
        (
            |s| s.pkce_advertised = PkceAdvertised::PlainOnly,
            Code::PkceWithoutS256,
        ),
        (
            |s| s.authorization_endpoint = Some("javascript:alert(1)".into()),
            Code::EndpointRefused,
        ),
        (
            |s| s.authorization_endpoint = Some("http://a:$(calc.exe)".into()),
            Code::EndpointRefused,
        ),
        (
            |s| s.token_endpoint = Some("http://as.example/token".into()),
            Code::EndpointRefused,
        ),
    ];
    for (number, (change, code)) in cases.iter().enumerate() {
        let mut switches = Switches::default();
        change(&mut switches);
        let error = refusal(switches).await;
        assert_eq!(error.code(), *code, "case {number}: {error}");
    }
}

#[tokio::test]
async fn a_server_without_protection_is_a_result() {
    let switches = Switches {
        mcp_answers: McpAnswers::Unprotected,
        resource_metadata_at: testbed::switches::ResourceMetadataPlace::Nowhere,
        ..Switches::default()
    };
    let person = Person::with(switches).await;
    let id = person.add().await;
    assert_eq!(
        person.broker.resource(&id).await.expect("kept").state,
        model::ResourceState::NotProtected
    );
}

#[tokio::test]
async fn consent_denied_and_a_code_that_ran_out() {
    let denied = Switches {
        authorize_answers: AuthorizeAnswers::Error("access_denied".into()),
        ..Switches::default()
    };
    let late = Switches {
        code_seconds: 0,
        ..Switches::default()
    };
    for (switches, code) in [(denied, Code::LoginRefused), (late, Code::ExchangeFailed)] {
        let person = Person::approving(switches).await;
        let id = person.add().await;
        let callback = browse(person.begin(&id).await.url()).await;
        let error = person
            .broker
            .complete_login(Callback::parse(&callback))
            .await
            .expect_err("no login");
        assert_eq!(error.code(), code, "{error}");
        let view = person.broker.resource(&id).await.expect("kept");
        assert!(
            view.grants.is_empty() && view.pending.is_none(),
            "back to the start, nothing half-made"
        );
        person
            .web
            .switches()
            .replace(Switches::default().approving_as("ada"));
        person.log_in().await;
    }
}
