//! Names of types and modules: one word per thing, and none that could name anything.

use super::problem::Problem;
use super::source::Code;
use super::tree::File;

/// Names of no thing. The RFCs' own words for their own things pass: client credentials, an MCP session, a service that a
/// keyring has.
const VAGUE: [&str; 4] = ["manager", "helper", "util", "utility"];

/// Participles, adjectives and everyday words that were names of types once; what the RFC calls the thing says more.
const EVERYDAY: [&str; 34] = [
    "Asked",
    "Claimed",
    "Doubt",
    "Due",
    "Extra",
    "Found",
    "Given",
    "Granted",
    "Held",
    "Holding",
    "Kept",
    "Looked",
    "Looks",
    "Made",
    "Mood",
    "Need",
    "Opening",
    "Presented",
    "Said",
    "Saying",
    "Seen",
    "Sent",
    "Shown",
    "Started",
    "Taken",
    "TakenOut",
    "Tidings",
    "Turncoat",
    "Via",
    "Wanted",
    "Way",
    "Ways",
    "Which",
    "Wishes",
];

const NAMING: [&str; 6] = ["struct", "enum", "trait", "union", "type", "mod"];

pub fn check(file: &File) -> Vec<Problem> {
    if file.extension() != "rs" {
        return Vec::new();
    }
    let code = Code::of(file);
    let words: Vec<(usize, &str)> = code.words().collect();
    let named = words
        .windows(2)
        .filter(|pair| NAMING.contains(&pair[0].1))
        .map(|pair| pair[1]);
    let refused =
        named.filter(|(at, name)| vague(name).is_some() && !code.is_test(code.line_of(*at)));
    let problem = |(at, name): (usize, &str)| {
        Problem::new(
            &file.path,
            code.line_of(at),
            format!("`{name}` says nothing: {}", vague(name).unwrap_or_default()),
            "whoever looks for a thing greps for its word, and this word is everywhere",
            "name the thing by the RFC's noun (docs/glossary.md)",
        )
    };
    refused.map(problem).collect()
}

fn vague(name: &str) -> Option<&'static str> {
    if let Some(everyday) = EVERYDAY.into_iter().find(|everyday| *everyday == name) {
        return Some(everyday);
    }
    let words = words(name);
    VAGUE.into_iter().find(|vague| {
        words.iter().any(|word| {
            word == vague
                || word.strip_suffix('s') == Some(vague)
                || (*vague == "utility" && word == "utilities")
        })
    })
}

/// `SecretHelper` and `secret_helper` are both two words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for char in name.chars() {
        if char == '_' || char.is_uppercase() {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| char != '_') {
            last.extend(char.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::File;

    const NONE: [usize; 0] = [];

    fn lines(text: &str) -> Vec<usize> {
        check(&File {
            path: "crates/a/src/lib.rs".to_owned(),
            text: text.to_owned(),
        })
        .iter()
        .map(|problem| problem.line)
        .collect()
    }

    #[test]
    fn vague_words_are_refused_wherever_something_is_named() {
        assert_eq!(
            lines(
                "pub struct TokenManager;\nenum Asked {}\nmod utils;\ntrait Helper {}\ntype X = u8;\npub mod string_utilities {}\n"
            ),
            [1, 2, 3, 4, 6]
        );
    }

    #[test]
    fn other_words_pass() {
        assert_eq!(
            lines(
                "struct ClientCredentials;\nstruct McpSession;\nmod service {}\nstruct FoundDocument;\nuse tower::Service;\nstruct Utilization;\nfn manager() {}\n// struct Manager\n"
            ),
            NONE
        );
        assert_eq!(
            lines("#[cfg(test)]\nmod tests {\n struct Service;\n}\n"),
            NONE,
            "a test may imitate what it likes"
        );
    }
}
