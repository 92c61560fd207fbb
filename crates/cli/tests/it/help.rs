//! `--help` of every command, as it is read. A change shows in review; `INSTA_UPDATE=always` writes it anew.

use std::process::Command;

/// The help of this command, then of each below it.
fn help(words: &[String], text: &mut String) {
    let output = Command::new(env!("CARGO_BIN_EXE_gatelodge"))
        .args(words)
        .arg("--help")
        .env("COLUMNS", "100")
        .stdin(std::process::Stdio::null())
        .output()
        .expect("it runs");
    let shown = String::from_utf8(output.stdout).expect("text");
    text.push_str(&format!(
        "$ gatelodge {}\n{shown}\n",
        [words, &["--help".to_owned()]].concat().join(" ")
    ));
    for below in commands(&shown) {
        help(&[words, &[below]].concat(), text);
    }
}

/// The commands that a help lists.
pub(crate) fn commands(help: &str) -> Vec<String> {
    let lines = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names = lines
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// What the whole `--help` is, for both tests.
fn all() -> String {
    let mut text = String::new();
    help(&[], &mut text);
    text
}

#[test]
fn each_command_explains_itself() {
    insta::assert_snapshot!("help", all());
}

/// The ids in a text that only lists of ours explain: a letter or two, a dash perhaps, and two digits.
pub(crate) fn ids_of_ours(text: &str) -> Vec<&str> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
    let is_ours = |word: &&str| {
        let rest = word.trim_start_matches(|char: char| char.is_ascii_uppercase());
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        (1..=2).contains(&(word.len() - rest.len()))
            && digits.len() == 2
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.filter(is_ours).collect()
}

/// Strangers know the RFCs.
#[test]
fn help_cites_rfcs_alone() {
    assert_eq!(
        ids_of_ours("by RFC 9728 (D-06, L05), B-14"),
        ["D-06", "L05", "B-14"]
    );
    assert_eq!(ids_of_ours(&all()), [""; 0]);
}
