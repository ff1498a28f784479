//! What no longer matches, account by account, as data: the plan seen from the other side.

use super::change::FieldChange;
use super::key::{Key, RemoteId};
use super::source::Source;

/// In which way an account does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Declared and live, and a managed field differs.
    Changed,
    /// Declared, and not live.
    Missing,
    /// Live, although `removed:` names it.
    Lingering,
    /// Live, and no entry names it.
    Unmanaged,
}

impl Class {
    /// All of them, in the order they are shown.
    pub const ALL: [Class; 4] = [Class::Changed, Class::Missing, Class::Lingering, Class::Unmanaged];

    /// As it is written everywhere.
    pub fn word(self) -> &'static str {
        match self {
            Class::Changed => "changed",
            Class::Missing => "missing",
            Class::Lingering => "lingering",
            Class::Unmanaged => "unmanaged",
        }
    }
}

/// One account that does not match.
#[derive(Debug, Clone)]
pub struct Drifted {
    /// In which way.
    pub class: Class,
    /// Which row.
    pub key: Key,
    /// The AWS account, where known.
    pub account: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// The vendor's handle, of a live row.
    pub row: Option<RemoteId>,
    /// Where the config speaks of it, if it does.
    pub source: Option<Source>,
    /// Why it should be gone, as the config says; only what lingers has one.
    pub reason: Option<String>,
    /// What differs: `before` is what is live, `after` what is declared. Never a secret: those are not compared.
    pub changes: Vec<FieldChange>,
    /// The deleted row that apply would bring back, of what is missing.
    pub trashed: Option<RemoteId>,
    /// Why apply would not put it right, if so.
    pub refused: Option<Refused>,
    /// Whether an entry names its AWS account all the same, but not for this provider; only of what is unmanaged.
    pub named: bool,
    /// Whether it makes the run exit 2: unmanaged accounts only do under `--strict`, or where the config owns every
    /// account.
    pub counts: bool,
}

/// Why apply would not put an account right: it refuses to, or writes nothing there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is refused and why.
    pub why: String,
    /// What to do instead.
    pub help: String,
    /// Whether nothing is written there at all, which apply passes over.
    pub read_only: bool,
}

/// Everything that no longer matches.
#[derive(Debug, Clone, Default)]
pub struct Drift {
    /// By class, then key.
    pub items: Vec<Drifted>,
    /// The same drift, the same fingerprint; nothing after an incomplete reading, or where nothing that counts drifted.
    pub fingerprint: Option<String>,
}

impl Drifted {
    /// Whether nothing is written there, because its provider or block says `read_only:`.
    pub fn is_read_only(&self) -> bool {
        self.refused.as_ref().is_some_and(|refused| refused.read_only)
    }
}

impl Drift {
    /// Whether anything in it counts.
    pub fn any(&self) -> bool {
        self.items.iter().any(|item| item.counts)
    }

    /// How many of a class.
    pub fn count(&self, class: Class) -> usize {
        self.of(class).count()
    }

    /// Those of a class.
    pub fn of(&self, class: Class) -> impl Iterator<Item = &Drifted> {
        self.items.iter().filter(move |item| item.class == class)
    }
}
