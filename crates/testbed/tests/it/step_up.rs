//! What a 403 says to a token that is good, but not for this (RFC 6750 section 3.1).

use serde_json::json;
use testbed::switches::StepUp;
use testbed::{Switches, Testbed};

use crate::person::{call, logged_in, text};

/// The challenge of a call to add a note, with a token that has these scopes.
async fn challenge(web: &Testbed, scope: &str) -> Option<String> {
    let (_, tokens) = logged_in(web, scope).await;
    let reply = call(
        web,
        text(&tokens, "access_token"),
        "add_note",
        json!({ "text": "x" }),
    )
    .await;
    assert_eq!(reply.status, 403, "{}", reply.body);
    reply.header("www-authenticate").map(str::to_owned)
}

#[tokio::test]
async fn a_403_says_as_much_as_the_switch_lets_it() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let said = challenge(&web, "notes:read").await.expect("a challenge");
    assert!(
        said.starts_with(
            "Bearer error=\"insufficient_scope\", scope=\"notes:write\", resource_metadata="
        ),
        "{said}"
    );
    web.switches().set(|s| s.step_up = StepUp::NamesNothing);
    let said = challenge(&web, "notes:read").await.expect("a challenge");
    assert!(
        said.contains("insufficient_scope") && !said.contains("scope=\"notes"),
        "{said}"
    );
    web.switches().set(|s| s.step_up = StepUp::WithoutChallenge);
    assert_eq!(challenge(&web, "notes:read").await, None);
    assert_eq!(web.answered("/mcp", 403), 3);

    let (_, tokens) = logged_in(&web, "notes:read notes:write").await;
    assert_eq!(
        call(
            &web,
            text(&tokens, "access_token"),
            "add_note",
            json!({ "text": "x" })
        )
        .await
        .status,
        200
    );
}

#[tokio::test]
async fn a_server_that_is_never_content_goes_on_for_ever() {
    let web = Testbed::start(
        Switches::default()
            .approving_as("ada")
            .step_up(StepUp::NeverEnough),
    )
    .await
    .expect("two free ports");
    assert!(
        challenge(&web, "notes:write")
            .await
            .is_some_and(|said| said.contains("scope=\"notes:write\"")),
        "it has that"
    );
    web.switches().set(|s| s.step_up = StepUp::AnotherEachTime);
    for (held, named) in [
        ("notes:write", "openid"),
        ("openid notes:write", "profile"),
        (
            "openid profile notes:read notes:write offline_access",
            "openid profile notes:read notes:write offline_access",
        ),
    ] {
        let said = challenge(&web, held).await.expect("a challenge");
        assert!(said.contains(&format!("scope=\"{named}\"")), "{said}");
    }
}
