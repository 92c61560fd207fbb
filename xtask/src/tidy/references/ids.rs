//! Ids of rules, attacks and invariants that a text names.

use super::known::{ARCHITECTURE, ATTACKS, Known};
use crate::tidy::source::Code;
use crate::tidy::tree::File;

/// Ids that no list here has, and ids that do not say of which list they are.
pub fn ids(comment: &str, known: &Known) -> Vec<String> {
    let words: Vec<&str> = comment
        .split(|char: char| !(char.is_alphanumeric() || char == '-'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut wrong = Vec::new();
    let mut attacks = false;
    for (at, word) in words.iter().enumerate() {
        let before = if at == 0 { "" } else { words[at - 1] };
        let goes_on =
            before == "and" || matches!(shape(before), Some(Shape::Attack | Shape::Number));
        attacks =
            matches!(before, "attack" | "attacks" | "Attack" | "Attacks") || attacks && goes_on;
        wrong.extend(match shape(word) {
            Some(Shape::Rule) => known
                .rules
                .find(word)
                .is_none()
                .then(|| format!("{} has no rule {word}", crate::rules::FILE)),
            Some(kind @ (Shape::Attack | Shape::Number))
                if attacks && (kind == Shape::Attack || word.len() == 2) =>
            {
                (!known.attacks.contains(*word)).then(|| format!("{ATTACKS} has no attack {word}"))
            }
            // The window system has a name like that.
            Some(Shape::Attack) => {
                (*word != "X11").then(|| format!("`{word}` does not say of which list it is"))
            }
            Some(Shape::Number) if matches!(before, "invariant" | "Invariant") => {
                let is_more = word
                    .parse()
                    .is_ok_and(|number: usize| number > known.invariants);
                is_more.then(|| format!("{ARCHITECTURE} has no invariant {word}"))
            }
            Some(Shape::Number) => {
                (before == "pain").then(|| format!("there is no list with {before} {word}"))
            }
            Some(Shape::Unknown) => Some(format!("no list here has `{word}`")),
            None => None,
        });
    }
    wrong
}

/// Ids of ours in a text that strangers read.
pub fn shown(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !(char.is_alphanumeric() || char == '-'));
    let ids = words.filter(|word| shape(word) == Some(Shape::Rule));
    ids.map(|id| format!("shows people {id}, which only this repository knows: cite the RFC"))
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Rule,
    Attack,
    Number,
    Unknown,
}

fn shape(word: &str) -> Option<Shape> {
    let digits = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (first, rest) = word.split_at_checked(1)?;
    if digits(word, word.len()) {
        return Some(Shape::Number);
    }
    if word
        .strip_prefix("lab-")
        .is_some_and(|rest| digits(rest, 2))
    {
        return Some(Shape::Rule);
    }
    if !first.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    match rest.strip_prefix('-') {
        Some(number) => digits(number, 2).then_some(Shape::Rule),
        None if digits(rest, 2) => Some(if first == "Q" {
            Shape::Rule
        } else {
            Shape::Attack
        }),
        None if digits(rest, 1) && "IH".contains(first) => Some(Shape::Unknown),
        None => None,
    }
}

/// Line and id of each attack that a test's name begins with: after `attack`, or by a letter that no rule has.
pub fn attacks_in_names(code: &Code) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line, _) in code.lines() {
        let Some(name) = line
            .split_once("fn ")
            .and_then(|(_, rest)| rest.split(['(', '<']).next())
        else {
            continue;
        };
        let mut after_word = false;
        for part in name.split('_') {
            let id = part.to_ascii_uppercase();
            match shape(&id) {
                _ if part == "attack" => after_word = true,
                Some(Shape::Number) if after_word && part.len() == 2 => found.push((number, id)),
                Some(Shape::Attack) if after_word || "FVXI".contains(&id[..1]) => {
                    found.push((number, id));
                }
                Some(Shape::Attack | Shape::Rule) => {}
                _ => break,
            }
        }
    }
    found
}

/// The attacks that comments of tests name.
pub fn attacks_in_comments(file: &File) -> Vec<String> {
    let code = Code::of(file);
    let tests = file
        .text
        .lines()
        .zip(code.lines())
        .filter(|(_, (.., test))| *test);
    let comments = tests.filter_map(|(line, _)| line.trim().strip_prefix("//"));
    let words = comments
        .filter(|comment| comment.to_lowercase().contains("attack"))
        .flat_map(|comment| comment.split(|char: char| !char.is_alphanumeric()));
    words
        .filter(|word| shape(word) == Some(Shape::Attack))
        .map(str::to_owned)
        .collect()
}
