//! An agent's key: shown once, or written into a file.

use crate::output::{Output, command_line, told};
use api::convert;
use broker::{Broker, Error, shell_word};
use messages::text;
use model::{Agent, Code};
use oauth::secret::Secret;
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// A new agent and its key.
pub(super) async fn add(
    broker: &Broker,
    name: &str,
    write_key: Option<&Path>,
    output: Output,
) -> Result<(), Error> {
    let address = address()?;
    let (agent, key) = broker.add_agent(name).await?;
    let Some(path) = write_key else {
        let told = show_key(&agent, &key, &address, output);
        if told.is_err() {
            // A key that nobody could read is no agent.
            broker.remove_agent(&agent.id).await?;
        }
        return told;
    };
    if let Err(error) = create_new(path).and_then(|mut file| write_key_to(&mut file, &key)) {
        // A key that nobody can have is no agent.
        broker.remove_agent(&agent.id).await?;
        return Err(unwritable(path, &error));
    }
    in_file(&agent, path, output)
}

/// Another key for an agent that there is.
pub(super) async fn renew(
    broker: &Broker,
    agent: &str,
    write_key: Option<&Path>,
    output: Output,
) -> Result<(), Error> {
    // A file that cannot be made must not cost the agent its old key.
    let file = write_key
        .map(|path| create_new(path).map_err(|error| unwritable(path, &error)))
        .transpose()?;
    let id = broker.agent(agent).await?.id;
    let (agent, key) = broker.new_agent_key(&id).await?;
    match (write_key, file) {
        (Some(path), Some(mut file)) => {
            write_key_to(&mut file, &key).map_err(|error| unwritable(path, &error))?;
            in_file(&agent, path, output)
        }
        _ => show_key(&agent, &key, &address()?, output),
    }
}

fn address() -> Result<String, Error> {
    Ok(format!(
        "http://127.0.0.1:{}",
        endpoint::Options::from_environment()?.port
    ))
}

fn show_key(agent: &Agent, key: &Secret, address: &str, output: Output) -> Result<(), Error> {
    let (example, key) = (convert::example(&agent.id, key, address), key.expose());
    let command = command_line(&["agent", "new-key", &agent.name, "--write-key", "PATH"]);
    let lines = [
        told(text::CliAgentId { id: &agent.id }),
        told(text::CliAgentKey { key }),
        told(text::CliAgentKeyOnce),
        format!("  {example}"),
        told(text::CliAgentKeySocket { command }),
        format!("  {}", over_socket(&agent.id, Path::new("PATH"))),
    ];
    let answer = json!({ "id": agent.id, "name": agent.name, "key": key });
    output.answer(&answer, &lines.join("\n"))
}

fn in_file(agent: &Agent, path: &Path, output: Output) -> Result<(), Error> {
    let example = over_socket(
        &agent.id,
        &std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    );
    let path = path.display().to_string();
    let lines = [
        told(text::CliAgentId { id: &agent.id }),
        told(text::CliAgentKeyInFile { path: &path }),
        told(text::CliAgentBySocket),
        format!("  {example}"),
    ];
    let answer = json!({ "id": agent.id, "name": agent.name, "key_file": path });
    output.answer(&answer, &lines.join("\n"))
}

/// How an agent gets a token without sending its key to a port.
fn over_socket(id: &str, path: &Path) -> String {
    let path = shell_word(&path.to_string_lossy());
    format!(
        "GATELODGE_AGENT_ID={id} GATELODGE_AGENT_KEY_FILE={path} gatelodge token MCP_SERVER_URL"
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    let (path, problem) = (path.display().to_string(), error.to_string());
    Error::new(
        Code::InvalidArgument,
        text::CliFileUnwritable { path, problem },
    )
    .with_hint(text::CliFileUnwritableHint)
}

fn create_new(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn write_key_to(file: &mut File, key: &Secret) -> std::io::Result<()> {
    writeln!(file, "{}", key.expose())?;
    file.sync_all()
}
