//! Which agent asks: RFC 6749 §2.3.1, HTTP Basic or `client_secret_post`, and never both.

use crate::form::{Form, decode};
use crate::refusal::Refusal;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use messages::text;
use oauth::secret::Secret;

/// What a caller says it is; nothing is proven yet.
#[derive(Debug)]
pub(crate) struct ClientCredentials {
    pub(crate) id: String,
    pub(crate) key: Secret,
}

/// Ids and keys of ours are far shorter.
const LONGEST: usize = 512;

/// Some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(crate) fn credentials(headers: &HeaderMap, form: &Form) -> Result<ClientCredentials, Refusal> {
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    let (header, second) = (authorizations.next(), authorizations.next());
    if second.is_some() {
        return Err(Refusal::invalid_client());
    }
    let (id, key) = (form.text("client_id"), form.secret("client_secret"));
    let credentials = match (header, key) {
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid_request(text::EndpointTwoAuthentications));
        }
        (Some(header), None) => {
            let basic = header
                .to_str()
                .ok()
                .and_then(basic)
                .ok_or_else(Refusal::invalid_client)?;
            // Some clients repeat their id; it has to be the same one.
            if id.is_some_and(|id| id != basic.id) {
                return Err(Refusal::invalid_request(text::EndpointTwoIds));
            }
            basic
        }
        (None, key) => of_body(id, key).ok_or_else(Refusal::invalid_client)?,
    };
    if credentials.id.len() > LONGEST || credentials.key.expose().len() > LONGEST {
        return Err(Refusal::invalid_client());
    }
    Ok(credentials)
}

/// The same from a query, where it must not be: to say whose key has leaked.
pub(crate) fn leaked(query: &str) -> Option<ClientCredentials> {
    let form = Form::parse(query.as_bytes()).ok()?;
    of_body(form.text("client_id"), form.secret("client_secret"))
}

fn of_body(id: Option<&str>, key: Option<&Secret>) -> Option<ClientCredentials> {
    Some(ClientCredentials {
        id: id?.to_owned(),
        key: key?.clone(),
    })
}

/// RFC 7617 §2: `Basic`, in any case, and base64 of `id:key`.
fn basic(header: &str) -> Option<ClientCredentials> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = Secret::new(String::from_utf8(BASE64.decode(rest.trim_matches(' ')).ok()?).ok()?);
    let (id, key) = pair.expose().split_once(':')?;
    let (id, key) = (decode(id)?, Secret::new(decode(key)?));
    (!id.is_empty() && !key.expose().is_empty()).then_some(ClientCredentials { id, key })
}

#[cfg(test)]
mod tests {
    use super::{ClientCredentials, basic, credentials};
    use crate::form::Form;
    use axum::http::{HeaderMap, HeaderValue};
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    fn header(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn pair(credentials: Option<ClientCredentials>) -> Option<(String, String)> {
        credentials.map(|credentials| (credentials.id, credentials.key.expose().to_owned()))
    }

    #[test]
    fn basic_in_its_variants() {
        let good = Some(("client!+ID".to_owned(), "a:b".to_owned()));
        assert_eq!(pair(basic(&header("client%21%2BID:a%3Ab"))), good);
        assert_eq!(
            pair(basic(&header("client%21%2BID:a:b"))),
            good,
            "an id has no colon, a key may"
        );
        assert_eq!(
            pair(basic(
                &header("client%21%2BID:a%3Ab").replace("Basic", "bAsIc")
            )),
            good
        );
        assert_eq!(
            pair(basic(header("client%21%2BID:a%3Ab").trim_end_matches('='))),
            good,
            "without padding"
        );
        for bad in [
            "Basic",
            "Basic ",
            "Basic !!!!",
            "Bearer Y2E6Yg==",
            &header("nocolon"),
            &header(":key"),
            &header("id:"),
        ] {
            assert_eq!(pair(basic(bad)), None, "{bad}");
        }
    }

    #[test]
    fn one_way_and_not_two() {
        let status = |headers: &[&str], body: &str| {
            let headers: HeaderMap = headers
                .iter()
                .map(|value| {
                    (
                        axum::http::header::AUTHORIZATION,
                        HeaderValue::from_str(value).expect("a header"),
                    )
                })
                .collect();
            let form = Form::parse(body.as_bytes()).expect("a form");
            credentials(&headers, &form)
                .map_err(|refusal| refusal.code.as_str())
                .map(|credentials| credentials.id)
        };
        let basic = header("a:k");
        assert_eq!(status(&[&basic], ""), Ok("a".to_owned()));
        assert_eq!(status(&[&basic], "client_id=a"), Ok("a".to_owned()));
        assert_eq!(
            status(&[], "client_id=a&client_secret=k"),
            Ok("a".to_owned())
        );
        assert_eq!(status(&[&basic], "client_id=b"), Err("invalid_argument"));
        assert_eq!(
            status(&[&basic], "client_secret=k"),
            Err("invalid_argument")
        );
        for (headers, body) in [
            (&[][..], ""),
            (&[], "client_id=a"),
            (&[], "client_secret=k"),
            (&["Bearer k"], ""),
        ] {
            assert_eq!(status(headers, body), Err("invalid_client"));
        }
        let mut two = HeaderMap::new();
        two.append(
            "authorization",
            HeaderValue::from_str(&basic).expect("a header"),
        );
        two.append(
            "authorization",
            HeaderValue::from_str(&basic).expect("a header"),
        );
        let refusal =
            credentials(&two, &Form::parse(b"").expect("a form")).expect_err("two headers");
        assert_eq!(refusal.code.as_str(), "invalid_client");
        let long = format!("client_id=a&client_secret={}", "k".repeat(513));
        assert_eq!(status(&[], &long), Err("invalid_client"));
    }
}
