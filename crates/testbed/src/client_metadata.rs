//! The metadata that a client registers with, checked (RFC 7591 section 2).

use serde_json::{Map, Value};

use crate::clients::{AuthMethod, Client, keys};
use crate::grant_types;
use crate::random::{now_seconds, opaque};
use crate::redirect::{ApplicationType, acceptable};
use crate::reply::OAuthError;
use crate::scopes::Scopes;
use crate::switches::{SecretUnasked, Switches};

/// What a server takes that is strict about the members of a registration.
const PLAIN_MEMBERS: [&str; 7] = [
    "client_name",
    "redirect_uris",
    "grant_types",
    "response_types",
    "token_endpoint_auth_method",
    "application_type",
    "client_uri",
];

/// The client that is asked for, unless something of it is refused.
pub(crate) fn requested(body: &[u8], switches: &Switches) -> Result<Client, OAuthError> {
    let metadata = |why: String| invalid_metadata(why);
    let asked: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| metadata("the body is not a JSON object".into()))?;
    let text = |name: &str| {
        asked
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let texts = |name: &str| -> Option<Vec<String>> {
        asked
            .get(name)?
            .as_array()?
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect()
    };

    if switches.registration_refuses_unknown_members
        && let Some(unknown) = asked
            .keys()
            .find(|name| !PLAIN_MEMBERS.contains(&name.as_str()))
    {
        return Err(metadata(format!("{unknown} is not known here")));
    }
    let kind = application_type(text("application_type").as_deref())?;
    let redirect_uris = redirect_uris(texts("redirect_uris"), kind, switches)?;
    let grant_types = texts("grant_types").unwrap_or_else(|| vec!["authorization_code".into()]);
    check_grant_types(&grant_types, texts("response_types"), switches)?;
    let scope = text("scope");
    check_scope(scope.as_deref(), switches)?;
    let keys = keys(&Value::Object(asked.clone()));
    let methods = methods(text("token_endpoint_auth_method"), &keys, switches)?;
    let odd = switches.registration_gives_odd_values;
    let secret = methods
        .iter()
        .any(|method| method.needs_secret())
        .then(|| opaque(if odd { "s3cret!+/:&= " } else { "secret_" }));
    Ok(Client {
        id: opaque(if odd { "client!+ID/v1.2:" } else { "client_" }),
        name: text("client_name").unwrap_or_else(|| "An application without a name".into()),
        uri: text("client_uri"),
        software_id: text("software_id"),
        redirect_uris,
        grant_types,
        scope,
        kind,
        secret,
        keys,
        methods,
        registration_access_token: switches.client_management.then(|| opaque("registration_")),
        issued_at: now_seconds(),
    })
}

fn invalid_metadata(why: impl Into<String>) -> OAuthError {
    OAuthError::new("invalid_client_metadata", why.into())
}

/// OpenID Connect Dynamic Client Registration 1.0 section 2: web if it does not say.
fn application_type(asked: Option<&str>) -> Result<ApplicationType, OAuthError> {
    match asked {
        Some("native") => Ok(ApplicationType::Native),
        Some("web") | None => Ok(ApplicationType::Web),
        Some(other) => Err(invalid_metadata(format!(
            "application_type {other} is not known"
        ))),
    }
}

fn redirect_uris(
    asked: Option<Vec<String>>,
    kind: ApplicationType,
    switches: &Switches,
) -> Result<Vec<String>, OAuthError> {
    let redirect = |why: String| OAuthError::new("invalid_redirect_uri", why);
    let uris = asked
        .filter(|uris| !uris.is_empty())
        .or(switches.machine.programs_only.then(Vec::new))
        .ok_or_else(|| redirect("no redirect_uris".into()))?;
    if switches.registration_plain_callback
        && let Some(other) = uris.iter().find(|uri| !uri.ends_with("/callback"))
    {
        return Err(redirect(format!(
            "{other} is not a callback that is known here"
        )));
    }
    for uri in &uris {
        acceptable(uri, kind, switches).map_err(redirect)?;
    }
    let scheme = |uri: &String| uri.split(':').next().map(str::to_owned);
    if switches.registration_refuses_mixed_redirects
        && uris
            .windows(2)
            .any(|pair| scheme(&pair[0]) != scheme(&pair[1]))
    {
        return Err(redirect("redirect_uris mix schemes".into()));
    }
    Ok(uris)
}

fn check_grant_types(
    grant_types: &[String],
    response_types: Option<Vec<String>>,
    switches: &Switches,
) -> Result<(), OAuthError> {
    let programs_only = switches.machine.programs_only;
    let mut offered = grant_types::offered(switches);
    // Whoever asks for it may have it, though it never comes.
    if !programs_only {
        offered.push("refresh_token");
    }
    if let Some(other) = grant_types
        .iter()
        .find(|grant| !offered.contains(&grant.as_str()))
    {
        return Err(invalid_metadata(format!(
            "the grant type {other} is not offered here"
        )));
    }
    if response_types.is_some_and(|types| types != ["code"] && !(programs_only && types.is_empty()))
    {
        return Err(invalid_metadata("response_types must be [\"code\"]"));
    }
    Ok(())
}

fn check_scope(scope: Option<&str>, switches: &Switches) -> Result<(), OAuthError> {
    if switches.registration_needs_scope && scope.is_none() {
        return Err(invalid_metadata("no scope"));
    }
    if let Some(scopes) = scope.map(Scopes::parse) {
        if let Some(unknown) = scopes.unknown(switches.vocabulary) {
            return Err(invalid_metadata(format!(
                "the scope {unknown} is not offered here"
            )));
        }
        if switches.registration_refuses_offline_access && scopes.contains("offline_access") {
            return Err(invalid_metadata("offline_access cannot be registered"));
        }
    }
    Ok(())
}

/// RFC 7591 section 2: Basic if it does not say.
fn methods(
    asked: Option<String>,
    keys: &[Value],
    switches: &Switches,
) -> Result<Vec<AuthMethod>, OAuthError> {
    let name = asked.unwrap_or_else(|| AuthMethod::Basic.name().into());
    let method = AuthMethod::named(&name)
        .filter(|_| switches.token_auth_methods.contains(&name))
        .ok_or_else(|| {
            invalid_metadata(format!(
                "token_endpoint_auth_method {name} is not supported"
            ))
        })?;
    if method == AuthMethod::PrivateKeyJwt && keys.is_empty() {
        return Err(invalid_metadata("private_key_jwt needs jwks"));
    }
    Ok(match (method, switches.secret_unasked) {
        (AuthMethod::None, SecretUnasked::Basic) => vec![AuthMethod::Basic],
        (AuthMethod::None, SecretUnasked::Post) => vec![AuthMethod::Post],
        (AuthMethod::None, SecretUnasked::MethodUnsaid | SecretUnasked::SaysNone) => {
            vec![AuthMethod::Basic, AuthMethod::Post]
        }
        (method, _) => vec![method],
    })
}
