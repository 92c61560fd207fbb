//! Numbers, lists and moments as a locale writes them, by Unicode's CLDR.

use fluent_bundle::FluentValue;
use icu_calendar::{Gregorian, Iso};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMDT;
use icu_datetime::input::{DateTime, UtcOffset, ZonedDateTime};
use icu_datetime::options::TimePrecision;
use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_list::{ListFormatter, options::ListFormatterOptions};
use icu_locale_core::Locale;
use intl_memoizer::{Memoizable, concurrent::IntlLangMemoizer};
use std::convert::Infallible;
use unic_langid::LanguageIdentifier;

/// "a, b and c".
pub(crate) fn list(locale: &LanguageIdentifier, parts: &[String]) -> String {
    let options = ListFormatterOptions::default();
    match ListFormatter::try_new_and(icu(locale).into(), options) {
        Ok(formatter) => formatter.format(parts.iter()).to_string(),
        Err(_) => parts.join(", "),
    }
}

/// "23 Nov 2026, 14:05", so many seconds east of Greenwich.
pub(crate) fn moment(locale: &LanguageIdentifier, seconds: i64, east: i32) -> String {
    let offset = UtcOffset::try_from_seconds(east).unwrap_or(UtcOffset::zero());
    let milliseconds = seconds.saturating_mul(1000);
    let ZonedDateTime { date, time, .. } =
        ZonedDateTime::<Iso, _>::from_epoch_milliseconds_and_utc_offset(milliseconds, offset);
    let fields = YMDT::medium().with_time_precision(TimePrecision::Minute);
    let date = date.to_calendar(Gregorian);
    match FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(icu(locale).into(), fields) {
        Ok(formatter) => formatter.format(&DateTime { date, time }).to_string(),
        Err(_) => seconds.to_string(),
    }
}

/// "1,234", for a bundle, which hands over its locale in its memoizer and asks for nothing but numbers.
pub(crate) fn number(value: &FluentValue, memoizer: &IntlLangMemoizer) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let decimal: Decimal = number.as_string().parse().ok()?;
    let write = |Bundle(locale): &Bundle| {
        let formatter = DecimalFormatter::try_new(
            locale.into(),
            icu_decimal::options::DecimalFormatterOptions::default(),
        )
        .ok()?;
        Some(formatter.format(&decimal).to_string())
    };
    memoizer
        .with_try_get::<Bundle, _, _>((), write)
        .ok()
        .flatten()
}

/// The locale of the bundle whose memoizer keeps it.
struct Bundle(Locale);

impl Memoizable for Bundle {
    type Args = ();
    type Error = Infallible;

    fn construct(locale: LanguageIdentifier, (): ()) -> Result<Self, Infallible> {
        Ok(Self(icu(&locale)))
    }
}

/// The same locale for the other library. What one takes the other takes.
fn icu(locale: &LanguageIdentifier) -> Locale {
    locale.to_string().parse().unwrap_or(Locale::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::{list, moment};
    use unic_langid::LanguageIdentifier;

    fn locale(tag: &str) -> LanguageIdentifier {
        tag.parse().expect("a tag")
    }

    #[test]
    fn lists_are_joined_as_the_language_does_it() {
        let parts = |count: usize| ["a", "b", "c"].map(str::to_owned)[..count].to_vec();
        assert_eq!(list(&locale("en-GB"), &parts(0)), "");
        assert_eq!(list(&locale("en-GB"), &parts(1)), "a");
        assert_eq!(list(&locale("en-GB"), &parts(2)), "a and b");
        assert_eq!(list(&locale("en-GB"), &parts(3)), "a, b and c");
        assert_eq!(list(&locale("de"), &parts(3)), "a, b und c");
    }

    #[test]
    fn moments_are_written_as_the_region_does_it() {
        let at = 1_795_442_700;
        assert_eq!(moment(&locale("en-GB"), at, 0), "23 Nov 2026, 14:05");
        assert_eq!(moment(&locale("en-GB"), at, 3600), "23 Nov 2026, 15:05");
        assert_eq!(
            moment(&locale("en-US"), at, 0),
            "Nov 23, 2026, 2:05\u{202f}PM"
        );
        assert_eq!(moment(&locale("de"), at, 0), "23.11.2026, 14:05");
    }

    #[test]
    fn no_number_is_too_large_for_a_moment() {
        for seconds in [i64::MIN, i64::MAX] {
            assert!(!moment(&locale("en"), seconds, i32::MAX).is_empty());
        }
    }
}
