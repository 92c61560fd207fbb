//! The desktop host: a window, a tray, deep links in. No decisions are made here (invariant 8).
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
mod call;
mod deep_link;
mod notify;
mod tray;
mod window;

use std::process::ExitCode;

/// How the program was started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Start {
    /// Without a window, as at login.
    hidden: bool,
    /// A deep link, when the system started us for one.
    link: Option<String>,
}

impl Start {
    /// At most one deep link, or `--hidden`; everything else is left out, since a link's sender chooses it (attack 20).
    pub(crate) fn read(args: impl IntoIterator<Item = String>) -> Self {
        let args: Vec<String> = args.into_iter().skip(1).collect();
        match args.as_slice() {
            [only] if only == "--hidden" => Self { hidden: true, link: None },
            [only] if deep_link::is_ours(only) => Self { hidden: false, link: Some(only.clone()) },
            _ => Self::default(),
        }
    }
}

fn main() -> ExitCode {
    let filter = std::env::var("GATELODGE_LOG").unwrap_or_else(|_| "warn,zbus=off".to_owned());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    if !has_display() {
        eprintln!(
            "gatelodge-desktop: there is no display to open a window on; run `gatelodge serve` or `gatelodge demo` instead"
        );
        return ExitCode::from(2);
    }
    match app::run(Start::read(std::env::args())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gatelodge-desktop: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(target_os = "linux")]
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(target_os = "linux"))]
fn has_display() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::Start;

    fn read(args: &[&str]) -> Start {
        Start::read(std::iter::once("gatelodge-desktop").chain(args.iter().copied()).map(str::to_owned))
    }

    #[test]
    fn u10_only_one_deep_link_or_hidden_is_taken() {
        let link = "app.gatelodge.desktop:/oauth/callback?code=c&state=s";
        assert_eq!(read(&[link]).link.as_deref(), Some(link));
        assert!(read(&["--hidden"]).hidden);
        for other in [
            &[link, "--hidden"][..],
            &[link, link],
            &["https://evil.example"],
            &["--settings=/etc/passwd"],
            &["app.gatelodge.desktop"],
            &["app.gatelodge.desktop.evil:/oauth/callback"],
            &["APP.gatelodge.desktop:/x\n"],
            &[],
        ] {
            assert_eq!(read(other), Start::default(), "{other:?}");
        }
    }
}
