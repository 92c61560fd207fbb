//! Arguments that cannot be meant: what the parser found, in the language of the person.

use crate::output::command_line;
use broker::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use messages::{Text, text};
use model::Code;

/// What is wrong, and the help that says what would be right.
pub(crate) fn explained(error: &clap::Error) -> Error {
    let command = help_of(error);
    let guess = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .find_map(|kind| words(error, kind).into_iter().next());
    let values = words(error, ContextKind::ValidValue);
    let hint: Text = match guess {
        Some(word) => text::CliUsageDidYouMean { word, command }.into(),
        None if !values.is_empty() => text::CliUsageValues { values }.into(),
        None => text::CliUsageHint { command }.into(),
    };
    Error::new(Code::InvalidArgument, fault(error)).with_hint(hint)
}

fn fault(error: &clap::Error) -> Text {
    let said = |kind| words(error, kind).join(" ");
    let (argument, value) = (
        said(ContextKind::InvalidArg),
        said(ContextKind::InvalidValue),
    );
    match error.kind() {
        ErrorKind::UnknownArgument => text::CliUsageUnknownArgument { argument }.into(),
        ErrorKind::InvalidSubcommand => {
            let word = said(ContextKind::InvalidSubcommand);
            text::CliUsageUnknownCommand { word }.into()
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            text::CliUsageCommandMissing.into()
        }
        ErrorKind::MissingRequiredArgument => text::CliUsageArgumentMissing {
            arguments: argument,
        }
        .into(),
        ErrorKind::ArgumentConflict => match said(ContextKind::PriorArg) {
            other if other.is_empty() || other == argument => {
                text::CliUsageTwice { argument }.into()
            }
            other => text::CliUsageConflict { argument, other }.into(),
        },
        ErrorKind::TooManyValues => text::CliUsageValueUnwanted { argument }.into(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if !value.is_empty() => {
            text::CliUsageValueWrong { value, argument }.into()
        }
        ErrorKind::InvalidValue
        | ErrorKind::ValueValidation
        | ErrorKind::NoEquals
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues => text::CliUsageValueMissing { argument }.into(),
        _ => text::CliUsageUnreadable.into(),
    }
}

/// What the parser says of this, if it does.
fn words(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    }
}

/// The help of the command that was meant, as its usage names it: `Usage: gatelodge agent add [OPTIONS] <NAME>`.
fn help_of(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let is_name = |word: &&str| word.starts_with(|first: char| first.is_ascii_lowercase());
    let named = usage.split_whitespace().skip(2).take_while(is_name);
    command_line(&named.chain(["--help"]).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::explained;
    use crate::args::Args;
    use clap::Parser;

    #[test]
    fn each_fault_is_told_with_the_help_that_helps() {
        for (typed, id, hint) in [
            ("", "cli-usage-command-missing", "`gatelodge --help`"),
            ("lst", "cli-usage-unknown-command", "`list`"),
            ("agent ad x", "cli-usage-unknown-command", "`add`"),
            (
                "add",
                "cli-usage-argument-missing",
                "`gatelodge add --help`",
            ),
            ("add x --nam y", "cli-usage-unknown-argument", "`--name`"),
            (
                "add x --name",
                "cli-usage-value-missing",
                "`gatelodge --help`",
            ),
            (
                "add x --name a --name b",
                "cli-usage-twice",
                "`gatelodge add --help`",
            ),
            (
                "list --json=1",
                "cli-usage-value-unwanted",
                "`gatelodge list --help`",
            ),
            ("login x --redirect y", "cli-usage-value-wrong", "loopback"),
            (
                "events --limit 0",
                "cli-usage-value-wrong",
                "`gatelodge --help`",
            ),
            (
                "scopes x --none --automatic",
                "cli-usage-conflict",
                "`gatelodge scopes --help`",
            ),
        ] {
            let words = std::iter::once("gatelodge").chain(typed.split_whitespace());
            let Err(error) = Args::try_parse_from(words) else {
                panic!("{typed}")
            };
            let told = explained(&error);
            let said = format!("{} {}", told.text(), told.hint());
            assert_eq!(told.text().id(), id, "{typed}: {said}");
            assert!(told.hint().to_string().contains(hint), "{typed}: {said}");
        }
    }
}
