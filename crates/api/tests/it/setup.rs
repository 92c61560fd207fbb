//! One person at one window: a host on a temporary vault, and a browser of someone who approves everything.

use api::dto::{Notice, Problem};
use api::{Host, HostOptions};
use broker::{Broker, Clock, Home, KeySource, KeyStore, NoBrowser, OsKeyring, SystemClock};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use testbed::Testbed;
use testbed::switches::Switches;
use tokio::sync::broadcast::Receiver;

pub(crate) struct Desk {
    pub(crate) host: Host,
    pub(crate) web: Testbed,
    pub(crate) folder: tempfile::TempDir,
}

/// Far longer than anything takes: what it ends is a hang.
const LIMIT: Duration = Duration::from_mins(1);

pub(crate) fn broker_on(folder: &Path) -> Broker {
    broker_at(folder, Arc::new(SystemClock))
}

pub(crate) fn broker_at(folder: &Path, clock: Arc<dyn Clock>) -> Broker {
    let home = Home::new(folder.join("home")).expect("a temporary folder");
    let keyring: Arc<dyn KeyStore> = Arc::new(OsKeyring::new(&home));
    Broker::new(home, keyring, clock, Arc::new(NoBrowser)).expect("a broker")
}

pub(crate) fn options(folder: &Path, key: KeySource) -> HostOptions {
    HostOptions {
        deep_link: true,
        endpoint: endpoint::Options {
            port: 0,
            socket: Some(folder.join("run/endpoint.sock")),
        },
        key: Some(key),
        demo_program: Some(folder.join("gatelodge-demo")),
        demo: None,
        downloads: Some(folder.join("downloads")),
    }
}

pub(crate) async fn host_on(folder: &Path, key: KeySource) -> Host {
    Host::start(broker_on(folder), options(folder, key))
        .await
        .expect("a host")
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let web = Testbed::start(Switches::default().approving_as("ada"))
            .await
            .expect("a free port");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let host = host_on(folder.path(), KeySource::KeyFile(folder.path().join("key"))).await;
        Self { host, web, folder }
    }

    /// With a clock that the test moves.
    pub(crate) async fn at(clock: Arc<dyn Clock>) -> Self {
        let web = Testbed::start(Switches::default().approving_as("ada"))
            .await
            .expect("a free port");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = KeySource::KeyFile(folder.path().join("key"));
        let broker = broker_at(folder.path(), clock);
        let host = Host::start(broker, options(folder.path(), key))
            .await
            .expect("a host");
        Self { host, web, folder }
    }

    pub(crate) async fn try_call(&self, name: &str, args: Value) -> Result<Value, Problem> {
        self.host.dispatch(name, args).await
    }

    pub(crate) async fn call(&self, name: &str, args: Value) -> Value {
        self.try_call(name, args)
            .await
            .unwrap_or_else(|failure| panic!("{name}: {failure:?}"))
    }

    /// The code of the failure, whose every part is there for someone.
    pub(crate) async fn refusal(&self, name: &str, args: Value) -> String {
        let failure = self.try_call(name, args).await.expect_err(name);
        assert!(failure.message.ends_with(['.', '!', '?']), "{failure:?}");
        assert!(failure.hint.len() > 10, "{failure:?}");
        failure.code.as_str().to_owned()
    }

    pub(crate) async fn add(&self) -> String {
        let added = self
            .call(
                "resource_add",
                json!({ "url": self.web.resource(), "name": null, "trace_id": "t" }),
            )
            .await;
        text(&added["resource"]["id"])
    }

    /// Where the browser is sent when everything was approved.
    pub(crate) async fn browse(&self, resource_id: &str) -> String {
        let args = json!({ "resource_id": resource_id, "redirect": null, "select_account": false });
        let pending = self.call("login_begin", args).await["pending"].clone();
        follow(&text(&pending["authorization_url"])).await
    }

    /// The resource and the grant, after a whole login.
    pub(crate) async fn log_in(&self) -> (String, String) {
        let id = self.add().await;
        let callback = self.browse(&id).await;
        let grant = self
            .call("login_paste", json!({ "callback_url": callback }))
            .await;
        (id, text(&grant["id"]))
    }
}

pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

/// The first notice that fits.
pub(crate) async fn until(
    notices: &mut Receiver<Notice>,
    fits: impl Fn(&Notice) -> bool,
) -> Notice {
    let wait = async {
        loop {
            let notice = notices.recv().await.expect("the host lives");
            if fits(&notice) {
                return notice;
            }
        }
    };
    tokio::time::timeout(LIMIT, wait).await.expect("a notice")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test's browser, not the product's client"
)]
async fn follow(url: &str) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let browser = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client");
    let response = browser.get(url).send().await.expect("an answer");
    let location = response
        .headers()
        .get("location")
        .unwrap_or_else(|| panic!("no redirect: {}", response.status()));
    location.to_str().expect("ASCII").to_owned()
}
