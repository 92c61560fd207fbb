//! What somebody most likely meant who mistyped a name.

/// The one of `names` that is most like `typed`, if one is like it at all.
pub(crate) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let near = names.map(|name| (distance(&typed, &name.to_lowercase()), name));
    // One letter in three may be wrong.
    near.filter(|(distance, _)| *distance <= typed.chars().count().div_ceil(3).min(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters have to be changed, added or taken away.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, its) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *its);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let names = ["notes", "mail", "a"];
        let meant = |typed: &str| nearest(typed, names.into_iter());
        assert_eq!(
            (meant("nots"), meant("Notes"), meant("note"), meant("mial")),
            (Some("notes"), Some("notes"), Some("notes"), Some("mail"))
        );
        assert_eq!(
            (
                meant("calendar"),
                meant("xyzzy"),
                meant(""),
                meant("https://notes.example/mcp")
            ),
            (None, None, None, None)
        );
    }
}
