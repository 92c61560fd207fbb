//! Someone with a new vault, who adds a server, logs in when asked, and says yes to one question.

use std::sync::Arc;

use broker::{
    Broker, Call, Error, Home, KeySource, LoginOptions, LoginStart, OsKeyring, Redirects,
    SystemClock, VaultState,
};
use model::{Code, LoginMethod, Settings};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::http::Response;
use oauth::scope::Scopes;
use oauth::uri::Issuer;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::Failure;
use crate::browser::{Opened, browse};
use crate::context::Context;

/// Where our client id metadata document is hosted, as far as the suite is concerned.
const DOCUMENT: &str = "https://conformance-test.local/client-metadata.json";
/// The departure that the specification itself offers for old servers. The person says yes to no other.
const CONFIRMED: &str = "legacy-endpoints";
/// How often one operation may lead to a login.
const MOST_LOGINS: usize = 3;

pub struct Person {
    broker: Broker,
    opened: Mutex<UnboundedReceiver<String>>,
    /// The vault and its key file, gone with the person.
    folder: tempfile::TempDir,
}

impl Person {
    pub async fn at_a_new_machine() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let home = Home::new(folder.path().join("home"))?;
        let (opens, opened) = unbounded_channel();
        let keyring = Arc::new(OsKeyring::new(&home));
        let broker = Broker::new(
            home,
            keyring,
            Arc::new(SystemClock),
            Arc::new(Opened(opens)),
        )?;
        let state = broker
            .open_vault(KeySource::KeyFile(folder.path().join("key")))
            .await?;
        if !matches!(state, VaultState::Open { .. }) {
            return Err(format!("the vault does not open: {state:?}").into());
        }
        broker.set_redirects(Redirects {
            deep_link: true,
            loopback: Some(4283),
        });
        broker
            .save_settings(Settings {
                client_metadata_url: Some(DOCUMENT.to_owned()),
            })
            .await?;
        Ok(Self {
            broker,
            opened: Mutex::new(opened),
            folder,
        })
    }

    /// Adds the server, enters what was given for it, and says how to refer to it.
    pub async fn add(&self, url: &str, context: &Context) -> Result<String, Failure> {
        let view = match self
            .broker
            .add(url, None, Concessions::default(), &|_| {})
            .await
        {
            Err(error) => {
                let confirmed = error
                    .concession()
                    .filter(|concession| concession.name() == CONFIRMED)
                    .ok_or(error)?;
                self.broker
                    .add(url, None, Concessions([confirmed].into()), &|_| {})
                    .await?
            }
            added => added?,
        };
        let id = view.record.id;
        if let Some(client) = context.client() {
            self.broker.set_client(&id, client).await?;
        }
        if let Some(provider) = context.provider() {
            let provider = Issuer::parse(
                &self
                    .broker
                    .set_identity_provider(provider)
                    .await?
                    .issuer
                    .to_string(),
            )?;
            self.broker
                .set_login_method(&id, LoginMethod::Enterprise { provider })
                .await?;
        }
        if let Some(token) = context.workload_token() {
            let file = self.folder.path().join("workload-token");
            std::fs::write(&file, token)?;
            let token_file = file
                .to_str()
                .ok_or("the temporary folder is no text")?
                .to_owned();
            self.broker
                .set_login_method(&id, LoginMethod::Workload { token_file })
                .await?;
        }
        Ok(id)
    }

    /// One request to the server, with the logins that it leads to.
    pub async fn call(&self, server: &str, call: &Call) -> Result<Response, Failure> {
        let mut logins = 0;
        loop {
            let error = match self.broker.call(server, None, call).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let more = match error.code() {
                Code::LoginRequired | Code::IssuerChanged => None,
                Code::StepUpRequired => error.scopes().cloned(),
                _ => return Err(told(&error)),
            };
            logins += 1;
            if logins > MOST_LOGINS {
                return Err(format!("{MOST_LOGINS} logins did not help: {error}").into());
            }
            self.log_in(server, more).await?;
        }
    }

    async fn log_in(&self, server: &str, scopes: Option<Scopes>) -> Result<(), Failure> {
        let options = LoginOptions {
            scopes,
            open_browser: true,
            ..LoginOptions::default()
        };
        let started = self
            .broker
            .begin_login(server, options)
            .await
            .map_err(|error| told(&error))?;
        if let LoginStart::Waiting {
            pending,
            browser_problem,
        } = started
        {
            if let Some(problem) = browser_problem {
                return Err(problem.to_string().into());
            }
            let url = self.opened.lock().await.try_recv()?;
            let redirect = pending.redirect().ok_or("no browser brings its answer")?;
            let callback = browse(&url, &redirect.uri()).await?;
            self.broker
                .complete_login(Callback::parse(&callback))
                .await
                .map_err(|error| told(&error))?;
        }
        Ok(())
    }
}

fn told(error: &Error) -> Failure {
    format!("{}: {error} {}", error.code().as_str(), error.hint()).into()
}
