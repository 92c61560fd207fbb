//! What `--help` says, in the language of the person. The parser itself knows names alone.

mod table;

use clap::{Arg, Command};
use messages::{Text, text, told};
use table::{Entry, HELP, MORE, STATUSES};

/// The value of `next_help_heading` for arguments that choose how to sign in: a name, and no word that is shown.
pub(super) const METHOD: &str = "method";

/// The commands with all that explains them.
pub(super) fn explained(mut command: Command) -> Command {
    // This adds `help` and `--help`, whose words are the parser's own until they are replaced.
    command.build();
    explain(command, "", message("")).after_help(after_all())
}

/// `path` is its words without `gatelodge`. Below `help`, each command is there once more.
fn explain(command: Command, path: &str, about: Option<Text>) -> Command {
    let frame = format!(
        "{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}{{after-help}}",
        told(text::HelpUsage)
    );
    let mut command = command
        .help_template(frame)
        .subcommand_help_heading(told(text::HelpHeadingCommands))
        .mut_args(|argument| explain_argument(argument, path))
        .mut_subcommands(|below| {
            let name = below.get_name();
            let below_path = match (path, name) {
                (_, "help") => path.to_owned(),
                ("", name) => name.to_owned(),
                (path, name) => format!("{path} {name}"),
            };
            let about = message(if name == "help" { "help" } else { &below_path });
            explain(below, &below_path, about)
        });
    if let Some(about) = about {
        command = command.about(about.told());
    }
    match find(&MORE, path) {
        Some(more) => command.after_help(more.told()),
        None => command,
    }
}

fn explain_argument(argument: Arg, path: &str) -> Arg {
    let heading = if argument.get_help_heading() == Some(METHOD) {
        told(text::HelpHeadingMethod)
    } else if argument.is_positional() {
        told(text::HelpHeadingArguments)
    } else {
        told(text::HelpHeadingOptions)
    };
    let help = of_argument(&argument, path);
    // As they are typed, and not by their names.
    let argument = match argument.get_index() {
        Some(index) => argument.display_order(index),
        None => argument,
    };
    argument
        .help(help.unwrap_or_default())
        .help_heading(heading)
        .hide_default_value(true)
        .hide_possible_values(true)
}

/// Its message, what it is where it is not given, and the values that it may have, each on a line of its own.
fn of_argument(argument: &Arg, path: &str) -> Option<String> {
    let id = argument.get_id().as_str();
    let mut help = message(&format!("{path}/{id}")).or_else(|| message(&format!("*/{id}")))?;
    if !argument.get_action().takes_values() {
        return Some(help.told());
    }
    if let [value] = argument.get_default_values() {
        let value = value.to_string_lossy();
        help = text::HelpDefault { help, value }.into();
    }
    let mut lines = vec![help.told()];
    for value in argument.get_possible_values() {
        let value = value.get_name();
        let help = message(&format!("*/{id}={value}"))?;
        lines.push(told(text::HelpValue { value, help }));
    }
    Some(lines.join("\n"))
}

/// Below the help of all commands.
fn after_all() -> String {
    let mut lines = vec![
        told(text::HelpServerIs),
        String::new(),
        told(text::HelpExitStatus),
    ];
    let status =
        |(status, means): &(u8, fn() -> Text)| format!("  {status:<2}  {}", means().told());
    lines.extend(STATUSES.iter().map(status));
    lines.join("\n")
}

fn message(name: &str) -> Option<Text> {
    find(&HELP, name)
}

fn find(entries: &[Entry], name: &str) -> Option<Text> {
    let found = entries.iter().find(|(known, _)| *known == name);
    found.map(|(_, message)| message())
}

#[cfg(test)]
mod tests {
    use super::{HELP, MORE, STATUSES, explained, message};
    use crate::args::Args;
    use clap::{Command, CommandFactory};
    use model::Code;
    use std::collections::BTreeSet;

    const README: &str = include_str!("../../../../README.md");

    /// The name of each command, each argument and each value, with its path.
    fn names(command: &Command, path: &str, found: &mut BTreeSet<String>) {
        found.insert(path.to_owned());
        for argument in command.get_arguments() {
            let id = argument.get_id();
            found.insert(format!("{path}/{id}"));
            if argument.get_action().takes_values() {
                let values = argument.get_possible_values();
                found.extend(
                    values
                        .iter()
                        .map(|value| format!("{path}/{id}={}", value.get_name())),
                );
            }
        }
        for below in command.get_subcommands() {
            match (path, below.get_name()) {
                (_, "help") => drop(found.insert("help".to_owned())),
                ("", name) => names(below, name, found),
                (path, name) => names(below, &format!("{path} {name}"), found),
            }
        }
    }

    fn all_names() -> BTreeSet<String> {
        let (mut command, mut found) = (Args::command(), BTreeSet::new());
        command.build();
        names(&command, "", &mut found);
        found
    }

    /// The entry that explains it: its own, or that of any command.
    fn key(name: &str) -> Option<String> {
        let any = name
            .split_once('/')
            .map(|(_, argument)| format!("*/{argument}"));
        [Some(name.to_owned()), any]
            .into_iter()
            .flatten()
            .find(|key| message(key).is_some())
    }

    #[test]
    fn every_command_every_argument_and_every_value_has_a_message() {
        let names = all_names();
        assert!(names.len() > 150, "{}", names.len());
        let bare: Vec<_> = names.iter().filter(|name| key(name).is_none()).collect();
        assert_eq!(bare, Vec::<&String>::new());
    }

    #[test]
    fn every_message_explains_something() {
        let names = all_names();
        let used: BTreeSet<_> = names.iter().filter_map(|name| key(name)).collect();
        let unused: Vec<_> = HELP
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| !used.contains(*name))
            .collect();
        assert_eq!(unused, Vec::<&str>::new());
        assert!(MORE.iter().all(|(name, _)| names.contains(*name)));
    }

    /// What the parser says itself would stay English.
    #[test]
    fn no_word_of_the_parser_is_left() {
        fn look(command: &Command) {
            let mut command = command.clone();
            let shown = command.render_long_help().to_string();
            for words in [
                "Print help",
                "Print version",
                "Possible values",
                "given subcommand",
            ] {
                assert!(!shown.contains(words), "{words}: {shown}");
            }
            command.get_subcommands().for_each(look);
        }
        look(&explained(Args::command()));
    }

    #[test]
    fn every_exit_status_is_listed_in_the_help_and_in_the_readme() {
        for code in Code::ALL {
            let status = code.exit_status();
            assert!(
                STATUSES.iter().any(|(known, _)| *known == status),
                "{status}: {code:?}"
            );
            assert!(
                README.contains(&format!("| {status} |")),
                "{status}: {code:?}"
            );
        }
    }
}
