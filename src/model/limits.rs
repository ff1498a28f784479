//! Limits: how many accounts one apply may touch at each provider, and what confirms more.

use std::collections::BTreeMap;

use super::source::Place;

/// What a limit counts. Each counts accounts, and an account once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitName {
    /// Accounts created.
    Creates,
    /// Accounts deleted.
    Deletes,
    /// Accounts with updates that stop or can break collection.
    Disruptive,
    /// Accounts of which more is collected.
    Costly,
    /// Accounts updated.
    Updates,
}

impl LimitName {
    /// All of them, in the order in which they are shown.
    pub const ALL: [LimitName; 5] =
        [LimitName::Creates, LimitName::Deletes, LimitName::Disruptive, LimitName::Costly, LimitName::Updates];

    /// Its key under `limits:` and `confirm:`, and the end of its flag.
    pub fn word(self) -> &'static str {
        match self {
            LimitName::Creates => "creates",
            LimitName::Deletes => "deletes",
            LimitName::Disruptive => "disruptive",
            LimitName::Costly => "costly",
            LimitName::Updates => "updates",
        }
    }

    /// What it counts, in words.
    pub fn noun(self) -> &'static str {
        match self {
            LimitName::Disruptive => "disruptive updates",
            LimitName::Costly => "costly changes",
            LimitName::Creates | LimitName::Deletes | LimitName::Updates => self.word(),
        }
    }

    /// Where the config says nothing: the most that are allowed, and the least that a small fleet is.
    fn usual(self) -> Option<(usize, usize)> {
        match self {
            LimitName::Creates => Some((25, 5)),
            LimitName::Deletes => Some((3, 1)),
            LimitName::Disruptive | LimitName::Costly => Some((20, 5)),
            LimitName::Updates => None,
        }
    }
}

/// The limits that the config writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits(pub BTreeMap<LimitName, usize>);

/// How many accounts may be touched at one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// So many.
    pub most: usize,
    /// What it is of the accounts that can be written, if that is why it is less than usual.
    pub share: Option<Share>,
}

/// What the limit of a small fleet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// A third of the accounts that can be written.
    Third,
    /// The least that a limit is by itself.
    Least,
}

impl Limits {
    /// The limit at a provider at which so many declared accounts can be written; nothing if there is none. What the
    /// config does not say is what is usual, or a third of those accounts if that is less.
    pub fn at(&self, name: LimitName, writable: usize) -> Option<Limit> {
        if let Some(most) = self.0.get(&name) {
            return Some(Limit { most: *most, share: None });
        }
        let (usual, least) = name.usual()?;
        Some(match writable / 3 {
            third if third >= usual => Limit { most: usual, share: None },
            third if third > least => Limit { most: third, share: Some(Share::Third) },
            _ => Limit { most: least, share: Some(Share::Least) },
        })
    }
}

/// Exact numbers that may exceed a limit, each with the place it was written, if in git.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confirm(pub BTreeMap<LimitName, (usize, Option<Place>)>);

impl Confirm {
    /// One number that no file says.
    pub fn of(name: LimitName, number: usize) -> Self {
        Confirm(BTreeMap::from([(name, (number, None))]))
    }

    /// The number that is confirmed for a limit, if one is.
    pub fn number(&self, name: LimitName) -> Option<usize> {
        self.0.get(&name).map(|(number, _)| *number)
    }
}

/// One limit at one provider, and how it was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitCheck {
    /// Which limit.
    pub name: LimitName,
    /// At which provider.
    pub provider: &'static str,
    /// Accounts counted.
    pub used: usize,
    /// Accounts allowed.
    pub limit: usize,
    /// What is wrong, and what to do; nothing if the limit is kept.
    pub refused: Option<String>,
}
