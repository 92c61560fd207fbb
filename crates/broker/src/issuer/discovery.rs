//! A look at a server that goes on behind what departs from the specification, so that a person hears of all departures
//! at once and not of one after the other.

use crate::error::words;
use crate::upstream::http::Client;
use crate::{Error, Offer};
use bytes::Bytes;
use messages::text;
use oauth::address_guard::Reach;
use oauth::concession::{Concession, Concessions};
use oauth::discovery::DiscoveryError;
use oauth::http::{Body, Http, HttpError, Method, Request, Response, reach_of};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// One way to look, as it goes with these concessions.
pub(crate) type DiscoveryFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, DiscoveryError>> + Send + 'a>>;

/// What stood in the way, and what was behind all of it.
pub(crate) struct DiscoveryReport<T> {
    pub(crate) departures: Vec<DiscoveryError>,
    pub(crate) outcome: Result<T, DiscoveryError>,
}

/// More departures than this is no server that anyone meant to build.
const MOST_LOOKS: usize = 8;

/// A look that ends in time, however often whoever is asked keeps us waiting.
pub(crate) async fn within<T>(
    limit: Duration,
    look: impl Future<Output = Result<T, DiscoveryError>>,
) -> Result<T, DiscoveryError> {
    until(Instant::now() + limit, limit, look).await
}

async fn until<T>(
    end: Instant,
    limit: Duration,
    look: impl Future<Output = Result<T, DiscoveryError>>,
) -> Result<T, DiscoveryError> {
    tokio::time::timeout_at(end, look)
        .await
        .unwrap_or(Err(DiscoveryError::TooSlow {
            seconds: limit.as_secs(),
        }))
}

/// Looks, and where a departure ends it, as if that one were allowed. What nobody would allow by looking stays: an
/// address inside the network is not asked. All looks together have one limit.
pub(crate) async fn look_through<'a, T>(
    limit: Duration,
    allowed: &Concessions,
    look: impl Fn(Concessions) -> DiscoveryFuture<'a, T>,
) -> DiscoveryReport<T> {
    let end = Instant::now() + limit;
    let mut allowed = allowed.clone();
    let mut departures = Vec::new();
    let mut outcome = until(end, limit, look(allowed.clone())).await;
    while let Err(error) = &outcome
        && let Some(concession) = error.concession()
        && concession != Concession::PrivateNetwork
        && departures.len() < MOST_LOOKS
        && allowed.0.insert(concession)
    {
        departures.push(error.clone());
        outcome = until(end, limit, look(allowed.clone())).await;
    }
    DiscoveryReport {
        departures,
        outcome,
    }
}

impl<T> DiscoveryReport<T> {
    /// What was found, if nothing has to be allowed for it; else the first departure, with all of them on offer.
    pub(crate) fn strictly(self) -> Result<T, Error> {
        let Some(first) = self.departures.first() else {
            return self.outcome.map_err(Error::from);
        };
        let ended = self.outcome.err();
        let all = self.departures.iter().chain(ended.as_ref());
        let offers: Vec<Offer> = all
            .filter_map(|error| Some((error.concession()?, model::known_pattern(error))))
            .collect();
        let error = Error::from(first.clone()).with_offers(offers);
        // Whoever allows something has to know that it would not be enough.
        Err(match ended.filter(|ended| ended.concession().is_none()) {
            Some(ended) => {
                let hint = text::IssuerHintNotEnough {
                    hint: error.hint(),
                    why: words::discovery::text(&ended),
                };
                error.with_hint(hint)
            }
            None => error,
        })
    }
}

/// What was asked once in a look is not asked again: looking behind a departure costs no request that is known.
pub(crate) struct ResponseCache<'a> {
    http: &'a Client,
    answers: Mutex<HashMap<RequestKey, Result<Response, HttpError>>>,
}

/// Method, address, body, and how far it might go.
type RequestKey = (Method, String, Bytes, Reach);

impl<'a> ResponseCache<'a> {
    pub(crate) fn of(http: &'a Client) -> Self {
        Self {
            http,
            answers: Mutex::default(),
        }
    }
}

impl Http for ResponseCache<'_> {
    async fn send(&self, request: Request<Body>) -> Result<http::Response<Body>, HttpError> {
        let asked = (
            request.method().clone(),
            request.uri().to_string(),
            request.body().whole().cloned().unwrap_or_default(),
            reach_of(&request),
        );
        let known = crate::locked(&self.answers).get(&asked).cloned();
        let answer = if let Some(answer) = known {
            answer
        } else {
            let answer = self.http.fetch(request).await;
            crate::locked(&self.answers).insert(asked, answer.clone());
            answer
        };
        answer.map(http::Response::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Code;
    use oauth::metadata::MetadataError;

    fn departs() -> DiscoveryError {
        let source = MetadataError::ResourceMismatch {
            asked: "https://a.example".into(),
            found: "https://b.example".into(),
        };
        DiscoveryError::ResourceMetadata {
            url: "https://a.example/m".into(),
            source,
        }
    }

    /// 1. A server answers late each time, so that there is no end. 2. It is given up, and that is told. 3. The same behind
    ///    a departure: what was seen before is told, and that it would not be enough.
    #[tokio::test]
    async fn a_discovery_without_end_is_given_up() {
        let none = Concessions::default();
        let looked =
            look_through::<()>(Duration::ZERO, &none, |_| Box::pin(std::future::pending())).await;
        let error = looked.strictly().expect_err("no end");
        assert_eq!(
            (error.code(), error.concession()),
            (Code::Unreachable, None)
        );
        let slow = Error::from(DiscoveryError::TooSlow { seconds: 0 });
        assert!(
            error.text() == slow.text() && error.has_own_hint(),
            "{error}"
        );

        let looked = look_through::<()>(Duration::ZERO, &none, |allowed| {
            let is_first = allowed.0.is_empty();
            Box::pin(async move {
                if is_first {
                    Err(departs())
                } else {
                    std::future::pending().await
                }
            })
        });
        let error = looked.await.strictly().expect_err("no end");
        assert_eq!(error.code(), Code::ResourceMismatch);
        let not_enough = text::IssuerHintNotEnough {
            hint: Error::from(departs()).hint(),
            why: slow.text(),
        };
        assert_eq!(error.hint(), not_enough.into());
        assert!(matches!(
            within::<()>(Duration::ZERO, std::future::pending()).await,
            Err(DiscoveryError::TooSlow { .. })
        ));
    }
}
