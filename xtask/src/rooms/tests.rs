//! What leads where, for each way in which one file can name what another defines.

use super::edges::{self, Edges};
use super::modules::Crate;
use crate::tidy::File;

/// A crate `it` of these files.
pub fn krate(files: &[(&str, &str)]) -> Crate {
    let files: Vec<File> = files
        .iter()
        .map(|(path, text)| File {
            path: format!("crates/it/src/{path}"),
            text: (*text).to_owned(),
        })
        .collect();
    Crate::read("it", "it", "crates/it/src", &files).expect("Rust")
}

pub fn edges(krate: &mut Crate) -> Edges {
    edges::of(krate).0
}

fn leads(files: &[(&str, &str)]) -> Vec<String> {
    let mut krate = krate(files);
    let edges = edges(&mut krate);
    let line = |((from, to), names): (&(usize, usize), &std::collections::BTreeSet<String>)| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!(
            "{} → {}: {}",
            krate.files[*from].path,
            krate.files[*to].path,
            names.join(", ")
        )
    };
    edges.iter().map(line).collect()
}

#[test]
fn a_path_leads_to_the_file_that_defines() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "use crate::b::B; use super::b::{self, c as d}; fn a(_: B) { d(); b::E; b::c() }",
        ),
        ("b.rs", "pub struct B; pub fn c() {} pub const E: u8 = 1;"),
    ];
    assert_eq!(leads(&files), ["a.rs → b.rs: B, E, c, d"]);
}

#[test]
fn a_face_leads_through_to_the_file_behind_it_and_nowhere_itself() {
    let files = [
        (
            "lib.rs",
            "mod a; mod b; pub use b::B; pub(crate) use b::inner::*;",
        ),
        ("a.rs", "fn a(_: crate::B) -> crate::Deep { todo!() }"),
        (
            "b.rs",
            "pub(crate) mod inner; pub use inner::Deep as Other; pub struct B;",
        ),
        ("b/inner.rs", "pub struct Deep;"),
    ];
    assert_eq!(leads(&files), ["a.rs → b.rs: B", "a.rs → b/inner.rs: Deep"]);
}

#[test]
fn a_method_leads_to_the_block_that_has_it() {
    let files = [
        (
            "lib.rs",
            "mod a; mod b; mod c; pub struct Broker { vault: std::sync::Arc<c::Vault> }",
        ),
        (
            "a.rs",
            "use crate::Broker; impl Broker { fn a(&self) { self.b(); self.vault.read(); let other = Self::c().unwrap(); other.d(); } }",
        ),
        (
            "b.rs",
            "impl crate::Broker { pub fn b(&self) {} fn c() -> Option<Self> { None } fn d(&self) {} }",
        ),
        (
            "c.rs",
            "pub struct Vault; impl Vault { pub fn read(&self) {} }",
        ),
    ];
    assert_eq!(
        leads(&files),
        [
            "a.rs → lib.rs: Broker",
            "a.rs → b.rs: Broker::b, Broker::c, Broker::d",
            "a.rs → c.rs: Vault::read",
            "b.rs → lib.rs: Broker"
        ]
    );
}

/// Each line is a body of `fn x(g: &Grant)` whose last call is followed to grant.rs.
#[test]
fn a_receiver_is_told_by_whatever_it_comes_from() {
    for body in [
        "g.live()",
        "let (h, _) = (g, 1); h.live()",
        "if let Some(h) = Grant::some() { h.live() }",
        "for h in &[g] { h.live() }",
        "match Grant::some() { Some(h) if h.live() => {} _ => {} }",
        "Grant::some().map(|h| h.live())",
        "let Holder { grant, .. } = Holder::new(); grant.live()",
        "match Kind::one() { Kind::Of(h) => h.live(), Kind::None => {} }",
        "crate::grant::make().1.live()",
        "Grant::boxed().await?.unwrap().live()",
        "assert!(g.live(), \"{}\", 1)",
        "assert!(matches!(Grant::some(), Some(h) if h.live()))",
        "json!({ \"a\": g.live() })",
        "let f = async move { g.live() };",
        "let h: Vec<Grant> = todo(); h.first().live()",
    ] {
        let lib = format!(
            "mod grant; use grant::Grant; mod holder; use holder::{{Holder, Kind}}; async fn x(g: &Grant) {{ {body} }}"
        );
        let files = [
            ("lib.rs", lib.as_str()),
            (
                "grant.rs",
                "pub struct Grant; impl Grant { pub fn live(&self) -> bool { true } pub fn some() -> Option<Self> { None } \
                 pub async fn boxed() -> Result<Option<Box<Self>>, String> { Ok(None) } } pub fn make() -> (u8, Grant) { (1, Grant) }",
            ),
            (
                "holder.rs",
                "pub struct Holder { pub grant: crate::grant::Grant } impl Holder { pub fn new() -> Self { todo!() } } \
                 pub enum Kind { Of(crate::grant::Grant), None } impl Kind { pub fn one() -> Kind { Kind::None } }",
            ),
        ];
        assert!(
            leads(&files)
                .iter()
                .any(|line| line.starts_with("lib.rs → grant.rs:") && line.contains("Grant::live")),
            "{body}: {:?}",
            leads(&files)
        );
    }
}

#[test]
fn a_bound_leads_to_its_trait() {
    let files = [
        (
            "lib.rs",
            "mod http; fn a<H: http::Http>(h: &H) { h.send() } fn b(h: &dyn http::Http) { h.send() }",
        ),
        ("http.rs", "pub trait Http { fn send(&self); }"),
    ];
    assert_eq!(leads(&files), ["lib.rs → http.rs: Http, Http::send"]);
}

#[test]
fn another_crates_names_lead_nowhere() {
    let files = [
        (
            "lib.rs",
            "mod a; mod grant; use tracing; use vault::Vault; fn a(v: &Vault) { v.grant(); tracing::info!(\"x\"); }",
        ),
        (
            "grant.rs",
            "pub struct Grants; impl Grants { pub fn grant(&self) {} }",
        ),
        ("a.rs", "fn a(grant: u8) -> u8 { grant }"),
    ];
    assert_eq!(leads(&files), Vec::<String>::new());
}

#[test]
fn tests_are_left_out() {
    let files = [
        ("lib.rs", "mod a; mod b; #[cfg(test)] mod setup;"),
        (
            "a.rs",
            "#[cfg(test)] mod tests { use crate::b::B; } #[cfg(test)] use crate::b::B; #[test] fn t() { crate::b::B; }",
        ),
        ("b.rs", "pub struct B;"),
    ];
    assert_eq!(leads(&files), Vec::<String>::new());
}

/// The fields of `Vault` and the constructor that fills them are no edges; the rest of lib.rs is.
#[test]
fn the_root_puts_its_parts_together() {
    let files = [
        (
            "lib.rs",
            "mod a; use a::A; pub struct Vault { a: A } impl Vault { pub fn new() -> Result<Self, a::E> { a::A::new() } fn a(&self) { self.a.a() } }",
        ),
        (
            "a.rs",
            "pub struct A; pub struct E; impl A { pub fn new() {} pub fn a(&self) {} }",
        ),
    ];
    assert_eq!(leads(&files), ["lib.rs → a.rs: A::a"]);
}

#[test]
fn a_macro_and_a_program_of_the_crate() {
    let files = [
        ("lib.rs", "mod m; mod a; pub fn run() {}"),
        ("m.rs", "macro_rules! sealed { () => { $crate::run() }; }"),
        ("a.rs", "sealed! {}"),
        ("main.rs", "fn main() { it::run() }"),
    ];
    assert_eq!(
        leads(&files),
        [
            "m.rs → lib.rs: run",
            "a.rs → m.rs: sealed!",
            "main.rs → lib.rs: run"
        ]
    );
}
