//! The Rust that is generated: a struct for each message, and the index of all files.

use crate::entry::Entry;
use crate::files::Language;
use std::fmt::Write;

/// A struct for each English message, and how it becomes a `Text`.
pub fn constructors(english: &Language) -> String {
    let mut text = String::new();
    // The window's own are said in TypeScript alone.
    let of_rust = messages(english).filter(|(file, _)| english.files[*file].name != "window");
    for entry in of_rust.map(|(_, entry)| entry) {
        let name = type_name(&entry.id);
        let doc = entry.source.replace('\n', "\n/// ");
        let _ = write!(
            text,
            "/// `{}`\n///\n/// ```text\n/// {doc}\n/// ```\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub struct {name}",
            entry.id
        );
        let letters: Vec<String> = (0..entry.variables.len())
            .map(|at| format!("A{at}"))
            .collect();
        let (mut generics, mut bounds) = (String::new(), String::new());
        if letters.is_empty() {
            text.push_str(";\n");
        } else {
            generics = format!("<{}>", letters.join(", "));
            bounds = format!("<{}: Into<Arg>>", letters.join(": Into<Arg>, "));
            let fields = letters.iter().zip(&entry.variables).fold(
                String::new(),
                |all, (letter, variable)| {
                    format!(
                        "{all}    /// `${variable}`\n    pub {}: {letter},\n",
                        field(variable)
                    )
                },
            );
            let _ = writeln!(text, "{generics} {{\n{fields}}}");
        }
        let message = if letters.is_empty() { "_" } else { "message" };
        let args = entry.variables.iter().fold(String::new(), |all, variable| {
            format!(
                "{all}(\"{variable}\", message.{}.into()), ",
                field(variable)
            )
        });
        let _ = write!(
            text,
            "impl{bounds} From<{name}{generics}> for Text {{\n    fn from({message}: {name}{generics}) -> Self {{\n        Self::of(\"{id}\", vec![{args}])\n    }}\n}}\n\
             impl{bounds} From<{name}{generics}> for Arg {{\n    fn from(message: {name}{generics}) -> Self {{\n        Self::Text(message.into())\n    }}\n}}\n\n",
            id = entry.id,
        );
    }
    text
}

/// `LANGUAGES` with the text of each file, and `MESSAGES`, sorted by id, with the file of each.
pub fn index(languages: &[Language]) -> String {
    let [english, ..] = languages else {
        return String::new();
    };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "pub(crate) static LANGUAGES: [Files; {}] = [",
        languages.len()
    );
    for language in languages {
        let tag = &language.tag;
        let _ = writeln!(text, "    Files {{ tag: {tag:?}, sources: &[");
        for file in &english.files {
            // A file that is not translated yet has no messages.
            let source = language.file(&file.name).map_or_else(
                || "\"\"".to_owned(),
                |file| format!("include_str!({:?})", file.path.to_string_lossy()),
            );
            let _ = writeln!(text, "        {source},");
        }
        text.push_str("    ] },\n");
    }
    text.push_str("];\n\n");
    for (name, about) in [
        ("common", "The file whose terms all others may name."),
        ("window", "The file of what the window says by itself."),
    ] {
        let at = english.files.iter().position(|file| file.name == name);
        let at = at.map_or_else(|| "usize::MAX".to_owned(), |at| at.to_string());
        let _ = writeln!(
            text,
            "/// {about}\npub(crate) const {}: usize = {at};\n",
            name.to_uppercase()
        );
    }
    let mut entries: Vec<(usize, &Entry)> = messages(english).collect();
    entries.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
    let _ = writeln!(
        text,
        "pub(crate) static MESSAGES: [Message; {}] = [",
        entries.len()
    );
    for (file, Entry { id, variables, .. }) in entries {
        let _ = writeln!(
            text,
            "    Message {{ id: {id:?}, file: {file}, variables: &{variables:?} }},"
        );
    }
    text.push_str("];\n");
    text
}

/// Each message with the number of its file.
fn messages(english: &Language) -> impl Iterator<Item = (usize, &Entry)> {
    let files = english.files.iter().enumerate();
    files.flat_map(|(at, file)| {
        let entries = file
            .entries
            .iter()
            .filter(|entry| !entry.id.starts_with('-'));
        entries.map(move |entry| (at, entry))
    })
}

/// `login-expired` is `LoginExpired`.
fn type_name(id: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|char| char.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    };
    id.split('-').map(capital).collect()
}

/// A word of Rust's own is written raw, whichever it is: `r#type`.
fn field(variable: &str) -> String {
    const KEYWORDS: [&str; 49] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in",
        "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
        "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe",
        "unsized", "use", "virtual", "where", "while", "yield", "union",
    ];
    let name = variable.replace('-', "_");
    if KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else {
        name
    }
}
