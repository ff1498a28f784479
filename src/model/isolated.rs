//! Live rows that cannot be matched to the config safely: their identity cannot be told, they cannot be read, or
//! several go by one name.
//!
//! They are listed with all that tells them apart, and nothing is done to them. The one exception is a tombstone that
//! says, with `id:`, which of several it means.

use std::collections::BTreeSet;

use super::key::{Key, RemoteId};
use super::kind::Kind;
use super::observed::Observed;

/// One such row.
#[derive(Debug, Clone)]
pub struct Isolated {
    /// What sort of thing it is; what it is spoken of as, where that cannot be told.
    pub kind: &'static Kind,
    /// Whether its kind can be told. Otherwise it may be of any.
    pub kind_is_known: bool,
    /// Every name it goes by or seems to go by.
    pub names: BTreeSet<String>,
    /// Whether those names say for certain which row it is.
    pub identified: bool,
    /// The vendor's handle, where it has one.
    pub id: Option<RemoteId>,
    /// The AWS account it belongs to or seems to belong to, where the row says.
    pub account: Option<String>,
    /// Why it is isolated, as the end of a sentence about it.
    pub why: String,
    /// What else tells it from the others: a word for each field, and its value as text.
    pub marks: Vec<(&'static str, String)>,
    /// Whether the config declares or removes something under one of its names.
    pub named: bool,
    /// The row, if it can be read: only then can a tombstone with its id delete it.
    pub row: Option<Observed>,
}

impl Isolated {
    /// Whether it goes by one of these names.
    pub fn goes_by<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> bool {
        names.any(|name| self.names.contains(name))
    }

    /// Whether it may be a row of this kind.
    pub fn may_be(&self, kind: &Kind) -> bool {
        !self.kind_is_known || self.kind == kind
    }

    /// What an entry under `removed:` must say to mean this row and no other of `all`: the account, the row's id, and
    /// whose row it is.
    pub fn tombstone(&self, all: &[Isolated]) -> Option<(&str, &RemoteId, String)> {
        let row = self.row.as_ref().filter(|row| row.not_manageable.is_none())?;
        let alone = all
            .iter()
            .filter(|other| other.kind.provider == self.kind.provider && other.id.as_ref() == Some(&row.id))
            .count()
            == 1;
        Some((row.account.as_deref()?, &row.id, self.kind.label())).filter(|_| alone)
    }

    /// The key by which it is spoken of: its own, or the best there is.
    pub fn key(&self) -> Key {
        let name = || {
            self.account.clone().or_else(|| self.names.first().cloned()).or_else(|| Some(self.id.as_ref()?.0.clone()))
        };
        match &self.row {
            Some(row) => row.key.clone(),
            None => self.kind.key(name().unwrap_or_else(|| "?".to_owned())),
        }
    }

    /// What names it before everything else, for people: its account, or the best there is.
    pub fn title(&self) -> Option<&str> {
        let own = self.row.as_ref().map(|row| row.key.name.as_str());
        own.or(self.account.as_deref()).or_else(|| self.names.first().map(String::as_str))
    }

    /// How it is named in lists of such rows: account, or the best there is, and kind.
    pub fn shown(&self) -> String {
        let account = self.account.as_deref().or_else(|| self.title());
        account.map_or_else(|| self.kind.label(), |account| format!("{account} {}", self.kind.label()))
    }

    /// What rows are listed by: the vendor's order means nothing.
    pub fn order(&self) -> (Key, &Option<RemoteId>, &[(&'static str, String)]) {
        (self.key(), &self.id, &self.marks)
    }
}
