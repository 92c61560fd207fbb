//! `token` and `header`: the access token alone on stdout, for the person, or for an agent over the Unix socket.

use crate::args::Token;
use crate::demo::http;
use crate::output::{Output, line};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use broker::{Broker, Code, Error, Issued};
use oauth::secret::Secret;
use serde_json::{Value, json};

const AGENT_ID: &str = "GATELODGE_AGENT_ID";
const AGENT_KEY_FILE: &str = "GATELODGE_AGENT_KEY_FILE";

pub(crate) async fn as_person(broker: &Broker, args: &Token, output: Output) -> Result<(), Error> {
    let issued = broker.token_for_person(&args.server, args.account.as_deref(), args.min_valid).await?;
    if output.json {
        return output.answer(&answer(&issued), "");
    }
    line(issued.access_token.expose());
    Ok(())
}

pub(crate) async fn header(broker: &Broker, args: &Token, output: Output) -> Result<(), Error> {
    let issued = broker.token_for_person(&args.server, args.account.as_deref(), args.min_valid).await?;
    let value = format!("Bearer {}", issued.access_token.expose());
    output.answer(&json!({ "Authorization": value }), &format!("Authorization: {value}"))
}

/// True where the environment names an agent: then the running host is asked, and no vault is opened.
pub(crate) fn has_agent() -> bool {
    [AGENT_ID, AGENT_KEY_FILE].iter().all(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

pub(crate) async fn as_agent(args: &Token, output: Output) -> Result<(), Error> {
    let unreadable = |name: &str| Error::new(Code::InvalidArgument, format!("{name} cannot be read"));
    let id = std::env::var(AGENT_ID).map_err(|_| unreadable(AGENT_ID))?;
    let key = std::env::var_os(AGENT_KEY_FILE)
        .and_then(|path| std::fs::read_to_string(path).ok())
        .ok_or_else(|| unreadable(AGENT_KEY_FILE))?;
    let key = Secret::new(key.trim());
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials").append_pair("resource", &args.server);
    if let Some(account) = &args.account {
        form.append_pair("account", account);
    }
    form.append_pair("min_valid", &args.min_valid.to_string());
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encode(&id), encode(key.expose())));
    let reply = http::over_socket(&socket()?, "/token", &form.finish(), &format!("Basic {basic}")).await?;
    match reply.json["access_token"].as_str() {
        Some(token) if output.json => output.answer(&reply.json, token),
        Some(token) => {
            line(token);
            Ok(())
        }
        None => Err(refusal(&reply.json)),
    }
}

/// Where the running host listens: as it would choose itself.
fn socket() -> Result<std::path::PathBuf, Error> {
    let options = endpoint::Options::from_environment();
    match options.socket {
        Some(path) => Ok(path),
        None => Ok(broker::Home::from_environment()?.dir().join("run/endpoint.sock")),
    }
}

fn refusal(reply: &Value) -> Error {
    let name = reply["error_code"].as_str().or(reply["error"].as_str()).unwrap_or_default();
    let code = Code::ALL.iter().find(|code| code.as_str() == name).copied().unwrap_or(Code::InvalidArgument);
    let error = Error::new(code, reply["error_description"].as_str().unwrap_or("the endpoint refused").to_owned());
    match reply["hint"].as_str() {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

fn answer(issued: &Issued) -> Value {
    json!({
        "access_token": issued.access_token.expose(),
        "token_type": "Bearer",
        "expires_at": issued.expires_at.map(|at| at.0),
        "scope": issued.scopes.to_string(),
        "resource": issued.resource,
        "account": issued.account,
    })
}
