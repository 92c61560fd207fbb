//! Logins that need nobody: a client of its own right, one with a key, and a workload that its platform knows (RFC 6749 §4.4,
//! RFC 7523).

use crate::setup::{Person, browse};
use broker::{ClientEntry, Error, LoginOptions};
use model::{Code, Grant, GrantKind, LoginMethod};
use oauth::authorization::Callback;
use oauth::secret::Secret;
use testbed::switches::Switches;
use testbed::{SigningKey, StaticClient, platform_jwt};

const RSA: &str = include_str!("../../../testbed/tests/keys/test_only_rsa.pem");

fn with_secret(secret: &str) -> ClientEntry {
    ClientEntry {
        client_id: "client!+ID".into(),
        client_secret: Some(Secret::new(secret)),
        ..ClientEntry::default()
    }
}

fn with_key(key: &SigningKey) -> ClientEntry {
    ClientEntry {
        client_id: "client!+ID".into(),
        private_key: Some(Secret::new(key.pem())),
        key_id: Some(key.thumbprint()),
        ..ClientEntry::default()
    }
}

/// A server whose owner gave this program a client id of its own.
async fn given(person: &Person, entry: ClientEntry) -> Result<Grant, Error> {
    let id = person.add_with(LoginMethod::ClientCredentials).await;
    person
        .broker
        .set_client(&id, entry)
        .await
        .expect("a client id");
    person.done(&id).await
}

/// Rules: G-05
#[tokio::test]
async fn a06_a_client_with_a_secret_logs_in_by_itself_and_again_when_the_token_ends() {
    let person = Person::approving(Switches::default().with_client_credentials()).await;
    person
        .web
        .add_client(StaticClient::new("client!+ID").secret("s3cret:&"));
    let grant = given(&person, with_secret("s3cret:&"))
        .await
        .expect("its own access");
    assert_eq!(
        (grant.kind, grant.account.name.as_str()),
        (GrantKind::ClientCredentials, "client!+ID")
    );
    assert!(
        grant
            .tokens()
            .is_some_and(|tokens| tokens.refresh_token.is_none())
    );
    let asked = &person.web.requests_to("/token")[0];
    assert_eq!(asked.param("resource"), Some(person.web.resource()));
    assert_eq!(
        asked.param("scope").as_deref(),
        Some("notes:read"),
        "offline_access means nothing here"
    );

    assert_eq!(
        person
            .tool(grant.resource.as_str(), "whoami")
            .await
            .expect("a token")
            .status,
        200
    );
    person.expire();
    assert_eq!(
        person
            .tool(grant.resource.as_str(), "whoami")
            .await
            .expect("a new token")
            .status,
        200
    );
    assert_eq!(
        person.token_requests("grant_type"),
        vec![Some("client_credentials".to_owned()); 2]
    );
    assert_eq!(
        (
            person.web.requests("/authorize"),
            person.web.requests("/register")
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn a_client_with_a_key_signs_anew_each_time() {
    let rsa = SigningKey::from_pem(RSA).expect("a PKCS#8 file");
    for key in [SigningKey::generate(), rsa] {
        let switches = Switches::default()
            .with_client_credentials()
            .taking_client_assertions();
        let person = Person::today(switches).await;
        person
            .web
            .add_client(StaticClient::new("client!+ID").key(key.jwk()));
        let grant = given(&person, with_key(&key))
            .await
            .expect("its own access");
        person.web.tokens().expire_access_tokens();
        assert_eq!(
            person
                .tool(grant.resource.as_str(), "whoami")
                .await
                .expect("a new token")
                .status,
            200
        );
        let shown = person.token_requests("client_assertion");
        assert!(
            shown.len() == 2 && shown[0].is_some() && shown[0] != shown[1],
            "{shown:?}"
        );
    }
}

/// Rules: T-03, Q50
#[tokio::test]
async fn a_key_proves_the_client_at_the_code_at_refresh_and_at_revocation() {
    let person = Person::today(Switches::default().taking_client_assertions()).await;
    let key = SigningKey::generate();
    person.web.add_client(
        StaticClient::new("client!+ID")
            .key(key.jwk())
            .redirect_uri("app.gatelodge.desktop:/oauth/callback"),
    );
    let id = person.add().await;
    let redirects = vec![model::RedirectPreference::DeepLink];
    person
        .broker
        .set_client(
            &id,
            ClientEntry {
                redirects,
                ..with_key(&key)
            },
        )
        .await
        .expect("a client id");
    let callback = browse(person.begin(&id).await.url()).await;
    let grant = person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("a login");
    person.web.tokens().expire_access_tokens();
    assert_eq!(
        person
            .tool(&id, "whoami")
            .await
            .expect("a renewed token")
            .status,
        200
    );
    person.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(person.web.tokens().live_grants().is_empty());
    let shown = [
        person.token_requests("client_assertion"),
        vec![person.web.requests_to("/revoke")[0].param("client_assertion")],
    ];
    assert!(shown.concat().iter().all(Option::is_some));
}

#[tokio::test]
async fn nobody_is_registered_for_access_of_its_own() {
    let person = Person::approving(Switches::default().with_client_credentials()).await;
    let id = person.add_with(LoginMethod::ClientCredentials).await;
    let error = person
        .done(&id)
        .await
        .expect_err("its owner has given no client id");
    assert_eq!(error.code(), Code::RegistrationNotOffered, "{error}");
    assert_eq!(
        (
            person.web.requests("/register"),
            person.web.requests("/token")
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn a_wrong_secret_is_told_and_a_client_that_is_gone_needs_a_login() {
    let person = Person::approving(Switches::default().with_client_credentials()).await;
    person
        .web
        .add_client(StaticClient::new("client!+ID").secret("right"));
    let error = given(&person, with_secret("wrong"))
        .await
        .expect_err("another secret");
    assert!(!error.to_string().contains("wrong"), "{error}");
    let id = person.broker.resources().await.expect("a vault")[0]
        .record
        .id
        .clone();
    person
        .broker
        .set_client(&id, with_secret("right"))
        .await
        .expect("the right one in its place");
    person.done(&id).await.expect("its own access");
    person.web.tokens().forget_clients();
    person.expire();
    assert_eq!(
        person
            .tool(&id, "whoami")
            .await
            .expect_err("the client is gone")
            .code(),
        Code::LoginRequired
    );
    let asked = person.web.requests("/token");
    assert_eq!(
        person
            .tool(&id, "whoami")
            .await
            .expect_err("the client is gone")
            .code(),
        Code::LoginRequired
    );
    assert_eq!(
        person.web.requests("/token"),
        asked,
        "it is not asked again before a person has looked"
    );
}

/// Rules: S-09
#[tokio::test]
async fn s09_a_client_on_its_own_gives_up_where_more_is_wanted() {
    let person = Person::approving(Switches::default().with_client_credentials()).await;
    person
        .web
        .add_client(StaticClient::new("client!+ID").secret("s"));
    let grant = given(&person, with_secret("s"))
        .await
        .expect("its own access");
    let error = person
        .tool(grant.resource.as_str(), "add_note")
        .await
        .expect_err("notes:write is missing");
    assert_eq!(error.code(), Code::StepUpRequired);
    assert_eq!(
        (
            person.web.requests("/token"),
            person.web.answered("/mcp", 403)
        ),
        (1, 1)
    );
}

const PLATFORM: &str = "https://platform.example";

/// A server that takes the word of a platform, and a workload of that platform.
async fn workload(key: &SigningKey) -> (Person, String, std::path::PathBuf) {
    let person = Person::today(Switches::default().trusting_platform(PLATFORM, key.jwks())).await;
    let file = person.folder.path().join("token");
    std::fs::write(
        &file,
        platform_jwt(key, PLATFORM, "agent", &person.web.issuer()),
    )
    .expect("a token file");
    let method = LoginMethod::Workload {
        token_file: file.to_str().expect("UTF-8").to_owned(),
    };
    let id = person.add_with(method).await;
    (person, id, file)
}

#[tokio::test]
async fn a_workload_shows_its_platforms_word_and_no_client_id() {
    let key = SigningKey::generate();
    let (person, id, file) = workload(&key).await;
    let grant = person.done(&id).await.expect("its own access");
    assert_eq!(grant.kind, GrantKind::WorkloadIdentity);
    assert_eq!(
        person.tool(&id, "whoami").await.expect("a token").status,
        200
    );
    let asked = &person.web.requests_to("/token")[0];
    assert_eq!(
        (asked.param("client_id"), asked.header("authorization")),
        (None, None)
    );
    assert_eq!(asked.param("resource"), Some(person.web.resource()));

    // The platform has written a newer one meanwhile.
    let newer = platform_jwt(&key, PLATFORM, "agent", &person.web.issuer());
    std::fs::write(&file, format!("{newer}\n")).expect("a token file");
    person.web.tokens().expire_access_tokens();
    assert_eq!(
        person
            .tool(&id, "whoami")
            .await
            .expect("a new token")
            .status,
        200
    );
    assert_eq!(
        person.token_requests("assertion").last(),
        Some(&Some(newer))
    );
}

/// An agent that was permitted what the person may is not given what the program may.
#[tokio::test]
async fn the_programs_own_access_does_not_go_on_under_the_persons() {
    let person = Person::approving(Switches::default().with_client_credentials()).await;
    person
        .web
        .add_client(StaticClient::new("client!+ID").secret("s"));
    let attended = person.log_in().await;
    assert!(
        attended.account.subject.is_none(),
        "the issuer names nobody"
    );
    let agent = person.agent_for(&attended).await;
    let own = given(&person, with_secret("s"))
        .await
        .expect("its own access");
    assert_ne!(own.id, attended.id);
    let issued = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("what was permitted");
    assert_eq!(issued.account, attended.account.name);
}

/// Invariant 9: the platform writes its file anew, and for a moment there is none. Nobody refused anything.
#[tokio::test]
async fn i4_a_file_that_is_away_for_a_moment_ends_no_login() {
    let key = SigningKey::generate();
    let (person, id, file) = workload(&key).await;
    person.done(&id).await.expect("its own access");
    let word = std::fs::read(&file).expect("a token file");
    std::fs::remove_file(&file).expect("removed");
    person.web.tokens().expire_access_tokens();
    assert_eq!(
        person
            .tool(&id, "whoami")
            .await
            .expect_err("no file")
            .code(),
        Code::KeyUnusable
    );
    std::fs::write(&file, word).expect("a token file");
    assert_eq!(
        person
            .tool(&id, "whoami")
            .await
            .expect("a new token")
            .status,
        200
    );
}

#[tokio::test]
async fn a_workload_that_is_refused_tries_nothing_else() {
    let key = SigningKey::generate();
    let (person, id, file) = workload(&key).await;
    person
        .web
        .switches()
        .set(|s| s.workload.refused = Some("invalid_grant".into()));
    person.done(&id).await.expect_err("refused");
    assert_eq!(
        (
            person.web.requests("/token"),
            person.web.requests("/authorize")
        ),
        (1, 0)
    );
    for (content, why) in [
        ("", "empty"),
        ("not.a jwt.at all", "no JWT"),
        ("a.b", "two parts"),
    ] {
        std::fs::write(&file, content).expect("a token file");
        let error = person.done(&id).await.expect_err(why);
        assert_eq!(error.code(), Code::KeyUnusable);
        assert!(
            content.is_empty() || !error.to_string().contains(content),
            "{error}"
        );
    }
    assert_eq!(person.web.requests("/token"), 1);
}

/// K-01: what signs and what is shown stays out of the log.
#[tokio::test]
async fn no_key_secret_or_assertion_is_written_down() {
    let switches = Switches::default()
        .with_client_credentials()
        .taking_client_assertions();
    let person = Person::today(switches).await;
    let key = SigningKey::generate();
    person
        .web
        .add_client(StaticClient::new("client!+ID").key(key.jwk()));
    given(&person, with_key(&key))
        .await
        .expect("its own access");
    person
        .broker
        .begin_login(&person.web.resource(), LoginOptions::default())
        .await
        .expect("once more");
    let events = person
        .broker
        .events(&model::EventQuery {
            limit: 100,
            ..Default::default()
        })
        .await
        .expect("a log");
    let written = format!("{events:?}");
    let shown = person
        .token_requests("client_assertion")
        .into_iter()
        .flatten()
        .next()
        .expect("an assertion");
    assert!(
        !written.contains(&shown) && !written.contains("PRIVATE KEY"),
        "{written}"
    );
}
