//! Request parameters, from a query or a form (RFC 6749 section 3.1: empty means absent, and none may come twice).

use url::form_urlencoded;

/// The parameters of one request, in the order they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Whether the parameter is there at all, even if empty.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The first parameter that came twice.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(key, _)| key.as_str()).collect();
        names.sort_unstable();
        names
            .windows(2)
            .find(|pair| pair[0] == pair[1])
            .map(|pair| pair[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_counts_as_absent() {
        let params = Params::parse(b"scope=&state=a%2Bb");
        assert_eq!(params.get("scope"), None);
        assert!(params.mentions("scope"));
        assert_eq!(params.get("state"), Some("a+b"));
    }

    #[test]
    fn a_parameter_that_comes_twice_is_named() {
        assert_eq!(
            Params::parse(b"a=1&code=1&b=2&code=2").repeated(),
            Some("code")
        );
        assert_eq!(Params::parse(b"a=1&b=2").repeated(), None);
    }
}
