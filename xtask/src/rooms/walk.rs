//! Through the syntax of one file, with the names in sight, noting what leads elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use syn::visit::{self, Visit};
use syn::{Expr, Item};

use super::macros::{self, Part};
use super::modules::{FileId, Namespace, Target, TypeId};
use super::syntax::{attributes, imports, is_face, is_test};
use super::types::{Kind, Sight};

/// From, to, and the names that lead there.
pub type Edges = BTreeMap<(FileId, FileId), BTreeSet<String>>;

/// Calls whose receiver is of a type that could not be told, though a method of ours has the name.
pub type Unfollowed = BTreeMap<String, usize>;

pub struct Walk<'c, 'e> {
    sight: Sight<'c>,
    file: FileId,
    edges: &'e mut Edges,
    unfollowed: &'e mut Unfollowed,
    /// What the first parameter of the next closure is.
    closure: Option<Kind>,
}

impl<'c, 'e> Walk<'c, 'e> {
    pub fn new(sight: Sight<'c>, edges: &'e mut Edges, unfollowed: &'e mut Unfollowed) -> Self {
        let file = sight.krate.modules[sight.module].file;
        Self {
            sight,
            file,
            edges,
            unfollowed,
            closure: None,
        }
    }
}

impl Walk<'_, '_> {
    fn leads(&mut self, to: FileId, name: impl Into<String>) {
        if to != self.file {
            self.edges
                .entry((self.file, to))
                .or_default()
                .insert(name.into());
        }
    }

    fn leads_to(&mut self, target: Target, name: &str) {
        match target {
            Target::Type(id, of) => {
                let krate = self.sight.krate;
                self.leads(krate.types[id].file, &krate.types[id].name);
                if let Some(of) = of {
                    self.calls(id, &of);
                }
            }
            Target::Value(id) => self.leads(self.sight.krate.values[id].file, name),
            Target::Module(_) | Target::Foreign => {}
        }
    }

    fn calls(&mut self, id: TypeId, name: &str) -> bool {
        let krate = self.sight.krate;
        let Some(methods) = krate.methods.get(&(id, name.to_owned())) else {
            return false;
        };
        for method in methods {
            self.leads(method.file, format!("{}::{name}", krate.types[id].name));
        }
        true
    }

    /// Whether a function of the crate's root only puts its parts together.
    fn puts_together(&self, signature: &syn::Signature) -> bool {
        let syn::ReturnType::Type(_, gives) = &signature.output else {
            return false;
        };
        let own = self.sight.own.map(Kind::Ours);
        self.sight.krate.is_root(self.file)
            && signature.receiver().is_none()
            && own == Some(self.sight.written(gives, self.sight.module, self.sight.own))
    }

    fn scoped(&mut self, inside: impl FnOnce(&mut Self)) {
        self.sight.names.push(HashMap::new());
        inside(self);
        self.sight.names.pop();
    }

    /// What a macro's tokens name.
    fn part(&mut self, part: &Part) {
        match part {
            Part::Expression(expression) => self.visit_expr(expression),
            Part::Match(matched) => self.scoped(|walk| {
                let (value, pattern, guard) = &**matched;
                walk.visit_expr(value);
                let kind = walk.sight.of(value);
                walk.visit_pat(pattern);
                walk.sight.bind(pattern, &kind);
                if let Some(guard) = guard {
                    walk.visit_expr(guard);
                }
            }),
            Part::OwnMethod(name) => {
                if let Some(own) = self.sight.own {
                    self.calls(own, name);
                }
            }
            Part::Path(path) => self.bare_path(path),
        }
    }

    fn bare_path(&mut self, path: &[String]) {
        let name = path.last().cloned().unwrap_or_default();
        if path.len() == 1 && self.sight.local(&name).is_some() {
            return;
        }
        let (krate, module) = (self.sight.krate, self.sight.module);
        let target = match (path.first().map(String::as_str), self.sight.own) {
            (Some("Self"), Some(own)) => Some(Target::Type(own, path.get(1).cloned())),
            _ => krate.resolve(module, path, Namespace::Values),
        };
        if let Some(target) = target {
            self.leads_to(target, &name);
        }
    }
}

impl Visit<'_> for Walk<'_, '_> {
    fn visit_item(&mut self, item: &Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        if let (Some((_, items)), Some(child)) = (
            &item.content,
            self.sight.krate.child(self.sight.module, &item.ident),
        ) {
            let outer = std::mem::replace(&mut self.sight.module, child);
            for item in items {
                self.visit_item(item);
            }
            self.sight.module = outer;
        }
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        // What the root imports counts where it is used.
        if is_face(&item.vis) || self.sight.krate.is_root(self.file) {
            return;
        }
        for (name, path) in imports(&item.tree, &mut Vec::new()) {
            let Some(name) = name else { continue };
            // A type and a function may have one name.
            for namespace in [Namespace::Types, Namespace::Values] {
                if let Some(target) = self
                    .sight
                    .krate
                    .resolve(self.sight.module, &path, namespace)
                {
                    self.leads_to(target, &name);
                }
            }
        }
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        self.sight.enter_generics(&item.generics);
        let own = match self.sight.written(&item.self_ty, self.sight.module, None) {
            Kind::Ours(id) => Some(id),
            _ => None,
        };
        let outer = std::mem::replace(&mut self.sight.own, own);
        visit::visit_item_impl(self, item);
        self.sight.own = outer;
        self.sight.generics.pop();
    }

    fn visit_item_trait(&mut self, item: &syn::ItemTrait) {
        self.sight.enter_generics(&item.generics);
        let own = match self.sight.krate.resolve(
            self.sight.module,
            &[item.ident.to_string()],
            Namespace::Types,
        ) {
            Some(Target::Type(id, None)) => Some(id),
            _ => None,
        };
        let outer = std::mem::replace(&mut self.sight.own, own);
        visit::visit_item_trait(self, item);
        self.sight.own = outer;
        self.sight.generics.pop();
    }

    fn visit_item_struct(&mut self, item: &syn::ItemStruct) {
        if self.sight.krate.is_root(self.file) {
            return;
        }
        self.sight.enter_generics(&item.generics);
        visit::visit_item_struct(self, item);
        self.sight.generics.pop();
    }

    fn visit_item_enum(&mut self, item: &syn::ItemEnum) {
        self.sight.enter_generics(&item.generics);
        visit::visit_item_enum(self, item);
        self.sight.generics.pop();
    }

    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        self.sight.enter_signature(&item.sig);
        visit::visit_item_fn(self, item);
        self.sight.leave_signature();
    }

    fn visit_impl_item_fn(&mut self, item: &syn::ImplItemFn) {
        if !is_test(&item.attrs) && !self.puts_together(&item.sig) {
            self.sight.enter_signature(&item.sig);
            visit::visit_impl_item_fn(self, item);
            self.sight.leave_signature();
        }
    }

    fn visit_trait_item_fn(&mut self, item: &syn::TraitItemFn) {
        self.sight.enter_signature(&item.sig);
        visit::visit_trait_item_fn(self, item);
        self.sight.leave_signature();
    }

    fn visit_block(&mut self, block: &syn::Block) {
        self.scoped(|walk| visit::visit_block(walk, block));
    }

    fn visit_local(&mut self, local: &syn::Local) {
        visit::visit_local(self, local);
        let kind = local
            .init
            .as_ref()
            .map_or(Kind::Unknown, |init| self.sight.of(&init.expr));
        self.sight.bind(&local.pat, &kind);
    }

    fn visit_expr_let(&mut self, condition: &syn::ExprLet) {
        visit::visit_expr_let(self, condition);
        let kind = self.sight.of(&condition.expr);
        self.sight.bind(&condition.pat, &kind);
    }

    fn visit_expr_if(&mut self, choice: &syn::ExprIf) {
        self.scoped(|walk| {
            walk.visit_expr(&choice.cond);
            walk.visit_block(&choice.then_branch);
        });
        if let Some((_, otherwise)) = &choice.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, repeat: &syn::ExprWhile) {
        self.scoped(|walk| visit::visit_expr_while(walk, repeat));
    }

    fn visit_expr_for_loop(&mut self, each: &syn::ExprForLoop) {
        self.scoped(|walk| {
            walk.visit_expr(&each.expr);
            let kind = walk.sight.of(&each.expr);
            walk.visit_pat(&each.pat);
            walk.sight.bind(&each.pat, &kind);
            walk.visit_block(&each.body);
        });
    }

    fn visit_expr_match(&mut self, choice: &syn::ExprMatch) {
        self.visit_expr(&choice.expr);
        let kind = self.sight.of(&choice.expr);
        for arm in &choice.arms {
            self.scoped(|walk| {
                walk.visit_pat(&arm.pat);
                walk.sight.bind(&arm.pat, &kind);
                arm.guard
                    .iter()
                    .for_each(|(_, guard)| walk.visit_expr(guard));
                walk.visit_expr(&arm.body);
            });
        }
    }

    fn visit_expr_closure(&mut self, closure: &syn::ExprClosure) {
        let mut hint = self.closure.take();
        self.scoped(|walk| {
            for input in &closure.inputs {
                let kind = hint.take().unwrap_or(Kind::Unknown);
                walk.visit_pat(input);
                walk.sight.bind(input, &kind);
            }
            walk.visit_expr(&closure.body);
        });
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.visit_expr(&call.receiver);
        let (on, name) = (self.sight.of(&call.receiver), call.method.to_string());
        match &on {
            Kind::Ours(id) => {
                self.calls(*id, &name);
            }
            Kind::Unknown
                if self
                    .sight
                    .krate
                    .methods
                    .keys()
                    .any(|(_, known)| *known == name) =>
            {
                *self.unfollowed.entry(name).or_default() += 1;
            }
            _ => {}
        }
        if let Some(generics) = &call.turbofish {
            self.visit_angle_bracketed_generic_arguments(generics);
        }
        for argument in &call.args {
            self.closure = matches!(argument, Expr::Closure(_)).then(|| on.clone());
            self.visit_expr(argument);
        }
        self.closure = None;
    }

    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        let is_local = path
            .path
            .get_ident()
            .is_some_and(|name| self.sight.local(&name.to_string()).is_some());
        if is_local {
            return;
        }
        if let Some(qualified) = &path.qself {
            self.visit_type(&qualified.ty);
        }
        if let Some(target) = self.sight.target(&path.path, Namespace::Values) {
            let name = path.path.segments.last().map(|last| last.ident.to_string());
            self.leads_to(target, &name.unwrap_or_default());
        }
        path.path
            .segments
            .iter()
            .for_each(|segment| self.visit_path_arguments(&segment.arguments));
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if let Some(target) = self.sight.target(path, Namespace::Types) {
            let name = path.segments.last().map(|last| last.ident.to_string());
            self.leads_to(target, &name.unwrap_or_default());
        }
        visit::visit_path(self, path);
    }

    fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
        // A constant in a pattern looks like a name.
        let name = pattern.ident.to_string();
        if name.starts_with(char::is_uppercase)
            && let Some(target) = self.sight.krate.resolve(
                self.sight.module,
                std::slice::from_ref(&name),
                Namespace::Values,
            )
        {
            self.leads_to(target, &name);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_attribute(&mut self, _: &syn::Attribute) {}

    fn visit_visibility(&mut self, _: &syn::Visibility) {}

    fn visit_macro(&mut self, call: &syn::Macro) {
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        if let Some(file) = self.sight.krate.macros.get(&name) {
            self.leads(*file, format!("{name}!"));
        }
        for part in macros::parts(&call.tokens) {
            self.part(&part);
        }
    }
}
