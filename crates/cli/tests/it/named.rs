//! The commands that messages and hints name: each is there, and takes what is named with it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// A command's words without `gatelodge`.
type Words = Vec<String>;

/// All files with this ending below a folder.
fn files(folder: &Path, ending: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push(std::fs::read_to_string(&path).expect("text"));
        }
    }
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Between backticks, in any variant; what a message fills in is a name.
fn in_messages(text: &str) -> BTreeSet<Words> {
    let mut plain = String::new();
    for (at, part) in text.split("{ $").enumerate() {
        match part.split_once(" }") {
            Some((_, rest)) if at > 0 => plain.push_str(&format!("NAME{rest}")),
            _ => plain.push_str(part),
        }
    }
    let quoted = plain
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let commands = quoted.filter_map(|quoted| quoted.strip_prefix("gatelodge "));
    commands
        .map(|command| command.split_whitespace().map(str::to_owned).collect())
        .collect()
}

/// Lists of words for a command line in the code, whose first one is a command: `command_line(&["login", server, "--consent"])`.
/// What is no literal is a name.
fn in_code(text: &str, known: &[String]) -> BTreeSet<Words> {
    // A long list stands in several lines.
    let text: String = text.split_whitespace().collect();
    let begins = ["command_line(&[\"", "command_line(&[&[\"", "vec![\""];
    let lists = begins.iter().flat_map(|begin| text.split(begin).skip(1));
    let list = |rest: &str| -> Option<Words> {
        let (inside, _) = rest.split_once(']')?;
        let words = format!("\"{inside}");
        let words = words
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty());
        let word = |word: &str| {
            let literal = word
                .strip_prefix('"')
                .and_then(|word| word.strip_suffix('"'));
            literal.unwrap_or("NAME").to_owned()
        };
        Some(words.map(word).collect())
    };
    lists
        .filter_map(list)
        .filter(|words| words.first().is_some_and(|first| known.contains(first)))
        .filter(|words| words.iter().all(|word| !word.contains(char::is_whitespace)))
        .collect()
}

/// Where one of several values has to stand, a name is none. A name behind another may stand for an option.
fn chosen(words: &[String]) -> Words {
    let mut chosen = words.to_vec();
    while chosen.ends_with(&["NAME".to_owned(), "NAME".to_owned()]) {
        chosen.pop();
    }
    for at in 1..chosen.len() {
        if chosen[at - 1] == "--redirect" && chosen[at] == "NAME" {
            "loopback".clone_into(&mut chosen[at]);
        }
    }
    chosen
}

fn help(words: &[String]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_gatelodge"))
        .args(words)
        .arg("--help")
        .output()
        .expect("it runs")
}

#[test]
fn every_command_that_is_named_is_there() {
    let mut messages = Vec::new();
    files(&repository().join("messages/en"), "ftl", &mut messages);
    let in_messages: BTreeSet<Words> = messages.iter().flat_map(|text| in_messages(text)).collect();
    let listed = String::from_utf8(help(&[]).stdout).expect("text");
    let known = crate::help::commands(&listed);
    let mut code = Vec::new();
    for name in ["api", "broker", "cli", "endpoint", "vault"] {
        files(
            &repository().join("crates").join(name).join("src"),
            "rs",
            &mut code,
        );
    }
    let in_code: BTreeSet<Words> = code.iter().flat_map(|text| in_code(text, &known)).collect();
    assert!(
        in_messages.len() > 25 && in_code.len() > 15,
        "{} and {}",
        in_messages.len(),
        in_code.len()
    );
    for words in in_messages.union(&in_code) {
        let output = help(&chosen(words));
        assert!(
            output.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn a_command_is_found_wherever_it_is_named() {
    let words = |words: &str| -> Words { words.split(' ').map(str::to_owned).collect() };
    let message = "a = Run `gatelodge login { $server }` or `gatelodge nothing`.\n   *[b] `gatelodge list` `{ $command }`\n";
    let found = ["login NAME", "nothing", "list"].map(words);
    assert_eq!(in_messages(message), found.into());
    let code =
        "command_line(&[\"login\", name, \"--consent\"]); let x = vec![\"add\"]; [\"openid\"]";
    let found = ["login NAME --consent", "add"].map(words);
    assert_eq!(
        in_code(code, &["login".to_owned(), "add".to_owned()]),
        found.into()
    );
    assert!(
        !help(&words("lgin")).status.success()
            && !help(&words("login x --consnt")).status.success()
    );
}
