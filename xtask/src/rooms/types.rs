//! Which of our types an expression has, as far as it can be told without a compiler.
//!
//! Wrappers are looked through: an `Option<Arc<Grant>>` counts as a `Grant`, since only what our own methods are called on matters.

use std::collections::HashMap;

use syn::{Expr, GenericArgument, PathArguments, TypeParamBound};

use super::modules::{Crate, ModuleId, Namespace, Target, TypeId};
use super::syntax::segments;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Ours(TypeId),
    Tuple(Vec<Kind>),
    /// Another crate's, or none that methods of ours are called on.
    Foreign,
    Unknown,
}

/// What is known at one place of a function: its module, its `Self`, and the names in sight.
pub struct Sight<'c> {
    pub krate: &'c Crate,
    pub module: ModuleId,
    pub own: Option<TypeId>,
    pub names: Vec<HashMap<String, Kind>>,
    pub generics: Vec<HashMap<String, Kind>>,
}

/// What hands a closure's result on, so that nothing is known of it.
const OPAQUE: [&str; 9] = [
    "map",
    "and_then",
    "map_or",
    "map_or_else",
    "then",
    "fold",
    "zip",
    "enumerate",
    "flat_map",
];

impl Sight<'_> {
    pub fn local(&self, name: &str) -> Option<&Kind> {
        self.names.iter().rev().find_map(|names| names.get(name))
    }

    pub fn generic(&self, name: &str) -> Option<&Kind> {
        self.generics.iter().rev().find_map(|names| names.get(name))
    }

    /// Type parameters stand for their first bound that is ours.
    pub fn enter_generics(&mut self, generics: &syn::Generics) {
        self.generics.push(HashMap::new());
        for parameter in generics.type_params() {
            let bounds = generics.where_clause.iter().flat_map(|clause| &clause.predicates).filter_map(|predicate| match predicate {
                syn::WherePredicate::Type(predicate) if matches!(&predicate.bounded_ty, syn::Type::Path(path) if path.path.is_ident(&parameter.ident)) => {
                    Some(&predicate.bounds)
                }
                _ => None,
            });
            let bounds = parameter.bounds.iter().chain(bounds.flatten());
            let kind = self.bounded(bounds);
            if let Some(names) = self.generics.last_mut() {
                names.insert(parameter.ident.to_string(), kind);
            }
        }
    }

    fn bounded<'b>(&self, bounds: impl Iterator<Item = &'b TypeParamBound>) -> Kind {
        let mut kind = Kind::Foreign;
        for bound in bounds {
            if let TypeParamBound::Trait(bound) = bound {
                match self.path(&bound.path, self.module, self.own) {
                    ours @ Kind::Ours(_) => return ours,
                    Kind::Unknown => kind = Kind::Unknown,
                    _ => {}
                }
            }
        }
        kind
    }

    /// The kind of a type as it is written in `module`.
    pub fn written(&self, written: &syn::Type, module: ModuleId, own: Option<TypeId>) -> Kind {
        match written {
            syn::Type::Reference(inner) => self.written(&inner.elem, module, own),
            syn::Type::Paren(inner) => self.written(&inner.elem, module, own),
            syn::Type::Group(inner) => self.written(&inner.elem, module, own),
            syn::Type::Slice(inner) => self.written(&inner.elem, module, own),
            syn::Type::Array(inner) => self.written(&inner.elem, module, own),
            syn::Type::Tuple(tuple) => Kind::Tuple(
                tuple
                    .elems
                    .iter()
                    .map(|elem| self.written(elem, module, own))
                    .collect(),
            ),
            syn::Type::ImplTrait(bounds) => self.bounded_in(&bounds.bounds, module, own),
            syn::Type::TraitObject(bounds) => self.bounded_in(&bounds.bounds, module, own),
            syn::Type::Path(path) if path.qself.is_none() => self.path(&path.path, module, own),
            _ => Kind::Unknown,
        }
    }

    fn bounded_in<'b>(
        &self,
        bounds: impl IntoIterator<Item = &'b TypeParamBound>,
        module: ModuleId,
        own: Option<TypeId>,
    ) -> Kind {
        bounds
            .into_iter()
            .find_map(|bound| match bound {
                TypeParamBound::Trait(bound) => Some(self.path(&bound.path, module, own)),
                _ => None,
            })
            .unwrap_or(Kind::Unknown)
    }

    fn path(&self, path: &syn::Path, module: ModuleId, own: Option<TypeId>) -> Kind {
        let names = segments(path);
        if let [name] = names.as_slice() {
            if name == "Self" {
                return own.map_or(Kind::Unknown, Kind::Ours);
            }
            if module == self.module
                && let Some(kind) = self.generic(name)
            {
                return kind.clone();
            }
        }
        match self.krate.resolve(module, &names, Namespace::Types) {
            Some(Target::Type(id, None)) => match &self.krate.types[id].alias {
                Some(alias) => self.written(alias, self.krate.types[id].module, None),
                None => Kind::Ours(id),
            },
            _ => self.wrapped(path, module, own),
        }
    }

    /// What a foreign type is a wrapper of: the value of a map, else the first argument that is ours.
    fn wrapped(&self, path: &syn::Path, module: ModuleId, own: Option<TypeId>) -> Kind {
        let Some(last) = path.segments.last() else {
            return Kind::Foreign;
        };
        let arguments: Vec<Kind> = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .filter_map(|argument| match argument {
                    GenericArgument::Type(written) => Some(self.written(written, module, own)),
                    GenericArgument::AssocType(assoc) => Some(self.written(&assoc.ty, module, own)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let is_map = last.ident.to_string().ends_with("Map");
        let mut arguments = if is_map {
            arguments.into_iter().rev().collect()
        } else {
            arguments
        };
        let first = arguments
            .iter()
            .position(|kind| matches!(kind, Kind::Ours(_) | Kind::Tuple(_)));
        match first {
            // `Result<(), Error>` is a wrapper of nothing.
            Some(at) if at > 0 && last.ident == "Result" => arguments.swap_remove(0),
            Some(at) => arguments.swap_remove(at),
            None if arguments.contains(&Kind::Unknown) => Kind::Unknown,
            None => Kind::Foreign,
        }
    }

    pub fn of(&self, expression: &Expr) -> Kind {
        match expression {
            Expr::Path(path) => self.of_path(path),
            Expr::MethodCall(call) => {
                let on = self.of(&call.receiver);
                let name = call.method.to_string();
                match on {
                    Kind::Ours(id) => match self.method(id, &name) {
                        Some(kind) => kind,
                        None if OPAQUE.contains(&name.as_str()) => Kind::Unknown,
                        None => Kind::Ours(id),
                    },
                    other => {
                        if OPAQUE.contains(&name.as_str()) {
                            Kind::Unknown
                        } else {
                            other
                        }
                    }
                }
            }
            Expr::Field(field) => self.of_field(field),
            Expr::Call(call) => self.of_call(call),
            Expr::Await(inner) => self.of(&inner.base),
            Expr::Try(inner) => self.of(&inner.expr),
            Expr::Reference(inner) => self.of(&inner.expr),
            Expr::Unary(inner) => self.of(&inner.expr),
            Expr::Paren(inner) => self.of(&inner.expr),
            Expr::Group(inner) => self.of(&inner.expr),
            Expr::Index(inner) => self.of(&inner.expr),
            Expr::Cast(cast) => self.written(&cast.ty, self.module, self.own),
            Expr::Struct(made) => self.path(&made.path, self.module, self.own),
            Expr::Tuple(tuple) => {
                Kind::Tuple(tuple.elems.iter().map(|elem| self.of(elem)).collect())
            }
            Expr::Array(array) => array
                .elems
                .first()
                .map_or(Kind::Foreign, |first| self.of(first)),
            Expr::Block(block) => self.of_block(&block.block),
            Expr::If(choice) => self.of_block(&choice.then_branch),
            Expr::Match(choice) => choice
                .arms
                .iter()
                .map(|arm| self.of(&arm.body))
                .find(|kind| *kind != Kind::Unknown)
                .unwrap_or(Kind::Unknown),
            Expr::Lit(_) | Expr::Macro(_) | Expr::Binary(_) | Expr::Range(_) => Kind::Foreign,
            _ => Kind::Unknown,
        }
    }

    fn of_block(&self, block: &syn::Block) -> Kind {
        match block.stmts.last() {
            Some(syn::Stmt::Expr(last, None)) => self.of(last),
            _ => Kind::Unknown,
        }
    }

    fn of_path(&self, path: &syn::ExprPath) -> Kind {
        if let Some(name) = path.path.get_ident() {
            if name == "self" {
                return self.own.map_or(Kind::Unknown, Kind::Ours);
            }
            if let Some(kind) = self.local(&name.to_string()) {
                return kind.clone();
            }
        }
        match self.target(&path.path, Namespace::Values) {
            Some(Target::Value(id)) => {
                let value = &self.krate.values[id];
                value.gives.as_ref().map_or(Kind::Foreign, |gives| {
                    self.written(gives, value.module, None)
                })
            }
            Some(Target::Type(id, _)) => Kind::Ours(id),
            Some(_) => Kind::Foreign,
            None => Kind::Unknown,
        }
    }

    fn of_field(&self, field: &syn::ExprField) -> Kind {
        let name = match &field.member {
            syn::Member::Named(name) => name.to_string(),
            syn::Member::Unnamed(index) => index.index.to_string(),
        };
        match self.of(&field.base) {
            Kind::Ours(id) => {
                let of = &self.krate.types[id];
                of.fields
                    .get(&(None, name))
                    .map_or(Kind::Unknown, |written| {
                        self.written(written, of.module, Some(id))
                    })
            }
            Kind::Tuple(kinds) => name
                .parse()
                .ok()
                .and_then(|at: usize| kinds.get(at).cloned())
                .unwrap_or(Kind::Unknown),
            other => other,
        }
    }

    fn of_call(&self, call: &syn::ExprCall) -> Kind {
        let Expr::Path(path) = &*call.func else {
            return Kind::Unknown;
        };
        match self.target(&path.path, Namespace::Values) {
            Some(Target::Value(id)) => {
                let value = &self.krate.values[id];
                value.gives.as_ref().map_or(Kind::Foreign, |gives| {
                    self.written(gives, value.module, None)
                })
            }
            Some(Target::Type(id, Some(name))) => self.method(id, &name).unwrap_or(Kind::Ours(id)),
            Some(Target::Type(id, None)) => Kind::Ours(id),
            // `Some(x)`, `Arc::clone(&x)`, `mem::take(&mut x)`.
            _ => match call
                .args
                .first()
                .filter(|_| call.args.len() == 1)
                .map(|argument| self.of(argument))
            {
                Some(kind @ (Kind::Ours(_) | Kind::Tuple(_) | Kind::Unknown)) => kind,
                _ => Kind::Foreign,
            },
        }
    }

    /// What a method of ours gives.
    fn method(&self, id: TypeId, name: &str) -> Option<Kind> {
        let method = self.krate.methods.get(&(id, name.to_owned()))?.first()?;
        Some(method.gives.as_ref().map_or(Kind::Foreign, |gives| {
            self.written(gives, method.module, Some(id))
        }))
    }

    /// Where a path leads, with `Self` and type parameters.
    pub fn target(&self, path: &syn::Path, last: Namespace) -> Option<Target> {
        let names = segments(path);
        let of = match names.first().map(String::as_str) {
            Some("Self") => self.own,
            Some(name) => match self.generic(name) {
                Some(Kind::Ours(id)) => Some(*id),
                Some(_) => return Some(Target::Foreign),
                None => return self.krate.resolve(self.module, &names, last),
            },
            None => None,
        };
        of.map(|id| Target::Type(id, names.get(1).cloned()))
    }
}
