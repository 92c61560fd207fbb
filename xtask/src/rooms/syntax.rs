//! Small questions to a piece of parsed Rust.

use syn::{Attribute, Item, UseTree, Visibility};

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

pub fn gives(signature: &syn::Signature) -> Option<syn::Type> {
    match &signature.output {
        syn::ReturnType::Type(_, gives) => Some((**gives).clone()),
        syn::ReturnType::Default => None,
    }
}

/// Every field, and for an enum's variant also its name alone, so that a variant without fields is known.
pub fn fields_of(
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
pub fn folder_of(path: &str) -> String {
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
