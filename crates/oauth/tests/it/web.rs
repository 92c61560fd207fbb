//! A web of canned answers that keeps what it was asked.

use oauth::http::{Body, HeaderMap, Http, HttpError, Request, Response};
use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub(crate) struct Web {
    answers: HashMap<String, Vec<Response>>,
    asked: Mutex<Vec<Asked>>,
}

/// A request as it came.
struct Asked {
    /// `GET https://…`
    line: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Web {
    /// An answer for `GET https://…`; several for the same request are given one after the other, the last one for ever.
    pub(crate) fn on(
        mut self,
        request: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Self {
        self.answers
            .entry(request.to_owned())
            .or_default()
            .push(Response::new(status, headers, body.to_owned()));
        self
    }

    pub(crate) fn json(self, request: &str, status: u16, body: &str) -> Self {
        self.on(
            request,
            status,
            &[("content-type", "application/json")],
            body,
        )
    }

    /// `GET https://…` in the order asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.of_each(|asked| asked.line.clone())
    }

    /// Form bodies of the POSTs, decoded.
    pub(crate) fn forms(&self) -> Vec<HashMap<String, String>> {
        self.of_each(|asked| {
            url::form_urlencoded::parse(&asked.body)
                .into_owned()
                .collect()
        })
    }

    pub(crate) fn bodies(&self) -> Vec<serde_json::Value> {
        self.of_each(|asked| serde_json::from_slice(&asked.body).unwrap_or_default())
    }

    pub(crate) fn headers(&self, name: &str) -> Vec<Option<String>> {
        self.of_each(|asked| {
            let value = asked.headers.get(name)?;
            Some(value.to_str().expect("text").to_owned())
        })
    }

    fn of_each<T>(&self, read: impl Fn(&Asked) -> T) -> Vec<T> {
        let asked = self.asked.lock().expect("no panic before");
        asked.iter().map(read).collect()
    }
}

impl Http for Web {
    async fn send(&self, request: Request<Body>) -> Result<http::Response<Body>, HttpError> {
        let line = format!("{} {}", request.method(), request.uri());
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_vec();
        let mut asked = self.asked.lock().expect("no panic before");
        let before = asked.iter().filter(|known| known.line == line).count();
        asked.push(Asked {
            line: line.clone(),
            headers: parts.headers,
            body,
        });
        match self.answers.get(&line) {
            Some(answers) => Ok(answers[before.min(answers.len() - 1)].clone().into()),
            None if line.contains("down.example") => Err(HttpError::Unreachable {
                host: "down.example".into(),
                reason: "refused".into(),
                cause: None,
            }),
            None => Ok(Response::new(404, &[], "").into()),
        }
    }
}
