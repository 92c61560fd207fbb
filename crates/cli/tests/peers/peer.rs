//! The foreign servers as programs of their own.

use crate::setup::Running;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long a server may take to say something at all.
/// On an idle machine the slowest needs three seconds for its imports alone.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// Where `cargo xtask peers` puts the Python servers.
const PYTHON: &str = ".venv/bin/python";

/// A server in `peers/` that says where it is in one line of JSON. It ends with this value.
pub(crate) struct Peer {
    pub(crate) ready: Value,
    _running: Running,
}

pub(crate) fn is_asked_for() -> bool {
    let asked = std::env::var_os("GATELODGE_PEERS").is_some();
    if !asked {
        println!("left out: run `cargo xtask peers`");
    }
    asked
}

impl Peer {
    fn node(args: &[&str]) -> Self {
        Self::begun(start("node", args, &[], "\"resource\""))
    }

    pub(crate) fn python(args: &[&str]) -> Self {
        Self::begun(start(PYTHON, args, &[], "\"resource\""))
    }

    /// oidc-provider and the MCP SDK's resource server, with what is to be special.
    pub(crate) fn oidc_with(special: &Value) -> Self {
        Self::node(&["oidc.mjs", &special.to_string()])
    }

    /// The same with nothing special, one for all tests. Such a server ends when our end of its stdin does.
    pub(crate) fn oidc() -> &'static Self {
        static SHARED: OnceLock<Peer> = OnceLock::new();
        SHARED.get_or_init(|| Self::oidc_with(&json!({})))
    }

    pub(crate) fn better_auth() -> &'static Self {
        static SHARED: OnceLock<Peer> = OnceLock::new();
        SHARED.get_or_init(|| Self::node(&["better_auth.mjs"]))
    }

    pub(crate) fn workers() -> &'static Self {
        static SHARED: OnceLock<Peer> = OnceLock::new();
        SHARED.get_or_init(Self::workers_alone)
    }

    pub(crate) fn authlib() -> Self {
        Self::python(&["authlib_server.py"])
    }

    /// One that a test may empty.
    pub(crate) fn workers_alone() -> Self {
        Self::node(&["workers_provider.mjs"])
    }

    /// django-oauth-toolkit as it comes, with OpenID Connect. It deletes its folder itself.
    pub(crate) fn django() -> &'static Self {
        static SHARED: OnceLock<Peer> = OnceLock::new();
        SHARED.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder").keep();
            Self::django_with(&folder, &json!({ "OIDC_ENABLED": true }))
        })
    }

    /// One with these settings beside those of `django_server.py`, its database in this folder.
    pub(crate) fn django_with(folder: &Path, settings: &Value) -> Self {
        let folder = folder.to_str().expect("UTF-8");
        Self::python(&["django_server.py", folder, &settings.to_string()])
    }

    fn begun((running, line): (Running, String)) -> Self {
        Self {
            ready: serde_json::from_str(&line).expect("JSON"),
            _running: running,
        }
    }

    /// The URL of the MCP server.
    pub(crate) fn resource(&self) -> &str {
        self.text("/resource")
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.ready
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{pointer} in {}", self.ready))
    }
}

/// Two ports that are free, for servers that take none by themselves. Below those that the system gives to whoever asks for
/// any, or another test's server could get one of them before ours is there.
pub(crate) fn free_ports() -> (u16, u16) {
    /// No two tests are given the same ones.
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let free = || {
        let places = (0..12_000).map(|_| {
            std::process::id()
                .wrapping_mul(37)
                .wrapping_add(TAKEN.fetch_add(1, Ordering::SeqCst))
        });
        let mut ports =
            places.map(|place| u16::try_from(20_000 + place % 12_000).expect("below 32000"));
        ports
            .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
            .expect("a free port")
    };
    (free(), free())
}

/// Starts a server in `peers/`, reads its output until a line has `ready` in it, and returns that line.
pub(crate) fn start(
    program: &str,
    args: &[&str],
    variables: &[(&str, String)],
    ready: &str,
) -> (Running, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../peers");
    // A name alone is looked up in PATH; one with a slash is where `cargo xtask peers` put it.
    let program = if program.contains('/') {
        folder.join(program)
    } else {
        program.into()
    };
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).envs(
        variables
            .iter()
            .map(|(name, value)| (*name, value.as_str())),
    );
    // What it says on stderr stands in the log of the run: why it failed, if it did.
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("stdout"));
    let running = Running(child);
    let (line, lines) = std::sync::mpsc::channel();
    // It may go on talking; somebody has to listen, or it would stop at a full pipe.
    std::thread::spawn(move || {
        output
            .lines()
            .map_while(Result::ok)
            .for_each(|text| drop(line.send(text)));
    });
    loop {
        let line = lines
            .recv_timeout(PATIENCE)
            .expect("it is ready, and has not ended");
        if line.contains(ready) {
            return (running, line);
        }
    }
}
