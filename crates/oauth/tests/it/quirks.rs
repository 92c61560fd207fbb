//! What servers in the field get wrong about their metadata, and what is made of it (rules Q01 to Q20).

use crate::discovery::{
    MCP, METADATA, OPENID, PATH, ROOT, challenged, issuer_metadata, protected, resource_metadata,
    run, run_with,
};
use crate::web::Web;
use oauth::concession::{Concession, Concessions};
use oauth::discovery::DiscoveryError;
use oauth::metadata::MetadataError;

fn with_issuer(web: Web) -> Web {
    web.json(METADATA, 200, &issuer_metadata("https://as.example"))
}

fn is_resource_mismatch(error: &DiscoveryError) -> bool {
    matches!(
        error,
        DiscoveryError::ResourceMetadata {
            source: MetadataError::ResourceMismatch { .. },
            ..
        }
    )
}

#[tokio::test]
async fn q01_a_refusal_without_a_challenge_is_one_all_the_same() {
    let web = with_issuer(Web::default().on(MCP, 401, &[], "").json(
        PATH,
        200,
        &resource_metadata("https://as.example"),
    ));
    protected(run(&web).await);
    assert_eq!(web.asked(), [MCP, PATH, METADATA]);
}

#[tokio::test]
async fn q03_q54_the_query_stays_on_the_address_and_out_of_the_comparison() {
    for query in ["oauth=initialize", "utm_source=docs"] {
        let url = format!("https://h.example/mcp?{query}");
        let web = with_issuer(
            Web::default()
                .on(
                    &format!("POST {url}"),
                    401,
                    &[("www-authenticate", "Bearer")],
                    "",
                )
                .json(PATH, 200, &resource_metadata("https://as.example")),
        );
        let found = protected(run_with(&web, &url, &Concessions::default()).await);
        assert_eq!(
            found.resource_parameter, "https://h.example/mcp",
            "Q54: the metadata's own words"
        );
        assert_eq!(web.asked()[0], format!("POST {url}"), "Q03");
    }
}

/// Q04: allowed by RFC 9728, and only for exactly this resource.
#[tokio::test]
async fn q04_metadata_on_another_origin_speaks_for_this_resource_or_for_none() {
    let ask = async |resource: &str| {
        let body =
            resource_metadata("https://as.example").replace("https://h.example/mcp", resource);
        let web = challenged(r#"Bearer resource_metadata="https://meta.example/.well-known/oauth-protected-resource/mcp""#)
                .json("GET https://meta.example/.well-known/oauth-protected-resource/mcp", 200, &body);
        run(&with_issuer(web)).await
    };
    protected(ask("https://h.example/mcp").await);
    for other in [
        "https://h.example",
        "https://h.example/",
        "https://meta.example/mcp",
        "https://h.example/mc",
    ] {
        assert!(
            ask(other)
                .await
                .is_err_and(|error| is_resource_mismatch(&error)),
            "{other}"
        );
    }
}

#[tokio::test]
async fn q05_a_relative_or_http_place_is_put_right() {
    for named in ["/meta", "meta", "http://h.example/meta"] {
        let header = format!(r#"Bearer resource_metadata="{named}""#);
        let web = with_issuer(challenged(&header).json(
            "GET https://h.example/meta",
            200,
            &resource_metadata("https://as.example"),
        ));
        protected(run(&web).await);
        assert_eq!(
            web.asked(),
            [MCP, "GET https://h.example/meta", METADATA],
            "{named}"
        );
    }
}

/// Rules: Q06, Q07, Q37
#[tokio::test]
async fn q06_q07_q37_almost_this_resource_is_kept_verbatim_and_another_is_refused() {
    let ask = async |resource: &str| {
        let body =
            resource_metadata("https://as.example").replace("https://h.example/mcp", resource);
        run(&with_issuer(challenged("Bearer").json(PATH, 200, &body))).await
    };
    for near in [
        "https://h.example",
        "https://h.example/",
        "HTTPS://H.example/mcp",
        "https://h.example:443/mcp",
        "https://h.example/mcp?x",
    ] {
        assert_eq!(protected(ask(near).await).resource_parameter, near);
    }
    for other in [
        "http://h.example/mcp",
        "https://other.example/mcp",
        "https://h.example/mcp2",
        "https://h.example:8443/mcp",
        "h.example/mcp",
    ] {
        let error = ask(other).await.expect_err(other);
        assert!(is_resource_mismatch(&error), "{other}: {error}");
        assert_eq!(error.concession(), Some(Concession::ResourceMismatch));
        assert!(
            error.to_string().contains(other),
            "Q07: the person reads which one it names: {error}"
        );
    }
}

#[tokio::test]
async fn q08_metadata_at_one_of_the_places_is_enough() {
    for (place, asked) in [
        (PATH, &[MCP, PATH, METADATA][..]),
        (ROOT, &[MCP, PATH, ROOT, METADATA]),
    ] {
        let web = with_issuer(challenged("Bearer").json(
            place,
            200,
            &resource_metadata("https://as.example"),
        ));
        protected(run(&web).await);
        assert_eq!(web.asked(), asked);
    }
}

#[tokio::test]
async fn q11_the_singular_member_of_a_draft_is_not_read() {
    let body =
        r#"{"resource":"https://h.example/mcp","authorization_server":"https://as.example"}"#;
    let web = with_issuer(challenged("Bearer").json(PATH, 200, body));
    let error = run(&web).await.expect_err("none is named");
    assert!(
        matches!(
            error,
            DiscoveryError::ResourceMetadata {
                source: MetadataError::NoAuthorizationServer,
                ..
            }
        ),
        "{error}"
    );
}

/// Q12: Google and Auth0; what `iss` is compared with is the document's own string.
#[tokio::test]
async fn q12_a_slash_at_the_root_of_an_issuer_means_nothing() {
    for (named, own) in [
        ("https://as.example/", "https://as.example"),
        ("https://as.example", "https://as.example/"),
    ] {
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata(named))
            .json(METADATA, 200, &issuer_metadata(own));
        assert_eq!(
            protected(run(&web).await)
                .authorization_server
                .issuer
                .as_str(),
            own
        );
    }
}

/// Rules: Q13, Q17, Q20
#[tokio::test]
async fn q13_q17_q20_another_issuer_is_refused_whoever_it_is() {
    for (named, own) in [
        ("https://as.example/id", "https://as.example"),
        (
            "https://as.example/common/v2.0",
            "https://as.example/{tenantid}/v2.0",
        ),
        (
            "https://as.example",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab",
        ),
    ] {
        let path = named.strip_prefix("https://as.example").expect("its host");
        let place = format!("{METADATA}{path}");
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata(named))
            .json(&place, 200, &issuer_metadata(own));
        let error = run(&web).await.expect_err(own);
        assert!(
            error.to_string().contains(named) && error.to_string().contains(own),
            "both are told: {error}"
        );
        assert!(matches!(
            error,
            DiscoveryError::AuthorizationServerMetadata {
                source: MetadataError::IssuerMismatch { .. },
                ..
            }
        ));
    }
}

/// Q15: Cognito and Entra answer only where OpenID appends, and refuse the other places in their own ways.
#[tokio::test]
async fn q15_whatever_is_no_document_leads_to_the_next_place() {
    let issuer = "https://as.example/pool";
    for status in [400, 401, 403, 404, 405, 410, 502] {
        let web = challenged("Bearer")
            .json(PATH, 200, &resource_metadata(issuer))
            .on(
                "GET https://as.example/.well-known/oauth-authorization-server/pool",
                status,
                &[],
                "",
            )
            .on(
                "GET https://as.example/.well-known/openid-configuration/pool",
                status,
                &[],
                "<html>",
            )
            .json(
                "GET https://as.example/pool/.well-known/openid-configuration",
                200,
                &issuer_metadata(issuer),
            );
        assert_eq!(
            protected(run(&web).await)
                .authorization_server
                .issuer
                .as_str(),
            issuer,
            "{status}"
        );
    }
}

/// Q16: GitHub publishes at the inserted place alone.
#[tokio::test]
async fn q16_the_inserted_place_is_found_first() {
    let issuer = "https://as.example/login/oauth";
    let place = "GET https://as.example/.well-known/oauth-authorization-server/login/oauth";
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata(issuer))
        .json(place, 200, &issuer_metadata(issuer));
    protected(run(&web).await);
    assert_eq!(web.asked(), [MCP, PATH, place]);
}

/// B-01, B-04: what metadata names is fetched with the reach of the resource, and without anything of ours.
#[tokio::test]
async fn q09_b09_absurd_documents_are_survived() {
    let deep = "[".repeat(50_000);
    let many = format!(
        r#"{{"resource":"https://h.example/mcp","authorization_servers":[{}]}}"#,
        vec![r#""https://as.example""#; 17].join(",")
    );
    for body in [
        &deep,
        &many,
        "null",
        "[]",
        "7",
        r#"{"resource":7}"#,
        r#"{"resource":"https://h.example/mcp","authorization_servers":"x"}"#,
    ] {
        let web = challenged("Bearer").json(PATH, 200, body);
        run(&web).await.expect_err("no server is found");
        assert!(
            web.asked()
                .iter()
                .all(|asked| !asked.contains("as.example")),
            "{:?}",
            web.asked()
        );
    }
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &deep)
        .json(OPENID, 200, "{}");
    assert!(
        matches!(run(&web).await, Err(DiscoveryError::Unreadable { .. })),
        "it is there, and not absent"
    );
}

/// Q13: the vendor that speaks is known, also where somebody else was asked.
#[tokio::test]
async fn q13_a_vendor_behind_a_proxy_is_known_by_its_document() {
    let pool = issuer_metadata("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab");
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &pool);
    let error = run(&web).await.expect_err("another issuer");
    let DiscoveryError::AuthorizationServerMetadata { source, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        matches!(source, MetadataError::IssuerMismatch { found, .. } if found.contains("cognito-idp")),
        "{error}"
    );
}

/// A login page beside grant types that do not know it is no login for people (RFC 8414 §2).
#[tokio::test]
async fn a_document_without_the_code_grant_has_no_login_in_the_browser() {
    let programs = issuer_metadata("https://as.example")
        .replace('}', r#","grant_types_supported":["client_credentials"]}"#);
    let web = challenged("Bearer")
        .json(PATH, 200, &resource_metadata("https://as.example"))
        .json(METADATA, 200, &programs);
    assert!(
        !protected(run(&web).await)
            .authorization_server
            .offers_code_flow()
    );
}
