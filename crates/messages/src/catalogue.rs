//! The messages of one language, read file by file when one is needed.

use crate::formats;
use crate::index::{COMMON, LANGUAGES, Message};
use crate::language::Language;
use crate::place::Place;
use crate::pseudo;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::{Arc, OnceLock};

type Bundle = FluentBundle<Arc<FluentResource>>;

/// The messages of one language, as one place shows them. What was read stays.
pub(crate) struct Catalogue {
    language: Language,
    place: Place,
    common: OnceLock<Arc<FluentResource>>,
    /// One for each file. It holds that file and the common one, whose terms it may name.
    bundles: Vec<OnceLock<Bundle>>,
}

impl Catalogue {
    pub(crate) fn of(language: Language, place: Place) -> Self {
        let files = LANGUAGES.first().map_or(0, |files| files.sources.len());
        Self {
            language,
            place,
            common: OnceLock::new(),
            bundles: (0..files).map(|_| OnceLock::new()).collect(),
        }
    }

    pub(crate) fn language(&self) -> &Language {
        &self.language
    }

    /// The sentence, if the message is there in this language and has what it needs.
    pub(crate) fn sentence(&self, message: &Message, args: &FluentArgs) -> Option<String> {
        let bundle = self.bundles.get(message.file)?;
        let bundle = bundle.get_or_init(|| self.read(message.file));
        let pattern = bundle.get_message(message.id)?.value()?;
        let mut errors = Vec::new();
        let sentence = bundle.format_pattern(pattern, Some(args), &mut errors);
        errors.is_empty().then(|| sentence.into_owned())
    }

    fn read(&self, file: usize) -> Bundle {
        let mut bundle = Bundle::new_concurrent(vec![self.language.locale().clone()]);
        bundle.set_use_isolating(self.language.is_right_to_left());
        bundle.set_formatter(Some(formats::number));
        let common = self.common.get_or_init(|| self.resource(COMMON));
        // No id is there twice: build.rs refuses it.
        let _ = bundle.add_resource(common.clone());
        if file != COMMON {
            let _ = bundle.add_resource(self.resource(file));
        }
        bundle
    }

    fn resource(&self, file: usize) -> Arc<FluentResource> {
        let source = self.language.source(file);
        let source = if self.language.is_pseudo() {
            pseudo::source(source)
        } else {
            source.to_owned()
        };
        // What is searched for in a terminal, or sent to an agent, has the apostrophe that keyboards have.
        let source = match self.place {
            Place::Window => source,
            Place::Terminal | Place::Agent => source.replace('’', "'"),
        };
        // build.rs has parsed it: what could not be read would not be here.
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(source);
        Arc::new(resource)
    }
}

#[cfg(test)]
mod tests {
    use super::Catalogue;

    impl Catalogue {
        /// How many files there was a need for.
        pub(crate) fn files_read(&self) -> usize {
            let read = |bundle: &&std::sync::OnceLock<_>| bundle.get().is_some();
            self.bundles.iter().filter(read).count()
        }
    }
}
