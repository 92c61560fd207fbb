//! The form body of a token request (RFC 6749 appendix B): each parameter once, none without a value (§3.1, §3.2).

use oauth::secret::Secret;

/// Values are secrets until someone says otherwise: one of them is the agent's key.
pub(crate) struct Form(Vec<(String, Secret)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormProblem {
    NotUtf8,
    Twice,
}

impl Form {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, FormProblem> {
        if std::str::from_utf8(body).is_err() {
            return Err(FormProblem::NotUtf8);
        }
        let mut parameters: Vec<(String, Secret)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            // Escapes that are no UTF-8 were replaced; nothing of ours has this character.
            if value.contains(char::REPLACEMENT_CHARACTER)
                || name.contains(char::REPLACEMENT_CHARACTER)
            {
                return Err(FormProblem::NotUtf8);
            }
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(FormProblem::Twice);
            }
            parameters.push((name.into_owned(), Secret::new(value)));
        }
        Ok(Self(parameters))
    }

    /// RFC 6749 §3.1: sent without a value is not sent.
    pub(crate) fn secret(&self, name: &str) -> Option<&Secret> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.expose().is_empty())
            .map(|(_, value)| value)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.secret(name).map(Secret::expose)
    }
}

/// RFC 6749 §2.3.1: in Basic the id and the key are form-encoded first.
pub(crate) fn decode(text: &str) -> Option<String> {
    if text.contains('&') {
        return None;
    }
    if !text.contains(['%', '+', char::REPLACEMENT_CHARACTER]) {
        return Some(text.to_owned());
    }
    let whole = format!("v={text}");
    let (_, value) = url::form_urlencoded::parse(whole.as_bytes()).next()?;
    (!value.contains(char::REPLACEMENT_CHARACTER)).then(|| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Form, FormProblem, decode};

    #[test]
    fn each_parameter_once() {
        let form = Form::parse(b"a=1&b=x+y%2Bz&empty=&c").expect("a form");
        assert_eq!((form.text("a"), form.text("b")), (Some("1"), Some("x y+z")));
        assert_eq!(
            (form.text("empty"), form.text("c"), form.text("d")),
            (None, None, None),
            "RFC 6749 3.1"
        );
        for twice in ["a=1&a=1", "a=&a=1", "a=1&%61=2"] {
            assert_eq!(
                Form::parse(twice.as_bytes()).err(),
                Some(FormProblem::Twice),
                "{twice}"
            );
        }
        for foreign in [&b"a=\xff"[..], b"a=%ff", b"%ff=a"] {
            assert_eq!(Form::parse(foreign).err(), Some(FormProblem::NotUtf8));
        }
    }

    #[test]
    fn basic_is_form_decoded() {
        assert_eq!(decode("a%3Ab+c=d").as_deref(), Some("a:b c=d"));
        assert_eq!(decode("a&b"), None);
        assert_eq!(decode("%ff"), None);
    }
}
