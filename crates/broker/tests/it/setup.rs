//! One person's broker over a temporary vault, and a browser that is an HTTP client.

use broker::{
    Broker, Call, Clock, Error, Home, KeySource, KeyStore, LoginOptions, LoginStart, NoBrowser,
    OsKeyring, Redirects, TokenRequest, VaultState,
};
use model::{Grant, LoginAttempt, LoginMethod, RedirectPreference, ResourceState};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::http::{Method, Response, header_map};
use oauth::time::Timestamp;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use testbed::Testbed;
use testbed::switches::Switches;

/// A clock that the test moves.
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn at(now: i64) -> Self {
        Self(AtomicI64::new(now))
    }

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
    pub(crate) folder: tempfile::TempDir,
    pub(crate) web: Testbed,
}

pub(crate) const START: i64 = 1_800_000_000;

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
    broker.set_redirects(Redirects {
        deep_link: true,
        loopback: Some(4283),
    });
    broker
}

impl Person {
    /// Someone whose consent is a matter of course: the authorization server answers at once.
    pub(crate) async fn approving(switches: Switches) -> Self {
        Self::with(switches.approving_as("ada")).await
    }

    pub(crate) async fn with(switches: Switches) -> Self {
        Self::on(Testbed::start(switches).await.expect("a free port")).await
    }

    pub(crate) async fn on(web: Testbed) -> Self {
        Self::at(web, START).await
    }

    /// Someone whose clock goes with the testbed's own: it judges the times of what our keys sign.
    pub(crate) async fn today(switches: Switches) -> Self {
        let web = Testbed::start(switches.approving_as("ada"))
            .await
            .expect("a free port");
        let now = i64::try_from(Testbed::now()).expect("a time of this age");
        Self::at(web, now).await
    }

    async fn at(web: Testbed, now: i64) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Arc::new(TestClock::at(now));
        let broker = broker_on(folder.path(), clock.clone()).await;
        Self {
            broker,
            clock,
            folder,
            web,
        }
    }

    /// The same vault, as another process (or this one after a restart) sees it.
    pub(crate) async fn again(&self) -> Broker {
        broker_on(self.folder.path(), self.clock.clone()).await
    }

    pub(crate) async fn add(&self) -> String {
        let view = self
            .broker
            .add(&self.web.resource(), None, Concessions::default(), &|_| {})
            .await
            .expect("discovery");
        view.record.id
    }

    /// Adds the server, to be logged in to in this way.
    pub(crate) async fn add_with(&self, method: LoginMethod) -> String {
        let id = self.add().await;
        self.broker
            .set_login_method(&id, method)
            .await
            .expect("a way to log in");
        id
    }

    /// A login that needs nobody.
    pub(crate) async fn done(&self, resource_id: &str) -> Result<Grant, Error> {
        match self
            .broker
            .begin_login(resource_id, LoginOptions::default())
            .await?
        {
            LoginStart::Done(grant) => Ok(*grant),
            LoginStart::Waiting { pending, .. } => {
                panic!("it waits for {}", pending.url())
            }
        }
    }

    /// A call of one of the testbed's tools, by the broker.
    pub(crate) async fn tool(&self, reference: &str, name: &str) -> Result<Response, Error> {
        let call = Call {
            method: Method::POST,
            headers: header_map(&[
                ("content-type", "application/json"),
                ("accept", "application/json, text/event-stream"),
                ("mcp-protocol-version", "2025-11-25"),
            ]),
            body: format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{name}","arguments":{{"text":"x"}}}}}}"#
            )
            .into_bytes(),
        };
        self.broker.call(reference, None, &call).await
    }

    /// The form of each request to the token endpoint so far, by the parameter's name.
    pub(crate) fn token_requests(&self, name: &str) -> Vec<Option<String>> {
        self.web
            .requests_to("/token")
            .iter()
            .map(|request| request.param(name))
            .collect()
    }

    pub(crate) async fn begin(&self, resource_id: &str) -> LoginAttempt {
        let started = self
            .broker
            .begin_login(resource_id, LoginOptions::default())
            .await
            .expect("a login begins");
        started.pending().expect("it waits for the browser").clone()
    }

    /// Adds the server, if need be, and logs in.
    pub(crate) async fn log_in(&self) -> Grant {
        let id = self.add().await;
        let pending = self.begin(&id).await;
        let callback = browse(pending.url()).await;
        self.broker
            .complete_login(Callback::parse(&callback))
            .await
            .expect("the login completes")
    }

    /// The same redirect, and so the same client id, each time.
    pub(crate) async fn log_in_by_loopback(&self, resource_id: &str) -> Grant {
        self.log_in_by(resource_id, RedirectPreference::Loopback)
            .await
            .expect("the login completes")
    }

    /// A login that comes back by this redirect, or how it ended.
    pub(crate) async fn log_in_by(
        &self,
        resource_id: &str,
        redirect: RedirectPreference,
    ) -> Result<Grant, Error> {
        let started = self.broker.begin_login(resource_id, by(redirect)).await;
        let started = started.expect("a login begins");
        let pending = started.pending().expect("it waits for the browser");
        let callback = browse(pending.url()).await;
        self.broker.complete_login(Callback::parse(&callback)).await
    }

    /// What the list of servers says of the one that this login is at.
    pub(crate) async fn state_of(&self, grant: &Grant) -> ResourceState {
        self.broker
            .resource(grant.resource.as_str())
            .await
            .expect("kept")
            .state
    }

    /// An agent with a permit for this grant.
    pub(crate) async fn agent_for(&self, grant: &Grant) -> model::Agent {
        let (agent, _) = self.broker.add_agent("claude").await.expect("an agent");
        let permit = model::Permit {
            agent_id: agent.id.clone(),
            grant_id: grant.id.clone(),
            scopes: None,
            until: None,
            given_at: self.broker.now(),
        };
        self.broker.permit(permit).await.expect("a permit");
        agent
    }

    pub(crate) fn request(&self) -> TokenRequest {
        TokenRequest {
            resource: self.web.resource(),
            ..TokenRequest::default()
        }
    }

    /// The status of a tool call with this token.
    pub(crate) async fn call_tool(&self, token: &str) -> u16 {
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
        let request = client()
            .post(self.web.resource())
            .bearer_auth(token)
            .header("content-type", "application/json");
        let request = request
            .header("accept", "application/json, text/event-stream")
            .body(body);
        request.send().await.expect("an answer").status().as_u16()
    }

    /// Moves time on both sides past the access token's end.
    pub(crate) fn expire(&self) {
        self.web.tokens().expire_access_tokens();
        self.clock.forward(100_000);
    }
}

pub(crate) fn by_loopback() -> LoginOptions {
    by(RedirectPreference::Loopback)
}

fn by(redirect: RedirectPreference) -> LoginOptions {
    LoginOptions {
        redirect: Some(redirect),
        ..LoginOptions::default()
    }
}

/// The browser of someone who approves: where the authorization server sends it.
pub(crate) async fn browse(url: &str) -> String {
    let response = client().get(url).send().await.expect("an answer");
    let location = response
        .headers()
        .get("location")
        .unwrap_or_else(|| panic!("a redirect, not {}", response.status()));
    location.to_str().expect("ASCII").to_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test's browser, not the product's client"
)]
fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client")
}
