//! What a person reads, and what a program reads: answers on stdout, everything else on stderr.

use api::convert;
use broker::Error;
pub(crate) use broker::command_line;
use oauth::uri::is_printable;
use serde::Serialize;
use std::io::{IsTerminal, Write};

#[derive(Clone, Copy)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// The answer: JSON where that was asked for, else the text.
    pub(crate) fn answer(self, value: &impl Serialize, text: &str) -> Result<(), Error> {
        if self.json {
            let json =
                serde_json::to_string_pretty(value).map_err(|error| Error::new(broker::Code::Internal, error.to_string()))?;
            line(&json);
        } else {
            line(clean(text).trim_end());
        }
        Ok(())
    }

    /// Told while something happens; left out for programs.
    pub(crate) fn tell(self, text: &str) {
        if !self.json {
            eprintln!("{}", clean(text));
        }
    }

    pub(crate) fn error(self, error: &Error) {
        let failure = convert::failure(error);
        if self.json {
            let names: Vec<_> = error.concessions().into_iter().map(oauth::concession::Concession::name).collect();
            let told = serde_json::json!({
                "error": failure, "accounts": error.accounts(), "concession": names.first(), "concessions": names,
            });
            eprintln!("{told}");
            return;
        }
        let (red, plain) = if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
            ("\x1b[31m", "\x1b[0m")
        } else {
            ("", "")
        };
        eprintln!("{red}error:{plain} {}", clean(&failure.message));
        for account in error.accounts() {
            eprintln!("  account: {}", clean(account));
        }
        for offer in failure.concessions.iter().flatten() {
            eprintln!("  {}: {}", offer.name, offer.explanation);
            eprintln!("  risk: {}", offer.risk);
            if let Some(pattern) = &offer.pattern {
                eprintln!("  known: {pattern}");
            }
        }
        eprintln!("  hint: {}", clean(&failure.hint));
        eprintln!("  code: {}", failure.code);
    }
}

/// One of many answers that come one by one: JSON, in one line.
pub(crate) fn record(value: &impl Serialize) -> Result<(), Error> {
    let json = serde_json::to_string(value).map_err(|error| Error::new(broker::Code::Internal, error.to_string()))?;
    line(&json);
    Ok(())
}

/// A line on stdout. A reader that went away is no reason to fail.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Servers choose some of the words: no control character of theirs reaches the terminal.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| is_printable(*c) || *c == '\n').collect()
}

/// Columns, as wide as they need to be.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| clean(cell).replace('\n', " ")).collect()).collect();
    let width =
        |column: usize| cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &cells {
        let padded: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(padded.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// "in 4 min", "2 h ago".
pub(crate) fn relative(at: i64, now: i64) -> String {
    let seconds = (at - now).abs();
    let amount = match seconds {
        0..=89 => format!("{seconds} s"),
        90..=5399 => format!("{} min", (seconds + 30) / 60),
        5400..=129_599 => format!("{} h", (seconds + 1800) / 3600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    };
    if at >= now { format!("in {amount}") } else { format!("{amount} ago") }
}

/// The same of what has happened.
pub(crate) fn ago(at: i64, now: i64) -> String {
    if at < now { relative(at, now) } else { "just now".to_owned() }
}

/// Asks on the terminal. Without one, nothing is assumed.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    let refuse =
        |message: &str| Error::new(broker::Code::InvalidArgument, message).with_hint("Say --yes to do it without being asked.");
    if !std::io::stdin().is_terminal() {
        return Err(refuse("this has to be confirmed, and there is no terminal to ask on"));
    }
    eprint!("{} [y/N] ", clean(question));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| refuse(&error.to_string()))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(refuse("nothing was done")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_cannot_move_the_cursor() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\r"), "a[31mbc");
    }

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["a".to_owned(), "bb".to_owned()], vec!["aaa".to_owned(), "b".to_owned()]];
        assert_eq!(table(&rows), "a    bb\naaa  b\n");
    }

    #[test]
    fn times_are_told_as_people_do() {
        assert_eq!([ago(60, 60), ago(50, 60)], ["just now", "10 s ago"]);
        assert_eq!([relative(100, 60), relative(60, 360), relative(7_260, 0)], ["in 40 s", "5 min ago", "in 2 h"]);
    }
}
