//! Endpoints that no document names: whether anybody is there.

use crate::{Broker, Error};
use oauth::address_guard::Reach;
use oauth::concession::Concessions;
use oauth::http::{Http, get};
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::uri::ResourceUri;

/// Endpoints that were only assumed, and that answered that nothing is there.
#[derive(Debug, Default)]
pub(super) struct AbsentEndpoints {
    pub(super) login: bool,
    pub(super) registration: bool,
}

impl Broker {
    /// Where no document names the endpoints, a question without any parameter tells whether somebody is there.
    pub(super) async fn assumed_and_absent(
        &self,
        uri: &ResourceUri,
        allowed: &Concessions,
        server: &AuthorizationServer,
    ) -> Result<AbsentEndpoints, Error> {
        if server.basis != Basis::Assumed {
            return Ok(AbsentEndpoints::default());
        }
        let reach = Reach::of(&uri.url()?, allowed);
        let is_absent = async |endpoint: Option<&str>| {
            let Some(Ok(request)) = endpoint.map(|endpoint| get(endpoint, reach)) else {
                return false;
            };
            let answer = self.inner.upstream.http.fetch(request).await;
            answer.is_ok_and(|answer| matches!(answer.status, 404 | 410))
        };
        Ok(AbsentEndpoints {
            login: is_absent(server.authorization_endpoint.as_deref()).await,
            registration: is_absent(server.registration_endpoint.as_deref()).await,
        })
    }
}
