//! `docs/conformance.md`: each rule, and the tests that prove it or why there is none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::citations::{Proofs, Test};
use super::list::{Rule, Rules, Table};

const SUITE: &str = "\
## The official suite

`cargo xtask conformance` runs the authorization scenarios of `@modelcontextprotocol/conformance`: 47 runs, each judged strictly, with no list of expected failures. \
Two of them are at 2025-03-26, 14 at 2025-11-25, 25 at 2026-07-28, and 6 are extensions. `./dev test conformance` is the same, as CI runs it.
";

pub fn write(rules: &Rules, proofs: &Proofs) -> String {
    let total = rules.all().count();
    let bound = rules.all().filter(|rule| rule.binds).count();
    let proved = proofs.len();
    let unproved = rules
        .all()
        .filter(|rule| rule.binds && !proofs.contains_key(&rule.id))
        .count();
    let tests: BTreeSet<(&str, &str)> = proofs
        .values()
        .flatten()
        .map(|test| (test.path.as_str(), test.name.as_str()))
        .collect();
    let mut page = format!(
        "<!-- Written by `cargo xtask rules`. Do not edit: the rules are in rules.toml, the tests cite them. -->\n\n\
         # Conformance\n\n\
         What the MCP authorization profile asks of a client, rule by rule, and the test that proves it. {total} rules: {bound} bind\n\
         Gatelodge, {proved} of these are proved by {} tests, {unproved} are not. Each of the others says why it does not bind.\n\n",
        tests.len()
    );
    page.push_str(SUITE);
    for table in &rules.tables {
        table_of(&mut page, table, proofs);
    }
    page
}

fn table_of(page: &mut String, table: &Table, proofs: &Proofs) {
    let _ = write!(page, "\n## {}: {}\n\n", table.letter, table.title);
    if let Some(note) = &table.note {
        let _ = write!(page, "{note}\n\n");
    }
    page.push_str("| rule | says | tests |\n|---|---|---|\n");
    for rule in &table.rules {
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            rule.id,
            rule.says,
            proof(table, rule, proofs)
        );
    }
}

fn proof(table: &Table, rule: &Rule, proofs: &Proofs) -> String {
    match (proofs.get(&rule.id), &rule.why_not) {
        (Some(tests), _) => by_file(tests),
        (None, Some(why)) => format!("none: {why}"),
        (None, None) if !rule.binds && table.note.is_some() => {
            "none: does not bind, see above".to_owned()
        }
        (None, None) => "open".to_owned(),
    }
}

/// Names in the order of their files, each file named once.
fn by_file(tests: &[Test]) -> String {
    let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for test in tests {
        files
            .entry(&test.path)
            .or_default()
            .push(format!("`{}`", test.name));
    }
    let files = files
        .into_iter()
        .map(|(path, names)| format!("[{path}](../{path}): {}", names.join(", ")));
    files.collect::<Vec<_>>().join("<br>")
}

#[cfg(test)]
mod tests {
    use super::super::citations::Test;
    use super::super::list::Rules;
    use super::{Proofs, write};

    #[test]
    fn each_rule_has_a_row_with_its_tests_or_the_reason() {
        let list = r#"
[[table]]
letter = "D"
title = "Discovery"
rules = [
  { id = "D-01", says = "one" },
  { id = "D-02", says = "two" },
  { id = "D-03", says = "three", why_not = "Because." },
]

[[table]]
letter = "L"
title = "Other"
note = "Not ours."
rules = [{ id = "L-01", says = "none", binds = false }]
"#;
        let rules = Rules::parse(list).expect("a list");
        let test = |path: &str, name: &str| Test {
            path: path.to_owned(),
            name: name.to_owned(),
            cites: Vec::new(),
        };
        let tests = vec![test("b.rs", "z"), test("a.rs", "y"), test("b.rs", "x")];
        let page = write(&rules, &Proofs::from([("D-01".to_owned(), tests)]));
        assert!(
            page.contains("| D-01 | one | [a.rs](../a.rs): `y`<br>[b.rs](../b.rs): `z`, `x` |"),
            "{page}"
        );
        assert!(
            page.contains("| D-02 | two | open |")
                && page.contains("| D-03 | three | none: Because. |"),
            "{page}"
        );
        assert!(
            page.contains("\nNot ours.\n")
                && page.contains("| L-01 | none | none: does not bind, see above |"),
            "{page}"
        );
        assert!(
            page.contains(
                "4 rules: 3 bind\nGatelodge, 1 of these are proved by 3 tests, 2 are not."
            ),
            "{page}"
        );
    }
}
