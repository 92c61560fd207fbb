//! Logins in a browser elsewhere, over the testbed's device endpoints (RFC 8628; docs/protocol.md#device-login).

use crate::setup::Person;
use broker::{LoginOptions, LoginStart};
use model::{Code, GrantKind, LoginAttempt, LoginMethod};
use oauth::uri::Issuer;
use testbed::switches::{Answer, DeviceAnswers, DeviceSwitches, Switches, TokenAnswers};

/// Polls a second apart, and the person decides before the first.
fn quick() -> Switches {
    let switches = Switches::default().deciding_after(0);
    Switches {
        device: DeviceSwitches {
            interval: Some(1),
            ..switches.device
        },
        ..switches
    }
}

async fn begun(person: &Person) -> LoginAttempt {
    let id = person.add_with(LoginMethod::Device).await;
    let options = LoginOptions {
        open_browser: true,
        ..LoginOptions::default()
    };
    match person
        .broker
        .begin_login(&id, options)
        .await
        .expect("a code for the person")
    {
        LoginStart::Waiting {
            pending,
            browser_problem,
        } => {
            assert_eq!(browser_problem, None, "no browser is opened for it");
            *pending
        }
        LoginStart::Done(_) => panic!("nobody has typed the code"),
    }
}

#[tokio::test]
async fn a06_t01_the_code_is_shown_the_issuer_is_asked_and_the_login_can_be_renewed() {
    let person = Person::approving(quick().deciding_after(1)).await;
    person.web.switches().set(|s| s.device.interval = Some(1));
    let pending = begun(&person).await;
    let device = pending.device().expect("a code");
    assert_eq!(
        device.verification_uri,
        format!("{}/device", person.web.issuer())
    );
    assert_eq!((device.user_code.len(), device.interval), (9, 1));
    let asked = &person.web.requests_to("/device_authorization")[0];
    assert_eq!(asked.param("resource"), Some(person.web.resource()));
    assert_eq!(
        asked.param("scope").as_deref(),
        Some("notes:read offline_access")
    );

    let grant = person
        .broker
        .wait_login(&pending)
        .await
        .expect("the person approved");
    assert_eq!(
        (grant.kind, grant.resource.as_str()),
        (GrantKind::Device, &*person.web.resource())
    );
    assert_eq!(
        person.token_requests("resource"),
        vec![Some(person.web.resource()); 2],
        "one poll before the decision"
    );
    assert_eq!(
        person
            .tool(grant.resource.as_str(), "whoami")
            .await
            .expect("a token")
            .status,
        200
    );
    person.expire();
    assert_eq!(
        person
            .tool(grant.resource.as_str(), "whoami")
            .await
            .expect("a renewed token")
            .status,
        200
    );
    assert_eq!(person.web.requests("/authorize"), 0);
}

#[tokio::test]
async fn a_device_login_ends_as_the_person_or_the_time_decides() {
    for (answers, code) in [
        (DeviceAnswers::Denied, Code::LoginRefused),
        (DeviceAnswers::Expired, Code::LoginExpired),
    ] {
        let person = Person::approving(quick().answering_device(answers)).await;
        let pending = begun(&person).await;
        let error = person
            .broker
            .wait_login(&pending)
            .await
            .expect_err("no login");
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(
            person.web.requests("/token"),
            1,
            "nothing is asked after the end"
        );
    }
}

/// RFC 8628 §3.5: no answer is no end.
#[tokio::test]
async fn a_poll_that_gets_no_answer_is_made_again() {
    let person = Person::approving(quick().answering_token(TokenAnswers::Cut).times(1)).await;
    let pending = begun(&person).await;
    let grant = person
        .broker
        .wait_login(&pending)
        .await
        .expect("the person approved");
    assert_eq!(
        (grant.kind, person.web.requests("/token")),
        (GrantKind::Device, 2)
    );
}

/// What the issuer's owner writes is shown to a person, so it has to be something that a person can type.
#[tokio::test]
async fn an_answer_that_is_no_device_authorization_is_refused() {
    for answer in [
        Answer::Html,
        Answer::Garbage,
        Answer::Status(503),
        Answer::Redirect("https://evil.example/".into()),
    ] {
        let person = Person::approving(quick()).await;
        let id = person.add_with(LoginMethod::Device).await;
        person
            .web
            .switches()
            .set(|s| s.device.authorization_answers = answer);
        person
            .broker
            .begin_login(&id, LoginOptions::default())
            .await
            .expect_err("no code");
        assert_eq!(person.web.requests("/token"), 0);
    }
}

/// The testbed demands the pace that it asked for, five seconds more after each `slow_down`.
#[tokio::test]
async fn slow_down_is_obeyed() {
    let switches = quick();
    let device = DeviceSwitches {
        checks_pace: true,
        slow_down_polls: 1,
        ..switches.device
    };
    let person = Person::approving(Switches { device, ..switches }).await;
    let pending = begun(&person).await;
    person
        .broker
        .wait_login(&pending)
        .await
        .expect("the person approved");
    assert_eq!(person.web.requests("/token"), 2, "no poll came too early");
}

/// A folder that takes no lock: the login says so, instead of trying for ever.
#[tokio::test]
async fn a_device_login_that_nobody_can_ask_for_ends() {
    let person = Person::approving(quick()).await;
    let id = person.add_with(LoginMethod::Device).await;
    let locks = person.broker.home().locks().to_owned();
    std::fs::remove_dir_all(&locks).expect("removed");
    std::fs::write(&locks, "").expect("a file in its place");
    let pending = person.begin(&id).await;
    let waited = tokio::time::timeout(
        std::time::Duration::from_secs(20),
        person.broker.wait_login(&pending),
    )
    .await;
    let error = waited.expect("it ends").expect_err("nobody asks");
    assert_eq!(error.code(), Code::VaultFailed, "{error}");
    assert_eq!(person.web.requests("/token"), 0);
}

#[tokio::test]
async fn a_cancelled_device_login_keeps_nothing() {
    let person = Person::approving(quick()).await;
    let pending = begun(&person).await;
    person
        .broker
        .cancel_login(&pending.id)
        .await
        .expect("it is under way");
    let error = person
        .broker
        .wait_login(&pending)
        .await
        .expect_err("it was cancelled");
    assert_eq!(error.code(), Code::LoginCancelled, "{error}");
    let view = &person.broker.resources().await.expect("a vault")[0];
    let error = person
        .tool(&view.record.id, "whoami")
        .await
        .expect_err("nobody is logged in");
    assert_eq!(error.code(), Code::LoginRequired);
}

#[tokio::test]
async fn an_address_that_no_browser_should_open_is_not_shown() {
    let person = Person::approving(quick()).await;
    let id = person.add_with(LoginMethod::Device).await;
    for uri in [
        "javascript:alert(1)",
        "http://login.example.com/device",
        "file:///etc/passwd",
        "not an address",
    ] {
        person
            .web
            .switches()
            .set(|s| s.device.verification_uri = Some(uri.to_owned()));
        let error = person
            .broker
            .begin_login(&id, LoginOptions::default())
            .await
            .expect_err("refused");
        assert_eq!(error.text().id(), "device-code-page", "{error}");
        assert!(
            error
                .to_string()
                .contains("(`verification_uri`) can't be used"),
            "{error}"
        );
    }
    assert_eq!(person.web.requests("/token"), 0);
}

#[tokio::test]
async fn a_server_without_device_logins_says_so() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add_with(LoginMethod::Device).await;
    let error = person
        .broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect_err("not offered");
    assert_eq!(error.code(), Code::MethodNotOffered);
    assert_eq!(
        (
            person.web.requests("/register"),
            person.web.requests("/token")
        ),
        (0, 0)
    );
}

/// What the person chooses with a login is kept for the next one, once it has begun, and not where it is not to be had.
#[tokio::test]
async fn a_method_is_kept_once_a_login_by_it_has_begun() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add_with(LoginMethod::Browser).await;
    let by = |method| LoginOptions {
        method: Some(method),
        ..LoginOptions::default()
    };
    let kept = async || {
        let view = person.broker.resource(&id).await.expect("kept");
        view.record.login_method
    };
    for method in [
        LoginMethod::Device,
        LoginMethod::Enterprise {
            provider: Issuer::parse("https://idp.example").expect("an issuer"),
        },
    ] {
        let begun = person.broker.begin_login(&id, by(method)).await;
        begun.expect_err("neither is to be had");
        assert_eq!(kept().await, LoginMethod::Browser);
    }
    person
        .broker
        .set_login_method(&id, LoginMethod::Device)
        .await
        .expect("chosen");
    let begun = person
        .broker
        .begin_login(&id, by(LoginMethod::Browser))
        .await;
    begun.expect("begun");
    assert_eq!(kept().await, LoginMethod::Browser);
}

/// The method that the person chose for the server stays: this is one login by another.
#[tokio::test]
async fn a_login_by_device_code_can_be_chosen_for_once() {
    let person = Person::approving(quick()).await;
    let id = person.add().await;
    let options = LoginOptions {
        method: Some(LoginMethod::Device),
        ..LoginOptions::default()
    };
    let started = person.broker.begin_login(&id, options).await;
    let pending = started.expect("a code for the person").pending().cloned();
    let pending = pending.expect("it waits for the person");
    assert!(pending.device().is_some());
    let grant = person.broker.wait_login(&pending).await.expect("logged in");
    assert_eq!(grant.kind, GrantKind::Device);
    let view = person.broker.resource(&id).await.expect("kept");
    assert_eq!(view.record.login_method, LoginMethod::Browser);
}
