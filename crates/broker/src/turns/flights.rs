//! Renewals under way in this process: one flight per grant, which all who come meanwhile join.

use crate::Error;
use futures_util::future::{BoxFuture, Shared};
use model::{Grant, GrantId};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

pub(crate) type Flight = Shared<BoxFuture<'static, Result<Grant, Error>>>;

#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<GrantId, Flight>>);

/// How long a process waits for another one's refresh. Longer than one request may take.
pub(crate) const LOCK_WAIT: Duration = Duration::from_secs(40);

impl Flights {
    /// The one that is under way for this grant, or the one that begins now.
    pub(crate) fn join(&self, id: &GrantId, begin: impl FnOnce() -> Flight) -> Flight {
        let mut under_way = crate::locked(&self.0);
        under_way.entry(id.clone()).or_insert_with(begin).clone()
    }

    pub(crate) fn end(&self, id: &GrantId) {
        crate::locked(&self.0).remove(id);
    }
}
