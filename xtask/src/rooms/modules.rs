//! A crate's production code as a tree of modules: what each module defines, imports, and which file holds it.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use syn::{Attribute, Item, UseTree, Visibility};

use crate::tidy::File;

pub type FileId = usize;
pub type ModuleId = usize;
pub type TypeId = usize;
pub type ValueId = usize;

/// One crate: its files, and everything in them that has a name.
pub struct Crate {
    pub name: String,
    /// Its `src`, from the repository's root.
    folder: String,
    /// The name by which its own programs and examples import it.
    library: String,
    root: Option<ModuleId>,
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
    root: ModuleId,
    parent: ModuleId,
    names: HashMap<String, Vec<Definition>>,
    globs: Vec<Vec<String>>,
}

#[derive(Clone)]
enum Definition {
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
    /// The crate in folder `src`, from its roots (`lib.rs`, `main.rs`, `bin/*.rs`).
    pub fn read(name: &str, library: &str, src: &str, files: &[File]) -> Result<Self> {
        let sources: BTreeMap<&str, &str> = files
            .iter()
            .filter(|file| file.extension() == "rs")
            .filter_map(|file| Some((file.path.strip_prefix(src)?.strip_prefix('/')?, &*file.text)))
            .collect();
        let mut krate = Self {
            name: name.to_owned(),
            folder: src.to_owned(),
            library: library.to_owned(),
            root: None,
            files: Vec::new(),
            modules: Vec::new(),
            types: Vec::new(),
            values: Vec::new(),
            methods: HashMap::new(),
            macros: HashMap::new(),
        };
        let roots = sources.keys().filter(|path| {
            matches!(**path, "lib.rs" | "main.rs")
                || path.starts_with("bin/") && path.matches('/').count() == 1
        });
        for root in roots {
            let module = krate.modules.len();
            if *root == "lib.rs" {
                krate.root = Some(module);
            }
            krate.file(&sources, root, module, module)?;
        }
        for file in 0..krate.files.len() {
            let (items, module) = (
                krate.files[file].syntax.items.clone(),
                krate.files[file].module,
            );
            krate.methods_of(&items, module);
        }
        Ok(krate)
    }

    fn file(
        &mut self,
        sources: &BTreeMap<&str, &str>,
        path: &str,
        root: ModuleId,
        parent: ModuleId,
    ) -> Result<ModuleId> {
        let text = sources
            .get(path)
            .with_context(|| format!("{}: no file {path}", self.name))?;
        let syntax = syn::parse_file(text).with_context(|| format!("{}: {path}", self.name))?;
        let (file, module) = (self.files.len(), self.modules.len());
        let items = syntax.items.clone();
        self.files.push(Source {
            path: path.to_owned(),
            module,
            syntax,
            text: (*text).to_owned(),
        });
        self.modules.push(Module {
            file,
            root,
            parent,
            names: HashMap::new(),
            globs: Vec::new(),
        });
        self.items(sources, &items, module, &folder_of(path))?;
        Ok(module)
    }

    /// Takes in what a module defines. `folder` is where the files of its modules are.
    fn items(
        &mut self,
        sources: &BTreeMap<&str, &str>,
        items: &[Item],
        module: ModuleId,
        folder: &str,
    ) -> Result<()> {
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            if let Item::Mod(inner) = item {
                let name = inner.ident.to_string();
                let child = if let Some((_, items)) = &inner.content {
                    let (child, Module { file, root, .. }) =
                        (self.modules.len(), &self.modules[module]);
                    let inline = Module {
                        file: *file,
                        root: *root,
                        parent: module,
                        names: HashMap::new(),
                        globs: Vec::new(),
                    };
                    self.modules.push(inline);
                    self.items(sources, items, child, &format!("{folder}{name}/"))?;
                    child
                } else {
                    let beside = format!("{folder}{name}.rs");
                    let inside = format!("{folder}{name}/mod.rs");
                    let path = if sources.contains_key(&*beside) {
                        beside
                    } else {
                        inside
                    };
                    self.file(sources, &path, self.modules[module].root, module)?
                };
                self.define(module, &name, Definition::Module(child));
            } else {
                self.item(item, module);
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &Item, module: ModuleId) {
        match item {
            Item::Use(import) => self.import(module, &import.tree, &mut Vec::new()),
            Item::Struct(item) => self.define_type(
                module,
                &item.ident,
                None,
                fields_of(None, &item.fields).collect(),
            ),
            Item::Enum(item) => {
                let fields = item.variants.iter().flat_map(|variant| {
                    fields_of(Some(variant.ident.to_string()), &variant.fields)
                });
                self.define_type(module, &item.ident, None, fields.collect());
            }
            Item::Union(item) => self.define_type(module, &item.ident, None, HashMap::new()),
            Item::Trait(item) => self.define_type(module, &item.ident, None, HashMap::new()),
            Item::Type(item) => self.define_type(
                module,
                &item.ident,
                Some((*item.ty).clone()),
                HashMap::new(),
            ),
            Item::Fn(item) => self.define_value(module, &item.sig.ident, gives(&item.sig)),
            Item::Const(item) => self.define_value(module, &item.ident, Some((*item.ty).clone())),
            Item::Static(item) => self.define_value(module, &item.ident, Some((*item.ty).clone())),
            Item::Macro(item) => {
                if let Some(name) = &item.ident {
                    self.macros
                        .insert(name.to_string(), self.modules[module].file);
                }
            }
            _ => {}
        }
    }

    fn define(&mut self, module: ModuleId, name: &str, definition: Definition) {
        self.modules[module]
            .names
            .entry(name.to_owned())
            .or_default()
            .push(definition);
    }

    fn define_type(
        &mut self,
        module: ModuleId,
        name: &syn::Ident,
        alias: Option<syn::Type>,
        fields: HashMap<(Option<String>, String), syn::Type>,
    ) {
        let (id, file) = (self.types.len(), self.modules[module].file);
        self.types.push(Type {
            name: name.to_string(),
            file,
            module,
            alias,
            fields,
        });
        self.define(module, &name.to_string(), Definition::Type(id));
    }

    fn define_value(&mut self, module: ModuleId, name: &syn::Ident, gives: Option<syn::Type>) {
        let (id, file) = (self.values.len(), self.modules[module].file);
        self.values.push(Value {
            file,
            module,
            gives,
        });
        self.define(module, &name.to_string(), Definition::Value(id));
    }

    /// Also called for a `use` inside a function, which then counts for its whole module.
    pub fn import(&mut self, module: ModuleId, tree: &UseTree, path: &mut Vec<String>) {
        for (name, path) in imports(tree, path) {
            match name {
                Some(name) => self.define(module, &name, Definition::Import(path)),
                None => self.modules[module].globs.push(path),
            }
        }
    }

    fn methods_of(&mut self, items: &[Item], module: ModuleId) {
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            match item {
                Item::Mod(inner) => {
                    if let (Some((_, items)), Some(child)) =
                        (&inner.content, self.child(module, &inner.ident))
                    {
                        self.methods_of(items, child);
                    }
                }
                Item::Impl(block) => {
                    let Some(of) = self.head(&block.self_ty, module) else {
                        continue;
                    };
                    for item in &block.items {
                        if let syn::ImplItem::Fn(method) = item
                            && !is_test(&method.attrs)
                        {
                            self.define_method(of, module, &method.sig);
                        }
                    }
                }
                Item::Trait(block) => {
                    let Some(Target::Type(of, None)) =
                        self.resolve(module, &[block.ident.to_string()], Namespace::Types)
                    else {
                        continue;
                    };
                    for item in &block.items {
                        if let syn::TraitItem::Fn(method) = item {
                            self.define_method(of, module, &method.sig);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn define_method(&mut self, of: TypeId, module: ModuleId, signature: &syn::Signature) {
        let method = Method {
            file: self.modules[module].file,
            module,
            gives: gives(signature),
        };
        self.methods
            .entry((of, signature.ident.to_string()))
            .or_default()
            .push(method);
    }

    /// Our type at the head of a written one, behind references and aliases.
    fn head(&self, written: &syn::Type, module: ModuleId) -> Option<TypeId> {
        match written {
            syn::Type::Reference(reference) => self.head(&reference.elem, module),
            syn::Type::Path(path) => {
                match self.resolve(module, &segments(&path.path), Namespace::Types)? {
                    Target::Type(id, None) => match &self.types[id].alias {
                        Some(alias) => self.head(alias, self.types[id].module),
                        None => Some(id),
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

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

/// Each name that a `use` brings, and its path; no name for `*`.
pub fn imports(tree: &UseTree, path: &mut Vec<String>) -> Vec<(Option<String>, Vec<String>)> {
    match tree {
        UseTree::Path(step) => {
            path.push(step.ident.to_string());
            let found = imports(&step.tree, path);
            path.pop();
            found
        }
        UseTree::Name(name) if name.ident == "self" => vec![(path.last().cloned(), path.clone())],
        UseTree::Name(name) => vec![(Some(name.ident.to_string()), with(path, &name.ident))],
        UseTree::Rename(rename) if rename.ident == "self" => {
            vec![(Some(rename.rename.to_string()), path.clone())]
        }
        UseTree::Rename(rename) => {
            vec![(Some(rename.rename.to_string()), with(path, &rename.ident))]
        }
        UseTree::Glob(_) => vec![(None, path.clone())],
        UseTree::Group(group) => group
            .items
            .iter()
            .flat_map(|tree| imports(tree, path))
            .collect(),
    }
}

fn with(path: &[String], name: &syn::Ident) -> Vec<String> {
    path.iter().cloned().chain([name.to_string()]).collect()
}

/// A `use` that others may go through: what it names counts where it is used.
pub fn is_face(visibility: &Visibility) -> bool {
    !matches!(visibility, Visibility::Inherited)
}

pub fn segments(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`.
pub fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        meta => meta
            .path()
            .segments
            .last()
            .is_some_and(|last| last.ident == "test"),
    })
}

pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn gives(signature: &syn::Signature) -> Option<syn::Type> {
    match &signature.output {
        syn::ReturnType::Type(_, gives) => Some((**gives).clone()),
        syn::ReturnType::Default => None,
    }
}

/// Every field, and for an enum's variant also its name alone, so that a variant without fields is known.
fn fields_of(
    variant: Option<String>,
    fields: &syn::Fields,
) -> impl Iterator<Item = ((Option<String>, String), syn::Type)> {
    let nothing = syn::Type::Tuple(syn::TypeTuple {
        paren_token: syn::token::Paren::default(),
        elems: syn::punctuated::Punctuated::new(),
    });
    let itself = variant
        .clone()
        .map(|name| ((Some(name), String::new()), nothing));
    let each = fields.iter().enumerate().map(move |(index, field)| {
        let name = field
            .ident
            .as_ref()
            .map_or_else(|| index.to_string(), ToString::to_string);
        ((variant.clone(), name), field.ty.clone())
    });
    itself
        .into_iter()
        .chain(each)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Where the modules of a file are: beside a root, else in the folder of its name.
fn folder_of(path: &str) -> String {
    let (folder, name) = path
        .rsplit_once('/')
        .map_or(("", path), |(folder, name)| (folder, name));
    let prefix = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let is_root = matches!(name, "lib.rs" | "main.rs" | "mod.rs") || folder == "bin";
    if is_root {
        prefix
    } else {
        format!("{prefix}{}/", name.trim_end_matches(".rs"))
    }
}
