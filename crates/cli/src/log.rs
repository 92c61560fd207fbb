//! What `GATELODGE_LOG` brings to standard error: ours as much as it asks for, of others only what is wrong.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

const OURS: [&str; 6] = ["gatelodge", "api", "broker", "endpoint", "vault", "oauth"];

/// D-Bus messages hold the vault's key on its way to the keyring.
const SILENT: [&str; 2] = ["zbus", "tracing"];

pub(crate) fn start() {
    let filter = std::env::var("GATELODGE_LOG").unwrap_or_else(|_| "off".to_owned());
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(filter_fn(may_be_said));
    tracing_subscriber::registry()
        .with(EnvFilter::new(filter))
        .with(lines)
        .init();
}

fn may_be_said(metadata: &Metadata<'_>) -> bool {
    is_said(metadata.target(), *metadata.level())
}

fn is_said(target: &str, level: Level) -> bool {
    let krate = target.split("::").next().unwrap_or_default();
    OURS.contains(&krate) || (level <= Level::WARN && !SILENT.contains(&krate))
}

#[cfg(test)]
mod tests {
    use super::is_said;
    use tracing::Level;

    #[test]
    fn the_bus_says_nothing_whatever_is_asked_for() {
        assert!(is_said("broker::login", Level::TRACE));
        assert!(!is_said("zbus::connection", Level::ERROR));
        assert!(!is_said("hyper::proto", Level::DEBUG));
    }
}
