//! The order of a crate's rooms: a file leads to files of its own room and of the floors below it.

use std::cmp::Ordering;

use super::edges::Edges;
use super::modules::Crate;
use super::plan::list;
use crate::tidy::Problem;

/// From the ground up. A room is a file and the folder of its name; what is not named here is on the top floor.
const FLOORS: [(&str, &[&[&str]]); 1] = [(
    "gatelodge-broker",
    &[
        &["error", "clock"],
        &["trace"],
        &["lib"],
        &["upstream"],
        &["store"],
        &["turns"],
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
    let room = |file: usize| {
        let first = krate.files[file].path.split('/').next();
        first.unwrap_or_default().trim_end_matches(".rs")
    };
    let floor = |room: &str| {
        let named = floors.iter().position(|rooms| rooms.contains(&room));
        named.unwrap_or(floors.len())
    };
    let mut problems = Vec::new();
    for ((from, to), names) in edges {
        let (here, there) = (floor(room(*from)), floor(room(*to)));
        let way = match here.cmp(&there) {
            Ordering::Less => "up",
            // On the top floor are the use cases; there the order is only that nothing goes round.
            Ordering::Equal if room(*from) != room(*to) && here < floors.len() => "across",
            _ => continue,
        };
        let problem = Problem::new(
            &krate.path(*from),
            1,
            format!("leads {way} to {}: {}", krate.files[*to].path, list(names)),
            "the higher floors stand on the lower ones (ARCHITECTURE.md)",
            "move what is needed down, or hand the answer in; the floors are in xtask/src/rooms/floors.rs",
        );
        problems.push(problem);
    }
    problems
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
    fn a_room_uses_itself_and_the_floors_below() {
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
            ("agents.rs", "fn a() { crate::store::record(crate::Vault) }"),
            ("doctor.rs", "fn a() { crate::login::begin(crate::Vault) }"),
        ];
        assert_eq!(up(&fine), Vec::<String>::new());
    }

    #[test]
    fn a_floor_that_uses_one_above_or_another_room_of_its_own_is_told() {
        let wrong = [
            ("lib.rs", "mod login; mod store; mod doctor; mod agents;"),
            ("agents.rs", "fn a() { crate::login::begin() }"),
            ("store.rs", "mod names; fn a() { crate::login::begin() }"),
            ("store/names.rs", "fn a() { crate::doctor::look() }"),
            ("login.rs", "pub fn begin() {}"),
            ("doctor.rs", "pub fn look() {}"),
        ];
        assert_eq!(
            up(&wrong),
            [
                "store.rs: leads up to login.rs: begin",
                "store/names.rs: leads up to doctor.rs: look",
                "agents.rs: leads across to login.rs: begin"
            ]
        );
    }
}
