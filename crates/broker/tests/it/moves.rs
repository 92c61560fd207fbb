//! A server that names another authorization server than before: nothing of the old one is shown to the new one.

use crate::quirks::{call, log_in};
use crate::setup::Person;
use crate::token_use::seen;
use broker::{ClientEntry, LoginOptions};
use model::{Code, Grant, GrantState, RedirectPreference, Settings};
use oauth::registration::RegistrationKind;
use oauth::secret::Secret;
use testbed::Testbed;
use testbed::switches::{AuthorizationServers, ResourceParameter, Switches};

/// Another authorization server. It knows our resource no better than its own.
async fn elsewhere(switches: Switches) -> Testbed {
    let switches = switches
        .resource_parameter(ResourceParameter::Ignored)
        .approving_as("ada");
    Testbed::start(switches).await.expect("free ports")
}

fn name(person: &Person, other: &Testbed) {
    person.web.switches().set(|switches| {
        switches.authorization_servers = AuthorizationServers::Verbatim(vec![other.issuer()]);
    });
}

fn secrets(grant: &Grant) -> Vec<String> {
    let tokens = grant.tokens().expect("active");
    let refresh = tokens
        .refresh_token
        .as_ref()
        .map(|token| token.expose().to_owned());
    refresh
        .into_iter()
        .chain([tokens.access_token.expose().to_owned()])
        .collect()
}

/// 1. Logged in at A. 2. The server names B. 3. No token is served, renewed or sent any more. 4. A login at B registers there.
/// 5. The tokens of A are taken back at A, and B has seen nothing of A's.
#[tokio::test]
async fn r20_r21_d10_d11_u04_each_authorization_server_has_credentials_of_its_own() {
    let person = Person::approving(Switches::default()).await;
    let before = person.log_in().await;
    let agent = person.agent_for(&before).await;
    let known = person
        .web
        .tokens()
        .clients()
        .into_keys()
        .chain(secrets(&before))
        .collect::<Vec<_>>();
    assert_eq!(
        known.len(),
        3,
        "a client id, a refresh token and an access token"
    );

    let other = elsewhere(Switches::default()).await;
    name(&person, &other);
    let id = person.add().await;
    assert_eq!(
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("moved")
            .code(),
        Code::IssuerChanged
    );
    person.expire();
    assert_eq!(
        call(&person, "whoami").await.expect_err("moved").code(),
        Code::IssuerChanged
    );
    assert_eq!(
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("moved")
            .code(),
        Code::IssuerChanged
    );

    let after = log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in at the new one");
    assert_eq!(after.issuer.as_str(), other.issuer());
    assert_eq!(
        (other.requests("/register"), other.requests("/token")),
        (1, 1),
        "registered anew"
    );
    let there = seen(&other);
    assert!(
        known.iter().all(|known| !there.contains(known.as_str())),
        "nothing of the old one's is shown to the new one"
    );
    let here = seen(&person.web);
    assert!(
        secrets(&after)
            .iter()
            .all(|secret| !here.contains(secret.as_str())),
        "nor the other way round"
    );

    assert!(
        person.web.tokens().live_grants().is_empty(),
        "what the old one gave is taken back there"
    );
    let grants = person.broker.resource(&id).await.expect("kept").grants;
    let old = grants
        .iter()
        .find(|grant| grant.id == before.id)
        .expect("kept for the record");
    assert!(
        matches!(old.state, GrantState::Revoked { .. }),
        "{:?}",
        old.state
    );
}

#[tokio::test]
async fn r22_r19_a_client_id_of_another_issuer_is_told_and_not_used() {
    let person = Person::approving(Switches::default().without_registration()).await;
    let id = person.add().await;
    let uris: Vec<String> = person
        .broker
        .redirect_uris()
        .iter()
        .map(|redirect| redirect.uri())
        .collect();
    let (client_id, secret) = person.web.preregister(
        "Gatelodge",
        &uris.iter().map(String::as_str).collect::<Vec<_>>(),
        true,
    );
    let entry = ClientEntry {
        client_id: client_id.clone(),
        client_secret: secret.clone().map(Secret::new),
        redirects: vec![RedirectPreference::DeepLink, RedirectPreference::Loopback],
        ..ClientEntry::default()
    };
    person.broker.set_client(&id, entry).await.expect("entered");
    log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");

    let other = elsewhere(Switches::default()).await;
    name(&person, &other);
    person.add().await;
    let error = person
        .broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect_err("a person decides");
    assert_eq!(error.code(), Code::ClientOfAnotherIssuer, "{error}");
    let said = error.to_string();
    assert!(
        said.contains(&person.web.issuer()) && said.contains(&other.issuer()),
        "{said}"
    );
    for path in ["/register", "/authorize", "/token"] {
        assert_eq!(other.requests(path), 0, "{path}");
    }
    assert!(
        !seen(&other).contains(&client_id)
            && secret.is_some_and(|secret| !seen(&other).contains(&secret))
    );

    // Who wants it may register there.
    let other_way = LoginOptions {
        registration: Some(RegistrationKind::Dynamic),
        ..LoginOptions::default()
    };
    log_in(&person, &id, other_way)
        .await
        .expect("logged in at the new one");
}

#[tokio::test]
async fn r23_a_client_id_that_is_a_url_moves_along() {
    let url = "https://gatelodge.example/client.json";
    let person = Person::approving(Switches::default().with_client_documents()).await;
    let other = elsewhere(Switches::default().with_client_documents()).await;
    person
        .broker
        .save_settings(Settings {
            client_metadata_url: Some(url.to_owned()),
        })
        .await
        .expect("saved");
    let document = person.broker.client_metadata(url).expect("a document");
    person.web.publish_client_document(url, document.clone());
    other.publish_client_document(url, document);
    let id = person.add().await;
    person.log_in_by_loopback(&id).await;
    name(&person, &other);
    person.add().await;
    person.log_in_by_loopback(&id).await;
    for web in [&person.web, &other] {
        assert_eq!(web.requests("/register"), 0);
        assert_eq!(
            web.requests_to("/authorize")[0]
                .param("client_id")
                .as_deref(),
            Some(url)
        );
    }
}

/// 1. Two logins at A by one client: the tokens of the first wait for the second. 2. The server names B, and a login there ends
/// the second. 3. What waited for it waits no more, and is taken back at A.
#[tokio::test]
async fn d11_what_waited_for_a_login_that_a_move_ended_is_taken_back() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    for _ in 0..2 {
        person.log_in_by_loopback(&id).await;
    }
    let other = elsewhere(Switches::default()).await;
    name(&person, &other);
    person.add().await;
    person.log_in_by_loopback(&id).await;
    person
        .broker
        .retry_due_revocations()
        .await
        .expect("the issuer is asked");
    assert!(person.web.tokens().live_grants().is_empty());
}
