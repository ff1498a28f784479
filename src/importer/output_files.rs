//! Which file of an import holds what.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::document::{Entry, Parts};
use crate::config::files::Text;
use crate::model::yaml::{Line, Yaml};
use crate::render::yaml;

/// What is written where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// Everything in one document.
    One,
    /// Files by these names: what all share, and the accounts. One file if the names are the same.
    Files {
        /// For what all share.
        shared: String,
        /// For the accounts.
        accounts: String,
    },
    /// What all share in a file of this name, and the accounts in files of a folder.
    Split {
        /// For what all share.
        shared: String,
        /// What accounts of one file have in common.
        by: SplitBy,
    },
}

/// What the accounts of one file have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplitBy {
    /// The value of the tag with this key.
    Tag(String),
    /// The first profile that they list.
    Profile,
}

/// `by=team`, `by=profile`.
impl FromStr for SplitBy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("by=") {
            Some("profile") => Ok(SplitBy::Profile),
            Some(key) if !key.is_empty() => Ok(SplitBy::Tag(key.to_owned())),
            Some(_) => Err("write the key of a tag behind it, `by=team`, or `by=profile`".to_owned()),
            None => Err(format!("write `by={text}`, the key of a tag or `profile`")),
        }
    }
}

/// The folder of the accounts' files.
pub const FOLDER: &str = "accounts";
/// The longest name of a file, without its ending.
const LONGEST: usize = 60;

/// The parts as documents: nothing if there is no account. A document that would be empty is none.
pub fn lay_out(parts: Parts, beginning: &[Line], layout: &Layout) -> Vec<Text> {
    let Parts { defaults, profiles, entries, groups: _ } = parts;
    if entries.is_empty() {
        return Vec::new();
    }
    let shared: Vec<Line> = beginning.iter().cloned().chain(defaults).chain(profiles).collect();
    let files: Vec<(String, Vec<Line>)> = match layout {
        Layout::One => vec![("the result".to_owned(), shared.into_iter().chain([accounts(entries)]).collect())],
        Layout::Files { shared: name, accounts: other } if name == other => {
            vec![(name.clone(), shared.into_iter().chain([accounts(entries)]).collect())]
        }
        Layout::Files { shared: name, accounts: other } => {
            vec![(name.clone(), shared), (other.clone(), vec![accounts(entries)])]
        }
        Layout::Split { shared: name, by } => {
            let of_accounts = by_file(entries, by).into_iter();
            std::iter::once((name.clone(), shared))
                .chain(of_accounts.map(|(name, entries)| (name, vec![accounts(entries)])))
                .collect()
        }
    };
    let written = files.into_iter().filter(|(_, lines)| !lines.is_empty());
    written.map(|(name, lines)| Text { name, text: yaml::document(&lines) }).collect()
}

/// `accounts`.
pub fn accounts(entries: Vec<Entry>) -> Line {
    Line::new("accounts", Yaml::List(entries.into_iter().map(|entry| entry.yaml).collect())).apart()
}

fn by_file(entries: Vec<Entry>, by: &SplitBy) -> BTreeMap<String, Vec<Entry>> {
    let mut files = BTreeMap::<String, Vec<Entry>>::new();
    for entry in entries {
        let (value, without) = match by {
            SplitBy::Profile => (entry.profiles.first(), "no-profile".to_owned()),
            SplitBy::Tag(key) => {
                let of_key = |tag: &&String| tag.split_once(':').is_some_and(|(own, _)| own == key);
                (entry.tags.iter().find(of_key), format!("no-{key}"))
            }
        };
        let value = value.map(|value| if let SplitBy::Tag(key) = by { &value[key.len() + 1..] } else { value });
        let name = value.and_then(file_name).or_else(|| file_name(&without)).unwrap_or_else(|| "others".to_owned());
        files.entry(format!("{FOLDER}/{name}.yaml")).or_default().push(entry);
    }
    files
}

/// A text as the name of a file: letters, digits and dashes; nothing if there are none.
fn file_name(text: &str) -> Option<String> {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words: Vec<&str> = text.split(|c| !is_legal(c)).filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").to_lowercase().chars().take(LONGEST).collect();
    (!name.is_empty()).then_some(name)
}
