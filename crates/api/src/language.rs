//! The language in which this process speaks to its person: what they asked for, else the system's; a host
//! has what was chosen in its window.

use crate::dto::Notice;
use crate::host::Host;
use broker::{Broker, Error, VaultState};
use chrono::{Local, Offset, TimeZone};
use messages::{Language, Place, change_language, speak, spoken, text};
use model::Code;
use std::env;

/// Set where `--lang` is not given.
const VARIABLE: &str = "GATELODGE_LANG";

/// For a program's first lines. `asked` is a BCP 47 tag; None: what `GATELODGE_LANG` says, else the locale for messages (POSIX
/// `LC_ALL`, `LC_MESSAGES`, `LANG`). What is not translated is told in English.
pub fn speak_to_person(asked: Option<&str>, place: Place) -> Result<(), Error> {
    let variable = variable();
    let language = match asked.or(variable.as_deref()) {
        Some(tag) => known(tag),
        None => Ok(of_system()),
    };
    let spoken = language.as_ref().cloned();
    speak(&spoken.unwrap_or_else(|_| of_system()), place, local_time);
    language.map(|_| ())
}

/// What the person chose in the window, from the moment at which the vault tells it; whether that changed anything. What the
/// environment names is for this run, and stands.
pub async fn speak_as_chosen(broker: &Broker) -> bool {
    if variable().is_some() {
        return false;
    }
    let chosen = chosen_language(broker).await;
    let chosen = chosen.as_deref().and_then(Language::of_tag);
    let changed = chosen.filter(|language| *language != spoken());
    changed.as_ref().map(change_language).is_some()
}

/// None where nothing was chosen, and while the vault is not open.
pub(crate) async fn chosen_language(broker: &Broker) -> Option<String> {
    if !matches!(broker.vault_state(), VaultState::Open { .. }) {
        return None;
    }
    broker.language().await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the language that was chosen cannot be read");
        None
    })
}

impl Host {
    pub(crate) async fn speak_as_chosen(&self) {
        if speak_as_chosen(self.broker()).await {
            self.notify(Notice::Changed);
        }
    }

    /// None: the system's.
    pub(crate) async fn choose_language(&self, tag: Option<&str>) -> Result<(), Error> {
        let language = tag.map(known).transpose()?;
        self.broker().save_language(tag).await?;
        change_language(&language.unwrap_or_else(of_process));
        // The window and the tray read everything anew.
        self.notify(Notice::Changed);
        Ok(())
    }
}

/// As when nobody chose anything in the window.
fn of_process() -> Language {
    let named = variable().and_then(|tag| Language::of_tag(&tag));
    named.unwrap_or_else(of_system)
}

fn variable() -> Option<String> {
    env::var(VARIABLE).ok().filter(|tag| !tag.is_empty())
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

fn known(tag: &str) -> Result<Language, Error> {
    Language::of_tag(tag).ok_or_else(|| {
        let tag = oauth::uri::excerpt(tag);
        let known: Vec<_> = messages::tags().collect();
        Error::new(Code::InvalidArgument, text::LanguageUnknown { tag, known })
    })
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
