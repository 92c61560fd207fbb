//! Everything that is kept comes back as it was, also after the vault was closed; what belongs together goes together.

use crate::setup::{
    NOW, Place, agent, asked, attempt, authorization_server, event, fill, grant, issuer,
    registration, request, resource, uri,
};
use model::{
    ClientRecord, Event, EventQuery, Grant, GrantId, GrantState, LoginReason, LoginStatus, Permit,
    RedirectPreference, Refusal, ResourceProtection, ResourceRecord, Trouble,
};
use oauth::error_description::ErrorDescription;
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::token::ClientAuthentication;
use vault::{ClientEndpoint, Persistence, Precondition, VaultError};

fn permit(agent: &str, grant: &str) -> Permit {
    Permit {
        agent_id: agent.into(),
        grant_id: GrantId(grant.into()),
        scopes: Some(Scopes::parse("a")),
        until: Some(NOW.plus(60)),
        given_at: NOW,
    }
}

pub(crate) fn messages(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| event.message.to_string())
        .collect()
}

#[tokio::test]
async fn reopening_keeps_everything() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let plain = Registration {
        redirects: vec![Redirect::DEEP_LINK],
        kind: RegistrationKind::PreRegistered,
        client_secret: None,
        auth_method: AuthMethod::None,
        secret_expires_at: None,
        management: None,
        registered_at: NOW.plus(1),
        ..registration("plain").registration
    };
    let plain = ClientRecord::new("plain", plain);
    let bare = ResourceRecord {
        protection: ResourceProtection::NotProtected,
        resource_parameter: None,
        issuer: None,
        trace: vec![],
        checked_at: None,
        ..resource("s2", "http://127.0.0.1:3001")
    };
    let ended = grant("g3").login_needed(LoginReason::ClientForgotten);
    let revoked = grant("g4").revoked(NOW.plus(9));
    vault.save_registration(&plain).await.expect("saved");
    vault.add_resource(&bare).await.expect("added");
    vault.save_grant(&ended, &[]).await.expect("saved");
    vault.save_grant(&revoked, &[]).await.expect("saved");
    vault
        .save_authorization_server(&authorization_server(), NOW)
        .await
        .expect("saved");
    vault
        .save_redirect_preference(&issuer(), RedirectPreference::DeepLink)
        .await
        .expect("saved");
    vault
        .save_redirect_preference(&issuer(), RedirectPreference::Loopback)
        .await
        .expect("saved");
    for id in ["d1", "i1"] {
        let begun = vault.begin_login_attempt(&attempt(id), None).await;
        begun.expect("begun");
    }
    vault.add_agent(&agent("a1")).await.expect("added");
    let asked = [(asked("a1", NOW.plus(3)), 1)];
    vault.record_all(&asked, |_| ()).await.expect("noted");
    vault.give_permit(&permit("a1", "g1")).await.expect("given");
    vault
        .refresh_started(&GrantId("g1".into()), 7, NOW.plus(4))
        .await
        .expect("noted");
    vault.set_setting("port", "1").await.expect("set");
    vault.set_setting("port", "4283").await.expect("set");
    vault.close().await;
    drop(vault);

    let vault = place.vault().await;
    assert_eq!(
        vault.resource("s1").await.expect("read"),
        Some(resource("s1", uri().as_str()))
    );
    assert_eq!(
        vault.resource_by_uri(&bare.uri).await.expect("read"),
        Some(bare)
    );
    assert_eq!(vault.resources().await.expect("read").len(), 2);
    assert_eq!(
        vault.registrations_at(&issuer()).await.expect("read"),
        [plain, registration("r2"), registration("r1")]
    );
    assert_eq!(
        vault.registration("r1").await.expect("read"),
        Some(registration("r1"))
    );
    assert_eq!(
        vault
            .login_attempt_by_state(&request("p1").state)
            .await
            .expect("read"),
        Some(attempt("p1"))
    );
    assert_eq!(
        vault.login_attempts().await.expect("read"),
        ["i1", "d1", "p2", "p1"].map(attempt)
    );
    for kept in [grant("g1"), grant("g2"), ended, revoked] {
        assert_eq!(vault.grant(&kept.id).await.expect("read"), Some(kept));
    }
    assert_eq!(vault.grants().await.expect("read").len(), 4);
    assert_eq!(
        vault.count_grants_using("r1").await.expect("read"),
        3,
        "the revoked one does not count"
    );
    assert_eq!(
        vault.authorization_server(&issuer()).await.expect("read"),
        Some((authorization_server(), NOW))
    );
    assert_eq!(
        vault.redirect_preference(&issuer()).await.expect("read"),
        Some(RedirectPreference::Loopback)
    );
    assert_eq!(
        vault
            .agent("a1")
            .await
            .expect("read")
            .and_then(|agent| agent.last_used_at),
        Some(NOW.plus(3))
    );
    assert_eq!(vault.permits().await.expect("read"), [permit("a1", "g1")]);
    assert_eq!(
        vault
            .refresh_unfinished(&GrantId("g1".into()))
            .await
            .expect("read"),
        Some((7, NOW.plus(4)))
    );
    assert_eq!(
        vault.setting("port").await.expect("read").as_deref(),
        Some("4283")
    );
    assert_eq!(
        messages(
            &vault
                .events(&EventQuery {
                    limit: 9,
                    ..Default::default()
                })
                .await
                .expect("read")
        ),
        ["an answer", "g2", "g1"]
    );
    assert_eq!(vault.setting("nothing").await.expect("read"), None);
    assert_eq!(
        vault
            .login_attempt_by_state(&request("p9").state)
            .await
            .expect("read"),
        None
    );
}

#[tokio::test]
async fn a_removed_server_takes_along_what_belongs_to_it() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    vault.give_permit(&permit("a1", "g1")).await.expect("given");
    assert!(vault.remove_resource("s1").await.expect("removed"));
    assert!(
        !vault
            .remove_resource("s1")
            .await
            .expect("nothing to remove")
    );
    assert!(
        vault.grants().await.expect("read").is_empty()
            && vault.login_attempts().await.expect("read").is_empty()
    );
    assert!(vault.permits().await.expect("read").is_empty());
    assert_eq!(
        vault.agents().await.expect("read").len(),
        1,
        "agents and the log stay"
    );
    assert_eq!(
        vault
            .events(&EventQuery {
                limit: 9,
                ..Default::default()
            })
            .await
            .expect("read")
            .len(),
        2
    );
    // A login that ends now has nowhere to go: its tokens are not kept where nobody would see them.
    assert!(matches!(
        vault.save_grant(&grant("g9"), &[]).await,
        Err(VaultError::Orphan)
    ));
    assert!(matches!(
        vault.begin_login_attempt(&attempt("p9"), None).await,
        Err(VaultError::Orphan)
    ));
}

#[tokio::test]
async fn permits_stay_with_a_grant_that_is_saved_again_and_go_with_their_agent() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    vault.give_permit(&permit("a1", "g1")).await.expect("given");
    let wider = Permit {
        scopes: None,
        until: None,
        ..permit("a1", "g1")
    };
    vault.give_permit(&wider).await.expect("given instead");
    vault
        .save_grant(&grant("g1"), &[])
        .await
        .expect("saved again");
    assert_eq!(vault.permits().await.expect("read"), [wider]);
    assert!(matches!(
        vault.give_permit(&permit("nobody", "g1")).await,
        Err(VaultError::Orphan)
    ));
    assert!(
        vault
            .remove_permit("a1", &GrantId("g1".into()))
            .await
            .expect("removed")
    );
    assert!(
        !vault
            .remove_permit("a1", &GrantId("g1".into()))
            .await
            .expect("nothing to remove")
    );
    vault.give_permit(&permit("a1", "g1")).await.expect("given");
    assert!(vault.remove_agent("a1").await.expect("removed"));
    assert!(vault.permits().await.expect("read").is_empty());
}

#[tokio::test]
async fn a_grant_and_its_events_are_kept_together_or_not_at_all() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let stray = model::Grant {
        resource: oauth::uri::ResourceUri::stored("https://gone.example".into()),
        ..grant("g9")
    };
    assert!(matches!(
        vault
            .save_grant(&stray, &[event("of a grant that is not kept")])
            .await,
        Err(VaultError::Orphan)
    ));
    assert!(
        !vault
            .compare_and_save_grant(&grant("g1"), 6, &[event("of a writer who was late")])
            .await
            .expect("compared")
    );
    // The login is not done either when what came of it cannot be kept.
    let kept = async |grant: &Grant, words: &str| {
        vault
            .keep_login("p1", grant, Precondition::Nothing, &[event(words)], None)
            .await
    };
    assert!(matches!(
        kept(&stray, "neither").await,
        Err(VaultError::Orphan)
    ));
    let waits = LoginStatus::Waiting {
        unused_answer: None,
    };
    assert_eq!(vault.login_status("p1").await.expect("read"), Some(waits));
    assert!(matches!(
        kept(&grant("g3"), "both").await,
        Ok(Persistence::InTheVault)
    ));
    let done = LoginStatus::Done {
        grant: grant("g3").id,
    };
    assert_eq!(vault.login_status("p1").await.expect("read"), Some(done));
    assert!(matches!(
        kept(&grant("g3"), "again").await,
        Ok(Persistence::Outdated)
    ));
    let events = vault
        .events(&EventQuery {
            limit: 9,
            ..Default::default()
        })
        .await
        .expect("read");
    assert_eq!(messages(&events), ["both", "g2", "g1"]);
}

#[tokio::test]
async fn a_refresh_that_was_begun_is_known_until_it_ends() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let id = GrantId("g1".into());
    let GrantState::Active(tokens) = grant("g1").state else {
        panic!("an active grant")
    };
    for end in 0..2 {
        vault
            .refresh_started(&id, 7 + end, NOW)
            .await
            .expect("noted");
        assert_eq!(
            vault.refresh_unfinished(&id).await.expect("read"),
            Some((7 + end, NOW))
        );
        if end == 0 {
            let renewed = grant("g1").refreshed(tokens.clone(), NOW);
            assert!(
                vault
                    .compare_and_save_grant(&renewed, 7, &[])
                    .await
                    .expect("saved")
            );
        } else {
            vault.refresh_ended(&id).await.expect("noted");
        }
        assert_eq!(vault.refresh_unfinished(&id).await.expect("read"), None);
    }
}

/// What an issuer answered is known to every process, and void as soon as there are newer tokens.
#[tokio::test]
async fn a_refusal_is_kept_beside_the_tokens_that_it_is_about() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let known = grant("g1");
    let said = ErrorDescription::new("Client is disabled; ask at https://as.example/forms", &[]);
    let refusal = Refusal {
        at: NOW.plus(7),
        error: "invalid_request".to_owned().into(),
        said,
    };
    let trouble = Trouble {
        refusal: Some(refusal),
        unanswered: 3,
        since: Some(NOW),
    };
    vault
        .save_trouble(&known.id, known.generation, &trouble)
        .await
        .expect("saved");
    let again = place.vault().await;
    let kept = again.grant(&known.id).await.expect("read").expect("there");
    assert_eq!(
        kept,
        Grant {
            trouble: trouble.clone(),
            ..known.clone()
        }
    );
    assert_eq!(
        again.grants_of(&known.resource).await.expect("read")[0].trouble,
        trouble
    );
    let newer = Grant {
        generation: known.generation + 1,
        trouble: Trouble::default(),
        ..known.clone()
    };
    again.save_grant(&newer, &[]).await.expect("saved");
    assert_eq!(again.grant(&known.id).await.expect("read"), Some(newer));
    again
        .save_trouble(&GrantId("nobody".into()), 1, &trouble)
        .await
        .expect("nothing to keep it beside");
}

/// One endpoint says nothing of the next, and a client that is forgotten takes what was learned of it along.
#[tokio::test]
async fn the_way_that_a_client_proves_itself_is_kept_by_endpoint() {
    let place = Place::new();
    let vault = place.vault().await;
    let known = registration("r1");
    vault.save_registration(&known).await.expect("saved");
    vault
        .save_client_authentication(
            &known.id,
            ClientEndpoint::Token,
            ClientAuthentication::Basic,
        )
        .await
        .expect("saved");
    vault
        .save_client_authentication(&known.id, ClientEndpoint::Token, ClientAuthentication::Post)
        .await
        .expect("saved");
    let way = async |endpoint| {
        vault
            .client_authentication(&known.id, endpoint)
            .await
            .expect("read")
    };
    assert_eq!(
        way(ClientEndpoint::Token).await,
        Some(ClientAuthentication::Post)
    );
    assert_eq!(way(ClientEndpoint::Revocation).await, None);
    vault
        .save_registration(&known)
        .await
        .expect("a renewed secret");
    assert_eq!(
        way(ClientEndpoint::Token).await,
        Some(ClientAuthentication::Post)
    );
    vault
        .forget_registration(&known.id)
        .await
        .expect("forgotten");
    assert_eq!(way(ClientEndpoint::Token).await, None);
}
