//! What may be named, and what is refused.

use super::known::Known;
use super::{check, unproven};
use crate::tidy::tree::File;

fn file(path: &str, text: &str) -> File {
    File {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

fn repository() -> Vec<File> {
    vec![
        file(
            "docs/rules.toml",
            "[[table]]\nletter = \"D\"\ntitle = \"t\"\nrules = [{ id = \"D-06\", says = \"x\" }]\n[[table]]\nletter = \"Q\"\ntitle = \"t\"\nrules = [{ id = \"Q13\", says = \"x\" }]\n",
        ),
        file(
            "docs/attacks.md",
            "| id | what |\n|---|---|\n| 08 | a |\n| L05 | b |\n",
        ),
        file("docs/protocol.md", "# P\n\n## The callback, again\n"),
        file("crates/a/src/lib.rs", "pub struct Grant;"),
        file(
            "ARCHITECTURE.md",
            "## Invariants\n\n1. a\n2. b\n\n## Flows\n\n1. no\n",
        ),
    ]
}

fn told(path: &str, text: &str) -> Vec<String> {
    let known = Known::of(&repository()).expect("a repository");
    check(&file(path, text), &known)
        .into_iter()
        .map(|problem| problem.what)
        .collect()
}

const NONE: [&str; 0] = [];

#[test]
fn what_is_there_may_be_named() {
    for fine in [
        "// Attacks 08 and L05: by D-06 and Q13, attack L05, attacks 08 and L05, invariant 2.",
        "// Attack L05. 1. One step. 2. Another.",
        "// See docs/protocol.md#the-callback-again, ARCHITECTURE.md.",
        "// RFC 6749, P-256, ES256, UTF-8, X11, I/O, HTTP/1.1, 42 of them.",
        "let a = \"RFC 9728\"; let url = \"https://a\";",
        "#[cfg(test)]\nmod tests {\n const A: &str = \"D-06\";\n}",
    ] {
        assert_eq!(told("crates/a/src/lib.rs", fine), NONE, "{fine}");
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let paper = format!("{}.md", "DESIGN");
    let chapter = "// LAB 4.2".to_owned();
    for (wrong, says) in [
        ("// By D-07.", "docs/rules.toml has no rule D-07"),
        ("let a = 1; // By D-07.", "docs/rules.toml has no rule D-07"),
        ("/// As L05 says.", "`L05` does not say of which list it is"),
        ("/// attack L06", "docs/attacks.md has no attack L06"),
        ("/// invariant 3", "ARCHITECTURE.md has no invariant 3"),
        ("/// (I4)", "no list here has `I4`"),
        (
            "/// docs/protocol.md#callback",
            "docs/protocol.md has no part `#callback`",
        ),
        ("/// docs/lab.md", "there is no docs/lab.md"),
        (
            &format!("/// {paper}, Refresh"),
            &format!("there is no {paper}"),
        ),
        ("/// PROTOCOL: D-06", "there is no PROTOCOL"),
        (&chapter, "there is no LAB"),
        ("fn attack_l06_x() {}", "docs/attacks.md has no attack L06"),
        ("fn v15_x() {}", "docs/attacks.md has no attack V15"),
    ] {
        assert_eq!(told("crates/a/src/lib.rs", wrong), [says], "{wrong}");
    }
    assert_eq!(
        told("migrations/0001_a.sql", "-- By D-07\n"),
        ["docs/rules.toml has no rule D-07"]
    );
    assert_eq!(
        told("ui/src/a.ts", "// By D-07\n"),
        ["docs/rules.toml has no rule D-07"]
    );
    assert_eq!(
        told("README.md", "By D-07\n"),
        ["docs/rules.toml has no rule D-07"]
    );
}

#[test]
fn places_and_types_that_documents_name_are_there() {
    let fine = "| grant | `Grant` | RFC 6749 |\n\nIn `crates/a`, `crates/a/src/lib.rs`, `crates/*/src`, `cargo xtask`.\n";
    assert_eq!(told("docs/glossary.md", fine), NONE);
    assert_eq!(
        told("docs/glossary.md", "| a permit | `Permit` | ours |\n"),
        ["no crate defines `Permit`"]
    );
    assert_eq!(told("README.md", "| a permit | `Permit` | ours |\n"), NONE);
    assert_eq!(
        told("README.md", "See `crates/b`.\n"),
        ["there is no crates/b"]
    );
}

#[test]
fn each_attack_has_a_test() {
    let mut files = repository();
    files.push(file(
        "crates/a/tests/it/a.rs",
        "#[test]\nfn attack_l05_a() {}\n",
    ));
    let known = Known::of(&files).expect("a repository");
    let said: Vec<String> = unproven(&files, &known)
        .into_iter()
        .map(|problem| problem.what)
        .collect();
    assert_eq!(said, ["no test is named after attack 08"]);
}
