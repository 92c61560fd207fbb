//! A server whose authorization server publishes nothing: its addresses, entered by hand (the specification's "pre-configured
//! values").

use crate::quirks::log_in;
use crate::setup::Person;
use broker::{ClientEntry, LoginOptions, is_named_by_itself};
use model::{Code, RedirectPreference, RevocationState};
use oauth::concession::{Concession, Concessions};
use oauth::metadata::{Basis, EnteredEndpoints};
use testbed::switches::{McpAnswers, ResourceMetadataPlace, Switches};

fn given(person: &Person) -> EnteredEndpoints {
    let at = |path: &str| format!("{}{path}", person.web.issuer());
    EnteredEndpoints {
        issuer: None,
        authorization_endpoint: at("/authorize"),
        token_endpoint: at("/token"),
        revocation_endpoint: Some(at("/revoke")),
    }
}

fn pkce() -> Concessions {
    Concessions([Concession::PkceUnadvertised].into())
}

/// 1. No document anywhere, and the person has the addresses and a client id. 2. They are entered, PKCE being allowed since no
///    document speaks of it. 3. Login, renewal and revocation go there, in another process as well. 4. Forgotten, the missing
///    document counts again.
///
/// Rules: D-08
#[tokio::test]
async fn d08_where_nothing_is_published_the_person_enters_the_addresses() {
    let person = Person::approving(Switches::default().without_metadata()).await;
    let url = person.web.resource();
    let error = person
        .broker
        .add(&url, None, Concessions::default(), &|_| {})
        .await
        .expect_err("nothing is published");
    assert_eq!(error.code(), Code::NoAuthorizationServer, "{error}");
    assert!(
        error.hint().to_string().contains("enter them"),
        "the way that exists is named: {}",
        error.hint()
    );

    let enter = |concessions| {
        person
            .broker
            .enter_endpoints(&url, Some("notes"), given(&person), concessions, &|_| {})
    };
    let error = enter(Concessions::default())
        .await
        .expect_err("nobody says that PKCE is checked");
    assert_eq!(
        error.concessions(),
        [Concession::PkceUnadvertised],
        "{error}"
    );
    assert!(
        person.broker.resources().await.expect("a list").is_empty(),
        "nothing is kept of it"
    );
    let view = enter(pkce()).await.expect("entered");
    let server = view.authorization_server.expect("known");
    assert_eq!(
        (server.basis, server.issuer.as_str()),
        (Basis::Entered, &*person.web.issuer()),
        "the resource names it"
    );

    let (client_id, _) =
        person
            .web
            .preregister("by hand", &["app.gatelodge.desktop:/oauth/callback"], false);
    let entry = ClientEntry {
        client_id,
        redirects: vec![RedirectPreference::DeepLink],
        ..ClientEntry::default()
    };
    person
        .broker
        .set_client("notes", entry)
        .await
        .expect("kept");
    let grant = log_in(&person, "notes", LoginOptions::default())
        .await
        .expect("logged in");
    person.expire();
    let again = person.again().await;
    let renewed = again
        .refresh(&grant.id)
        .await
        .expect("renewed in another process");
    assert!(renewed.tokens().is_some());
    let receipt = again.revoke(&grant.id).await.expect("a receipt");
    assert_eq!(
        receipt.ending,
        RevocationState::Revoked,
        "taken back at the entered address: {receipt:?}"
    );

    person
        .broker
        .forget_endpoints("notes", &|_| {})
        .await
        .expect_err("and nothing is published still");
    let error = log_in(&person, "notes", LoginOptions::default())
        .await
        .expect_err("not used any more");
    assert_eq!(error.code(), Code::NoAuthorizationServer, "{error}");
    let view = person.broker.resource("notes").await.expect("kept");
    assert_eq!(
        view.authorization_server, None,
        "nothing of it was kept as the issuer's own word"
    );
}

/// What was entered for one server is no word of the issuer's to another, and a concession taken back counts.
#[tokio::test]
async fn what_is_entered_counts_for_its_server_alone() {
    let person = Person::approving(Switches::default().without_metadata()).await;
    let url = person.web.resource();
    let view = person
        .broker
        .enter_endpoints(&url, None, given(&person), pkce(), &|_| {})
        .await
        .expect("entered");
    let other = format!("{url}?team=b");
    let error = person
        .broker
        .add(&other, None, Concessions::default(), &|_| {})
        .await
        .expect_err("nothing is published");
    assert_eq!(error.code(), Code::NoAuthorizationServer, "{error}");
    person
        .broker
        .withdraw(&view.record.id, Concession::PkceUnadvertised)
        .await
        .expect("taken back");
    let error = person
        .broker
        .begin_login(&view.record.id, LoginOptions::default())
        .await
        .expect_err("refused");
    assert_eq!(
        error.concession(),
        Some(Concession::PkceUnadvertised),
        "{error}"
    );
}

/// An address that was assumed and is nobody's is not told as a refusal.
#[tokio::test]
async fn nobody_at_an_assumed_address_is_told_as_that() {
    let nowhere = Switches {
        resource_metadata_at: ResourceMetadataPlace::Nowhere,
        ..Switches::default()
    };
    let person = Person::approving(nowhere).await;
    let allowed = Concessions([Concession::LegacyEndpoints].into());
    let view = person
        .broker
        .add(&person.web.resource(), None, allowed, &|_| {})
        .await
        .expect("confirmed");
    let error = person
        .broker
        .begin_login(&view.record.id, LoginOptions::default())
        .await
        .expect_err("nobody is there");
    assert_eq!(error.code(), Code::RegistrationNotOffered, "{error}");
    assert!(
        error
            .to_string()
            .contains("/register. Gatelodge assumed that address"),
        "{error}"
    );
}

/// A server without a name of its own host goes by its own word, once, and never by another one's.
#[tokio::test]
async fn a_server_on_an_address_is_called_as_it_calls_itself() {
    let person = Person::approving(Switches::default()).await;
    let add = |url: String| {
        let broker = person.broker.clone();
        async move {
            broker
                .add(&url, None, Concessions::default(), &|_| {})
                .await
                .expect("added")
                .record
        }
    };
    let first = add(person.web.resource()).await;
    assert_eq!(
        (first.name.as_str(), is_named_by_itself(&first)),
        ("Testbed notes", true)
    );
    let second = add(format!("{}?team=b", person.web.resource())).await;
    assert!(
        second.name.starts_with("127.0.0.1:") && !is_named_by_itself(&second),
        "{}",
        second.name
    );
    let renamed = person
        .broker
        .rename(&first.id, "mine")
        .await
        .expect("renamed")
        .record;
    assert!(
        !is_named_by_itself(&renamed),
        "the person's word is nobody else's"
    );
}

/// RFC 9728's `resource_name` needs a document; an open server has only what it says in its first answer.
#[tokio::test]
async fn an_open_server_is_called_as_it_calls_itself() {
    let open = Switches {
        mcp_answers: McpAnswers::Unprotected,
        resource_metadata_at: ResourceMetadataPlace::Nowhere,
        ..Switches::default()
    };
    let person = Person::approving(open).await;
    let url = person.web.resource();
    let record = person
        .broker
        .add(&url, None, Concessions::default(), &|_| {})
        .await
        .expect("added")
        .record;
    assert_eq!(
        (record.name.as_str(), is_named_by_itself(&record)),
        ("Testbed notes", true)
    );
}
