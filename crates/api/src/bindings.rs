//! The window's types, written from ours: one TypeScript file a type, the command list, and the messages with their variables.

use crate::commands;
use crate::dto::{Notice, Problem};
use crate::typescript;
use std::fmt::Write;
use std::path::Path;
use ts_rs::{Config, ExportError};

/// Writes all bindings into `folder`: what the commands take and answer, and what comes unasked.
pub fn write(folder: &Path) -> Result<(), ExportError> {
    let config = Config::new().with_out_dir(folder);
    commands::export(&config)?;
    typescript::export::<Problem>(&config)?;
    typescript::export::<Notice>(&config)?;
    let keep = |name: &str, text: String| std::fs::write(folder.join(name), text);
    keep("Messages.ts", messages::typescript()).map_err(ExportError::Io)?;
    keep("commands.ts", command_list(&config)).map_err(ExportError::Io)
}

fn command_list(config: &Config) -> String {
    let list = commands::list(config);
    let mut names: Vec<&str> = Vec::new();
    for (_, args, answer) in &list {
        for name in [args, answer] {
            let plain = name
                .strip_prefix("Array<")
                .and_then(|rest| rest.strip_suffix('>'))
                .unwrap_or(name);
            if plain != "null" && !names.contains(&plain) {
                names.push(plain);
            }
        }
    }
    names.sort_unstable();
    let mut text =
        "// This file was generated from crates/api/src/commands.rs. Do not edit it.\n".to_owned();
    for name in names {
        let _ = writeln!(text, "import type {{ {name} }} from \"./{name}\";");
    }
    text.push_str("\n/** Each command with what it takes and what it answers. */\nexport interface Commands {\n");
    for (name, args, answer) in &list {
        let _ = writeln!(text, "  {name}: {{ args: {args}; answer: {answer} }};");
    }
    text.push_str("}\n");
    text
}
