//! Every message of every language, and each shape of argument.

use super::{Renderer, span};
use crate::index::{LANGUAGES, MESSAGES};
use crate::{Arg, Language, Place, Text, text};
use fluent_bundle::{FluentBundle, FluentResource};

fn english() -> Renderer {
    Renderer::new(Language::english(), Place::Terminal)
}

fn read(json: &str) -> Text {
    serde_json::from_str(json).expect("a text")
}

/// In English, as far as it needs no typed constructor.
fn shown(json: &str) -> String {
    english().render(&read(json))
}

#[test]
fn every_message_of_every_language_renders_with_its_variables() {
    let tags = LANGUAGES.iter().map(|files| files.tag).chain(["en-XA"]);
    assert!(MESSAGES.len() > 1_000, "{}", MESSAGES.len());
    for tag in tags {
        let language = Language::of_tag(tag).expect("a language of ours");
        assert_eq!(language.tag(), tag);
        for place in [Place::Terminal, Place::Window, Place::Agent] {
            let renderer = Renderer::new(language.clone(), place);
            for message in &MESSAGES {
                for value in [Arg::Number(1), Arg::Number(5), "a word".into()] {
                    let args = message.variables.iter().map(|name| (*name, value.clone()));
                    let text = Text::of(message.id, args.collect());
                    let sentence = renderer.sentence(&text);
                    assert!(
                        sentence.is_some_and(|sentence| !sentence.is_empty()),
                        "{tag}: {text:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_constructor_makes_the_sentence() {
    let text = Text::from(text::SpanDays { count: 1 });
    assert_eq!(english().render(&text), "1 day");
    assert_eq!(text.to_string(), "1 day", "as logs have it");
}

#[test]
fn a_message_is_an_argument_of_another() {
    let within = text::SpanHours { count: 1_234 };
    let text = Text::from(text::MomentUtc { moment: within });
    assert_eq!(english().render(&text), "1,234 hours UTC");
}

#[test]
fn lists_are_joined_whatever_is_in_them() {
    let list: Arg = vec![
        Arg::from("notes"),
        Arg::span(300),
        text::SpanDays { count: 2 }.into(),
    ]
    .into();
    let text = Text::from(text::MomentUtc { moment: list });
    assert_eq!(english().render(&text), "notes, 5 minutes and 2 days UTC");
}

#[test]
fn spans_have_the_unit_that_fits() {
    for (seconds, words) in [
        (i64::MIN, "0 seconds"),
        (1, "1 second"),
        (89, "89 seconds"),
        (90, "2 minutes"),
        (300, "5 minutes"),
        (5_399, "90 minutes"),
        (5_400, "2 hours"),
        (129_599, "36 hours"),
        (129_600, "2 days"),
        (i64::MAX, "106,751,991,167,300 days"),
    ] {
        assert_eq!(english().render(&span(seconds)), words, "{seconds}");
    }
}

#[test]
fn moments_are_in_the_persons_zone_or_say_that_they_are_not() {
    let text = Text::of(
        "span-days",
        vec![("count", Arg::List(vec![Arg::time(1_795_442_700)]))],
    );
    assert_eq!(english().render(&text), "23 Nov 2026, 14:05 UTC days");
    let vienna = english().in_zone(|seconds| if seconds > 0 { 3_600 } else { 0 });
    assert_eq!(vienna.render(&text), "23 Nov 2026, 15:05 days");
}

#[test]
fn what_this_release_does_not_know_is_shown_as_it_is() {
    assert_eq!(shown(r#"{"id":"of-tomorrow"}"#), "[of-tomorrow]");
    assert_eq!(
        shown(
            r#"{"id":"of-tomorrow","args":{"server":"notes","within":{"seconds":75},"why":{"id":"other"}}}"#
        ),
        "[of-tomorrow] server: notes, within: 75 seconds, why: [other]"
    );
    assert_eq!(
        shown(r#"{"id":"span-days","args":{"count":null}}"#),
        "[span-days] count: null"
    );
    assert_eq!(
        shown(r#"{"id":"span-days"}"#),
        "[span-days]",
        "a variable has no argument"
    );
    assert_eq!(
        shown(r#"{"id":"span-days","args":{"count":2,"more":"x","most":null}}"#),
        "2 days",
        "an argument that is new does not take the sentence away"
    );
}

#[test]
fn an_apostrophe_is_the_one_of_the_place() {
    let text = Text::from(text::VaultSeal);
    let in_place = |place| Renderer::new(Language::english(), place).render(&text);
    let typed = "Gatelodge couldn't encrypt a value.";
    assert_eq!(in_place(Place::Terminal), typed);
    assert_eq!(in_place(Place::Agent), typed);
    assert_eq!(in_place(Place::Window), typed.replace('\'', "’"));
    let name = text::AsWritten { text: "O’Brien" };
    assert_eq!(english().render(&name.into()), "O’Brien", "a name stays");
}

#[test]
fn what_is_no_message_yet_is_shown_as_it_was_written() {
    let written = "{ $server } is as it is";
    for language in [
        Language::english(),
        Language::of_tag("en-XA").expect("there is one"),
    ] {
        let renderer = Renderer::new(language, Place::Window);
        assert_eq!(
            renderer.render(&text::AsWritten { text: written }.into()),
            written
        );
    }
}

#[test]
fn the_pseudo_locale_changes_words_and_no_argument() {
    let language = Language::of_tag("en-XA").expect("there is one");
    let renderer = Renderer::new(language, Place::Window);
    let text = Text::from(text::MomentUtc { moment: "noon" });
    assert_eq!(
        renderer.render(&text),
        "\u{2067}\u{2068}noon\u{2069} ÚŤČ\u{2069}"
    );
}

#[test]
fn from_right_to_left_each_part_stands_alone() {
    let language = Language::of_tag("en-XA").expect("there is one");
    let list = Renderer::new(language, Place::Window).list(&["a".into(), "b".into()]);
    assert_eq!(list, "\u{2068}a\u{2069} and \u{2068}b\u{2069}");
}

#[test]
fn a_file_is_read_when_one_of_its_messages_is_needed() {
    let renderer = english();
    assert_eq!(renderer.asked.files_read(), 0);
    renderer.render(&text::SpanDays { count: 2 }.into());
    assert_eq!(renderer.asked.files_read(), 1);
}

#[test]
fn a_message_can_be_another_one_at_another_place() {
    let source = "hint = { $place ->\n    [terminal] Run it.\n    [window] Press it.\n   *[agent] Say it.\n }\n";
    let resource = FluentResource::try_new(source.to_owned()).expect("Fluent");
    let mut bundle = FluentBundle::new(vec![Language::english().locale().clone()]);
    bundle.add_resource(resource).expect("one message");
    let hint = bundle.get_message("hint").expect("there is one");
    let hint = hint.value().expect("a pattern");
    // A caller cannot say where it is read.
    let text = Text::of("hint", vec![("place", "elsewhere".into())]);
    for (place, sentence) in [
        (Place::Terminal, "Run it."),
        (Place::Window, "Press it."),
        (Place::Agent, "Say it."),
    ] {
        let args = Renderer::new(Language::english(), place).args(&text);
        assert_eq!(
            bundle.format_pattern(hint, Some(&args), &mut Vec::new()),
            sentence
        );
    }
}
