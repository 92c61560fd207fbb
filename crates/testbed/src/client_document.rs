//! Clients known by a metadata document at their client id (OAuth Client ID Metadata Document draft). The testbed fetches
//! nothing: a test hands it the document.

use serde_json::Value;

use crate::clients::{AuthMethod, Client, keys};
use crate::random::now_seconds;
use crate::redirect::{ApplicationType, acceptable};
use crate::switches::Switches;
use crate::world::Memory;

/// The client that a published document describes; it is registered from then on.
pub(crate) fn client(memory: &mut Memory, id: &str, switches: &Switches) -> Option<Client> {
    if !switches.client_id_metadata_documents || !id.starts_with("https://") {
        return None;
    }
    let document = memory.client_documents.get(id)?;
    // The draft, section 4.1: the document must name the very address it was found at.
    if document["client_id"] != id {
        return None;
    }
    let client = described(id, document, switches)?;
    memory.clients.insert(id.to_owned(), client.clone());
    Some(client)
}

fn described(id: &str, document: &Value, switches: &Switches) -> Option<Client> {
    let texts = |name: &str| -> Vec<String> {
        document[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let kind = if document["application_type"] == "web" {
        ApplicationType::Web
    } else {
        ApplicationType::Native
    };
    let redirect_uris = texts("redirect_uris");
    if redirect_uris.is_empty()
        || redirect_uris
            .iter()
            .any(|uri| acceptable(uri, kind, switches).is_err())
    {
        return None;
    }
    let mut grant_types = texts("grant_types");
    if grant_types.is_empty() {
        // RFC 7591 section 2.
        grant_types.push("authorization_code".into());
    }
    // A document is public, so there can be no secret in it.
    let method = document["token_endpoint_auth_method"]
        .as_str()
        .unwrap_or("none");
    Some(Client {
        id: id.to_owned(),
        name: document["client_name"].as_str().unwrap_or(id).to_owned(),
        uri: document["client_uri"].as_str().map(str::to_owned),
        software_id: None,
        redirect_uris,
        grant_types,
        scope: document["scope"].as_str().map(str::to_owned),
        kind,
        secret: None,
        methods: vec![AuthMethod::named(method).filter(|method| !method.needs_secret())?],
        keys: keys(document),
        registration_access_token: None,
        issued_at: now_seconds(),
    })
}
