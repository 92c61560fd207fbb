//! The language in which this process speaks to its person: what they asked for, else the system's.

use broker::Error;
use chrono::{Local, Offset, TimeZone};
use messages::{Language, Place, speak, text};
use model::Code;
use std::env;

/// Set where `--lang` is not given.
const VARIABLE: &str = "GATELODGE_LANG";

/// For a program's first lines. `asked` is a BCP 47 tag; None: what `GATELODGE_LANG` says, else the locale for messages (POSIX
/// `LC_ALL`, `LC_MESSAGES`, `LANG`). What is not translated is told in English.
pub fn speak_to_person(asked: Option<&str>, place: Place) -> Result<(), Error> {
    let variable = env::var(VARIABLE).ok().filter(|tag| !tag.is_empty());
    let language = match asked.or(variable.as_deref()) {
        Some(tag) => Language::of_tag(tag).ok_or_else(|| unknown(tag)),
        None => Ok(of_system()),
    };
    speak(language.as_ref().unwrap_or(&of_system()), place, local_time);
    language.map(|_| ())
}

/// The zone of this machine, or of `TZ`. A moment that no calendar has is in UTC.
fn local_time(seconds: i64) -> i32 {
    let moment = Local.timestamp_opt(seconds, 0).single();
    moment.map_or(0, |moment| moment.offset().fix().local_minus_utc())
}

fn of_system() -> Language {
    let value = |name| env::var(name).ok();
    Language::of_environment(
        value("LC_ALL").as_deref(),
        value("LC_MESSAGES").as_deref(),
        value("LANG").as_deref(),
    )
}

fn unknown(tag: &str) -> Error {
    let tag = oauth::uri::excerpt(tag);
    let known: Vec<_> = messages::tags().collect();
    Error::new(Code::InvalidArgument, text::LanguageUnknown { tag, known })
}

#[cfg(test)]
mod tests {
    use super::local_time;
    use std::env;
    use std::process::Command;

    /// A process has one zone, so another one looks: this test again.
    #[test]
    fn moments_are_in_the_zone_of_the_machine() {
        const ZONE: &str = "GLT-9";
        if env::var("TZ").as_deref() == Ok(ZONE) {
            assert_eq!((local_time(0), local_time(i64::MAX)), (9 * 3600, 0));
            return;
        }
        let name = "language::tests::moments_are_in_the_zone_of_the_machine";
        let program = env::current_exe().expect("this test");
        let output = Command::new(program)
            .args(["--exact", name])
            .env("TZ", ZONE)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}"
        );
    }
}
