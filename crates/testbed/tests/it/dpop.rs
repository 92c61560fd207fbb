//! Tokens that are bound to a key (RFC 9449).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testbed::{SigningKey, Switches, Testbed};

use crate::http::{Reply, get, post_json};
use crate::machine::ask;
use crate::person::{REDIRECT, VERIFIER, code, register, text};

/// A client with a key; it counts its proofs, so that each has a `jti` of its own.
struct Holder<'a> {
    web: &'a Testbed,
    key: SigningKey,
    client: String,
    proofs: std::cell::Cell<u32>,
}

impl<'a> Holder<'a> {
    async fn new(web: &'a Testbed) -> Self {
        Self {
            web,
            key: SigningKey::generate(),
            client: register(web).await,
            proofs: std::cell::Cell::new(0),
        }
    }

    fn claims(&self, method: &str, url: &str) -> Value {
        self.proofs.set(self.proofs.get() + 1);
        json!({ "jti": format!("jti-{}", self.proofs.get()), "htm": method, "htu": url, "iat": Testbed::now() })
    }

    fn signed(&self, claims: &Value) -> String {
        self.key
            .sign_under(&json!({ "typ": "dpop+jwt", "jwk": self.key.jwk() }), claims)
    }

    /// A proof for the token endpoint, with a change.
    fn proof(&self, name: &str, value: impl Into<Value>) -> String {
        let mut claims = self.claims("POST", &format!("{}/token", self.web.issuer()));
        if !name.is_empty() {
            claims[name] = value.into();
        }
        self.signed(&claims)
    }

    async fn exchange(&self, headers: &[(&str, &str)], changes: &[(&str, &str)]) -> Reply {
        let code = code(self.web, &self.client, changes).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_id", &self.client),
        ];
        ask(self.web, headers, &form).await
    }

    async fn refresh(&self, headers: &[(&str, &str)], token: &str) -> Reply {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", &*self.client),
        ];
        ask(self.web, headers, &form).await
    }

    async fn bound(&self) -> Value {
        let reply = self.exchange(&[("dpop", &self.proof("", ""))], &[]).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// Claims for a tool call with this token.
    fn about(&self, token: &str) -> Value {
        let mut claims = self.claims("POST", &self.web.resource());
        claims["ath"] = json!(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token)));
        claims
    }

    async fn call(&self, scheme: &str, token: &str, proof: Option<&str>) -> Reply {
        let authorization = format!("{scheme} {token}");
        let mut headers = vec![
            ("authorization", &*authorization),
            ("mcp-protocol-version", "2025-11-25"),
        ];
        headers.extend(proof.map(|proof| ("dpop", proof)));
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "whoami" } });
        post_json(&self.web.resource(), &headers, &body).await
    }
}

fn challenge(reply: &Reply) -> &str {
    assert_eq!(reply.status, 401, "{}", reply.body);
    reply.header("www-authenticate").expect("a challenge")
}

#[tokio::test]
async fn a_bound_token_needs_its_key_at_every_request() {
    let web = Testbed::start(Switches::default().approving_as("ada").requiring_dpop())
        .await
        .expect("two free ports");
    let metadata = get(
        &format!("{}/.well-known/oauth-authorization-server", web.issuer()),
        &[],
    )
    .await
    .json();
    assert_eq!(
        metadata["dpop_signing_alg_values_supported"],
        json!(["ES256"])
    );
    let place = web
        .resource()
        .replace("/mcp", "/.well-known/oauth-protected-resource/mcp");
    assert_eq!(
        get(&place, &[]).await.json()["dpop_bound_access_tokens_required"],
        true
    );
    assert!(
        challenge(&get(&web.resource(), &[]).await)
            .starts_with("DPoP algs=\"ES256\", resource_metadata=")
    );

    let holder = Holder::new(&web).await;
    assert_eq!(
        text(&holder.exchange(&[], &[]).await.json(), "error"),
        "invalid_dpop_proof"
    );
    let tokens = holder.bound().await;
    assert_eq!(tokens["token_type"], "DPoP");
    let token = text(&tokens, "access_token");

    let proof = holder.signed(&holder.about(token));
    assert_eq!(holder.call("DPoP", token, Some(&proof)).await.status, 200);
    assert!(
        challenge(&holder.call("DPoP", token, Some(&proof)).await).contains("invalid_dpop_proof"),
        "a replay"
    );
    assert!(challenge(&holder.call("DPoP", token, None).await).contains("invalid_dpop_proof"));
    let bearer = holder
        .call("Bearer", token, Some(&holder.signed(&holder.about(token))))
        .await;
    assert!(
        challenge(&bearer).starts_with("DPoP error=\"invalid_token\""),
        "never as Bearer"
    );
    let thief = Holder {
        web: &web,
        key: SigningKey::generate(),
        client: holder.client.clone(),
        proofs: 0.into(),
    };
    let stolen = thief
        .call("DPoP", token, Some(&thief.signed(&thief.about(token))))
        .await;
    assert!(challenge(&stolen).contains("another key"));
    for (name, value) in [
        ("ath", json!("wrong")),
        ("ath", json!(null)),
        ("htm", json!("GET")),
        ("htu", json!(web.issuer())),
        ("htu", json!(format!("{}?x=1", web.resource()))),
        ("iat", json!(Testbed::now() - 301)),
        ("iat", json!(Testbed::now() + 400)),
        ("jti", json!("")),
    ] {
        let mut claims = holder.about(token);
        claims[name] = value.clone();
        let reply = holder
            .call("DPoP", token, Some(&holder.signed(&claims)))
            .await;
        assert!(
            challenge(&reply).contains("invalid_dpop_proof"),
            "{name} {value}"
        );
    }
}

#[tokio::test]
async fn a_proof_is_checked_at_the_token_endpoint_before_anything_is_spent() {
    let web = Testbed::start(Switches::default().approving_as("ada").offering_dpop())
        .await
        .expect("two free ports");
    let holder = Holder::new(&web).await;
    let claims = holder.claims("POST", &format!("{}/token", web.issuer()));
    for header in [
        json!({ "typ": "JWT", "jwk": holder.key.jwk() }),
        json!({ "typ": "dpop+jwt" }),
        json!({ "typ": "dpop+jwt", "jwk": SigningKey::generate().jwk() }),
        json!({ "typ": "dpop+jwt", "jwk": holder.key.jwk(), "alg": "none" }),
    ] {
        let reply = holder
            .exchange(&[("dpop", &holder.key.sign_under(&header, &claims))], &[])
            .await;
        assert_eq!(
            text(&reply.json(), "error"),
            "invalid_dpop_proof",
            "{header}"
        );
    }
    let tokens = holder.bound().await;
    let renewal = text(&tokens, "refresh_token");
    assert_eq!(
        text(&holder.refresh(&[], renewal).await.json(), "error"),
        "invalid_grant",
        "a public client's is bound too"
    );
    let fresh = holder
        .refresh(&[("dpop", &holder.proof("", ""))], renewal)
        .await
        .json();
    assert_eq!(fresh["token_type"], "DPoP", "the refusal has spent nothing");

    let unbound = holder.exchange(&[], &[]).await.json();
    assert_eq!(unbound["token_type"], "Bearer");
    assert_eq!(
        holder
            .call("Bearer", text(&unbound, "access_token"), None)
            .await
            .status,
        200
    );

    let promised = [("dpop_jkt", &*holder.key.thumbprint())];
    assert_eq!(
        holder
            .exchange(&[("dpop", &holder.proof("", ""))], &promised)
            .await
            .status,
        200
    );
    assert_eq!(
        text(&holder.exchange(&[], &promised).await.json(), "error"),
        "invalid_grant"
    );
}

#[tokio::test]
async fn both_servers_can_demand_a_nonce() {
    let switches = Switches::default()
        .approving_as("ada")
        .requiring_dpop()
        .demanding_nonces();
    let web = Testbed::start(switches).await.expect("two free ports");
    let holder = Holder::new(&web).await;
    let reply = holder
        .exchange(&[("dpop", &holder.proof("", ""))], &[])
        .await;
    assert_eq!(
        (reply.status, text(&reply.json(), "error")),
        (400, "use_dpop_nonce")
    );
    let nonce = reply.header("dpop-nonce").expect("a nonce").to_owned();
    let reply = holder
        .exchange(&[("dpop", &holder.proof("nonce", nonce.as_str()))], &[])
        .await;
    let tokens = reply.json();
    let token = text(&tokens, "access_token");

    let reply = holder
        .call("DPoP", token, Some(&holder.signed(&holder.about(token))))
        .await;
    assert!(challenge(&reply).starts_with("DPoP error=\"use_dpop_nonce\""));
    let theirs = reply.header("dpop-nonce").expect("a nonce").to_owned();
    assert_ne!(theirs, nonce, "each server has its own");
    let with_nonce = |nonce: &str| {
        let mut claims = holder.about(token);
        claims["nonce"] = json!(nonce);
        holder.signed(&claims)
    };
    assert_eq!(
        holder
            .call("DPoP", token, Some(&with_nonce(&theirs)))
            .await
            .status,
        200
    );

    web.switches().set(|s| s.dpop.nonce_once = true);
    let reply = holder.call("DPoP", token, Some(&with_nonce(&theirs))).await;
    assert_eq!(reply.status, 200);
    let next = reply.header("dpop-nonce").expect("the next one").to_owned();
    assert!(
        challenge(&holder.call("DPoP", token, Some(&with_nonce(&theirs))).await)
            .contains("use_dpop_nonce")
    );
    assert_eq!(
        holder
            .call("DPoP", token, Some(&with_nonce(&next)))
            .await
            .status,
        200
    );
    web.tokens().renew_dpop_nonces();
    let stale = holder
        .refresh(
            &[("dpop", &holder.proof("nonce", nonce))],
            text(&tokens, "refresh_token"),
        )
        .await;
    assert_eq!(text(&stale.json(), "error"), "use_dpop_nonce");
}

#[tokio::test]
async fn a_server_may_ignore_the_proof_and_say_bearer() {
    let web = Testbed::start(Switches::default().approving_as("ada").offering_dpop())
        .await
        .expect("two free ports");
    web.switches().set(|s| s.dpop.proofs_ignored = true);
    let holder = Holder::new(&web).await;
    let tokens = holder.bound().await;
    assert_eq!(tokens["token_type"], "Bearer");
    let token = text(&tokens, "access_token");
    assert_eq!(holder.call("Bearer", token, None).await.status, 200);
    assert!(
        challenge(
            &holder
                .call("DPoP", token, Some(&holder.signed(&holder.about(token))))
                .await
        )
        .contains("not bound")
    );
}

#[tokio::test]
async fn without_dpop_a_proof_is_not_read() {
    let web = Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("two free ports");
    let holder = Holder::new(&web).await;
    let tokens = holder.exchange(&[("dpop", "nonsense")], &[]).await.json();
    let token = text(&tokens, "access_token");
    assert_eq!(holder.call("Bearer", token, None).await.status, 200);
    assert!(
        challenge(&holder.call("DPoP", token, None).await).starts_with("Bearer resource_metadata=")
    );
}
