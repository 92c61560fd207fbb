//! What the metadata documents of the vendors say and leave out, member by member (docs/protocol.md#cognito).

use serde_json::{Map, Value, json};

use crate::switches::MetadataMembers;
use crate::world::World;

/// Takes out what this vendor's document does not have, and puts in what only it has.
// table: the members of each vendor's document
pub(crate) fn trim(document: &mut Map<String, Value>, world: &World, members: MetadataMembers) {
    let kept: &[&str] = match members {
        MetadataMembers::All => return,
        MetadataMembers::Cognito => &[
            "authorization_endpoint",
            "id_token_signing_alg_values_supported",
            "issuer",
            "jwks_uri",
            "revocation_endpoint",
            "subject_types_supported",
            "token_endpoint",
        ],
        MetadataMembers::Entra => &[
            "authorization_endpoint",
            "claims_supported",
            "id_token_signing_alg_values_supported",
            "issuer",
            "jwks_uri",
            "token_endpoint",
            "userinfo_endpoint",
        ],
        MetadataMembers::GitHub => &[
            "authorization_endpoint",
            "grant_types_supported",
            "issuer",
            "response_types_supported",
            "token_endpoint",
        ],
    };
    document.retain(|name, _| kept.contains(&name.as_str()));
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    match members {
        MetadataMembers::All => {}
        MetadataMembers::Cognito => {
            put(
                "end_session_endpoint",
                json!(format!("{}/logout", world.endpoints())),
            );
            put(
                "userinfo_endpoint",
                json!(format!("{}/userInfo", world.endpoints())),
            );
            put("response_types_supported", json!(["code", "token"]));
            put(
                "scopes_supported",
                json!(["openid", "email", "phone", "profile"]),
            );
            put(
                "token_endpoint_auth_methods_supported",
                json!(["client_secret_basic", "client_secret_post"]),
            );
        }
        MetadataMembers::Entra => {
            put(
                "end_session_endpoint",
                json!(format!("{}/logout", world.endpoints())),
            );
            put(
                "response_types_supported",
                json!(["code", "id_token", "code id_token", "id_token token"]),
            );
            put(
                "response_modes_supported",
                json!(["query", "fragment", "form_post"]),
            );
            put(
                "scopes_supported",
                json!(["openid", "profile", "email", "offline_access"]),
            );
            put("subject_types_supported", json!(["pairwise"]));
            let methods = [
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ];
            put("token_endpoint_auth_methods_supported", json!(methods));
        }
        MetadataMembers::GitHub => {
            put(
                "service_documentation",
                json!("https://docs.example.com/apps/oauth"),
            );
        }
    }
}
