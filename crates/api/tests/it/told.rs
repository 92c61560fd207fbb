//! What the window is told: all that is known of a failure, of a server and of what was not taken back; and what it may ask for.

use crate::setup::{Desk, text};
use serde_json::{Value, json};
use testbed::switches::{
    IssInResponse, IssuerInMetadata, PkceAdvertised, RevocationAnswers, Switches,
};

async fn with(change: impl FnOnce(&mut Switches)) -> Desk {
    let desk = Desk::new().await;
    desk.web.switches().set(change);
    desk
}

async fn refused(desk: &Desk, name: &str, args: Value) -> Value {
    serde_json::to_value(desk.try_call(name, args).await.expect_err(name)).expect("JSON")
}

fn begin(id: &str, more: &Value) -> Value {
    let mut args = json!({ "resource_id": id, "redirect": "deep_link", "select_account": false });
    args.as_object_mut()
        .expect("an object")
        .extend(more.as_object().expect("an object").clone());
    args
}

/// The button that logs in without the scope that was refused.
#[tokio::test]
async fn s06_a_refused_scope_comes_with_the_others() {
    let desk = with(|switches| {
        switches.refused_scopes = vec!["notes:write".into()];
        switches.challenge_scope = Some("notes:read notes:write".into());
    })
    .await;
    let id = desk.add().await;
    let callback = desk.browse(&id).await;
    let failure = refused(&desk, "login_paste", json!({ "callback_url": callback })).await;
    let instead = failure["scopes_instead"]
        .as_array()
        .unwrap_or_else(|| panic!("{failure}"));
    assert!(
        instead.contains(&json!("notes:read")) && !instead.contains(&json!("notes:write")),
        "{failure}"
    );
}

#[tokio::test]
async fn r17_the_issuers_words_come_whole() {
    let words = format!("{} https://forms.example/ask", "w".repeat(600));
    let desk = Desk::new().await;
    desk.web
        .switches()
        .set(|switches| *switches = switches.clone().refusing_registration("", 403, &words));
    let id = desk.add().await;
    let failure = refused(&desk, "login_begin", begin(&id, &json!({}))).await;
    assert_eq!(failure["said"], json!(words), "{failure}");
}

/// All departures are offered at once, each explained; what was allowed of them is allowed with the adding.
#[tokio::test]
async fn q20_all_departures_are_offered_and_may_be_allowed_at_once() {
    let desk = with(|switches| {
        switches.pkce_advertised = PkceAdvertised::Nothing;
        switches.issuer_in_metadata = IssuerInMetadata::Other("https://other.example".into());
    })
    .await;
    let url = desk.web.resource();
    let bare = url.strip_prefix("http://").expect("on this machine");
    let add = |concessions: Value| json!({ "url": bare, "name": null, "trace_id": "t", "concessions": concessions });
    let failure = refused(&desk, "resource_add", add(Value::Null)).await;
    let offers: Vec<Value> = failure["concessions"]
        .as_array()
        .unwrap_or_else(|| panic!("{failure}"))
        .clone();
    let names: Vec<_> = offers.iter().map(|offer| text(&offer["name"])).collect();
    assert_eq!(names, ["issuer-mismatch", "pkce-unadvertised"]);
    assert!(
        offers.iter().all(|offer| text(&offer["risk"]).len() > 20),
        "{failure}"
    );
    let added = desk.call("resource_add", add(json!(names))).await;
    assert_eq!(
        added["resource"]["uri"],
        json!(url),
        "the scheme was added, too"
    );
    assert_eq!(added["concessions"].as_array().map(Vec::len), Some(2));
    // Looked at again by another name, it keeps its own.
    let renaming = json!({ "url": url, "name": "other", "trace_id": "t" });
    assert_eq!(
        refused(&desk, "resource_add", renaming).await["code"],
        "invalid_argument"
    );
}

/// 1. An issuer does not take it back. 2. The receipt, the page and the list say so, and until when the token lives. 3. The server
///    goes only when that is let go.
#[tokio::test]
async fn what_was_not_taken_back_is_told_everywhere() {
    let desk = with(|switches| {
        switches.client_management = false;
        switches.revocation_answers = RevocationAnswers::Status(404);
    })
    .await;
    let (id, grant) = desk.log_in().await;
    let receipt = desk.call("grant_revoke", json!({ "id": grant })).await;
    assert_eq!(
        (
            &receipt["ending"],
            &receipt["proven"],
            &receipt["last_token"]
        ),
        (&json!("open"), &json!(false), &json!("until"))
    );
    assert!(
        receipt["lives_until"].is_i64() && text(&receipt["by_hand"]).starts_with("Sign in at "),
        "{receipt}"
    );
    let page = desk.call("resource_show", json!({ "id": id })).await;
    assert_eq!(page["revocations_open"], json!([receipt]));
    assert_eq!(
        (
            &page["grants"][0]["state"],
            &page["grants"][0]["revocation_open"]
        ),
        (&json!("removed_here"), &json!(true))
    );
    assert_eq!(
        desk.call("resources_list", json!({})).await["servers"][0]["state"],
        "removed_here"
    );
    let glance = desk.host.tray_summary().await;
    assert!(
        glance.servers[0].text.ends_with("removed here"),
        "{:?}",
        glance.servers
    );
    assert_eq!(
        refused(&desk, "resource_remove", json!({ "id": id })).await["code"],
        "revocation_open"
    );
    desk.call("resource_remove", json!({ "id": id, "let_go": true }))
        .await;
}

/// Whose word the name is, where a login goes, and the redirects that the next registration has.
#[tokio::test]
async fn a_servers_page_says_whose_word_it_is_and_where_a_login_goes() {
    let desk = with(|switches| switches.iss = IssInResponse::NotAdvertised).await;
    let id = desk.add().await;
    let page = desk.call("resource_show", json!({ "id": id })).await;
    assert_eq!(page["named_by_itself"], true, "{page}");
    assert_eq!(page["authorization_server"]["basis"], "published");
    assert!(
        text(&page["authorization_server"]["login_goes"]).starts_with("You sign in at 127.0.0.1:"),
        "{page}"
    );
    let options = desk.call("client_options", json!({ "id": id })).await;
    let own: Vec<_> = options["own_redirects"]
        .as_array()
        .expect("a list")
        .iter()
        .map(text)
        .collect();
    let sent = desk
        .call(
            "login_begin",
            begin(&id, &json!({ "redirect": "loopback" })),
        )
        .await["pending"]["redirect_uri"]
        .clone();
    let behind = |uri: &String| {
        text(&sent)
            .rsplit('/')
            .next()
            .is_some_and(|tag| uri.ends_with(tag))
    };
    assert!(!own.is_empty() && own.iter().all(behind), "{own:?} {sent}");
    desk.call("resource_rename", json!({ "id": id, "name": "mine" }))
        .await;
    assert_eq!(
        desk.call("resource_show", json!({ "id": id })).await["named_by_itself"],
        false
    );
}

/// A new registration when the person asks for one, and none that stays when the person insists.
#[tokio::test]
async fn a_client_id_is_made_anew_and_forgotten_on_request() {
    let desk = Desk::new().await;
    let (id, _) = desk.log_in().await;
    let client = desk.call("client_list", Value::Null).await[0]["id"].clone();
    let known = desk.web.requests("/register");
    for (more, registered) in [(json!({}), 0), (json!({ "registration": "dynamic" }), 1)] {
        desk.call("login_begin", begin(&id, &more)).await;
        assert_eq!(desk.web.requests("/register"), known + registered, "{more}");
    }
    assert_eq!(
        refused(&desk, "client_forget", json!({ "id": client })).await["code"],
        "client_in_use"
    );
    desk.call("client_forget", json!({ "id": client, "anyway": true }))
        .await;
}

/// A login that cannot be renewed says so, and what the next one does about it.
#[tokio::test]
async fn q42_a_login_without_a_refresh_token_says_what_the_next_one_does() {
    let desk = with(|switches| {
        switches.offline_needs_consent = true;
        switches.refresh_needs_offline_access = true;
        switches.scopes_supported = Some(
            ["openid", "notes:read", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
        );
    })
    .await;
    let (id, _) = desk.log_in().await;
    let page = desk.call("resource_show", json!({ "id": id })).await;
    let told = text(&page["grants"][0]["not_renewed"]);
    assert!(
        told.contains("no refresh token") && told.contains("asks you to agree again"),
        "{told}"
    );
}
