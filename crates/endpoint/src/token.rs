//! `POST /token`: client credentials (RFC 6749 §4.4) with `resource` (RFC 8707), answered with the *server's* access token.
//!
//! Optional parameters: `scope`; `account`, where several are logged in; `min_valid`, seconds that the token has to last.
//! The order: nothing in the URL, POST, a form, who asks, what for; each refusal leaves an event (invariant 6).

use crate::client_authentication::{self, ClientCredentials};
use crate::context::Shared;
use crate::form::{Form, FormProblem};
use crate::limits::{self, BodyProblem};
use crate::peer::Peer;
use crate::refusal::Refusal;
use crate::reply::token_response;
use axum::extract::{Extension, Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use broker::{AuthenticatedAgent, TokenRequest, command_line};
use messages::{Text, text};
use model::Code;
use oauth::scope::Scopes;

/// A day: what lasts longer is not asked for by seconds.
const MOST_MIN_VALID: i64 = 86_400;
const LONGEST_ACCOUNT: usize = 512;

pub(crate) async fn token(
    State(context): State<Shared>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let (agent, asked) = match read(&context, peer, request).await {
        Ok(read) => read,
        Err(TokenRefusal { agent, refusal }) => {
            let told = text::EndpointTokenRefused { why: &refusal.text };
            context
                .broker
                .record_refusal(agent, refusal.code, told)
                .await;
            return refusal.into_response();
        }
    };
    // A caller that hangs up drops this future; a refresh it began goes on in the broker (attack L22).
    match context.broker.issue_to(&agent, asked).await {
        Ok(issued) => token_response(&issued, context.broker.now()),
        Err(error) => Refusal::from(error).into_response(),
    }
}

/// A refusal before the use case was reached; the agent's name where it has proven who it is.
struct TokenRefusal {
    agent: Option<String>,
    refusal: Refusal,
}

impl From<Refusal> for TokenRefusal {
    fn from(refusal: Refusal) -> Self {
        Self {
            agent: None,
            refusal,
        }
    }
}

async fn read(
    context: &Shared,
    peer: Peer,
    request: Request,
) -> Result<(AuthenticatedAgent, TokenRequest), TokenRefusal> {
    let (parts, body) = request.into_parts();
    if let Some(query) = parts.uri.query() {
        return Err(in_the_url(context, query).await);
    }
    if parts.method != Method::POST {
        return Err(Refusal::method(&["POST"]).into());
    }
    is_form(&parts.headers)?;
    let body = limits::body(body).await.map_err(|problem| match problem {
        BodyProblem::TooLarge => refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            text::EndpointTooLarge {
                kibibytes: limits::MOST_BODY / 1024,
            },
        )
        .closing(),
        BodyProblem::TooSlow => {
            refused(StatusCode::REQUEST_TIMEOUT, text::EndpointTooSlow).closing()
        }
    })?;
    let form = Form::parse(&body).map_err(|problem| match problem {
        FormProblem::NotUtf8 => Refusal::invalid_request(text::EndpointNotUtf8),
        FormProblem::Twice => Refusal::invalid_request(text::EndpointTwice),
    })?;
    let agent = authenticate(
        context,
        peer,
        client_authentication::credentials(&parts.headers, &form),
    )
    .await?;
    let asked = token_request(&form).map_err(|refusal| TokenRefusal {
        agent: Some(agent.agent.name.clone()),
        refusal,
    })?;
    Ok((agent, asked))
}

/// RFC 6749 §2.3.1: never in the URL, where histories and logs keep it. A key that was is not secret any more (attack L05).
async fn in_the_url(context: &Shared, query: &str) -> TokenRefusal {
    let Some(ClientCredentials { id, key }) = client_authentication::leaked(query) else {
        return Refusal::invalid_request(text::EndpointInUrl).into();
    };
    let agent = context
        .broker
        .authenticate(&id, &key)
        .await
        .ok()
        .map(|agent| agent.name);
    // Its name is for whoever has the key.
    let named = agent.as_deref().unwrap_or("AGENT");
    let command = command_line(&["agent", "new-key", named]);
    let refusal = Refusal::invalid_request(text::EndpointKeyInUrl)
        .hinting(text::EndpointKeyInUrlHint { command });
    TokenRefusal { agent, refusal }
}

/// RFC 6749 §4.4.2. A page can send a form too; the guard has seen to that.
fn is_form(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (only, second) = (
        types.next().and_then(|value| value.to_str().ok()),
        types.next(),
    );
    let mut pieces = only.unwrap_or_default().split(';').map(str::trim);
    let form = pieces
        .next()
        .is_some_and(|media| media.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    let utf8 = pieces
        .all(|parameter| parameter.is_empty() || parameter.eq_ignore_ascii_case("charset=utf-8"));
    if form && utf8 && second.is_none() && !headers.contains_key(CONTENT_ENCODING) {
        return Ok(());
    }
    Err(refused(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        text::EndpointNotAForm,
    ))
}

/// A wrong key is counted, a right one never: no flood of one locks the other out (attack L15).
async fn authenticate(
    context: &Shared,
    peer: Peer,
    presented: Result<ClientCredentials, Refusal>,
) -> Result<AuthenticatedAgent, Refusal> {
    let failed = match presented {
        Ok(ClientCredentials { id, key }) => match context.broker.authenticated(&id, &key).await {
            Ok(agent) => return Ok(agent),
            Err(error) => Refusal::from(error),
        },
        Err(refusal) => refusal,
    };
    if failed.code != Code::InvalidClient
        || context.wrong_keys.count(peer.uid, context.broker.now())
    {
        return Err(failed);
    }
    let slow_down = Refusal::new(
        StatusCode::TOO_MANY_REQUESTS,
        "slow_down",
        Code::InvalidClient,
        text::EndpointWrongKeys,
    );
    Err(slow_down
        .with(RETRY_AFTER, HeaderValue::from_static("1"))
        .closing())
}

fn token_request(form: &Form) -> Result<TokenRequest, Refusal> {
    match form.text("grant_type") {
        Some("client_credentials") => {}
        None => {
            return Err(Refusal::invalid_request(text::EndpointGrantTypeMissing));
        }
        Some(_) => {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                Code::InvalidArgument,
                text::EndpointGrantType,
            ));
        }
    }
    // RFC 8707 §2: a missing one is `invalid_target` as well.
    let resource = form.text("resource").ok_or_else(|| {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_target",
            Code::InvalidTarget,
            text::EndpointResourceMissing,
        )
    })?;
    let scope = form.text("scope").map(scopes).transpose()?;
    let account = form.text("account").map(str::to_owned);
    if account
        .as_ref()
        .is_some_and(|account| account.len() > LONGEST_ACCOUNT)
    {
        return Err(Refusal::invalid_request(text::EndpointAccountLong));
    }
    let min_valid = match form.text("min_valid").map(str::parse::<i64>) {
        None => 0,
        Some(Ok(seconds)) if (0..=MOST_MIN_VALID).contains(&seconds) => seconds,
        Some(_) => {
            return Err(Refusal::invalid_request(text::EndpointMinValid {
                most: MOST_MIN_VALID.to_string(),
            }));
        }
    };
    Ok(TokenRequest {
        resource: resource.to_owned(),
        scope,
        account,
        min_valid,
    })
}

/// RFC 6749 §3.3. What is no scope must not vanish from the request.
fn scopes(text: &str) -> Result<Scopes, Refusal> {
    let scopes = Scopes::parse(text);
    if text
        .split(' ')
        .all(|scope| scope.is_empty() || scopes.contains(scope))
    {
        return Ok(scopes);
    }
    Err(Refusal::new(
        StatusCode::BAD_REQUEST,
        "invalid_scope",
        Code::InvalidScope,
        text::EndpointScope,
    ))
}

fn refused(status: StatusCode, what: impl Into<Text>) -> Refusal {
    Refusal::new(status, "invalid_request", Code::InvalidArgument, what)
}

#[cfg(test)]
mod tests {
    use super::{is_form, token_request};
    use crate::form::Form;
    use axum::http::{HeaderMap, HeaderValue};

    fn outcome(body: &str) -> Result<(String, Option<String>, i64), &'static str> {
        let asked = token_request(&Form::parse(body.as_bytes()).expect("a form"))
            .map_err(|refusal| refusal.code.as_str())?;
        Ok((
            asked.resource,
            asked.scope.map(|scopes| scopes.to_string()),
            asked.min_valid,
        ))
    }

    #[test]
    fn what_is_asked_for() {
        let base = "grant_type=client_credentials&resource=r";
        assert_eq!(outcome(base), Ok(("r".to_owned(), None, 0)));
        let full = format!("{base}&scope=b+a&min_valid=60&account=ada&unknown=ignored");
        assert_eq!(
            outcome(&full),
            Ok(("r".to_owned(), Some("a b".to_owned()), 60))
        );
        assert_eq!(
            outcome("grant_type=client_credentials"),
            Err("invalid_target")
        );
        assert_eq!(
            outcome("grant_type=client_credentials&resource="),
            Err("invalid_target")
        );
        assert_eq!(outcome("resource=r"), Err("invalid_argument"));
        assert_eq!(
            outcome("resource=r&grant_type=refresh_token"),
            Err("invalid_argument")
        );
        assert_eq!(
            outcome(&format!("{base}&scope=a%22b")),
            Err("invalid_scope")
        );
        assert_eq!(
            outcome(&format!("{base}&account={}", "a".repeat(513))),
            Err("invalid_argument")
        );
        for seconds in [
            "-1",
            "x",
            "1e3",
            "86401",
            "1000000000000",
            "99999999999999999999",
        ] {
            assert_eq!(
                outcome(&format!("{base}&min_valid={seconds}")),
                Err("invalid_argument"),
                "L19 {seconds}"
            );
        }
    }

    #[test]
    fn attack_l04_a_form_and_nothing_else() {
        let taken = |types: &[&str]| {
            let values = types
                .iter()
                .map(|value| HeaderValue::from_str(value).expect("a header"));
            is_form(
                &values
                    .map(|value| (axum::http::header::CONTENT_TYPE, value))
                    .collect::<HeaderMap>(),
            )
            .is_ok()
        };
        for good in [
            "application/x-www-form-urlencoded",
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
        ] {
            assert!(taken(&[good]), "{good}");
        }
        for bad in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/json",
            "application/x-www-form-urlencodedx",
            "application/x-www-form-urlencoded; charset=utf-16",
            "application/x-www-form-urlencoded, text/plain",
            "",
        ] {
            assert!(!taken(&[bad]), "{bad}");
        }
        assert!(!taken(&[]));
        assert!(!taken(&["application/x-www-form-urlencoded"; 2]), "two");
    }
}
