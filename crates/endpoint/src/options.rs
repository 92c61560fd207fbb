//! Where the endpoint is, as the person set it.

use std::env;
use std::path::PathBuf;

/// The port of a fresh installation. Most issuers compare a loopback redirect's port exactly, so it does not wander.
pub const DEFAULT_PORT: u16 = 4283;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// On 127.0.0.1 and [::1]. 0: whatever is free, for tests.
    pub port: u16,
    /// The Unix socket; none: `run/endpoint.sock` in the vault's folder.
    pub socket: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: DEFAULT_PORT, socket: None }
    }
}

impl Options {
    /// `GATELODGE_PORT`; `GATELODGE_RUNTIME_DIR`, or else `gatelodge` in `XDG_RUNTIME_DIR`. A vault named by `GATELODGE_HOME`
    /// keeps its socket with it, or it would meet the usual one's.
    pub fn from_environment() -> Self {
        Self::from(|name| env::var_os(name).filter(|value| !value.is_empty()).and_then(|value| value.into_string().ok()))
    }

    fn from(variable: impl Fn(&str) -> Option<String>) -> Self {
        let port = variable("GATELODGE_PORT").map_or(DEFAULT_PORT, |text| {
            text.parse().unwrap_or_else(|_| {
                tracing::warn!("GATELODGE_PORT is no port number; {DEFAULT_PORT} is used");
                DEFAULT_PORT
            })
        });
        let own = variable("GATELODGE_RUNTIME_DIR").map(PathBuf::from);
        let usual = variable("GATELODGE_HOME").is_none();
        let folder =
            own.or_else(|| variable("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join("gatelodge")).filter(|_| usual));
        Self { port, socket: folder.filter(|folder| folder.is_absolute()).map(|folder| folder.join("endpoint.sock")) }
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_PORT, Options};
    use std::path::PathBuf;

    fn from(variables: &[(&str, &str)]) -> Options {
        Options::from(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_says_where() {
        assert_eq!(from(&[]), Options { port: DEFAULT_PORT, socket: None });
        assert_eq!(from(&[("GATELODGE_PORT", "5000")]).port, 5000);
        assert_eq!(from(&[("GATELODGE_PORT", "70000")]).port, DEFAULT_PORT);
        let both = from(&[("XDG_RUNTIME_DIR", "/run/user/1"), ("GATELODGE_RUNTIME_DIR", "/own")]);
        assert_eq!(both.socket, Some(PathBuf::from("/own/endpoint.sock")));
        let xdg = from(&[("XDG_RUNTIME_DIR", "/run/user/1")]);
        assert_eq!(xdg.socket, Some(PathBuf::from("/run/user/1/gatelodge/endpoint.sock")));
        assert_eq!(from(&[("XDG_RUNTIME_DIR", "relative")]).socket, None);
        assert_eq!(from(&[("XDG_RUNTIME_DIR", "/run/user/1"), ("GATELODGE_HOME", "/other")]).socket, None);
    }
}
