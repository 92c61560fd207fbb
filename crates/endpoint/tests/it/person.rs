//! A token for the person's own commands, from the host that has the vault open.

use crate::http::{FORM, Reply, send, send_unix};
use crate::setup::Person;
use serde_json::Value;

async fn ask(person: &Person, form: &str) -> Reply {
    send_unix(&person.socket(), "POST", "/person/token", &[FORM], form).await
}

/// What stands in the vault's folder, for whoever may read there.
fn proof(person: &Person) -> String {
    let way = endpoint::persons_way(person.broker.home()).expect("a host serves");
    assert_eq!((way.socket, way.path), (person.socket(), "/person/token"));
    way.proof.expose().to_owned()
}

#[tokio::test]
async fn whoever_reads_the_vaults_folder_gets_a_token_for_the_person() {
    let person = Person::plain().await;
    let (grant, _) = person.log_in(0).await;
    let proof = proof(&person);
    let form = format!("proof={proof}&server={}", grant.resource);
    let reply = ask(&person, &form).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let held = person
        .broker
        .token_for_person(grant.resource.as_str(), None, 0);
    let held = held.await.expect("a token").access_token;
    assert_eq!(reply.json()["access_token"], held.expose());
    assert_eq!(reply.json()["account"], grant.account.name.as_str());
    let newest = model::EventQuery {
        limit: 5,
        ..model::EventQuery::default()
    };
    let lines = person.broker.events(&newest).await.expect("the log");
    let is_persons = |line: &&model::Event| {
        line.kind == model::EventKind::TokenIssued && line.agent_id.is_none()
    };
    assert_eq!(
        lines.iter().find(is_persons).map(|line| line.count),
        Some(2)
    );
}

/// A failure is handed on as it is: the command tells it in the person's language.
#[tokio::test]
async fn a_failure_is_told_as_data() {
    let person = Person::plain().await;
    let form = format!("proof={}&server=nothing+of+mine", proof(&person));
    let reply = ask(&person, &form).await;
    let json = reply.json();
    assert_eq!(
        (reply.status, &json["failure"]["code"]),
        (400, &Value::from("not_found"))
    );
    let again: broker::Error = serde_json::from_value(json["failure"].clone()).expect("an error");
    assert!(again.to_string().contains("nothing of mine"), "{again}");
}

/// The socket alone proves nothing: a container may have it. Without the proof nobody is there, whatever else is sent.
#[tokio::test]
async fn without_the_proof_there_is_nothing_at_this_address() {
    let person = Person::plain().await;
    let (grant, agent) = person.with_agent().await;
    let proof = proof(&person);
    let server = format!("server={}", grant.resource);
    let wrong = format!("{}{}", &proof[1..], &proof[..1]);
    for form in [
        server.clone(),
        format!("{server}&proof="),
        format!("{server}&proof={wrong}"),
        format!("{server}&proof={}", agent.key.expose()),
    ] {
        let reply = ask(&person, &form).await;
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (404, "not_found"),
            "{form}"
        );
    }
    let right = format!("{server}&proof={proof}");
    let at_the_port = send(person.port, "POST", "/person/token", &[FORM], &right).await;
    assert_eq!(at_the_port.status, 404, "the port has no such address");
    person.broker.lock_vault();
    assert_eq!(
        ask(&person, &right).await.status,
        404,
        "nor a vault that is locked"
    );
}

/// A passphrase is asked for each time: what opened the host's vault opens nothing for others.
#[tokio::test]
async fn a_passphrase_is_not_gone_around() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = crate::vault::with_a_passphrase(folder.path(), "correct horse").await;
    let endpoint = endpoint::start(broker.clone(), crate::setup::options(folder.path())).await;
    let way = endpoint::persons_way(broker.home()).expect("a host serves");
    let form = format!("proof={}&server=notes", way.proof.expose());
    let reply = send_unix(&way.socket, "POST", way.path, &[FORM], &form).await;
    assert_eq!((reply.status, reply.error().as_str()), (404, "not_found"));
    endpoint.stop().await;
    assert!(
        endpoint::persons_way(broker.home()).is_none(),
        "the proof goes with its host"
    );
}

/// Each host has its own: what one wrote down opens nothing at the next.
#[tokio::test]
async fn the_proof_is_made_anew_at_each_start() {
    let (one, other) = (Person::plain().await, Person::plain().await);
    assert_ne!(proof(&one), proof(&other));
    let form = format!("proof={}&server=notes", proof(&other));
    assert_eq!(ask(&one, &form).await.status, 404);
}
