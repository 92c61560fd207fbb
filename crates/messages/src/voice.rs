//! The language of this process, and the place where it speaks: set when it starts, and when the person chooses another.

use crate::language::Language;
use crate::message::Text;
use crate::place::Place;
use crate::renderer::{Renderer, Zone};
use std::sync::{Arc, PoisonError, RwLock};

/// A process speaks to its person in one place and on pages of the browser, and to agents.
struct Voice {
    language: Language,
    place: Place,
    zone: Zone,
    person: Renderer,
    pages: Renderer,
    agents: Renderer,
}

static VOICE: RwLock<Option<Arc<Voice>>> = RwLock::new(None);

/// From now on messages are told in this language, and to the person in this place and with moments of this zone.
pub fn speak(language: &Language, place: Place, zone: Zone) {
    let voice = Voice {
        language: language.clone(),
        place,
        zone,
        person: Renderer::new(language.clone(), place).in_zone(zone),
        pages: Renderer::new(language.clone(), Place::Window).in_zone(zone),
        agents: Renderer::new(language.clone(), Place::Agent),
    };
    let mut current = VOICE.write().unwrap_or_else(PoisonError::into_inner);
    *current = Some(Arc::new(voice));
}

/// From now on messages are told in this language, where they were told before.
pub fn change_language(language: &Language) {
    let voice = voice();
    speak(language, voice.place, voice.zone);
}

/// The language in which messages are told now.
pub fn spoken() -> Language {
    voice().language.clone()
}

/// The sentence for the person, in the language of this process.
pub fn told(text: impl Into<Text>) -> String {
    text.into().told()
}

impl Text {
    /// The sentence for the person, in the language of this process.
    pub fn told(&self) -> String {
        voice().person.render(self)
    }

    /// The sentence for the person, on a page of the browser.
    pub fn told_on_page(&self) -> String {
        voice().pages.render(self)
    }

    /// The sentence for an agent and its owner, in the language of this process.
    pub fn told_to_agents(&self) -> String {
        voice().agents.render(self)
    }
}

/// English in a terminal until something else is chosen.
fn voice() -> Arc<Voice> {
    let current = VOICE.read().unwrap_or_else(PoisonError::into_inner).clone();
    current.unwrap_or_else(|| {
        speak(&Language::english(), Place::Terminal, |_| 0);
        voice()
    })
}

#[cfg(test)]
mod tests {
    use super::{change_language, speak, spoken};
    use crate::Text;
    use crate::language::Language;
    use crate::place::Place;
    use crate::text;

    /// All that is about the one voice of the process, in one test.
    #[test]
    fn the_language_is_changed_and_the_place_stays() {
        assert_eq!(spoken(), Language::english(), "until something is chosen");
        let text: Text = text::SpanDays { count: 2 }.into();
        speak(&Language::english(), Place::Window, |_| 0);
        let english = text.told();
        change_language(&Language::of_tag("en-XA").expect("made by code"));
        assert!(spoken().is_right_to_left() && spoken().tag() == "en-XA");
        assert_ne!(text.told(), english);
        assert_eq!(super::voice().place, Place::Window);
        change_language(&Language::english());
        assert_eq!(text.told(), english);
    }
}
