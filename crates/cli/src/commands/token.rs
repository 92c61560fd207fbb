//! `token` and `header`: the access token alone on stdout, for the person, or for an agent over the Unix socket.

use crate::args::TokenArgs;
use crate::output::{Output, line};
use crate::{hints, http, running_host};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use broker::{AccessToken, Broker, Error, cause_text};
use messages::text;
use model::Code;
use oauth::secret::Secret;
use serde_json::{Value, json};

const AGENT_ID: &str = "GATELODGE_AGENT_ID";
const AGENT_KEY_FILE: &str = "GATELODGE_AGENT_KEY_FILE";

pub(crate) async fn as_person(
    broker: &Broker,
    args: &TokenArgs,
    output: Output,
) -> Result<(), Error> {
    let issued = for_person(broker, args).await?;
    if output.json {
        return output.answer(&answer(&issued), "");
    }
    line(issued.access_token.expose())
}

pub(crate) async fn header(broker: &Broker, args: &TokenArgs, output: Output) -> Result<(), Error> {
    let issued = for_person(broker, args).await?;
    print_header(&issued.access_token, output)
}

async fn for_person(broker: &Broker, args: &TokenArgs) -> Result<AccessToken, Error> {
    let issued = broker
        .token_for_person(&args.server, args.account.as_deref(), args.min_valid)
        .await;
    let issued = issued.map_err(|error| hints::login(error, &args.server))?;
    let left = issued.expires_at.map(|at| at.since(broker.now()));
    long_enough(left, args.min_valid)?;
    Ok(issued)
}

/// `--min-valid` is a demand: a token that does not meet it is not given out as if it did. Renewing was tried.
fn long_enough(left: Option<i64>, wanted: i64) -> Result<(), Error> {
    match left {
        Some(left) if left < wanted => Err(Error::new(
            Code::TokenTooShort,
            text::CliTokenTooShort {
                seconds: left.max(0),
                wanted: wanted.to_string(),
            },
        )),
        _ => Ok(()),
    }
}

fn print_header(token: &Secret, output: Output) -> Result<(), Error> {
    let value = format!("Bearer {}", token.expose());
    let header = format!("Authorization: {value}");
    output.answer(&json!({ "Authorization": value }), &header)
}

/// True where the environment names an agent: then the running host is asked, and no vault is opened. Half a name is
/// no reason to act as the person.
pub(crate) fn has_agent() -> bool {
    [AGENT_ID, AGENT_KEY_FILE]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

pub(crate) async fn as_agent(args: &TokenArgs, output: Output) -> Result<(), Error> {
    let reply = ask(args).await?;
    if output.json {
        return output.answer(&reply.json, "");
    }
    line(reply.token.expose())
}

pub(crate) async fn header_as_agent(args: &TokenArgs, output: Output) -> Result<(), Error> {
    print_header(&ask(args).await?.token, output)
}

struct TokenAnswer {
    token: Secret,
    json: Value,
}

/// The running host's answer to this agent.
async fn ask(args: &TokenArgs) -> Result<TokenAnswer, Error> {
    let wanted = |variable: &str| {
        named(variable).ok_or_else(|| {
            let (id, file) = (AGENT_ID, AGENT_KEY_FILE);
            Error::new(
                Code::InvalidArgument,
                text::CliAgentVariableMissing { variable },
            )
            .with_hint(text::CliAgentVariableMissingHint { id, file })
        })
    };
    let (id, path) = (wanted(AGENT_ID)?, wanted(AGENT_KEY_FILE)?);
    let key = broker::secret_in_file(path.as_ref()).map_err(|error| {
        let (path, why) = (&path, cause_text(&error));
        Error::new(
            Code::InvalidArgument,
            text::CliAgentKeyUnusable { path, why },
        )
        .with_hint(text::CliAgentKeyUnusableHint {
            variable: AGENT_KEY_FILE,
        })
    })?;
    let key = Secret::new(key.expose().trim());
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials")
        .append_pair("resource", &args.server);
    if let Some(account) = &args.account {
        form.append_pair("account", account);
    }
    form.append_pair("min_valid", &args.min_valid.to_string());
    let encode =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encode(&id), encode(key.expose())));
    let reply = http::over_socket(
        &running_host::socket()?,
        "/token",
        &form.finish(),
        Some(&format!("Basic {basic}")),
    )
    .await?;
    let Some(token) = reply.json["access_token"].as_str().map(Secret::new) else {
        return Err(running_host::refusal(&reply.json));
    };
    long_enough(reply.json["expires_in"].as_i64(), args.min_valid)?;
    Ok(TokenAnswer {
        token,
        json: reply.json,
    })
}

fn named(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn answer(issued: &AccessToken) -> Value {
    json!({
        "access_token": issued.access_token.expose(),
        "token_type": "Bearer",
        "expires_at": issued.expires_at.map(|at| at.0),
        "scope": issued.scopes.to_string(),
        "resource": issued.resource,
        "account": issued.account,
    })
}

#[cfg(test)]
mod tests {
    use super::long_enough;
    use model::Code;

    #[test]
    fn a_token_that_ends_too_soon_is_none() {
        assert!(long_enough(Some(60), 60).is_ok() && long_enough(Some(5), 0).is_ok());
        assert!(
            long_enough(None, 9999).is_ok(),
            "the issuer did not say when it ends"
        );
        let error = long_enough(Some(252), 299).expect_err("too short");
        assert_eq!(error.code(), Code::TokenTooShort);
        assert!(
            error.to_string().contains("252 seconds") && error.to_string().contains("299"),
            "{error}"
        );
    }
}
