//! What is written of the messages.

use crate::{languages, rust};

const ENGLISH: &str = "reach = { $server } refuses { $type }, { $place ->\n    [window] see { $server }\n   *[agent] wait\n }.\na = A\n";

#[test]
fn a_message_is_a_struct_with_its_variables_in_their_order() {
    let languages = languages(&[("en/a.ftl", ENGLISH)]).expect("no fault");
    let code = rust::constructors(&languages[0]);
    for part in [
        "pub struct Reach<A0, A1> {\n    /// `$server`\n    pub server: A0,\n    /// `$type`\n    pub r#type: A1,\n}",
        "impl<A0: Into<Arg>, A1: Into<Arg>> From<Reach<A0, A1>> for Text {",
        "Self::of(\"reach\", vec![(\"server\", message.server.into()), (\"type\", message.r#type.into()), ])",
        "pub struct A;",
        "impl From<A> for Text {\n    fn from(_: A) -> Self {\n        Self::of(\"a\", vec![])",
        "/// reach = { $server } refuses { $type }, { $place ->\n///     [window] see { $server }\n///    *[agent] wait\n///  }.\n/// ```",
    ] {
        assert!(code.contains(part), "{part}\n\nis not in\n\n{code}");
    }
    assert!(!code.contains("place:"), "whoever renders gives it");
}

#[test]
fn the_index_is_sorted_and_has_no_file_for_what_is_not_translated() {
    let languages = languages(&[("en/a.ftl", ENGLISH)]).expect("no fault");
    let code = rust::index(&languages);
    let (a, reach) = (code.find("id: \"a\""), code.find("id: \"reach\""));
    assert!(a.is_some() && a < reach, "{code}");
    assert!(
        code.contains("Message { id: \"reach\", file: 0, variables: &[\"server\", \"type\"] }")
    );
    assert!(
        code.contains("tag: \"de\", sources: &[\n        \"\",\n        include_str!("),
        "{code}"
    );
    assert!(code.contains("COMMON: usize = 1;"), "{code}");
}
