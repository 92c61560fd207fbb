//! Settings: what the person set for all servers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the person set for all servers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// Where our client id metadata document is hosted.
    pub client_metadata_url: Option<String>,
}
