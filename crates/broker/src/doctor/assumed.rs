//! Endpoints that no document names: whether anybody is there.

use crate::{Broker, Error};
use oauth::concession::{Concessions, Reach};
use oauth::http::{Http, Request};
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
        let is_absent = async |endpoint: &str| {
            let answer = self
                .inner
                .upstream
                .http
                .send(Request::get(endpoint, reach))
                .await;
            answer.is_ok_and(|answer| matches!(answer.status, 404 | 410))
        };
        Ok(AbsentEndpoints {
            login: is_absent(&server.authorization_endpoint).await,
            registration: match &server.registration_endpoint {
                Some(endpoint) => is_absent(endpoint).await,
                None => false,
            },
        })
    }
}
