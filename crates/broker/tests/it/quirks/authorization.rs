//! Rules Q34 to Q44: what authorization endpoints refuse, and what they give at the wrong place.

use super::{add, call, log_in, token_requests, try_login, with_token};
use crate::setup::{Person, broker_on, browse};
use broker::LoginOptions;
use model::{Code, GrantState, RedirectPreference, Remedy};
use oauth::authorization::{Callback, OpenIdParameters};
use oauth::concession::{Concession, Concessions};
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use testbed::switches::{ResourceParameter, StepUp, Switches, TokenAnswers};

/// Rules: Q35. Q34 is in `first_example`.
#[tokio::test]
async fn q35_a_resource_that_the_issuer_does_not_know_is_named_and_no_other_is_tried() {
    for what in [
        ResourceParameter::Refused,
        ResourceParameter::RefusedAtToken,
    ] {
        let person = Person::approving(Switches::default().resource_parameter(what)).await;
        let error = try_login(&person).await.expect_err("refused");
        assert_eq!(
            error.concession(),
            Some(Concession::NoResourceParameter),
            "{what:?}: {error}"
        );
        let told = format!("{error} {}", error.hint());
        assert!(
            told.contains(&person.web.resource()),
            "{what:?}: the string to register: {told}"
        );
        let tried: Vec<_> = person
            .web
            .requests_to("/authorize")
            .iter()
            .map(|request| request.param("resource"))
            .collect();
        assert_eq!(
            tried,
            [Some(person.web.resource())],
            "{what:?}: no variants"
        );

        let id = add(&person, &[Concession::NoResourceParameter])
            .await
            .expect("allowed")
            .record
            .id;
        log_in(&person, &id, LoginOptions::default())
            .await
            .unwrap_or_else(|error| panic!("{what:?}: {error}"));
    }
}

/// 1. The issuer ignores `resource` and gives a token for something else. 2. The server refuses it. 3. No login would change
///    that: it is said, and nothing goes round in circles.
///
/// Rules: Q36, Q52
#[tokio::test]
async fn q36_q52_a_token_that_is_refused_right_after_a_login_is_no_reason_for_another() {
    let switches = Switches::default()
        .resource_parameter(ResourceParameter::Ignored)
        .audience("https://other.example");
    for switches in [switches, Switches::default().rejecting_every_token()] {
        let person = Person::approving(switches).await;
        try_login(&person).await.expect("logged in");
        for _ in 0..3 {
            let error = call(&person, "whoami").await.expect_err("refused");
            assert_eq!(error.code(), Code::RejectsItsOwnTokens, "{error}");
        }
        assert!(with_token(&person) <= 9 && token_requests(&person, "refresh_token").len() <= 3);
        assert_eq!(
            person.web.requests("/authorize"),
            1,
            "nobody was sent to the browser again"
        );
        // That no login helps is said only after a second, fresh registration.
        let error = call(&person, "whoami").await.expect_err("refused");
        let hint = error.hint().to_string();
        assert_eq!(
            error.remedies(),
            [Remedy::registration(RegistrationKind::Dynamic)]
        );
        assert!(
            hint.contains("--register-by dynamic`") && !hint.contains("wouldn't help"),
            "{hint}"
        );
        let id = person.add().await;
        let anew = LoginOptions {
            registration: Some(RegistrationKind::Dynamic),
            anew: true,
            ..LoginOptions::default()
        };
        log_in(&person, &id, anew).await.expect("logged in");
        assert_eq!(person.web.requests("/register"), 2);
        let hint = call(&person, "whoami")
            .await
            .expect_err("refused")
            .hint()
            .to_string();
        assert!(hint.contains("wouldn't help"), "{hint}");
    }
}

#[tokio::test]
async fn q41_consent_is_not_asked_for_by_name() {
    let person = Person::approving(Switches {
        refuses_prompt_consent: true,
        ..Switches::default()
    })
    .await;
    try_login(&person).await.expect("logged in");
    assert_eq!(
        person.web.requests_to("/authorize")[0].param("prompt"),
        None
    );
}

fn prompts(person: &Person) -> Vec<Option<String>> {
    person
        .web
        .requests_to("/authorize")
        .iter()
        .map(|request| request.param("prompt"))
        .collect()
}

/// An issuer that keeps to OpenID Connect Core §11.
fn openid() -> Switches {
    Switches {
        offline_needs_consent: true,
        refresh_needs_offline_access: true,
        scopes_supported: Some(
            ["openid", "notes:read", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
        ),
        ..Switches::default()
    }
}

/// 1. A login asks for `offline_access`, and comes without a refresh token. 2. The person is told what that means. 3. The next
///    login asks for consent by name, and renews itself. Rules: Q42
#[tokio::test]
async fn q42_where_a_refresh_token_needs_consent_the_next_login_asks_for_it() {
    let person = Person::approving(openid()).await;
    let grant = try_login(&person).await.expect("logged in");
    assert!(
        grant
            .tokens()
            .is_some_and(|tokens| tokens.refresh_token.is_none())
    );
    assert!(broker::not_renewed(&grant).is_some_and(|why| why.id() == "grant-no-refresh-token"));
    let view = person
        .broker
        .resource(grant.resource.as_str())
        .await
        .expect("kept");
    assert!(view.wants_consent, "it is known what to do about it");
    let grant = try_login(&person).await.expect("logged in");
    assert_eq!(broker::not_renewed(&grant), None);
    assert_eq!(prompts(&person), [None, Some("consent".to_owned())]);
    person.expire();
    person
        .broker
        .refresh(&grant.id)
        .await
        .expect("it renews itself");
    // On request it is asked for at the first login.
    let person = Person::approving(openid()).await;
    let id = person.add().await;
    let wishes = OpenIdParameters {
        consent: true,
        select_account: true,
        ..OpenIdParameters::default()
    };
    let grant = log_in(
        &person,
        &id,
        LoginOptions {
            wishes,
            ..LoginOptions::default()
        },
    )
    .await
    .expect("logged in");
    assert!(
        grant
            .tokens()
            .is_some_and(|tokens| tokens.refresh_token.is_some())
    );
    assert_eq!(
        prompts(&person),
        [Some("select_account consent".to_owned())]
    );
}

/// Where only an administrator may consent, asking for it by name ends the login: it is not asked for a second time.
#[tokio::test]
async fn q41_an_issuer_that_refuses_to_be_asked_for_consent_is_not_asked_again() {
    let person = Person::approving(Switches {
        refuses_prompt_consent: true,
        ..openid()
    })
    .await;
    try_login(&person).await.expect("logged in");
    let error = try_login(&person).await.expect_err("refused");
    assert!(
        error.hint().id() == "login-hint-without-consent",
        "{error}: {}",
        error.hint()
    );
    for _ in 0..2 {
        try_login(&person)
            .await
            .expect("logged in, and that is all there is");
    }
    assert_eq!(
        prompts(&person),
        [None, Some("consent".to_owned()), None, None]
    );
}

/// 1. The challenge asks for a scope that this client may not have. 2. The error names it, and the command that asks without it.
///    3. That is in. Rules: S-06
#[tokio::test]
async fn s06_a_scope_that_is_refused_is_named_and_so_is_the_way_without_it() {
    let switches = Switches {
        refused_scopes: vec!["notes:write".into()],
        ..Switches::default()
    };
    let person = Person::approving(switches.challenge_scope(Some("notes:read notes:write"))).await;
    let error = try_login(&person).await.expect_err("refused");
    assert_eq!(error.code(), Code::LoginRefused, "{error}");
    let instead = error.scopes_instead().cloned().expect("the others");
    assert!(
        !instead.contains("notes:write") && instead.contains("notes:read"),
        "{instead}"
    );
    assert!(error.to_string().contains("notes:write"), "{error}");
    assert!(
        error.hint().to_string().contains("gatelodge scopes ")
            && error.hint().to_string().contains("--set "),
        "{}",
        error.hint().to_string()
    );
    let id = person.add().await;
    person
        .broker
        .set_scopes(&id, Some(instead))
        .await
        .expect("chosen");
    try_login(&person).await.expect("without it");
}

/// Refused where the code is exchanged, and without a word of which: the command that chooses is named all the same.
#[tokio::test]
async fn s06_a_scope_that_the_token_endpoint_refuses_is_told_with_the_way_to_choose() {
    let refusing = Switches::default().answering_token(TokenAnswers::Error("invalid_scope".into()));
    let person = Person::approving(refusing.challenge_scope(Some("notes:read notes:write"))).await;
    let error = try_login(&person).await.expect_err("refused");
    assert_eq!(error.code(), Code::ExchangeFailed, "{error}");
    assert!(
        error.hint().to_string().contains("gatelodge scopes "),
        "{}",
        error.hint().to_string()
    );
}

#[tokio::test]
async fn q43_a_scope_of_our_own_that_is_refused_is_left_out_the_next_time() {
    let person = Person::approving(Switches {
        refused_scopes: vec!["offline_access".into()],
        ..Switches::default()
    })
    .await;
    let error = try_login(&person).await.expect_err("refused");
    assert_eq!(error.code(), Code::LoginRefused, "{error}");
    assert!(
        error.hint().to_string().contains("offline_access"),
        "{}",
        error.hint().to_string()
    );
    try_login(&person).await.expect("without it");
    let asked: Vec<_> = person
        .web
        .requests_to("/authorize")
        .iter()
        .filter_map(|request| request.param("scope"))
        .collect();
    assert_eq!(asked, ["notes:read offline_access", "notes:read"]);
}

#[tokio::test]
async fn q44_a_code_that_no_scope_was_asked_for_may_be_of_no_use_and_scopes_can_be_chosen() {
    let switches = Switches {
        omitted_scope_spoils_code: true,
        resource_scopes: None,
        ..Switches::default().challenge_scope(None)
    };
    let person = Person::approving(switches).await;
    let error = try_login(&person).await.expect_err("the code is of no use");
    assert_eq!(error.code(), Code::ExchangeFailed, "{error}");
    let id = person.add().await;
    person
        .broker
        .set_scopes(&id, Some(Scopes::parse("notes:read")))
        .await
        .expect("chosen");
    log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
}

/// 1. Two programs share a client id, as those with a document or a built-in one do. 2. The issuer keeps one grant a person.
/// 3. The second login ends the first, which is told once and asks for a login once.
#[tokio::test]
async fn q51_a_login_elsewhere_may_end_ours() {
    let switches = Switches {
        one_grant_a_person: true,
        ..Switches::default().without_registration()
    };
    let person = Person::approving(switches).await;
    let (client_id, _) = person
        .web
        .preregister("shared", &[oauth::redirect::DEEP_LINK], false);
    let entry = broker::ClientEntry {
        client_id,
        redirects: vec![model::RedirectPreference::DeepLink],
        ..broker::ClientEntry::default()
    };
    let id = person.add().await;
    person
        .broker
        .set_client(&id, entry.clone())
        .await
        .expect("kept");
    let grant = log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");

    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let other = broker_on(elsewhere.path(), person.clock.clone()).await;
    let theirs = other
        .add(
            &person.web.resource(),
            None,
            Concessions::default(),
            &|_| {},
        )
        .await
        .expect("added")
        .record
        .id;
    other.set_client(&theirs, entry).await.expect("kept");
    let started = other
        .begin_login(&theirs, LoginOptions::default())
        .await
        .expect("begins");
    let callback = browse(started.pending().expect("waits").url()).await;
    other
        .complete_login(Callback::parse(&callback))
        .await
        .expect("logged in there");

    for _ in 0..2 {
        assert_eq!(
            call(&person, "whoami").await.expect_err("ended").code(),
            Code::LoginRequired
        );
    }
    assert_eq!(token_requests(&person, "refresh_token").len(), 1);
    let kept = person.broker.resource(&id).await.expect("kept").grants;
    assert!(
        kept.iter()
            .any(|kept| kept.id == grant.id && matches!(kept.state, GrantState::LoginNeeded(_))),
        "{kept:?}"
    );
}

#[tokio::test]
async fn q52_more_rights_that_were_asked_for_already_are_not_asked_for_again() {
    let person = Person::approving(Switches::default().step_up(StepUp::NeverEnough)).await;
    try_login(&person).await.expect("logged in");
    let error = call(&person, "whoami").await.expect_err("refused");
    assert_eq!(error.code(), Code::Forbidden, "{error}");
    assert_eq!(
        (with_token(&person), person.web.requests("/authorize")),
        (1, 1)
    );

    // A 403 without a challenge is the server's own business.
    person
        .web
        .switches()
        .set(|switches| switches.step_up = StepUp::WithoutChallenge);
    assert_eq!(
        call(&person, "add_note").await.expect("passed on").status,
        403
    );
    assert_eq!(with_token(&person), 2);
}

/// Rules: Q53
#[tokio::test]
async fn q53_two_programs_do_not_take_each_others_answers() {
    let person = Person::approving(Switches::default()).await;
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let other = broker_on(elsewhere.path(), person.clock.clone()).await;
    let theirs = other
        .add(
            &person.web.resource(),
            None,
            Concessions::default(),
            &|_| {},
        )
        .await
        .expect("added")
        .record
        .id;
    let ours = person.add().await;
    let first = browse(person.begin(&ours).await.url()).await;
    let started = other
        .begin_login(&theirs, LoginOptions::default())
        .await
        .expect("begins");
    let second = browse(started.pending().expect("waits").url()).await;
    assert_eq!(
        other
            .complete_login(Callback::parse(&first))
            .await
            .expect_err("not its own")
            .code(),
        Code::LoginUnknown
    );
    assert_eq!(
        person
            .broker
            .complete_login(Callback::parse(&second))
            .await
            .expect_err("not ours")
            .code(),
        Code::LoginUnknown
    );
    person
        .broker
        .complete_login(Callback::parse(&first))
        .await
        .expect("ours");
    other
        .complete_login(Callback::parse(&second))
        .await
        .expect("theirs");
}

#[tokio::test]
async fn q54_what_was_added_to_the_address_for_counting_is_not_part_of_the_resource() {
    let person = Person::approving(Switches::default()).await;
    let url = format!("{}?utm_source=somewhere", person.web.resource());
    let id = person
        .broker
        .add(&url, None, Concessions::default(), &|_| {})
        .await
        .expect("added")
        .record
        .id;
    log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
    let sent = [
        person.web.requests_to("/authorize"),
        person.web.requests_to("/token"),
    ]
    .concat();
    assert!(
        sent.iter()
            .all(|request| request.param("resource") == Some(person.web.resource())),
        "{sent:?}"
    );
}

/// RFC 7591 §2: 1. A login. 2. An operation wants more, which the client of now may not have. 3. The next try registers anew; what
/// the issuer takes of `offline_access` is not concluded from that.
#[tokio::test]
async fn a_client_that_was_registered_for_less_is_registered_anew() {
    let switches = Switches {
        clients_keep_their_scope: true,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let id = person.add().await;
    let login = async |scopes: Option<&str>| {
        let options = LoginOptions {
            redirect: Some(RedirectPreference::Loopback),
            scopes: scopes.map(Scopes::parse),
            ..LoginOptions::default()
        };
        let started = person
            .broker
            .begin_login(&id, options)
            .await
            .expect("a login begins");
        let callback = browse(started.pending().expect("it waits for the browser").url()).await;
        person
            .broker
            .complete_login(Callback::parse(&callback))
            .await
    };
    let first = login(None).await.expect("logged in");
    let error = login(Some("notes:write"))
        .await
        .expect_err("not for this client");
    assert!(
        error.hint().id() == "issuer-hint-register-for-scopes"
            && error.hint().to_string().contains("--scope notes:write"),
        "{}",
        error.hint().to_string()
    );
    let second = login(Some("notes:write"))
        .await
        .expect("logged in with more");
    let scopes = &second.tokens().expect("active").scopes;
    assert!(
        scopes.contains("notes:write") && scopes.contains("offline_access"),
        "{scopes}"
    );
    assert!(first.id == second.id && first.registration_id != second.registration_id);
}
