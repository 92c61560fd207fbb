//! Which test proves which rule of the authorization profile: `docs/rules.toml` has the rules, the tests cite them, and
//! `docs/conformance.md` is written from both.

mod citations;
mod list;
mod page;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::tidy::Tree;
use citations::{Proofs, Test};
pub use list::{FILE, Rules};

use list::Rule;

const PAGE: &str = "docs/conformance.md";

pub fn write(root: &Path) -> Result<bool> {
    let (rules, proofs, problems) = read(root)?;
    fs::write(root.join(PAGE), page::write(&rules, &proofs))?;
    Ok(told(&rules, &proofs, &problems))
}

pub fn check(root: &Path) -> Result<bool> {
    let (rules, proofs, mut problems) = read(root)?;
    let page = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    if page != page::write(&rules, &proofs) {
        problems.push(format!(
            "{PAGE} is not what the tests say: run `cargo xtask rules` and commit it"
        ));
    }
    Ok(told(&rules, &proofs, &problems))
}

fn read(root: &Path) -> Result<(Rules, Proofs, Vec<String>)> {
    let text = fs::read_to_string(root.join(list::FILE))
        .with_context(|| format!("cannot read {}", list::FILE))?;
    let rules = Rules::parse(&text)?;
    let tree = Tree::read(root)?;
    let (proofs, problems) = proofs(
        &rules,
        tree.files()
            .iter()
            .flat_map(|file| citations::find(file, &rules)),
    );
    Ok((rules, proofs, problems))
}

fn proofs(rules: &Rules, tests: impl Iterator<Item = Test>) -> (Proofs, Vec<String>) {
    let (mut proofs, mut problems) = (Proofs::new(), Vec::new());
    for test in tests {
        for cited in &test.cites {
            let place = format!("{}: {}", test.path, test.name);
            match rules.find(cited) {
                None => problems.push(format!(
                    "{place} cites {cited}, and {} has no such rule",
                    list::FILE
                )),
                Some(Rule {
                    id,
                    why_not: Some(_),
                    ..
                }) => {
                    problems.push(format!(
                        "{place} proves {id}, which {} says is not tested: take out its why_not",
                        list::FILE
                    ));
                }
                Some(Rule {
                    id, binds: false, ..
                }) => {
                    problems.push(format!(
                        "{place} proves {id}, which {} says does not bind a client",
                        list::FILE
                    ));
                }
                Some(rule) => proofs
                    .entry(rule.id.clone())
                    .or_default()
                    .push(test.clone()),
            }
        }
    }
    (proofs, problems)
}

fn open<'r>(rules: &'r Rules, proofs: &'r Proofs) -> impl Iterator<Item = &'r Rule> {
    rules
        .all()
        .filter(|rule| rule.needs_a_test() && !proofs.contains_key(&rule.id))
}

/// Says what is wrong, and whether all is well.
fn told(rules: &Rules, proofs: &Proofs, problems: &[String]) -> bool {
    for problem in problems {
        println!("{problem}");
    }
    for rule in open(rules, proofs) {
        println!(
            "{} has neither a test nor a why_not in {}: {}",
            rule.id,
            list::FILE,
            rule.says
        );
    }
    let open = open(rules, proofs).count();
    println!(
        "rules: {} of them, {} with tests, {open} open, {} problems",
        rules.all().count(),
        proofs.len(),
        problems.len()
    );
    problems.is_empty() && open == 0
}

#[cfg(test)]
mod tests {
    use super::citations::Test;
    use super::list::Rules;
    use super::{open, proofs};

    const LIST: &str = r#"
[[table]]
letter = "D"
title = "Discovery"
rules = [
  { id = "D-01", says = "one" },
  { id = "D-02", says = "two" },
  { id = "D-03", says = "three", why_not = "because" },
  { id = "D-04", says = "four", binds = false, why_not = "servers only" },
]
"#;

    fn test(cites: &[&str]) -> Test {
        Test {
            path: "a.rs".to_owned(),
            name: "t".to_owned(),
            cites: cites.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn a_rule_without_a_test_is_open_unless_it_says_why() {
        let rules = Rules::parse(LIST).expect("a list");
        let (proofs, problems) = proofs(&rules, [test(&["D-01"])].into_iter());
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(
            open(&rules, &proofs)
                .map(|rule| rule.id.as_str())
                .collect::<Vec<_>>(),
            ["D-02"]
        );
    }

    #[test]
    fn what_a_test_may_not_cite() {
        let rules = Rules::parse(LIST).expect("a list");
        for id in ["D-99", "D-03", "D-04"] {
            let (proofs, problems) = proofs(&rules, [test(&[id])].into_iter());
            assert!(
                proofs.is_empty() && problems.len() == 1 && problems[0].contains(id),
                "{problems:?}"
            );
        }
    }
}
