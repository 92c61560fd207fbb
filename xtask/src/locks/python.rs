//! requirements.txt: each distribution at one version with its hashes, and every distribution that one of them requires.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::run::install_python;

/// Reads what the installed distributions say of themselves, as only Python can: versions, extras and markers.
const COMPLETE: &str = "xtask/src/locks/complete.py";

/// What pip would have to choose by itself, or take unseen.
pub(super) fn unpinned(lock: &str) -> Vec<String> {
    let joined = lock.replace("\\\n", " ");
    let lines = joined
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let what = line.split_whitespace().next().unwrap_or_default();
            let pinned = what
                .split_once("==")
                .is_some_and(|(name, version)| !name.is_empty() && !version.contains(['*', ',']));
            let hashed = line.contains(" --hash=sha256:");
            (!pinned || !hashed).then(|| format!("{what} is not one version with its hashes"))
        })
        .collect()
}

/// What is required and not locked, on the Python that is here. The check is tried on a lock that lacks something, too: if it
/// finds nothing there, it says nothing here.
pub(super) fn incomplete(root: &Path, lock: &str) -> Result<Vec<String>> {
    if !install_python(&root.join("peers"))? {
        return Ok(vec!["cannot be installed".to_owned()]);
    }
    let problems = told(root, lock)?;
    if problems.is_empty() {
        let lacking = without(lock, "annotated-types")
            .context("annotated-types is locked: pydantic requires it")?;
        ensure!(
            !told(root, &lacking)?.is_empty(),
            "{COMPLETE} does not see that annotated-types is missing"
        );
    }
    Ok(problems)
}

fn told(root: &Path, lock: &str) -> Result<Vec<String>> {
    let mut python = Command::new(root.join("peers/.venv/bin/python"));
    let mut child = python
        .arg(root.join(COMPLETE))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    child
        .stdin
        .take()
        .context("its stdin")?
        .write_all(lock.as_bytes())?;
    let output = child.wait_with_output()?;
    let lines = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    match (output.status.code(), lines.is_empty()) {
        (Some(0), true) | (Some(1), false) => Ok(lines),
        _ => bail!("{COMPLETE} broke"),
    }
}

/// The lock without one distribution.
fn without(lock: &str, name: &str) -> Option<String> {
    let start = lock.find(&format!("\n{name}=="))? + 1;
    let length = lock[start..]
        .split_inclusive('\n')
        .scan(true, |goes_on, line| {
            let taken = *goes_on;
            *goes_on = line.trim_end().ends_with('\\');
            taken.then_some(line.len())
        });
    let end = start + length.sum::<usize>();
    Some(format!("{}{}", &lock[..start], &lock[end..]))
}

#[cfg(test)]
mod tests {
    use super::{unpinned, without};

    const LOCK: &str = "# made by hand\na==1.0 ; sys_platform == 'linux' \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\nb==2 \\\n    --hash=sha256:02\n";

    #[test]
    fn each_line_is_one_version_with_its_hashes() {
        assert_eq!(unpinned(LOCK), Vec::<String>::new());
        for wrong in [
            "c>=1 --hash=sha256:00",
            "c==1",
            "c==1.* --hash=sha256:00",
            "c",
            "--index-url x",
            "-e .",
            "git+https://a.example/c",
        ] {
            assert_eq!(unpinned(&format!("{LOCK}{wrong}\n")).len(), 1, "{wrong}");
        }
        assert_eq!(
            unpinned(&LOCK.replace("    --hash=sha256:02\n", "")).len(),
            1,
            "the hash of b is gone"
        );
    }

    #[test]
    fn a_distribution_is_taken_out_with_all_its_lines() {
        assert_eq!(
            without(LOCK, "a").as_deref(),
            Some("# made by hand\nb==2 \\\n    --hash=sha256:02\n")
        );
        assert!(without(LOCK, "b").is_some_and(|lock| lock.ends_with("--hash=sha256:01\n")));
        assert_eq!(without(LOCK, "c"), None);
    }
}
