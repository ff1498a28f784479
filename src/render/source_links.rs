//! Links to lines of files, where the repository and the commit are known.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::Source;

/// What cannot stand in the path of an address as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// How files are shown on the web, if they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// What stands before a file's path, such as `https://github.com/acme/infra/blob/4f5a0c1`; nothing if that is not
    /// known.
    pub base: Option<String>,
    /// Where the working directory is in the repository; empty at its root.
    pub folder: String,
}

impl Links {
    /// The address of a place, if there is one: files outside the repository have none.
    pub fn to(&self, source: &Source) -> Option<String> {
        let base = self.base.as_deref()?;
        let path = self.path(&source.file)?;
        Some(format!("{base}/{}#L{}", encoded(&path), source.line))
    }

    /// The file as it is named from the repository's root; nothing for one outside.
    pub fn path(&self, file: &str) -> Option<String> {
        let mut path: Vec<&str> = Vec::new();
        for step in self.folder.split('/').chain(file.split('/')) {
            match step {
                "" | "." => {}
                ".." => drop(path.pop()?),
                step => path.push(step),
            }
        }
        (!file.starts_with('/') && !path.is_empty()).then(|| path.join("/"))
    }
}

/// A path as it stands in an address.
pub fn encoded(path: &str) -> String {
    utf8_percent_encode(path, ESCAPED).to_string()
}
