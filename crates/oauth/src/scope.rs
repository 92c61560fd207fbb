//! Scopes as a set (RFC 6749 §3.3): order does not matter, case does, and only a space separates.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A set of scope tokens. Cognito's contain `/` and `://`: nothing but spaces splits them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Reads a `scope` parameter. Characters outside RFC 6749's alphabet drop the one scope that has them.
    ///
    /// ```
    /// use oauth::scope::Scopes;
    ///
    /// assert_eq!(Scopes::parse("b a"), Scopes::parse("a b"));
    /// assert_eq!(Scopes::parse("a b").to_string(), "a b");
    /// ```
    pub fn parse(text: &str) -> Self {
        text.split(' ').map(str::to_owned).collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this one is among them.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Whether all of the other are among them.
    pub fn includes(&self, other: &Self) -> bool {
        self.0.is_superset(&other.0)
    }

    /// These and the other.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// What is here and not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// One after the other, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The same as strings.
    pub fn to_vec(&self) -> Vec<String> {
        self.0.iter().cloned().collect()
    }
}

impl<S: Into<String>> FromIterator<S> for Scopes {
    fn from_iter<I: IntoIterator<Item = S>>(items: I) -> Self {
        Self(
            items
                .into_iter()
                .map(Into::into)
                .filter(|scope: &String| is_scope_token(scope))
                .collect(),
        )
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(scope)?;
        }
        Ok(())
    }
}

/// RFC 6749 §3.3: `1*( %x21 / %x23-5B / %x5D-7E )`, and a bound on the length.
fn is_scope_token(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 512
        && text
            .bytes()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

#[cfg(test)]
mod tests {
    use super::Scopes;

    #[test]
    fn only_spaces_split_and_order_does_not_matter() {
        let scopes = Scopes::parse("openid  mcp-api/read https://api.example/x");
        assert_eq!(
            scopes.to_string(),
            "https://api.example/x mcp-api/read openid"
        );
        assert_eq!(
            scopes,
            Scopes::parse("openid https://api.example/x mcp-api/read")
        );
    }

    #[test]
    fn a_scope_with_foreign_characters_is_left_out() {
        assert_eq!(
            Scopes::parse("good b\"ad b\\ad ba\u{202e}d").to_string(),
            "good"
        );
    }
}
