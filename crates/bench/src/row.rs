//! One row of the table: what was measured, beside what, and how good it has to be.

use serde::Serialize;

use crate::series::{median, ratios};

/// A figure, and the figures of each round that it comes from.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What.
    pub name: String,
    /// Of `subject` and `reference`.
    pub unit: &'static str,
    /// By round.
    pub subject: Vec<f64>,
    /// What it is divided by, measured in the same rounds.
    pub reference: Option<Reference>,
    /// How good it has to be.
    pub goal: Option<Goal>,
    /// So many times more may a debug build of ours miss: it does more that such a build makes slow than what it is beside.
    pub in_debug: f64,
    /// What has to be known to read the figure.
    pub note: Option<String>,
}

/// What the subject is measured beside.
#[derive(Debug, Clone, Serialize)]
pub struct Reference {
    /// What.
    pub name: String,
    /// By round.
    pub values: Vec<f64>,
}

/// The better direction, what is required and what is aimed at.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Goal {
    /// Which direction is the better one.
    pub better: Better,
    /// Less than this is a fault.
    pub required: f64,
    /// Where it should be.
    pub aimed: f64,
}

/// Which direction is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// As of times.
    Less,
    /// As of rates.
    More,
}

/// How a figure stands to its goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// There is no goal.
    Told,
    /// As good as aimed at.
    Aimed,
    /// As good as required.
    Required,
    /// Worse than required.
    Missed,
    /// Worse than required by ten times.
    MagnitudeMissed,
}

/// The order of magnitude.
const MAGNITUDE: f64 = 10.0;

/// The less the better.
pub fn at_most(required: f64, aimed: f64) -> Goal {
    Goal {
        better: Better::Less,
        required,
        aimed,
    }
}

/// The more the better.
pub fn at_least(required: f64, aimed: f64) -> Goal {
    Goal {
        better: Better::More,
        required,
        aimed,
    }
}

impl Row {
    /// A figure that stands for itself.
    pub fn of(name: impl Into<String>, unit: &'static str, subject: Vec<f64>) -> Self {
        Self {
            name: name.into(),
            unit,
            subject,
            reference: None,
            goal: None,
            in_debug: 1.0,
            note: None,
        }
    }

    /// As a ratio to this, which was measured in the same rounds.
    #[must_use]
    pub fn beside(mut self, name: impl Into<String>, values: Vec<f64>) -> Self {
        let name = name.into();
        self.reference = Some(Reference { name, values });
        self
    }

    /// With a goal.
    #[must_use]
    pub fn with(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    /// With a goal that a debug build may miss by so many times more ([`Row::judge_in_debug`]).
    #[must_use]
    pub fn slower_in_debug(mut self, times: f64) -> Self {
        self.in_debug = times;
        self
    }

    /// As a debug build is judged on a busy machine: by ratios and counts, which do not depend on how fast it is now.
    pub fn judge_in_debug(&mut self) {
        if self.reference.is_none() && !self.unit.is_empty() {
            self.goal = None;
        }
        if let Some(goal) = &mut self.goal {
            goal.required = match goal.better {
                Better::Less => goal.required * self.in_debug,
                Better::More => goal.required / self.in_debug,
            };
        }
    }

    /// With what has to be known to read it.
    #[must_use]
    pub fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// What the goal is about, by round: ratios where there is a reference.
    pub fn rounds(&self) -> Vec<f64> {
        match &self.reference {
            Some(reference) => ratios(&self.subject, &reference.values),
            None => self.subject.clone(),
        }
    }

    /// The median of the rounds.
    pub fn figure(&self) -> f64 {
        median(&self.rounds())
    }

    /// What the figure is counted in.
    pub fn figure_unit(&self) -> &'static str {
        if self.reference.is_some() {
            "×"
        } else {
            self.unit
        }
    }

    /// How the figure stands to its goal. What could not be divided has missed it.
    pub fn verdict(&self) -> Verdict {
        let Some(goal) = self.goal else {
            return Verdict::Told;
        };
        let figure = self.figure();
        let reaches = |bound: f64| match goal.better {
            Better::Less => figure <= bound,
            Better::More => figure >= bound,
        };
        let far = match goal.better {
            Better::Less => goal.required * MAGNITUDE,
            Better::More => goal.required / MAGNITUDE,
        };
        if reaches(goal.aimed) {
            Verdict::Aimed
        } else if reaches(goal.required) {
            Verdict::Required
        } else if reaches(far) {
            Verdict::Missed
        } else {
            Verdict::MagnitudeMissed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Verdict, at_least, at_most};

    #[test]
    fn a_figure_is_the_median_of_paired_ratios() {
        let row = Row::of("x", "ms", vec![2.0, 6.0, 100.0]).beside("y", vec![1.0, 2.0, 1.0]);
        assert!((row.figure() - 3.0).abs() < 1e-9);
        assert_eq!(row.verdict(), Verdict::Told);
    }

    #[test]
    fn a_debug_build_is_judged_by_ratios_and_counts() {
        let judged = |mut row: Row| {
            row.judge_in_debug();
            row.goal.map(|goal| goal.required)
        };
        let row = || Row::of("x", "ms", vec![1.0]).with(at_most(2.0, 1.0));
        assert_eq!(judged(row()), None, "a time");
        assert_eq!(judged(row().beside("y", vec![1.0])), Some(2.0));
        let slower = row().beside("y", vec![1.0]).slower_in_debug(3.0);
        assert_eq!(judged(slower), Some(6.0));
        let count = Row::of("x", "", vec![1.0]).with(at_least(3.0, 3.0));
        assert_eq!(judged(count), Some(3.0));
    }

    #[test]
    fn verdicts_know_the_better_direction() {
        for (figure, goal, verdict) in [
            (1.0, at_most(2.0, 1.3), Verdict::Aimed),
            (2.0, at_most(2.0, 1.3), Verdict::Required),
            (19.0, at_most(2.0, 1.3), Verdict::Missed),
            (21.0, at_most(2.0, 1.3), Verdict::MagnitudeMissed),
            (0.9, at_least(0.5, 0.8), Verdict::Aimed),
            (0.06, at_least(0.5, 0.8), Verdict::Missed),
            (0.04, at_least(0.5, 0.8), Verdict::MagnitudeMissed),
            (f64::NAN, at_least(0.5, 0.8), Verdict::MagnitudeMissed),
        ] {
            let row = Row::of("x", "", vec![figure]).with(goal);
            assert_eq!(row.verdict(), verdict, "{figure}");
        }
    }
}
