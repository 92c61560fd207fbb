//! Where the words stand in an answer: OAuth's members, those of the common frameworks, plain text, a page's title.

use crate::challenge;
use crate::http::Response;
use crate::secret::Secret;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The members that explain, the most exact one first: OAuth; then NestJS, Laravel, AWS; FastAPI and RFC 9457; Okta; Apigee.
const EXPLAINING: [&str; 19] = [
    "error_description",
    "errorDescription",
    "message",
    "Message",
    "msg",
    "detail",
    "details",
    "errorSummary",
    "error_message",
    "errorMessage",
    "errmsg",
    "reason",
    "description",
    "faultstring",
    "title",
    "errors",
    "fault",
    "error",
    "text",
];
/// Where a check of the input says which member it is about.
const PLACES: [&str; 4] = ["loc", "field", "param", "path"];
const MOST_READ: usize = 64 * 1024;
/// Nobody explains anything deeper than this.
const DEEPEST: u32 = 6;
/// A shape that nobody knows is shown whole, and so it is searched deeper than it is explained.
const DEEPEST_SEARCHED: u32 = 64;

/// None where the answer says nothing. `with_error`: the OAuth code is words as well, if there are no better ones.
pub(super) fn words(response: &Response, with_error: bool) -> Option<String> {
    let text = beginning(response);
    let found = if response.media_type() == "application/x-www-form-urlencoded" {
        in_form(text.as_bytes(), with_error)
    } else if let Ok(value) = serde_json::from_str::<Value>(&text) {
        in_json(value, with_error)
    } else if response.media_type().contains("html") || text.trim_start().starts_with('<') {
        in_markup(&text)
    } else {
        std::str::from_utf8(&response.body)
            .is_ok()
            .then(|| text.into_owned())
    };
    found
        .filter(|text| !text.trim().is_empty())
        .or_else(|| in_challenge(response))
}

/// A sentence stands at the beginning; whatever is larger is no explanation. What is not searched for secrets is not shown.
fn beginning(response: &Response) -> Cow<'_, str> {
    String::from_utf8_lossy(response.body.get(..MOST_READ).unwrap_or(&response.body))
}

/// Whether a JSON object explains itself, in a member that is there for that.
pub(super) fn explains(response: &Response) -> bool {
    serde_json::from_slice::<Value>(&response.body)
        .is_ok_and(|value| value.is_object() && explanation(&value, DEEPEST).is_some())
}

/// What real servers put beside a status that says the opposite.
pub(super) fn is_error(response: &Response) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(&response.body) else {
        return false;
    };
    let is_no = |member: &str| body[member] == Value::Bool(false);
    let is_filled = |member: &str| match &body[member] {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(all) => !all.is_empty(),
        Value::Object(all) => !all.is_empty(),
        Value::Number(number) => number.as_i64() != Some(0),
        Value::Bool(true) => true,
    };
    let status = body["status"]
        .as_str()
        .unwrap_or_default()
        .to_ascii_lowercase();
    ["success", "ok", "revoked"].into_iter().any(is_no)
        || ["error", "errors", "errcode", "error_code"]
            .into_iter()
            .any(is_filled)
        || matches!(status.as_str(), "error" | "fail" | "failed" | "failure")
}

/// The values of members that are named like a secret, wherever they stand: in JSON, in a form, in text that is neither.
pub(super) fn secrets(response: &Response) -> Vec<Secret> {
    let text = beginning(response);
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        collect(&value, DEEPEST_SEARCHED, &mut found);
        return found;
    }
    let form =
        url::form_urlencoded::parse(text.as_bytes()).filter(|(name, value)| is_secret(name, value));
    found.extend(form.map(|(_, value)| Secret::new(value.into_owned())));
    // What was cut off, and what no parser takes: such a name, and the word after it.
    let is_between = |c: char| !(c.is_ascii_alphanumeric() || "-._~+/".contains(c));
    let words: Vec<&str> = text
        .split(is_between)
        .filter(|word| !word.is_empty())
        .collect();
    found.extend(
        words
            .windows(2)
            .filter(|pair| is_secret(pair[0], pair[1]) && !is_prose(pair[1]))
            .map(|pair| Secret::new(pair[1])),
    );
    found
}

/// Below the depth that is searched every text counts as a secret: what was not looked at is not shown.
fn collect(value: &Value, depth: u32, found: &mut Vec<Secret>) {
    let deeper = depth.saturating_sub(1);
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if is_secret(name, text) => {
                        found.push(Secret::new(text.clone()));
                    }
                    value => collect(value, deeper, found),
                }
            }
        }
        Value::String(text) if depth == 0 => found.push(Secret::new(text.clone())),
        Value::Array(list) => list.iter().for_each(|value| collect(value, deeper, found)),
        // JSON as a string of JSON.
        Value::String(text) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                collect(&inner, deeper, found);
            }
        }
        _ => {}
    }
}

/// Words of a language, also put together or at the end of a sentence: letters, of which the first one only may be large.
fn is_prose(text: &str) -> bool {
    let is_word = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
    };
    text.trim_end_matches('.').split(['-', '/']).all(is_word)
}

/// `access_token`, `client_secret`, `device_code` and the like; a short word beside such a name is a type or an error.
fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_named = [
        "token",
        "secret",
        "assertion",
        "password",
        "device_code",
        "api_key",
        "apikey",
    ]
    .iter()
    .any(|part| name.contains(part))
        || name == "code" && value.bytes().any(|byte| byte.is_ascii_digit());
    is_named
        && !name.ends_with("_type")
        && !name.ends_with("_endpoint")
        && value.len() >= 8
        && !value.contains(' ')
}

fn in_form(body: &[u8], with_error: bool) -> Option<String> {
    let members = url::form_urlencoded::parse(body);
    let members: Map<String, Value> = members
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect();
    in_json(Value::Object(members), with_error)
}

fn in_json(value: Value, with_error: bool) -> Option<String> {
    match value {
        Value::Object(mut members) => {
            // A code of OAuth is told by itself; an object or a list of that name is an explanation.
            if !with_error && members.get("error").is_some_and(Value::is_string) {
                members.remove("error");
                members.remove("error_uri");
                members.remove("state");
            }
            let value = Value::Object(members);
            explanation(&value, DEEPEST).or_else(|| all_of(&value))
        }
        value => explanation(&value, DEEPEST).or_else(|| all_of(&value)),
    }
}

fn explanation(value: &Value, depth: u32) -> Option<String> {
    let deeper = depth.checked_sub(1)?;
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(list) => {
            let all: Vec<_> = list
                .iter()
                .filter_map(|item| explanation(item, deeper))
                .collect();
            (!all.is_empty()).then(|| all.join("; "))
        }
        Value::Object(members) => {
            let what = EXPLAINING.iter().find_map(|name| {
                members
                    .get(*name)
                    .and_then(|value| explanation(value, deeper))
            });
            match (place(members), what) {
                (Some(place), what) => {
                    let what = what.or_else(|| {
                        members
                            .get("type")
                            .and_then(Value::as_str)
                            .map(str::to_owned)
                    })?;
                    Some(format!("{place}: {what}"))
                }
                (None, what) => what,
            }
        }
        _ => None,
    }
}

/// FastAPI's `loc`: `["body","client_secret"]`. Only beside a check's own words: a `path` beside `status` is the request's.
fn place(members: &Map<String, Value>) -> Option<String> {
    if members.contains_key("status") {
        return None;
    }
    let part = |value: &Value| {
        value
            .as_str()
            .map(str::to_owned)
            .or_else(|| value.as_u64().map(|number| number.to_string()))
    };
    let value = PLACES.iter().find_map(|name| members.get(*name))?;
    match value {
        Value::Array(parts) => Some(parts.iter().filter_map(part).collect::<Vec<_>>().join(".")),
        value => part(value),
    }
    .filter(|place| !place.is_empty())
}

/// A shape that nobody knows is shown as it came.
fn all_of(value: &Value) -> Option<String> {
    let is_empty = match value {
        Value::Object(members) => members.values().all(Value::is_null),
        Value::Array(list) => list.is_empty(),
        Value::Null => true,
        _ => false,
    };
    (!is_empty).then(|| value.to_string())
}

/// A page is for browsers: its title says what it is. Of other markup, an element that explains.
fn in_markup(text: &str) -> Option<String> {
    ["title", "message", "error_description", "h1"]
        .into_iter()
        .find_map(|name| element(text, name))
}

fn element(text: &str, name: &str) -> Option<String> {
    // Lower case of ASCII keeps every byte where it is.
    let lower = text.to_ascii_lowercase();
    let opened = lower
        .match_indices(&format!("<{name}"))
        .find_map(|(at, tag)| {
            let rest = &lower[at + tag.len()..];
            let closes = rest.find('>')?;
            rest.starts_with(['>', ' ', '\t', '\r', '\n'])
                .then_some(at + tag.len() + closes + 1)
        })?;
    let end = opened + lower[opened..].find(&format!("</{name}"))?;
    let inner = without_tags(&text[opened..end]);
    let plain = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    let inner = plain
        .iter()
        .fold(inner, |text, (entity, char)| text.replace(entity, char));
    Some(inner).filter(|text| !text.trim().is_empty())
}

fn without_tags(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for char in text.chars() {
        match char {
            '<' => inside = true,
            '>' if inside => inside = false,
            char if !inside => kept.push(char),
            _ => {}
        }
    }
    kept
}

/// RFC 6750 §3: some leave the body empty and explain in the header.
fn in_challenge(response: &Response) -> Option<String> {
    let parsed = response
        .all("www-authenticate")
        .into_iter()
        .flat_map(challenge::parse);
    parsed
        .filter_map(|challenge| challenge.error_description)
        .find(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(media_type: &str, body: &str) -> Response {
        Response::new(400, &[("content-type", media_type)], body.to_owned())
    }

    #[test]
    fn each_framework_explains_in_a_place_of_its_own() {
        for (body, expected) in [
            (
                r#"{"error":"invalid_request","error_description":"no scope"}"#,
                "no scope",
            ),
            (r#"{"error":"invalid_request"}"#, "invalid_request"),
            (
                r#"{"error":"Bad Request","message":"Invalid refresh token","statusCode":400}"#,
                "Invalid refresh token",
            ),
            (
                r#"{"message":["a must be b","c is missing"],"error":"Bad Request"}"#,
                "a must be b; c is missing",
            ),
            (
                r#"{"detail":"Unsupported grant_type"}"#,
                "Unsupported grant_type",
            ),
            (
                r#"{"detail":[{"type":"missing","loc":["body","client_secret"],"msg":"Field required"}]}"#,
                "body.client_secret: Field required",
            ),
            (
                r#"{"detail":[{"type":"missing","loc":["body","client_secret"]}]}"#,
                "body.client_secret: missing",
            ),
            (
                r#"{"errorCode":"E0000005","errorSummary":"Invalid session","errorCauses":[]}"#,
                "Invalid session",
            ),
            (
                r#"{"error":{"code":400,"message":"Client is disabled"}}"#,
                "Client is disabled",
            ),
            (
                r#"[{"logref":"1","message":"Fetch token failed"}]"#,
                "Fetch token failed",
            ),
            (
                r#"{"errors":[{"message":"one"},{"message":"two"}]}"#,
                "one; two",
            ),
            (
                r#"{"type":"about:blank","title":"Forbidden","detail":"Not on the list","status":403}"#,
                "Not on the list",
            ),
            (
                r#"{"timestamp":"now","status":400,"error":"Bad Request","message":"","path":"/token"}"#,
                "Bad Request",
            ),
            (
                r#"{"fault":{"faultstring":"Invalid client","detail":{"errorcode":"oauth"}}}"#,
                "Invalid client",
            ),
            (r#""just a string""#, "just a string"),
            (r#"{"code":17}"#, r#"{"code":17}"#),
        ] {
            assert_eq!(
                words(&answer("application/json", body), true).as_deref(),
                Some(expected),
                "{body}"
            );
        }
        for nothing in ["{}", "[]", "null", r#"{"error":null}"#, "", "   "] {
            assert_eq!(
                words(&answer("application/json", nothing), true),
                None,
                "{nothing}"
            );
        }
    }

    #[test]
    fn what_is_no_json_is_read_too() {
        for (media_type, body, expected) in [
            (
                "text/plain",
                "Forbidden: client not allowed\n",
                "Forbidden: client not allowed\n",
            ),
            ("", "no type at all", "no type at all"),
            (
                "text/html",
                "<html><head><TITLE lang=en>Just a\nmoment &amp; wait</TITLE><body>x",
                "Just a\nmoment & wait",
            ),
            (
                "text/html",
                "<titles>no</titles><h1>Sign <b>in</b></h1>",
                "Sign in",
            ),
            (
                "application/xml",
                "<Error><Code>1</Code><Message>Denied</Message></Error>",
                "Denied",
            ),
            (
                "application/x-www-form-urlencoded",
                "error=bad&error_description=two+words",
                "two words",
            ),
        ] {
            assert_eq!(
                words(&answer(media_type, body), true).as_deref(),
                Some(expected),
                "{body}"
            );
        }
        assert_eq!(
            words(&answer("text/html", "<html><body>a page</body>"), true),
            None
        );
        let binary = Response {
            body: vec![0xff, 0xfe, 0x00].into(),
            ..answer("application/octet-stream", "")
        };
        assert_eq!(words(&binary, true), None);
    }

    #[test]
    fn the_code_is_left_out_where_it_is_told_by_itself() {
        let beside = |body: &str| words(&answer("application/json", body), false);
        assert_eq!(beside(r#"{"error":"invalid_grant"}"#), None);
        assert_eq!(
            beside(r#"{"error":"invalid_grant","error_uri":"https://as.example/e"}"#),
            None
        );
        assert_eq!(
            beside(r#"{"error":"invalid_grant","message":"spent"}"#).as_deref(),
            Some("spent")
        );
        assert_eq!(
            beside(r#"{"error":{"message":"spent"}}"#).as_deref(),
            Some("spent")
        );
    }

    #[test]
    fn attack_x11_what_came_for_us_is_known() {
        for (media_type, body) in [
            (
                "application/json",
                r#"{"access_token":"CANARY-AT-1","token_type":"Bearer","error":""}"#,
            ),
            (
                "application/json",
                r#"{"data":[{"refresh_token":"CANARY-AT-1"}]}"#,
            ),
            (
                "application/json",
                r#""{\"client_secret\":\"CANARY-AT-1\"}""#,
            ),
            (
                "application/x-www-form-urlencoded",
                "access_token=CANARY-AT-1&token_type=bearer",
            ),
            (
                "text/plain",
                r#"{"registration_access_token":"CANARY-AT-1", cut"#,
            ),
            ("text/plain", "your id_token: CANARY-AT-1"),
            (
                "application/json",
                r#"{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"access_token":"CANARY-AT-1"}}}}}}}}"#,
            ),
        ] {
            let response = answer(media_type, body);
            assert!(
                secrets(&response)
                    .iter()
                    .any(|secret| secret.expose() == "CANARY-AT-1"),
                "{body}"
            );
            let said = crate::error_description::ErrorDescription::of(&response, &[]);
            assert!(
                said.is_none_or(|said| !said.whole().contains("CANARY")),
                "{body}"
            );
        }
        let plain = answer(
            "application/json",
            r#"{"message":"Invalid refresh token","token_type":"Bearer"}"#,
        );
        assert_eq!(
            crate::error_description::ErrorDescription::of(&plain, &[])
                .expect("words")
                .whole(),
            "Invalid refresh token"
        );
    }

    /// A sentence about a token is not one.
    #[test]
    fn words_of_a_language_are_no_secrets() {
        for text in [
            "The token beginning of a word list",
            "Invalid token: validation failed",
            "Client secret re-authentication.",
            "token Expired/Rejected",
        ] {
            let response = answer("text/plain", text);
            let said = crate::error_description::ErrorDescription::of(&response, &[]).expect(text);
            assert_eq!(said.whole(), text);
        }
        for text in ["token abcdEfgh", "token abcdefg1", "secret: abc_defgh"] {
            let said =
                crate::error_description::ErrorDescription::of(&answer("text/plain", text), &[]);
            assert_eq!(said, None, "{text}");
        }
    }

    /// What is too deep to be searched, or too far behind, is not shown either.
    #[test]
    fn attack_x11_what_is_not_searched_is_not_shown() {
        let deep = format!(
            "{}{{\"access_token\":\"CANARY-AT-1\"}}{}",
            r#"{"a":"#.repeat(100),
            "}".repeat(100)
        );
        let behind = format!(
            "{}your id_token: CANARY-AT-1",
            "word ".repeat(MOST_READ / 5)
        );
        for (media_type, body) in [("application/json", deep), ("text/plain", behind)] {
            let said =
                crate::error_description::ErrorDescription::of(&answer(media_type, &body), &[]);
            assert!(said.is_none_or(|said| !said.whole().contains("CANARY")));
        }
    }

    #[test]
    fn an_empty_body_leaves_the_challenge() {
        let mut response = answer("", "");
        response.headers.append(
            crate::http::header::WWW_AUTHENTICATE,
            r#"Bearer error="invalid_token", error_description="too old""#
                .parse()
                .expect("a header"),
        );
        assert_eq!(words(&response, true).as_deref(), Some("too old"));
    }

    /// Whatever comes, it ends and does not panic.
    #[test]
    fn attack_x11_hostile_shapes_end() {
        for body in [
            format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)),
            format!("{}1{}", r#"{"error":"#.repeat(100), "}".repeat(100)),
            "<title".repeat(1_000),
            "<title>".repeat(1_000),
            "<title>ÄÖ\u{130}</titl".to_owned(),
            "\u{130}<title>İ</title>".to_owned(),
        ] {
            let _ = words(&answer("text/html", &body), true);
        }
    }
}
