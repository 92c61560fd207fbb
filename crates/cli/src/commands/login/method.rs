//! How a server is logged in to: the flags of `login`, and the words for it.

use crate::args::MethodFlags;
use crate::output::command_line;
use broker::{Broker, Error};
use model::{Code, LoginMethod};
use oauth::uri::Issuer;

/// What the flags choose for the server, if they choose anything. A device code is for one login alone.
fn wished(flags: &MethodFlags) -> Result<Option<LoginMethod>, Error> {
    if let Some(issuer) = &flags.provider {
        return Ok(Some(LoginMethod::Enterprise {
            provider: Issuer::parse(issuer.trim())?,
        }));
    }
    if let Some(file) = &flags.workload {
        // The file is read again by other processes, which stand elsewhere.
        let path = std::path::absolute(file).map_err(|error| {
            Error::new(
                Code::InvalidArgument,
                format!("{file:?} is no path: {error}"),
            )
        })?;
        return Ok(Some(LoginMethod::Workload {
            token_file: path.display().to_string(),
        }));
    }
    let by_flag = [
        (flags.browser, LoginMethod::Browser),
        (flags.client_credentials, LoginMethod::ClientCredentials),
    ];
    Ok(by_flag
        .into_iter()
        .find(|(wished, _)| *wished)
        .map(|(_, method)| method))
}

/// Keeps the method for the server; the one before, where that was another.
pub(super) async fn choose(
    broker: &Broker,
    server: &str,
    flags: &MethodFlags,
) -> Result<Option<LoginMethod>, Error> {
    let Some(method) = wished(flags)? else {
        return Ok(None);
    };
    let before = broker.resource(server).await?.record.login_method;
    if before == method {
        return Ok(None);
    }
    broker
        .set_login_method(server, method)
        .await
        .map_err(|error| match (error.code(), &flags.provider) {
            (Code::ProviderUnknown, Some(issuer)) => error.with_hint(format!(
                "Enter it first: {} --client-id ID",
                command_line(&["provider", "set", issuer])
            )),
            _ => error,
        })?;
    Ok(Some(before))
}
