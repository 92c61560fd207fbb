//! A crate's production code as a tree of modules: what each module defines, imports, and which file holds it.

use std::collections::HashMap;

pub type FileId = usize;
pub type ModuleId = usize;
pub type TypeId = usize;
pub type ValueId = usize;

/// One crate: its files, and everything in them that has a name.
pub struct Crate {
    pub name: String,
    /// Its `src`, from the repository's root.
    pub folder: String,
    /// The name by which its own programs and examples import it.
    pub library: String,
    pub root: Option<ModuleId>,
    pub files: Vec<Source>,
    pub modules: Vec<Module>,
    pub types: Vec<Type>,
    pub values: Vec<Value>,
    pub methods: HashMap<(TypeId, String), Vec<Method>>,
    /// Macros by name, and the file of each.
    pub macros: HashMap<String, FileId>,
}

pub struct Source {
    /// From the crate's `src`, with `/`.
    pub path: String,
    pub module: ModuleId,
    pub syntax: syn::File,
    pub text: String,
}

pub struct Module {
    pub file: FileId,
    pub root: ModuleId,
    pub parent: ModuleId,
    pub names: HashMap<String, Vec<Definition>>,
    pub globs: Vec<Vec<String>>,
}

#[derive(Clone)]
pub enum Definition {
    Module(ModuleId),
    Type(TypeId),
    Value(ValueId),
    Import(Vec<String>),
}

/// A struct, an enum, a union, a trait or an alias.
pub struct Type {
    pub name: String,
    pub file: FileId,
    pub module: ModuleId,
    pub alias: Option<syn::Type>,
    /// A struct's fields by name or number; an enum's by the name of the variant as well.
    pub fields: HashMap<(Option<String>, String), syn::Type>,
}

/// A function, a constant or a static, with what it gives.
pub struct Value {
    pub file: FileId,
    pub module: ModuleId,
    pub gives: Option<syn::Type>,
}

pub struct Method {
    pub file: FileId,
    pub module: ModuleId,
    pub gives: Option<syn::Type>,
}

/// Where a path ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Module(ModuleId),
    /// The type, and what of it is named: a variant, a function.
    Type(TypeId, Option<String>),
    Value(ValueId),
    Foreign,
}

/// Which of several things with one name is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    Types,
    Values,
}

impl Crate {
    /// A file's path from the repository's root.
    pub fn path(&self, file: FileId) -> String {
        format!("{}/{}", self.folder, self.files[file].path)
    }

    /// Whether a file is the crate's face, where its parts are put together.
    pub fn is_root(&self, file: FileId) -> bool {
        self.files[file].path == "lib.rs"
    }

    pub fn child(&self, module: ModuleId, name: &syn::Ident) -> Option<ModuleId> {
        self.modules[module]
            .names
            .get(&name.to_string())?
            .iter()
            .find_map(|definition| match definition {
                Definition::Module(id) => Some(*id),
                _ => None,
            })
    }

    /// What a path leads to, through every face on the way. `None` for a name that is neither here nor a crate's.
    pub fn resolve(&self, module: ModuleId, path: &[String], last: Namespace) -> Option<Target> {
        self.follow(module, path, last, 0)
    }

    fn follow(
        &self,
        module: ModuleId,
        path: &[String],
        last: Namespace,
        depth: usize,
    ) -> Option<Target> {
        /// More faces than any name has: it names itself, as `use tracing;` does.
        const DEEP: usize = 12;
        if depth > DEEP {
            return Some(Target::Foreign);
        }
        let (first, mut rest) = path.split_first()?;
        let namespace = |rest: &[String]| {
            if rest.is_empty() {
                last
            } else {
                Namespace::Types
            }
        };
        let mut at = match first.as_str() {
            "crate" | "$crate" => Target::Module(self.modules[module].root),
            "self" => Target::Module(module),
            "super" => Target::Module(self.modules[module].parent),
            name => match self.lookup(module, name, namespace(rest), depth) {
                Some(target) => target,
                None if name == self.library && self.root.is_some() => {
                    Target::Module(self.root.unwrap_or_default())
                }
                None => {
                    return if rest.is_empty() {
                        None
                    } else {
                        Some(Target::Foreign)
                    };
                }
            },
        };
        while let Some((name, tail)) = rest.split_first() {
            at = match at {
                Target::Module(inner) if name == "super" => {
                    Target::Module(self.modules[inner].parent)
                }
                Target::Module(inner) => self.lookup(inner, name, namespace(tail), depth)?,
                Target::Type(id, None) => return Some(Target::Type(id, Some(name.clone()))),
                other => return Some(other),
            };
            rest = tail;
        }
        Some(at)
    }

    fn lookup(
        &self,
        module: ModuleId,
        name: &str,
        namespace: Namespace,
        depth: usize,
    ) -> Option<Target> {
        let here = &self.modules[module];
        let mut found: Vec<Target> = Vec::new();
        for definition in here.names.get(name).into_iter().flatten() {
            found.extend(match definition {
                Definition::Module(id) => Some(Target::Module(*id)),
                Definition::Type(id) => Some(Target::Type(*id, None)),
                Definition::Value(id) => Some(Target::Value(*id)),
                Definition::Import(path) => self
                    .follow(module, path, namespace, depth + 1)
                    .or(Some(Target::Foreign)),
            });
        }
        if found.is_empty() {
            for glob in &here.globs {
                match self.follow(module, glob, Namespace::Types, depth + 1) {
                    Some(Target::Module(inner)) if inner != module => {
                        found.extend(self.lookup(inner, name, namespace, depth + 1));
                    }
                    Some(Target::Type(id, None)) if self.is_variant(id, name) => {
                        found.push(Target::Type(id, Some(name.to_owned())));
                    }
                    _ => {}
                }
            }
        }
        let rank = |target: &Target| match (target, namespace) {
            (Target::Value(_), Namespace::Values) | (Target::Type(..), Namespace::Types) => 0,
            (Target::Type(..) | Target::Module(_), _) => 1,
            (Target::Value(_), Namespace::Types) => 2,
            (Target::Foreign, _) => 3,
        };
        found.into_iter().min_by_key(rank)
    }

    fn is_variant(&self, id: TypeId, name: &str) -> bool {
        self.types[id]
            .fields
            .keys()
            .any(|(variant, _)| variant.as_deref() == Some(name))
    }
}
