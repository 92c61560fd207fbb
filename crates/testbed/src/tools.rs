//! The tools of the notes server.

use serde_json::{Value, json};

use crate::grants::ActiveToken;
use crate::random::now_ms;
use crate::users;
use crate::world::World;

/// One tool, and what a token must allow for it.
#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) writes: bool,
    title: &'static str,
    description: &'static str,
}

pub(crate) const TOOLS: [Tool; 3] = [
    Tool {
        name: "whoami",
        writes: false,
        title: "Who am I",
        description: "Says whose notes these are and what the token may do.",
    },
    Tool {
        name: "list_notes",
        writes: false,
        title: "List notes",
        description: "Lists the person's notes.",
    },
    Tool {
        name: "add_note",
        writes: true,
        title: "Add a note",
        description: "Adds a note.",
    },
];

pub(crate) fn list() -> Value {
    let described = TOOLS.iter().map(|tool| {
        let schema = if tool.name == "add_note" {
            json!({ "type": "object", "properties": { "text": { "type": "string", "description": "What the note says" } }, "required": ["text"] })
        } else {
            json!({ "type": "object", "properties": {} })
        };
                json!({
            "name": tool.name,
            "title": tool.title,
            "description": tool.description,
            "inputSchema": schema,
            "annotations": { "readOnlyHint": !tool.writes, "destructiveHint": false },
        })
    });
    Value::Array(described.collect())
}

/// Runs a tool for whoever calls; without a caller (an unprotected server) the notes are nobody's.
pub(crate) fn call(
    world: &World,
    tool: &Tool,
    caller: Option<&ActiveToken>,
    arguments: &Value,
) -> Value {
    let user = caller.map_or("nobody", |active| active.grant.user.as_str());
    match tool.name {
        "whoami" => whoami(caller),
        "list_notes" => {
            let notes = world.memory().notes.of(user).to_vec();
            let lines: Vec<String> = notes
                .iter()
                .enumerate()
                .map(|(index, note)| format!("{}. {note}", index + 1))
                .collect();
            let text = if lines.is_empty() {
                "No notes yet.".to_owned()
            } else {
                lines.join("\n")
            };
            done(&text, &json!({ "notes": notes }))
        }
        _ => match arguments["text"]
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            Some(text) => {
                let count = world.memory().notes.add(user, text);
                done(
                    &format!("Added. There are {count} notes now."),
                    &json!({ "count": count }),
                )
            }
            // A mistake that the model can correct is a tool error, not a protocol error (MCP tools, error handling).
            None => {
                json!({ "content": [{ "type": "text", "text": "add_note needs a text." }], "isError": true })
            }
        },
    }
}

fn whoami(caller: Option<&ActiveToken>) -> Value {
    let Some(active) = caller else {
        return done("You came without a token.", &json!({ "user": null }));
    };
    let name = users::find(&active.grant.user).map_or(active.grant.user.as_str(), |user| user.name);
    let left = active.token.expires_ms.saturating_sub(now_ms()) / 1000;
    let text = format!(
        "You are {name}. Your token may {} for {left} more seconds.",
        active.token.scopes
    );
    let facts = json!({
        "user": active.grant.user,
        "name": name,
        "client_id": active.grant.client,
        "scopes": active.token.scopes.to_vec(),
        "expires_in": left,
    });
    done(&text, &facts)
}

fn done(text: &str, facts: &Value) -> Value {
    json!({ "content": [{ "type": "text", "text": text }], "structuredContent": facts, "isError": false })
}
