//! What a person reads, and what a program reads: answers on stdout, everything else on stderr.

use api::convert;
use broker::Error;
pub(crate) use broker::command_line;
pub(crate) use messages::told;
use messages::{Arg, Text, text};
use model::Code;
use oauth::uri::is_printable;
use serde::Serialize;
use std::cmp::Ordering;
use std::fmt::Write as _;
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
            line(&escaped(
                &serde_json::to_string_pretty(value).map_err(|error| unwritable(&error))?,
            ))
        } else {
            line(clean(text).trim_end())
        }
    }

    /// Told while something happens; left out for programs.
    pub(crate) fn tell(self, text: impl Into<Text>) {
        if !self.json {
            say(text);
        }
    }

    pub(crate) fn error(self, error: &Error) {
        let failure = convert::problem(error);
        if self.json {
            let names: Vec<_> = error
                .concessions()
                .into_iter()
                .map(oauth::concession::Concession::name)
                .collect();
            let told = serde_json::json!({
                "error": failure, "accounts": error.accounts(), "concession": names.first(), "concessions": names,
            });
            print(&escaped(&told.to_string()));
            return;
        }
        let (red, plain) =
            if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
                ("\x1b[31m", "\x1b[0m")
            } else {
                ("", "")
            };
        // A colour is ours, and no word of a server's.
        let label = told(text::CliErrorLabel);
        let _ = write!(std::io::stderr(), "{red}{label}{plain} ");
        print(&failure.message);
        let line = |text: Text| print(&format!("  {}", text.told()));
        for account in error.accounts() {
            line(text::CliErrorAccount { account }.into());
        }
        for offer in failure.concessions.iter().flatten() {
            let (name, explanation, risk) = (&offer.name, &offer.explanation, &offer.risk);
            line(text::CliErrorConcession { name, explanation }.into());
            line(text::CliErrorRisk { risk }.into());
            if let Some(pattern) = &offer.pattern {
                line(text::CliErrorKnown { pattern }.into());
            }
        }
        let (hint, code) = (&failure.hint, failure.code.as_str());
        line(text::CliErrorHint { hint }.into());
        line(text::CliErrorCode { code }.into());
    }
}

/// One of many answers that come one by one: JSON, in one line.
pub(crate) fn record(value: &impl Serialize) -> Result<(), Error> {
    line(&escaped(
        &serde_json::to_string(value).map_err(|error| unwritable(&error))?,
    ))
}

fn unwritable(error: &serde_json::Error) -> Error {
    let problem = error.to_string();
    Error::new(Code::Internal, text::CliAnswerUnmade { problem })
}

/// A line on stdout. Where it cannot be written, the command has failed: a script would go on with nothing in its hand.
pub(crate) fn line(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.write_all(b"\n"))
        .and_then(|()| stdout.flush());
    written.map_err(|error| failed(&error))
}

pub(crate) fn failed(error: &std::io::Error) -> Error {
    let problem = error.to_string();
    Error::new(Code::OutputFailed, text::CliAnswerUnwritable { problem })
}

/// A message on stderr, whoever reads there.
pub(crate) fn say(text: impl Into<Text>) {
    print(&told(text));
}

/// A line on stderr. Nobody may be there to read it, which changes nothing.
fn print(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", clean(text));
}

/// JSON in which what a terminal would obey, and what nobody sees, is written as `\u` and its number (RFC 8259 §7). Such
/// characters stand in strings only.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_printable(letter) || letter == '\n' {
            text.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}

/// Servers choose some of the words: no control character of theirs reaches the terminal.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| is_printable(*c) || *c == '\n')
        .collect()
}

/// A line of a table whose cells are messages, as its head is.
pub(crate) fn row<const CELLS: usize>(cells: [Text; CELLS]) -> Vec<String> {
    cells.map(told).to_vec()
}

/// Columns, as wide as they need to be.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| clean(cell).replace('\n', " "))
                .collect()
        })
        .collect();
    let width = |column: usize| {
        cells
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &cells {
        let padded: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str(padded.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// "in 4 minutes", "2 hours ago".
pub(crate) fn relative(at: i64, now: i64) -> Text {
    let span = Arg::span((at - now).abs());
    match at.cmp(&now) {
        Ordering::Greater => text::CliIn { span }.into(),
        Ordering::Equal => text::CliNow.into(),
        Ordering::Less => text::CliAgo { span }.into(),
    }
}

/// The same of what has happened: never in the future, whatever the clock said then or says now.
pub(crate) fn ago(at: i64, now: i64) -> Text {
    match at - now {
        ..0 => relative(at, now),
        0..=60 => text::CliJustNow.into(),
        _ => text::CliClockAhead.into(),
    }
}

/// Asks on the terminal. Without one, nothing is assumed.
pub(crate) fn confirm(question: impl Into<Text>, yes: bool) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    let refuse = |why: Text| Error::new(Code::InvalidArgument, why).with_hint(text::CliConfirmHint);
    if !std::io::stdin().is_terminal() {
        return Err(refuse(text::CliConfirmNoTerminal.into()));
    }
    let question = question.into();
    let asked = clean(&told(text::CliConfirm { question }));
    let _ = write!(std::io::stderr(), "{asked} ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| {
        let problem = error.to_string();
        refuse(text::CliConfirmUnread { problem }.into())
    })?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(refuse(text::CliConfirmRefused.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_cannot_move_the_cursor() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\r"), "a[31mbc");
    }

    #[test]
    fn what_a_terminal_would_obey_is_written_by_its_number_in_json() {
        let hostile = "a\u{7f}\u{9b}31m\u{202e}\u{2066}\u{200b}\u{2028}\u{ad}\u{e0041}\u{1b}";
        let json = escaped(
            &serde_json::to_string_pretty(&serde_json::json!({ hostile: [hostile, "é 漢 😀"] }))
                .expect("JSON"),
        );
        assert!(
            json.chars()
                .all(|letter| is_printable(letter) || letter == '\n'),
            "{json}"
        );
        assert!(
            json.contains("\\u202e") && json.contains("\\udb40\\udc41") && json.contains("é 漢 😀"),
            "{json}"
        );
        let read: serde_json::Value = serde_json::from_str(&json).expect("it is the same JSON");
        assert_eq!(read[hostile][0], hostile);
    }

    #[test]
    fn columns_line_up() {
        let rows = vec![
            vec!["a".to_owned(), "bb".to_owned()],
            vec!["aaa".to_owned(), "b".to_owned()],
        ];
        assert_eq!(table(&rows), "a    bb\naaa  b\n");
    }

    #[test]
    fn times_are_told_as_people_do() {
        assert_eq!(
            [ago(60, 60), ago(50, 60), ago(34_560_000, 60)].map(told),
            [
                "just now",
                "10 seconds ago",
                "at an unknown time, by a clock that was ahead"
            ]
        );
        assert_eq!(told(relative(60, 60)), "now");
        assert_eq!(
            [relative(100, 60), relative(60, 360), relative(7_260, 0)].map(told),
            ["in 40 seconds", "5 minutes ago", "in 2 hours"]
        );
    }
}
