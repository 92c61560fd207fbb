//! Each rule of the messages refuses what it is about, and says where.

use crate::languages;

fn faults(files: &[(&str, &str)]) -> Vec<String> {
    languages(files).err().unwrap_or_default()
}

fn fault(files: &[(&str, &str)]) -> String {
    let faults = faults(files);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.concat()
}

#[test]
fn what_is_as_it_should_be_passes() {
    let english = "# $server is its name\nlogin-expired = { -gatelodge } cannot reach { $server }.\nsaved = Saved.\n";
    let german = "login-expired = { -gatelodge } erreicht { $server } nicht.\n";
    assert_eq!(
        faults(&[("en/a.ftl", english), ("de/a.ftl", german)]),
        [""; 0]
    );
}

#[test]
fn an_id_is_there_once() {
    assert_eq!(
        fault(&[("en/a.ftl", "same = A\n"), ("en/b.ftl", "\nsame = B\n")]),
        "messages/en/b.ftl:2: same is in messages/en/a.ftl:1 already"
    );
    assert_eq!(
        fault(&[("en/a.ftl", "same = A\nother = B\nsame = C\n")]),
        "messages/en/a.ftl:3: same is in messages/en/a.ftl:1 already"
    );
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let fault = fault(&[("en/a.ftl", "fine = A\nbroken = { $x\n")]);
    assert!(fault.starts_with("messages/en/a.ftl:"), "{fault}");
}

#[test]
fn a_comment_explains_no_variable_that_is_not_used() {
    assert_eq!(
        fault(&[(
            "en/a.ftl",
            "# $server is its name, $place is where\na = Hello { $name }\n"
        )]),
        "messages/en/a.ftl:2: a has a comment that explains $server, which it does not use"
    );
}

#[test]
fn a_translation_knows_no_more_than_english() {
    let english = ("en/a.ftl", "a = { $x }\n");
    assert_eq!(
        fault(&[english, ("de/a.ftl", "a = { $x } { $y }\n")]),
        "messages/de/a.ftl:1: a has $y, which English lacks"
    );
    assert_eq!(
        fault(&[english, ("de/a.ftl", "b = B\n")]),
        "messages/de/a.ftl:1: b is not in messages/en/a.ftl"
    );
    assert_eq!(
        fault(&[english, ("de/b.ftl", "a = A\n")]),
        "messages/de/b.ftl: English has no such file"
    );
}

#[test]
fn what_rust_and_the_window_cannot_have_is_refused() {
    for (message, what) in [
        ("Camel = A", "is not in kebab-case"),
        ("a--b = A", "is not in kebab-case"),
        ("self = A", "cannot be the name of a type"),
        ("a = { $self }", "$self cannot be the name of a field"),
        ("a = { $Big }", "$Big cannot be the name of a field"),
        ("a = A\n    .title = B", "has an attribute"),
        ("a = { NUMBER($x) }", "has a function"),
        ("a = A\nb = { a }", "has a reference to another message"),
        ("-brand = A", "is a term, and those are in common.ftl"),
        ("a = { -brand }", "names -brand, which is not in common.ftl"),
    ] {
        let fault = fault(&[("en/a.ftl", &format!("{message}\n"))]);
        assert!(fault.contains(what), "{message}: {fault}");
    }
}

#[test]
fn the_list_of_languages_is_that_of_the_folders() {
    let list = |text| faults(&[("languages.json", text)]).concat();
    assert!(list("[").starts_with("messages/languages.json: "));
    assert!(list(r#"["en"]"#).contains("messages/de: messages/languages.json does not list it"));
    assert!(list(r#"["de", "en"]"#).contains("the first language has to be en"));
    assert!(list(r#"["en", "de", "fr"]"#).contains("fr"));
}
