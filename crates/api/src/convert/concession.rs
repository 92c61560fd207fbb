//! Concessions as a person reads them.

use crate::dto;
use broker::Error;
use messages::text;
use model::{Code, ConcessionText, ResourceRecord};
use oauth::concession::{Concession, Concessions};

/// What the person allowed for this server, in words.
pub fn allowed(record: &ResourceRecord) -> Vec<dto::AllowedConcession> {
    let shown = |concession: &Concession| dto::AllowedConcession {
        name: concession.name().to_owned(),
        title: concession.title().to_owned(),
        explanation: concession.explanation().to_owned(),
        risk: concession.risk().to_owned(),
        allowed_at: record.conceded_at.get(concession).map(|at| at.0),
    };
    record.concessions.0.iter().map(shown).collect()
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
        let unknown = text::ConcessionUnknown {
            name: oauth::uri::excerpt(name),
        };
        Error::new(Code::InvalidArgument, unknown).with_hint(text::ConcessionKnown { known })
    })
}
