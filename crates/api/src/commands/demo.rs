//! The demo provider: start, stop, and start again.

use crate::dto::{Notice, Status};
use crate::host::Host;
use broker::Error;

impl Host {
    pub(crate) async fn demo_start(&self) -> Result<Status, Error> {
        self.inner.demo.start().await?;
        self.notify(Notice::Changed);
        self.status().await
    }

    pub(crate) async fn demo_stop(&self) -> Result<Status, Error> {
        self.inner.demo.stop();
        self.notify(Notice::Changed);
        self.status().await
    }

    /// A demo server that was added lives as long as the program that keeps its logins.
    pub(crate) fn revive_demo(&self) {
        let host = self.clone();
        tokio::spawn(async move {
            if host
                .broker()
                .resource(host.inner.demo.resource())
                .await
                .is_err()
            {
                return;
            }
            match host.inner.demo.start().await {
                // Another program has its place: elsewhere it is of no use to the server that was added.
                Ok(())
                    if host.inner.demo.status().resource.as_deref()
                        != Some(host.inner.demo.resource()) =>
                {
                    host.inner.demo.stop();
                }
                Ok(()) => host.notify(Notice::Changed),
                Err(error) => tracing::warn!(%error, "the demo server could not be started again"),
            }
        });
    }
}
