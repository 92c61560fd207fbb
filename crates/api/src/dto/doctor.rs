//! What the doctor found.

use super::{ConcessionOffer, TraceStep};
use model::{DiagnosisResult, Diagram, Finding};
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
