//! A client and the person before its browser, as far as these tests need them.

use std::collections::HashMap;

use serde_json::{Value, json};
use testbed::Testbed;
use url::Url;

use crate::http::{Reply, get, post_form, post_json};

pub const REDIRECT: &str = "http://127.0.0.1:4283/callback";
/// The example of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub fn metadata() -> Value {
    json!({
        "client_name": "Gatelodge <test>",
        "application_type": "native",
        "software_id": "gatelodge",
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
    })
}

pub async fn register(web: &Testbed) -> String {
    let reply = post_json(&format!("{}/register", web.issuer()), &[], &metadata()).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.json()["client_id"]
        .as_str()
        .expect("a client id")
        .to_owned()
}

/// An authorization request; a change with an empty value leaves the parameter out.
pub fn authorize_url(web: &Testbed, client: &str, changes: &[(&str, &str)]) -> String {
    let resource = web.resource();
    let mut params = vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", REDIRECT),
        ("scope", "notes:read"),
        ("state", "s t&te"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("resource", &resource),
    ];
    for (name, value) in changes {
        params.retain(|(known, _)| known != name);
        params.push((name, value));
    }
    params.retain(|(_, value)| !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    format!("{}/authorize?{query}", web.issuer())
}

pub fn answer(location: &str) -> HashMap<String, String> {
    Url::parse(location)
        .expect("a URL")
        .query_pairs()
        .into_owned()
        .collect()
}

/// A browser: it keeps one cookie, and reads the hidden fields of forms.
#[derive(Default)]
pub struct Browser {
    pub cookie: String,
}

impl Browser {
    pub async fn open(&mut self, url: &str) -> Reply {
        let reply = get(url, &[("cookie", &self.cookie)]).await;
        self.keep(reply)
    }

    pub async fn submit(
        &mut self,
        web: &Testbed,
        page: &Reply,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let (request, csrf) = (hidden(page, "request"), hidden(page, "csrf"));
        let form = [
            &[("request", request.as_str()), ("csrf", csrf.as_str())],
            fields,
        ]
        .concat();
        let reply = post_form(
            &format!("{}{action}", web.issuer()),
            &[("cookie", &self.cookie)],
            &form,
        )
        .await;
        self.keep(reply)
    }

    /// Login and consent, to the redirect.
    pub async fn agree(
        &mut self,
        web: &Testbed,
        url: &str,
        scopes: &[&str],
    ) -> HashMap<String, String> {
        let login = self.open(url).await;
        let after = self
            .submit(
                web,
                &login,
                "/login",
                &[("username", "ada"), ("password", "lovelace")],
            )
            .await;
        assert_eq!(after.status, 303, "{}", after.body);
        let consent = self
            .open(&format!("{}{}", web.issuer(), after.location()))
            .await;
        assert!(
            consent
                .body
                .contains("Gatelodge &lt;test&gt; asks for access"),
            "{}",
            consent.body
        );
        let mut fields: Vec<(&str, &str)> = scopes.iter().map(|scope| ("scope", *scope)).collect();
        fields.push(("decision", "approve"));
        let done = self.submit(web, &consent, "/consent", &fields).await;
        assert_eq!(done.status, 303, "{}", done.body);
        answer(done.location())
    }

    fn keep(&mut self, reply: Reply) -> Reply {
        if let Some(cookie) = reply.header("set-cookie") {
            assert!(
                cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
                "{cookie}"
            );
            cookie
                .split(';')
                .next()
                .unwrap_or_default()
                .clone_into(&mut self.cookie);
        }
        reply
    }
}

pub fn hidden(page: &Reply, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page
        .body
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name}: {} {}", page.status, page.body));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// With `approving_as`, a code comes without any page.
pub async fn code(web: &Testbed, client: &str, changes: &[(&str, &str)]) -> String {
    let reply = get(&authorize_url(web, client, changes), &[]).await;
    answer(reply.location())
        .remove("code")
        .unwrap_or_else(|| panic!("no code: {}", reply.location()))
}

pub async fn exchange(web: &Testbed, client: &str, code: &str) -> Reply {
    let resource = web.resource();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("client_id", client),
        ("resource", &resource),
    ];
    post_form(&format!("{}/token", web.issuer()), &[], &form).await
}

pub async fn refresh(web: &Testbed, client: &str, token: &str) -> Reply {
    let resource = web.resource();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", client),
        ("resource", &resource),
    ];
    post_form(&format!("{}/token", web.issuer()), &[], &form).await
}

/// Registers, logs in, and fetches tokens: client id and token answer.
pub async fn logged_in(web: &Testbed, scope: &str) -> (String, Value) {
    let client = register(web).await;
    let code = code(web, &client, &[("scope", scope)]).await;
    let reply = exchange(web, &client, &code).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    (client, reply.json())
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// A tool call on the 2026-07-28 wire.
pub async fn call(web: &Testbed, token: &str, tool: &str, arguments: Value) -> Reply {
    let headers = [
        ("authorization", &*format!("Bearer {token}")),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", tool),
    ];
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {
            "name": tool, "arguments": arguments,
            "_meta": { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} },
        },
    });
    post_json(&web.resource(), &headers, &body).await
}
