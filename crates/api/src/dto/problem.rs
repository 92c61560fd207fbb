//! Problems: what another program is told of a failure, as the window and `--json` read it.

use super::ConcessionOffer;
use model::{Code, Remedy};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A failure as it leaves the process: a code for programs, a sentence for the person, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "Failure")]
pub struct Problem {
    /// Stable. The window switches on it, never on the text.
    #[ts(type = "string")]
    pub code: Code,
    /// What could not be done, and to what.
    pub message: String,
    /// What the person can do now.
    pub hint: String,
    /// What would help, as far as it is known; the hint says the same in words.
    #[serde(default)]
    pub remedies: Vec<Remedy>,
    /// The one departure from the specification that stands in the way, if allowing it would help.
    pub concession: Option<Box<ConcessionOffer>>,
    /// All of them that can be seen from here, that one first: allowed together, nothing that is known is left.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub concessions: Option<Vec<ConcessionOffer>>,
    /// What is lacking, with `step_up_required`.
    pub scopes: Vec<String>,
    /// The scopes to choose in place of those that the issuer refused, where it is known which.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub scopes_instead: Option<Vec<String>>,
    /// What the other server said about it, whole: the message holds no more than the beginning. To be shown as text only.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub said: Option<String>,
}
