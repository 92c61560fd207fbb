//! The language of this process, and the place where it speaks: set when it starts, and when the person chooses another.

use crate::language::Language;
use crate::message::Text;
use crate::place::Place;
use crate::renderer::{Renderer, Zone};
use std::sync::{Arc, PoisonError, RwLock};

/// A process speaks to its person in one place, and to agents.
struct Voice {
    person: Renderer,
    agents: Renderer,
}

static VOICE: RwLock<Option<Arc<Voice>>> = RwLock::new(None);

/// From now on messages are told in this language, and to the person in this place and with moments of this zone.
pub fn speak(language: &Language, place: Place, zone: Zone) {
    let voice = Voice {
        person: Renderer::new(language.clone(), place).in_zone(zone),
        agents: Renderer::new(language.clone(), Place::Agent),
    };
    let mut current = VOICE.write().unwrap_or_else(PoisonError::into_inner);
    *current = Some(Arc::new(voice));
}

impl Text {
    /// The sentence for the person, in the language of this process.
    pub fn told(&self) -> String {
        voice().person.render(self)
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
