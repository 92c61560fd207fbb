//! The link reaches the browser as one word, whatever an authorization server wrote into it; no shell reads it.

use crate::setup::{Person, Running, browse, http};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use testbed::switches::Switches;

/// A desktop's opener that notes what it was given.
fn opener(folder: &Path) {
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >'{}'\n",
        folder.join("given").display()
    );
    let program = folder.join("xdg-open");
    std::fs::write(&program, script).expect("written");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).expect("a program");
}

/// 1. The authorization endpoint's own query is what a shell would run. 2. The desktop's opener gets one argument, and it is the
///    address. 3. Nothing was run. 4. The login goes on from there and ends well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b08_the_link_is_one_argument_and_no_shell_reads_it() {
    let hostile =
        "a=$(touch$IFS$PWD/PWN)&b=;touch+PWN;&c=%26calc%26&d=%PATH%&e='|touch+PWN|'&f=--help&g=*";
    let person = Person::approving(Switches::default()).await;
    let endpoint = format!("{}/authorize?{hostile}", person.web.issuer());
    person
        .web
        .switches()
        .set(|switches| switches.authorization_endpoint = Some(endpoint));
    person.good(&["add", &person.web.resource(), "--name", "notes"]);

    let desktop = tempfile::tempdir().expect("a temporary folder");
    opener(desktop.path());
    let path = format!("{}:/usr/bin:/bin", desktop.path().display());
    let mut command = person.command(&["login", "notes"]);
    command
        .env_remove("GATELODGE_BROWSER")
        .env("PATH", path)
        .current_dir(desktop.path());
    let mut login = Running(command.spawn().expect("the program runs"));
    // It says whose page it is, then opens it, and says where to go once the opener has ended.
    let mut stderr = BufReader::new(login.0.stderr.take().expect("stderr"));
    let mut line = || {
        let mut said = String::new();
        stderr.read_line(&mut said).map(|_| said).expect("a line")
    };
    assert!(
        line().starts_with("You sign in at 127.0.0.1:"),
        "the host is told before anything opens"
    );
    line();

    let given =
        std::fs::read_to_string(desktop.path().join("given")).expect("the opener was called");
    let words: Vec<&str> = given.lines().collect();
    let [opened] = words[..] else {
        panic!("one word: {given}")
    };
    let page = format!("{}/authorize?", person.web.issuer());
    assert!(
        opened.starts_with(&page) && opened.contains("code_challenge="),
        "{opened}"
    );
    let mut left: Vec<_> = std::fs::read_dir(desktop.path())
        .expect("there")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["given", "xdg-open"], "nothing else was run");

    let callback = browse(opened).await;
    assert_eq!(http(&callback, "GET", &[], "").await.status, 200);
    assert!(login.0.wait().expect("it ends").success());
}
