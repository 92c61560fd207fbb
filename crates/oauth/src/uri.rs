//! The two identifiers that everything is keyed by, and the rules for URLs that a server hands us.
//!
//! RFC 8707 §2 (resource), RFC 8414 §2 (issuer), OAuth 2.1 §1.5 (https). Both identifiers stay
//! strings: `url::Url` adds a `/` to a bare origin and so breaks equality (docs/protocol.md#resource, Q37).

use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};
use url::{Host, Url};

/// The canonical URI of an MCP server (RFC 8707 §2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceUri(String);

/// An authorization server's identifier: compared as a string, never as a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Issuer(String);

/// Why a URL cannot be used. The sentence names the URL's fault; what to do follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum UrlError {
    /// No URL at all.
    #[error("{0:?} is not a URL")]
    Malformed(String),
    /// OAuth 2.1 §1.5.
    #[error("{0} is not https; plain http is accepted on this machine only (127.0.0.1, localhost)")]
    NotHttps(String),
    /// Neither https nor http.
    #[error("{0} has the scheme {1:?}; only https is accepted, and http on this machine")]
    Scheme(String, String),
    /// RFC 3986 §3.2.1.
    #[error("the URL carries a user name or password, which does not belong there")]
    UserInfo,
    /// RFC 3986 §3.5.
    #[error("{0} has a fragment (#…), which is not allowed here")]
    Fragment(String),
    /// A character that ends a line or hides.
    #[error("the URL holds a control character or a space")]
    ControlCharacter,
    /// RFC 3986 §3.2.2.
    #[error("{0} has no host")]
    NoHost(String),
    /// Longer than is taken from anyone.
    #[error("the URL is longer than {MAX_URL} characters")]
    TooLong,
    /// RFC 3986 §3.2.3.
    #[error("{0} names port 0, where nothing can answer")]
    NoPort(String),
    /// RFC 3986 §2.
    #[error("the address of {0} is not written in ASCII, as a URL is (RFC 3986 §2)")]
    NotAscii(String),
    /// Others read it as something else.
    #[error(
        "{0} is not written as it is meant: it has to begin with https:// and the host, and to name its path without . and .."
    )]
    Spelling(String),
    /// RFC 8414 §2.
    #[error("{0} has a query (?…), which an issuer has not (RFC 8414 §2)")]
    Query(String),
    /// The address policy.
    #[error("{host} is inside this machine or network, where this server may not send anybody")]
    OutOfReach {
        /// Whose it is.
        host: String,
        /// Allowing `private-network` would let it be.
        concedable: bool,
    },
}

/// Longest URL that is taken from anyone.
pub const MAX_URL: usize = 4096;

impl ResourceUri {
    /// What a person typed or pasted (docs/protocol.md#resource): https, or http on this machine.
    ///
    /// ```
    /// use oauth::uri::ResourceUri;
    ///
    /// let server = ResourceUri::from_person("HTTPS://Notes.example:443/")?;
    /// assert_eq!(server.as_str(), "https://notes.example");
    /// assert!(ResourceUri::from_person("http://notes.example").is_err());
    /// # Ok::<(), oauth::uri::UrlError>(())
    /// ```
    pub fn from_person(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        let mut url = secure_url(text.split('#').next().unwrap_or_default())?;
        url.set_fragment(None);
        let bare_origin = url.path() == "/" && url.query().is_none();
        let mut canonical = String::from(url);
        // RFC 8707 wants no trailing slash where it means nothing (A-12).
        if bare_origin {
            canonical.pop();
        }
        Ok(Self(canonical))
    }

    /// A value from protected resource metadata, kept byte for byte.
    pub fn verbatim(text: &str) -> Result<Self, UrlError> {
        plain_url(text)?;
        Ok(Self(text.to_owned()))
    }

    /// A value that was checked when it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it is sent and compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parsed, under the rules for every URL.
    pub fn url(&self) -> Result<Url, UrlError> {
        secure_url(&self.0)
    }

    /// For showing to a person.
    pub fn host(&self) -> String {
        self.url()
            .map_or_else(|_| self.0.clone(), |url| host_and_port(&url))
    }
}

impl Issuer {
    /// Any https URL without query and fragment (RFC 8414 §2), or http on this machine. In ASCII, as a URL is: it is
    /// shown to people as it stands, and letters of another alphabet could show them somebody else.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        plain_url(text)?;
        if text.contains('#') {
            return Err(UrlError::Fragment(text.to_owned()));
        }
        if text.contains('?') {
            return Err(UrlError::Query(excerpt(text)));
        }
        Ok(Self(text.to_owned()))
    }

    /// A value that was checked when it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it is sent and compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parsed, under the rules for every URL.
    pub fn url(&self) -> Result<Url, UrlError> {
        secure_url(&self.0)
    }
}

impl Display for ResourceUri {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Display for Issuer {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The rule for every URL that we might contact or open: https (http on loopback), a host, no user
/// information, no fragment, nothing that could be taken for an option or end a line (B-07, B-09).
pub fn secure_url(text: &str) -> Result<Url, UrlError> {
    if text.len() > MAX_URL {
        return Err(UrlError::TooLong);
    }
    if text.chars().any(|c| !is_printable(c) || c.is_whitespace()) {
        return Err(UrlError::ControlCharacter);
    }
    let shown = excerpt(text);
    let url = Url::parse(text).map_err(|_| UrlError::Malformed(shown.clone()))?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(UrlError::NotHttps(shown)),
        other => return Err(UrlError::Scheme(shown, excerpt(other))),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(UrlError::NoHost(shown));
    }
    if url.port() == Some(0) {
        return Err(UrlError::NoPort(shown));
    }
    if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
        return Err(UrlError::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(UrlError::Fragment(shown));
    }
    // No characters of a URI (RFC 3986 §2). `\` is a path separator to browsers, quotes end an argument somewhere: nobody
    // honest sends them.
    if text.contains(['\\', '"', '<', '>', '`']) {
        return Err(UrlError::Malformed(shown));
    }
    Ok(url)
}

/// A URL that is sent, compared and shown as it stands. Others read what programs mend (WHATWG URL) as something else, or
/// do not read it at all: a left out `//`, a host in another spelling, segments that take back the one before.
fn plain_url(text: &str) -> Result<(), UrlError> {
    let url = secure_url(text)?;
    if !text.is_ascii() {
        return Err(UrlError::NotAscii(host_and_port(&url)));
    }
    let rest = text
        .split_once(':')
        .and_then(|(_, rest)| rest.strip_prefix("//"))
        .unwrap_or_default();
    let (authority, path) = rest.split_at(authority_end(rest));
    let is_host = match url.host() {
        // A name has no colon: what stands behind the first one is the port.
        Some(Host::Domain(name)) => authority
            .split(':')
            .next()
            .is_some_and(|host| name.eq_ignore_ascii_case(host)),
        // Where an address may lead is judged by the address, in whichever way it is written.
        Some(_) => !authority.is_empty(),
        None => false,
    };
    let path = path
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .replace("%2e", ".");
    let climbs = path.split('/').any(|segment| matches!(segment, "." | ".."));
    if is_host && !climbs {
        Ok(())
    } else {
        Err(UrlError::Spelling(excerpt(text)))
    }
}

/// What a person meant who left the scheme out: https, or http on this machine. None where there is one, or where the text is
/// no address with a host such as `mcp.example.com`.
pub fn with_scheme(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains("://") {
        return None;
    }
    let url = secure_url(&format!("https://{text}")).ok()?;
    let has_dot = url
        .host_str()
        .is_some_and(|host| host.trim_matches('.').contains('.'));
    let scheme = if is_loopback(&url) { "http" } else { "https" };
    (scheme == "http" || has_dot).then(|| format!("{scheme}://{text}"))
}

/// True for 127.0.0.0/8, `[::1]` and the name `localhost`: the places where plain http is accepted.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// `host` or `host:port` in its ASCII form, for showing to a person.
pub fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Same scheme, host and port.
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// The start of a foreign text, printable, for a message.
pub fn excerpt(text: &str) -> String {
    const MOST: usize = 120;
    let mut shown: String = visible(text).take(MOST).collect();
    if text.chars().count() > MOST {
        shown.push('…');
    }
    shown
}

/// The characters of a foreign text, with a mark in the place of each one that is not printable.
pub fn visible(text: &str) -> impl Iterator<Item = char> {
    let mut before = ' ';
    text.chars().map(move |c| {
        // It belongs to the emoji before it. Behind anything else it would make a second name that looks like the first.
        let hides = c == EMOJI_SELECTOR && !is_symbol(before);
        before = c;
        if is_printable(c) && !hides {
            c
        } else {
            '\u{fffd}'
        }
    })
}

const EMOJI_SELECTOR: char = '\u{fe0f}';

/// The blocks of the characters that Unicode lists with an emoji variation sequence, but digits, which read as well without.
fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{2bff}'
            | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}'
    ) && c != '\u{2800}'
}

/// False for control characters and those that reorder, break or hide text: bidi, line separators, spaces other than the one
/// on the keyboard, and what has no width or no shape of its own (soft hyphen, fillers, the empty Braille cell, tags, controls
/// of shorthand and hieroglyphs, all variation selectors but the one of emoji).
pub fn is_printable(c: char) -> bool {
    let is_bidi = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_unseen = matches!(
        c,
        '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    );
    !c.is_control() && !is_bidi && !is_unseen && (c == ' ' || !c.is_whitespace())
}

fn authority(text: &str) -> &str {
    let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    &after_scheme[..authority_end(after_scheme)]
}

/// RFC 3986 §3.2.
fn authority_end(rest: &str) -> usize {
    rest.find(['/', '?', '#']).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_that_was_left_out() {
        for (typed, meant) in [
            ("mcp.example.com", Some("https://mcp.example.com")),
            (
                " mcp.example.com:8443/mcp?a=b ",
                Some("https://mcp.example.com:8443/mcp?a=b"),
            ),
            ("localhost:45910/mcp", Some("http://localhost:45910/mcp")),
            ("127.0.0.1:3000", Some("http://127.0.0.1:3000")),
            ("[::1]:3000/mcp", Some("http://[::1]:3000/mcp")),
            ("https://mcp.example.com", None),
            ("ftp://mcp.example.com", None),
            ("notes", None),
            ("mailto:ada@example.com", None),
            ("javascript:alert(1)", None),
            ("my notes.example", None),
            ("", None),
        ] {
            assert_eq!(with_scheme(typed).as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn a_typed_url_becomes_canonical() {
        for (typed, canonical) in [
            ("https://h.example", "https://h.example"),
            ("https://h.example/", "https://h.example"),
            (" HTTPS://H.Example:443/mcp ", "https://h.example/mcp"),
            ("https://h.example/mcp/", "https://h.example/mcp/"),
            ("https://h.example/mcp#top", "https://h.example/mcp"),
            (
                "https://h.example/mcp?team=a",
                "https://h.example/mcp?team=a",
            ),
            ("http://127.0.0.1:3001/mcp", "http://127.0.0.1:3001/mcp"),
            ("http://localhost:3001", "http://localhost:3001"),
        ] {
            assert_eq!(
                ResourceUri::from_person(typed).map(|uri| uri.0).as_deref(),
                Ok(canonical),
                "{typed}"
            );
        }
    }

    #[test]
    fn b07_b09_what_is_not_https_is_refused() {
        for hostile in [
            "",
            "notion",
            "h/mcp",
            "http://h.example/mcp",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "vbscript:x",
            "ms-msdt:/id",
            "smb://h/s",
            "\\\\h\\s",
            "about:blank",
            "blob:https://h/x",
            "mailto:a@b",
            "--help",
            "-e",
            "/etc/passwd",
            "https://u:p@h.example/",
            "https://@h.example/",
            "https://h.example/a\nb",
            "https://h.example\\@evil.example/",
            "https://h.example/a\"b",
            "https://h.example/?x=`id`",
            "https://h.example/<script>",
            "https://h.example/\u{202e}moc",
            "https://h.example/\u{200b}",
            "https://",
            "https://h:0x/",
            "https://h.example:0/",
            "http://127.0.0.1:0/",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
            "http://0.0.0.0/",
        ] {
            assert!(secure_url(hostile).is_err(), "{hostile:?} must be refused");
        }
    }

    /// `аs.example` with a Cyrillic letter looks like `as.example`; the browser would go to `xn--s-7sb.example`.
    #[test]
    fn attack_d24_an_issuer_is_written_in_ascii() {
        for deceiving in [
            "https://\u{430}s.example",
            "https://\u{ff41}s.example",
            "https://as\u{3002}example",
            "https://as.example/\u{2044}x",
        ] {
            assert!(
                matches!(Issuer::parse(deceiving), Err(UrlError::NotAscii(_))),
                "{deceiving}"
            );
            assert!(ResourceUri::verbatim(deceiving).is_err(), "{deceiving}");
        }
        assert!(Issuer::parse("https://xn--s-7sb.example").is_ok());
        assert_eq!(
            ResourceUri::from_person("https://\u{430}s.example")
                .map(|uri| uri.0)
                .as_deref(),
            Ok("https://xn--s-7sb.example")
        );
    }

    #[test]
    fn what_is_sent_as_it_stands_is_written_as_it_is_meant() {
        for other_spelling in [
            "https:h.example/mcp",
            "https:/h.example/mcp",
            "https:///h.example/mcp",
            "https:////h.example/mcp",
            "https:h.example/?a=https://h.example/mcp",
            "https://h.example/x/../mcp",
            "https://h.example/./mcp",
            "https://h.example/mcp/..",
            "https://h.example/x/%2E%2e/mcp",
            "https://h.example/x/.%2e/mcp",
            "https://%68.example/mcp",
            "https:///127.0.0.1/mcp",
            "https:127.0.0.1/mcp",
        ] {
            assert!(
                matches!(
                    ResourceUri::verbatim(other_spelling),
                    Err(UrlError::Spelling(_))
                ),
                "{other_spelling}"
            );
            assert!(Issuer::parse(other_spelling).is_err(), "{other_spelling}");
        }
        for plain in [
            "https://h.example",
            "HTTPS://H.Example:443/mcp",
            "https://h.example/a..b/.well-known/%2f",
            "http://[::1]:3000/mcp",
            "http://127.0.0.1:3000",
        ] {
            assert!(
                ResourceUri::verbatim(plain).is_ok() && Issuer::parse(plain).is_ok(),
                "{plain}"
            );
        }
        assert!(ResourceUri::verbatim("https://h.example/mcp?a=../b:c").is_ok());
        for query in ["https://h.example?x", "https://h.example/t?"] {
            assert!(
                matches!(Issuer::parse(query), Err(UrlError::Query(_))),
                "{query}"
            );
        }
    }

    /// Two accounts, or two servers, whose names look the same.
    #[test]
    fn what_cannot_be_seen_is_shown() {
        for unseen in [
            '\u{ad}',
            '\u{a0}',
            '\u{2009}',
            '\u{202f}',
            '\u{3000}',
            '\u{2800}',
            '\u{200b}',
            '\u{fe00}',
            '\u{e0100}',
            '\u{1bca0}',
            '\u{1bca3}',
            '\u{13430}',
            '\u{1343f}',
            '\u{fe0f}',
        ] {
            assert_eq!(
                excerpt(&format!("ada{unseen}@x")),
                "ada\u{fffd}@x",
                "{unseen:?}"
            );
            assert!(unseen == '\u{fe0f}' || !is_printable(unseen), "{unseen:?}");
        }
        for (hidden, shown) in [
            ("ad\u{e9}\u{fe0f}", "ad\u{e9}\u{fffd}"),
            ("\u{2764}\u{fe0f}\u{fe0f}", "\u{2764}\u{fe0f}\u{fffd}"),
            ("\u{1f3f3}\u{fe0f}", "\u{1f3f3}\u{fe0f}"),
            ("\u{430}\u{fe0f}", "\u{430}\u{fffd}"),
        ] {
            assert_eq!(excerpt(hidden), shown, "{hidden:?}");
        }
        assert_eq!(
            excerpt("I \u{2764}\u{fe0f} notes, \u{e9}t\u{e9}"),
            "I \u{2764}\u{fe0f} notes, \u{e9}t\u{e9}"
        );
    }

    /// Attack U08.
    #[test]
    fn an_excerpt_is_short_and_printable() {
        let shown = excerpt(&format!("a\u{202e}b\u{1b}[31m{}", "x".repeat(500)));
        assert!(
            shown.chars().count() == 121
                && !shown.contains('\u{202e}')
                && !shown.contains('\u{1b}')
        );
    }
}
