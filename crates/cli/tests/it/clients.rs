//! Client ids that a person enters, hosts or lists, and their company's provider.

use crate::setup::Person;
use serde_json::{Value, json};
use testbed::StaticClient;
use testbed::switches::Switches;

const DEEP_LINK: &str = "app.gatelodge.desktop:/oauth/callback";
const SECRET: &str = "s3cret:& of the client";

/// Someone who was told a client id, and has its secret in a file.
async fn told() -> (Person, String) {
    let person = Person::approving(Switches::default().without_registration()).await;
    person.web.add_client(
        StaticClient::new("client!+ID")
            .secret(SECRET)
            .redirect_uri(DEEP_LINK),
    );
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let file = person.file("secret", format!("{SECRET}\n"));
    (person, file.display().to_string())
}

/// Rules.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r12_a_client_id_is_registered_by_hand_entered_used_and_forgotten() {
    let (person, secret_file) = told().await;
    let refused = person.log_in("notes", |callback| callback).await;
    assert_eq!(
        refused.status.code(),
        Some(15),
        "{}",
        String::from_utf8_lossy(&refused.stderr)
    );

    let shown = person.json(&["client", "show", "notes"]);
    let uris: Vec<_> = shown["redirects"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| one["uri"].clone())
        .collect();
    assert_eq!(
        uris,
        [
            DEEP_LINK,
            "http://127.0.0.1:4283/callback",
            "http://localhost:4283/callback"
        ]
    );
    assert_eq!(
        (&shown["registers"], &shown["entered"], &shown["client"]),
        (&json!(false), &Value::Null, &Value::Null)
    );
    let text = person.good(&["client", "show", "notes"]);
    assert!(
        text.contains(&format!("\n  {DEEP_LINK}\n")),
        "a line of its own, to be copied: {text}"
    );

    let set = [
        "client",
        "set",
        "notes",
        "--client-id",
        "client!+ID",
        "--secret-file",
        &secret_file,
        "--redirect",
        "deep-link",
    ];
    let entered = person.run(&set);
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&entered.stdout),
        String::from_utf8_lossy(&entered.stderr)
    );
    assert!(
        entered.status.success()
            && said.contains("client_secret_basic")
            && !said.contains("s3cret"),
        "{said}"
    );
    assert!(
        person
            .log_in("notes", |callback| callback)
            .await
            .status
            .success()
    );
    assert_eq!(
        (
            person.web.requests("/register"),
            person.web.requests("/token")
        ),
        (0, 1)
    );

    let clients = person.json(&["client", "list"]);
    assert_eq!(
        (&clients[0]["client_id"], &clients[0]["kind"]),
        (&json!("client!+ID"), &json!("pre_registered"))
    );
    assert!(!clients.to_string().contains("s3cret"));
    assert!(
        person
            .good(&["client", "show", "notes"])
            .contains("client!+ID (pre-registered)")
    );
    let id = clients[0]["id"].as_str().expect("an id");
    assert_eq!(
        person.run(&["client", "forget", id]).status.code(),
        Some(2),
        "a login uses it"
    );
    person.good(&["revoke", "notes", "--yes"]);
    person.good(&["client", "forget", id]);
    assert_eq!(person.json(&["client", "list"]), json!([]));
    assert_eq!(
        person.run(&["client", "forget", id]).status.code(),
        Some(11)
    );
}

/// Neither a secret on the command line, nor one that cannot be had, nor two proofs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_comes_from_a_file_or_a_terminal() {
    let (person, secret_file) = told().await;
    let folder = person.folder.path().display().to_string();
    for (wrong, status) in [
        (&["--secret", SECRET][..], 2),
        (&["--ask-secret"], 2),
        (&["--secret-file", &folder], 2),
        (&["--secret-file", &secret_file, "--ask-secret"], 2),
        (&["--private-key-file", &secret_file], 15),
        (&["--secret-file", &secret_file, "--key-id", "1"], 2),
        (&["--secret-file", &secret_file, "--auth", "none"], 2),
        (&["--auth", "private_key_jwt"], 2),
    ] {
        let output = person.run(
            &[
                &["client", "set", "notes", "--client-id", "client!+ID"],
                wrong,
            ]
            .concat(),
        );
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{wrong:?}: {said}");
        assert!(wrong[0] == "--secret" || !said.contains("s3cret"), "{said}");
    }
    assert_eq!(person.json(&["client", "list"]), json!([]));
}

/// Rules.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r03_the_document_is_printed_kept_and_its_url_is_the_client_id() {
    let url = "https://ada.example/gatelodge.json";
    let person = Person::approving(Switches::default().with_client_documents()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    assert_eq!(
        person.run(&["client-metadata"]).status.code(),
        Some(2),
        "no address is known yet"
    );
    assert_eq!(
        person
            .run(&["client-metadata", "--url", "http://ada.example/x"])
            .status
            .code(),
        Some(2),
        "not https"
    );
    let document: Value = serde_json::from_str(&person.good(&["client-metadata", "--url", url]))
        .expect("the document alone");
    assert_eq!(
        (
            &document["client_id"],
            &document["token_endpoint_auth_method"]
        ),
        (&json!(url), &json!("none"))
    );
    assert_eq!(
        person.json(&["client-metadata", "--url", url])["kept"],
        false,
        "to look is not to keep"
    );
    assert_eq!(
        person.json(&["client-metadata", "--url", url, "--save"])["kept"],
        true
    );
    assert_eq!(person.json(&["client-metadata"])["document"], document);

    person.web.publish_client_document(url, document);
    let login = person
        .log_in_by("notes", &["--register-by", "metadata-document"])
        .await;
    assert!(
        login.status.success(),
        "{}",
        String::from_utf8_lossy(&login.stderr)
    );
    assert_eq!(person.json(&["show", "notes"])["client"]["client_id"], url);
    assert_eq!(person.web.requests("/register"), 0);
    assert_eq!(
        person.json(&["client-metadata", "--clear"])["url"],
        Value::Null
    );
    assert_eq!(person.run(&["client-metadata"]).status.code(), Some(2));
    assert!(
        person
            .log_in_by("notes", &["--register-by", "dynamic"])
            .await
            .status
            .success()
    );
    assert_eq!(person.web.requests("/register"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_companys_provider_is_entered_listed_and_removed() {
    let (person, secret_file) = told().await;
    let issuer = person.web.issuer();
    let unknown = person.run(&["login", "notes", "--provider", &issuer]);
    let said = String::from_utf8_lossy(&unknown.stderr);
    assert_eq!(unknown.status.code(), Some(15), "{said}");
    assert!(
        said.contains(&format!("gatelodge provider set {issuer} --client-id ID")),
        "{said}"
    );
    let entered = person.json(&[
        "provider",
        "set",
        &issuer,
        "--client-id",
        "ours",
        "--secret-file",
        &secret_file,
    ]);
    let expected = json!({ "issuer": issuer, "client_id": "ours", "account": null });
    assert_eq!(
        (&entered, &person.json(&["provider", "list"])),
        (&expected, &json!([expected]))
    );
    person.good(&["provider", "remove", &issuer]);
    assert_eq!(person.json(&["provider", "list"]), json!([]));
    assert_eq!(
        person.run(&["provider", "remove", &issuer]).status.code(),
        Some(15)
    );
}
