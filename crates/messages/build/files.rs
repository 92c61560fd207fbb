//! The folders of messages: which languages there are, and the files of each.

use crate::entry::Entry;
use std::fs;
use std::path::{Path, PathBuf};

/// A language with its files, sorted by their names.
pub struct Language {
    pub tag: String,
    pub files: Vec<File>,
}

/// A file of messages.
pub struct File {
    /// Without folder and extension.
    pub name: String,
    /// As a fault names it: from the repository's root.
    pub shown: String,
    pub path: PathBuf,
    pub entries: Vec<Entry>,
}

impl Language {
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }
}

/// English first, which is the source of all others.
pub fn read(messages: &Path) -> Result<Vec<Language>, Vec<String>> {
    let list = messages.join("languages.json");
    let text =
        fs::read_to_string(&list).map_err(|error| vec![format!("{}: {error}", list.display())])?;
    let tags: Vec<String> = serde_json::from_str(&text)
        .map_err(|error| vec![format!("messages/languages.json: {error}")])?;
    let mut faults = Vec::new();
    if tags.first().is_none_or(|first| first != "en") {
        faults.push("messages/languages.json: the first language has to be en".to_owned());
    }
    for folder in names(messages, Path::is_dir)? {
        if !tags.contains(&folder) {
            faults.push(format!(
                "messages/{folder}: messages/languages.json does not list it"
            ));
        }
    }
    let mut languages = Vec::new();
    for tag in tags {
        match read_files(&messages.join(&tag), &tag) {
            Ok(files) => languages.push(Language { tag, files }),
            Err(of_it) => faults.extend(of_it),
        }
    }
    if faults.is_empty() {
        Ok(languages)
    } else {
        Err(faults)
    }
}

fn read_files(folder: &Path, tag: &str) -> Result<Vec<File>, Vec<String>> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for file in names(folder, |path| {
        path.extension().is_some_and(|ending| ending == "ftl")
    })? {
        let (path, shown) = (folder.join(&file), format!("messages/{tag}/{file}"));
        let read = fs::read_to_string(&path).map_err(|error| vec![format!("{shown}: {error}")]);
        match read.and_then(|text| Entry::all_of(&shown, &text)) {
            Ok(entries) => files.push(File {
                name: file.trim_end_matches(".ftl").to_owned(),
                shown,
                path,
                entries,
            }),
            Err(of_it) => faults.extend(of_it),
        }
    }
    if faults.is_empty() {
        Ok(files)
    } else {
        Err(faults)
    }
}

fn names(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<String>, Vec<String>> {
    let entries =
        fs::read_dir(folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| wanted(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}
