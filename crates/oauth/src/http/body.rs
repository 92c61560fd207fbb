//! The content of a request or a response: whole, or as it comes.

use super::error::HttpError;
use bytes::{Buf, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

/// The content of a request or a response. It speaks `http_body`, so that clients and servers take it as it is.
///
/// ```
/// use oauth::http::Body;
///
/// assert_eq!(Body::from("grant_type=x").whole().map(|bytes| &bytes[..]), Some(&b"grant_type=x"[..]));
/// ```
pub struct Body(Content);

enum Content {
    Whole(Bytes),
    /// Never locked: a body is polled by whoever owns it. The lock lets a body be shared between threads that its source was
    /// not made for.
    Stream(Mutex<Stream>),
}

type Stream = Pin<Box<dyn HttpBody<Data = Bytes, Error = HttpError> + Send>>;

impl Body {
    /// A body that comes piece by piece.
    pub fn stream(body: impl HttpBody<Data = Bytes, Error = HttpError> + Send + 'static) -> Self {
        Self(Content::Stream(Mutex::new(Box::pin(body))))
    }

    /// The bytes of a body that does not come piece by piece.
    pub fn whole(&self) -> Option<&Bytes> {
        match &self.0 {
            Content::Whole(bytes) => Some(bytes),
            Content::Stream(_) => None,
        }
    }

    /// The next piece; None at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        loop {
            match poll_fn(|context| Pin::new(&mut *self).poll_frame(context)).await {
                None => return Ok(None),
                Some(Err(error)) => return Err(error),
                // Trailers are no content.
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    /// All of it, once it has come.
    pub async fn collect(self) -> Result<Bytes, HttpError> {
        let mut stream = match self.0 {
            Content::Whole(bytes) => return Ok(bytes),
            content @ Content::Stream(_) => Self(content),
        };
        let mut all = Vec::new();
        while let Some(piece) = stream.chunk().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all.into())
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        match &mut self.0 {
            Content::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready(bytes.has_remaining().then(|| Ok(Frame::data(bytes))))
            }
            Content::Stream(stream) => stream
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner)
                .as_mut()
                .poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.whole().is_some_and(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        self.whole().map_or_else(SizeHint::default, |bytes| {
            SizeHint::with_exact(bytes.len() as u64)
        })
    }
}

impl Default for Body {
    fn default() -> Self {
        Self(Content::Whole(Bytes::new()))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Content::Whole(bytes))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from(text).into()
    }
}

/// Bodies carry tokens: what is printed leaves them out.
impl std::fmt::Debug for Body {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[body]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Pieces that come one after the other.
    struct Pieces(VecDeque<Result<&'static str, HttpError>>);

    impl HttpBody for Pieces {
        type Data = Bytes;
        type Error = HttpError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
            let piece = self.0.pop_front();
            Poll::Ready(piece.map(|piece| piece.map(|text| Frame::data(text.into()))))
        }
    }

    #[tokio::test]
    async fn a_body_comes_piece_by_piece_or_whole() {
        let mut stream = Body::stream(Pieces([Ok("a"), Ok("b"), Ok("c")].into()));
        assert_eq!(stream.whole(), None);
        assert_eq!(stream.chunk().await, Ok(Some("a".into())));
        assert_eq!(stream.collect().await, Ok("bc".into()));
        let mut whole = Body::from("abc");
        assert_eq!(whole.chunk().await, Ok(Some("abc".into())));
        assert_eq!(whole.chunk().await, Ok(None));
        assert_eq!(Body::from("abc").collect().await, Ok("abc".into()));
    }

    #[tokio::test]
    async fn a_body_that_breaks_is_none() {
        let cut = HttpError::Cut {
            host: "h.example".into(),
            cause: None,
        };
        let stream = Body::stream(Pieces([Ok("a"), Err(cut.clone())].into()));
        assert_eq!(stream.collect().await, Err(cut));
    }
}
