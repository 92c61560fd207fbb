//! The whole of one run: its rows, what could not be measured, and on what machine that was.

use anyhow::Result;
use serde::Serialize;

use crate::row::{Better, Goal, Row, Verdict};

/// Everything that one run says.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What it ran on.
    pub machine: Machine,
    /// What was measured.
    pub rows: Vec<Row>,
    /// What was not, and why.
    pub missing: Vec<Missing>,
}

/// A measurement that came to nothing.
#[derive(Debug, Serialize)]
pub struct Missing {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// The machine, and what else it had to do.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// As the kernel calls its processor.
    pub processor: String,
    /// How many of them this program may use.
    pub cores: usize,
    /// The kernel's release.
    pub kernel: String,
    /// Debug or release.
    pub build: &'static str,
    /// Rounds of each comparison.
    pub rounds: usize,
    /// How many wanted to run in the minute before the first measurement.
    pub load_before: f64,
}

impl Machine {
    /// As it is now.
    pub fn now(rounds: usize) -> Self {
        let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let model = text("/proc/cpuinfo");
        let model = model.lines().find_map(|line| {
            line.strip_prefix("model name")
                .and_then(|rest| rest.split_once(": "))
        });
        let load = text("/proc/loadavg");
        let load = load.split(' ').next().and_then(|load| load.parse().ok());
        Self {
            processor: model.map_or("unknown", |(_, name)| name).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: text("/proc/sys/kernel/osrelease").trim().to_owned(),
            build: if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            },
            rounds,
            load_before: load.unwrap_or(f64::NAN),
        }
    }

    /// Figures that were measured beside other work are rough.
    pub fn is_busy(&self) -> bool {
        self.load_before > 0.5
    }

    /// In one line.
    pub fn text(&self) -> String {
        format!(
            "{}, {} cores, Linux {}, {} build, {} rounds, load {:.1} before",
            self.processor, self.cores, self.kernel, self.build, self.rounds, self.load_before
        )
    }
}

impl Report {
    /// Adds rows, or why there are none.
    pub fn add(&mut self, what: &str, rows: Result<Vec<Row>>) {
        match rows {
            Ok(rows) => {
                for row in &rows {
                    println!("{}", line(row));
                }
                self.rows.extend(rows);
            }
            Err(error) => {
                println!("  {what}: not measured: {error:#}");
                self.missing.push(Missing {
                    what: what.to_owned(),
                    why: format!("{error:#}"),
                });
            }
        }
    }

    /// How many figures have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        let of_it = self.rows.iter().filter(|row| row.verdict() == verdict);
        of_it.count()
    }

    /// The last line, which says that something was measured at all.
    pub fn summary(&self) -> String {
        format!(
            "bench: {} figures, {} not measured, {} miss what is required, {} of them by an order of magnitude",
            self.rows.len(),
            self.missing.len(),
            self.count(Verdict::Missed) + self.count(Verdict::MagnitudeMissed),
            self.count(Verdict::MagnitudeMissed)
        )
    }
}

/// A row in the terminal.
fn line(row: &Row) -> String {
    let goal = row.goal.map_or(String::new(), |goal| {
        format!(
            "  [{} {}, aimed at {}]",
            sign(goal),
            plain(goal.required),
            plain(goal.aimed)
        )
    });
    let mut text = format!(
        "{:>9} {:<3} {}{goal}",
        plain(row.figure()),
        row.figure_unit(),
        row.name
    );
    if let Some(reference) = &row.reference {
        text.push_str(&format!(
            "\n              {} {}; {} {} {}",
            plain(crate::series::median(&row.subject)),
            row.unit,
            reference.name,
            plain(crate::series::median(&reference.values)),
            row.unit
        ));
    }
    if let Some(note) = &row.note {
        text.push_str(&format!("\n              {note}"));
    }
    text
}

/// The sign of a goal.
pub fn sign(goal: Goal) -> &'static str {
    match goal.better {
        Better::Less => "≤",
        Better::More => "≥",
    }
}

/// With as many digits as mean something.
pub fn plain(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 || figure.fract() == 0.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        size if size < 0.01 => format!("{figure:.4}"),
        _ => format!("{figure:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Machine, Report, line, plain};
    use crate::row::{Row, at_most};

    #[test]
    fn figures_have_as_many_digits_as_mean_something() {
        for (figure, text) in [
            (1234.5, "1234"),
            (12.34, "12.3"),
            (0.567, "0.57"),
            (0.00089, "0.0009"),
            (1.0, "1"),
        ] {
            assert_eq!(plain(figure), text);
        }
    }

    #[test]
    fn a_row_says_what_it_is_beside_and_what_is_required() {
        let row = Row::of("x", "ms", vec![3.0])
            .beside("y", vec![2.0])
            .with(at_most(1.4, 1.1));
        let text = line(&row);
        for part in ["1.50 ×", "x  [≤ 1.40, aimed at 1.10]", "3 ms; y 2 ms"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn what_was_not_measured_is_counted() {
        let mut report = Report {
            machine: Machine::now(1),
            rows: Vec::new(),
            missing: Vec::new(),
        };
        report.add(
            "a",
            Ok(vec![Row::of("x", "", vec![99.0]).with(at_most(1.0, 1.0))]),
        );
        report.add("b", Err(anyhow::anyhow!("no")));
        assert_eq!(
            report.summary(),
            "bench: 1 figures, 1 not measured, 1 miss what is required, 1 of them by an order of magnitude"
        );
    }
}
