//! One person's vault, the broker on it, and their browser.

use crate::browser::Browser;
use broker::{
    Broker, Call, Error, Home, KeySource, KeyStore, LoginOptions, NoBrowser, OsKeyring, Redirects,
    SystemClock,
};
use model::{Code, Grant, LoginAttempt};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::http::{Method, Response, header_map};
use oauth::scope::Scopes;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) struct Desk {
    pub(crate) broker: Broker,
    /// Holds the vault; gone with the test.
    pub(crate) folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::on(tempfile::tempdir().expect("a temporary folder")).await
    }

    async fn on(folder: tempfile::TempDir) -> Self {
        let home = Home::new(folder.path().join("home")).expect("a temporary folder");
        let keyring: Arc<dyn KeyStore> = Arc::new(OsKeyring::new(&home));
        let broker = Broker::new(home, keyring, Arc::new(SystemClock), Arc::new(NoBrowser))
            .expect("a broker");
        broker
            .open_vault(KeySource::KeyFile(folder.path().join("key")))
            .await
            .expect("the vault opens");
        // Nothing listens there: the browser of these tests hands over the answer.
        broker.set_redirects(Redirects {
            deep_link: true,
            loopback: Some(4283),
        });
        Self { broker, folder }
    }

    /// The vault as it is now, kept elsewhere: what a backup brings back.
    pub(crate) async fn copy(&self) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("home")).expect("a folder");
        std::fs::copy(self.folder.path().join("key"), folder.path().join("key")).expect("the key");
        for file in std::fs::read_dir(self.folder.path().join("home")).expect("the vault") {
            let file = file.expect("a file");
            if file.file_type().expect("its type").is_file() {
                std::fs::copy(
                    file.path(),
                    folder.path().join("home").join(file.file_name()),
                )
                .expect("copied");
            }
        }
        Self::on(folder).await
    }

    /// The id of the server.
    pub(crate) async fn add(&self, resource: &str) -> String {
        let view = self
            .broker
            .add(resource, Some("peer"), Concessions::default(), &|_| {})
            .await;
        view.unwrap_or_else(|error| panic!("added, not {error}"))
            .record
            .id
    }

    pub(crate) async fn begin(&self, id: &str, options: LoginOptions) -> LoginAttempt {
        let started = self
            .broker
            .begin_login(id, options)
            .await
            .unwrap_or_else(|error| panic!("{error}: {}", error.hint()));
        started.pending().expect("it waits for the browser").clone()
    }

    pub(crate) async fn complete(&self, callback: &str) -> Result<Grant, Error> {
        self.broker.complete_login(Callback::parse(callback)).await
    }

    pub(crate) async fn log_in_with(
        &self,
        id: &str,
        browser: &mut Browser,
        options: LoginOptions,
    ) -> Result<Grant, Error> {
        let pending = self.begin(id, options).await;
        let callback = browser.answer(pending.url()).await;
        self.complete(&callback).await
    }

    pub(crate) async fn log_in(&self, id: &str) -> Grant {
        let logged_in = self
            .log_in_with(id, &mut Browser::of("anyone"), LoginOptions::default())
            .await;
        logged_in.unwrap_or_else(|error| panic!("logged in, not {error}: {}", error.hint()))
    }

    /// A tool of the server, called with the token of this account, in the session that the server opened, if it did;
    /// what the tool says.
    pub(crate) async fn tool(
        &self,
        id: &str,
        account: Option<&str>,
        tool: &str,
    ) -> Result<String, Error> {
        let client = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } });
        let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client });
        let response = self.ask(id, account, None, &hello).await?;
        let session = response.header("mcp-session-id").map(str::to_owned);
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        self.ask(id, account, session.as_deref(), &ready).await?;
        let body = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": { "name": tool, "arguments": {} } });
        let response = self.ask(id, account, session.as_deref(), &body).await?;
        let text = String::from_utf8_lossy(&response.body);
        let start = text
            .find("{\"")
            .unwrap_or_else(|| panic!("JSON, not {text}"));
        let answer = serde_json::Deserializer::from_str(&text[start..])
            .into_iter::<Value>()
            .next();
        let answer = answer
            .expect("an answer")
            .unwrap_or_else(|error| panic!("{error}: {text}"));
        let said = answer["result"]["content"][0]["text"].as_str();
        Ok(said
            .unwrap_or_else(|| panic!("what the tool says, not {answer}"))
            .to_owned())
    }

    async fn ask(
        &self,
        id: &str,
        account: Option<&str>,
        session: Option<&str>,
        body: &Value,
    ) -> Result<Response, Error> {
        let mut headers = vec![
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
            ("mcp-protocol-version", "2025-11-25"),
        ];
        headers.extend(session.map(|session| ("mcp-session-id", session)));
        let call = Call {
            method: Method::POST,
            headers: header_map(&headers),
            body: body.to_string().into_bytes(),
        };
        let response = self.broker.call(id, account, &call).await?;
        assert!(
            matches!(response.status, 200 | 202),
            "{} {}",
            response.status,
            String::from_utf8_lossy(&response.body)
        );
        Ok(response)
    }
}

/// The names of the scopes, for comparing.
pub(crate) fn names(scopes: &Scopes) -> Vec<String> {
    scopes.to_string().split(' ').map(str::to_owned).collect()
}

/// What kind of failure it was.
#[track_caller]
pub(crate) fn code<T>(outcome: Result<T, Error>) -> Code {
    outcome.err().expect("it is refused").code()
}

/// One parameter of a URL.
pub(crate) fn parameter(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).expect("a URL");
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}
