//! Revoking: at the issuer, proven at the resource, erased here.

use crate::setup::Person;
use broker::{Code, ReceiptOutcome};
use oauth::concession::Concession;
use testbed::switches::{RevocationAnswers, Switches};

#[tokio::test]
async fn what_is_revoked_is_gone_everywhere() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let token = person.broker.issue(&agent, person.request()).await.expect("a token").access_token;
    assert_eq!(person.call_tool(token.expose()).await, 200);

    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(receipt.proven && receipt.by_hand.is_none(), "{receipt:?}");
    assert!(receipt.steps.iter().all(|step| step.outcome == ReceiptOutcome::Done), "{receipt:?}");
    assert_eq!(person.call_tool(token.expose()).await, 401);
    assert!(person.web.tokens().live_grants().is_empty());
    assert!(person.web.tokens().clients().is_empty(), "the registration was deleted too (RFC 7592)");

    let error = person.broker.issue(&agent, person.request()).await.expect_err("revoked");
    assert_eq!(error.code(), Code::LoginRequired);
    assert!(error.to_string().contains("revoked"), "{error}");
    person.log_in().await;
    let error = person.broker.issue(&agent, person.request()).await.expect_err("a new login has no old permits");
    assert_eq!(error.code(), Code::AccessDenied);
}

#[tokio::test]
async fn it_is_erased_here_whatever_the_issuer_says() {
    for (answer, proven) in [
        (RevocationAnswers::Missing, false),
        (RevocationAnswers::Unavailable, false),
        (RevocationAnswers::Lies, false),
        (RevocationAnswers::WantsEmptySecret, true),
    ] {
        let switches = Switches { revocation_answers: answer, client_management: false, ..Switches::default() };
        let person = Person::approving(switches).await;
        let grant = person.log_in().await;
        let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
        assert_eq!(receipt.proven, proven, "{answer:?}: {receipt:?}");
        assert_eq!(receipt.by_hand.is_some(), !proven, "{answer:?}: {receipt:?}");
        let view = person.broker.resource(grant.resource.as_str()).await.expect("kept");
        assert!(view.grants[0].tokens().is_none(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_removed_server_is_revoked_first() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let receipts = person.broker.remove(grant.resource.as_str()).await.expect("removed");
    assert_eq!(receipts.len(), 1);
    assert!(person.web.tokens().live_grants().is_empty());
    assert_eq!(person.broker.resource(grant.resource.as_str()).await.expect_err("gone").code(), Code::NotFound);
}

#[tokio::test]
async fn a_new_login_takes_back_the_tokens_of_the_one_that_it_replaces() {
    let person = Person::approving(Switches::default()).await;
    let first = person.log_in().await;
    let second = person.log_in().await;
    assert_eq!(first.id, second.id);
    let token = |grant: &oauth::grant::Grant| grant.tokens().expect("active").access_token.expose().to_owned();
    assert_eq!(person.call_tool(&token(&first)).await, 401, "the replaced token is out of use");
    assert_eq!(person.call_tool(&token(&second)).await, 200);
    person.broker.revoke(&second.id).await.expect("a receipt");
    assert!(person.web.tokens().live_grants().is_empty(), "nothing that was ever handed out outlives it");
    assert!(person.web.tokens().clients().is_empty(), "nor does the registration of the first redirect");
}

/// What was known of the issuer is not there any more (here because a concession was withdrawn): it is asked where tokens
/// are taken back.
#[tokio::test]
async fn an_issuer_that_was_forgotten_is_asked_again() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let id = person.broker.resources().await.expect("a vault")[0].record.id.clone();
    person.broker.concede(&id, Concession::IssuerMismatch, &|_| {}).await.expect("allowed");
    person.broker.withdraw(&id, Concession::IssuerMismatch).await.expect("withdrawn");
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(receipt.proven, "{receipt:?}");
    assert_eq!(person.web.requests("/revoke"), 2, "the refresh token and the access token: {receipt:?}");
}

/// Without a place to take tokens back the log does not say that they were.
#[tokio::test]
async fn a_log_line_claims_no_more_than_was_done() {
    let person =
        Person::approving(Switches { revocation_endpoint: Some("http://as.example/not-https".into()), ..Switches::default() })
            .await;
    person.log_in().await;
    person.log_in().await;
    let events = person.broker.events(&broker::EventFilter { limit: 50, ..Default::default() }).await.expect("a log");
    let replaced = events.iter().find(|event| event.kind == "replaced").expect("a line");
    assert!(!replaced.ok && replaced.message.contains("could not be taken back"), "{replaced:?}");
}
