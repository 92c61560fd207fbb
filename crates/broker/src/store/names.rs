//! What a server is called: as the person says, else by its host, else, where the host says nothing, as it calls itself.

use crate::{Broker, Error};
use messages::text;
use model::{Code, ResourceRecord};
use oauth::uri::{ResourceUri, excerpt, is_printable};

/// Longest name of a server or agent.
const MOST_NAME: usize = 80;
/// A server's own word for itself is shorter: it stands where the person's words stand.
const MOST_OWN_NAME: usize = 40;

impl Broker {
    /// A short name, made unique. `own` is the server's word for itself, which is taken only where its host is an address or
    /// the name of every machine.
    pub(crate) async fn free_name(
        &self,
        uri: &ResourceUri,
        own: Option<&str>,
    ) -> Result<String, Error> {
        let taken: Vec<_> = self
            .vault()?
            .resources()
            .await?
            .into_iter()
            .map(|record| record.name)
            .collect();
        let from_host = name_of_host(&uri.host());
        let own = own
            .and_then(own_name)
            .filter(|own| taken.iter().all(|name| !looks_like(own, name)));
        let base = from_host.or(own).unwrap_or_else(|| uri.host());
        let mut candidates =
            std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}")));
        Ok(candidates
            .find(|name| !taken.contains(name))
            .unwrap_or(base))
    }

    pub(crate) async fn checked_name(
        &self,
        name: &str,
        own_id: Option<&str>,
    ) -> Result<String, Error> {
        let name = clean_name(name)?;
        let taken = self
            .vault()?
            .resources()
            .await?
            .into_iter()
            .any(|record| record.name == name && Some(record.id.as_str()) != own_id);
        if taken {
            return Err(
                Error::new(Code::InvalidArgument, text::StoreNameTaken { name })
                    .with_hint(text::HintStoreNameTaken),
            );
        }
        Ok(name)
    }
}

/// Whether the server goes by the name that it gave itself, which is its word and nobody else's.
pub fn is_named_by_itself(record: &ResourceRecord) -> bool {
    let documents = record
        .trace
        .iter()
        .filter_map(|step| step.answer.as_deref());
    let mut names = documents
        .filter_map(|document| serde_json::from_str::<serde_json::Value>(document).ok())
        .filter_map(|document| {
            let info = &document["serverInfo"];
            let words = [&document["resource_name"], &info["title"], &info["name"]];
            own_name(words.into_iter().find_map(|word| word.as_str())?)
        });
    name_of_host(&record.uri.host()).is_none() && names.any(|name| name == record.name)
}

/// `notion` of `mcp.notion.com`; none where the host is an address, or one word.
fn name_of_host(host: &str) -> Option<String> {
    let host = host.split(':').next().unwrap_or_default();
    let labels: Vec<_> = host
        .split('.')
        .filter(|label| !matches!(*label, "www" | "mcp" | "api"))
        .collect();
    let is_name = labels.len() >= 2
        && !labels
            .iter()
            .all(|label| label.chars().all(|c| c.is_ascii_digit()));
    is_name.then(|| labels[labels.len() - 2].to_owned())
}

/// What a server calls itself, if that can be shown as its name: one line of plain letters that is no address and no
/// command's flag, so that it passes for nothing else.
fn own_name(word: &str) -> Option<String> {
    let name = word.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '&' | '+' | '\'' | '(' | ')')
    };
    let is_name = !name.is_empty() && name.len() <= MOST_OWN_NAME && name.chars().all(plain);
    (is_name && name.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some(name)
}

/// Two names that a reader could take for each other.
fn looks_like(one: &str, other: &str) -> bool {
    let bones = |name: &str| -> String {
        let letters = name
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase);
        letters
            .map(|c| {
                if matches!(c, '1' | 'i') {
                    'l'
                } else if c == '0' {
                    'o'
                } else {
                    c
                }
            })
            .collect()
    };
    bones(one) == bones(other)
}

/// A name that a person gave: one line, printable, not too long, and nothing that could be meant as another thing's address
/// or id, or as an option.
pub(crate) fn clean_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let is_id = name.len() >= 32 && name.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    if name.contains("://") || name.starts_with('-') || is_id {
        let name = excerpt(name);
        return Err(
            Error::new(Code::InvalidArgument, text::StoreNameUnclear { name })
                .with_hint(text::HintStoreNameUnclear),
        );
    }
    if name.is_empty() || name.chars().count() > MOST_NAME || !name.chars().all(is_printable) {
        let most = MOST_NAME;
        return Err(
            Error::new(Code::InvalidArgument, text::StoreNameLength { most })
                .with_hint(text::HintStoreNameLength),
        );
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_own_word_passes_for_nothing_else() {
        assert_eq!(own_name("  Acme \n Notes ").as_deref(), Some("Acme Notes"));
        for word in [
            "",
            "https://bank.example",
            "bank.example",
            "127.0.0.1:80",
            "me@bank",
            "--yes",
            "-",
            "a\u{202e}b",
            "n\u{43e}tion",
            "a/b",
            "a;b",
            "$(x)",
        ] {
            assert_eq!(own_name(word), None, "{word:?}");
        }
        assert_eq!(own_name(&"a".repeat(41)), None);
        assert!(
            looks_like("Notion", "n-otion")
                && looks_like("PayPal 1", "paypall")
                && !looks_like("notes", "votes")
        );
    }

    #[test]
    fn a_host_is_a_name_where_it_says_one() {
        for (host, name) in [
            ("mcp.notion.com", Some("notion")),
            ("notion.com:8443", Some("notion")),
            ("127.0.0.1:35203", None),
            ("localhost:1", None),
            ("[::1]:80", None),
        ] {
            assert_eq!(name_of_host(host).as_deref(), name, "{host}");
        }
    }
}
