//! One person: a broker over a temporary vault, the endpoint before it, and a browser that fills in forms.

use crate::http::{FORM, Reply, form, send, visit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use broker::{
    Broker, Clock, Home, KeySource, KeyStore, LoginOptions, NoBrowser, OsKeyring, Redirects,
    VaultState,
};
use endpoint::{Endpoint, Options};
use model::{Agent, Event, EventQuery, Grant, Permit};
use oauth::concession::Concessions;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use testbed::Testbed;
use testbed::switches::Switches;

/// A clock that the test moves.
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Person {
    pub(crate) broker: Broker,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) endpoint: Endpoint,
    pub(crate) port: u16,
    pub(crate) web: Testbed,
    pub(crate) folder: tempfile::TempDir,
}

/// An agent and the key that it was given.
pub(crate) struct KeyedAgent {
    pub(crate) agent: Agent,
    pub(crate) key: Secret,
}

const START: i64 = 1_800_000_000;

/// A broker on `folder`, its vault protected by a key file beside it.
pub(crate) async fn broker_on(folder: &Path, clock: Arc<dyn Clock>) -> Broker {
    let home = Home::new(folder.join("home")).expect("a temporary folder");
    let keyring: Arc<dyn KeyStore> = Arc::new(OsKeyring::new(&home));
    let broker = Broker::new(home, keyring, clock, Arc::new(NoBrowser)).expect("a broker");
    let state = broker
        .open_vault(KeySource::KeyFile(folder.join("key")))
        .await
        .expect("the vault opens");
    assert!(matches!(state, VaultState::Open { .. }), "{state:?}");
    broker
}

pub(crate) fn options(folder: &Path) -> Options {
    Options {
        port: 0,
        socket: Some(folder.join("run/endpoint.sock")),
    }
}

impl Person {
    pub(crate) async fn new(switches: Switches) -> Self {
        let web = Testbed::start(switches).await.expect("a free port");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let broker = broker_on(folder.path(), clock.clone()).await;
        let endpoint = endpoint::start(broker.clone(), options(folder.path())).await;
        let status = endpoint.status();
        assert!(status.listening && status.message.is_none(), "{status:?}");
        let port = status.loopback.expect("a port");
        broker.set_redirects(Redirects {
            deep_link: false,
            loopback: Some(port),
        });
        Self {
            broker,
            clock,
            endpoint,
            port,
            web,
            folder,
        }
    }

    pub(crate) async fn plain() -> Self {
        Self::new(Switches::default()).await
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.endpoint.status().socket.expect("a socket")
    }

    /// Adds the server and begins a login: the URL for the browser.
    pub(crate) async fn begin(&self) -> String {
        let view = self
            .broker
            .add(&self.web.resource(), None, Concessions::default(), &|_| {})
            .await
            .expect("discovery");
        let started = self
            .broker
            .begin_login(&view.record.id, LoginOptions::default())
            .await
            .expect("a login begins");
        started
            .pending()
            .expect("it waits for the browser")
            .url()
            .to_owned()
    }

    /// The whole way: forms at the authorization server, then the browser follows it to our callback.
    pub(crate) async fn log_in(&self, user: usize) -> (Grant, Reply) {
        let location = browse(&self.web, &self.begin().await, user).await;
        let known: Vec<_> = self
            .grants()
            .await
            .into_iter()
            .map(|grant| grant.id)
            .collect();
        let reply = self.follow(&location).await;
        let new = self
            .grants()
            .await
            .into_iter()
            .find(|grant| !known.contains(&grant.id));
        (
            new.unwrap_or_else(|| panic!("no grant: {}", reply.body)),
            reply,
        )
    }

    pub(crate) async fn grants(&self) -> Vec<Grant> {
        self.broker
            .resource(&self.web.resource())
            .await
            .expect("the server")
            .grants
    }

    /// The browser opens what it was sent to, as the top level of its window.
    pub(crate) async fn follow(&self, location: &str) -> Reply {
        let origin = format!("http://127.0.0.1:{}", self.port);
        let path = location
            .strip_prefix(&origin)
            .unwrap_or_else(|| panic!("not ours: {location}"));
        let browser = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        send(self.port, "GET", path, &browser, "").await
    }

    pub(crate) async fn agent(&self, name: &str) -> KeyedAgent {
        let (agent, key) = self.broker.add_agent(name).await.expect("an agent");
        KeyedAgent { agent, key }
    }

    pub(crate) async fn permit(&self, agent: &KeyedAgent, grant: &Grant) {
        let given_at = self.broker.now();
        let permit = Permit {
            agent_id: agent.agent.id.clone(),
            grant_id: grant.id.clone(),
            scopes: None,
            until: None,
            given_at,
        };
        self.broker.permit(permit).await.expect("a permit");
    }

    /// Logged in as the first account, and an agent that may use it.
    pub(crate) async fn with_agent(&self) -> (Grant, KeyedAgent) {
        let (grant, _) = self.log_in(0).await;
        let agent = self.agent("claude").await;
        self.permit(&agent, &grant).await;
        (grant, agent)
    }

    pub(crate) async fn ask(&self, agent: &KeyedAgent) -> Reply {
        self.ask_for(agent, &[]).await
    }

    /// With these parameters beside, or in place of, the usual ones; an empty value leaves one out.
    pub(crate) async fn ask_for(&self, agent: &KeyedAgent, changes: &[(&str, &str)]) -> Reply {
        send(
            self.port,
            "POST",
            "/token",
            &[FORM, ("authorization", &agent.basic())],
            &self.body(changes),
        )
        .await
    }

    pub(crate) fn body(&self, changes: &[(&str, &str)]) -> String {
        let resource = self.web.resource();
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("resource", resource.as_str()),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        fields.retain(|(_, value)| !value.is_empty());
        form(&fields)
    }

    /// Moves time on both sides past the access token's end.
    pub(crate) fn expire(&self) {
        self.web.tokens().expire_access_tokens();
        self.clock.forward(100_000);
    }

    pub(crate) fn renewals(&self) -> usize {
        self.exchanges("refresh_token")
    }

    pub(crate) fn exchanges(&self, grant_type: &str) -> usize {
        let requests = self.web.requests_to("/token");
        requests
            .iter()
            .filter(|request| request.param("grant_type").as_deref() == Some(grant_type))
            .count()
    }

    /// The refused requests that the activity log tells of, newest first.
    pub(crate) async fn refusals(&self) -> Vec<Event> {
        let events = self
            .broker
            .events(&EventQuery {
                limit: 1000,
                ..EventQuery::default()
            })
            .await
            .expect("the log");
        events
            .into_iter()
            .filter(|event| event.kind == "token_refused")
            .collect()
    }
}

impl KeyedAgent {
    pub(crate) fn basic(&self) -> String {
        basic(&self.agent.id, self.key.expose())
    }
}

pub(crate) fn basic(id: &str, key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{key}")))
}

/// Signs in and approves everything that is asked: where the authorization server sends the browser.
pub(crate) async fn browse(web: &Testbed, url: &str, user: usize) -> String {
    let (name, password) = Testbed::accounts()[user];
    let login = visit("GET", url, &[], "").await;
    let cookie = login
        .header("set-cookie")
        .and_then(|cookie| cookie.split(';').next())
        .unwrap_or_default()
        .to_owned();
    let after = submit(
        web,
        &login,
        "/login",
        &cookie,
        &[("username", name), ("password", password)],
    )
    .await;
    assert_eq!(after.status, 303, "{}", after.body);
    let cookie = after
        .header("set-cookie")
        .and_then(|cookie| cookie.split(';').next())
        .map_or(cookie, str::to_owned);
    let next = format!(
        "{}{}",
        web.issuer(),
        after.header("location").expect("a redirect")
    );
    let consent = visit("GET", &next, &[("cookie", &cookie)], "").await;
    let scopes: Vec<String> = values(&consent, "scope");
    let mut fields: Vec<(&str, &str)> = scopes
        .iter()
        .map(|scope| ("scope", scope.as_str()))
        .collect();
    fields.push(("decision", "approve"));
    let done = submit(web, &consent, "/consent", &cookie, &fields).await;
    assert_eq!(done.status, 303, "{}", done.body);
    done.header("location").expect("a redirect").to_owned()
}

async fn submit(
    web: &Testbed,
    page: &Reply,
    action: &str,
    cookie: &str,
    fields: &[(&str, &str)],
) -> Reply {
    let value = |name| {
        values(page, name)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no {name}: {}", page.body))
    };
    let (request, csrf) = (value("request"), value("csrf"));
    let body = form(
        &[
            &[("request", request.as_str()), ("csrf", csrf.as_str())],
            fields,
        ]
        .concat(),
    );
    visit(
        "POST",
        &format!("{}{action}", web.issuer()),
        &[FORM, ("cookie", cookie)],
        &body,
    )
    .await
}

fn values(page: &Reply, name: &str) -> Vec<String> {
    let start = format!("name=\"{name}\" value=\"");
    let rests = page.body.split(&start).skip(1);
    rests
        .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        .collect()
}
