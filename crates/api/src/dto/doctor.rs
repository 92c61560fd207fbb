//! What the doctor found.

use super::{ConcessionOffer, TraceStep};
use model::{Code, DiagnosisResult, FindingKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A server to be examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DiagnosisRequest {
    /// The address.
    pub url: String,
    /// Chosen by the caller; every notice of the look carries it.
    pub trace_id: String,
}

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diagnosis {
    /// The address.
    pub url: String,
    /// What it comes to.
    pub outcome: DiagnosisResult,
    /// One sentence.
    pub summary: String,
    /// What was seen.
    pub findings: Vec<Finding>,
    /// What a person would have to allow, explained.
    pub concessions: Vec<ConcessionOffer>,
    /// Each request.
    pub steps: Vec<TraceStep>,
    /// The requests as a sequence of messages.
    pub diagram: Diagram,
    /// Markdown for the server's owner; nothing of the person's is in it.
    pub report: String,
    /// All of it for a program.
    pub json: String,
}

/// The same for a program: what `doctor --json` writes, and what is saved as a file. Member names do not change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiagnosisFile {
    /// The address that was examined.
    pub url: String,
    /// When.
    pub at: i64,
    /// What it comes to.
    pub outcome: DiagnosisResult,
    /// The same in words, and what was not tried.
    pub summary: String,
    /// The stable code of what ends a login, if anything does.
    pub code: Option<Code>,
    /// What to do about that.
    pub hint: Option<String>,
    /// Departures that a person would have to allow, by name.
    pub concessions: Vec<String>,
    /// What was seen.
    pub findings: Vec<Finding>,
    /// Each request.
    pub steps: Vec<TraceStep>,
    /// The requests as a sequence of messages.
    pub diagram: Diagram,
}

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Finding {
    /// What it says.
    pub kind: FindingKind,
    /// What it is about, in a few words.
    pub title: String,
    /// A sentence.
    pub detail: String,
    /// A public text that says so: it is for people who know nothing of this program.
    pub rule: String,
    /// What the server's owner should change.
    pub advice: Option<String>,
}

/// The look at a server as a sequence of messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diagram {
    /// The first is this program.
    pub actors: Vec<String>,
    /// In their order.
    pub messages: Vec<DiagramMessage>,
}

/// One message. `from` and `to` are places in the list of actors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DiagramMessage {
    /// Who sends it.
    pub from: u32,
    /// Who gets it.
    pub to: u32,
    /// What it says.
    pub text: String,
    /// False where its step ended the look.
    pub ok: bool,
}

/// The look with this id, if it was the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoctorSave {
    /// Chosen by the caller; every notice of the discovery carries it.
    pub trace_id: String,
}

/// A file that was written for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedFile {
    /// Its path.
    pub path: String,
}
