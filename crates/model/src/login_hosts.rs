//! Where a login goes, for a person to read before a browser opens.

use messages::{Text, text};
use oauth::discovery::LoginHosts;
use oauth::metadata::AuthorizationServer;

/// Every host of a login at this authorization server.
pub fn where_a_login_goes(server: &AuthorizationServer) -> Text {
    login_hosts(&LoginHosts::of(server))
}

/// Every host of a login.
pub fn login_hosts(hosts: &LoginHosts) -> Text {
    let LoginHosts { token, issuer, .. } = hosts;
    match (hosts.only(), &hosts.login) {
        (Some(login), _) => text::TraceHostsOne { login }.into(),
        (None, Some(login)) => text::TraceHosts {
            login,
            token,
            issuer,
        }
        .into(),
        (None, None) => text::TraceHostsPrograms { token, issuer }.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_once_where_they_are_one() {
        let told = |login: Option<&str>, token: &str| {
            let hosts = LoginHosts {
                login: login.map(str::to_owned),
                token: token.to_owned(),
                issuer: "as.example".to_owned(),
            };
            login_hosts(&hosts).to_string()
        };
        assert_eq!(
            told(Some("as.example"), "as.example"),
            "You sign in at as.example."
        );
        assert_eq!(
            told(Some("as.example"), "tokens.example"),
            "You sign in at as.example. Gatelodge gets tokens from tokens.example. The issuer is as.example."
        );
        assert_eq!(
            told(None, "as.example"),
            "Gatelodge gets tokens from as.example. The issuer is as.example."
        );
    }
}
