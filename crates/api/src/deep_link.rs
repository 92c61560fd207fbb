//! Answers of a browser that come by deep link, and the vault's opening, which those that wait go on by.

use crate::convert;
use crate::dto::Notice;
use crate::host::Host;
use crate::lock::locked;
use broker::{Error, VaultState};
use messages::text;
use model::Code;
use oauth::authorization::{Callback, ResponseError};
use std::time::Instant;

impl Host {
    /// How it ended comes as a notice, if it was an answer at all.
    pub async fn deep_link(&self, url: &str) {
        if !self.inner.links.admits(Instant::now()) {
            return;
        }
        let callback = Callback::parse(url);
        match callback {
            Ok(callback) if !matches!(self.broker().vault_state(), VaultState::Open { .. }) => {
                self.wait_with(callback);
            }
            callback => self.answer(callback).await,
        }
    }

    /// What the vault's opening sets going, whoever opened it: this window, or the command line by the socket.
    pub(crate) async fn opened(&self) {
        *locked(&self.inner.fault) = None;
        for callback in self.inner.links.take() {
            self.answer(Ok(callback)).await;
        }
    }

    async fn answer(&self, callback: Result<Callback, ResponseError>) {
        if let Err(error) = self.broker().complete_login(callback).await {
            tracing::info!(code = error.code().as_str(), "a deep link led to no login");
        }
    }

    fn wait_with(&self, callback: Callback) {
        if !self.inner.links.keep(callback) {
            return;
        }
        let error = Error::new(Code::VaultLocked, text::LinkWhileLocked)
            .with_hint(text::LinkWhileLockedHint);
        self.notify(Notice::LoginFailed {
            resource_id: None,
            failure: convert::problem(&error),
        });
    }
}
