//! Rules Q01 to Q11: the challenge, and the protected resource's metadata.

use super::{add, log_in, refused, token_requests, try_login};
use crate::setup::Person;
use broker::LoginOptions;
use model::{Code, ResourceState};
use oauth::concession::Concessions;
use testbed::switches::{
    AuthorizationServers, ChallengeShape, McpAnswers, MetadataPlace, ResourceInMetadata,
    ResourceMetadataPlace, Switches,
};

#[tokio::test]
async fn q01_a_401_without_a_challenge_sends_to_the_well_known_place() {
    let person = Person::approving(Switches::default().challenge(ChallengeShape::Absent)).await;
    try_login(&person).await.expect("logged in");
    assert_eq!(
        person
            .web
            .requests("/.well-known/oauth-protected-resource/mcp"),
        1
    );
}

#[tokio::test]
async fn q02_a_server_that_asks_late_is_known_to_be_protected_at_once() {
    let person = Person::approving(Switches::default().answering_mcp(McpAnswers::Lazy)).await;
    let view = add(&person, &[]).await.expect("added");
    assert_eq!(view.state, ResourceState::LoginNeeded);
    log_in(&person, &view.record.id, LoginOptions::default())
        .await
        .expect("logged in");
}

#[tokio::test]
async fn q03_a_hint_in_the_query_stays_on_the_requests_and_out_of_the_resource() {
    let person = Person::approving(Switches {
        early_challenge_query: Some("oauth=initialize".into()),
        ..Switches::default()
    })
    .await;
    let url = format!("{}?oauth=initialize", person.web.resource());
    let view = person
        .broker
        .add(&url, None, Concessions::default(), &|_| {})
        .await
        .expect("added");
    assert_eq!(view.state, ResourceState::LoginNeeded);
    assert!(
        person
            .web
            .requests_to("/mcp")
            .iter()
            .all(|request| request.query == "oauth=initialize")
    );
    let grant = log_in(&person, &view.record.id, LoginOptions::default())
        .await
        .expect("logged in");
    assert_eq!(grant.resource_parameter, Some(person.web.resource()));
}

#[tokio::test]
async fn q04_a_document_on_another_origin_must_name_the_very_server() {
    let there = Switches::default().resource_metadata_at(ResourceMetadataPlace::OtherOrigin);
    let person = Person::approving(there.clone()).await;
    try_login(&person).await.expect("the names are the same");
    let (_, error) = refused(there.resource_in_metadata(ResourceInMetadata::Parent)).await;
    assert_eq!(error.code(), Code::ResourceMismatch, "{error}");
}

#[tokio::test]
async fn q05_a_relative_place_is_on_the_servers_own_origin() {
    let person =
        Person::approving(Switches::default().challenge(ChallengeShape::RelativeMetadata)).await;
    try_login(&person).await.expect("logged in");
}

/// Rules: Q06, Q37
#[tokio::test]
async fn q06_q37_a_parent_is_taken_as_it_was_written_and_so_is_a_slash_more() {
    let person =
        Person::approving(Switches::default().resource_in_metadata(ResourceInMetadata::Parent))
            .await;
    let grant = try_login(&person).await.expect("logged in");
    person.broker.refresh(&grant.id).await.expect("renewed");
    let parent = person.web.resource().replace("/mcp", "");
    let sent = [
        person.web.requests_to("/authorize"),
        person.web.requests_to("/token"),
    ]
    .concat();
    assert_eq!(sent.len(), 3);
    assert!(
        sent.iter()
            .all(|request| request.param("resource").as_ref() == Some(&parent)),
        "no slash was added: {sent:?}"
    );

    let person = Person::approving(
        Switches::default().resource_in_metadata(ResourceInMetadata::TrailingSlash),
    )
    .await;
    let grant = try_login(&person).await.expect("logged in");
    assert_eq!(
        grant.resource_parameter,
        Some(format!("{}/", person.web.resource())),
        "verbatim"
    );
}

#[tokio::test]
async fn q06_another_scheme_is_another_server() {
    let person = Person::approving(Switches::default()).await;
    let https = person.web.resource().replace("http://", "https://");
    person
        .web
        .switches()
        .set(|switches| switches.resource_in_metadata = ResourceInMetadata::Verbatim(https));
    let error = add(&person, &[]).await.expect_err("refused");
    assert_eq!(error.code(), Code::ResourceMismatch, "{error}");
}

#[tokio::test]
async fn q07_another_host_is_refused_and_named_so_that_it_can_be_added() {
    let (_, error) =
        refused(Switches::default().resource_in_metadata(ResourceInMetadata::OtherOrigin)).await;
    assert_eq!(error.code(), Code::ResourceMismatch);
    assert!(
        error.to_string().contains("https://notes.example.com/mcp"),
        "{error}"
    );
}

#[tokio::test]
async fn q08_the_document_is_found_wherever_it_may_be() {
    use ResourceMetadataPlace::{HeaderOnly, Inserted, RootOnly};
    for place in [Inserted, RootOnly, HeaderOnly] {
        let person = Person::approving(Switches::default().resource_metadata_at(place)).await;
        try_login(&person)
            .await
            .unwrap_or_else(|error| panic!("{place:?}: {error}"));
        let at_root = person.web.requests("/.well-known/oauth-protected-resource");
        assert_eq!(
            at_root > 0,
            place == RootOnly,
            "{place:?}: the root is asked only where nothing came before (D-06)"
        );
    }
}

#[tokio::test]
async fn q09_a_site_that_answers_everything_with_its_page_has_no_document_there() {
    let person = Person::approving(Switches {
        unknown_paths_html: true,
        resource_metadata_at: ResourceMetadataPlace::RootOnly,
        issuer_path: "/t".into(),
        metadata_at: vec![MetadataPlace::OpenIdAppended],
        ..Switches::default()
    })
    .await;
    try_login(&person).await.expect("found behind the pages");
}

#[tokio::test]
async fn q10_an_empty_list_of_scopes_asks_for_none() {
    let person = Person::approving(Switches {
        resource_scopes: Some(Vec::new()),
        ..Switches::default().challenge_scope(None)
    })
    .await;
    try_login(&person).await.expect("logged in");
    let asked = person.web.requests_to("/authorize")[0].param("scope");
    assert_eq!(asked, None);
    assert_eq!(token_requests(&person, "authorization_code").len(), 1);
}

#[tokio::test]
async fn q11_a_single_authorization_server_in_the_wrong_member_is_none() {
    let (_, error) =
        refused(Switches::default().authorization_servers(AuthorizationServers::Singular)).await;
    assert_eq!(error.code(), Code::NoAuthorizationServer, "{error}");
}
