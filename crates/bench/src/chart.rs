//! docs/benchmarks.svg: a bar for each figure with a goal, as a share of what is required.

use crate::report::plain;
use crate::row::{Better, Row, Verdict};
use crate::series::number;

const LINE: f64 = 26.0;
const TOP: f64 = 48.0;
const LEFT: f64 = 470.0;
/// What is required, and the end of the longest bar: twice that.
const BOUND: f64 = 160.0;
const LONGEST: f64 = 2.0 * BOUND;
const WIDTH: f64 = LEFT + LONGEST + 90.0;

/// The whole picture. It has its own background: pages are light or dark.
pub fn chart(rows: &[Row]) -> String {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.goal.is_some()).collect();
    let height = TOP + LINE * number(rows.len()) + 14.0;
    let bound = LEFT + BOUND;
    let mut text = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">
<rect width="{WIDTH}" height="{height}" fill="#fff"/>
<text x="12" y="22" font-size="14" fill="#222">Each figure as a share of what is required; shorter is better</text>
<text x="{bound}" y="40" text-anchor="middle" fill="#555">required</text>
"##
    );
    for (place, row) in rows.iter().enumerate() {
        text.push_str(&bar(row, TOP + LINE * number(place)));
    }
    text.push_str(&format!(
        r##"<line x1="{bound}" y1="{TOP}" x2="{bound}" y2="{}" stroke="#222" stroke-dasharray="4 3"/>
</svg>
"##,
        height - 10.0
    ));
    text
}

fn bar(row: &Row, top: f64) -> String {
    let Some(goal) = row.goal else {
        return String::new();
    };
    let share = |figure: f64| match goal.better {
        Better::Less => figure / goal.required,
        Better::More => goal.required / figure,
    };
    let length = |share: f64| (share * BOUND).clamp(2.0, LONGEST);
    let figure = row.figure();
    let (end, aimed) = (length(share(figure)), LEFT + length(share(goal.aimed)));
    let colour = match row.verdict() {
        Verdict::Told | Verdict::Aimed => "#2e7d4f",
        Verdict::Required => "#7aa23f",
        Verdict::Missed => "#d08a1d",
        Verdict::MagnitudeMissed => "#b23b3b",
    };
    let unit = row.figure_unit();
    format!(
        r##"<text x="{}" y="{}" text-anchor="end" fill="#222">{}</text>
<rect x="{LEFT}" y="{}" width="{end:.1}" height="15" fill="{colour}"/>
<line x1="{aimed:.1}" y1="{}" x2="{aimed:.1}" y2="{}" stroke="#222"/>
<text x="{:.1}" y="{}" fill="#222">{} {unit}</text>
"##,
        LEFT - 8.0,
        top + 14.0,
        escaped(&row.name),
        top + 2.0,
        top + 1.0,
        top + 18.0,
        LEFT + end + 6.0,
        top + 14.0,
        plain(figure),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::chart;
    use crate::row::{Row, at_least, at_most};

    #[test]
    fn a_bar_ends_at_the_line_where_the_figure_is_what_is_required() {
        let rows = [
            Row::of("a < b", "ms", vec![5.0]).with(at_most(5.0, 1.0)),
            Row::of("half", "", vec![1.0]).with(at_least(0.5, 0.8)),
            Row::of("far", "", vec![1e9]).with(at_most(1.0, 1.0)),
            Row::of("no goal", "", vec![1.0]),
        ];
        let text = chart(&rows);
        let widths: Vec<_> = text
            .split("width=\"")
            .skip(2)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(widths, ["160.0", "80.0", "320.0"]);
        assert!(text.contains("a &lt; b") && !text.contains("no goal"));
    }
}
