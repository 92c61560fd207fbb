//! Bad input: a sentence, what to do, a stable code, an exit status; and no secret in any of them.

use crate::setup::Person;
use testbed::switches::{
    Answer, AuthorizeAnswers, IssInResponse, McpAnswers, ResourceMetadataPlace, Switches,
};

fn refusal(person: &Person, args: &[&str]) -> (String, i32, String) {
    let output = person.run(&[args, &["--json"]].concat());
    assert!(
        output.stdout.is_empty(),
        "{args:?}: an error says nothing on stdout"
    );
    let text = String::from_utf8(output.stderr).expect("text");
    let error: serde_json::Value = serde_json::from_str(text.lines().last().unwrap_or_default())
        .unwrap_or_else(|_| panic!("JSON, not {text}"));
    let said = |member: &str| {
        error["error"][member]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert!(
        !said("message").is_empty() && !said("hint").is_empty(),
        "{text}"
    );
    (said("code"), output.status.code().expect("a status"), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_that_are_none() {
    let person = Person::with(Switches::default()).await;
    for (typed, code, status) in [
        ("notion", "not_a_url", 10),
        ("http://example.com/mcp", "not_https", 10),
        ("javascript:alert(1)", "not_a_url", 10),
        ("https://u:CANARY@example.com/", "not_a_url", 10),
        ("http://127.0.0.1:9/mcp", "unreachable", 13),
    ] {
        let (found, exit, text) = refusal(&person, &["add", typed]);
        assert_eq!((found.as_str(), exit), (code, status), "{typed}: {text}");
        assert!(!text.contains("CANARY"));
    }
    assert_eq!(refusal(&person, &["show", "nobody"]).0, "not_found");
    assert_eq!(
        refusal(&person, &["agent", "remove", "nobody"]).0,
        "agent_unknown"
    );
    assert_eq!(person.run(&["no-such-command"]).status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_are_none() {
    for (answer, code) in [
        (Answer::Status(404), "not_mcp"),
        (Answer::Html, "not_mcp"),
        (Answer::Garbage, "not_mcp"),
        (Answer::Endless, "not_mcp"),
        (Answer::Never, "unreachable"),
        (Answer::Status(500), "server_error"),
    ] {
        let switches = Switches {
            mcp_answers: McpAnswers::Instead(answer.clone()),
            resource_metadata_at: ResourceMetadataPlace::Nowhere,
            ..Switches::default()
        };
        let person = Person::with(switches).await;
        assert_eq!(
            refusal(&person, &["add", &person.web.resource()]).0,
            code,
            "{answer:?}"
        );
    }
}

/// Metadata alone says that there is a server: that is told as its word, since the address may be a wrong one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_answers_404_is_not_told_as_a_server() {
    let switches = Switches {
        mcp_answers: McpAnswers::Instead(Answer::Status(404)),
        ..Switches::default()
    };
    let person = Person::with(switches).await;
    let told = person.good(&["add", &person.web.resource(), "--name", "notes"]);
    assert!(
        told.contains("The metadata of notes says")
            && told.contains("(status 404)")
            && !told.contains("protected by"),
        "{told}"
    );
    person
        .web
        .switches()
        .set(|switches| switches.mcp_answers = McpAnswers::Proper);
    let told = person.good(&["add", &person.web.resource()]);
    assert!(told.contains("notes is protected by 127.0.0.1"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_that_do_not_come_home() {
    type Change = fn(String) -> String;
    let denied = Switches {
        authorize_answers: AuthorizeAnswers::Error("access_denied".into()),
        ..Switches::default()
    };
    let late = Switches {
        code_seconds: 0,
        ..Switches::default()
    };
    let other = Switches {
        iss: IssInResponse::Wrong("https://evil.example".into()),
        ..Switches::default()
    };
    let cases: [(Switches, Change, &str); 5] = [
        (denied, |callback| callback, "login_refused"),
        (late, |callback| callback, "exchange_failed"),
        (other, |callback| callback, "iss_mismatch"),
        (
            Switches::default(),
            |_| "app.gatelodge.desktop:/oauth/callback?code=CANARY&state=CANARY".to_owned(),
            "login_unknown",
        ),
        (
            Switches::default(),
            |_| "CANARY".to_owned(),
            "login_unknown",
        ),
    ];
    for (switches, change, code) in cases {
        let person = Person::approving(switches).await;
        person.good(&["add", &person.web.resource(), "--name", "notes"]);
        let output = person.log_in("notes", change).await;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && text.contains(&format!("code: {code}")),
            "{code}: {text}"
        );
        assert!(!text.contains("CANARY"), "{text}");
        let log = person.good(&["events", "--json"]);
        assert!(!log.contains("CANARY"), "{log}");
        assert_eq!(
            person.json(&["show", "notes"])["resource"]["state"],
            "login_needed",
            "{code}: back to the start"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k01_no_secret_in_the_log_or_in_the_folder() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let token = person.good(&["token", "notes"]);
    person.good(&["refresh", "notes"]);
    let mut secrets = vec![token.trim().to_owned()];
    for request in person.web.requests_to("/token") {
        secrets.extend(
            ["code", "code_verifier", "refresh_token"]
                .iter()
                .filter_map(|name| request.param(name)),
        );
    }
    assert!(secrets.len() >= 4, "{}", secrets.len());
    let log = person.good(&["events", "--json", "--limit", "100"]);
    for entry in std::fs::read_dir(person.folder.path().join("home"))
        .expect("the home")
        .flatten()
    {
        let Ok(bytes) = std::fs::read(entry.path()) else {
            continue;
        };
        for secret in &secrets {
            let there = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!there, "a secret is readable in {}", entry.path().display());
        }
    }
    assert!(secrets.iter().all(|secret| !log.contains(secret)));
}
