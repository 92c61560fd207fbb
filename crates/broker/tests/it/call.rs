//! Requests that the broker makes for someone who never sees the token.

use crate::setup::Person;
use broker::Call;
use model::Code;
use oauth::http::{Method, header_map};
use testbed::switches::Switches;

fn tools_list() -> Call {
    Call {
        method: Method::POST,
        headers: header_map(&[
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
            ("mcp-protocol-version", "2025-11-25"),
        ]),
        body: br#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#.to_vec(),
    }
}

#[tokio::test]
async fn u01_an_answer_may_come_as_json_or_as_events() {
    for switches in [Switches::default(), Switches::default().streaming()] {
        let streams = switches.event_stream;
        let person = Person::approving(switches).await;
        let resource = person.log_in().await.resource;
        let response = person
            .broker
            .call(resource.as_str(), None, &tools_list())
            .await
            .expect("an answer");
        assert_eq!(response.status, 200);
        assert_eq!(response.media_type() == "text/event-stream", streams);
        let body = String::from_utf8(response.body.to_vec()).expect("text");
        assert!(body.contains(r#""tools""#), "{body}");
    }
}

#[tokio::test]
async fn k04_what_the_caller_calls_itself_by_is_not_passed_on() {
    let person = Person::approving(Switches::default()).await;
    let resource = person.log_in().await.resource;
    let mut call = tools_list();
    call.headers.extend(header_map(&[
        ("Authorization", "Bearer gl_agent_key"),
        ("DPoP", "a.b.c"),
        ("authorization", "Basic eDp5"),
    ]));
    assert_eq!(
        person
            .broker
            .call(resource.as_str(), None, &call)
            .await
            .expect("an answer")
            .status,
        200
    );
    let sent = person.web.requests_to("/mcp").pop().expect("a request");
    let shown: Vec<_> = sent
        .headers
        .iter()
        .filter(|(name, _)| name == "authorization" || name == "dpop")
        .collect();
    assert!(
        shown.len() == 1 && shown[0].1.starts_with("Bearer access_"),
        "{shown:?}"
    );
}

#[tokio::test]
async fn u02_nothing_is_sent_before_a_login() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let error = person
        .broker
        .call(&id, None, &tools_list())
        .await
        .expect_err("nobody is logged in");
    assert_eq!(error.code(), Code::LoginRequired);
}
