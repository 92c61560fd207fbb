//! The rules, as `docs/rules.toml` lists them.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

pub const FILE: &str = "docs/rules.toml";

#[derive(Debug, Deserialize)]
pub struct Rules {
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What its ids begin with.
    pub letter: String,
    pub title: String,
    pub note: Option<String>,
    pub rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub says: String,
    /// False for what is asked of servers, or of programs that Gatelodge is not.
    #[serde(default = "yes")]
    pub binds: bool,
    /// Why no test proves it.
    pub why_not: Option<String>,
}

fn yes() -> bool {
    true
}

impl Rule {
    pub fn needs_a_test(&self) -> bool {
        self.binds && self.why_not.is_none()
    }
}

impl Rules {
    pub fn parse(text: &str) -> Result<Self> {
        let rules: Self = toml::from_str(text).context(FILE)?;
        let mut seen = BTreeSet::new();
        for table in &rules.tables {
            for rule in &table.rules {
                let Rule {
                    id, binds, why_not, ..
                } = rule;
                ensure!(
                    id.starts_with(&table.letter),
                    "{FILE}: {id} is in the table of {}",
                    table.letter
                );
                ensure!(seen.insert(plain(id)), "{FILE}: {id} is there twice");
                ensure!(
                    *binds || why_not.is_some() || table.note.is_some(),
                    "{FILE}: {id} does not bind, and nothing says why"
                );
            }
        }
        Ok(rules)
    }

    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        self.tables.iter().flat_map(|table| &table.rules)
    }

    /// An id is one with its hyphen or without, in either case.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.all().find(|rule| plain(&rule.id) == plain(id))
    }

    /// Whether ids of this shape are ours: other lists have letters too.
    pub fn has_letter(&self, letter: &str) -> bool {
        self.tables
            .iter()
            .any(|table| table.letter.eq_ignore_ascii_case(letter))
    }
}

fn plain(id: &str) -> String {
    id.replace('-', "").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::Rules;

    fn list(rules: &str) -> String {
        format!("[[table]]\nletter = \"Q\"\ntitle = \"Field\"\nrules = [{rules}]\n")
    }

    #[test]
    fn an_id_is_found_however_it_is_written() {
        let rules = Rules::parse(&list(r#"{ id = "Q08", says = "x" }"#)).expect("a list");
        for id in ["q08", "Q08", "Q-08"] {
            assert!(rules.find(id).is_some(), "{id}");
        }
        assert!(rules.find("q09").is_none());
    }

    #[test]
    fn a_list_that_contradicts_itself_is_refused() {
        for rules in [
            r#"{ id = "D-01", says = "x" }"#,
            r#"{ id = "Q01", says = "x" }, { id = "Q-01", says = "y" }"#,
            r#"{ id = "Q01", says = "x", binds = false }"#,
            r#"{ id = "Q01", says = "x", becuase = "y" }"#,
        ] {
            assert!(Rules::parse(&list(rules)).is_err(), "{rules}");
        }
    }

    #[test]
    fn the_committed_list_is_whole() {
        let rules =
            Rules::parse(include_str!("../../../docs/rules.toml")).expect("the committed list");
        let counts: Vec<(&str, usize)> = rules
            .tables
            .iter()
            .map(|table| (table.letter.as_str(), table.rules.len()))
            .collect();
        let expected = [
            ("G", 8),
            ("D", 13),
            ("M", 13),
            ("R", 25),
            ("S", 14),
            ("A", 15),
            ("C", 9),
            ("T", 7),
            ("U", 5),
            ("E", 2),
            ("K", 4),
            ("B", 15),
            ("L", 11),
            ("Q", 55),
            ("N", 18),
            ("lab", 20),
        ];
        assert_eq!(counts, expected);
    }
}
