//! One message or term of a file: its id, its variables in their order, and what else it names.

use fluent_syntax::ast;
use fluent_syntax::parser::{self, ParserError};

/// A message, or a term, whose id begins with `-`.
pub struct Entry {
    pub id: String,
    pub line: usize,
    /// In the order in which they first come, `$place` not among them.
    pub variables: Vec<String>,
    /// Terms, with their `-`.
    pub terms: Vec<String>,
    /// What its comment says of variables.
    pub explained: Vec<String>,
    /// The lines of the file that are the message.
    pub source: String,
    /// What is allowed in Fluent and not among our messages.
    pub refused: Vec<&'static str>,
}

/// Whoever renders gives it, so no constructor asks for it.
const PLACE: &str = "place";

impl Entry {
    /// All of a file, or each place where it cannot be read.
    pub fn all_of(shown: &str, text: &str) -> Result<Vec<Self>, Vec<String>> {
        let resource = parser::parse(text).map_err(|(_, errors)| {
            let say = |error: &ParserError| {
                let line = text[..error.pos.start.min(text.len())]
                    .matches('\n')
                    .count()
                    + 1;
                format!("{shown}:{line}: {error}")
            };
            errors.iter().map(say).collect::<Vec<_>>()
        })?;
        let mut entries: Vec<Self> = Vec::new();
        for entry in &resource.body {
            let (id, value, attributes, comment) = match entry {
                ast::Entry::Message(message) => (
                    message.id.name.to_owned(),
                    message.value.as_ref(),
                    &message.attributes,
                    &message.comment,
                ),
                ast::Entry::Term(term) => (
                    format!("-{}", term.id.name),
                    Some(&term.value),
                    &term.attributes,
                    &term.comment,
                ),
                _ => continue,
            };
            let before = entries.iter().filter(|entry| entry.id == id).count();
            let mut read = Self::at(id, text, before);
            if !attributes.is_empty() || value.is_none() {
                read.refused.push("an attribute");
            }
            for line in comment.iter().flat_map(|comment| &comment.content) {
                read.explained.extend(variables_in(line));
            }
            if let Some(pattern) = value {
                read.pattern(pattern);
            }
            entries.push(read);
        }
        Ok(entries)
    }

    /// Where it begins, if so many of the same id come before it.
    fn at(id: String, text: &str, before: usize) -> Self {
        let begins = |line: &str| {
            line.strip_prefix(id.as_str())
                .is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let lines = text.lines().enumerate();
        let index = lines
            .filter(|(_, line)| begins(line))
            .nth(before)
            .map_or(0, |(index, _)| index);
        let goes_on = |line: &&str| line.is_empty() || line.starts_with([' ', '}']);
        let source: Vec<&str> = text
            .lines()
            .skip(index)
            .take(1)
            .chain(text.lines().skip(index + 1).take_while(goes_on))
            .collect();
        Self {
            line: index + 1,
            source: source.join("\n").trim_end().to_owned(),
            id,
            variables: Vec::new(),
            terms: Vec::new(),
            explained: Vec::new(),
            refused: Vec::new(),
        }
    }

    fn pattern(&mut self, pattern: &ast::Pattern<&str>) {
        for element in &pattern.elements {
            if let ast::PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &ast::Expression<&str>) {
        match expression {
            ast::Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
            ast::Expression::Inline(inline) => self.inline(inline),
        }
    }

    fn inline(&mut self, inline: &ast::InlineExpression<&str>) {
        use ast::InlineExpression as Inline;
        match inline {
            Inline::VariableReference { id } if id.name != PLACE => {
                if !self.variables.iter().any(|variable| variable == id.name) {
                    self.variables.push(id.name.to_owned());
                }
            }
            Inline::TermReference { id, arguments, .. } => {
                if arguments.is_some() {
                    self.refused.push("an argument of a term");
                }
                self.terms.push(format!("-{}", id.name));
            }
            Inline::FunctionReference { .. } => self.refused.push("a function"),
            Inline::MessageReference { .. } => self.refused.push("a reference to another message"),
            Inline::Placeable { expression } => self.expression(expression),
            Inline::StringLiteral { .. }
            | Inline::NumberLiteral { .. }
            | Inline::VariableReference { .. } => {}
        }
    }
}

fn variables_in(comment: &str) -> impl Iterator<Item = String> {
    comment.split('$').skip(1).map(|rest| {
        let part = |char: &char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        rest.chars().take_while(part).collect()
    })
}
