//! docs/benchmarks.md: the table of the last whole run, and how to read it.

use crate::report::{Report, plain, sign};
use crate::row::{Row, Verdict};
use crate::series::{median, percentile};

const BEGINNING: &str = "\
# Benchmarks

Written by `cargo xtask bench`, which builds what is measured and what it is measured beside, and runs both in turn. Do not edit.
";

const END: &str = "
## How to read it

- A figure with × is the median of paired ratios: each round measures the reference and the subject one right after the other, servers in an order that changes, and only figures of the same round are divided.
  What stands in brackets is the lowest and the highest round.
- The reference of requests is an axum server that reads the same form and always gives the same answer, of the same length and under the same headers. It keeps no key, checks nothing and writes nothing.
- The load generator has one thread. It takes part of the machine from subject and reference alike, so rates say less than CPU per request, which the kernel accounts to the server's process alone.
- An answer that is not 200 makes a run no measurement.
- Vaults with thousands of servers hold one real login, and that login again under other addresses.
- The bar chart shows each figure as a share of what is required: what is left of the line is good enough, and the small mark is what is aimed at.
";

/// The whole page.
pub fn page(report: &Report) -> String {
    let mut text = format!("{BEGINNING}\nOn {}.", report.machine.text());
    if report.machine.is_busy() {
        text.push_str(" The machine had other work: these figures are rough.");
    }
    text.push_str("\n\n![Each figure as a share of what is required](benchmarks.svg)\n\n");
    text.push_str("| what | figure | subject | beside | required | aimed at | |\n|---|---|---|---|---|---|---|\n");
    for row in &report.rows {
        text.push_str(&line(row));
    }
    let notes: Vec<_> = report
        .rows
        .iter()
        .filter_map(|row| Some(format!("- {}: {}\n", row.name, row.note.as_ref()?)))
        .chain(
            report
                .missing
                .iter()
                .map(|missing| format!("- {}: not measured: {}\n", missing.what, missing.why)),
        )
        .collect();
    if !notes.is_empty() {
        text.push_str(&format!("\n## Notes\n\n{}", notes.concat()));
    }
    text.push_str(END);
    text
}

fn line(row: &Row) -> String {
    let rounds = row.rounds();
    let spread = if rounds.len() > 1 {
        format!(
            " ({}–{})",
            plain(percentile(&rounds, 0.0)),
            plain(percentile(&rounds, 1.0))
        )
    } else {
        String::new()
    };
    let unit = row.figure_unit();
    let value = |values: &[f64]| format!("{} {}", plain(median(values)), row.unit);
    let (subject, beside) = match &row.reference {
        Some(reference) => (
            value(&row.subject),
            format!("{}: {}", reference.name, value(&reference.values)),
        ),
        None => (String::new(), String::new()),
    };
    let (required, aimed) = row.goal.map_or_else(Default::default, |goal| {
        (
            format!("{} {}", sign(goal), plain(goal.required)),
            format!("{} {}", sign(goal), plain(goal.aimed)),
        )
    });
    let cells = [
        row.name.clone(),
        format!("{} {unit}{spread}", plain(row.figure())),
        subject,
        beside,
        required,
        aimed,
        word(row.verdict()).to_owned(),
    ];
    format!(
        "| {} |\n",
        cells.map(|cell| cell.trim().to_owned()).join(" | ")
    )
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Told => "",
        Verdict::Aimed => "as aimed at",
        Verdict::Required => "as required",
        Verdict::Missed => "missed",
        Verdict::MagnitudeMissed => "missed by an order of magnitude",
    }
}

#[cfg(test)]
mod tests {
    use super::line;
    use crate::row::{Row, at_most};

    #[test]
    fn a_row_has_its_spread_and_its_verdict() {
        let row = Row::of("x", "ms", vec![3.0, 4.0, 5.0])
            .beside("y", vec![2.0, 2.0, 2.0])
            .with(at_most(3.0, 2.5));
        assert_eq!(
            line(&row),
            "| x | 2 × (1.50–2.50) | 4 ms | y: 2 ms | ≤ 3 | ≤ 2.50 | as aimed at |\n"
        );
    }
}
