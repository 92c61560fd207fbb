//! A form for an endpoint of an issuer: its parameters, and what proves the client beside them.

use crate::address_guard::Reach;
use crate::error_description;
use crate::http::{Body, HttpError, Request, header, post_form, with_header};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded::{Serializer, byte_serialize};

/// The content of a token, device authorization or revocation request, and its `Authorization`.
#[derive(Clone)]
pub(crate) struct Form {
    parameters: String,
    authorization: Option<Secret>,
}

impl Form {
    pub(crate) fn new(parameters: &[(&'static str, String)]) -> Self {
        let parameters = Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        Self {
            parameters,
            authorization: None,
        }
    }

    /// A form that was written elsewhere.
    pub(crate) fn written(parameters: String, authorization: Option<Secret>) -> Self {
        Self {
            parameters,
            authorization,
        }
    }

    #[must_use]
    pub(crate) fn with(self, more: &[(&str, &str)]) -> Self {
        let parameters = Serializer::for_suffix(self.parameters, 0)
            .extend_pairs(more)
            .finish();
        Self { parameters, ..self }
    }

    /// RFC 6749 §2.3.1: id and secret are form-encoded before they are joined.
    #[must_use]
    pub(crate) fn with_basic(self, id: &str, secret: &Secret) -> Self {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = STANDARD.encode(format!("{}:{}", encode(id), encode(secret.expose())));
        Self {
            authorization: Some(Secret::new(format!("Basic {pair}"))),
            ..self
        }
    }

    pub(crate) fn request(&self, url: &str, reach: Reach) -> Result<Request<Body>, HttpError> {
        let request = post_form(url, self.parameters.clone(), reach)?;
        match &self.authorization {
            Some(value) => with_header(request, header::AUTHORIZATION, value.expose()),
            None => Ok(request),
        }
    }

    /// What must not come back in an error's text.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        error_description::secrets_in(&self.parameters, self.authorization.as_ref())
    }

    /// The parameters by name, to compare.
    #[cfg(test)]
    pub(crate) fn pairs(&self) -> std::collections::BTreeMap<String, String> {
        url::form_urlencoded::parse(self.parameters.as_bytes())
            .into_owned()
            .collect()
    }

    #[cfg(test)]
    pub(crate) fn authorization(&self) -> Option<&str> {
        self.authorization.as_ref().map(Secret::expose)
    }
}
