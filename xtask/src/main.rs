//! The repository's own tools: `cargo xtask COMMAND`. What needs only a shell is in `./dev`.

mod bench;
mod bindings;
mod conformance;
mod deny;
mod figures;
mod icons;
mod locks;
mod rooms;
mod rules;
mod run;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
cargo xtask COMMAND

  tidy [--bless]      the house rules: arrows between crates, names, file lengths, migrations, …
                      --bless notes the checksums of NEW migrations; landed ones never change
  rooms [WORD]        the files of each crate from the ground up, and which leads to which; with a word, crates that hold it
  locks [--install]   whether every lockfile is complete; --install installs each from empty caches into a folder that is then removed
  deny                licences, banned crates and sources of every dependency, as deny.toml says
  rules [--check]     write docs/conformance.md: each rule of the profile and the tests that cite it; --check only compares
  bindings [--check]  write ui/src/bindings from the api crate; --check only compares
  peers               tests against foreign authorization servers and MCP servers
  durability          every size of room on a disk, every write that fails, a signal all along an exchange: no login is lost
                      (root for the disk, strace for the rest)
  soak --minutes N    rotating issuers with faults, and agents that ask all the time
  conformance [WORD]  the official MCP conformance suite's authorization scenarios; with words, those that hold one
  e2e                 the journey through the real window
  icons               make every size from icons/*.svg (needs rsvg-convert)
  figures             the sizes of the programs
  bench [--quick] [--json FILE]
                      the hot path beside references, measured in turn: docs/benchmarks.md and its picture;
                      --quick: the debug build, three short rounds, nothing written; fails on an order of magnitude
  ci                  everything that CI runs: ./dev test
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// True if all is well; false if a check has already said what is not.
fn dispatch(arguments: &[String]) -> Result<bool> {
    let root = root()?;
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy::run(&root),
        ["tidy", "--bless"] => tidy::bless(&root),
        ["rooms"] => rooms::print(&root, ""),
        ["rooms", word] => rooms::print(&root, word),
        ["locks"] => locks::check(&root),
        ["locks", "--install"] => locks::install(&root),
        ["deny"] => deny::run(&root),
        ["rules"] => rules::write(&root),
        ["rules", "--check"] => rules::check(&root),
        ["bindings"] => bindings::write(&root),
        ["bindings", "--check"] => bindings::check(&root),
        ["peers"] => run::peers(&root),
        ["durability"] => run::durability(&root),
        ["soak", "--minutes", minutes] => run::soak(&root, minutes),
        ["conformance", words @ ..] => conformance::run(&root, words),
        ["e2e", rest @ ..] => run::window_journey(&root, rest),
        ["icons"] => icons::make(&root),
        ["figures"] => figures::print(&root),
        ["bench", options @ ..] => bench::run(&root, options),
        ["ci"] => run::everything(&root),
        ["help" | "--help" | "-h"] | [] => {
            print!("{USAGE}");
            Ok(true)
        }
        _ => bail!("no such command: {}\n\n{USAGE}", arguments.join(" ")),
    }
}

/// The repository's root. Cargo names this crate's folder, wherever it is called from.
fn root() -> Result<PathBuf> {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .context("start it as `cargo xtask`, so that it knows where the repository is")?;
    let root = Path::new(&here)
        .parent()
        .context("xtask lies in the repository's root")?;
    Ok(root.to_path_buf())
}
