//! Transcripts: which requests are made, in which order, and what follows, over a canned web.

mod discovery;
mod registration;
mod revocation;
mod tokens;
mod web;
