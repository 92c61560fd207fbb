//! Words that other programs of this kind have for what is called something else here.

use broker::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use model::Code;

/// What people type, and what to say to it.
const WORDS: [(&[&str], &str); 14] = [
    (
        &["logout", "log-out", "signout", "sign-out", "disconnect"],
        "To take a login back: gatelodge revoke SERVER",
    ),
    (
        &[
            "signin",
            "sign-in",
            "log-in",
            "connect",
            "auth",
            "authorize",
        ],
        "To log in: gatelodge login SERVER",
    ),
    (
        &["ls", "servers", "status", "whoami", "accounts"],
        "To see the servers and who is logged in: gatelodge list",
    ),
    (
        &["rm", "delete", "uninstall"],
        "To revoke what is granted and forget a server: gatelodge remove SERVER",
    ),
    (
        &["mv"],
        "To call a server something else: gatelodge rename SERVER NAME",
    ),
    (
        &["env", "exec", "get", "fetch", "print-token", "access-token"],
        "The token alone, for a script: gatelodge token SERVER",
    ),
    (
        &["logs", "log", "history", "activity", "audit"],
        "To see who got what: gatelodge events",
    ),
    (
        &["server", "daemon", "start", "agentd"],
        "To serve agents: gatelodge serve",
    ),
    (
        &["check", "diagnose", "inspect", "test"],
        "To examine how a server is protected: gatelodge doctor URL",
    ),
    (
        &["agents", "permit", "permits"],
        "To add agents and permit them things: gatelodge agent --help",
    ),
    (
        &["lock", "unlock"],
        "To lock or unlock the vault of the running Gatelodge: gatelodge vault --help",
    ),
    (
        &["init", "key"],
        "A command that needs the vault opens it. What protects it: gatelodge vault status",
    ),
    (
        &[
            "config",
            "settings",
            "alias",
            "export",
            "import",
            "backup",
            "update",
            "completion",
            "completions",
            "man",
        ],
        "There is no such command. What there is: gatelodge --help",
    ),
    (&["version"], "Which version this is: gatelodge --version"),
];

/// What was meant by a command that is not there, where its name is known from elsewhere.
pub(crate) fn explained(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    // Below `agent` or `client` the same word means something else.
    let first = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    if error.kind() != ErrorKind::InvalidSubcommand || first.as_ref() != Some(word) {
        return None;
    }
    let hint = answer(word)?;
    Some(
        Error::new(
            Code::InvalidArgument,
            format!("there is no command `{word}`"),
        )
        .with_hint(hint),
    )
}

fn answer(word: &str) -> Option<&'static str> {
    WORDS
        .iter()
        .find(|(words, _)| words.contains(&word))
        .map(|(_, answer)| *answer)
}

#[cfg(test)]
mod tests {
    use super::WORDS;
    use crate::args::Args;
    use clap::CommandFactory;

    /// What is named has to be there, and what is there needs no explanation.
    #[test]
    fn each_answer_names_a_command_that_there_is() {
        let command = Args::command();
        let known = |name: &str| {
            command
                .get_subcommands()
                .any(|known| known.get_name() == name)
        };
        for (words, answer) in WORDS {
            let (_, named) = answer.split_once("gatelodge ").expect("a command");
            let first = named.split(' ').next().expect("a word");
            assert!(first.starts_with("--") || known(first), "{answer}");
            assert!(!words.iter().any(|word| known(word)), "{words:?}");
        }
    }
}
