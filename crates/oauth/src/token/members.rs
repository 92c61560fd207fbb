//! The members of a token endpoint's answer, in whichever form they come.

use crate::http::Response;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

/// The members of a JSON object, or of a form (GitHub answers one without `Accept`, some always do).
/// None where a member has two values: which of them counts would be a guess, and another reader's might differ.
pub(super) fn members(response: &Response) -> Option<Map<String, Value>> {
    let pairs: Vec<(String, Value)> =
        if response.media_type() == "application/x-www-form-urlencoded" {
            url::form_urlencoded::parse(&response.body)
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect()
        } else {
            serde_json::from_slice::<Pairs>(&response.body)
                .map(|pairs| pairs.0)
                .unwrap_or_default()
        };
    let mut members = Map::new();
    for (name, value) in pairs {
        if members.get(&name).is_some_and(|known| *known != value) {
            return None;
        }
        members.insert(name, value);
    }
    Some(members)
}

/// The members of a JSON object as they are written, also those that are there twice.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Pairs;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
