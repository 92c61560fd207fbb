//! Which file of a crate leads to which other: by a path, through every face, or by a call of a method.
//!
//! `lib.rs` may name its parts without leading to them, where they are put together: in the fields of its structs, and in the
//! constructors that fill them. Everything else in it counts as it does elsewhere.

use syn::Item;
use syn::visit::{self, Visit};

use super::modules::Crate;
use super::syntax::{attributes, is_test};
use super::types::Sight;
use super::walk::Walk;
pub use super::walk::{Edges, Unfollowed};

pub fn of(krate: &mut Crate) -> (Edges, Unfollowed) {
    for file in 0..krate.files.len() {
        let mut inner = Inner(Vec::new());
        inner.visit_file(&krate.files[file].syntax);
        let module = krate.files[file].module;
        for import in inner.0 {
            krate.import(module, &import.tree, &mut Vec::new());
        }
    }
    let (mut edges, mut unfollowed) = (Edges::new(), Unfollowed::new());
    for file in &krate.files {
        let sight = Sight {
            krate,
            module: file.module,
            own: None,
            names: Vec::new(),
            generics: Vec::new(),
        };
        Walk::new(sight, &mut edges, &mut unfollowed).visit_file(&file.syntax);
    }
    (edges, unfollowed)
}

/// The `use` lines inside functions.
struct Inner(Vec<syn::ItemUse>);

impl Visit<'_> for Inner {
    fn visit_item(&mut self, item: &Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_block(&mut self, block: &syn::Block) {
        for statement in &block.stmts {
            if let syn::Stmt::Item(Item::Use(import)) = statement {
                self.0.push(import.clone());
            }
        }
        visit::visit_block(self, block);
    }
}
