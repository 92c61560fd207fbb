//! Rules Q12 to Q20: the authorization server's metadata.

use super::{add, assert_nothing_sent, log_in, refused, token_requests, try_login};
use crate::setup::{Person, browse};
use broker::LoginOptions;
use model::Code;
use oauth::authorization::Callback;
use oauth::concession::{Concession, Concessions};
use testbed::Testbed;
use testbed::switches::{
    Answer, AuthorizationServers, AuthorizeAnswers, IssInResponse, IssuerInMetadata, MetadataPlace,
    PkceAdvertised, Switches, TokenAnswers,
};

/// Rules: Q12, M-07, lab-01
#[tokio::test]
async fn q12_a_slash_after_a_bare_origin_is_no_difference() {
    for (issuer, servers) in [
        (IssuerInMetadata::TrailingSlash, AuthorizationServers::Ours),
        (IssuerInMetadata::Right, AuthorizationServers::TrailingSlash),
        (
            IssuerInMetadata::TrailingSlash,
            AuthorizationServers::TrailingSlash,
        ),
    ] {
        let slashed = issuer == IssuerInMetadata::TrailingSlash;
        let switches = Switches {
            issuer_in_metadata: issuer,
            authorization_servers: servers,
            ..Switches::default()
        };
        let person = Person::approving(switches).await;
        let grant = try_login(&person).await.expect("logged in");
        let own = format!("{}{}", person.web.issuer(), if slashed { "/" } else { "" });
        assert_eq!(grant.issuer.as_str(), own, "kept as the document says it");
    }
    // `iss` is compared with the document's string, to the byte (C-02).
    let person = Person::approving(Switches::default().iss(IssInResponse::TrailingSlash)).await;
    assert_eq!(
        try_login(&person).await.expect_err("refused").code(),
        Code::IssMismatch
    );
    // With a path, the slash counts.
    let (_, error) = refused(
        Switches::default()
            .issuer_path("/t")
            .issuer_with_trailing_slash(),
    )
    .await;
    assert_eq!(error.code(), Code::IssuerMismatch, "{error}");
}

#[tokio::test]
async fn q13_another_issuer_is_refused_until_it_is_allowed_for_this_server() {
    let (person, error) =
        refused(Switches::default().speaking_for("https://login.example.com")).await;
    assert_eq!(
        (error.code(), error.concession()),
        (Code::IssuerMismatch, Some(Concession::IssuerMismatch)),
        "{error}"
    );
    let said = error.to_string();
    assert!(
        said.contains("https://login.example.com") && said.contains(&person.web.issuer()),
        "both are named: {said}"
    );
    let id = add(&person, &[Concession::IssuerMismatch])
        .await
        .expect("allowed")
        .record
        .id;
    log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
}

/// 1. The person allows one pair of issuers. 2. The server names another issuer, whose document speaks for an honest one,
///    with a token endpoint of its own. 3. That is another pair: nothing is asked there before the person allows it.
#[tokio::test]
async fn q13_d11_what_was_allowed_for_one_issuer_is_not_for_the_next() {
    let person =
        Person::approving(Switches::default().speaking_for("https://login.example.com")).await;
    let id = add(&person, &[Concession::IssuerMismatch])
        .await
        .expect("allowed")
        .record
        .id;
    let evil = Testbed::start(
        Switches::default()
            .speaking_for("https://honest.example")
            .approving_as("ada"),
    )
    .await;
    let evil = evil.expect("a free port");
    person
        .web
        .switches()
        .set(|s| s.authorization_servers = AuthorizationServers::Verbatim(vec![evil.issuer()]));
    let error = person
        .broker
        .check(&id, &|_| {})
        .await
        .expect_err("another pair");
    assert_eq!(error.code(), Code::IssuerMismatch, "{error}");
    assert!(
        error.to_string().contains("https://honest.example"),
        "{error}"
    );

    person
        .broker
        .withdraw(&id, Concession::IssuerMismatch)
        .await
        .expect("withdrawn");
    person
        .broker
        .concede(&id, Concession::IssuerMismatch.into(), &|_| {})
        .await
        .expect("the new pair, by the person's decision");
}

/// Two servers of one issuer; the person allowed it to speak for another one, at the first server only.
#[tokio::test]
async fn q13_a_concession_is_for_its_own_server_also_while_the_issuer_is_away() {
    let person = Person::approving(Switches::default()).await;
    let strict = Testbed::start(Switches::default())
        .await
        .expect("a free port");
    strict.switches().set(|s| {
        s.authorization_servers = AuthorizationServers::Verbatim(vec![person.web.issuer()]);
    });
    let other = person
        .broker
        .add(&strict.resource(), None, Concessions::default(), &|_| {})
        .await
        .expect("found")
        .record
        .id;
    person.web.switches().set(|s| {
        s.issuer_in_metadata = IssuerInMetadata::Other("https://login.example.com".into());
    });
    add(&person, &[Concession::IssuerMismatch])
        .await
        .expect("allowed");
    person
        .web
        .switches()
        .set(|s| s.metadata_answers_at = vec![(MetadataPlace::OAuthInserted, Answer::Status(503))]);
    let error = person
        .broker
        .begin_login(&other, LoginOptions::default())
        .await
        .expect_err("nothing is allowed for it");
    assert_eq!(error.code(), Code::ServerError, "{error}");
}

#[tokio::test]
async fn q14_pkce_that_is_not_advertised_is_refused_and_used_all_the_same_where_allowed() {
    let (person, error) = refused(Switches::default().without_pkce_advertised()).await;
    assert_eq!(
        (error.code(), error.concession()),
        (Code::PkceUnadvertised, Some(Concession::PkceUnadvertised)),
        "{error}"
    );
    let id = add(&person, &[Concession::PkceUnadvertised])
        .await
        .expect("allowed")
        .record
        .id;
    log_in(&person, &id, LoginOptions::default())
        .await
        .expect("logged in");
    assert_eq!(
        person.web.requests_to("/authorize")[0]
            .param("code_challenge_method")
            .as_deref(),
        Some("S256")
    );

    let plain = Switches {
        pkce_advertised: PkceAdvertised::PlainOnly,
        ..Switches::default()
    };
    let (_, error) = refused(plain).await;
    assert_eq!(
        (error.code(), error.concession()),
        (Code::PkceWithoutS256, None),
        "{error}"
    );
}

#[tokio::test]
async fn q15_any_4xx_is_a_reason_to_ask_at_the_next_place() {
    for status in [400, 403, 404, 405] {
        let person = Person::approving(Switches {
            metadata_absent_status: status,
            ..Switches::default()
                .issuer_path("/pool")
                .appended_metadata_only()
        })
        .await;
        try_login(&person)
            .await
            .unwrap_or_else(|error| panic!("{status}: {error}"));
    }
}

#[tokio::test]
async fn q15_an_outage_selects_no_other_document() {
    let places = vec![(MetadataPlace::OAuthInserted, Answer::Status(503))];
    let (_, error) = refused(Switches {
        metadata_answers_at: places,
        ..Switches::default()
    })
    .await;
    assert_eq!(error.code(), Code::ServerError, "{error}");
}

#[tokio::test]
async fn q16_the_document_of_a_path_is_found_by_insertion_first() {
    let person = Person::approving(
        Switches::default()
            .issuer_path("/login/oauth")
            .oauth_metadata_only(),
    )
    .await;
    add(&person, &[]).await.expect("found");
    assert_eq!(
        person
            .web
            .requests("/.well-known/oauth-authorization-server/login/oauth"),
        1
    );
    assert_eq!(
        person
            .web
            .requests("/.well-known/oauth-authorization-server"),
        0,
        "never the root's (M-05)"
    );
}

#[tokio::test]
async fn q17_a_template_is_no_issuer() {
    let template = "https://login.example.com/{tenantid}/v2.0";
    let (_, error) = refused(Switches::default().speaking_for(template)).await;
    assert_eq!(error.code(), Code::IssuerMismatch, "{error}");
}

#[tokio::test]
async fn q18_of_a_query_in_the_endpoint_only_what_is_not_ours_is_kept() {
    let person = Person::approving(Switches::default()).await;
    let baked = format!(
        "{}/authorize?tenant=t1&resource=https%3A%2F%2Fevil.example&state=x&client_id=y",
        person.web.issuer()
    );
    person
        .web
        .switches()
        .set(|switches| switches.authorization_endpoint = Some(baked));
    try_login(&person).await.expect("logged in");
    let request = &person.web.requests_to("/authorize")[0];
    assert_eq!(request.param("tenant").as_deref(), Some("t1"));
    for name in ["resource", "state", "client_id"] {
        assert_eq!(
            request.query.matches(&format!("{name}=")).count(),
            1,
            "{name} once, and ours: {}",
            request.query
        );
    }
    assert_eq!(request.param("resource"), Some(person.web.resource()));
}

/// Rules: Q19, C-02, C-03, C-04, C-05
#[tokio::test]
async fn q19_the_four_rows_of_iss() {
    for (iss, taken) in [
        (IssInResponse::Right, true),
        (IssInResponse::NotAdvertised, true),
        (IssInResponse::SentThoughNotAdvertised, true),
        (IssInResponse::OmittedThoughAdvertised, false),
        (IssInResponse::Wrong("https://evil.example".into()), false),
    ] {
        let person = Person::approving(Switches::default().iss(iss.clone())).await;
        let outcome = try_login(&person).await;
        assert_eq!(outcome.is_ok(), taken, "{iss:?}");
        if let Err(error) = outcome {
            assert_eq!(
                (error.code(), error.concession()),
                (Code::IssMismatch, None),
                "{iss:?}: {error}"
            );
            assert!(
                token_requests(&person, "authorization_code").is_empty(),
                "{iss:?}: the code went nowhere"
            );
        }
    }
}

/// lab-14
#[tokio::test]
async fn lab_14_an_error_without_the_promised_iss_is_not_believed() {
    let switches = Switches::default().iss(IssInResponse::OmittedInErrors);
    let person =
        Person::approving(switches.answering_authorize(AuthorizeAnswers::Error("CANARY".into())))
            .await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let forged = browse(pending.url()).await;
    let error = person
        .broker
        .complete_login(Callback::parse(&forged))
        .await
        .expect_err("refused");
    assert_eq!(error.code(), Code::IssMismatch);
    assert!(!error.to_string().contains("CANARY"), "{error}");
    person
        .web
        .switches()
        .set(|switches| switches.authorize_answers = AuthorizeAnswers::Proper);
    let callback = browse(pending.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("the real answer still counts");
}

/// lab-02
#[tokio::test]
async fn lab_02_issuers_with_a_path_answer_where_they_like() {
    use MetadataPlace::{OAuthInserted, OpenIdAppended, OpenIdInserted};
    for places in [
        &[OpenIdAppended][..],
        &[OpenIdInserted],
        &[OpenIdInserted, OpenIdAppended],
        &[OAuthInserted],
    ] {
        let person = Person::approving(
            Switches::default()
                .issuer_path("/realms/r")
                .metadata_at(places),
        )
        .await;
        try_login(&person)
            .await
            .unwrap_or_else(|error| panic!("{places:?}: {error}"));
    }
    let (person, error) = refused(
        Switches::default()
            .issuer_path("/t")
            .metadata_at(&[MetadataPlace::Root]),
    )
    .await;
    assert_eq!(error.code(), Code::NoAuthorizationServer);
    assert_nothing_sent(&person);
}

/// lab-03
#[tokio::test]
async fn lab_03_a_page_or_a_500_at_a_well_known_place_is_no_document() {
    let person = Person::approving(Switches {
        metadata_answers_at: vec![
            (MetadataPlace::OAuthInserted, Answer::Html),
            (MetadataPlace::OpenIdInserted, Answer::Garbage),
        ],
        ..Switches::default()
            .issuer_path("/t")
            .appended_metadata_only()
    })
    .await;
    try_login(&person).await.expect("logged in");
    person.web.switches().set(|switches| {
        switches.metadata_answers_at = vec![
            (MetadataPlace::OAuthInserted, Answer::Html),
            (MetadataPlace::OpenIdInserted, Answer::Status(500)),
        ];
    });
    add(&person, &[])
        .await
        .expect("found behind a fault of the server's own");
    person
        .web
        .switches()
        .set(|switches| switches.metadata_at = Vec::new());
    assert_eq!(
        add(&person, &[]).await.expect_err("nowhere").code(),
        Code::ServerError
    );
}

/// Amazon Cognito does not say that it does not know `resource`; it is known behind a proxy that the person allowed, at either
/// endpoint. Rules: Q13, Q35
#[tokio::test]
async fn q13_q35_a_vendor_behind_a_proxy_is_known_by_what_it_refuses() {
    let pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
    for refusing in [
        Switches::default().answering_token(TokenAnswers::InvalidGrant(400)),
        Switches::default().answering_authorize(AuthorizeAnswers::Error("invalid_request".into())),
    ] {
        let person = Person::approving(
            refusing
                .speaking_for(pool)
                .iss(IssInResponse::NotAdvertised),
        )
        .await;
        let view = add(&person, &[Concession::IssuerMismatch])
            .await
            .expect("allowed");
        let error = log_in(&person, &view.record.id, LoginOptions::default())
            .await
            .expect_err("refused");
        assert_eq!(
            error.concession(),
            Some(Concession::NoResourceParameter),
            "{error}"
        );
        assert!(
            error
                .pattern()
                .is_some_and(|known| known.id() == "concession-resource-at-cognito"),
            "{error}"
        );
        assert!(
            error.hint().to_string().contains(&person.web.resource()),
            "{}",
            error.hint().to_string()
        );
    }
}

/// Whoever is asked to allow something is told that it would not be enough.
#[tokio::test]
async fn a_departure_that_nobody_may_allow_is_told_beside_the_one_that_is_offered() {
    let switches = Switches {
        pkce_advertised: PkceAdvertised::PlainOnly,
        ..Switches::default()
    };
    let (_, error) = refused(switches.speaking_for("https://other.example")).await;
    assert_eq!(error.concessions(), [Concession::IssuerMismatch], "{error}");
    assert!(
        error
            .hint()
            .to_string()
            .contains("That alone isn't enough. ")
            && error.hint().to_string().contains("S256"),
        "{}",
        error.hint().to_string()
    );
}
