//! What a person chooses for one server: departures from the specification, scopes, accounts.

use crate::setup::Person;
use serde_json::{Value, json};
use testbed::Testbed;
use testbed::switches::{AuthorizationServers, Switches};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The error says what the server does, what could go wrong, and the command that allows it; that command works, and
/// another takes it back. Rules: Q14, A-02.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn q14_a_departure_is_explained_allowed_and_taken_back() {
    let person = Person::approving(Switches::default().without_pkce_advertised()).await;
    let resource = person.web.resource();
    let refused = person.run(&["add", &resource, "--name", "notes"]);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(14), "{said}");
    let command = format!("gatelodge add {resource} --name notes --concede pkce-unadvertised");
    assert!(
        said.contains("doesn't confirm PKCE") && said.contains("risk:") && said.contains(&command),
        "{said}"
    );
    let refused = person.run(&["--json", "add", &resource]);
    let failure: Value = serde_json::from_slice(&refused.stderr).expect("JSON");
    assert_eq!(
        (&failure["concession"], &failure["error"]["code"]),
        (&json!("pkce-unadvertised"), &json!("pkce_unadvertised"))
    );
    let by_hint = command
        .strip_prefix("gatelodge ")
        .expect("a command")
        .split(' ')
        .collect::<Vec<_>>();
    person.good(&by_hint);

    let allowed = person.json(&["concessions", "notes"]);
    assert_eq!(
        (&allowed[0]["name"], allowed[0]["allowed_at"].is_i64()),
        (&json!("pkce-unadvertised"), true),
        "{allowed}"
    );
    assert!(
        person
            .good(&["show", "notes"])
            .contains("allowed: pkce-unadvertised")
    );
    assert!(
        person
            .log_in("notes", |callback| callback)
            .await
            .status
            .success()
    );
    assert_eq!(
        person.json(&["withdraw", "notes", "pkce-unadvertised"]),
        json!([])
    );
    assert!(
        person
            .good(&["concessions", "notes"])
            .contains("no exceptions")
    );
    let strict = person.log_in("notes", |callback| callback).await;
    let said = text(&strict.stderr);
    assert_eq!(strict.status.code(), Some(14), "{said}");
    assert!(
        said.contains("gatelodge concede notes pkce-unadvertised"),
        "{said}"
    );
    person.good(&["concede", "notes", "pkce-unadvertised"]);
    assert!(
        person
            .log_in("notes", |callback| callback)
            .await
            .status
            .success()
    );
    assert_eq!(
        person
            .run(&["withdraw", "notes", "issuer-mismatch"])
            .status
            .code(),
        Some(11),
        "it was not allowed"
    );
    let unknown = person.run(&["concede", "notes", "everything"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        text(&unknown.stderr).contains("legacy-endpoints"),
        "the known ones are named"
    );
}

/// Rules: S-07.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s07_scopes_are_the_servers_until_they_are_chosen() {
    let person = Person::approving(Switches::default()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let asked =
        |args: &[&str]| person.json(&[&["scopes", "notes"], args].concat())["to_request"].clone();
    assert_eq!(asked(&[]), json!(["notes:read", "offline_access"]));
    assert_eq!(
        asked(&["--set", "notes:write profile"]),
        json!(["notes:write", "profile"])
    );
    assert!(
        person
            .log_in("notes", |callback| callback)
            .await
            .status
            .success()
    );
    assert_eq!(
        person.json(&["show", "notes"])["grants"][0]["scopes_granted"],
        json!(["notes:write", "profile"])
    );
    assert!(
        person
            .good(&["show", "notes"])
            .contains("You chose what to ask for: notes:write profile")
    );
    assert_eq!(asked(&["--none"]), json!([]));
    assert!(
        asked(&["--automatic"])
            .as_array()
            .is_some_and(|scopes| scopes.contains(&json!("notes:read")))
    );
    for wrong in [&["--none", "--automatic"][..], &["--set", "quoted\"scope"]] {
        assert_eq!(
            person
                .run(&[&["scopes", "notes"], wrong].concat())
                .status
                .code(),
            Some(2),
            "{wrong:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_accounts_have_names_and_one_may_be_the_only_one() {
    let person = Person::approving(Switches::default()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    person.good(&[
        "scopes",
        "notes",
        "--set",
        "openid profile notes:read offline_access",
    ]);
    assert!(
        person
            .log_in("notes", |callback| callback)
            .await
            .status
            .success()
    );
    person
        .web
        .switches()
        .set(|switches| switches.auto_approve = Some("grace".to_owned()));
    assert!(
        person
            .log_in_by("notes", &["--another"])
            .await
            .status
            .success()
    );
    let accounts = person.json(&["account", "list", "notes"]);
    let names: Vec<_> = accounts
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["account"].as_str())
        .collect();
    let called = |who: &str| {
        *names
            .iter()
            .find(|name| name.contains(who))
            .unwrap_or_else(|| panic!("{who} in {accounts}"))
    };
    let (ada, grace) = (called("ada"), called("grace"));

    let which = person.run(&["token", "notes"]);
    assert_eq!(which.status.code(), Some(23), "{}", text(&which.stderr));
    assert_eq!(
        person.json(&["account", "name", "notes", grace, "the admiral"])["account"],
        "the admiral"
    );
    person.good(&["token", "notes", "--account", "the admiral"]);
    let taken = person.run(&["account", "name", "notes", ada, "the admiral"]);
    assert_eq!(taken.status.code(), Some(2), "{}", text(&taken.stderr));

    assert_eq!(
        person.json(&["account", "lock", "notes", ada])["locked_to"],
        json!(ada)
    );
    assert!(
        person
            .good(&["show", "notes"])
            .contains("gatelodge account unlock notes")
    );
    assert!(
        person
            .good(&["account", "list", "notes"])
            .contains("locked to it")
    );
    let other = person.log_in("notes", |callback| callback).await;
    let said = text(&other.stderr);
    assert_eq!(other.status.code(), Some(16), "{said}");
    assert!(said.contains("account_locked"), "{said}");
    person.good(&["account", "unlock", "notes"]);
    assert!(
        person
            .log_in_by("notes", &["--account", "the admiral"])
            .await
            .status
            .success()
    );
    let nobody = person.run(&["account", "lock", "notes", "nobody"]);
    assert_eq!(nobody.status.code(), Some(20), "{}", text(&nobody.stderr));
}

/// The move is told with both addresses and the command that trusts the new one; until then no token is given out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d11_a_server_that_moved_is_shown_and_needs_a_decision() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let other = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("free ports");
    person.web.switches().set(|switches| {
        switches.authorization_servers = AuthorizationServers::Verbatim(vec![other.issuer()]);
    });
    person.good(&["add", &person.web.resource()]);
    let shown = person.good(&["show", "notes"]);
    let told = format!(
        "The server now names the sign-in service {}. You signed in at {}.",
        other.issuer(),
        person.web.issuer()
    );
    assert!(
        shown.contains(&told)
            && shown.contains(
                "If you trust the new sign-in service, sign in again: `gatelodge login notes`"
            ),
        "{shown}"
    );
    for command in [&["token", "notes"][..], &["call", "notes", "tools/list"]] {
        let refused = person.run(command);
        let said = text(&refused.stderr);
        assert_eq!(
            (refused.status.code(), refused.stdout.len()),
            (Some(20), 0),
            "{said}"
        );
        assert!(
            said.contains("issuer_changed")
                && said.contains("sign in again: `gatelodge login notes`"),
            "{said}"
        );
    }
}

/// Where the issuer does not say who logged in: a name at once, or how to give one, or to have the issuer say it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_without_a_name_is_named() {
    let person = Person::approving(Switches::default()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let told = person
        .log_in_by("notes", &["--login-hint", "ada@example.com"])
        .await;
    let said = text(&told.stderr);
    assert!(
        said.contains("gatelodge account name notes 'unnamed account' ada@example.com"),
        "{said}"
    );
    assert!(
        said.contains("gatelodge login notes --scope openid"),
        "{said}"
    );
    let named = person
        .log_in_by("notes", &["--another", "--account-name", "work"])
        .await;
    assert!(
        named.status.success() && !text(&named.stderr).contains("doesn't say who"),
        "{}",
        text(&named.stderr)
    );
    assert!(
        person
            .good(&["account", "list", "notes"])
            .contains("\nwork ")
    );
    let asked = person
        .log_in_by("notes", &["--another", "--scope", "openid"])
        .await;
    assert!(
        !text(&asked.stderr).contains("doesn't say who"),
        "it says so now"
    );
}
