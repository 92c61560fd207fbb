//! Where tests cite rules: at the beginning of a test's name (`d06_q08_…`, `lab_04_…`), or in a line
//! `Rules: D-06, Q08` of the comment above it.

use std::collections::BTreeMap;

use super::list::Rules;
use crate::tidy::{Code, File};

const MARK: &str = "Rules:";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub path: String,
    pub name: String,
    pub cites: Vec<String>,
}

/// The tests of each rule, by the rule's id.
pub type Proofs = BTreeMap<String, Vec<Test>>;

/// The tests of a file that cite something.
pub fn find(file: &File, rules: &Rules) -> Vec<Test> {
    let found = match file.extension() {
        "rs" => rust(file),
        "ts" | "mjs" if file.is_test() || file.path.starts_with("e2e/") => script(file),
        _ => Vec::new(),
    };
    let tests = found.into_iter().map(|(name, comment)| {
        let mut cites = in_name(&name, rules);
        for id in comment.iter().flat_map(|line| in_comment(line)) {
            // Twice is once.
            if !cites.iter().any(|cited| {
                rules
                    .find(cited)
                    .is_some_and(|rule| rules.find(&id).is_some_and(|other| other.id == rule.id))
            }) {
                cites.push(id);
            }
        }
        Test {
            path: file.path.clone(),
            name,
            cites,
        }
    });
    tests.filter(|test| !test.cites.is_empty()).collect()
}

/// Each function with an attribute that makes it a test, and the comment above it.
fn rust(file: &File) -> Vec<(String, Vec<String>)> {
    let code = Code::of(file);
    let (mut found, mut comment, mut is_test, mut in_attribute) =
        (Vec::new(), Vec::new(), false, false);
    for ((_, line, _), text) in code.lines().zip(file.text.lines()) {
        let line = line.trim();
        if in_attribute || line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            in_attribute = !line.ends_with(']');
        } else if let Some(words) = text.trim().strip_prefix("///") {
            comment.push(words.trim().to_owned());
        } else {
            if let Some(name) = line
                .split_once("fn ")
                .filter(|_| is_test)
                .and_then(|(_, rest)| rest.split(['(', '<']).next())
            {
                found.push((name.to_owned(), std::mem::take(&mut comment)));
            }
            comment.clear();
            is_test = false;
        }
    }
    found
}

/// Each test or step: the first string of a line that begins one, and the `//` above it.
fn script(file: &File) -> Vec<(String, Vec<String>)> {
    let (mut found, mut comment) = (Vec::new(), Vec::new());
    for line in file.text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("//") {
            comment.push(words.trim().to_owned());
        } else {
            let begins = [
                "test(",
                "it(",
                "test.each(",
                "it.each(",
                "describe(",
                "await step(",
                "step(",
            ];
            let quoted = line
                .find(['\'', '"', '`'])
                .and_then(|at| line[at + 1..].split(&line[at..=at]).next());
            if let Some(name) = quoted.filter(|_| {
                begins.iter().any(|word| line.contains(word))
                    || comment.iter().any(|line: &String| line.contains(MARK))
            }) {
                found.push((name.to_owned(), std::mem::take(&mut comment)));
            }
            comment.clear();
        }
    }
    found
}

fn in_name(name: &str, rules: &Rules) -> Vec<String> {
    let mut cites = Vec::new();
    let mut lab = false;
    for part in name.split(['_', ' ']) {
        let number = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        match part {
            "lab" if cites.is_empty() => lab = true,
            part if lab && number(part) => cites.push(format!("lab-{part}")),
            // Ids of other lists, such as that of attacks, have the same shape.
            part if part.is_char_boundary(1) && part.len() == 3 && number(&part[1..]) => {
                if rules.has_letter(&part[..1]) {
                    cites.push(part.to_ascii_uppercase());
                }
            }
            _ => break,
        }
    }
    cites
}

fn in_comment(line: &str) -> Vec<String> {
    let Some((_, ids)) = line.split_once(MARK) else {
        return Vec::new();
    };
    // Whatever follows a full stop, a dash or a bracket is for people.
    let ids = ids
        .split_once(". ")
        .map_or(ids, |(ids, _)| ids)
        .split(['—', '(', ':'])
        .next()
        .unwrap_or_default();
    let ids = ids.split([',', ' ']).map(|id| id.trim_end_matches('.'));
    // A number is a section, for people too.
    let ids = ids.filter(|id| id.starts_with(|first: char| !first.is_ascii_digit()));
    ids.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::list::Rules;
    use super::find;
    use crate::tidy::File;

    fn rules() -> Rules {
        let table = |letter: &str, ids: &[&str]| {
            let rules: Vec<String> = ids
                .iter()
                .map(|id| format!("{{ id = \"{id}\", says = \"x\" }}"))
                .collect();
            format!(
                "[[table]]\nletter = \"{letter}\"\ntitle = \"t\"\nrules = [{}]\n",
                rules.join(", ")
            )
        };
        let text = [
            table("D", &["D-05", "D-06"]),
            table("Q", &["Q05"]),
            table("lab", &["lab-04", "lab-20"]),
        ]
        .concat();
        Rules::parse(&text).expect("a list")
    }

    fn cited(path: &str, text: &str) -> Vec<(String, String)> {
        let file = File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        find(&file, &rules())
            .into_iter()
            .map(|test| (test.name, test.cites.join(" ")))
            .collect()
    }

    fn pair(name: &str, cites: &str) -> (String, String) {
        (name.to_owned(), cites.to_owned())
    }

    #[test]
    fn names_and_comments_cite() {
        let text = "\
#[test]
fn q05_d05_a_name() {}

/// What it is about.
/// Rules: 7.14, D-06, lab-04. D-05 is elsewhere.
#[tokio::test(flavor = \"multi_thread\")]
async fn a_comment() {}

#[test]
/// Rules: D-06 — and more
fn d06_said_twice() {}

#[test]
#[expect(clippy::unwrap_used,
    reason = \"long\")]
fn lab_04_20_two_traps() {}
";
        let expected = [
            pair("q05_d05_a_name", "Q05 D05"),
            pair("a_comment", "D-06 lab-04"),
            pair("d06_said_twice", "D06"),
            pair("lab_04_20_two_traps", "lab-04 lab-20"),
        ];
        assert_eq!(cited("crates/a/tests/it/a.rs", text), expected);
    }

    #[test]
    fn what_cites_nothing() {
        let text = "\
/// Rules: D-06
fn d06_no_test() {}
#[test]
fn f05_ids_of_another_list() {}
#[test]
fn a_d05_in_the_middle() {}
#[test]
fn d5_d006_es256_other_shapes() {}
/// Rules: D-06
struct Between;
#[test]
fn the_comment_was_the_structs() {}
const TEXT: &str = \"
#[test]
fn d06_in_a_string() {}
\";
#[test]
fn é12_is_no_reason_to_panic() {}
";
        assert_eq!(cited("crates/a/src/a.rs", text), []);
    }

    #[test]
    fn an_unknown_id_is_kept_for_the_complaint() {
        assert_eq!(
            cited("a.rs", "#[test]\nfn d99_x() {}\n"),
            [pair("d99_x", "D99")]
        );
        assert_eq!(
            cited("a.rs", "/// Rules: Z-1\n#[test]\nfn x() {}\n"),
            [pair("x", "Z-1")]
        );
    }

    #[test]
    fn tests_and_steps_of_scripts() {
        let text = "\
test('q05 words', () => {});
  // Rules: D-06
  test.each([1])('many', () => {});
// Rules: D-05
await step(\"a step\", [], deed);
test('plain', () => {});
// A comment.
const other = 'd06';
";
        let expected = [
            pair("q05 words", "Q05"),
            pair("many", "D-06"),
            pair("a step", "D-05"),
        ];
        assert_eq!(cited("ui/tests/a.test.ts", text), expected);
        assert_eq!(cited("ui/src/a.ts", text), [], "no file of tests");
    }
}
