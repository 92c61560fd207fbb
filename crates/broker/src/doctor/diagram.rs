//! The look at a server as a sequence of messages: for the window, for Mermaid, and for a terminal.

use oauth::trace::{Step, Verdict};
use oauth::uri::{ResourceUri, excerpt, host_and_port, secure_url};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagram {
    /// The first is this program.
    pub actors: Vec<String>,
    pub messages: Vec<Message>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Which actor, by its place in the list.
    pub from: usize,
    pub to: usize,
    pub text: String,
    pub ok: bool,
}

const US: &str = "Gatelodge";

impl Diagram {
    pub(super) fn of(uri: &ResourceUri, steps: &[Step]) -> Self {
        let mut diagram = Self {
            actors: vec![US.to_owned(), uri.host()],
            messages: Vec::new(),
        };
        for step in steps {
            let Some((method, url)) = step
                .request
                .as_deref()
                .and_then(|request| request.split_once(' '))
            else {
                continue;
            };
            let Ok(url) = secure_url(url) else {
                continue;
            };
            let actor = diagram.actor(host_and_port(&url));
            let ok = step.verdict != Verdict::Problem;
            diagram.messages.push(Message {
                from: 0,
                to: actor,
                text: format!("{method} {}", url.path()),
                ok,
            });
            let status = step
                .status
                .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let text = excerpt(&format!("{status}: {}", step.detail));
            diagram.messages.push(Message {
                from: actor,
                to: 0,
                text,
                ok,
            });
        }
        diagram
    }

    fn actor(&mut self, name: String) -> usize {
        if let Some(known) = self.actors.iter().position(|actor| *actor == name) {
            return known;
        }
        self.actors.push(name);
        self.actors.len() - 1
    }

    /// Mermaid's `sequenceDiagram`, for issues and wikis. What servers wrote is quoted so that it stays text.
    pub fn mermaid(&self) -> String {
        let plain = |text: &str| text.replace([';', '#', '\n', '%', '<', '>'], " ");
        let mut out = "sequenceDiagram\n".to_owned();
        for (index, actor) in self.actors.iter().enumerate() {
            out.push_str(&format!("    participant A{index} as {}\n", plain(actor)));
        }
        for message in &self.messages {
            let arrow = if message.from == 0 { "->>" } else { "-->>" };
            out.push_str(&format!(
                "    A{}{arrow}A{}: {}\n",
                message.from,
                message.to,
                plain(&message.text)
            ));
        }
        out
    }

    /// The same for a terminal: one line a message, the actors as columns.
    pub fn text(&self) -> String {
        const COLUMN: usize = 26;
        let cut = |text: &str, width: usize| text.chars().take(width).collect::<String>();
        let mut out = String::new();
        for actor in &self.actors {
            out.push_str(&format!("{:<COLUMN$}", cut(actor, COLUMN - 2)));
        }
        out = format!("{}\n", out.trim_end());
        for message in &self.messages {
            let (left, right) = (message.from.min(message.to), message.from.max(message.to));
            let line = "─".repeat((right - left) * COLUMN - 3);
            let arrow = if message.from < message.to {
                format!("{line}▶")
            } else {
                format!("◀{line}")
            };
            let sign = if message.ok { ' ' } else { '✗' };
            out.push_str(&format!(
                "{}│{arrow}│ {sign} {}\n",
                " ".repeat(left * COLUMN),
                message.text
            ));
        }
        out
    }
}
