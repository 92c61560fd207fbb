//! Names of types and modules: one word per thing, and none that could name anything.

use super::problem::Problem;
use super::source::Code;
use super::tree::File;

const VAGUE: [&str; 7] = [
    "manager",
    "service",
    "helper",
    "util",
    "utility",
    "session",
    "credential",
];

/// Other people's words for other people's things.
const FOREIGN: [&str; 5] = [
    // RFC 6749 section 4.4 names the grant type.
    "ClientCredentials",
    "client_credentials",
    // The D-Bus interface of Linux keyrings.
    "SecretService",
    // What MCP's Streamable HTTP calls `Mcp-Session-Id`.
    "McpSession",
    "mcp_session",
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
    let refused = named.filter(|(at, name)| {
        vague(name).is_some() && !FOREIGN.contains(name) && !code.is_test(code.line_of(*at))
    });
    let problem = |(at, name): (usize, &str)| {
        Problem::new(
            &file.path,
            code.line_of(at),
            format!("`{name}` says nothing: {}", vague(name).unwrap_or_default()),
            "whoever looks for a thing greps for its word, and this word is everywhere",
            "name the thing or the verb, by the words of the RFCs (CONTRIBUTING.md); another project's own word goes into FOREIGN in xtask/src/tidy/names.rs",
        )
    };
    refused.map(problem).collect()
}

fn vague(name: &str) -> Option<&'static str> {
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
                "pub struct TokenManager;\nenum LoginSession {}\nmod utils;\ntrait Helper {}\ntype X = u8;\npub mod credentials {}\n"
            ),
            [1, 2, 3, 4, 6]
        );
    }

    #[test]
    fn other_words_pass() {
        assert_eq!(
            lines(
                "struct ClientCredentials;\nstruct McpSession;\nuse tower::Service;\nstruct Utilization;\nfn manager() {}\n// struct Manager\n"
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
