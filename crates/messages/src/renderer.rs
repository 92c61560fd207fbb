//! A message as a sentence, in one language and for one place.

use crate::catalogue::Catalogue;
use crate::formats;
use crate::index;
use crate::language::Language;
use crate::message::{Arg, Text};
use crate::place::Place;
use crate::text;
use fluent_bundle::{FluentArgs, FluentValue};
use std::fmt;
use std::sync::LazyLock;

/// Seconds east of Greenwich at a moment, which is given in seconds since 1970.
pub type Zone = fn(i64) -> i32;

/// Makes sentences of messages. Make one and keep it: it reads a file of messages when it first needs one of them.
pub struct Renderer {
    place: Place,
    zone: Option<Zone>,
    asked: Catalogue,
    /// For what is not translated yet.
    english: Option<Catalogue>,
}

impl Renderer {
    /// A renderer whose moments are in UTC, and say so.
    pub fn new(language: Language, place: Place) -> Self {
        let english = (!language.is_english()).then(Language::english);
        Self {
            place,
            zone: None,
            asked: Catalogue::of(language, place),
            english: english.map(|english| Catalogue::of(english, place)),
        }
    }

    /// The same with moments in the person's own time: `zone` gives the seconds east of Greenwich at a moment.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self {
            zone: Some(zone),
            ..self
        }
    }

    /// The sentence. A message of a later release is shown as its id and its arguments.
    pub fn render(&self, text: &Text) -> String {
        match text.args().get("text") {
            Some(Arg::String(written)) if text.id() == "as-written" => written.clone(),
            _ => self.sentence(text).unwrap_or_else(|| self.plain(text)),
        }
    }

    fn sentence(&self, text: &Text) -> Option<String> {
        let message = index::message(text.id())?;
        let args = self.args(text);
        let asked = self.asked.sentence(message, &args);
        asked.or_else(|| self.english.as_ref()?.sentence(message, &args))
    }

    /// The arguments as Fluent takes them. A number stays one, since a message may select by it. What this release does not
    /// know is left out: a message that needs it is no sentence then, and one that does not is.
    fn args(&self, text: &Text) -> FluentArgs<'static> {
        let mut args = FluentArgs::new();
        for (name, arg) in text.args().iter() {
            let value = match arg {
                Arg::Number(number) => FluentValue::from(*number),
                Arg::Foreign(_) => continue,
                _ => FluentValue::from(self.words(arg)),
            };
            args.set(name.to_owned(), value);
        }
        args.set("place", self.place.name());
        args
    }

    /// `[login-expired] server: notes`.
    fn plain(&self, text: &Text) -> String {
        let args = text.args().iter();
        let args: Vec<String> = args
            .map(|(name, arg)| format!("{name}: {}", self.words(arg)))
            .collect();
        let shown = format!("[{}] {}", text.id(), args.join(", "));
        shown.trim_end().to_owned()
    }

    fn words(&self, arg: &Arg) -> String {
        match arg {
            Arg::String(text) => text.clone(),
            Arg::Number(number) => number.to_string(),
            Arg::Text(text) => self.render(text),
            Arg::List(parts) => self.list(parts),
            Arg::Time { time } => self.moment(*time),
            Arg::Span { seconds } => self.render(&span(*seconds)),
            Arg::Foreign(value) => value.to_string(),
        }
    }

    fn list(&self, parts: &[Arg]) -> String {
        let language = self.language();
        let isolated = |part| match self.words(part) {
            // A name from left to right does not take the comma behind it along.
            words if language.is_right_to_left() => format!("\u{2068}{words}\u{2069}"),
            words => words,
        };
        let parts: Vec<String> = parts.iter().map(isolated).collect();
        formats::list(language.locale(), &parts)
    }

    fn moment(&self, seconds: i64) -> String {
        let locale = self.language().locale();
        if let Some(zone) = self.zone {
            return formats::moment(locale, seconds, zone(seconds));
        }
        let moment = formats::moment(locale, seconds, 0);
        self.render(&text::MomentUtc { moment }.into())
    }

    fn language(&self) -> &Language {
        self.asked.language()
    }
}

/// In the unit in which people tell it, as the window has it: "75 seconds", "2 minutes", "26 hours".
fn span(seconds: i64) -> Text {
    let count = |unit: i64| (seconds + unit / 2) / unit;
    match seconds {
        ..90 => text::SpanSeconds {
            count: seconds.max(0),
        }
        .into(),
        90..5_400 => text::SpanMinutes { count: count(60) }.into(),
        5_400..129_600 => text::SpanHours {
            count: count(3_600),
        }
        .into(),
        129_600.. => text::SpanDays {
            count: seconds.saturating_add(43_200) / 86_400,
        }
        .into(),
    }
}

/// English, for logs and for whoever debugs. A person gets what a renderer of their language makes.
impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        static ENGLISH: LazyLock<Renderer> =
            LazyLock::new(|| Renderer::new(Language::english(), Place::Terminal));
        formatter.write_str(&ENGLISH.render(self))
    }
}

#[cfg(test)]
mod tests;
