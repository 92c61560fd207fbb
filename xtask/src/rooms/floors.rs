//! The order of a crate's rooms: a file leads to files of its own floor and of those below it.

use super::edges::Edges;
use super::modules::Crate;
use super::plan::list;
use crate::tidy::Problem;

/// From the ground up. A room is a file and the folder of its name; what is not named here is on the top floor.
const FLOORS: [(&str, &[&[&str]]); 1] = [(
    "gatelodge-broker",
    &[
        &["error"],
        &["clock", "vault_state"],
        &["lib"],
        &["upstream"],
        &["store"],
        &["issuer"],
        &["grant"],
        &["server"],
        &["agents", "login"],
    ],
)];

pub fn check(krate: &Crate, edges: &Edges) -> Vec<Problem> {
    match FLOORS.iter().find(|(name, _)| *name == krate.name) {
        Some((_, floors)) => of(krate, edges, floors),
        None => Vec::new(),
    }
}

fn of(krate: &Crate, edges: &Edges, floors: &[&[&str]]) -> Vec<Problem> {
    let floor = |file: usize| {
        let path = krate.files[file].path.as_str();
        let room = path
            .split('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".rs");
        floors
            .iter()
            .position(|rooms| rooms.contains(&room))
            .unwrap_or(floors.len())
    };
    let up = edges
        .iter()
        .filter(|((from, to), _)| floor(*from) < floor(*to));
    let problem = |((from, to), names): (&(usize, usize), _)| {
        Problem::new(
            &krate.path(*from),
            1,
            format!("leads up to {}: {}", krate.files[*to].path, list(names)),
            "the higher floors stand on the lower ones (ARCHITECTURE.md)",
            "move what is needed down, or hand the answer in; the floors are in xtask/src/rooms/floors.rs",
        )
        .mild()
    };
    up.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::rooms::tests::{edges, krate};

    const FLOORS: &[&[&str]] = &[&["lib"], &["store"], &["login", "agents"]];

    fn up(files: &[(&str, &str)]) -> Vec<String> {
        let mut krate = krate(files);
        let edges = edges(&mut krate);
        let problems = of(&krate, &edges, FLOORS);
        problems
            .into_iter()
            .map(|problem| {
                format!(
                    "{}: {}",
                    problem.path.trim_start_matches("crates/it/src/"),
                    problem.what
                )
            })
            .collect()
    }

    #[test]
    fn a_floor_uses_itself_and_those_below() {
        let fine = [
            (
                "lib.rs",
                "mod login; mod agents; mod store; mod doctor; pub struct Vault;",
            ),
            ("store.rs", "pub fn record(_: crate::Vault) {}"),
            (
                "login.rs",
                "pub fn begin(vault: crate::Vault) { crate::store::record(vault) }",
            ),
            ("agents.rs", "fn a() { crate::login::begin(crate::Vault) }"),
            ("doctor.rs", "fn a() { crate::login::begin(crate::Vault) }"),
        ];
        assert_eq!(up(&fine), Vec::<String>::new());
    }

    #[test]
    fn a_floor_that_uses_one_above_is_told() {
        let wrong = [
            ("lib.rs", "mod login; mod store; mod doctor;"),
            ("store.rs", "mod names; fn a() { crate::login::begin() }"),
            ("store/names.rs", "fn a() { crate::doctor::look() }"),
            ("login.rs", "pub fn begin() {}"),
            ("doctor.rs", "pub fn look() {}"),
        ];
        assert_eq!(
            up(&wrong),
            [
                "store.rs: leads up to login.rs: begin",
                "store/names.rs: leads up to doctor.rs: look"
            ]
        );
    }
}
