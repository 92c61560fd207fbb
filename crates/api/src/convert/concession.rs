//! Concessions as a person reads them.

use crate::dto;
use broker::Error;
use messages::{Text, text};
use model::{Code, ConcessionText, ResourceRecord};
use oauth::concession::{Concession, Concessions};

/// What the person allowed for this server, in words.
pub fn allowed(record: &ResourceRecord) -> Vec<dto::AllowedConcession> {
    let shown = |concession: &Concession| dto::AllowedConcession {
        name: concession.name().to_owned(),
        title: concession.title().told(),
        explanation: concession.explanation().told(),
        risk: concession.risk().told(),
        allowed_at: record.conceded_at.get(concession).map(|at| at.0),
    };
    record.concessions.0.iter().map(shown).collect()
}

/// A departure with its words, and why it is known, if it is.
pub fn offer(concession: Concession, pattern: Option<&Text>) -> dto::ConcessionOffer {
    dto::ConcessionOffer {
        name: concession.name().to_owned(),
        title: concession.title().told(),
        explanation: concession.explanation().told(),
        risk: concession.risk().told(),
        pattern: pattern.map(Text::told),
    }
}

/// The departures of these names.
pub fn concessions(names: &[String]) -> Result<Concessions, Error> {
    let known = names.iter().map(|name| named(name));
    known.collect::<Result<_, _>>().map(Concessions)
}

/// The departure of this name.
pub fn named(name: &str) -> Result<Concession, Error> {
    Concession::from_name(name).ok_or_else(|| {
        let known: Vec<_> = Concession::ALL.iter().map(|known| known.name()).collect();
        Error::new(
            Code::InvalidArgument,
            text::ConcessionUnknown {
                name: oauth::uri::excerpt(name),
            },
        )
        .with_hint(text::ConcessionUnknownHint { known })
    })
}
