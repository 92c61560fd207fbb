//! Diagnoses: what the doctor found at a server.

use crate::Code;
use messages::Text;
use oauth::concession::Concession;
use oauth::time::Timestamp;
use oauth::trace::Step;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The address that was examined.
    pub url: String,
    /// When.
    pub at: Timestamp,
    /// What it comes to.
    pub outcome: DiagnosisResult,
    /// The same in words, and what was not tried.
    pub summary: Text,
    /// The stable code of what ends a login, if anything does.
    pub code: Option<Code>,
    /// What to do about that.
    pub hint: Option<Text>,
    /// Departures that a person would have to allow, by name.
    pub concessions: Vec<Concession>,
    /// What was seen.
    pub findings: Vec<Finding>,
    /// Each request.
    pub steps: Vec<Step>,
    /// The requests as a sequence of messages.
    pub diagram: Diagram,
}

/// What a diagnosis comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Outcome")]
pub enum DiagnosisResult {
    /// Nothing that was found stands in the way.
    Works,
    /// Nothing else, once the person has allowed the departures.
    WorksByConcession,
    /// Somebody has to give the person a client id first.
    NeedsClientId,
    /// No person logs in here: a program gets access of its own.
    ProgramsOnly,
    /// It needs no login.
    NotProtected,
    /// A login does not work.
    Broken,
}

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it says.
    pub kind: FindingKind,
    /// What it is about, in a few words.
    pub title: Text,
    /// A sentence.
    pub detail: Text,
    /// A public text that says so: it is for people who know nothing of this program.
    pub rule: String,
    /// What the server's owner should change.
    pub advice: Option<Text>,
}

/// What a finding says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// It is as the specifications ask for.
    Works,
    /// It departs from them.
    Departs,
    /// Not offered, and not demanded of a server.
    Missing,
}

/// The look at a server as a sequence of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagram {
    /// The first is this program.
    pub actors: Vec<String>,
    /// In their order.
    pub messages: Vec<DiagramMessage>,
}

/// One message. `from` and `to` are places in the list of actors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagramMessage {
    /// Who sends it.
    pub from: u32,
    /// Who gets it.
    pub to: u32,
    /// What it says.
    pub text: Text,
    /// False where its step ended the look.
    pub ok: bool,
}
