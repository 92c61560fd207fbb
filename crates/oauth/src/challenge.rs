//! `WWW-Authenticate` (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9728 §5.1): several challenges in one header,
//! several headers, any case, tokens and quoted strings (D-02).

use crate::scope::Scopes;

/// One parsed `Bearer` (or `DPoP`) challenge. Values are as the server wrote them, unquoted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Challenge {
    /// In lower case.
    pub scheme: String,
    /// RFC 6750 §3.
    pub scope: Option<Scopes>,
    /// RFC 6750 §3.1.
    pub error: Option<String>,
    /// RFC 6750 §3.
    pub error_description: Option<String>,
    /// RFC 9728 §5.1.
    pub resource_metadata: Option<String>,
}

/// The challenge to answer: Bearer before DPoP, since a bearer token is of use to every agent; and of those the first one
/// that names its metadata. Where only the other scheme's challenge names it, that name counts (RFC 9728 §5.1).
///
/// ```
/// use oauth::challenge::token_challenge;
///
/// let header = r#"Basic realm="x", Bearer resource_metadata="https://h.example/meta", scope="notes:read""#;
/// let challenge = token_challenge(&[header]).expect("a Bearer challenge");
/// assert_eq!(challenge.resource_metadata.as_deref(), Some("https://h.example/meta"));
/// assert_eq!(token_challenge(&["Basic realm=x"]), None);
/// ```
pub fn token_challenge(headers: &[&str]) -> Option<Challenge> {
    let mut ours = ours(headers);
    ours.sort_by_key(|challenge| {
        (
            challenge.wants_dpop(),
            challenge.resource_metadata.is_none(),
        )
    });
    let metadata = ours
        .iter()
        .find_map(|challenge| challenge.resource_metadata.clone());
    ours.into_iter().next().map(|first| Challenge {
        resource_metadata: metadata,
        ..first
    })
}

/// Those of all headers that ask for a token: `Basic` and the others are not ours to answer.
pub fn ours(headers: &[&str]) -> Vec<Challenge> {
    let asks_for_a_token =
        |challenge: &Challenge| matches!(challenge.scheme.as_str(), "bearer" | "dpop");
    headers
        .iter()
        .flat_map(|header| parse(header))
        .filter(asks_for_a_token)
        .collect()
}

/// All challenges of one header value. What cannot be read is left out; nothing here fails or panics.
pub fn parse(header: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for item in split_outside_quotes(header) {
        let item = item.trim();
        // `scheme name=value`, `scheme`, `scheme token68` begin a challenge; `name=value` continues one.
        let (scheme, parameter) = match item.split_once([' ', '\t']) {
            Some((scheme, rest)) if is_token(scheme) && !rest.trim_start().starts_with('=') => {
                (Some(scheme), rest.trim())
            }
            None if is_token(item) => (Some(item), ""),
            _ => (None, item),
        };
        if let Some(scheme) = scheme {
            challenges.push(Challenge {
                scheme: scheme.to_ascii_lowercase(),
                ..Challenge::default()
            });
        }
        if let Some(challenge) = challenges.last_mut() {
            challenge.read(parameter);
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

    /// One parameter, or several where a server forgot the commas between them.
    fn read(&mut self, mut text: &str) {
        while let Some((name, rest)) = text.split_once('=') {
            let (value, after) = value(rest.trim_start());
            self.set(name.trim(), value);
            text = after;
        }
    }

    /// The first value of a name counts: a second one cannot override what was checked.
    fn set(&mut self, name: &str, value: String) {
        match name.to_ascii_lowercase().as_str() {
            "scope" if self.scope.is_none() => {
                self.scope = Some(Scopes::parse(&value)).filter(|scopes| !scopes.is_empty());
            }
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

/// A quoted string without its quotes, or a token; and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(inner) = text.strip_prefix('"') else {
        let (token, after) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        return (token.to_owned(), after);
    };
    let (mut value, mut escaped) = (String::new(), false);
    for (index, c) in inner.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &inner[index + 1..]),
            _ => value.push(c),
        }
    }
    (value, "")
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
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
            &[
                r#"Basic realm="old""#,
                r#"Bearer resource_metadata="https://h/m""#,
            ],
            &["Bearer", r#"Bearer resource_metadata="https://h/m""#],
            &[r#"Bearer unknown="1", RESOURCE_METADATA = "https://h/m""#],
            &[
                r#"Bearer realm="x" error=invalid_token resource_metadata="https://h/m" scope="a b""#,
            ],
            &[r#"Bearer  realm="a=b, c",  resource_metadata  =  "https://h/m""#],
            &["Bearer realm=\"x\",\tresource_metadata=\"https://h/m\""],
            &["Bearer realm=\"Stadtwerke M\u{fc}nchen\", resource_metadata=\"https://h/m\""],
            &[r#"Bearer realm="\",resource_metadata=\"x", resource_metadata="https://h/m""#],
            &[
                r#"Digest qop="auth, auth-int", nonce="a,b", Bearer resource_metadata="https://h/m""#,
            ],
            &[r#"DPoP algs="ES256 PS256", resource_metadata="https://h/m""#],
            &[r#"Bearer realm="x", DPoP algs="ES256", resource_metadata="https://h/m""#],
            &[
                r#"Basic realm="x", resource_metadata="https://other/m""#,
                r#"Bearer resource_metadata="https://h/m""#,
            ],
        ] {
            assert_eq!(metadata(headers), url, "{headers:?}");
        }
        assert_eq!(metadata(&["Bearer"]), None);
        assert_eq!(token_challenge(&["Basic realm=x"]), None);
        assert_eq!(token_challenge(&[]), None);
    }

    #[test]
    fn attack_d31_broken_headers_are_survived() {
        for broken in [
            "",
            ",",
            ",,,",
            "\"",
            "Bearer scope=\"a",
            "=",
            "Bearer =",
            "Bearer \u{fffd}=\"",
            "\\",
            "Bearer scope=\"\\",
        ] {
            let _ = parse(broken);
        }
        assert!(parse(&"Bearer a=b,".repeat(10_000)).len() <= 33);
    }

    #[test]
    fn the_first_value_of_a_parameter_counts() {
        assert_eq!(
            metadata(&["Bearer resource_metadata=https://h/1, resource_metadata=https://h/2"])
                .as_deref(),
            Some("https://h/1")
        );
    }

    /// Rules: D-02, E-02
    #[test]
    fn each_parameter_goes_to_its_own_challenge() {
        let read = parse(
            r#"Bearer error="invalid_token", error_description="a, \"b\"", Basic realm="r", dpop scope="x y", error=e"#,
        );
        let shown: Vec<_> = read
            .iter()
            .map(|read| {
                (
                    read.scheme.as_str(),
                    read.error.as_deref(),
                    read.scope.is_some(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("bearer", Some("invalid_token"), false),
                ("basic", None, false),
                ("dpop", Some("e"), true)
            ]
        );
        assert_eq!(read[0].error_description.as_deref(), Some(r#"a, "b""#));
        assert_eq!(
            ours(&[r#"Basic error="invalid_token""#, "Bearer", "DPoP"]).len(),
            2
        );
    }

    #[test]
    fn s02_the_scope_is_a_set() {
        let challenge = token_challenge(&[
            r#"Bearer error="insufficient_scope", scope="files:write files:read""#,
        ]);
        assert_eq!(
            challenge.and_then(|challenge| challenge.scope),
            Some(Scopes::parse("files:read files:write"))
        );
    }
}
