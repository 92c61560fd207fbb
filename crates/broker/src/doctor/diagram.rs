//! The look at a server as a sequence of messages: for the window, for Mermaid, and for a terminal.

use crate::trace::step_detail;
use messages::text;
use model::{Diagram, DiagramMessage};
use oauth::trace::{Step, Verdict};
use oauth::uri::{ResourceUri, excerpt, host_and_port, secure_url};

const US: &str = "Gatelodge";

/// One message there and one back for each step.
pub(super) fn of(uri: &ResourceUri, steps: &[Step]) -> Diagram {
    let mut diagram = Diagram {
        actors: vec![US.to_owned(), uri.host()],
        messages: Vec::new(),
    };
    for step in steps {
        let Some(request) = &step.request else {
            continue;
        };
        let Ok(url) = secure_url(&request.url) else {
            continue;
        };
        let actor = actor(&mut diagram, host_and_port(&url));
        let ok = step.verdict != Verdict::Problem;
        diagram.messages.push(DiagramMessage {
            from: 0,
            to: actor,
            text: text::AsWritten {
                text: format!("{} {}", request.method, url.path()),
            }
            .into(),
            ok,
        });
        let detail = step_detail(step);
        let text = match step.status.map(|status| status.to_string()) {
            Some(status) => text::DoctorDiagramAnswer { status, detail }.into(),
            None => text::DoctorDiagramSilence { detail }.into(),
        };
        diagram.messages.push(DiagramMessage {
            from: actor,
            to: 0,
            text,
            ok,
        });
    }
    diagram
}

fn actor(diagram: &mut Diagram, name: String) -> u32 {
    let known = diagram.actors.iter().position(|actor| *actor == name);
    let place = known.unwrap_or_else(|| {
        diagram.actors.push(name);
        diagram.actors.len() - 1
    });
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// One line of it, short enough for a picture.
pub fn message_text(message: &DiagramMessage) -> String {
    excerpt(&message.text.told())
}

/// Mermaid's `sequenceDiagram`, for issues and wikis. What servers wrote is quoted so that it stays text.
pub fn mermaid(diagram: &Diagram) -> String {
    let plain = |text: &str| text.replace([';', '#', '\n', '%', '<', '>'], " ");
    let mut out = "sequenceDiagram\n".to_owned();
    for (index, actor) in diagram.actors.iter().enumerate() {
        out.push_str(&format!("    participant A{index} as {}\n", plain(actor)));
    }
    for message in &diagram.messages {
        let arrow = if message.from == 0 { "->>" } else { "-->>" };
        out.push_str(&format!(
            "    A{}{arrow}A{}: {}\n",
            message.from,
            message.to,
            plain(&message_text(message))
        ));
    }
    out
}

/// The same for a terminal: one line a message, the actors as columns.
pub fn diagram_text(diagram: &Diagram) -> String {
    const COLUMN: usize = 26;
    let cut = |text: &str, width: usize| text.chars().take(width).collect::<String>();
    let mut out = String::new();
    for actor in &diagram.actors {
        out.push_str(&format!("{:<COLUMN$}", cut(actor, COLUMN - 2)));
    }
    out = format!("{}\n", out.trim_end());
    for message in &diagram.messages {
        let place = |actor: u32| usize::try_from(actor).unwrap_or_default();
        let left = place(message.from.min(message.to));
        let right = place(message.from.max(message.to));
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
            message_text(message)
        ));
    }
    out
}
