//! Desktop entries (freedesktop.org Desktop Entry Specification), as far as a handler of links needs them.

use std::path::{Path, PathBuf};

/// The entry that hands links to `program`; None for a path that no entry can hold.
pub(crate) fn handler(program: &Path, scheme: &str) -> Option<String> {
    let exec = quoted(program.to_str()?)?;
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Gatelodge\nComment=Takes the answers of MCP sign-ins\nExec={exec} %u\n\
         Terminal=false\nNoDisplay=true\nMimeType=x-scheme-handler/{scheme};\n"
    ))
}

/// The program that an entry starts, if it hands it the link.
pub(crate) fn program_of(entry: &str) -> Option<PathBuf> {
    let exec = entry
        .lines()
        .find_map(|line| line.strip_prefix("Exec="))?
        .trim();
    let (program, rest) = match exec.strip_prefix('"') {
        Some(quoted) => unquoted(quoted)?,
        None => exec
            .split_once([' ', '\t'])
            .map(|(program, rest)| (program.to_owned(), rest.to_owned()))?,
    };
    let takes_link = rest
        .split_whitespace()
        .any(|argument| matches!(argument, "%u" | "%U"));
    takes_link.then(|| PathBuf::from(program.replace("%%", "%")))
}

/// Without quotes where none are needed: xdg-open without a desktop takes them for a part of the name.
fn quoted(program: &str) -> Option<String> {
    if program.chars().any(char::is_control) {
        return None;
    }
    let program = program.replace('%', "%%");
    if !program.contains(|char: char| char.is_whitespace() || "\"'\\><~|&;$*?#()`".contains(char)) {
        return Some(program);
    }
    let mut exec = String::from('"');
    for char in program.chars() {
        // A backslash is escaped for the quotes, and each once more for being in a value.
        match char {
            '\\' => exec.push_str("\\\\\\\\"),
            '"' | '`' | '$' => exec.extend(["\\\\", char.encode_utf8(&mut [0; 4])]),
            _ => exec.push(char),
        }
    }
    exec.push('"');
    Some(exec)
}

/// What is before the closing quote, and what comes after it.
fn unquoted(text: &str) -> Option<(String, String)> {
    let text = text.replace("\\\\", "\\");
    let mut program = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((program, chars.as_str().to_owned())),
            '\\' => program.push(chars.next()?),
            char => program.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{handler, program_of};
    use std::path::Path;

    #[test]
    fn a_plain_path_is_not_quoted() {
        let entry = handler(
            Path::new("/opt/gatelodge/gatelodge-desktop"),
            "app.gatelodge.desktop",
        )
        .expect("an entry");
        assert!(
            entry.contains("\nExec=/opt/gatelodge/gatelodge-desktop %u\n"),
            "{entry}"
        );
        assert!(
            entry.contains("\nNoDisplay=true\n")
                && entry.ends_with("\nMimeType=x-scheme-handler/app.gatelodge.desktop;\n")
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        for path in [
            "/usr/bin/x",
            "/home/a b/x",
            "/a$b/`c`/\"d\"/x",
            "/100%/x",
            "/back\\slash/x",
            "/it's/x",
        ] {
            let entry = handler(Path::new(path), "s").expect(path);
            assert_eq!(
                program_of(&entry).as_deref(),
                Some(Path::new(path)),
                "{entry}"
            );
        }
        assert_eq!(handler(Path::new("/a\nExec=evil/x"), "s"), None);
    }

    #[test]
    fn an_entry_that_drops_the_link_is_none() {
        assert_eq!(
            program_of("[Desktop Entry]\nExec=gatelodge-desktop\n"),
            None
        );
        assert_eq!(
            program_of("[Desktop Entry]\nExec=gatelodge-desktop --hidden\n"),
            None
        );
        assert_eq!(
            program_of("[Desktop Entry]\nExec=gatelodge-desktop %U\n").as_deref(),
            Some(Path::new("gatelodge-desktop"))
        );
        assert_eq!(program_of("Exec=\"/no end %u"), None);
        assert_eq!(program_of(""), None);
    }
}
