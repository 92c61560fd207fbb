//! What must end before anything is asked of a token endpoint: no code, no verifier, no client secret goes anywhere.
//! N-10 is a test of the endpoint, where the loopback redirect arrives; N-18 is one of the program on a full disk.

use crate::quirks::{add, try_login};
use crate::setup::{Person, browse};
use broker::Error;
use model::{Code, Grant, LoginAttempt};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use std::io::ErrorKind;
use std::net::TcpListener;
use testbed::Testbed;
use testbed::switches::{
    Answer, AuthorizationServers, IssInResponse, IssuerInMetadata, PkceAdvertised,
    ResourceInMetadata, Switches,
};

/// Refused while its metadata is read: it does not even come to a registration.
async fn refused_at_once(switches: Switches, code: Code) -> Error {
    let person = Person::approving(switches).await;
    let error = add(&person, &[]).await.expect_err("refused");
    assert_eq!(error.code(), code, "{error}");
    for path in ["/register", "/authorize", "/token"] {
        assert_eq!(person.web.requests(path), 0, "{path}");
    }
    error
}

/// A login under way, and the answer that the browser would bring.
async fn answered(person: &Person) -> (LoginAttempt, String) {
    let pending = person.begin(&person.add().await).await;
    let callback = browse(pending.url()).await;
    (pending, callback)
}

async fn complete(person: &Person, callback: &str) -> Result<Grant, Error> {
    person
        .broker
        .complete_login(Callback::parse(callback))
        .await
}

async fn refused(person: &Person, callback: &str, code: Code) -> Error {
    let error = complete(person, callback).await.expect_err("refused");
    assert_eq!(error.code(), code, "{callback}: {error}");
    assert_eq!(person.web.requests("/token"), 0, "{callback}");
    error
}

/// The value of a parameter as it stands in the URL.
fn raw<'u>(url: &'u str, name: &str) -> &'u str {
    let after = url
        .split(['?', '&'])
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    after.unwrap_or_else(|| panic!("no {name} in {url}"))
}

fn with(url: &str, name: &str, value: &str) -> String {
    url.replace(
        &format!("{name}={}", raw(url, name)),
        &format!("{name}={value}"),
    )
}

fn without(url: &str, name: &str) -> String {
    url.replace(&format!("&{name}={}", raw(url, name)), "")
        .replace(&format!("?{name}={}&", raw(url, name)), "?")
}

#[tokio::test]
async fn n01_m07_m08_metadata_of_another_issuer() {
    let error = refused_at_once(
        Switches::default().speaking_for("https://evil.example"),
        Code::IssuerMismatch,
    )
    .await;
    assert!(
        error.to_string().contains("https://evil.example"),
        "{error}"
    );
    let missing = Switches {
        issuer_in_metadata: IssuerInMetadata::Missing,
        ..Switches::default()
    };
    let person = Person::approving(missing).await;
    add(&person, &[])
        .await
        .expect_err("a document that names nobody is nobody's");
    assert_eq!(person.web.requests("/token"), 0);
}

#[tokio::test]
async fn n02_d12_metadata_of_another_origins_resource() {
    for resource in [
        ResourceInMetadata::OtherOrigin,
        ResourceInMetadata::Verbatim("https://evil.example/mcp".into()),
    ] {
        refused_at_once(
            Switches::default().resource_in_metadata(resource),
            Code::ResourceMismatch,
        )
        .await;
    }
}

#[tokio::test]
async fn n03_g07_g08_a_token_endpoint_without_https() {
    let error = refused_at_once(
        Switches::default().token_endpoint("http://as.example/token"),
        Code::EndpointRefused,
    )
    .await;
    assert_eq!(error.concession(), None, "nobody can allow it");
}

#[tokio::test]
async fn n04_a02_a04_no_pkce() {
    refused_at_once(
        Switches::default().without_pkce_advertised(),
        Code::PkceUnadvertised,
    )
    .await;
}

#[tokio::test]
async fn n05_a03_plain_pkce_alone() {
    let error = refused_at_once(
        Switches::default().advertising_plain_pkce_only(),
        Code::PkceWithoutS256,
    )
    .await;
    assert_eq!(error.concession(), None, "nobody can allow it");
    let both = Switches {
        pkce_advertised: PkceAdvertised::PlainAndS256,
        ..Switches::default()
    };
    let person = Person::approving(both).await;
    try_login(&person)
        .await
        .expect("plain beside S256 is no obstacle");
    assert_eq!(
        person.web.requests_to("/authorize")[0]
            .param("code_challenge_method")
            .as_deref(),
        Some("S256")
    );
}

#[tokio::test]
async fn n06_c01_b13_a_state_that_is_not_the_logins() {
    let person = Person::approving(Switches::default()).await;
    let (pending, callback) = answered(&person).await;
    let state = raw(&callback, "state");
    for forged in [
        without(&callback, "state"),
        with(&callback, "state", ""),
        with(&callback, "state", "guess"),
        with(&callback, "state", &state[..state.len() - 1]),
        with(&callback, "state", &format!("{state}A")),
        with(&callback, "state", &state.to_lowercase()),
        with(&callback, "state", &pending.id),
    ] {
        refused(&person, &forged, Code::LoginUnknown).await;
    }
    complete(&person, &callback)
        .await
        .expect("the real one counts after all of them");

    person.web.clear_log();
    refused(&person, &callback, Code::LoginUnknown).await;
    let (_, callback) = answered(&person).await;
    person.clock.forward(600);
    let late = complete(&person, &callback).await.expect_err("too late");
    assert!(
        matches!(late.code(), Code::LoginUnknown | Code::LoginExpired),
        "{late}"
    );
    assert_eq!(
        person.web.requests("/token"),
        0,
        "neither the used one nor the late one"
    );
}

#[tokio::test]
async fn n07_c02_c03_c04_c05_c08_an_issuer_that_is_not_to_the_letter() {
    for (advertised, switches) in [
        (true, IssInResponse::Right),
        (false, IssInResponse::SentThoughNotAdvertised),
    ] {
        let person = Person::approving(Switches::default().iss(switches)).await;
        let (_, callback) = answered(&person).await;
        let iss = raw(&callback, "iss").to_owned();
        let port = person
            .web
            .issuer()
            .rsplit(':')
            .next()
            .expect("a port")
            .to_owned();
        let forged = [
            "https%3A%2F%2Fevil.example".to_owned(),
            format!("{iss}%2F"),
            iss.replace("http", "HTTP"),
            iss.replace(&port, &format!("0{port}")),
            iss.replace("127.0.0.1", "localhost"),
            iss.replace("127", "%2531%2532%2537"),
            String::new(),
        ];
        for wrong in forged {
            refused(&person, &with(&callback, "iss", &wrong), Code::IssMismatch).await;
        }
        if advertised {
            refused(&person, &without(&callback, "iss"), Code::IssMismatch).await;
        }
        complete(&person, &callback)
            .await
            .expect("the real one counts after all of them");
    }
    let switches = Switches::default().iss(IssInResponse::OmittedThoughAdvertised);
    let person = Person::approving(switches).await;
    let (_, callback) = answered(&person).await;
    refused(&person, &callback, Code::IssMismatch).await;
}

#[tokio::test]
async fn n08_c09_an_error_of_another_issuer() {
    let person = Person::approving(Switches::default()).await;
    let (_, callback) = answered(&person).await;
    let base = callback.split('?').next().expect("a redirect");
    let state = raw(&callback, "state");
    let query = format!(
        "error=CANARY1&error_description=CANARY2&error_uri=https%3A%2F%2Fcanary3.example&state={state}"
    );
    for iss in ["&iss=https%3A%2F%2Fevil.example", ""] {
        let error = refused(&person, &format!("{base}?{query}{iss}"), Code::IssMismatch).await;
        let shown = format!("{error} {} {error:?}", error.hint()).to_lowercase();
        assert!(!shown.contains("canary"), "{shown}");
    }
    let events = person
        .broker
        .events(&model::EventQuery {
            limit: 50,
            ..Default::default()
        })
        .await
        .expect("the log");
    assert!(
        !format!("{events:?}").to_lowercase().contains("canary"),
        "{events:?}"
    );
    complete(&person, &callback)
        .await
        .expect("a forged refusal does not end the real login");
}

#[tokio::test]
async fn n09_a_parameter_twice() {
    let person = Person::approving(Switches::default()).await;
    let (_, callback) = answered(&person).await;
    for name in ["code", "state", "iss"] {
        for twice in [
            format!("{callback}&{name}=other"),
            format!("{callback}&{name}={}", raw(&callback, name)),
        ] {
            let error = complete(&person, &twice).await.expect_err("two of them");
            assert_eq!(person.web.requests("/token"), 0, "{twice}: {error}");
        }
    }
    complete(&person, &callback)
        .await
        .expect("the real one counts after all of them");
}

#[tokio::test]
async fn n11_b07_b09_an_authorization_endpoint_that_is_no_web_address() {
    for endpoint in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "ms-msdt:/id",
        "http://as.example/authorize",
        "https://as.example/a\nb",
        "https://as.example/a\"b",
        "https://as.example/a b",
        "https://user:secret@as.example/authorize",
        "https://as.example/authorize#x",
        "https://as.example/\u{202e}moc",
        "/authorize",
        "",
    ] {
        let person = Person::approving(Switches::default().authorization_endpoint(endpoint)).await;
        let error = add(&person, &[]).await.expect_err(endpoint);
        assert!(
            matches!(error.code(), Code::EndpointRefused | Code::NoCodeFlow),
            "{endpoint}: {error}"
        );
        assert_eq!(
            person.web.requests("/register") + person.web.requests("/token"),
            0,
            "{endpoint}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

/// A port that somebody is thought to listen on, and whether anybody came.
struct Trap(TcpListener);

impl Trap {
    fn set() -> Self {
        let trap = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        trap.set_nonblocking(true).expect("it does not wait");
        Self(trap)
    }

    fn url(&self) -> String {
        format!("http://{}/trap", self.0.local_addr().expect("bound"))
    }

    fn is_untouched(&self) -> bool {
        matches!(self.0.accept(), Err(error) if error.kind() == ErrorKind::WouldBlock)
    }
}

#[tokio::test]
async fn n12_b04_metadata_that_redirects_to_loopback() {
    let trap = Trap::set();
    let to_trap = || Answer::Redirect(trap.url());
    for switches in [
        Switches::default().answering_resource_metadata(to_trap()),
        Switches::default().answering_metadata(to_trap()),
        Switches::default().answering_metadata(Answer::Redirect("http://[::1]:1/trap".into())),
    ] {
        let person = Person::approving(switches).await;
        add(&person, &[]).await.expect_err("refused");
        assert_eq!(
            person.web.requests("/register") + person.web.requests("/token"),
            0
        );
    }
    assert!(trap.is_untouched(), "another port is another origin");
}

#[tokio::test]
async fn n13_b01_b03_an_authorization_server_at_an_address_of_this_network() {
    for server in [
        "https://169.254.169.254",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]",
        "https://[::ffff:169.254.169.254]",
        "https://2852039166",
        "https://0xa9fea9fe",
    ] {
        let servers = AuthorizationServers::Verbatim(vec![server.into()]);
        let person = Person::approving(Switches::default().authorization_servers(servers)).await;
        let error = add(&person, &[]).await.expect_err(server);
        assert_eq!(error.code(), Code::BlockedAddress, "{server}: {error}");
        assert_eq!(
            person.web.requests("/register") + person.web.requests("/token"),
            0,
            "{server}"
        );
    }
}

/// Rules
#[tokio::test]
async fn n14_r24_a_registration_with_another_redirect() {
    let switches = Switches {
        registration_swaps_redirect: Some("https://evil.example/callback".into()),
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let error = try_login(&person)
        .await
        .expect_err("not what was asked for");
    assert!(error.hint().to_string().ends_with('.'), "{error}");
    assert_eq!(
        person.web.requests("/authorize") + person.web.requests("/token"),
        0,
        "{error}"
    );
}

/// 1. A login begins at one authorization server. 2. The resource names another one, and that one's metadata and answer
///    are genuine. 3. Its answer is not the login's: what was recorded before the browser opened counts.
#[tokio::test]
async fn n15_a15_d11_an_authorization_server_that_changed_meanwhile() {
    let person = Person::approving(Switches::default()).await;
    let other = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("free ports");
    let (pending, callback) = answered(&person).await;
    person.web.switches().set(|switches| {
        switches.authorization_servers = AuthorizationServers::Verbatim(vec![other.issuer()]);
        switches.token_endpoint = Some(format!("{}/token", other.issuer()));
    });
    person
        .broker
        .check(person.web.resource().as_str(), &|_| {})
        .await
        .expect("found at the new one");
    let theirs = with(
        &callback,
        "iss",
        &other.issuer().replace(':', "%3A").replace('/', "%2F"),
    );
    refused(&person, &theirs, Code::IssMismatch).await;
    assert_eq!(other.requests("/token"), 0);

    let grant = complete(&person, &callback)
        .await
        .expect("an answer of the one that was asked");
    assert_eq!(grant.issuer, *pending.issuer());
    assert_eq!(
        other.requests("/token"),
        0,
        "the code belongs to the one that was asked"
    );
}

#[tokio::test]
async fn n16_c01_an_answer_when_no_login_waits() {
    let person = Person::approving(Switches::default()).await;
    for answer in [
        "app.gatelodge.desktop:/oauth/callback?code=c&state=s",
        "app.gatelodge.desktop:/oauth/callback?error=access_denied&state=s",
        "app.gatelodge.desktop:/oauth/callback",
        "app.gatelodge.desktop://oauth/callback?code=c&state=s",
        "http://127.0.0.1:4283/callback?code=c&state=s",
    ] {
        refused(&person, answer, Code::LoginUnknown).await;
    }
    person.add().await;
    refused(
        &person,
        "app.gatelodge.desktop:/oauth/callback?code=c&state=s",
        Code::LoginUnknown,
    )
    .await;
}

/// Mix-up where neither issuer says who it is (B-14, RFC 8252 §8.10): 1. a login at the first waits; 2. the first leads
/// the browser to the second, with our client id and redirect there; 3. the second's honest answer comes back with the
/// first's state; 4. it arrives at the second's own place, so its code goes to nobody; 5. the first login may still end.
#[tokio::test]
async fn b14_an_answer_at_another_issuers_place_is_not_used() {
    let silent = || Switches {
        iss: IssInResponse::NotAdvertised,
        ..Switches::default()
    };
    let person = Person::approving(silent()).await;
    let honest = Testbed::start(silent().approving_as("ada"))
        .await
        .expect("free ports");
    let view = person
        .broker
        .add(&honest.resource(), None, Concessions::default(), &|_| {})
        .await
        .expect("a second server");
    let (_, waiting) = answered(&person).await;
    let theirs = browse(person.begin(&view.record.id).await.url()).await;
    let led_astray = with(&theirs, "state", raw(&waiting, "state"));
    refused(&person, &led_astray, Code::IssMismatch).await;
    assert_eq!(
        (person.web.requests("/token"), honest.requests("/token")),
        (0, 0)
    );
    complete(&person, &waiting)
        .await
        .expect("the real answer still counts");
}

/// Mix-up: 1. logins at two authorization servers wait at once; 2. each answer comes back under the other's state;
/// 3. neither code goes to either token endpoint; 4. both logins still end well.
#[tokio::test]
async fn n17_b14_d10_g06_two_logins_with_swapped_codes() {
    let person = Person::approving(Switches::default()).await;
    let other = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("free ports");
    let view = person
        .broker
        .add(&other.resource(), None, Concessions::default(), &|_| {})
        .await
        .expect("a second server");
    let (_, here) = answered(&person).await;
    let there = browse(person.begin(&view.record.id).await.url()).await;
    for (answer, state_of) in [(&here, &there), (&there, &here)] {
        refused(
            &person,
            &with(answer, "state", raw(state_of, "state")),
            Code::IssMismatch,
        )
        .await;
        assert_eq!(other.requests("/token"), 0);
    }
    let (here, there) = (
        complete(&person, &here).await.expect("well"),
        complete(&person, &there).await.expect("well"),
    );
    assert_ne!(here.issuer, there.issuer);
    assert_eq!(
        (person.web.requests("/token"), other.requests("/token")),
        (1, 1)
    );
    let id = |web: &Testbed| web.requests_to("/token")[0].param("client_id");
    assert_ne!(
        id(&person.web),
        id(&other),
        "each has a client id of its own"
    );
}
