//! A config before and after a change to it, as data: what the change does, apart from what was pending already.

use std::collections::BTreeSet;

use super::key::Key;
use super::limits::LimitName;
use super::path::Path;
use super::source::Source;

/// Where an action comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The config before the change would not do it.
    ThisChange,
    /// Some of its field changes are pending already, some are new.
    Both {
        /// The fields that are pending; all of them where only more is left to the vendor than before.
        pending: BTreeSet<Path>,
    },
    /// The config before the change would do it just so.
    Pending,
}

/// What the config no longer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weakened {
    /// An account is neither declared nor removed any more: it is left alone from now on.
    Account {
        /// Which row.
        key: Key,
        /// For people.
        name: Option<String>,
        /// Where it was declared, in the config before the change.
        was: Source,
    },
    /// Fields of an account that is still declared are not managed any more.
    Fields {
        /// Which row.
        key: Key,
        /// For people.
        name: Option<String>,
        /// Which fields.
        paths: Vec<Path>,
        /// Where the first was declared, in the config before the change.
        was: Source,
    },
    /// A row that is still declared is not written any more.
    Withheld {
        /// What keeps heeler from it now: `hold` or `read_only`.
        what: &'static str,
        /// Which row.
        key: Key,
        /// For people.
        name: Option<String>,
        /// Where that is said, in the config with the change.
        now: Source,
    },
    /// A row that the config before the change would delete, and that stays because it is read only now.
    DeletePutOff {
        /// Which row.
        key: Key,
        /// For people.
        name: Option<String>,
        /// Where that is said, in the config with the change.
        now: Source,
    },
    /// An account is not protected any more.
    Protection {
        /// The identity under `protect:`.
        identity: String,
        /// Where it was protected.
        was: Source,
    },
    /// A limit is higher than it was, or gone.
    Limit {
        /// Which limit.
        name: LimitName,
        /// As it was.
        from: usize,
        /// As it is; nothing if there is none any more.
        to: Option<usize>,
    },
    /// A number is confirmed that exceeds a limit, and was not before.
    Confirmed {
        /// Which limit.
        name: LimitName,
        /// How many.
        number: usize,
    },
    /// Rows of a provider are written now that were only looked at.
    Released {
        /// What no longer keeps heeler from them: `hold` or `read_only`.
        what: &'static str,
        /// The provider.
        provider: &'static str,
        /// How many rows.
        rows: usize,
        /// Where the first of them was kept, in the config before the change.
        was: Source,
    },
    /// The config owns every account now, and did not before.
    Ownership,
    /// Keys of any organization are let in now.
    Guard {
        /// The provider.
        provider: &'static str,
        /// The organization the config was for.
        organization: String,
    },
    /// Keys of another organization are let in now.
    Organization {
        /// The provider.
        provider: &'static str,
        /// The organization the config was for.
        from: String,
        /// The one it is for now.
        to: String,
    },
    /// Another site of the vendor is addressed.
    Site {
        /// The provider.
        provider: &'static str,
        /// As it was.
        from: String,
        /// As it is.
        to: String,
    },
    /// An account is not removed any more, and still live: it stays, and is left alone.
    Tombstone {
        /// Which row.
        key: Key,
        /// Why it was to go.
        reason: String,
        /// Where it was removed, in the config before the change.
        was: Source,
    },
}

/// A changed lower layer that does not reach an account, because a higher layer says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadowed {
    /// Which row.
    pub key: Key,
    /// For people.
    pub name: Option<String>,
    /// `defaults`, or `profile NAME`.
    pub layer: String,
    /// The field that changed there.
    pub path: Path,
    /// Where the account's own value comes from.
    pub by: Source,
}

/// What a change to the config does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BaseComparison {
    /// The config before the change, as it was named.
    pub base: String,
    /// What the config no longer declares, protects or limits; accounts first.
    pub weakened: Vec<Weakened>,
    /// Whom a changed default or profile does not reach.
    pub shadowed: Vec<Shadowed>,
    /// One for each action of the plan, in its order.
    pub origins: Vec<Origin>,
}
