//! What the doctor found.

use super::{ConcessionOffer, TraceStep};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoctorAsk {
    pub url: String,
    /// Chosen by the caller; every notice of the look carries it.
    pub trace_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diagnosis {
    pub url: String,
    pub outcome: Outcome,
    /// One sentence.
    pub summary: String,
    pub findings: Vec<Finding>,
    /// What a person would have to allow, explained.
    pub concessions: Vec<ConcessionOffer>,
    pub steps: Vec<TraceStep>,
    pub diagram: Diagram,
    /// Markdown for the server's owner; nothing of the person's is in it.
    pub report: String,
    /// All of it for a program.
    pub json: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Works,
    WorksByConcession,
    /// Somebody has to give the person a client id first.
    NeedsClientId,
    /// No person logs in there, programs get access of their own.
    ProgramsOnly,
    NotProtected,
    Broken,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Finding {
    pub kind: FindingKind,
    pub title: String,
    pub detail: String,
    pub rule: String,
    /// What the server's owner should change.
    pub advice: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    Works,
    Departs,
    Missing,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diagram {
    /// The first is this program.
    pub actors: Vec<String>,
    pub messages: Vec<DiagramMessage>,
}

/// `from` and `to` are places in the list of actors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DiagramMessage {
    pub from: u32,
    pub to: u32,
    pub text: String,
    pub ok: bool,
}

/// The look with this id, if it was the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoctorSave {
    pub trace_id: String,
}

/// A file that was written for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedFile {
    pub path: String,
}
