//! Where the endpoint is, as the person set it.

use broker::Error;
use messages::{Text, text};
use model::Code;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The port of a fresh installation. Most issuers compare a loopback redirect's port exactly, so it does not wander.
pub const DEFAULT_PORT: u16 = 4283;

/// Where the endpoint is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// On 127.0.0.1 and `[::1]`. 0: whatever is free, for tests.
    pub port: u16,
    /// The Unix socket; none: `run/endpoint.sock` in the vault's folder.
    pub socket: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: DEFAULT_PORT,
            socket: None,
        }
    }
}

impl Options {
    /// `GATELODGE_PORT`; `GATELODGE_RUNTIME_DIR`, or else `gatelodge` in `XDG_RUNTIME_DIR`. A vault named by `GATELODGE_HOME`
    /// keeps its socket with it, or it would meet the usual one's. What cannot be meant is an error: another port than the
    /// person's would be another person's, to an agent.
    pub fn from_environment() -> Result<Self, Error> {
        Self::from(|name| env::var_os(name))
    }

    fn from(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let port = set(PORT).map(|value| {
            let port = value.to_str().and_then(|text| text.parse().ok());
            port.ok_or_else(|| {
                let value = shown(&value);
                wrong(PORT, text::EndpointPortWrong { value })
            })
        });
        let own = set(FOLDER).map(|value| {
            let path = PathBuf::from(&value);
            if path.is_absolute() {
                Ok(path)
            } else {
                let value = shown(&value);
                Err(wrong(FOLDER, text::EndpointFolderWrong { value }))
            }
        });
        // The XDG specification itself says that a relative one counts for nothing.
        let usual = || {
            set("XDG_RUNTIME_DIR")
                .map(|folder| PathBuf::from(folder).join("gatelodge"))
                .filter(|path| path.is_absolute())
        };
        let folder = own
            .transpose()?
            .or_else(|| usual().filter(|_| set("GATELODGE_HOME").is_none()));
        Ok(Self {
            port: port.transpose()?.unwrap_or(DEFAULT_PORT),
            socket: folder.map(|folder| folder.join("endpoint.sock")),
        })
    }
}

const PORT: &str = "GATELODGE_PORT";
const FOLDER: &str = "GATELODGE_RUNTIME_DIR";

fn shown(value: &OsString) -> String {
    oauth::uri::excerpt(&value.to_string_lossy())
}

fn wrong(name: &str, what: impl Into<Text>) -> Error {
    Error::new(Code::InvalidArgument, what).with_hint(text::EndpointVariableHint {
        command: format!("unset {name}"),
    })
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_PORT, Options};
    use broker::Error;
    use model::Code;
    use std::path::PathBuf;

    fn tried(variables: &[(&str, &str)]) -> Result<Options, Error> {
        Options::from(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).into())
        })
    }

    fn from(variables: &[(&str, &str)]) -> Options {
        tried(variables).expect("all of it can be meant")
    }

    #[test]
    fn the_environment_says_where() {
        assert_eq!(
            from(&[]),
            Options {
                port: DEFAULT_PORT,
                socket: None
            }
        );
        assert_eq!(from(&[("GATELODGE_PORT", "5000")]).port, 5000);
        assert_eq!(
            from(&[("GATELODGE_PORT", "")]).port,
            DEFAULT_PORT,
            "set to nothing"
        );
        let both = from(&[
            ("XDG_RUNTIME_DIR", "/run/user/1"),
            ("GATELODGE_RUNTIME_DIR", "/own"),
        ]);
        assert_eq!(both.socket, Some(PathBuf::from("/own/endpoint.sock")));
        let xdg = from(&[("XDG_RUNTIME_DIR", "/run/user/1")]);
        assert_eq!(
            xdg.socket,
            Some(PathBuf::from("/run/user/1/gatelodge/endpoint.sock"))
        );
        assert_eq!(from(&[("XDG_RUNTIME_DIR", "relative")]).socket, None);
        assert_eq!(
            from(&[
                ("XDG_RUNTIME_DIR", "/run/user/1"),
                ("GATELODGE_HOME", "/other")
            ])
            .socket,
            None
        );
    }

    #[test]
    fn what_cannot_be_meant_is_told_and_not_replaced() {
        let wrong = [
            ("GATELODGE_PORT", "abc"),
            ("GATELODGE_PORT", "70000"),
            ("GATELODGE_PORT", "-1"),
            ("GATELODGE_PORT", "4283 "),
            ("GATELODGE_RUNTIME_DIR", "relative"),
        ];
        for (name, value) in wrong {
            let error = tried(&[(name, value)]).expect_err(value);
            assert!(
                error.code() == Code::InvalidArgument && error.to_string().contains(name),
                "{error}"
            );
        }
    }
}
