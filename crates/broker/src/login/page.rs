//! The page that a login opens.

use crate::grant::id_jag::provider_reach;
use crate::{Broker, Error};
use messages::{Text, text};
use model::{LoginAttempt, LoginKind, ResourceRecord};
use oauth::address_guard::Reach;

impl Broker {
    /// Where the browser goes is within the reach of whoever named it: looked at when the page is about to open, and so
    /// also where it was kept from before.
    pub(crate) async fn may_open(
        &self,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
    ) -> Result<(), Error> {
        let reach = match &attempt.kind {
            LoginKind::Provider(request) => provider_reach(record, &request.issuer)?,
            LoginKind::Browser(_) | LoginKind::Device(_) => {
                Reach::of(&record.uri.url()?, &record.concessions)
            }
        };
        self.inner
            .upstream
            .http
            .may_be_opened(attempt.url(), reach)
            .await
    }

    pub(crate) async fn open_browser(&self, attempt: &LoginAttempt) -> Option<Text> {
        let (browser, url) = (
            self.inner.upstream.browser.clone(),
            attempt.url().to_owned(),
        );
        let opened = tokio::task::spawn_blocking(move || browser.open(&url)).await;
        match opened {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why),
            Err(_) => Some(text::LoginBrowserNotStarted.into()),
        }
    }
}
