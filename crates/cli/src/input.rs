//! What a person types, read: an address, scopes, names of concessions, a time.

use crate::output::Output;
use broker::Error;
use messages::text;
use model::Code;
use oauth::concession::Concessions;
use oauth::scope::Scopes;
use oauth::time::Timestamp;

/// The address with the scheme that people leave out; they are told which one is taken.
pub(crate) fn address(url: &str, output: Output) -> String {
    let full = oauth::uri::with_scheme(url);
    if let Some(full) = &full {
        output.tell(text::CliSchemeTried { url: full });
    }
    full.unwrap_or_else(|| url.to_owned())
}

/// Scopes as a person types them; a character that no scope has is told, not dropped.
pub(crate) fn scopes(texts: &[String]) -> Result<Scopes, Error> {
    let words: Vec<&str> = texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .collect();
    let scopes: Scopes = words.iter().copied().collect();
    match words.iter().find(|word| !scopes.contains(word)) {
        Some(word) => Err(Error::new(
            Code::InvalidArgument,
            text::CliNoScope { word: *word },
        )),
        None => Ok(scopes),
    }
}

/// `--concede NAME`, each one known.
pub(crate) fn concessions(names: &[String]) -> Result<Concessions, Error> {
    names
        .iter()
        .map(|name| api::convert::named(name))
        .collect::<Result<_, _>>()
        .map(Concessions)
}

/// `30m`, `1h`, `7d`, or `never`.
pub(crate) fn moment(text: &str, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    if text == "never" {
        return Ok(None);
    }
    let unit = match text.chars().last() {
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        _ => 0,
    };
    let amount = text
        .get(..text.len().saturating_sub(1))
        .and_then(|digits| digits.parse::<i64>().ok())
        .filter(|amount| (1..=100_000).contains(amount));
    match amount {
        Some(amount) if unit > 0 => Ok(Some(now.plus(amount * unit))),
        _ => Err(Error::new(Code::InvalidArgument, text::CliNoTime { text })
            .with_hint(text::CliNoTimeHint)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_people_type() {
        let at = |text: &str| moment(text, Timestamp(1000)).map(|until| until.map(|until| until.0));
        assert_eq!(
            (at("30m"), at("1h"), at("never")),
            (Ok(Some(2800)), Ok(Some(4600)), Ok(None))
        );
        for wrong in ["", "h", "1", "-1h", "1y", "ü", "99999999999999999999d"] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
