//! The length of functions: one that does not fit on a screen does more than one thing.

use syn::visit::{self, Visit};

use super::modules::Crate;
use super::syntax::{attributes, is_test};
use crate::tidy::Problem;

/// From its first line to the brace that ends it.
const LONG: usize = 60;

/// A line of the comment above a function that is long because it is a table: `// table: one arm a code`.
const TABLE: &str = "// table: ";

pub fn check(krate: &Crate) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (file, source) in krate.files.iter().enumerate() {
        let mut lengths = Lengths(Vec::new());
        lengths.visit_file(&source.syntax);
        let lines: Vec<&str> = source.text.lines().collect();
        let long = lengths
            .0
            .into_iter()
            .filter(|(_, start, _)| !is_table(&lines, *start));
        problems.extend(long.map(|(name, start, count)| {
            Problem::new(
                &krate.path(file),
                start,
                format!("`{name}` has {count} lines"),
                "a function that does not fit on a screen does more than one thing",
                "name its steps; if it is a table, a line `// table: …` above it says of what",
            )
        }));
    }
    problems
}

/// Whether the comments and attributes above line `start` say so.
fn is_table(lines: &[&str], start: usize) -> bool {
    let above = lines[..start.saturating_sub(1).min(lines.len())]
        .iter()
        .rev()
        .map(|line| line.trim());
    above
        .take_while(|line| line.starts_with("//") || line.starts_with("#["))
        .any(|line| line.starts_with(TABLE))
}

/// Name, line and length of each function that is too long.
struct Lengths(Vec<(String, usize, usize)>);

impl Lengths {
    fn measure(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let start = signature.fn_token.span.start().line;
        let lines = block.brace_token.span.close().end().line + 1 - start;
        if lines > LONG {
            self.0.push((signature.ident.to_string(), start, lines));
        }
    }
}

impl Visit<'_> for Lengths {
    fn visit_item(&mut self, item: &syn::Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            self.measure(&item.sig, &item.block);
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.measure(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::{LONG, check};
    use crate::rooms::tests::krate;

    fn told(text: &str) -> Vec<String> {
        let krate = krate(&[("lib.rs", text)]);
        check(&krate)
            .into_iter()
            .map(|problem| format!("{}: {}", problem.line, problem.what))
            .collect()
    }

    #[test]
    fn a_long_function_is_told_and_a_table_is_not() {
        let long = "\n".repeat(LONG);
        assert_eq!(
            told(&format!("fn a() {{{long}}}")),
            [format!("1: `a` has {} lines", LONG + 1)]
        );
        assert_eq!(
            told(&format!("fn a() {{{}}}", "\n".repeat(LONG - 1))),
            Vec::<String>::new()
        );
        assert_eq!(
            told(&format!(
                "// table: a line a code\n#[inline]\nfn a() {{{long}}}"
            )),
            Vec::<String>::new()
        );
        assert_eq!(
            told(&format!("#[cfg(test)]\nmod tests {{ fn a() {{{long}}} }}")),
            Vec::<String>::new()
        );
        assert_eq!(
            told(&format!("struct A;\nimpl A {{ fn a() {{{long}}} }}")).len(),
            1
        );
    }
}
