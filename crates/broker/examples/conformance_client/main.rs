//! The client that `cargo xtask conformance` gives to the official MCP conformance suite: one small MCP client whose
//! every request goes through the broker, and one person who uses it.
//!
//! It knows no scenario and nothing of the authorization profile. What the suite tells it is what a person would be
//! told: the server's URL, the revision to speak, and whatever an administrator would have handed over
//! ([`context::Context`], by which fields are there).

mod browser;
mod context;
mod mcp;
mod person;

use std::process::ExitCode;

use mcp::{Mcp, Revision};
use person::Person;
use serde_json::json;

/// A failure is a sentence on stderr, where the suite keeps it.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The one tool of the suite's servers.
const TOOL: &str = "test-tool";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let url = std::env::args()
        .next_back()
        .filter(|url| url.starts_with("http"))
        .ok_or("the last argument is no URL")?;
    let context = context::Context::from_environment()?;
    let revision =
        Revision::named(&std::env::var("MCP_CONFORMANCE_PROTOCOL_VERSION").unwrap_or_default());
    let person = Person::at_a_new_machine().await?;
    let server = person.add(&url, &context).await?;
    let mut mcp = Mcp::new(&person, &server, revision);
    mcp.begin().await?;
    let listed = mcp.request("tools/list", json!({})).await?;
    let has_it = listed["tools"]
        .as_array()
        .is_some_and(|tools| tools.iter().any(|tool| tool["name"] == TOOL));
    if !has_it {
        return Err(format!("the server has no tool {TOOL}: {listed}").into());
    }
    let answer = mcp
        .request("tools/call", json!({ "name": TOOL, "arguments": {} }))
        .await?;
    println!("{answer}");
    Ok(())
}
