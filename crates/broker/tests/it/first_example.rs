//! The field's first example and the vendors behind it, from the pasted address to the receipt (docs/protocol.md#cognito; lab-04, lab-19
//! and 4.20). Each needs concessions, and the broker asks for exactly those, one at a time.

use crate::setup::{Person, browse};
use broker::{ClientEntry, Error, LoginOptions, Redirects, ResourceView};
use model::{Code, Grant, PartyAnswer, RedirectPreference, RevocationState, Settings};
use oauth::authorization::Callback;
use oauth::concession::{Concession, Concessions};
use oauth::redirect::{DEEP_LINK, Redirect};
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use testbed::{LoggedRequest, Role, Topology};

const LOCALHOST: &str = "http://localhost:4283/callback";

async fn person_at(topology: Topology) -> Person {
    Person::on(
        topology
            .approving_as("ada")
            .start()
            .await
            .expect("free ports"),
    )
    .await
}

/// Adds the server, and allows what the broker asks for and nothing else.
async fn add(person: &Person) -> (ResourceView, Vec<Concession>) {
    let mut allowed = Concessions::default();
    let mut asked = Vec::new();
    loop {
        match person
            .broker
            .add(&person.web.resource(), None, allowed.clone(), &|_| {})
            .await
        {
            Ok(view) => return (view, asked),
            Err(error) => {
                let concession = error
                    .concession()
                    .unwrap_or_else(|| panic!("no way on: {error}"));
                assert!(
                    allowed.0.insert(concession),
                    "asked for {} again: {error}",
                    concession.name()
                );
                asked.push(concession);
            }
        }
    }
}

/// The browser: from one redirect to the next, until one leads back to us.
async fn follow(url: &str) -> String {
    let mut at = browse(url).await;
    while at.starts_with("http://") && !at.contains(":4283/callback") {
        at = browse(&at).await;
    }
    at
}

async fn log_in(person: &Person, id: &str, options: LoginOptions) -> Result<Grant, Error> {
    let started = person.broker.begin_login(id, options).await?;
    let callback = follow(started.pending().expect("it waits").url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
}

fn by(registration: RegistrationKind, redirect: RedirectPreference) -> LoginOptions {
    LoginOptions {
        registration: Some(registration),
        redirect: Some(redirect),
        ..LoginOptions::default()
    }
}

/// The refresh token is used twice, and then everything is taken back.
async fn refresh_and_revoke(person: &Person, grant: &Grant) {
    let first = grant.tokens().expect("active").access_token.clone();
    for _ in 0..2 {
        person.expire();
        let renewed = person.broker.refresh(&grant.id).await.expect("renewed");
        let tokens = renewed.tokens().expect("still active");
        assert_ne!(tokens.access_token, first);
        assert!(tokens.refresh_token.is_some(), "kept where none came back");
    }
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert_eq!(receipt.ending, RevocationState::Revoked, "{receipt:?}");
    let answered = [
        PartyAnswer::Confirmed,
        PartyAnswer::KindNotSupported,
        PartyAnswer::Refused,
        PartyAnswer::Erased,
    ];
    assert!(
        receipt
            .steps
            .iter()
            .all(|step| answered.contains(&step.answer)),
        "{receipt:?}"
    );
    assert!(person.web.tokens().live_grants().is_empty());
}

fn at(person: &Person, role: Role) -> Vec<LoggedRequest> {
    person
        .web
        .log()
        .into_iter()
        .filter(|request| request.role == role)
        .collect()
}

/// 1. The first look finds one departure. 2. What is behind it is looked at as well, without asking any place twice. 3. One
///    error offers all of them, and together they are enough.
#[tokio::test]
async fn q20_all_departures_are_offered_at_once() {
    let person = person_at(Topology::first_example_with_mcp()).await;
    let error = person
        .broker
        .add(
            &person.web.resource(),
            None,
            Concessions::default(),
            &|_| {},
        )
        .await
        .expect_err("two departures");
    let both = [Concession::MetadataUrlAsIssuer, Concession::IssuerMismatch];
    assert_eq!(
        (error.concession(), error.concessions()),
        (Some(both[0]), both.to_vec()),
        "{error}"
    );
    for request in person
        .web
        .log()
        .iter()
        .filter(|request| request.method == "GET")
    {
        assert_eq!(
            person.web.requests(&request.path),
            1,
            "{} is asked once",
            request.path
        );
    }
    assert!(
        person.broker.resources().await.expect("a list").is_empty(),
        "nothing is allowed by looking"
    );
    person
        .broker
        .add(
            &person.web.resource(),
            None,
            Concessions(both.into()),
            &|_| {},
        )
        .await
        .expect("nothing else is in the way");

    let cognito = person_at(Topology::plain_cognito()).await;
    let error = cognito
        .broker
        .add(
            &cognito.web.resource(),
            None,
            Concessions::default(),
            &|_| {},
        )
        .await
        .expect_err("two of another kind");
    assert_eq!(
        error.concessions(),
        [Concession::PkceUnadvertised, Concession::ForeignLoginPage],
        "{error}"
    );
}

/// Rules: Q20, lab-04, lab-05, lab-20
#[tokio::test]
async fn q20_the_first_example_needs_two_concessions_and_registers_by_itself() {
    for topology in [
        Topology::first_example(),
        Topology::first_example_with_mcp(),
    ] {
        let person = person_at(topology).await;
        let (view, asked) = add(&person).await;
        assert_eq!(
            asked,
            [Concession::MetadataUrlAsIssuer, Concession::IssuerMismatch]
        );
        let grant = log_in(&person, &view.record.id, LoginOptions::default())
            .await
            .expect("logged in");
        assert!(
            grant.scopes_requested.contains("mcp-api/read"),
            "{}",
            grant.scopes_requested
        );
        assert!(
            !grant.scopes_requested.contains("offline_access"),
            "the pool does not know it"
        );
        assert_ne!(
            grant.issuer.as_str(),
            person.web.issuer(),
            "never kept as the pool's own (docs/protocol.md#cognito)"
        );
        let origin = person
            .web
            .resource()
            .rsplit_once("/v1")
            .map(|(origin, _)| origin.to_owned());
        if let Some(origin) = origin {
            assert_eq!(
                grant.resource_parameter,
                Some(origin),
                "verbatim from the document at the root"
            );
        }
        refresh_and_revoke(&person, &grant).await;
        assert_eq!(
            at(&person, Role::Gateway).len(),
            1,
            "each registration is an app client of the pool's quota"
        );
        assert!(
            at(&person, Role::LoginHost)
                .iter()
                .any(|request| request.path == "/oauth2/revoke")
        );
    }
}

/// 1. A login that needs no click goes by loopback. 2. The pool takes loopback by name only, and says so with a 500.
///    3. Another redirect is tried, and it is logged in again.
#[tokio::test]
async fn lab_20_the_second_login_finds_a_redirect_that_the_pool_takes() {
    let person = person_at(Topology::first_example()).await;
    let (view, _) = add(&person).await;
    for _ in 0..3 {
        log_in(&person, &view.record.id, LoginOptions::default())
            .await
            .expect("logged in");
    }
    assert!(
        at(&person, Role::Gateway).len() <= 4,
        "what worked is used again"
    );
}

/// Rules: lab-20. Where no deep link can be received, the first redirect is one that the pool does not take.
#[tokio::test]
async fn lab_20_without_a_deep_link_the_listener_is_registered_by_its_name() {
    let person = person_at(Topology::first_example()).await;
    person.broker.set_redirects(Redirects {
        deep_link: false,
        loopback: Some(4283),
    });
    let (view, _) = add(&person).await;
    for _ in 0..2 {
        let started = person
            .broker
            .begin_login(&view.record.id, LoginOptions::default())
            .await
            .expect("begins");
        let pending = started.pending().expect("waits");
        assert_eq!(
            pending.redirect(),
            Some(Redirect::localhost(4283).of(pending.issuer())),
            "Cognito does not say who answers (B-14)"
        );
        let callback = follow(started.pending().expect("waits").url()).await;
        person
            .broker
            .complete_login(Callback::parse(&callback))
            .await
            .expect("logged in");
    }
    assert_eq!(
        at(&person, Role::Gateway).len(),
        2,
        "one refused, one made; then it is known"
    );
}

/// 1. Two concessions are allowed, and somebody is logged in. 2. One is taken back. 3. What was logged in goes on; a new login
///    is refused, and asks for that very one again.
#[tokio::test]
async fn q13_what_was_allowed_can_be_taken_back() {
    let person = person_at(Topology::first_example()).await;
    let (view, _) = add(&person).await;
    let grant = log_in(&person, &view.record.id, LoginOptions::default())
        .await
        .expect("logged in");
    for concession in [Concession::IssuerMismatch, Concession::MetadataUrlAsIssuer] {
        person
            .broker
            .withdraw(&view.record.id, concession)
            .await
            .expect("taken back");
        let error = log_in(&person, &view.record.id, LoginOptions::default())
            .await
            .expect_err("refused");
        assert_eq!(error.concession(), Some(concession), "{error}");
        person
            .broker
            .concede(&view.record.id, concession.into(), &|_| {})
            .await
            .expect("allowed again");
    }
    let sent = person.web.requests("/oauth/token");
    person
        .broker
        .refresh(&grant.id)
        .await
        .expect("what was logged in goes on");
    assert!(person.web.requests("/oauth/token") > sent);
}

/// lab-19: the proxy knows its endpoints only once somebody has asked for its metadata.
#[tokio::test]
async fn lab_19_a_proxy_that_was_started_again_is_woken_by_logins_and_by_refreshes() {
    let person = person_at(Topology::first_example()).await;
    let (view, _) = add(&person).await;
    let grant = log_in(&person, &view.record.id, LoginOptions::default())
        .await
        .expect("logged in");
    person.web.restart_proxy();
    log_in(&person, &view.record.id, LoginOptions::default())
        .await
        .expect("logged in");
    person.web.restart_proxy();
    person.expire();
    let agent = person.agent_for(&grant).await;
    let error = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect_err("it sleeps");
    assert_eq!(error.code(), Code::TemporarilyUnavailable, "{error}");
    person.clock.forward(60);
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("the refresh that failed has woken it");
}

/// Rules: R-12, lab-05
#[tokio::test]
async fn r12_the_first_example_by_a_client_id_that_was_entered() {
    for with_secret in [true, false] {
        let person = person_at(Topology::first_example()).await;
        let (view, _) = add(&person).await;
        let (client_id, secret) = person.web.preregister("by hand", &[DEEP_LINK], with_secret);
        let entry = ClientEntry {
            client_id,
            client_secret: secret.map(Secret::new),
            redirects: vec![RedirectPreference::DeepLink],
            ..ClientEntry::default()
        };
        person
            .broker
            .set_client(&view.record.id, entry)
            .await
            .expect("kept");
        let grant = log_in(&person, &view.record.id, LoginOptions::default())
            .await
            .expect("logged in");
        refresh_and_revoke(&person, &grant).await;
        assert!(
            at(&person, Role::Gateway).is_empty(),
            "nothing was registered"
        );
    }
}

/// 1. Our document is the client id, the proxy stands in for it. 2. The stand-in may not have the scope that the server itself
///    asks for, which the pool tells in a description. 3. The person asks for fewer scopes and is in.
///
/// Rules: R-04, lab-19
#[tokio::test]
async fn r04_the_first_example_by_a_client_id_metadata_document() {
    let person = person_at(Topology::first_example()).await;
    let url = "https://gatelodge.example/client.json".to_owned();
    person
        .broker
        .save_settings(Settings {
            client_metadata_url: Some(url.clone()),
        })
        .await
        .expect("saved");
    let mut document = person.broker.client_metadata(&url).expect("a document");
    document["redirect_uris"] = serde_json::json!([LOCALHOST]);
    person.web.publish_client_document(&url, document);
    let (view, _) = add(&person).await;
    let by_document = || {
        by(
            RegistrationKind::MetadataDocument,
            RedirectPreference::Localhost,
        )
    };
    let error = log_in(&person, &view.record.id, by_document())
        .await
        .expect_err("not with these scopes");
    assert_eq!(error.code(), Code::LoginRefused, "{error}");
    assert!(
        error.hint().to_string().contains("scopes"),
        "{}",
        error.hint().to_string()
    );

    let fewer = Scopes::parse("openid profile email");
    person
        .broker
        .set_scopes(&view.record.id, Some(fewer))
        .await
        .expect("chosen");
    let grant = log_in(&person, &view.record.id, by_document())
        .await
        .expect("logged in");
    person.expire();
    person.broker.refresh(&grant.id).await.expect("renewed");
    assert!(
        at(&person, Role::Gateway).is_empty(),
        "the proxy's own matter"
    );
}

/// Rules: Q14, Q15, Q44, M-04
#[tokio::test]
async fn q14_q15_plain_cognito_needs_its_concessions_and_a_client_id() {
    for with_secret in [false, true] {
        let person = person_at(Topology::plain_cognito()).await;
        let (view, asked) = add(&person).await;
        // At Amazon's own hosts the login pages are known to be the pool's; the testbed's are on a port of their own, and
        // nobody promises that the answer says who it is from.
        assert_eq!(
            asked,
            [Concession::PkceUnadvertised, Concession::ForeignLoginPage]
        );
        let id = view.record.id;
        let error = log_in(&person, &id, LoginOptions::default())
            .await
            .expect_err("no client id");
        assert_eq!(error.code(), Code::RegistrationNotOffered, "{error}");

        let (client_id, secret) = person.web.preregister("by hand", &[LOCALHOST], with_secret);
        let entry = ClientEntry {
            client_id,
            client_secret: secret.map(Secret::new),
            redirects: vec![RedirectPreference::Localhost],
            ..ClientEntry::default()
        };
        person.broker.set_client(&id, entry).await.expect("kept");
        let grant = log_in(&person, &id, LoginOptions::default())
            .await
            .expect("logged in");
        assert_eq!(grant.issuer.as_str(), person.web.issuer());
        let authorized = &person.web.requests_to("/oauth2/authorize")[0];
        assert_eq!(
            authorized.role,
            Role::LoginHost,
            "on another host than the issuer, which is allowed"
        );
        assert_eq!(
            authorized.param("code_challenge_method").as_deref(),
            Some("S256")
        );
        assert_eq!(authorized.param("redirect_uri").as_deref(), Some(LOCALHOST));
        refresh_and_revoke(&person, &grant).await;
    }
}

/// Rules: Q34
#[tokio::test]
async fn q34_entra_refuses_the_resource_beside_its_scopes_and_both_ways_out_are_told() {
    let person = person_at(Topology::entra()).await;
    let (view, asked) = add(&person).await;
    assert_eq!(asked, [Concession::PkceUnadvertised]);
    let id = view.record.id;
    let (client_id, _) = person.web.preregister("by hand", &[LOCALHOST], false);
    let entry = ClientEntry {
        client_id,
        redirects: vec![RedirectPreference::Localhost],
        ..ClientEntry::default()
    };
    person.broker.set_client(&id, entry).await.expect("kept");

    let error = log_in(&person, &id, LoginOptions::default())
        .await
        .expect_err("AADSTS9010010");
    assert_eq!(
        error.concession(),
        Some(Concession::NoResourceParameter),
        "{error}"
    );
    let told = format!("{error} {}", error.hint());
    assert!(
        told.contains("AADSTS9010010") && told.contains(&person.web.resource()),
        "{told}"
    );

    person
        .broker
        .concede(&id, Concession::NoResourceParameter.into(), &|_| {})
        .await
        .expect("allowed");
    let grant = log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
    assert_eq!(grant.resource_parameter, None);
    person.expire();
    person.broker.refresh(&grant.id).await.expect("renewed");
    assert!(
        person
            .web
            .requests_to("/oauth2/v2.0/authorize")
            .iter()
            .all(|request| request.param("prompt").is_none()),
        "Q41"
    );
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(
        receipt.ending == RevocationState::Open && receipt.by_hand().is_some(),
        "it has no revocation endpoint: {receipt:?}"
    );
}

/// Rules: Q16, Q45
#[tokio::test]
async fn q16_q45_github_needs_one_concession_and_a_client_id_with_its_secret() {
    let person = person_at(Topology::github()).await;
    let (view, asked) = add(&person).await;
    assert_eq!(asked, [Concession::PkceUnadvertised]);
    let id = view.record.id;
    let (client_id, secret) =
        person
            .web
            .preregister("by hand", &["http://127.0.0.1:4283/callback"], true);
    let entry = ClientEntry {
        client_id,
        client_secret: secret.map(Secret::new),
        redirects: vec![RedirectPreference::Loopback],
        ..ClientEntry::default()
    };
    person.broker.set_client(&id, entry).await.expect("kept");
    let grant = log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
    let tokens = grant.tokens().expect("active");
    assert!(
        tokens.refresh_token.is_none() && tokens.expires_at.is_none(),
        "it lasts until it is refused"
    );
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(
        receipt.ending == RevocationState::Open && receipt.by_hand().is_some(),
        "{receipt:?}"
    );
}
