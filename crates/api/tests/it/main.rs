//! A host over a temporary vault, as the window sees it: names and JSON in, JSON or failures out.

mod commands;
mod demo;
mod doctor;
mod language;
mod links;
mod notices;
mod secrets;
mod setup;
mod standings;
mod told;
mod vault;
