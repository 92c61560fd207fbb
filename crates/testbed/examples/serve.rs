//! Starts a testbed by hand, or for tests that are no Rust: prints one line of JSON, then serves until ctrl-c.
//!
//! Flags: `--as-port N`, `--mcp-port N`, `--access-token-seconds N`, `--switches JSON`, `--no-controls`.

use std::error::Error;

use serde_json::json;
use testbed::{Switches, Testbed};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (mut as_port, mut mcp_port, mut controls) = (0, 0, true);
    let (mut switches, mut access_token_seconds) = (Switches::default(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{flag} needs a value"));
        match flag.as_str() {
            "--as-port" => as_port = value()?.parse()?,
            "--mcp-port" => mcp_port = value()?.parse()?,
            "--access-token-seconds" => access_token_seconds = Some(value()?.parse()?),
            "--switches" => switches = serde_json::from_str(&value()?)?,
            "--no-controls" => controls = false,
            _ => return Err(format!("{flag} is no flag of this example").into()),
        }
    }
    if let Some(seconds) = access_token_seconds {
        switches.access_token_seconds = seconds;
    }
    let web = Testbed::options()
        .ports(as_port, mcp_port)
        .switches(switches)
        .controls(controls)
        .start()
        .await?;
    println!(
        "{}",
        json!({ "issuer": web.issuer(), "resource": web.resource() })
    );
    tokio::signal::ctrl_c().await?;
    web.stop().await;
    Ok(())
}
