//! Each way to log in, and one MCP request with what it brought.

use crate::setup::Person;
use serde_json::{Value, json};
use testbed::switches::{Eras, Switches};
use testbed::{SigningKey, StaticClient, Testbed, platform_jwt};

/// A file of the person's, by its path.
fn file(person: &Person, name: &str, content: &str) -> String {
    person.file(name, content).display().to_string()
}

/// Whom the server takes the login for.
fn whoami(person: &Person) -> Value {
    person.json(&[
        "call",
        "notes",
        "tools/call",
        "--params",
        r#"{"name":"whoami","arguments":{}}"#,
    ])
}

/// The code and the address are told, to a program as JSON; then the login is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_a_code_in_a_browser_elsewhere() {
    let person = Person::added(Switches::default().deciding_after(1)).await;
    person
        .web
        .switches()
        .set(|switches| switches.device.interval = Some(1));
    let output = person.run(&["--json", "login", "notes", "--device"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut said = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let shown = said.next().expect("the code").expect("JSON");
    let grant = said.next().expect("the login").expect("JSON");
    assert!(
        shown["user_code"].is_string() && shown["verification_uri"].is_string(),
        "{shown}"
    );
    assert_eq!(
        (&grant["kind"], &grant["state"]),
        (&json!("device"), &json!("active"))
    );
    whoami(&person);
    let method = || person.json(&["show", "notes"])["login_method"].clone();
    assert_eq!(method(), json!({ "kind": "browser" }), "for one login");
    assert!(
        person
            .log_in_by("notes", &["--browser"])
            .await
            .status
            .success(),
        "and back again"
    );
    assert_eq!(method(), json!({ "kind": "browser" }));
}

/// What the issuer does not offer is said, and is not kept for the next login.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_that_is_not_offered_is_not_kept() {
    let person = Person::added(Switches::default()).await;
    let refused = person.run(&["login", "notes", "--device"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(12), "{said}");
    assert!(said.contains("gatelodge login notes --browser"), "{said}");
    assert!(
        person
            .log_in("notes", |callback| callback)
            .await
            .status
            .success()
    );
    assert_eq!(
        person
            .run(&["login", "notes", "--device", "--browser"])
            .status
            .code(),
        Some(2),
        "one way at a time"
    );
}

/// A secret, then a key in its place; nobody is asked for anything. Rules: T-03.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_a_program_by_a_secret_or_a_key() {
    let person = Person::added(
        Switches::default()
            .with_client_credentials()
            .taking_client_assertions(),
    )
    .await;
    person
        .web
        .add_client(StaticClient::new("robot").secret("s3cret"));
    let secret = file(&person, "secret", "s3cret");
    person.good(&[
        "client",
        "set",
        "notes",
        "--client-id",
        "robot",
        "--secret-file",
        &secret,
        "--auth",
        "post",
    ]);
    let grant = person.json(&["login", "notes", "--client-credentials"]);
    assert_eq!(
        (&grant["kind"], &grant["account"]),
        (&json!("client_credentials"), &json!("robot"))
    );
    assert_eq!(
        person.web.requests_to("/token")[0]
            .param("client_secret")
            .as_deref(),
        Some("s3cret")
    );

    person.good(&["revoke", "notes", "--yes"]);
    let key = SigningKey::generate();
    person
        .web
        .add_client(StaticClient::new("signing-robot").key(key.jwk()));
    let pem = file(&person, "key.pem", &key.pem());
    let set = [
        "client",
        "set",
        "notes",
        "--client-id",
        "signing-robot",
        "--private-key-file",
        &pem,
        "--key-id",
    ];
    assert_eq!(
        person.json(&[&set[..], &[&key.thumbprint()]].concat())["auth_method"],
        "private_key_jwt"
    );
    assert_eq!(
        person.json(&["login", "notes"])["account"],
        "signing-robot",
        "the way was kept"
    );
    assert!(
        person.web.requests_to("/token")[1]
            .param("client_assertion")
            .is_some()
    );
    assert_eq!(person.web.requests("/authorize"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_a_workload_by_the_platforms_word() {
    let (key, platform) = (SigningKey::generate(), "https://platform.example");
    let person = Person::added(Switches::default().trusting_platform(platform, key.jwks())).await;
    file(
        &person,
        "token",
        &platform_jwt(
            &key,
            platform,
            "spiffe://platform.example/notes-robot",
            &person.web.issuer(),
        ),
    );
    // A relative path: whoever renews the login stands elsewhere.
    let mut command = person.command(&["--json", "login", "notes", "--workload", "token"]);
    let output = command
        .current_dir(person.folder.path())
        .output()
        .expect("it runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let grant: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(grant["kind"], "workload_identity");
    person.web.tokens().expire_access_tokens();
    whoami(&person);
}

/// The person logs in at the company's provider, once for all servers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_the_companys_provider() {
    let person = Person::added(Switches::default()).await;
    let provider = Testbed::start(
        Switches::default()
            .as_identity_provider()
            .approving_as("grace"),
    )
    .await
    .expect("free ports");
    provider.add_client(
        StaticClient::new("at-provider")
            .secret("p")
            .redirect_uri("app.gatelodge.desktop:/oauth/callback"),
    );
    provider
        .switches()
        .set(|switches| switches.enterprise.client_there = Some("at-server".into()));
    person
        .web
        .add_client(StaticClient::new("at-server").secret("s"));
    person.web.trust_provider(&provider);
    let (at_provider, at_server) = (file(&person, "p", "p"), file(&person, "s", "s"));
    person.good(&[
        "provider",
        "set",
        &provider.issuer(),
        "--client-id",
        "at-provider",
        "--secret-file",
        &at_provider,
    ]);
    person.good(&[
        "client",
        "set",
        "notes",
        "--client-id",
        "at-server",
        "--secret-file",
        &at_server,
    ]);
    let login = person
        .log_in_by("notes", &["--provider", &provider.issuer()])
        .await;
    assert!(
        login.status.success(),
        "{}",
        String::from_utf8_lossy(&login.stderr)
    );
    assert!(person.good(&["show", "notes"]).contains(&format!(
        "through the identity provider {}",
        provider.issuer()
    )));
    whoami(&person);
    assert_eq!(
        person.web.requests("/authorize"),
        0,
        "the person saw the provider alone"
    );
}

/// The stateless wire, the older ones with a session and as an event stream, and a token that is bound to a key.
/// Rules: U-01.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u01_a_request_goes_to_servers_of_every_era() {
    for switches in [
        Switches::default(),
        Switches::default().eras(Eras::ModernOnly).streaming(),
        Switches::default()
            .eras(Eras::LegacyOnly)
            .with_sessions()
            .streaming(),
        Switches::default().eras(Eras::LegacyOnly),
        Switches::default().requiring_dpop(),
    ] {
        let person = Person::added(switches.clone()).await;
        assert!(
            person
                .log_in("notes", |callback| callback)
                .await
                .status
                .success()
        );
        let tools = person.json(&["call", "notes", "tools/list"]);
        assert!(
            tools["tools"]
                .as_array()
                .is_some_and(|tools| !tools.is_empty()),
            "{tools}"
        );
        assert!(whoami(&person).to_string().contains("ada"), "{switches:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s10_more_rights_are_a_login_that_is_spelt_out() {
    let person = Person::added(Switches::default()).await;
    let unknown = person.run(&["call", "notes", "tools/list"]);
    assert_eq!(
        unknown.status.code(),
        Some(20),
        "{}",
        String::from_utf8_lossy(&unknown.stderr)
    );
    assert!(
        person
            .log_in("notes", |callback| callback)
            .await
            .status
            .success()
    );
    let add_note = [
        "call",
        "notes",
        "tools/call",
        "--params",
        r#"{"name":"add_note","arguments":{"text":"für Ada"}}"#,
    ];
    let refused = person.run(&add_note);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(20), "{said}");
    assert!(
        said.contains("gatelodge login notes --scope notes:write"),
        "{said}"
    );
    assert!(
        person
            .good(&["show", "notes"])
            .contains("gatelodge login notes --scope notes:write")
    );
    assert!(
        person
            .log_in_by("notes", &["--scope", "notes:write"])
            .await
            .status
            .success()
    );
    person.good(&add_note);
    assert!(!person.good(&["show", "notes"]).contains("lacked"));

    for (wrong, status) in [
        (&["tools/lust"][..], 2),
        (&["tools/call", "--params", r#"{"name":"nothing"}"#], 2),
        (&["tools/call", "--params", "[1]"], 2),
        (&["tools list"], 2),
        (&["tools/list", "--account", "grace"], 20),
    ] {
        let output = person.run(&[&["call", "notes"], wrong].concat());
        assert_eq!(
            output.status.code(),
            Some(status),
            "{wrong:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.stdout.is_empty());
    }
}
