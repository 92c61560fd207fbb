//! The scopes that the testbed knows, and sets of them (RFC 6749 section 3.3).

use std::fmt;

use crate::switches::Vocabulary;

/// Everything the authorization server offers, with the words its consent page uses.
pub(crate) fn offered(vocabulary: Vocabulary) -> &'static [(&'static str, &'static str)] {
    match vocabulary {
        Vocabulary::Notes => &[
            ("openid", "Know that it is you"),
            ("profile", "See your name and email address"),
            ("notes:read", "Read your notes"),
            ("notes:write", "Add and change notes"),
            ("offline_access", "Keep access while you are away"),
        ],
        Vocabulary::Cognito => &[
            ("openid", "Know that it is you"),
            ("email", "See your email address"),
            ("phone", "See your telephone number"),
            ("profile", "See your name"),
            ("mcp-api/read", "Read your notes"),
            ("mcp-api/write", "Add and change notes"),
        ],
        Vocabulary::Entra => &[
            ("openid", "Know that it is you"),
            ("profile", "See your name"),
            ("email", "See your email address"),
            ("offline_access", "Keep access while you are away"),
            ("api://notes/read", "Read your notes"),
            ("api://notes/write", "Add and change notes"),
        ],
        Vocabulary::GitHub => &[
            ("read:user", "Read your profile"),
            ("repo", "Read and write your repositories"),
        ],
    }
}

/// The scope that a tool needs, in this vocabulary.
pub(crate) fn needed(vocabulary: Vocabulary, write: bool) -> &'static str {
    match (vocabulary, write) {
        (Vocabulary::Notes, false) => "notes:read",
        (Vocabulary::Notes, true) => "notes:write",
        (Vocabulary::Cognito, false) => "mcp-api/read",
        (Vocabulary::Cognito, true) => "mcp-api/write",
        (Vocabulary::Entra, false) => "api://notes/read",
        (Vocabulary::Entra, true) => "api://notes/write",
        (Vocabulary::GitHub, false) => "read:user",
        (Vocabulary::GitHub, true) => "repo",
    }
}

/// Whether all scopes of an API, that is all that are URIs, are below this resource.
pub(crate) fn within(scopes: &str, resource: &str) -> bool {
    scopes
        .split(' ')
        .filter(|scope| scope.contains("://"))
        .all(|scope| {
            scope
                .strip_prefix(resource)
                .is_some_and(|rest| rest.starts_with('/'))
        })
}

/// The words of the consent page for this scope, in whatever vocabulary it is.
pub(crate) fn words(scope: &str) -> &str {
    let all = [
        Vocabulary::Notes,
        Vocabulary::Cognito,
        Vocabulary::Entra,
        Vocabulary::GitHub,
    ];
    all.iter()
        .flat_map(|words| offered(*words))
        .find(|(name, _)| *name == scope)
        .map_or(scope, |(_, words)| words)
}

/// A set of scopes that keeps the order in which they were asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes(Vec<String>);

impl Scopes {
    pub(crate) fn parse(text: &str) -> Self {
        text.split(' ').filter(|scope| !scope.is_empty()).collect()
    }

    pub(crate) fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|held| held == scope)
    }

    pub(crate) fn covers(&self, others: &Self) -> bool {
        others.iter().all(|scope| self.contains(scope))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn union(&self, others: &Self) -> Self {
        self.iter().chain(others.iter()).collect()
    }

    pub(crate) fn without_the_last(&self) -> Self {
        self.iter()
            .take(self.0.len().saturating_sub(1).max(1))
            .collect()
    }

    pub(crate) fn to_vec(&self) -> Vec<String> {
        self.0.clone()
    }

    /// The first scope that this server does not offer.
    pub(crate) fn unknown(&self, vocabulary: Vocabulary) -> Option<&str> {
        self.iter()
            .find(|scope| !offered(vocabulary).iter().any(|(name, _)| name == scope))
    }
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(scopes: I) -> Self {
        let mut set = Self::default();
        for scope in scopes {
            if !set.contains(scope) {
                set.0.push(scope.to_owned());
            }
        }
        set
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_keeps_order_and_drops_doubles() {
        let set = Scopes::parse("notes:write  notes:read notes:write");
        assert_eq!(set.to_string(), "notes:write notes:read");
        assert!(set.covers(&Scopes::parse("notes:read")));
        assert!(!set.covers(&Scopes::parse("profile")));
        assert_eq!(set.unknown(Vocabulary::Notes), None);
        assert_eq!(
            Scopes::parse("root").unknown(Vocabulary::Notes),
            Some("root")
        );
    }
}
