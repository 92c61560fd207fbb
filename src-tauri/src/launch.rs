//! How the program was started: any program, and through links any web page, can start it with any arguments (attack U10).

use oauth::redirect::SCHEME;

/// Everything else than these is a plain start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Launch {
    /// A deep link, as one argument alone.
    pub(crate) link: Option<String>,
    /// With the tray only, as when the desktop starts.
    pub(crate) hidden: bool,
}

/// Longer ones are no answer of an authorization server.
const LONGEST_LINK: usize = 16 * 1024;

impl Launch {
    pub(crate) fn of(arguments: impl IntoIterator<Item = String>) -> Self {
        let mut arguments = arguments.into_iter();
        match (arguments.next(), arguments.next()) {
            (Some(only), None) if is_link(&only) => Self {
                link: Some(only),
                hidden: false,
            },
            (Some(only), None) => Self {
                link: None,
                hidden: only == "--hidden",
            },
            _ => Self::default(),
        }
    }
}

fn is_link(argument: &str) -> bool {
    argument
        .strip_prefix(SCHEME)
        .is_some_and(|rest| rest.starts_with(':'))
        && argument.len() <= LONGEST_LINK
        && !argument.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_LINK, Launch};

    fn of(arguments: &[&str]) -> Launch {
        Launch::of(arguments.iter().map(|argument| (*argument).to_owned()))
    }

    #[test]
    fn a_link_alone_is_a_link() {
        let link = "app.gatelodge.desktop:/oauth/callback?code=x&state=y";
        assert_eq!(
            of(&[link]),
            Launch {
                link: Some(link.to_owned()),
                hidden: false
            }
        );
        assert_eq!(
            of(&["--hidden"]),
            Launch {
                link: None,
                hidden: true
            }
        );
    }

    #[test]
    fn attack_u10_everything_else_is_a_plain_start() {
        let long = format!("app.gatelodge.desktop:{}", "x".repeat(LONGEST_LINK));
        for arguments in [
            &[][..],
            &["app.gatelodge.desktop:/oauth/callback?code=x", "--hidden"],
            &["--hidden", "app.gatelodge.desktop:/oauth/callback?code=x"],
            &["app.gatelodge.desktop:/a", "app.gatelodge.desktop:/b"],
            &["--", "app.gatelodge.desktop:/a"],
            &["app.gatelodge.desktop.evil:/oauth/callback?code=x"],
            &["APP.GATELODGE.DESKTOP:/oauth/callback"],
            &["app.gatelodge.desktop:/oauth/callback\n"],
            &["app.gatelodge.desktop"],
            &["https://example.com/"],
            &["/etc/passwd"],
            &["--remote-debugging-port=1"],
            &[long.as_str()],
            &[""],
        ] {
            assert_eq!(of(arguments), Launch::default(), "{arguments:?}");
        }
    }
}
