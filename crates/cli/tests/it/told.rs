//! What the command line tells: whose page it is, what a login brought, what was not taken back, and the command that helps.

use crate::setup::{Person, Running};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use testbed::switches::{
    IssuerInMetadata, PkceAdvertised, RevocationAnswers, ScopeInAnswer, Switches, TokenAnswers,
};

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn host(url: &str) -> &str {
    url.strip_prefix("http://").unwrap_or(url)
}

/// Every host, before a browser opens: what protects the server is its issuer, whoever's page it shows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attack_08_each_host_is_told_before_a_login() {
    let person = Person::approving(Switches {
        any_host: true,
        ..Switches::default()
    })
    .await;
    let issuer = person.web.issuer();
    let page = issuer.replace("127.0.0.1", "localhost");
    person
        .web
        .switches()
        .set(|switches| switches.authorization_endpoint = Some(format!("{page}/authorize")));
    let told = person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let hosts = format!(
        "You sign in at {}. Gatelodge gets tokens from {}. The issuer is {}.",
        host(&page),
        host(&issuer),
        host(&issuer)
    );
    assert!(
        told.contains(&format!("notes is protected by {}.\n", host(&issuer)))
            && told.contains(&hosts),
        "{told}"
    );
    let shown = person.good(&["show", "notes"]);
    for line in [
        format!("  sign-in page     {}", host(&page)),
        format!("  tokens from      {}", host(&issuer)),
    ] {
        assert!(shown.contains(&line), "{line}: {shown}");
    }
    let login = person
        .log_in_with(
            "notes",
            async |_: &str| "nowhere".to_owned(),
            |callback| callback,
        )
        .await;
    assert!(said(&login).contains(&hosts), "{}", said(&login));
}

/// Nothing is published: the command that enters the addresses is named, it names the concession that it needs, and what was
/// entered is marked as that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d08_the_command_that_enters_addresses_is_named() {
    let person = Person::approving(Switches::default().without_metadata()).await;
    let (url, issuer) = (person.web.resource(), person.web.issuer());
    let refused = person.run(&["add", &url]);
    let command = format!("gatelodge endpoints {url} --authorization URL --token URL");
    assert!(
        refused.status.code() == Some(12) && said(&refused).contains(&command),
        "{}",
        said(&refused)
    );
    let (login, token) = (format!("{issuer}/authorize"), format!("{issuer}/token"));
    let entering = [
        "endpoints",
        &url,
        "--authorization",
        &login,
        "--token",
        &token,
        "--name",
        "notes",
    ];
    let refused = person.run(&entering);
    let allowing = [&entering[..], &["--concede", "pkce-unadvertised"]].concat();
    let command = format!("gatelodge {}", allowing.join(" "));
    assert!(
        refused.status.code() == Some(14) && said(&refused).contains(&command),
        "{}",
        said(&refused)
    );
    assert!(
        person
            .good(&allowing)
            .contains("You entered these addresses")
    );
    assert!(
        person
            .good(&["show", "notes"])
            .contains("You entered these addresses")
    );
}

/// One command allows all that a server departs in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn q20_one_command_allows_all_departures() {
    let switches = Switches {
        pkce_advertised: PkceAdvertised::Nothing,
        issuer_in_metadata: IssuerInMetadata::Other("https://other.example".into()),
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let url = person.web.resource();
    let refused = person.run(&["add", &url, "--name", "notes"]);
    let command = [
        "add",
        &url,
        "--name",
        "notes",
        "--concede",
        "issuer-mismatch",
        "--concede",
        "pkce-unadvertised",
    ];
    assert!(
        said(&refused).contains(&format!("gatelodge {}", command.join(" "))),
        "{}",
        said(&refused)
    );
    person.good(&command);
    assert!(
        person.run(&["doctor", &url]).status.success(),
        "by concession it works"
    );
    person
        .web
        .switches()
        .set(|switches| switches.pkce_advertised = PkceAdvertised::PlainOnly);
    assert_eq!(
        person.run(&["doctor", &url]).status.code(),
        Some(14),
        "a script sees that it is broken"
    );
}

/// A server for programs: no browser is promised. Its own word for itself is marked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_for_programs_names_the_login_that_it_has() {
    let person = Person::approving(Switches::default().for_programs_only()).await;
    let told = person.good(&["add", &person.web.resource()]);
    let next = told
        .lines()
        .find_map(|line| line.strip_prefix("next: gatelodge "))
        .unwrap_or_else(|| panic!("{told}"));
    assert!(
        next.ends_with(" --client-credentials")
            && told.contains("The server chose this name itself"),
        "{told}"
    );
    assert!(
        told.contains(&format!("is protected by {}", host(&person.web.issuer()))),
        "{told}"
    );
    let name = person.json(&["list"])[0]["name"]
        .as_str()
        .expect("a name")
        .to_owned();
    assert!(
        person
            .good(&["show", &name])
            .contains("The server chose this name itself")
    );
}

/// What a login brought, and what it did not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn q42_a_login_says_what_it_brought() {
    let silent = Switches {
        challenge_scope: None,
        resource_scopes: None,
        scope_in_answer: ScopeInAnswer::Missing,
        ..Switches::default().for_programs_only()
    };
    let told = Person::added(silent).await.good(&["login", "notes"]);
    assert!(
        told.contains("granted: access; the sign-in service didn't say which permissions"),
        "{told}"
    );
    let openid = Switches {
        offline_needs_consent: true,
        refresh_needs_offline_access: true,
        scopes_supported: Some(
            ["openid", "notes:read", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
        ),
        ..Switches::default()
    };
    let person = Person::added(openid).await;
    let told = said(&person.log_in("notes", |callback| callback).await);
    assert!(
        told.contains("no refresh token") && told.contains("gatelodge login notes --consent"),
        "{told}"
    );
    assert!(
        !said(&person.log_in("notes", |callback| callback).await).contains("no refresh token"),
        "the next one asks for it"
    );
}

/// 1. The issuer refuses to renew a token that lives. 2. Nothing says any more that it renews by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f19_a_login_that_is_refused_does_not_renew_by_itself() {
    let person = Person::added(Switches::default()).await;
    person.log_in("notes", |callback| callback).await;
    assert!(person.good(&["show", "notes"]).contains("renews by itself"));
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = Some(TokenAnswers::Empty403));
    let refused = person.run(&["refresh", "notes"]);
    assert_eq!(refused.status.code(), Some(20), "{}", said(&refused));
    let shown = person.good(&["show", "notes"]);
    assert!(
        !shown.contains("renews by itself") && shown.contains("Then you have to sign in again"),
        "{shown}"
    );
    assert!(shown.contains("refuses to renew"), "{shown}");
}

/// What is left to do is said with the receipt; and a server that was removed before it was proven ends with its own status.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_says_how_long_the_token_lives_and_what_is_left_to_do() {
    let unmanaged = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person = Person::added(
        unmanaged
            .clone()
            .answering_revocation(RevocationAnswers::Status(404)),
    )
    .await;
    person.log_in("notes", |callback| callback).await;
    let told = said(&person.run(&["revoke", "notes", "--yes"]));
    for line in [
        "can use it for another ",
        &format!("Sign in at {}", person.web.issuer()),
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let person = Person::added(unmanaged.answering_revocation(RevocationAnswers::Lies)).await;
    person.log_in("notes", |callback| callback).await;
    let removed = person.run(&["remove", "notes", "--yes"]);
    assert_eq!(removed.status.code(), Some(25), "{}", said(&removed));
    assert!(
        said(&removed).contains("notes was removed")
            && said(&removed).contains("still accepts the most recent token")
    );
}

/// `client show` prints what a login sends, before and after there is a client; a new one is made and forgotten on request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r24_the_redirects_that_are_shown_are_those_that_are_used() {
    let person = Person::added(Switches::default()).await;
    let answers = || {
        let shown = person.good(&["client", "show", "notes"]);
        let line = shown
            .lines()
            .find_map(|line| line.strip_prefix("answers at"))
            .unwrap_or_else(|| panic!("{shown}"));
        line.trim().to_owned()
    };
    assert!(
        answers().ends_with("(registered at the first sign-in)"),
        "{}",
        answers()
    );
    person
        .log_in_by("notes", &["--redirect", "deep-link"])
        .await;
    let sent = person.web.requests_to("/authorize")[0]
        .param("redirect_uri")
        .expect("sent");
    assert_eq!(answers(), sent);
    assert_eq!(
        person.json(&["client", "show", "notes"])["client"]["redirect_uris"],
        json!([sent])
    );
    // By the same way back each time: another one is a registration of its own anyway.
    for (more, registered) in [([].as_slice(), 1), (&["--register-by", "dynamic"], 2)] {
        assert!(
            person
                .log_in_by("notes", &[&["--redirect", "deep-link"], more].concat())
                .await
                .status
                .success()
        );
        assert_eq!(person.web.requests("/register"), registered, "{more:?}");
    }
    let id = person.json(&["show", "notes"])["client"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let refused = person.run(&["client", "forget", &id]);
    assert!(
        refused.status.code() == Some(2)
            && said(&refused).contains(&format!("client forget {id} --yes")),
        "{}",
        said(&refused)
    );
    person.good(&["client", "forget", &id, "--yes"]);
}

/// 1. Another program holds the port: `serve` says so and goes on. 2. It becomes free: `serve` tells of it. 3. A second one does
///    without.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_tells_of_a_port_that_became_free() {
    let person = Person::with(Switches::default()).await;
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = other.local_addr().expect("bound").port().to_string();
    let mut command = person.command(&["serve", "--json"]);
    let mut serving = Running(
        command
            .env("GATELODGE_PORT", &port)
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs"),
    );
    let (told, lines) = mpsc::channel();
    let output = BufReader::new(serving.0.stdout.take().expect("stdout"));
    std::thread::spawn(move || {
        output
            .lines()
            .map_while(Result::ok)
            .try_for_each(|line| told.send(line))
    });
    let until = |part: &str| {
        let mut seen = Vec::new();
        while !seen.last().is_some_and(|line: &String| line.contains(part)) {
            seen.push(
                lines
                    .recv_timeout(Duration::from_secs(20))
                    .unwrap_or_else(|_| panic!("no {part:?} in {seen:?}")),
            );
        }
        seen.pop().unwrap_or_default()
    };
    until("\"listening\": false");
    let message = until("\"message\"");
    let is_a_sentence = message.contains("\"message\": \"") && message.contains(&port);
    assert!(is_a_sentence, "{message}");
    drop(other);
    let status: Value = serde_json::from_str(&until("\"listening\":true")).expect("a record");
    assert_eq!(status["address"], json!(format!("http://127.0.0.1:{port}")));
    let mut second = Running(person.command(&["serve"]).spawn().expect("it runs"));
    let mut line = String::new();
    BufReader::new(second.0.stdout.take().expect("stdout"))
        .read_line(&mut line)
        .expect("a line");
    assert_eq!(
        line.trim(),
        "Not serving: another Gatelodge already serves the agents."
    );
}

/// Where an issuer takes client id metadata documents alone, a login needs one that is hosted first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_only_documents_are_taken_the_next_step_is_to_have_one() {
    let documents_alone = Switches::default()
        .without_registration()
        .with_client_documents();
    let person = Person::approving(documents_alone).await;
    let next = || {
        let told = person.good(&["add", &person.web.resource(), "--name", "notes"]);
        let (_, next) = told.split_once("next: ").expect("what comes next");
        next.trim().to_owned()
    };
    assert_eq!(next(), "gatelodge client show notes");
    let url = "https://gatelodge.example/oauth/client.json";
    person.good(&["client-metadata", "--url", url, "--save"]);
    assert_eq!(next(), "gatelodge login notes");
}
