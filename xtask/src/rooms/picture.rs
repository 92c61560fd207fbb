//! A crate drawn as text: its files from the ground up, each with those that it leads to.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::plan::{Plan, list};

/// Files of a circle are on one level, and its edges follow below.
pub fn draw(plan: &Plan) -> String {
    let (krate, circles) = (&plan.krate, plan.circles());
    let mut out = format!(
        "{}: {} files, {} circles\n",
        krate.name,
        krate.files.len(),
        circles.len()
    );
    let levels = levels(plan, &circles);
    let mut order: Vec<usize> = (0..krate.files.len()).collect();
    order.sort_by_key(|file| (levels[*file], plan.path(*file)));
    for file in order {
        let to = plan
            .edges
            .keys()
            .filter(|(from, _)| *from == file)
            .map(|(_, to)| plan.path(*to).to_owned());
        let to: Vec<String> = to.collect();
        let arrow = if to.is_empty() { "" } else { " → " };
        let circle = circles.iter().position(|circle| circle.contains(&file));
        let circle = circle.map_or(String::new(), |at| format!(" [circle {}]", at + 1));
        let lines = krate.files[file].text.lines().count();
        let _ = writeln!(
            out,
            "  {:>2}  {} ({lines} lines){circle}{arrow}{}",
            levels[file],
            plan.path(file),
            list(&to)
        );
    }
    for (at, circle) in circles.iter().enumerate() {
        let _ = writeln!(out, "  circle {} of {} files:", at + 1, circle.len());
        for line in plan.within(circle) {
            let _ = writeln!(out, "    {line}");
        }
    }
    let count: usize = plan.unfollowed.values().sum();
    if count > 0 {
        let names: Vec<String> = plan
            .unfollowed
            .iter()
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        let _ = writeln!(
            out,
            "  calls whose receiver could not be told: {count} ({})",
            list(&names)
        );
    }
    out
}

/// How many files lie below each, at most; a circle counts as one.
fn levels(plan: &Plan, circles: &[Vec<usize>]) -> Vec<usize> {
    let count = plan.krate.files.len();
    let room = |file: usize| {
        let circle = circles.iter().position(|circle| circle.contains(&file));
        circle.map_or(file, |at| count + at)
    };
    let mut below: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (from, to) in plan.edges.keys().map(|(from, to)| (room(*from), room(*to))) {
        if from != to {
            below.entry(from).or_default().push(to);
        }
    }
    let mut known = BTreeMap::new();
    (0..count)
        .map(|file| level(room(file), &below, &mut known))
        .collect()
}

fn level(
    room: usize,
    below: &BTreeMap<usize, Vec<usize>>,
    known: &mut BTreeMap<usize, usize>,
) -> usize {
    if let Some(level) = known.get(&room) {
        return *level;
    }
    let next = below.get(&room).into_iter().flatten();
    let level = next
        .map(|next| level(*next, below, known) + 1)
        .max()
        .unwrap_or_default();
    known.insert(room, level);
    level
}
