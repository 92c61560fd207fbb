//! The messages of all languages, as build.rs found them: nothing is parsed here.

include!(concat!(env!("OUT_DIR"), "/index.rs"));

/// A language: its tag, and the text of each file.
pub(crate) struct Files {
    pub(crate) tag: &'static str,
    pub(crate) sources: &'static [&'static str],
}

/// A message: its id, the number of its file, and its variables in their order.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: &'static str,
    pub(crate) file: usize,
    pub(crate) variables: &'static [&'static str],
}

/// The message of this id, if this release has it.
pub(crate) fn message(id: &str) -> Option<&'static Message> {
    let at = MESSAGES
        .binary_search_by(|message| message.id.cmp(id))
        .ok()?;
    MESSAGES.get(at)
}
