//! Every script of ours that calls a package's client makes it keep to the lockfile. What xtask calls, [`crate::run`] makes.

use crate::tidy::{File, Tree};

/// What cargo does without resolving anything.
const PLAIN: [&str; 3] = ["fmt", "deny", "--version"];

pub(super) fn check(tree: &Tree) -> Vec<String> {
    tree.files()
        .iter()
        .filter(|file| is_script(file))
        .flat_map(of_file)
        .collect()
}

fn is_script(file: &File) -> bool {
    let ours = [
        "dev",
        ".ci/run",
        ".cargo/config.toml",
        "src-tauri/tauri.conf.json",
        "ui/package.json",
        "e2e/package.json",
    ];
    ours.contains(&file.path.as_str())
        || file.path.starts_with("dev.d/") && file.extension() == "sh"
}

fn of_file(file: &File) -> Vec<String> {
    let loose = |line: &str| {
        let words: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || "\"'`();|&".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        words.windows(2).any(|pair| match pair {
            // `cargo xtask` is an alias that has it.
            ["cargo", verb] => {
                !PLAIN.contains(verb)
                    && *verb != "xtask"
                    && is_verb(verb)
                    && !words.contains(&"--locked")
            }
            ["xtask", "="] => !words.contains(&"--locked"),
            ["npm", "install" | "i" | "add" | "update" | "exec"] | ["npx", _] => true,
            ["pip" | "pip3", "install"] => !words.contains(&"--no-deps"),
            _ => false,
        })
    };
    let lines = file
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with('#') && loose(line));
    lines
        .map(|(at, line)| {
            format!(
                "{}:{}: takes what is newest: {}",
                file.path,
                at + 1,
                line.trim()
            )
        })
        .collect()
}

/// A word of a sentence is none: "cargo is missing".
fn is_verb(word: &str) -> bool {
    [
        "build", "test", "run", "check", "clippy", "metadata", "fetch", "install", "doc", "bench",
        "tree", "add",
    ]
    .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::of_file;
    use crate::tidy::File;

    #[test]
    fn a_call_that_takes_what_is_newest_is_found() {
        let found = |text: &str| {
            of_file(&File {
                path: "dev".to_owned(),
                text: text.to_owned(),
            })
            .len()
        };
        for fine in [
            "cargo build --locked --workspace",
            "cargo fmt --all",
            "die 'cargo is missing'",
            "# cargo build",
            "npm ci --prefix ui",
            "xtask = \"run --quiet --locked --bin xtask --\"",
            "cargo xtask tidy",
            "rust | 3600 | cargo | cargo test --locked --workspace",
        ] {
            assert_eq!(found(fine), 0, "{fine}");
        }
        for loose in [
            "    cargo build --workspace",
            "npm install --prefix ui",
            "x=$(npx vite)",
            "xtask = \"run --quiet --bin xtask --\"",
            "pip install --require-hashes -r requirements.txt",
            "clippy | 2700 | check | cargo clippy --all-targets",
        ] {
            assert_eq!(found(loose), 1, "{loose}");
        }
    }
}
