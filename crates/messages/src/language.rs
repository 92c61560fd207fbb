//! Which language a person reads, found among those that there are messages in.

use crate::index::LANGUAGES;
use unic_langid::{CharacterDirection, LanguageIdentifier};

/// English with accents, longer and from right to left: what is not a message stands out, and so does what is cut off.
const PSEUDO: &str = "en-XA";
/// Our English is British, so its dates and lists are as well where no region is asked for.
const ENGLISH: &str = "en-GB";

/// A language that there are messages in, with the region whose dates and numbers a person is used to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    files: usize,
    locale: LanguageIdentifier,
    is_pseudo: bool,
}

impl Language {
    /// The source of all others, and what is shown where nothing fits.
    pub fn english() -> Self {
        Self {
            files: 0,
            locale: locale(0),
            is_pseudo: false,
        }
    }

    /// The language of a BCP 47 tag, if there are messages in it: `en`, `de-AT`, `en-XA`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        if tag.eq_ignore_ascii_case(PSEUDO) {
            return Some(Self {
                is_pseudo: true,
                ..Self::english()
            });
        }
        let asked: LanguageIdentifier = tag.parse().ok()?;
        let ours: Vec<LanguageIdentifier> = LANGUAGES
            .iter()
            .filter_map(|files| files.tag.parse().ok())
            .collect();
        let files = nearest(&asked, &ours)?;
        Some(Self {
            files,
            locale: if asked.region.is_some() {
                asked
            } else {
                locale(files)
            },
            is_pseudo: false,
        })
    }

    /// The first of these tags that there are messages in: what a person prefers, first things first.
    pub fn negotiate<'t>(tags: impl IntoIterator<Item = &'t str>) -> Self {
        let found = tags.into_iter().find_map(Self::of_tag);
        found.unwrap_or_else(Self::english)
    }

    /// The language that `LC_ALL`, `LC_MESSAGES` and `LANG` name. As POSIX has it, the first that is set and not empty decides.
    pub fn of_environment(
        lc_all: Option<&str>,
        lc_messages: Option<&str>,
        lang: Option<&str>,
    ) -> Self {
        let values = [lc_all, lc_messages, lang];
        let decides = values.into_iter().flatten().find(|value| !value.is_empty());
        Self::negotiate(decides.and_then(tag_of).as_deref())
    }

    /// Its tag, as `lang` of a page has it.
    pub fn tag(&self) -> &'static str {
        let own = LANGUAGES.get(self.files).map_or("en", |files| files.tag);
        if self.is_pseudo { PSEUDO } else { own }
    }

    pub(crate) fn locale(&self) -> &LanguageIdentifier {
        &self.locale
    }

    /// The text of one of its files.
    pub(crate) fn source(&self, file: usize) -> &'static str {
        let files = LANGUAGES.get(self.files);
        files
            .and_then(|files| files.sources.get(file))
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn is_pseudo(&self) -> bool {
        self.is_pseudo
    }

    /// Is it written from right to left, so that names from left to right need marks around them?
    pub fn is_right_to_left(&self) -> bool {
        self.is_pseudo || self.locale.character_direction() == CharacterDirection::RTL
    }

    pub(crate) fn is_english(&self) -> bool {
        self.files == 0 && !self.is_pseudo
    }
}

/// The tags of all languages that there are messages in, English first.
pub fn tags() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|files| files.tag)
}

/// The locale of a language of which no region was named.
fn locale(files: usize) -> LanguageIdentifier {
    let own = LANGUAGES.get(files).map_or(ENGLISH, |files| files.tag);
    let tag = if own == "en" { ENGLISH } else { own };
    tag.parse().unwrap_or_default()
}

/// `de_DE.UTF-8@euro` is `de-DE`. `C` and `POSIX` name no language, and are English here.
fn tag_of(value: &str) -> Option<String> {
    let name = value.split(['.', '@']).next().unwrap_or_default();
    (!matches!(name, "C" | "POSIX")).then(|| name.replace('_', "-"))
}

/// The same language in the same script, and of the same region if that is there. Scripts go by what is likely: `zh-TW` is
/// written in `Hant`, and somebody who reads that is not helped by `Hans`.
fn nearest(asked: &LanguageIdentifier, ours: &[LanguageIdentifier]) -> Option<usize> {
    let whole = |tag: &LanguageIdentifier| {
        let mut tag = tag.clone();
        tag.maximize();
        tag
    };
    let asked = whole(asked);
    let fits =
        |tag: &LanguageIdentifier| tag.language == asked.language && tag.script == asked.script;
    let found = ours
        .iter()
        .map(whole)
        .enumerate()
        .filter(|(_, tag)| fits(tag));
    let found = found.max_by_key(|(at, tag)| (tag.region == asked.region, std::cmp::Reverse(*at)));
    found.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::{Language, nearest};
    use unic_langid::LanguageIdentifier;

    fn among(asked: &str, ours: &[&'static str]) -> Option<&'static str> {
        let parse = |tag: &&str| tag.parse::<LanguageIdentifier>().expect("a tag");
        let tags: Vec<LanguageIdentifier> = ours.iter().map(parse).collect();
        nearest(&parse(&asked), &tags).map(|at| ours[at])
    }

    #[test]
    fn a_language_is_found_by_its_script_and_then_by_its_region() {
        let ours = ["en", "de", "pt", "pt-PT", "zh-Hans", "zh-Hant"];
        for (asked, found) in [
            ("en", Some("en")),
            ("en-NZ", Some("en")),
            ("de-AT", Some("de")),
            ("pt", Some("pt")),
            ("pt-BR", Some("pt")),
            ("pt-AO", Some("pt")),
            ("pt-PT", Some("pt-PT")),
            ("zh", Some("zh-Hans")),
            ("zh-TW", Some("zh-Hant")),
            ("zh-Hant-HK", Some("zh-Hant")),
            ("nl", None),
        ] {
            assert_eq!(among(asked, &ours), found, "{asked}");
        }
        assert_eq!(among("zh-TW", &["en", "zh-Hans"]), None);
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let tag =
            |lc_all, lc_messages, lang| Language::of_environment(lc_all, lc_messages, lang).tag();
        assert_eq!(tag(None, None, None), "en");
        assert_eq!(tag(Some("en_XA.UTF-8"), Some("C"), Some("C")), "en-XA");
        assert_eq!(tag(Some(""), Some("en_XA@euro"), Some("C")), "en-XA");
        assert_eq!(tag(None, None, Some("en_XA")), "en-XA");
        assert_eq!(tag(None, Some("C.UTF-8"), Some("en_XA")), "en");
        assert_eq!(tag(Some("POSIX"), None, Some("en_XA")), "en");
        assert_eq!(
            tag(Some("!"), None, None),
            "en",
            "whatever is written there"
        );
    }

    #[test]
    fn a_person_prefers_one_language_to_another() {
        assert_eq!(Language::negotiate(["tlh", "en-XA", "en"]).tag(), "en-XA");
        assert_eq!(Language::negotiate(["tlh"]), Language::english());
    }

    #[test]
    fn the_region_is_that_of_dates_and_numbers() {
        let locale = |tag| Language::of_tag(tag).map(|language| language.locale.to_string());
        assert_eq!(locale("en-US").as_deref(), Some("en-US"));
        assert_eq!(locale("en").as_deref(), Some("en-GB"));
        assert_eq!(locale("tlh"), None);
    }
}
