//! `WWW-Authenticate` (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9728 §5.1): several challenges in one header,
//! several headers, any case, tokens and quoted strings (D-02).

use crate::scope::Scopes;

/// One parsed `Bearer` (or `DPoP`) challenge. Values are as the server wrote them, unquoted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Challenge {
    pub scheme: String,
    pub scope: Option<Scopes>,
    pub error: Option<String>,
    pub error_description: Option<String>,
    pub resource_metadata: Option<String>,
}

/// The challenge to answer: Bearer before DPoP, since a bearer token is of use to every agent; and of those the first one
/// that names its metadata.
pub fn token_challenge(headers: &[&str]) -> Option<Challenge> {
    let mut ours: Vec<_> = headers
        .iter()
        .flat_map(|header| parse(header))
        .filter(|challenge| matches!(challenge.scheme.as_str(), "bearer" | "dpop"))
        .collect();
    ours.sort_by_key(|challenge| (challenge.wants_dpop(), challenge.resource_metadata.is_none()));
    ours.into_iter().next()
}

/// All challenges of one header value. What cannot be read is left out; nothing here fails or panics.
pub fn parse(header: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for item in split_outside_quotes(header) {
        let item = item.trim();
        // `scheme name=value`, `scheme`, `scheme token68` begin a challenge; `name=value` continues one.
        let (scheme, parameter) = match item.split_once([' ', '\t']) {
            Some((scheme, rest)) if is_token(scheme) && !rest.trim_start().starts_with('=') => (Some(scheme), rest.trim()),
            None if is_token(item) => (Some(item), ""),
            _ => (None, item),
        };
        if let Some(scheme) = scheme {
            challenges.push(Challenge { scheme: scheme.to_ascii_lowercase(), ..Challenge::default() });
        }
        if let (Some(challenge), Some((name, value))) = (challenges.last_mut(), parameter.split_once('=')) {
            challenge.set(name.trim(), unquote(value.trim()));
        }
        if challenges.len() > 32 {
            break;
        }
    }
    challenges
}

impl Challenge {
    /// RFC 9449 §7.1: the resource takes tokens that are bound to a key.
    pub fn wants_dpop(&self) -> bool {
        self.scheme == "dpop"
    }

    /// The first value of a name counts: a second one cannot override what was checked.
    fn set(&mut self, name: &str, value: String) {
        match name.to_ascii_lowercase().as_str() {
            "scope" if self.scope.is_none() => self.scope = Some(Scopes::parse(&value)).filter(|scopes| !scopes.is_empty()),
            "error" => _ = self.error.get_or_insert(value),
            "error_description" => _ = self.error_description.get_or_insert(value),
            "resource_metadata" => _ = self.resource_metadata.get_or_insert(value),
            _ => {}
        }
    }
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let (mut text, mut escaped) = (String::new(), false);
    for c in inner.chars() {
        match c {
            _ if escaped => {
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => break,
            _ => text.push(c),
        }
    }
    text
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(headers: &[&str]) -> Option<String> {
        token_challenge(headers).and_then(|challenge| challenge.resource_metadata)
    }

    #[test]
    fn d02_every_shape_is_read() {
        let url = Some("https://h/m".to_owned());
        for headers in [
            &[r#"Bearer resource_metadata="https://h/m""#][..],
            &[r#"bearer resource_metadata="https://h/m", scope="a b""#],
            &["BEARER resource_metadata=https://h/m"],
            &[r#"Bearer realm="x, y=\"z\"", resource_metadata="https://h/m""#],
            &[r#"Basic realm="old", Bearer resource_metadata="https://h/m""#],
            &[r#"Negotiate abc==, Bearer realm="x",resource_metadata="https://h/m""#],
            &[r#"Basic realm="old""#, r#"Bearer resource_metadata="https://h/m""#],
            &["Bearer", r#"Bearer resource_metadata="https://h/m""#],
            &[r#"Bearer unknown="1", RESOURCE_METADATA = "https://h/m""#],
        ] {
            assert_eq!(metadata(headers), url, "{headers:?}");
        }
        assert_eq!(metadata(&["Bearer"]), None);
        assert_eq!(token_challenge(&["Basic realm=x"]), None);
        assert_eq!(token_challenge(&[]), None);
    }

    #[test]
    fn d31_broken_headers_are_survived() {
        for broken in ["", ",", ",,,", "\"", "Bearer scope=\"a", "=", "Bearer =", "Bearer \u{fffd}=\"", "\\", "Bearer scope=\"\\"]
        {
            let _ = parse(broken);
        }
        assert!(parse(&"Bearer a=b,".repeat(10_000)).len() <= 33);
    }

    #[test]
    fn the_first_value_of_a_parameter_counts() {
        assert_eq!(
            metadata(&["Bearer resource_metadata=https://h/1, resource_metadata=https://h/2"]).as_deref(),
            Some("https://h/1")
        );
    }

    #[test]
    fn s02_the_scope_is_a_set() {
        let challenge = token_challenge(&[r#"Bearer error="insufficient_scope", scope="files:write files:read""#]);
        assert_eq!(challenge.and_then(|challenge| challenge.scope), Some(Scopes::parse("files:read files:write")));
    }
}
