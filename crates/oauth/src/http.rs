//! The only effect this crate has: sending one request (seam [`Http`]). The broker implements it.
//!
//! Requests and responses are those of the `http` crate, as `reqwest` and `axum` speak them, with a [`Body`] that may come
//! piece by piece. Where a request may go is its extension [`Reach`](crate::address_guard::Reach); without one it goes to public
//! addresses only.

mod body;
mod error;
mod request;
mod response;

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
pub use body::Body;
pub use error::{Cause, HttpError};
pub use request::{copy_of, get, post_form, post_json, reach_of, request, with_header};
pub use response::{Response, header_map};
use std::future::Future;

/// The longest content that is read of a response: no honest metadata or token response is longer.
pub const MAX_BODY: usize = 256 * 1024;

/// Sends requests. Follows no redirect, retries nothing.
pub trait Http: Sync {
    /// Sends one request and gives the head of its response as soon as it is there; the body follows.
    fn send(
        &self,
        request: Request<Body>,
    ) -> impl Future<Output = Result<::http::Response<Body>, HttpError>> + Send;

    /// Sends one request and gives its response whole. Of an event stream, which may have no end, it is known only that it
    /// began.
    fn fetch(
        &self,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response, HttpError>> + Send {
        async move { Response::read(self.send(request).await?).await }
    }
}
