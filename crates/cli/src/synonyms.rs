//! Words that other programs of this kind have for what is called something else here.

use broker::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use messages::{Text, text};
use model::Code;

/// What people type, and what to say to it.
type Synonyms = (&'static [&'static str], fn() -> Text);

const WORDS: [Synonyms; 14] = [
    (
        &["logout", "log-out", "signout", "sign-out", "disconnect"],
        || text::CliMeantRevoke.into(),
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
        || text::CliMeantLogin.into(),
    ),
    (&["ls", "servers", "status", "whoami", "accounts"], || {
        text::CliMeantList.into()
    }),
    (&["rm", "delete", "uninstall"], || {
        text::CliMeantRemove.into()
    }),
    (&["mv"], || text::CliMeantRename.into()),
    (
        &["env", "exec", "get", "fetch", "print-token", "access-token"],
        || text::CliMeantToken.into(),
    ),
    (&["logs", "log", "history", "activity", "audit"], || {
        text::CliMeantEvents.into()
    }),
    (&["server", "daemon", "start", "agentd"], || {
        text::CliMeantServe.into()
    }),
    (&["check", "diagnose", "inspect", "test"], || {
        text::CliMeantDoctor.into()
    }),
    (&["agents", "permit", "permits"], || {
        text::CliMeantAgent.into()
    }),
    (&["lock", "unlock"], || text::CliMeantVault.into()),
    (&["init", "key"], || text::CliMeantVaultStatus.into()),
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
        || text::CliMeantNothing.into(),
    ),
    (&["version"], || text::CliMeantVersion.into()),
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
    let refused = Error::new(Code::InvalidArgument, text::CliUsageUnknownCommand { word });
    Some(refused.with_hint(hint))
}

fn answer(word: &str) -> Option<Text> {
    WORDS
        .iter()
        .find(|(words, _)| words.contains(&word))
        .map(|(_, answer)| answer())
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
            let answer = answer().to_string();
            let (_, named) = answer.split_once("`gatelodge ").expect("a command");
            let first = named.split([' ', '`']).next().expect("a word");
            assert!(first.starts_with("--") || known(first), "{answer}");
            assert!(!words.iter().any(|word| known(word)), "{words:?}");
        }
    }
}
