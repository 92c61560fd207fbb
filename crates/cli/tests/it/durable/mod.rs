//! Once a renewed token has arrived, nothing loses it: no full disk, no failing one, no signal. Each point of a sweep is met
//! on purpose and not by chance.
//!
//! A plain `cargo test` meets some of the points, `cargo xtask durability` all of them.

mod disk;
mod faults;
mod moments;
mod signals;
mod soak;

use crate::setup::{Person, Reply, fetch};
use std::collections::HashSet;
use testbed::Testbed;
use testbed::switches::Switches;

/// All points, or some.
fn every(all: usize) -> usize {
    if std::env::var_os("GATELODGE_DURABILITY").is_some() {
        1
    } else {
        all
    }
}

/// An issuer that ends a login at the first spent token.
fn strict() -> Switches {
    Switches {
        rotating: true,
        reuse_detection: true,
        reuse_grace_ms: 0,
        ..Switches::default()
    }
}

/// No refresh token was shown twice, and none was refused.
fn assert_each_was_used_once(web: &Testbed, what: &str) {
    let requests = web.requests_to("/token");
    let shown: Vec<_> = requests
        .iter()
        .filter_map(|request| request.param("refresh_token"))
        .collect();
    let once: HashSet<_> = shown.iter().collect();
    assert_eq!(
        once.len(),
        shown.len(),
        "{what}: a refresh token was shown twice"
    );
}

/// The login lives: it is renewed once more.
fn assert_lives(person: &Person, server: &str, what: &str) {
    let output = person.run(&["refresh", server]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{what}: {server} is lost: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// An agent with a permit for these servers: its id and key.
fn agent_for(person: &Person, servers: &[&str]) -> (String, String) {
    let agent = person.json(&["agent", "add", "claude"]);
    for server in servers {
        person.good(&["agent", "permit", "claude", server]);
    }
    let text = |name: &str| agent[name].as_str().expect("text").to_owned();
    (text("id"), text("key"))
}

/// The life of a token that is to have ended when the next request comes.
const SHORT_LIFE: u64 = 1;

/// Waits until all that were given so far have ended, by the clock that the program goes by, too.
async fn tokens_end() {
    let end = Testbed::now() + SHORT_LIFE;
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
    while Testbed::now() < end {
        looks.tick().await;
    }
}

async fn ask(address: &str, (id, key): &(String, String), resource: &str) -> Reply {
    fetch(address, id, key, resource).await
}
