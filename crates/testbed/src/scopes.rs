//! The scopes that the testbed knows, and sets of them (RFC 6749 section 3.3).

use std::fmt;

/// Everything the authorization server offers, with the words its consent page uses.
pub(crate) const OFFERED: [(&str, &str); 5] = [
    ("openid", "Know that it is you"),
    ("profile", "See your name and email address"),
    ("notes:read", "Read your notes"),
    ("notes:write", "Add and change notes"),
    ("offline_access", "Keep access while you are away"),
];

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
        self.iter().take(self.0.len().saturating_sub(1).max(1)).collect()
    }

    pub(crate) fn to_vec(&self) -> Vec<String> {
        self.0.clone()
    }

    /// The first scope that this server does not offer.
    pub(crate) fn unknown(&self) -> Option<&str> {
        self.iter().find(|scope| !OFFERED.iter().any(|(name, _)| name == scope))
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
        assert_eq!(set.unknown(), None);
        assert_eq!(Scopes::parse("root").unknown(), Some("root"));
    }
}
