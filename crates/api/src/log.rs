//! What `GATELODGE_LOG` brings to standard error: ours as much as it asks for, of others only what is wrong.

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

const OURS: [&str; 8] = [
    "gatelodge",
    "gatelodge_desktop",
    "api",
    "broker",
    "endpoint",
    "model",
    "vault",
    "oauth",
];

/// D-Bus messages hold links with codes in them, and the vault's key on its way to the keyring.
const SILENT: [&str; 2] = ["zbus", "tracing"];

/// For a program's first lines. `otherwise`: how much is said where the environment asks for nothing.
pub fn start_log(otherwise: LevelFilter) {
    let filter = EnvFilter::builder()
        .with_default_directive(otherwise.into())
        .with_env_var("GATELODGE_LOG")
        .from_env_lossy();
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(filter_fn(may_be_said));
    tracing_subscriber::registry()
        .with(filter)
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
    fn others_say_only_what_is_wrong_and_the_bus_says_nothing() {
        assert!(is_said("broker::login", Level::TRACE));
        assert!(is_said("sqlx::query", Level::WARN));
        assert!(!is_said("sqlx::query", Level::DEBUG));
        assert!(!is_said("hyper::proto", Level::DEBUG));
        assert!(!is_said("zbus::connection", Level::ERROR));
        assert!(!is_said("tracing::span", Level::WARN));
        assert!(!is_said("broker_of_others", Level::INFO));
    }
}
