//! How a server is logged in to: the flags of `login`, and what to do where that way is not to be had.

use crate::args::{LoginArgs, MethodFlags};
use crate::output::command_line;
use broker::Error;
use messages::text;
use model::{Code, LoginMethod};
use oauth::uri::Issuer;

/// The method that the flags choose, if they choose one.
pub(super) fn of(flags: &MethodFlags) -> Result<Option<LoginMethod>, Error> {
    if let Some(issuer) = &flags.provider {
        return Ok(Some(LoginMethod::Enterprise {
            provider: Issuer::parse(issuer.trim())?,
        }));
    }
    if let Some(file) = &flags.workload {
        // The file is read again by other processes, which stand elsewhere.
        let path = std::path::absolute(file).map_err(|error| {
            let problem = error.to_string();
            Error::new(
                Code::InvalidArgument,
                text::CliLoginNoPath { file, problem },
            )
        })?;
        return Ok(Some(LoginMethod::Workload {
            token_file: path.display().to_string(),
        }));
    }
    let by_flag = [
        (flags.browser, LoginMethod::Browser),
        (flags.device, LoginMethod::Device),
        (flags.client_credentials, LoginMethod::ClientCredentials),
    ];
    Ok(by_flag
        .into_iter()
        .find(|(wished, _)| *wished)
        .map(|(_, method)| method))
}

/// The command that enters the provider, or the one that logs in otherwise.
pub(super) fn hinted(error: Error, args: &LoginArgs) -> Error {
    if let (Code::ProviderUnknown, Some(issuer)) = (error.code(), &args.method.provider) {
        let command = command_line(&["provider", "set", issuer, "--client-id", "ID"]);
        return error.with_hint(text::CliLoginProviderFirst { command });
    }
    let command = command_line(&["login", &args.server, "--browser"]);
    error.with_hint(text::CliLoginOtherWay { command })
}
