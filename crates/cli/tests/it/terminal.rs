//! What only shows on a terminal: nothing hangs when its work is done, Ctrl-C ends it, and a slip undoes nothing.

use crate::setup::{Person, Running, browse, http, same_environment, send};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use testbed::switches::Switches;

/// Far longer than anything takes here, and far shorter than a login waits by itself.
const PATIENCE: Duration = Duration::from_secs(20);
const CTRL_C: &str = "\u{3}";

/// The program on a terminal of its own, which `script` makes.
struct Terminal {
    script: Running,
    keys: ChildStdin,
    output: Receiver<Vec<u8>>,
    shown: String,
}

impl Terminal {
    fn run(person: &Person, args: &[&str]) -> Self {
        Self::run_and(person, args, "")
    }

    /// The same in a shell that does something more on that terminal afterwards; the program says its number first.
    fn run_and(person: &Person, args: &[&str], more: &str) -> Self {
        let plain = person.command(args);
        let words: Vec<_> = std::iter::once(plain.get_program())
            .chain(plain.get_args())
            .map(|word| word.to_string_lossy())
            .collect();
        let said = if more.is_empty() {
            "exec "
        } else {
            "sh -c 'echo \"number $$ it has\"; exec \"$@\"' sh "
        };
        let line = format!("{said}'{}'{more}", words.join("' '"));
        let mut script = Command::new("script");
        script
            .args(["-qec", &line, "/dev/null"])
            .env("SHELL", "/bin/sh");
        same_environment(&mut script, &plain);
        let mut child = script
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script is installed");
        let (keys, mut screen) = (
            child.stdin.take().expect("stdin"),
            child.stdout.take().expect("stdout"),
        );
        let (part, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                if part.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            script: Running(child),
            keys,
            output,
            shown: String::new(),
        }
    }

    fn shows(&mut self, text: &str) {
        while !self.shown.contains(text) {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(error) => panic!("{text:?} was not shown ({error}), only: {}", self.shown),
            }
        }
    }

    fn types(&mut self, keys: &str) {
        self.keys
            .write_all(keys.as_bytes())
            .and_then(|()| self.keys.flush())
            .expect("typed");
    }

    /// The link that is shown to the person.
    fn link(&self) -> String {
        self.shown
            .lines()
            .find(|line| line.starts_with("http://"))
            .expect("a link")
            .trim()
            .to_owned()
    }

    /// It ends by itself, with nobody pressing a key: its exit status, and all that it showed.
    fn ends(mut self) -> (Option<i32>, String) {
        loop {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end: {}", self.shown),
            }
        }
        (
            self.script.0.wait().expect("it has ended").code(),
            self.shown.clone(),
        )
    }
}

fn state(person: &Person) -> String {
    person.json(&["show", "notes"])["resource"]["state"]
        .as_str()
        .expect("a state")
        .to_owned()
}

/// 1. The program waits for the browser, and for a line that may be pasted.
/// 2. The browser answers.
/// 3. The program ends, though it is still reading the terminal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_ends_when_the_browser_has_answered() {
    let person = Person::added(Switches::default()).await;
    let mut terminal = Terminal::run(&person, &["login", "notes"]);
    terminal.shows("You can also paste");
    let callback = browse(&terminal.link()).await;
    assert_eq!(http(&callback, "GET", &[], "").await.status, 200);
    let (status, shown) = terminal.ends();
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("notes: signed in as"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_ends_a_login_and_leaves_none_behind() {
    let person = Person::added(Switches::default()).await;
    for (args, waiting) in [
        (["login", "notes", "--no-browser"], "You can also paste"),
        (["login", "notes", "--paste"], "http://"),
    ] {
        let mut terminal = Terminal::run(&person, &args);
        terminal.shows(waiting);
        terminal.types(CTRL_C);
        let (status, shown) = terminal.ends();
        assert_eq!(status, Some(16), "{args:?}: {shown}");
        assert!(shown.contains("code: login_cancelled"), "{shown}");
        assert_eq!(state(&person), "login_needed", "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_while_waiting_undoes_nothing() {
    let person = Person::added(Switches::default()).await;
    for args in [
        ["login", "notes", "--no-browser"],
        ["login", "notes", "--paste"],
    ] {
        let mut terminal = Terminal::run(&person, &args);
        terminal.shows("state=");
        terminal.types("\nsomething else of the clipboard\n");
        terminal.shows("isn't the address that this sign-in ended on");
        assert_eq!(state(&person), "logging_in", "{args:?}");
        let callback = browse(&terminal.link()).await;
        terminal.types(&format!("  {callback}\n"));
        let (status, shown) = terminal.ends();
        assert_eq!(status, Some(0), "{args:?}: {shown}");
    }
    assert_eq!(state(&person), "active");
}

/// It waits for a browser that never comes, with its vault and key on the disk.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_that_is_interrupted_leaves_nothing() {
    let person = Person::with(Switches::default()).await;
    let mut command = person.command(&["demo", "--browser"]);
    let mut child = command
        .env("TMPDIR", person.folder.path())
        .spawn()
        .expect("it runs");
    let mut told = BufReader::new(child.stderr.take().expect("stderr"))
        .lines()
        .map_while(Result::ok);
    let mut running = Running(child);
    assert!(told.any(|line| line.starts_with("Waiting for the browser")));
    assert_eq!(
        std::fs::read_dir(person.folder.path())
            .expect("the folder")
            .count(),
        1,
        "its vault is there"
    );
    assert!(send("TERM", running.0.id()));
    assert_eq!(running.0.wait().expect("it ends").code(), Some(16));
    assert_eq!(
        std::fs::read_dir(person.folder.path())
            .expect("the folder")
            .count(),
        0,
        "nothing is left"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_undone_waits_for_a_yes() {
    let person = Person::added(Switches::default()).await;
    for (answer, status, state_after) in [("\n", 2, Some("login_needed")), ("y\n", 0, None)] {
        let mut terminal = Terminal::run(&person, &["remove", "notes"]);
        terminal.shows("[y/N]");
        terminal.types(answer);
        assert_eq!(terminal.ends().0, Some(status));
        match state_after {
            Some(known) => assert_eq!(state(&person), known),
            None => assert_eq!(person.json(&["list"]), serde_json::json!([])),
        }
    }
}

fn make_a_vault_with_a_passphrase(person: &Person) {
    let mut terminal = Terminal::run(person, &["vault", "create", "--passphrase"]);
    for question in ["New passphrase", "once more"] {
        terminal.shows(question);
        terminal.types("correct horse\n");
    }
    assert_eq!(terminal.ends().0, Some(0));
}

/// A vault with a passphrase: made, opened, refused, and told how without a terminal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passphrase_is_asked_for_where_someone_can_answer() {
    let person = Person::with(Switches::default()).await;
    make_a_vault_with_a_passphrase(&person);
    // The environment of these tests names a key file, which is not this vault's.
    let mut command = person.command(&["list"]);
    let output = command
        .env("GATELODGE_KEY_FILE", "")
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(21), "{text}");
    assert!(
        text.contains("GATELODGE_PASSPHRASE_FILE") && !text.contains("correct horse"),
        "{text}"
    );
    for (passphrase, status) in [("correct horse\n", 0), ("wrong horse\n", 21)] {
        let file = person.file("passphrase", passphrase);
        let mut command = person.command(&["list"]);
        let output = command
            .env("GATELODGE_KEY_FILE", "")
            .env("GATELODGE_PASSPHRASE_FILE", &file)
            .output()
            .expect("it runs");
        assert_eq!(
            output.status.code(),
            Some(status),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// A client secret that is typed is taken, and not said again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_secret_may_be_typed() {
    let person = Person::added(Switches::default()).await;
    person
        .web
        .add_client(testbed::StaticClient::new("typed").secret("correct horse"));
    person
        .web
        .switches()
        .set(|switches| switches.machine.client_credentials = true);
    let mut terminal = Terminal::run(
        &person,
        &[
            "client",
            "set",
            "notes",
            "--client-id",
            "typed",
            "--ask-secret",
        ],
    );
    terminal.shows("Client secret: ");
    terminal.types("correct horse\n");
    let (status, shown) = terminal.ends();
    assert_eq!(status, Some(0), "{shown}");
    let (_, said) = shown
        .split_once("client ID typed was saved for")
        .expect("what it did");
    assert!(!said.contains("horse"), "{said}");
    person.good(&["login", "notes", "--client-credentials"]);
}

#[cfg(unix)]
#[test]
fn the_demos_provider_ends_when_it_is_told_to() {
    for by_signal in [true, false] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
        let mut child = command
            .args(["demo", "--provider"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let (mut output, input) = (
            child.stdout.take().expect("stdout"),
            child.stdin.take().expect("stdin"),
        );
        let mut running = Running(child);
        let mut first = [0; 1];
        output.read_exact(&mut first).expect("it says where it is");
        if by_signal {
            assert!(send("TERM", running.0.id()));
        } else {
            drop(input);
        }
        // Its output closes with it.
        let (done, ended) = channel();
        std::thread::spawn(move || done.send(output.read_to_end(&mut Vec::new()).is_ok()));
        assert_eq!(
            ended.recv_timeout(PATIENCE),
            Ok(true),
            "by a signal: {by_signal}"
        );
        assert_eq!(
            running.0.wait().expect("it has ended").code(),
            Some(0),
            "by a signal: {by_signal}"
        );
    }
}

/// 1. A passphrase is asked for, and not shown while it is typed.
/// 2. Ctrl-C. 3. The shell's terminal shows again what is typed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_at_a_passphrase_leaves_a_terminal_that_shows_what_is_typed() {
    let person = Person::with(Switches::default()).await;
    let mut terminal = Terminal::run_and(
        &person,
        &["vault", "create", "--passphrase"],
        "; echo \"ended with $?\"; stty -a; exit 0",
    );
    terminal.shows("New passphrase");
    terminal.types("half a pass");
    terminal.types(CTRL_C);
    let (_, shown) = terminal.ends();
    assert!(
        shown.contains("ended with 2") && !shown.contains("half a pass"),
        "{shown}"
    );
    assert!(
        shown.split_whitespace().any(|word| word == "echo") && !shown.contains("-echo "),
        "{shown}"
    );
    assert!(
        shown.split_whitespace().any(|word| word == "isig"),
        "{shown}"
    );
}

/// The same where a signal ends it: of one that the program hears anyway, and of one that has a way of its own to end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_at_a_passphrase_leaves_a_terminal_that_shows_what_is_typed() {
    let person = Person::with(Switches::default()).await;
    make_a_vault_with_a_passphrase(&person);
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        for command in [&["list"][..], &["serve"], &["login", "notes"]] {
            let mut terminal = Terminal::run_and(
                &person,
                command,
                "; echo \"ended with $?\"; stty -a; exit 0",
            );
            terminal.shows("Passphrase of the vault");
            terminal.types("half a pass");
            let number = terminal
                .shown
                .split_once("number ")
                .and_then(|(_, rest)| rest.split_once(" it has"))
                .expect("its number")
                .0;
            let number = number.parse().expect("a number");
            assert!(send(signal, number), "{}", terminal.shown);
            let (_, shown) = terminal.ends();
            assert!(
                shown.contains(&format!("ended with {status}")),
                "{signal}, {command:?}: {shown}"
            );
            assert!(
                shown.split_whitespace().any(|word| word == "echo") && !shown.contains("-echo "),
                "{signal}, {command:?}: {shown}"
            );
        }
    }
}
