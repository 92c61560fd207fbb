//! One person at a terminal: a home, a key file, a free port, and a browser that is never opened.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use testbed::Testbed;
use testbed::switches::Switches;
use vault::{Home, KeySource, OpenResult, OsKeyring, Vault};

pub(crate) struct Person {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) web: Testbed,
}

/// A program that is ended with the test, whatever happens.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Person {
    pub(crate) async fn with(switches: Switches) -> Self {
        let web = Testbed::start(switches).await.expect("a free port");
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            web,
        }
    }

    /// Someone whose consent is a matter of course.
    pub(crate) async fn approving(switches: Switches) -> Self {
        Self::with(switches.approving_as("ada")).await
    }

    /// The same, with the server added.
    pub(crate) async fn added(switches: Switches) -> Self {
        let person = Self::approving(switches).await;
        person.good(&["add", &person.web.resource(), "--name", "notes"]);
        person
    }

    /// A file of the person's that nobody else can read.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        put(&path, content, 0o600);
        path
    }

    /// The same vault, as another program opens it.
    pub(crate) async fn vault(&self) -> Vault {
        let home = Home::new(self.folder.path().join("home")).expect("a home");
        let source = KeySource::KeyFile(self.folder.path().join("key"));
        let keyring = Arc::new(OsKeyring::new(&home));
        match Vault::open(&home, source, keyring).await {
            Ok(OpenResult::Opened(vault)) => vault,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        command
            .args(args)
            .env("GATELODGE_HOME", self.folder.path().join("home"))
            .env("GATELODGE_KEY_FILE", self.folder.path().join("key"))
            .env("GATELODGE_BROWSER", "none")
            // The usual limit: on a busy machine an honest server may well take seconds.
            .env_remove("GATELODGE_TIMEOUT_SECONDS")
            // Any free port: these tests run beside each other.
            .env("GATELODGE_PORT", "0")
            .env_remove("GATELODGE_AGENT_ID")
            .env_remove("GATELODGE_AGENT_KEY_FILE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program runs")
    }

    /// Runs it, and it succeeds; what it said on stdout.
    pub(crate) fn good(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("text")
    }

    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.good(&[args, &["--json"]].concat())).expect("JSON")
    }

    /// Logs in as someone whose authorization server asks nothing.
    pub(crate) async fn log_in(&self, server: &str, change: impl Fn(String) -> String) -> Output {
        self.log_in_with(server, async |link: &str| browse(link).await, change)
            .await
    }

    /// The same, with these flags.
    pub(crate) async fn log_in_by(&self, server: &str, flags: &[&str]) -> Output {
        self.pasting(
            &[&["login", server, "--paste"], flags].concat(),
            async |link: &str| browse(link).await,
            |callback| callback,
        )
        .await
    }

    /// `login --paste`: reads the link, goes there with a browser, and pastes where it ends.
    pub(crate) async fn log_in_with(
        &self,
        server: &str,
        browser: impl AsyncFn(&str) -> String,
        change: impl Fn(String) -> String,
    ) -> Output {
        self.pasting(&["login", server, "--paste"], browser, change)
            .await
    }

    async fn pasting(
        &self,
        args: &[&str],
        browser: impl AsyncFn(&str) -> String,
        change: impl Fn(String) -> String,
    ) -> Output {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut output = BufReader::new(child.stdout.take().expect("stdout"));
        let mut link = String::new();
        output.read_line(&mut link).expect("the link");
        if link.starts_with("http") {
            let callback = change(browser(link.trim()).await);
            writeln!(child.stdin.take().expect("stdin"), "{callback}").expect("pasted");
        }
        child.wait_with_output().expect("it ends")
    }

    pub(crate) async fn added_and_logged_in(&self) {
        self.good(&["add", &self.web.resource(), "--name", "notes"]);
        let output = self.log_in("notes", |callback| callback).await;
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// `serve`, and the address that it says.
    pub(crate) fn serve(&self) -> (Running, String) {
        let mut running = Running(
            self.command(&["serve", "--json"])
                .spawn()
                .expect("the program runs"),
        );
        let address = said_where(&mut running.0);
        (running, address)
    }
}

/// A file with this content and these rights.
pub(crate) fn put(path: &Path, content: impl AsRef<[u8]>, mode: u32) {
    std::fs::write(path, content).expect("written");
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
        .expect("ours");
}

/// For another program that runs ours.
pub(crate) fn same_environment(command: &mut Command, plain: &Command) {
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// Sends a process a signal; false if it is not there.
pub(crate) fn send(signal: &str, id: u32) -> bool {
    let id = id.to_string();
    let sent = Command::new("kill").args(["-s", signal, &id]).status();
    sent.expect("kill runs").success()
}

/// The address that `serve --json` says.
pub(crate) fn said_where(serving: &mut Child) -> String {
    let mut output = BufReader::new(serving.stdout.take().expect("stdout"));
    let mut text = String::new();
    while !text.trim_end().ends_with('}') {
        assert_ne!(
            output.read_line(&mut text).expect("its answer"),
            0,
            "it ended: {text}"
        );
    }
    let status: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    status["address"].as_str().expect("an address").to_owned()
}

/// Where the authorization server sends a browser whose person approves.
pub(crate) async fn browse(url: &str) -> String {
    let reply = http(url, "GET", &[], "").await;
    reply
        .location
        .unwrap_or_else(|| panic!("a redirect, not {} {}", reply.head, reply.text))
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) head: String,
    pub(crate) text: String,
    pub(crate) json: serde_json::Value,
}

/// One request over plain HTTP.
pub(crate) async fn http(url: &str, method: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let url = url::Url::parse(url).expect("a URL");
    let host = format!(
        "{}:{}",
        url.host_str().expect("a host"),
        url.port().expect("a port")
    );
    let target = url.query().map_or_else(
        || url.path().to_owned(),
        |query| format!("{}?{query}", url.path()),
    );
    let mut request = format!(
        "{method} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    let mut stream = tokio::net::TcpStream::connect(&host)
        .await
        .expect("it listens");
    stream
        .write_all(format!("{request}\r\n{body}").as_bytes())
        .await
        .expect("sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("an answer");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let location = head.lines().find_map(|line| {
        line.split_once(": ")
            .filter(|(name, _)| name.eq_ignore_ascii_case("location"))
    });
    Reply {
        status: head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status"),
        location: location.map(|(_, value)| value.to_owned()),
        head: head.to_owned(),
        text: body.to_owned(),
        json: serde_json::from_str(body).unwrap_or_default(),
    }
}

/// `POST /token` as an agent.
pub(crate) async fn fetch(address: &str, id: &str, key: &str, resource: &str) -> Reply {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", key),
            ("resource", resource),
        ])
        .finish();
    http(
        &format!("{address}/token"),
        "POST",
        &[("content-type", "application/x-www-form-urlencoded")],
        &form,
    )
    .await
}

/// The status of an MCP request with this token.
pub(crate) async fn call_mcp(resource: &str, token: &str) -> u16 {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ];
    http(resource, "POST", &headers, body).await.status
}
