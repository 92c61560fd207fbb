//! The body of a response as it comes in, within limits; and what its failure means.

use super::resolver::Refused;
use crate::error::cause_of;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use oauth::http::{Cause, HttpError};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// How long a request may take, from the name's resolution to the last byte, and how much is read of its response.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) time: Duration,
    pub(super) body: usize,
}

/// A body that ends with an error where more comes than is read.
pub(super) struct Bounded {
    body: reqwest::Body,
    read: usize,
    host: String,
    limits: Limits,
}

impl Bounded {
    pub(super) fn new(body: reqwest::Body, host: String, limits: Limits) -> Self {
        Self {
            body,
            read: 0,
            host,
            limits,
        }
    }
}

impl Body for Bounded {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            let frame = frame.map_err(|error| explain(&self.host, self.limits, error))?;
            self.read += frame.data_ref().map_or(0, Bytes::len);
            if self.read > self.limits.body {
                return Err(HttpError::TooLarge {
                    host: self.host.clone(),
                    most: self.limits.body,
                });
            }
            Ok(frame)
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Which failure of a request this is. What is kept of it names no URL.
pub(super) fn explain(host: &str, limits: Limits, error: reqwest::Error) -> HttpError {
    let host = host.to_owned();
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if let Some(refused) = innermost.downcast_ref::<Refused>() {
        return refused.told(&host);
    }
    let reason = oauth::uri::excerpt(&innermost.to_string());
    let is_tls = cause_of::<rustls::Error>(&error).is_some();
    let (is_timeout, is_connect) = (error.is_timeout(), error.is_connect());
    let cause = Some(Cause::new(error.without_url()));
    if is_timeout {
        HttpError::Timeout {
            host,
            seconds: limits.time.as_secs(),
            cause,
        }
    } else if is_tls {
        HttpError::Tls {
            host,
            reason,
            cause,
        }
    } else if is_connect {
        HttpError::Unreachable {
            host,
            reason,
            cause,
        }
    } else {
        HttpError::Cut { host, cause }
    }
}
