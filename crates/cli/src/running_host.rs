//! The Gatelodge that runs on this machine, asked over its socket.

use broker::Error;
use messages::{Text, text};
use model::Code;
use serde_json::Value;

/// Where the running host listens: as it would choose itself.
pub(crate) fn socket() -> Result<std::path::PathBuf, Error> {
    let options = endpoint::Options::from_environment()?;
    match options.socket {
        Some(path) => Ok(path),
        None => Ok(broker::Home::from_environment()?
            .dir()
            .join("run/endpoint.sock")),
    }
}

pub(crate) fn refusal(reply: &Value) -> Error {
    let name = reply["error_code"]
        .as_str()
        .or(reply["error"].as_str())
        .unwrap_or_default();
    let code = Code::ALL
        .iter()
        .find(|code| code.as_str() == name)
        .copied()
        .unwrap_or(Code::InvalidArgument);
    let said = reply["error_description"].as_str().map(as_written);
    let error = Error::new(code, said.unwrap_or_else(|| text::CliHostRefused.into()));
    let accounts = reply["accounts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned);
    let error = error.with_accounts(accounts.collect());
    match reply["hint"].as_str() {
        Some(hint) => error.with_hint(as_written(hint)),
        None => error,
    }
}

/// The host has told it already, for an agent's owner: in its own language, or in English where OAuth has no letters for that.
fn as_written(text: &str) -> Text {
    text::AsWritten { text }.into()
}
