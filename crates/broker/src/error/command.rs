//! The commands that hints name.

/// `gatelodge` with these words, as a person can copy it into a shell.
pub fn command_line(words: &[&str]) -> String {
    std::iter::once("gatelodge".to_owned())
        .chain(words.iter().map(|word| shell_word(word)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// One word for a shell: in quotes where the shell would take it for something else.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The command that enters an authorization server's addresses by hand, for a server by its name or URL.
pub fn enter_endpoints(server: &str) -> String {
    command_line(&[
        "endpoints",
        server,
        "--authorization",
        "URL",
        "--token",
        "URL",
        "--concede",
        "pkce-unadvertised",
    ])
}

/// The command that logs in again.
pub(crate) fn login(server: &str) -> String {
    command_line(&["login", server])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_copied_into_a_shell() {
        let words = [
            "add",
            "https://a.example/mcp?a=1&b=2",
            "--name",
            "Ada's notes",
            "; rm x",
        ];
        assert_eq!(
            command_line(&words),
            r"gatelodge add 'https://a.example/mcp?a=1&b=2' --name 'Ada'\''s notes' '; rm x'"
        );
        assert_eq!(login("my notes"), "gatelodge login 'my notes'");
    }
}
