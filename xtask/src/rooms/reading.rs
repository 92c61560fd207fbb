//! A crate is read: its files parsed, their modules, types, functions and methods noted.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use syn::{Item, UseTree};

use super::modules::{
    Crate, Definition, Method, Module, ModuleId, Namespace, Source, Target, Type, TypeId, Value,
};
use super::syntax::{attributes, fields_of, folder_of, gives, imports, is_test, segments};
use crate::tidy::File;

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
}
