//! What a person reads, and what a program reads: answers on stdout, everything else on stderr.

use api::convert;
use broker::Error;
pub(crate) use broker::command_line;
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
    pub(crate) fn tell(self, text: &str) {
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
            say(&escaped(&told.to_string()));
            return;
        }
        let (red, plain) =
            if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
                ("\x1b[31m", "\x1b[0m")
            } else {
                ("", "")
            };
        // A colour is ours, and no word of a server's.
        let _ = write!(std::io::stderr(), "{red}error:{plain} ");
        say(&failure.message);
        for account in error.accounts() {
            say(&format!("  account: {account}"));
        }
        for offer in failure.concessions.iter().flatten() {
            say(&format!(
                "  {}: {}\n  risk: {}",
                offer.name, offer.explanation, offer.risk
            ));
            if let Some(pattern) = &offer.pattern {
                say(&format!("  known: {pattern}"));
            }
        }
        say(&format!(
            "  hint: {}\n  code: {}",
            failure.hint, failure.code
        ));
    }
}

/// One of many answers that come one by one: JSON, in one line.
pub(crate) fn record(value: &impl Serialize) -> Result<(), Error> {
    line(&escaped(
        &serde_json::to_string(value).map_err(|error| unwritable(&error))?,
    ))
}

fn unwritable(error: &serde_json::Error) -> Error {
    Error::new(Code::Internal, error.to_string())
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
    Error::new(
        Code::OutputFailed,
        format!("the answer could not be written: {error}"),
    )
}

/// A line on stderr. Nobody may be there to read it, which changes nothing.
pub(crate) fn say(text: &str) {
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

/// "in 4 min", "2 h ago".
pub(crate) fn relative(at: i64, now: i64) -> String {
    let seconds = (at - now).abs();
    let amount = match seconds {
        0..=89 => format!("{seconds} s"),
        90..=5399 => format!("{} min", (seconds + 30) / 60),
        5400..=129_599 => format!("{} h", (seconds + 1800) / 3600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    };
    match at.cmp(&now) {
        Ordering::Greater => format!("in {amount}"),
        Ordering::Equal => "now".to_owned(),
        Ordering::Less => format!("{amount} ago"),
    }
}

/// The same of what has happened: never in the future, whatever the clock said then or says now.
pub(crate) fn ago(at: i64, now: i64) -> String {
    match at - now {
        ..0 => relative(at, now),
        0..=60 => "just now".to_owned(),
        _ => "by a clock that was ahead".to_owned(),
    }
}

/// Asks on the terminal. Without one, nothing is assumed.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    let refuse = |message: &str| {
        Error::new(model::Code::InvalidArgument, message)
            .with_hint("Say --yes to do it without being asked.")
    };
    if !std::io::stdin().is_terminal() {
        return Err(refuse(
            "this has to be confirmed, and there is no terminal to ask on",
        ));
    }
    let _ = write!(std::io::stderr(), "{} [y/N] ", clean(question));
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(|error| refuse(&error.to_string()))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(refuse("nothing was done"))
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
            [ago(60, 60), ago(50, 60), ago(34_560_000, 60)],
            ["just now", "10 s ago", "by a clock that was ahead"]
        );
        assert_eq!(relative(60, 60), "now");
        assert_eq!(
            [relative(100, 60), relative(60, 360), relative(7_260, 0)],
            ["in 40 s", "5 min ago", "in 2 h"]
        );
    }
}
