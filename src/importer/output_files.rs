//! Which file of an import holds what.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::config_yaml::{Entry, Parts};
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
            None => {
                let key = text.strip_prefix("by").map_or(text, |rest| rest.trim_start_matches([':', ' ']));
                let key = if key.is_empty() { "team" } else { key };
                Err(format!("write `by={key}`, the key of a tag or `profile`"))
            }
        }
    }
}

/// The folder of the accounts' files.
pub const FOLDER: &str = "accounts";
/// The longest name of a file, without its ending, in characters. A name may have 255 bytes, and a character has up to
/// four.
const MAX_NAME_LENGTH: usize = 60;
/// Names that Windows keeps for devices, whatever the ending: a repository with such a file cannot be checked out
/// there.
const RESERVED: &[&str] = &[
    "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt0",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The parts as documents: nothing if there is no account. A document that would be empty is none.
pub fn build_files(parts: Parts, beginning: &[Line], layout: &Layout) -> Vec<Text> {
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
    Line::new("accounts", Yaml::List(entries.into_iter().map(|entry| entry.yaml).collect())).below_blank_line()
}

/// What the accounts of one file have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum InCommon {
    /// This value, in small letters where it is a tag's: there `Data` and `data` are the same.
    Value(String),
    /// That they have none.
    Nothing,
}

impl InCommon {
    fn of(entry: &Entry, by: &SplitBy) -> Self {
        let value = match by {
            SplitBy::Profile => entry.profiles.first().cloned(),
            SplitBy::Tag(key) => {
                let values = entry.tags.iter().filter_map(|tag| tag.split_once(':'));
                let mut values = values.filter(|(own, _)| own == key).map(|(_, value)| value.to_lowercase());
                values.next().filter(|value| !value.is_empty())
            }
        };
        value.map_or(InCommon::Nothing, InCommon::Value)
    }

    /// The name of their file, without a number.
    fn file_name(&self, by: &SplitBy) -> String {
        let key = if let SplitBy::Tag(key) = by { key } else { "profile" };
        let name = match self {
            InCommon::Value(value) => file_name(value),
            InCommon::Nothing => file_name(&format!("no-{key}")),
        };
        let name = name.unwrap_or_else(|| "others".to_owned());
        if RESERVED.contains(&&*name) { file_name(&format!("{key}-{name}")).unwrap_or(name) } else { name }
    }
}

/// The files of accounts, by name: one for each value. Values whose files would have the same name get numbers.
fn by_file(entries: Vec<Entry>, by: &SplitBy) -> BTreeMap<String, Vec<Entry>> {
    let mut by_value = BTreeMap::<InCommon, Vec<Entry>>::new();
    for entry in entries {
        by_value.entry(InCommon::of(&entry, by)).or_default().push(entry);
    }
    let mut files = BTreeMap::<String, Vec<Entry>>::new();
    for (in_common, entries) in by_value {
        let name = in_common.file_name(by);
        let numbered = (1..).map(|number| if number == 1 { name.clone() } else { format!("{name}-{number}") });
        let path = numbered.map(|name| format!("{FOLDER}/{name}.yaml")).find(|path| !files.contains_key(path));
        files.entry(path.unwrap_or_default()).or_default().extend(entries);
    }
    files
}

/// A text as the name of a file: small letters, digits and dashes; nothing if there are none.
fn file_name(text: &str) -> Option<String> {
    let is_legal = |c: char| c.is_alphanumeric() || c == '_';
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c| !is_legal(c)).filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(MAX_NAME_LENGTH).collect();
    (!name.is_empty()).then_some(name)
}
