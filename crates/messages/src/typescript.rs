//! The window's own messages: each id with its variables, as TypeScript checks them. What the host says, the host renders.

use crate::index::{MESSAGES, WINDOW};
use std::fmt::Write;

/// The file `Messages.ts`.
pub fn typescript() -> String {
    let mut file = "// This file was generated from messages/en. Do not edit it.\n\
                    /** What stands for a variable: a name, how many, several names, a moment, or how long. */\n\
                    export type MessageArg = string | number | string[] | { time: number } | { seconds: number };\n\n\
                    /** Each message with its variables, or null if it has none. */\n\
                    export interface Messages {\n"
        .to_owned();
    for message in MESSAGES.iter().filter(|message| message.file == WINDOW) {
        let variables: Vec<String> = message
            .variables
            .iter()
            .map(|name| variable(name))
            .collect();
        let args = if variables.is_empty() {
            "null".to_owned()
        } else {
            format!("{{ {} }}", variables.join("; "))
        };
        let _ = writeln!(file, "  '{}': {args};", message.id);
    }
    file.push_str("}\n");
    file
}

fn variable(name: &str) -> String {
    if name.contains('-') {
        format!("'{name}': MessageArg")
    } else {
        format!("{name}: MessageArg")
    }
}
