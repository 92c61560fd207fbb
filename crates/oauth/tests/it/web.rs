//! A web of canned answers that keeps what it was asked.

use oauth::http::{Http, HttpError, Request, Response};
use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub(crate) struct Web {
    answers: HashMap<String, Vec<Response>>,
    asked: Mutex<Vec<Request>>,
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
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.answers
            .entry(request.to_owned())
            .or_default()
            .push(Response {
                status,
                headers,
                body: body.as_bytes().to_vec(),
            });
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
        self.asked
            .lock()
            .expect("no panic before")
            .iter()
            .map(|request| format!("{} {}", request.method, request.url))
            .collect()
    }

    /// Form bodies of the POSTs, decoded.
    pub(crate) fn forms(&self) -> Vec<HashMap<String, String>> {
        let asked = self.asked.lock().expect("no panic before");
        asked
            .iter()
            .map(|request| {
                url::form_urlencoded::parse(&request.body)
                    .into_owned()
                    .collect()
            })
            .collect()
    }

    pub(crate) fn bodies(&self) -> Vec<serde_json::Value> {
        let asked = self.asked.lock().expect("no panic before");
        asked
            .iter()
            .map(|request| serde_json::from_slice(&request.body).unwrap_or_default())
            .collect()
    }

    pub(crate) fn headers(&self, name: &str) -> Vec<Option<String>> {
        let asked = self.asked.lock().expect("no panic before");
        let find = |request: &Request| {
            request
                .headers
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        };
        asked.iter().map(find).collect()
    }
}

impl Http for Web {
    async fn send(&self, request: Request) -> Result<Response, HttpError> {
        let key = format!("{} {}", request.method, request.url);
        let mut asked = self.asked.lock().expect("no panic before");
        let before = asked
            .iter()
            .filter(|known| format!("{} {}", known.method, known.url) == key)
            .count();
        asked.push(request);
        match self.answers.get(&key) {
            Some(answers) => Ok(answers[before.min(answers.len() - 1)].clone()),
            None if key.contains("down.example") => Err(HttpError::Unreachable {
                host: "down.example".into(),
                reason: "refused".into(),
            }),
            None => Ok(Response {
                status: 404,
                headers: Vec::new(),
                body: Vec::new(),
            }),
        }
    }
}
