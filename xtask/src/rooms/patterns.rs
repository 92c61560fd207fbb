//! What a pattern, or the inputs of a function, bring into sight.

use std::collections::HashMap;

use syn::Pat;

use super::modules::{Namespace, Target};
use super::types::{Kind, Sight};

impl Sight<'_> {
    /// Notes the names of a pattern.
    pub fn bind(&mut self, pattern: &Pat, kind: &Kind) {
        match pattern {
            Pat::Ident(ident) => {
                // A constant or a unit variant binds nothing.
                if ident.ident.to_string().starts_with(char::is_uppercase) {
                    return;
                }
                if let Some(names) = self.names.last_mut() {
                    names.insert(ident.ident.to_string(), kind.clone());
                }
                if let Some((_, inner)) = &ident.subpat {
                    self.bind(inner, kind);
                }
            }
            Pat::Type(typed) => {
                let kind = match self.written(&typed.ty, self.module, self.own) {
                    Kind::Unknown => kind.clone(),
                    told => told,
                };
                self.bind(&typed.pat, &kind);
            }
            Pat::Reference(inner) => self.bind(&inner.pat, kind),
            Pat::Paren(inner) => self.bind(&inner.pat, kind),
            Pat::Or(cases) => cases.cases.iter().for_each(|case| self.bind(case, kind)),
            Pat::Slice(slice) => slice.elems.iter().for_each(|elem| self.bind(elem, kind)),
            Pat::Tuple(tuple) => {
                for (at, elem) in tuple.elems.iter().enumerate() {
                    let kind = match kind {
                        Kind::Tuple(kinds) if kinds.len() == tuple.elems.len() => kinds[at].clone(),
                        Kind::Foreign => Kind::Foreign,
                        _ => Kind::Unknown,
                    };
                    self.bind(elem, &kind);
                }
            }
            Pat::TupleStruct(tuple) => self.bind_tuple_struct(tuple, kind),
            Pat::Struct(fields) => self.bind_struct(fields),
            _ => {}
        }
    }

    /// `Some(x)` hands on what it holds; an error is of another type than its `Result` counts as.
    fn bind_tuple_struct(&mut self, tuple: &syn::PatTupleStruct, kind: &Kind) {
        let is_error = tuple
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Err");
        let held = if is_error { &Kind::Unknown } else { kind };
        for (at, elem) in tuple.elems.iter().enumerate() {
            let kind = self.field_of(&tuple.path, &at.to_string());
            self.bind(elem, kind.as_ref().unwrap_or(held));
        }
    }

    fn bind_struct(&mut self, fields: &syn::PatStruct) {
        for field in &fields.fields {
            let name = match &field.member {
                syn::Member::Named(name) => name.to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            };
            let kind = self.field_of(&fields.path, &name).unwrap_or(Kind::Unknown);
            self.bind(&field.pat, &kind);
        }
    }

    /// The field of a struct or a variant of ours that a pattern takes apart.
    fn field_of(&self, path: &syn::Path, field: &str) -> Option<Kind> {
        let Some(Target::Type(id, variant)) = self.target(path, Namespace::Types) else {
            return None;
        };
        let of = &self.krate.types[id];
        let written = of.fields.get(&(variant, field.to_owned()));
        Some(written.map_or(Kind::Unknown, |written| {
            self.written(written, of.module, Some(id))
        }))
    }

    pub fn enter_signature(&mut self, signature: &syn::Signature) {
        self.enter_generics(&signature.generics);
        self.names.push(HashMap::new());
        for input in &signature.inputs {
            if let syn::FnArg::Typed(typed) = input {
                let kind = self.written(&typed.ty, self.module, self.own);
                self.bind(&typed.pat, &kind);
            }
        }
    }

    pub fn leave_signature(&mut self) {
        self.names.pop();
        self.generics.pop();
    }
}
