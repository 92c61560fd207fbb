//! A message as it is kept and sent: its id and its arguments.

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A message as data. Another release may have made it, so its id may be none of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WrittenText")]
pub struct Text {
    id: Cow<'static, str>,
    #[serde(skip_serializing_if = "Args::is_empty")]
    args: Args,
}

/// A text as it was kept: data, or the sentence that stood in its place before there were messages.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenText {
    Sentence(String),
    Message {
        id: String,
        #[serde(default)]
        args: Args,
    },
}

impl From<WrittenText> for Text {
    fn from(kept: WrittenText) -> Self {
        match kept {
            WrittenText::Sentence(text) => crate::text::AsWritten { text }.into(),
            WrittenText::Message { id, args } => Self {
                id: id.into(),
                args,
            },
        }
    }
}

/// What stands for a variable of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    /// A name or an address, shown as it is. A port or an id is one too, or its thousands would be set apart.
    String(String),
    /// How many.
    Number(i64),
    /// Another message.
    Text(Text),
    /// Several, joined as the language does it: "a, b and c".
    List(Vec<Arg>),
    /// A moment.
    Time {
        /// Seconds since 1970.
        time: i64,
    },
    /// How long.
    Span {
        /// Its seconds, shown in the unit that fits.
        seconds: i64,
    },
    /// What a later release made and this one does not know.
    Foreign(serde_json::Value),
}

/// The arguments by the names of their variables, in the order in which English has them. Whoever keeps a text may keep them
/// in another order: it is the same text.
#[derive(Debug, Clone, Default, Eq)]
pub struct Args(Vec<(Cow<'static, str>, Arg)>);

impl Text {
    pub(crate) fn of(id: &'static str, args: Vec<(&'static str, Arg)>) -> Self {
        let args = args.into_iter().map(|(name, arg)| (name.into(), arg));
        Self {
            id: id.into(),
            args: Args(args.collect()),
        }
    }

    /// Which message it is.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it says.
    pub fn args(&self) -> &Args {
        &self.args
    }

    /// The same with no string among its arguments longer than so many letters.
    #[must_use]
    pub fn shortened(self, most: usize) -> Self {
        let args = self.args.0.into_iter();
        Self {
            id: self.id,
            args: Args(
                args.map(|(name, arg)| (name, arg.shortened(most)))
                    .collect(),
            ),
        }
    }
}

impl Arg {
    /// The moment so many seconds after 1970 began.
    pub fn time(seconds: i64) -> Self {
        Self::Time { time: seconds }
    }

    fn shortened(self, most: usize) -> Self {
        match self {
            Self::String(text) if text.chars().nth(most).is_some() => {
                let kept: String = text.chars().take(most).collect();
                Self::String(format!("{kept}…"))
            }
            Self::Text(text) => Self::Text(text.shortened(most)),
            Self::List(parts) => {
                Self::List(parts.into_iter().map(|part| part.shortened(most)).collect())
            }
            whole => whole,
        }
    }

    /// So many seconds long.
    pub fn span(seconds: impl TryInto<i64>) -> Self {
        Self::Span {
            seconds: seconds.try_into().unwrap_or(i64::MAX),
        }
    }
}

impl Args {
    /// Each with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arg)> {
        self.0.iter().map(|(name, arg)| (name.as_ref(), arg))
    }

    /// The one for this variable.
    pub fn get(&self, name: &str) -> Option<&Arg> {
        self.iter()
            .find(|(own, _)| *own == name)
            .map(|(_, arg)| arg)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Args {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.iter().all(|(name, arg)| other.get(name) == Some(arg))
    }
}

impl Serialize for Args {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, arg) in self.iter() {
            map.serialize_entry(name, arg)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Args {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Args;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the arguments of a message by their names")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Args, M::Error> {
                let mut args = Vec::new();
                while let Some((name, arg)) = map.next_entry::<String, Arg>()? {
                    args.push((name.into(), arg));
                }
                Ok(Args(args))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

impl From<Cow<'_, str>> for Arg {
    fn from(text: Cow<'_, str>) -> Self {
        Self::String(text.into_owned())
    }
}

impl From<Text> for Arg {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<&Text> for Arg {
    fn from(text: &Text) -> Self {
        Self::Text(text.clone())
    }
}

impl<T: Into<Arg>> From<Vec<T>> for Arg {
    fn from(parts: Vec<T>) -> Self {
        parts.into_iter().collect()
    }
}

impl<T: Clone + Into<Arg>> From<&[T]> for Arg {
    fn from(parts: &[T]) -> Self {
        parts.iter().cloned().collect()
    }
}

impl<T: Into<Arg>> FromIterator<T> for Arg {
    fn from_iter<I: IntoIterator<Item = T>>(parts: I) -> Self {
        Self::List(parts.into_iter().map(Into::into).collect())
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl From<$number> for Arg {
            fn from(number: $number) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })*
    };
}

numbers!(u8, u16, u32, u64, usize, i32, i64);

#[cfg(test)]
mod tests {
    use super::{Arg, Text};
    use crate::text;

    fn read(json: &str) -> Text {
        serde_json::from_str(json).expect("a text")
    }

    #[test]
    fn each_argument_has_its_shape() {
        let text = Text::of(
            "every-kind",
            vec![
                ("word", "notes".into()),
                ("count", 3_usize.into()),
                ("why", text::AsWritten { text: "so" }.into()),
                ("names", vec!["a", "b"].into()),
                ("since", Arg::time(1_700_000_000)),
                ("within", Arg::span(90)),
            ],
        );
        let json = serde_json::to_string(&text).expect("JSON");
        assert_eq!(
            json,
            r#"{"id":"every-kind","args":{"word":"notes","count":3,"why":{"id":"as-written","args":{"text":"so"}},"names":["a","b"],"since":{"time":1700000000},"within":{"seconds":90}}}"#,
            "in the order in which they were given"
        );
        assert_eq!(read(&json), text);
    }

    #[test]
    fn the_order_of_the_arguments_says_nothing() {
        let one = read(r#"{"id":"any","args":{"host":"h","code":"c"}}"#);
        assert_eq!(one, read(r#"{"id":"any","args":{"code":"c","host":"h"}}"#));
        assert_ne!(one, read(r#"{"id":"any","args":{"host":"c","code":"h"}}"#));
        assert_ne!(one, read(r#"{"id":"any","args":{"host":"h"}}"#));
    }

    #[test]
    fn a_text_without_arguments_is_its_id() {
        let text = Text::of("saved", Vec::new());
        assert_eq!(
            serde_json::to_string(&text).expect("JSON"),
            r#"{"id":"saved"}"#
        );
        assert_eq!(read(r#"{"id":"saved"}"#), text);
    }

    #[test]
    fn a_sentence_of_before_there_were_messages_is_read_as_it_is() {
        let text = read(r#""Logged in to notes""#);
        assert_eq!(
            text,
            text::AsWritten {
                text: "Logged in to notes"
            }
            .into()
        );
        assert_eq!(text.to_string(), "Logged in to notes");
    }

    #[test]
    fn what_is_too_long_is_cut_wherever_it_stands() {
        let inner = text::AsWritten { text: "abcdef" };
        let text = Text::of(
            "any",
            vec![
                ("why", inner.into()),
                ("names", vec!["abc", "abcd"].into()),
                ("count", 12_345.into()),
            ],
        );
        let json = serde_json::to_string(&text.shortened(3)).expect("JSON");
        assert_eq!(
            json,
            r#"{"id":"any","args":{"why":{"id":"as-written","args":{"text":"abc…"}},"names":["abc","abc…"],"count":12345}}"#
        );
    }

    #[test]
    fn what_a_later_release_made_is_kept() {
        let json = r#"{"id":"new","args":{"share":0.5,"shape":{"colour":"red"},"off":false}}"#;
        let text = read(json);
        assert!(matches!(text.args().get("share"), Some(Arg::Foreign(_))));
        assert_eq!(serde_json::to_string(&text).expect("JSON"), json);
    }
}
