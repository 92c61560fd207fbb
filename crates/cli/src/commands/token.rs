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

/// What is printed of a token.
pub(crate) struct GivenToken {
    token: Secret,
    json: Value,
    /// Seconds.
    left: Option<i64>,
}

impl GivenToken {
    pub(crate) fn print(&self, output: Output) -> Result<(), Error> {
        if output.json {
            return output.answer(&self.json, "");
        }
        line(self.token.expose())
    }

    pub(crate) fn print_header(&self, output: Output) -> Result<(), Error> {
        let value = format!("Bearer {}", self.token.expose());
        let header = format!("Authorization: {value}");
        output.answer(&json!({ "Authorization": value }), &header)
    }

    /// `--min-valid` is a demand.
    fn that_lasts(self, args: &TokenArgs) -> Result<Self, Error> {
        long_enough(self.left, args.min_valid)?;
        Ok(self)
    }
}

/// From the vault, which this process has open.
pub(crate) async fn as_person(broker: &Broker, args: &TokenArgs) -> Result<GivenToken, Error> {
    let issued = broker
        .token_for_person(&args.server, args.account.as_deref(), args.min_valid)
        .await;
    let issued = issued.map_err(|error| hints::login(error, &args.server))?;
    let given = GivenToken {
        json: answer(&issued),
        left: issued.expires_at.map(|at| at.since(broker.now())),
        token: issued.access_token,
    };
    given.that_lasts(args)
}

/// From the host that serves this vault. None where there is none, or where it does not answer the person: then this process
/// opens the vault.
async fn of_host(args: &TokenArgs) -> Option<Result<GivenToken, Error>> {
    let way = endpoint::persons_way(&broker::Home::from_environment().ok()?)?;
    let mut form = form(args, "server");
    form.append_pair("proof", way.proof.expose());
    let reply = http::over_socket(&way.socket, way.path, &form.finish(), None)
        .await
        .ok()?;
    if let Some(given) = given(&reply.json) {
        // As this process would say it.
        let mut json = reply.json;
        let members = json.as_object_mut()?;
        members.remove("expires_in");
        members.entry("expires_at").or_insert(Value::Null);
        members.entry("scope").or_insert(json!(""));
        return Some(GivenToken { json, ..given }.that_lasts(args));
    }
    let failure: Error = serde_json::from_value(reply.json["failure"].clone()).ok()?;
    Some(Err(hints::login(failure, &args.server)))
}

fn given(json: &Value) -> Option<GivenToken> {
    Some(GivenToken {
        token: Secret::new(json["access_token"].as_str()?),
        left: json["expires_in"].as_i64(),
        json: json.clone(),
    })
}

fn form(args: &TokenArgs, server: &str) -> url::form_urlencoded::Serializer<'static, String> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair(server, &args.server);
    if let Some(account) = &args.account {
        form.append_pair("account", account);
    }
    form.append_pair("min_valid", &args.min_valid.to_string());
    form
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

/// As the agent that the environment names, or else from the host that serves. None where the vault has to be opened.
pub(crate) async fn without_vault(args: &TokenArgs) -> Option<Result<GivenToken, Error>> {
    if has_agent() {
        Some(as_agent(args).await)
    } else {
        of_host(args).await
    }
}

/// True where the environment names an agent: then the running host is asked, and no vault is opened. Half a name is
/// no reason to act as the person.
fn has_agent() -> bool {
    [AGENT_ID, AGENT_KEY_FILE]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// From the running host, as this agent.
async fn as_agent(args: &TokenArgs) -> Result<GivenToken, Error> {
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
    let mut form = form(args, "resource");
    form.append_pair("grant_type", "client_credentials");
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
    match given(&reply.json) {
        Some(given) => given.that_lasts(args),
        None => Err(running_host::refusal(&reply.json)),
    }
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
