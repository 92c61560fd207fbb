//! The company's identity provider speaks for the person: one testbed is the provider, others take its word (SEP-990).

use crate::setup::{Person, browse};
use broker::{ClientEntry, LoginOptions, LoginStart, ProviderEntry};
use model::{Code, GrantKind, LoginMethod};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::secret::Secret;
use oauth::uri::Issuer;
use testbed::switches::{AuthorizationServers, Switches};
use testbed::{StaticClient, Testbed};

const REDIRECT: &str = "app.gatelodge.desktop:/oauth/callback";

/// A person whose server takes the provider's word; this program has a client id at both.
struct Employee {
    person: Person,
    provider: Testbed,
    id: String,
}

impl Employee {
    async fn new() -> Self {
        let switches = Switches::default()
            .approving_as("grace")
            .as_identity_provider();
        let provider = Testbed::start(switches).await.expect("a free port");
        provider
            .switches()
            .set(|s| s.enterprise.client_there = Some("at-server".into()));
        provider.add_client(
            StaticClient::new("at-provider")
                .secret("p")
                .redirect_uri(REDIRECT),
        );
        let person = Person::today(Switches::default()).await;
        Self {
            id: trusting(&person, &person.web, &provider).await,
            person,
            provider,
        }
    }

    /// The provider as a person enters it, with or without an id token of another program.
    async fn enter(&self, id_token: Option<String>) {
        let entry = ProviderEntry {
            issuer: self.provider.issuer(),
            client_id: "at-provider".into(),
            client_secret: Some(Secret::new("p")),
            token_endpoint: None,
            id_token: id_token.map(Secret::new),
        };
        let broker = &self.person.broker;
        broker
            .set_identity_provider(entry)
            .await
            .expect("a provider");
        broker
            .set_login_method(&self.id, by(&self.provider))
            .await
            .expect("a way to log in");
    }

    async fn entered() -> Self {
        let employee = Self::new().await;
        employee
            .enter(Some(employee.provider.id_token("at-provider", "grace")))
            .await;
        employee
    }

    fn exchanges(&self) -> Vec<Option<String>> {
        self.provider
            .requests_to("/token")
            .iter()
            .map(|request| request.param("grant_type"))
            .collect()
    }
}

fn by(provider: &Testbed) -> LoginMethod {
    LoginMethod::Enterprise {
        provider: Issuer::parse(&provider.issuer()).expect("an issuer"),
    }
}

/// Adds a server that trusts the provider and has given this program a client id.
async fn trusting(person: &Person, web: &Testbed, provider: &Testbed) -> String {
    web.trust_provider(provider);
    web.add_client(StaticClient::new("at-server").secret("s"));
    let view = person
        .broker
        .add(&web.resource(), None, Concessions::default(), &|_| {})
        .await
        .expect("discovery");
    let entry = ClientEntry {
        client_id: "at-server".into(),
        client_secret: Some(Secret::new("s")),
        ..ClientEntry::default()
    };
    person
        .broker
        .set_client(&view.record.id, entry)
        .await
        .expect("a client id");
    view.record.id
}

#[tokio::test]
async fn the_providers_word_opens_the_server_and_no_browser_does() {
    let Employee {
        person,
        provider,
        id,
    } = &Employee::entered().await;
    let grant = person.done(id).await.expect("the provider vouches");
    assert_eq!(grant.kind, GrantKind::EnterpriseManaged);
    let response = person.tool(id, "whoami").await.expect("a token");
    assert!(
        String::from_utf8_lossy(&response.body).contains("grace"),
        "{response:?}"
    );

    let asked = &provider.requests_to("/token")[0];
    assert_eq!(
        asked.param("audience"),
        Some(person.web.issuer()),
        "the issuer of the server's own authorization server"
    );
    assert_eq!(asked.param("resource"), Some(person.web.resource()));
    assert_eq!(
        asked.param("requested_token_type").as_deref(),
        Some("urn:ietf:params:oauth:token-type:id-jag")
    );
    assert_eq!(person.token_requests("assertion").len(), 1);
    assert_eq!(
        (
            person.web.requests("/authorize"),
            provider.requests("/authorize")
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn one_login_at_the_provider_opens_every_server() {
    let employee = Employee::new().await;
    employee.enter(None).await;
    let Employee {
        person,
        provider,
        id,
    } = &employee;
    let pending = person.begin(id).await;
    assert!(
        pending.url().starts_with(&provider.issuer()),
        "{}",
        pending.url()
    );
    assert!(
        !pending.url().contains("resource="),
        "the provider is told of no server when somebody logs in"
    );
    let callback = browse(pending.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("a login");
    assert_eq!(
        person.tool(id, "whoami").await.expect("a token").status,
        200
    );

    let second = Testbed::start(Switches::default())
        .await
        .expect("a free port");
    let other = trusting(person, &second, provider).await;
    person
        .broker
        .set_login_method(&other, by(provider))
        .await
        .expect("a way to log in");
    person.done(&other).await.expect("nobody is asked again");
    assert_eq!(
        person.tool(&other, "whoami").await.expect("a token").status,
        200
    );
    assert_eq!(
        (
            provider.requests("/authorize"),
            second.requests("/authorize")
        ),
        (1, 0)
    );
}

#[tokio::test]
async fn a_token_that_ends_is_vouched_for_anew() {
    let employee = Employee::entered().await;
    let Employee { person, id, .. } = &employee;
    person.done(id).await.expect("the provider vouches");
    person.web.tokens().expire_access_tokens();
    assert_eq!(
        person.tool(id, "whoami").await.expect("a new token").status,
        200
    );
    let shown = person.token_requests("assertion");
    assert!(
        shown.len() == 2 && shown[0] != shown[1],
        "each word is given once"
    );
    assert_eq!(employee.exchanges().len(), 2);
}

/// The id token is over after some minutes; the provider's refresh token goes on.
#[tokio::test]
async fn after_the_id_tokens_end_the_refresh_token_speaks() {
    let employee = Employee::new().await;
    employee.enter(None).await;
    let Employee {
        person,
        provider,
        id,
    } = &employee;
    let callback = browse(person.begin(id).await.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("a login");
    person.expire();
    assert_eq!(
        person.tool(id, "whoami").await.expect("a new token").status,
        200
    );
    let kinds: Vec<_> = provider
        .requests_to("/token")
        .iter()
        .filter_map(|asked| asked.param("subject_token_type"))
        .collect();
    let expected = [
        "urn:ietf:params:oauth:token-type:id_token",
        "urn:ietf:params:oauth:token-type:refresh_token",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(provider.requests("/authorize"), 1);
}

/// The provider's own login ended: it is asked once, and the next login asks the person there instead of going on in vain.
#[tokio::test]
async fn attack_t11_after_the_refresh_tokens_end_the_person_logs_in_at_the_provider_again() {
    let employee = Employee::new().await;
    employee.enter(None).await;
    let Employee {
        person,
        provider,
        id,
    } = &employee;
    let callback = browse(person.begin(id).await.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("a login");
    provider
        .switches()
        .set(|s| s.enterprise.exchange_refused = Some("invalid_grant".into()));
    person.expire();
    person
        .tool(id, "whoami")
        .await
        .expect_err("the provider takes its refresh token no more");
    let asked = employee.exchanges().len();
    provider
        .switches()
        .set(|s| s.enterprise.exchange_refused = None);
    let pending = person.begin(id).await;
    assert!(
        pending.url().starts_with(&provider.issuer()),
        "{}",
        pending.url()
    );
    assert_eq!(
        employee.exchanges().len(),
        asked,
        "what is dead is not shown again"
    );
}

/// Rules: Q12
#[tokio::test]
async fn q12_a_provider_that_was_entered_with_a_slash_is_found_again() {
    let employee = Employee::new().await;
    let Employee {
        person,
        provider,
        id,
    } = &employee;
    let issuer = format!("{}/", provider.issuer());
    let entry = ProviderEntry {
        issuer: issuer.clone(),
        client_id: "at-provider".into(),
        client_secret: Some(Secret::new("p")),
        token_endpoint: None,
        id_token: None,
    };
    person
        .broker
        .set_identity_provider(entry)
        .await
        .expect("a provider");
    let method = LoginMethod::Enterprise {
        provider: Issuer::parse(&issuer).expect("an issuer"),
    };
    person
        .broker
        .set_login_method(id, method)
        .await
        .expect("a way to log in");
    let callback = browse(person.begin(id).await.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("a login");
}

#[tokio::test]
async fn the_companys_no_is_final() {
    for error in ["access_denied", "invalid_grant", "invalid_target"] {
        let employee = Employee::entered().await;
        let Employee {
            person,
            provider,
            id,
        } = &employee;
        provider
            .switches()
            .set(|s| s.enterprise.exchange_refused = Some(error.into()));
        let refusal = person.done(id).await.expect_err("the policy says no");
        assert_eq!(refusal.code(), Code::RefusedByProvider, "{error}");
        assert_eq!(employee.exchanges().len(), 1, "it is asked once");
        assert_eq!(
            (
                person.web.requests("/token"),
                person.web.requests("/authorize"),
                provider.requests("/authorize")
            ),
            (0, 0, 0)
        );
    }
}

#[tokio::test]
async fn a_server_that_takes_no_such_word_is_not_logged_in_to_another_way() {
    let employee = Employee::entered().await;
    let Employee { person, id, .. } = &employee;
    person
        .web
        .switches()
        .set(|s| s.enterprise.refused = Some("access_denied".into()));
    person.done(id).await.expect_err("refused");
    assert_eq!(
        (
            person.web.requests("/token"),
            person.web.requests("/authorize")
        ),
        (1, 0)
    );
}

/// RFC 8693 §2.2.1: what came is said by `issued_token_type`; a token for another use is not passed on.
#[tokio::test]
async fn an_answer_that_is_no_id_jag_goes_nowhere() {
    let employee = Employee::entered().await;
    let Employee {
        person,
        provider,
        id,
    } = &employee;
    provider
        .switches()
        .set(|s| s.enterprise.exchange_gives_access_token = true);
    person.done(id).await.expect_err("an access token");
    assert_eq!(person.web.requests("/token"), 0);
}

#[tokio::test]
async fn the_word_of_the_provider_is_written_down_nowhere() {
    let employee = Employee::entered().await;
    let Employee {
        person,
        id,
        provider,
    } = &employee;
    person.done(id).await.expect("the provider vouches");
    let events = person
        .broker
        .events(&model::EventQuery {
            limit: 100,
            ..Default::default()
        })
        .await
        .expect("a log");
    let written = format!(
        "{events:?} {:?}",
        person.broker.identity_providers().await.expect("a vault")
    );
    let subject = provider.requests_to("/token")[0]
        .param("subject_token")
        .expect("an id token");
    let assertion = person.token_requests("assertion")[0]
        .clone()
        .expect("an ID-JAG");
    assert!(
        !written.contains(&subject) && !written.contains(&assertion),
        "{written}"
    );
    let urls: Vec<_> = person
        .web
        .log()
        .into_iter()
        .chain(provider.log())
        .map(|request| request.query)
        .collect();
    assert!(urls.iter().all(|query| !query.contains(&assertion)));
}

#[tokio::test]
async fn a_provider_that_nobody_entered_is_told() {
    let employee = Employee::new().await;
    let Employee {
        person,
        provider,
        id,
    } = &employee;
    let error = person
        .broker
        .set_login_method(id, by(provider))
        .await
        .expect_err("it is not known");
    assert_eq!(error.code(), Code::ProviderUnknown);
    let started = person.broker.begin_login(id, LoginOptions::default()).await;
    assert!(
        !matches!(started, Ok(LoginStart::Done(_))),
        "and the old way stays"
    );
}

/// The provider knows another person now: a login of the one before is not renewed in their name.
#[tokio::test]
async fn a_login_stays_with_the_person_it_is_of() {
    let employee = Employee::entered().await;
    let Employee {
        person,
        provider,
        id,
    } = &employee;
    let grant = person
        .done(id)
        .await
        .expect("the provider vouches for grace");
    employee
        .enter(Some(provider.id_token("at-provider", "ada")))
        .await;
    person.web.tokens().expire_access_tokens();
    let error = person
        .tool(id, "whoami")
        .await
        .expect_err("ada is another person");
    assert_eq!(error.code(), Code::AccountLocked, "{error}");
    assert_eq!(
        (employee.exchanges().len(), person.web.requests("/token")),
        (1, 1),
        "nobody is asked in her name"
    );

    employee
        .enter(Some(provider.id_token("at-provider", "grace")))
        .await;
    assert_eq!(
        person.tool(id, "whoami").await.expect("a new token").status,
        200
    );
    let renewed = person.broker.resource(id).await.expect("a server").grants;
    assert_eq!(
        renewed.iter().map(|known| &known.id).collect::<Vec<_>>(),
        [&grant.id]
    );
}

/// Its word for the issuer that the server names now is not shown to the one that it named before. Rules: D-11, R-21
#[tokio::test]
async fn d11_an_issuer_that_the_server_left_gets_no_word_for_the_new_one() {
    let employee = Employee::entered().await;
    let Employee { person, id, .. } = &employee;
    let grant = person.done(id).await.expect("the provider vouches");
    let other = Testbed::start(Switches::default())
        .await
        .expect("a free port");
    person
        .web
        .switches()
        .set(|s| s.authorization_servers = AuthorizationServers::Verbatim(vec![other.issuer()]));
    person.broker.check(id, &|_| {}).await.expect("discovery");
    let error = person
        .broker
        .refresh(&grant.id)
        .await
        .expect_err("it is of the old issuer");
    assert_eq!(error.code(), Code::IssuerChanged, "{error}");
    assert_eq!(
        (
            employee.exchanges().len(),
            person.web.requests("/token"),
            other.requests("/token")
        ),
        (1, 1, 0)
    );
}
