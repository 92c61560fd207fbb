//! The strict judgement of one run: the suite content, at least one success, no failure and no warning in its checks,
//! and a client that ended by itself.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Deserialize;

use super::runs::Run;

#[derive(Debug, Deserialize)]
pub struct Check {
    id: String,
    status: String,
    #[serde(default)]
    description: String,
    #[serde(default, rename = "errorMessage")]
    error: Option<String>,
}

/// What is wrong with a run, if anything, and what the client said.
#[derive(Debug)]
pub struct Verdict {
    faults: Vec<String>,
    successes: usize,
    client: String,
}

/// In scenarios where refusing is right, the client ends with this; the suite would take any status there.
const REFUSED: &str = "1";

impl Verdict {
    pub fn of(suite: Option<i32>, said: &str, checks: Vec<Check>, client: String) -> Self {
        let successes = checks
            .iter()
            .filter(|check| check.status == "SUCCESS")
            .count();
        let mut faults: Vec<String> = checks.into_iter().filter_map(Check::fault).collect();
        if successes == 0 {
            faults.push("nothing was found to be right".to_owned());
        }
        let ended = said
            .lines()
            .find_map(|line| line.strip_prefix("Client exited with code "));
        if let Some(status) = ended.filter(|status| status.trim() != REFUSED) {
            faults.push(format!(
                "the client ended with status {status} (124 and 137: it hung; 101: it panicked; above 128: a signal)"
            ));
        }
        match suite {
            Some(0) => {}
            Some(status) => faults.push(format!("the suite ended with status {status}")),
            None => faults.push("the suite was killed".to_owned()),
        }
        Self {
            faults,
            successes,
            client,
        }
    }

    pub fn broken(why: String) -> Self {
        Self {
            faults: vec![why],
            successes: 0,
            client: String::new(),
        }
    }

    pub fn passed(&self) -> bool {
        self.faults.is_empty()
    }

    /// One line; if it failed, what failed and what the client said below it.
    pub fn report(&self, run: &Run, took: Duration) -> String {
        let verdict = if self.passed() { "ok    " } else { "FAILED" };
        let mut text = format!(
            "{verdict}  {:10}  {:34}  {:2} checks, {:4.1} s",
            run.version(),
            run.name(),
            self.successes,
            took.as_secs_f32()
        );
        for fault in &self.faults {
            let _ = write!(text, "\n          {fault}");
        }
        if !self.passed() {
            text.extend(
                self.client
                    .lines()
                    .map(|line| format!("\n        | {line}")),
            );
        }
        text
    }
}

impl Check {
    /// INFO and SKIPPED are no judgement; a status that we do not know is none that we can pass.
    fn fault(self) -> Option<String> {
        let known = ["SUCCESS", "INFO", "SKIPPED"].contains(&self.status.as_str());
        let why = self
            .error
            .map(|error| format!(" ({error})"))
            .unwrap_or_default();
        (!known).then(|| format!("{} {}: {}{why}", self.status, self.id, self.description))
    }
}

#[cfg(test)]
mod tests {
    use super::{Check, Verdict};

    fn judge(suite: i32, said: &str, statuses: &[&str]) -> bool {
        let check = |status: &&str| Check {
            id: "c".into(),
            status: (*status).into(),
            description: String::new(),
            error: None,
        };
        Verdict::of(
            Some(suite),
            said,
            statuses.iter().map(check).collect(),
            String::new(),
        )
        .passed()
    }

    #[test]
    fn only_success_passes() {
        assert!(judge(0, "", &["SUCCESS", "INFO"]));
        for statuses in [
            &["SUCCESS", "FAILURE"][..],
            &["SUCCESS", "WARNING"],
            &["SUCCESS", "NEW"],
            &["INFO"],
            &[],
        ] {
            assert!(!judge(0, "", statuses), "{statuses:?}");
        }
        assert!(
            !judge(1, "", &["SUCCESS"]),
            "the suite's own judgement counts too"
        );
    }

    /// The suite forgives any end of the client where refusing is right.
    #[test]
    fn a_client_that_hung_or_panicked_did_not_refuse() {
        assert!(judge(0, "\nClient exited with code 1\n", &["SUCCESS"]));
        for code in ["124", "137", "101"] {
            assert!(!judge(
                0,
                &format!("\nClient exited with code {code}\n"),
                &["SUCCESS"]
            ));
        }
    }
}
