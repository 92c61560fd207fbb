//! The main texts of the command line, as a person reads them on a whole journey. A change shows in review;
//! `INSTA_UPDATE=always` writes it anew.

use crate::help::ids_of_ours;
use crate::setup::Person;
use std::process::Output;
use testbed::switches::Switches;

/// What is another each time has a name here.
struct Transcript<'p> {
    person: &'p Person,
    names: Vec<(String, &'static str)>,
    text: String,
}

impl<'p> Transcript<'p> {
    fn of(person: &'p Person) -> Self {
        let (issuer, resource) = (person.web.issuer(), person.web.resource());
        let names = vec![
            (host(&issuer), "ISSUER"),
            (host(&resource), "MCP"),
            (person.folder.path().display().to_string(), "FOLDER"),
        ];
        Self {
            person,
            names,
            text: String::new(),
        }
    }

    fn names(&mut self, value: &serde_json::Value, name: &'static str) {
        self.names
            .push((value.as_str().expect("text").to_owned(), name));
    }

    fn run(&mut self, args: &[&str]) {
        let output = self.person.run(args);
        self.note(args, &output);
    }

    fn note(&mut self, args: &[&str], output: &Output) {
        let mut said = format!("$ gatelodge {}\n", args.join(" "));
        for text in [&output.stdout, &output.stderr] {
            said.push_str(&String::from_utf8_lossy(text));
        }
        match output.status.code() {
            Some(0) => {}
            code => said.push_str(&format!("[exit status {code:?}]\n")),
        }
        for (value, name) in &self.names {
            said = said.replace(value, name);
        }
        for line in said.lines() {
            let line = if line.contains("/authorize?") {
                "LINK".to_owned()
            } else {
                timeless(line)
            };
            self.text.push_str(&line);
            self.text.push('\n');
        }
        self.text.push('\n');
    }
}

fn host(url: &str) -> String {
    let (_, rest) = url.split_once("://").expect("a URL");
    rest.split('/').next().expect("a host").to_owned()
}

/// How long ago something was depends on the machine.
fn timeless(line: &str) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    while let Some(at) = words
        .windows(3)
        .position(|words| words[1].starts_with("second") && words[2].starts_with("ago"))
    {
        let number = words[at].trim_start_matches('(');
        if number.parse::<u32>().is_err() {
            break;
        }
        let open = if words[at].starts_with('(') {
            "(just"
        } else {
            "just"
        };
        let end = if words[at + 2].ends_with(')') {
            "now)"
        } else {
            "now"
        };
        words.splice(at..at + 3, [open, end]);
    }
    words.join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_texts_are_these() {
    let person = Person::approving(Switches {
        access_token_seconds: 5 * 86_400,
        ..Switches::default()
    })
    .await;
    let resource = person.web.resource();
    let mut transcript = Transcript::of(&person);
    transcript.run(&["list"]);
    transcript.run(&["add", &resource, "--name", "notes"]);
    transcript.run(&["list"]);
    transcript.run(&["show", "notes"]);
    transcript.run(&["token", "notes"]);
    let login = person.log_in("notes", |callback| callback).await;
    transcript.note(&["login", "notes", "--paste"], &login);
    let clients = person.json(&["client", "list"]);
    transcript.names(&clients[0]["id"], "CLIENT-ROW");
    transcript.names(&clients[0]["client_id"], "CLIENT-ID");
    let redirect = clients[0]["redirect_uris"][0].as_str().expect("a redirect");
    transcript.names.push((host(redirect), "LOOPBACK"));
    for command in [
        &["list"][..],
        &["show", "notes"],
        &["scopes", "notes"],
        &["account", "list", "notes"],
        &["client", "show", "notes"],
        &["client", "list"],
        &["concessions", "notes"],
        &["provider", "list"],
        &["refresh", "notes"],
        &["call", "notes", "nothing/there"],
    ] {
        transcript.run(command);
    }
    let key = person.folder.path().join("key-of-claude");
    let key = key.to_str().expect("UTF-8");
    let added = person.run(&["agent", "add", "claude", "--write-key", key]);
    let agents = person.json(&["agent", "list"]);
    transcript.names(&agents[0]["id"], "AGENT-ID");
    transcript.note(&["agent", "add", "claude", "--write-key", key], &added);
    for command in [
        &["agent", "permit", "claude", "notes", "--until", "7d"][..],
        &["agent", "list"],
        &["revoke", "notes"],
        &["revoke", "notes", "--yes"],
        &["receipts"],
        &["remove", "notes", "--yes"],
        &["vault", "status"],
        &["show", "notes"],
        &["add", "not an address"],
        &["logout"],
        &["doctor", &resource],
        &["doctor", &resource, "--format", "report"],
    ] {
        transcript.run(command);
    }
    let ids = ids_of_ours(&transcript.text);
    assert_eq!(ids, [""; 0], "strangers read it, and know the RFCs");
    insta::assert_snapshot!("transcript", transcript.text);
}
