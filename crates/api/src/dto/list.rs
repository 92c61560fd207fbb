//! Lists by page: a window shows the beginning of a list, and asks for more.

use super::{Agent, Resource};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListQuery {
    /// Only those whose name or address contains this, whatever the case of its letters.
    pub search: Option<String>,
    /// So many at most; None: all.
    pub limit: Option<u32>,
}

/// The first servers that fit, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourcePage {
    /// The servers.
    pub servers: Vec<Resource>,
    /// How many fit the search, shown or not.
    #[ts(type = "number")]
    pub total: u64,
}

/// The first agents that fit, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentPage {
    /// The agents.
    pub agents: Vec<Agent>,
    /// How many fit the search, shown or not.
    #[ts(type = "number")]
    pub total: u64,
}

impl From<ListQuery> for broker::ListQuery {
    fn from(query: ListQuery) -> Self {
        Self {
            search: query.search.unwrap_or_default().trim().to_owned(),
            limit: query.limit,
        }
    }
}
