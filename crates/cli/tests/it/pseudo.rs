//! The command line in the pseudo-locale: what is plain there is no message, and would be English in every language.

use crate::help::commands;
use crate::kill::begun;
use crate::setup::{Person, browse};
use std::process::{Command, Output};
use testbed::switches::Switches;

/// What stays as it is in every language: names, and words of protocols and of the command line.
const DATA: [&str; 21] = [
    "gatelodge",
    "login",
    "rename",
    "token",
    "notes",
    "nobody",
    "unnamed",
    "account",
    "profile",
    "claude",
    "basic",
    "diagram",
    "dynamic",
    "json",
    "localhost",
    "loopback",
    "mermaid",
    "none",
    "post",
    "report",
    "text",
];

/// What others say, in whatever language they speak.
const OTHERS: [&str; 5] = [
    // The system.
    "File exists (os error",
    "No such file or directory (os error",
    "Connection refused (os error",
    "Is a directory (os error",
    // The name of a specification, which stands beside its step.
    "[MCP authorization, protected resource metadata]",
];

/// The plain words of a text, which are not data.
fn plain(text: &str, data: &[String]) -> Vec<String> {
    // What is between backticks is typed as it is.
    let unquoted: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let ours = OTHERS
        .iter()
        .fold(unquoted, |text, other| text.replace(other, " "));
    let words = ours.split_whitespace();
    words
        .filter(|word| !word.starts_with("--"))
        .map(|word| word.trim_matches(|char: char| !char.is_alphanumeric()))
        .filter(|word| {
            let letters = word.chars().filter(char::is_ascii_alphabetic).count();
            letters > 1 && word.chars().any(|char| char.is_ascii_lowercase())
        })
        .filter(|word| {
            !word.contains(['/', ':', '_', '=', '-', '.', '@'])
                && !word.contains(|char: char| char.is_ascii_digit())
        })
        .filter(|word| !DATA.contains(word) && !data.iter().any(|data| data == word))
        .map(str::to_owned)
        .collect()
}

fn pseudo(command: &mut Command) -> Output {
    command
        .env("GATELODGE_LANG", "en-XA")
        .output()
        .expect("it runs")
}

fn all(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .concat()
}

/// This command and each below it, as English help lists them.
fn tree(words: &[String], found: &mut Vec<Vec<String>>) {
    found.push(words.to_vec());
    let output = Command::new(env!("CARGO_BIN_EXE_gatelodge"))
        .args(words)
        .arg("--help")
        .output()
        .expect("it runs");
    for below in commands(&String::from_utf8_lossy(&output.stdout)) {
        tree(&[words, &[below]].concat(), found);
    }
}

/// The words of all commands.
fn names() -> Vec<String> {
    let mut found = Vec::new();
    tree(&[], &mut found);
    let more = ["help", "never"].map(str::to_owned);
    found.into_iter().flatten().chain(more).collect()
}

#[test]
fn no_help_is_plain() {
    let (mut found, names) = (Vec::new(), names());
    tree(&[], &mut found);
    assert!(found.len() > 45, "{}", found.len());
    for words in &found {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        let shown = all(&pseudo(command.args(words).arg("--help")));
        assert!(shown.contains('Ú'), "it is the pseudo-locale: {shown}");
        let plain = plain(&shown, &names);
        assert_eq!(plain, [""; 0], "{words:?}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_plain() {
    let person = Person::approving(Switches::default()).await;
    let (resource, mut found) = (person.web.resource(), Vec::new());
    let names = names();
    let mut run = |args: &[&str]| {
        let output = pseudo(&mut person.command(args));
        let shown = all(&output);
        let words = plain(&shown, &names);
        if !words.is_empty() {
            found.push(format!("{args:?}: {words:?}\n{shown}"));
        }
        output
    };
    run(&["list"]);
    run(&["add", &resource, "--name", "notes"]);
    run(&["add", &resource]);
    run(&["list"]);
    run(&["show", "notes"]);
    run(&["token", "notes"]);
    let callback = browse(&begun(&person)).await;
    assert!(run(&["answer", &callback]).status.success());
    let key = person.folder.path().join("key-of-claude");
    let key = key.to_str().expect("UTF-8");
    for command in [
        &["list"][..],
        &["show", "notes"],
        &["scopes", "notes"],
        &["account", "list", "notes"],
        &["account", "name", "notes", "nobody", "x"],
        &["client", "show", "notes"],
        &["client", "list"],
        &["client", "forget", "1"],
        &["client-metadata"],
        &["concessions", "notes"],
        &["provider", "list"],
        &["refresh", "notes"],
        &["call", "notes", "tools/list", "--params", "1"],
        &["agent", "list"],
        &["agent", "add", "claude", "--write-key", key],
        &["agent", "add", "claude2", "--write-key", key],
        &["agent", "permit", "claude", "notes", "--until", "7d"],
        &["agent", "permit", "claude", "notes", "--until", "1y"],
        &["agent", "list"],
        &["agent", "unpermit", "claude", "notes"],
        &["agent", "unpermit", "claude", "notes"],
        &["rename", "notes", "notes"],
        &["vault", "status"],
        &["vault", "create"],
        &["revoke", "notes", "--retry"],
        &["revoke", "notes"],
        &["revoke", "notes", "--yes"],
        &["receipts"],
        &["remove", "notes", "--yes"],
        &["events", "--limit", "5"],
        &["lgin"],
        &["logout"],
        &["show"],
        &["show", "notes", "--nothing"],
        &["events", "--limit", "0"],
        &["agent"],
    ] {
        run(command);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_is_plain_is_found() {
    let found = |text: &str| plain(text, &["show".to_owned()]);
    assert_eq!(
        found(
            "\u{2067}Ŕúúńń `gatelodge list` ńńóóŵ\u{2069} notes http://a.example/x [OPTIONS] <NAME> show --flag a_b 12 in"
        ),
        ["in"]
    );
    assert_eq!(found("An error, so"), ["An", "error", "so"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_chosen_in_the_window_is_spoken_here() {
    let person = Person::with(Switches::default()).await;
    person.good(&["list"]);
    let vault = person.vault().await;
    vault.set_setting("language", "en-XA").await.expect("kept");
    vault.close().await;
    let listed = |args: &[&str]| all(&person.run(&[args, &["list"]].concat()));
    let (chosen, asked) = (listed(&[]), listed(&["--lang", "en"]));
    assert!(
        chosen.contains('é') && !asked.contains('é'),
        "{chosen}{asked}"
    );
    let output = person
        .command(&["list"])
        .env("GATELODGE_LANG", "en")
        .output();
    assert_eq!(all(&output.expect("it runs")), asked, "for this run alone");
}
