//! A crate with what leads where in it.

use anyhow::{Result, ensure};

use super::circles;
use super::edges::{self, Edges, Unfollowed};
use super::modules::Crate;
use crate::tidy::{File, Package};

pub struct Plan {
    pub krate: Crate,
    pub edges: Edges,
    pub unfollowed: Unfollowed,
}

impl Plan {
    pub fn of(package: &Package, files: &[File]) -> Result<Self> {
        let folder = package.folder("src");
        let mut krate = Crate::read(package.name(), package.library(), &folder, files)?;
        ensure!(!krate.files.is_empty(), "{folder}: no file was read");
        let (edges, unfollowed) = edges::of(&mut krate);
        Ok(Self {
            krate,
            edges,
            unfollowed,
        })
    }

    pub fn path(&self, file: usize) -> &str {
        &self.krate.files[file].path
    }

    pub fn circles(&self) -> Vec<Vec<usize>> {
        circles::find(self.krate.files.len(), self.edges.keys().copied())
    }

    /// Each edge between files of one circle, as a line.
    pub fn within(&self, circle: &[usize]) -> Vec<String> {
        let inside = |file: &usize| circle.contains(file);
        let edges = self
            .edges
            .iter()
            .filter(|((from, to), _)| inside(from) && inside(to));
        edges
            .map(|((from, to), names)| {
                format!("{} → {}: {}", self.path(*from), self.path(*to), list(names))
            })
            .collect()
    }
}

pub fn list<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    names
        .into_iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}
