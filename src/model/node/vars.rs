//! Variables: the texts that `vars:` of the layers give to `${vars.NAME}`, and what stands for every other name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Entry;
use crate::model::source::Place;

/// The variables of one layer, sorted by name. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Vars(Arc<[Entry]>);

impl Vars {
    /// The variables that these entries of a map set, each once.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut entries: Vec<Entry> = entries.into_iter().collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        Vars(entries.into())
    }

    /// The variable of this name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        let at = self.0.binary_search_by(|entry| (*entry.key).cmp(name)).ok()?;
        self.0.get(at)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// What each of them stands for.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.iter().filter_map(|entry| Some((entry.key.to_string(), entry.node.text()?.to_owned()))).collect()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One place where a variable is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VarUse {
    /// Which one.
    pub name: Arc<str>,
    /// The text that mentions it.
    pub used: Place,
    /// The text that it stands for there.
    pub value: Place,
}

/// What stands for names in the texts of one account.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// `${aws_account_id}`.
    pub account: Option<&'a str>,
    /// `${aws_partition}`.
    pub partition: Option<&'a str>,
    /// `${name}`.
    pub name: Option<&'a str>,
    /// `${vars.NAME}`: the variables of its layers, the nearest layer first.
    pub vars: &'a [Vars],
}

/// What is known of one name.
pub(super) enum Named<'a> {
    /// A text of the account.
    Text(&'a str),
    /// A variable, and the layer that says what it stands for.
    Var(&'a Entry),
    /// The name is known, and this account has nothing for it.
    Nothing,
    /// There is no such name.
    Unknown,
}

/// The names that are no variables.
pub(super) const OF_ACCOUNT: [&str; 3] = ["aws_account_id", "aws_partition", "name"];
/// What the names of variables begin with where they are used.
pub const PREFIX: &str = "vars.";

/// How many bytes a text may have in which names are filled in, as it is written and with all of them filled in. No
/// vendor takes more.
pub(super) const MAX_FILLED: usize = 16 * 1024;

impl<'a> Names<'a> {
    pub(super) fn named(&self, name: &str) -> Named<'a> {
        let of_account = |text: Option<&'a str>| text.map_or(Named::Nothing, Named::Text);
        match name {
            "aws_account_id" => of_account(self.account),
            "aws_partition" => of_account(self.partition),
            "name" => of_account(self.name),
            _ => match name.strip_prefix(PREFIX).and_then(|var| self.var(var)) {
                Some(entry) => Named::Var(entry),
                None => Named::Unknown,
            },
        }
    }

    /// The variable of this name, as the nearest layer has it.
    pub fn var(&self, name: &str) -> Option<&'a Entry> {
        self.vars.iter().find_map(|layer| layer.get(name))
    }

    /// Every name that is known, as it is written between the braces.
    pub(super) fn known(&self) -> Vec<String> {
        let mut vars: Vec<String> =
            self.vars.iter().flat_map(Vars::iter).map(|entry| format!("{PREFIX}{}", entry.key)).collect();
        vars.sort();
        vars.dedup();
        OF_ACCOUNT.iter().map(|name| (*name).to_owned()).chain(vars).collect()
    }
}

/// Whether a variable may be called so: letters, digits, `_` and `-`, the first no digit and no `-`.
pub fn is_var_name(name: &str) -> bool {
    const MAX_LENGTH: usize = 64;
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && name.len() <= MAX_LENGTH && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
