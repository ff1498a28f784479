//! A plan is data, in the order it will run. Rendering is a function of it; the executor has no choices left.

use std::collections::{BTreeMap, BTreeSet};

pub use super::action::{Action, Op};
pub use super::action_id::{ActionId, OpId};
pub use super::change::{Change, Changes, FieldChange};
use super::desired::LeftOutReason;
use super::diagnostic::Diagnostic;
use super::isolated::Isolated;
use super::key::{Key, RemoteId};
use super::limits::{LimitCheck, LimitName};
use super::observed::Trust;
pub use super::on_hold::{OnHold, OnHoldFinding};
use super::output::Preparation;
pub use super::refusal::{Refusal, RefusedOp};
use super::resource_names::ResourceNames;
use super::row_description::Descriptions;
use super::row_tally::RowTally;
use super::source::Source;
pub use super::unreadable::{UnreadPart, Unreadable};
pub use super::vendor_error::VendorError;

/// A live account that no entry names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// Which row.
    pub key: Key,
    /// The vendor's handle.
    pub id: RemoteId,
    /// Its AWS account, where known.
    pub account: Option<String>,
    /// Why it can never be changed from here, if so.
    pub not_manageable: Option<&'static str>,
    /// Whether some entry names its AWS account, but not for this provider.
    pub named: bool,
}

impl Unmanaged {
    /// As people know it, with a word where the config names the account all the same.
    pub fn shown(&self, names: &ResourceNames) -> String {
        let shown = names.name(&self.key);
        if self.named { format!("{shown} (named, not managed)") } else { shown }
    }
}

/// A tombstone whose row is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObsoleteTombstone {
    /// The account it names.
    pub identity: String,
    /// What it is limited to, as `from:` says it; nothing if it is about all providers.
    pub from: Vec<String>,
    /// The line to remove.
    pub source: Source,
}

impl ObsoleteTombstone {
    /// The account, and what of it: `210000000001 wavefront.ec2`.
    pub fn shown(&self) -> String {
        let words: Vec<&str> = std::iter::once(&self.identity).chain(&self.from).map(String::as_str).collect();
        words.join(" ")
    }
}

/// A live account that the config manages, and what its AWS side needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Managed {
    /// Which row.
    pub key: Key,
    /// The AWS account, where known.
    pub account: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// The partition of its account, where it can be told.
    pub partition: Option<String>,
    /// The vendor's handle.
    pub id: RemoteId,
    /// Role, external id and trust policy.
    pub trust: Option<Trust>,
}

/// A managed live account in which the vendor says that something does not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthIssues {
    /// Which row.
    pub key: Key,
    /// The AWS account, where known.
    pub account: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// In the vendor's own words.
    pub issues: Vec<String>,
}

/// What apply would do, and all that was noticed on the way.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What is issued before actions that need it. Each is there for an action that stands in `actions`.
    pub preparations: Vec<Preparation>,
    /// In an order in which they can run.
    pub actions: Vec<Action>,
    /// What no approved plan contains: not done, and shown.
    pub held_back: Vec<Action>,
    /// What its own entry holds: not done, and shown.
    pub on_hold: Vec<OnHold>,
    /// What differs where nothing is written, because a provider or a block says `read_only:`, or could not be read
    /// there: not done, and shown. Where drift is looked for, what could not be read stands in `unreadable` instead.
    pub read_only: Vec<OnHold>,
    /// Declared rows that already match.
    pub unchanged: RowTally,
    /// Providers that are left out, and why.
    pub left_out: BTreeMap<&'static str, LeftOutReason>,
    /// How its rows are named.
    pub names: ResourceNames,
    /// How many accounts the config declares, and how many are live, per provider.
    pub row_counts: BTreeMap<&'static str, RowCounts>,
    /// Live accounts that are left alone.
    pub unmanaged: Vec<Unmanaged>,
    /// Tombstones to remove.
    pub obsolete_tombstones: Vec<ObsoleteTombstone>,
    /// Accounts that are refused.
    pub refusals: Vec<Refusal>,
    /// The limits, provider by provider.
    pub limit_checks: Vec<LimitCheck>,
    /// What there is to say about the config, with places: what was found as it was read, and what the catalogs say.
    pub diagnostics: Vec<Diagnostic>,
    /// Providers, accounts and single rows that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Whether this is about selected rows only: nothing is known of the others.
    pub selected_only: bool,
    /// Isolated rows: nothing is done to them.
    pub isolated: Vec<Isolated>,
    /// Role, external id and trust policy of every managed live account.
    pub managed: Vec<Managed>,
    /// What people know those rows by that go, or that no entry names.
    pub descriptions: Descriptions,
    /// Managed live accounts in which the vendor says that something does not work. No reason to change anything.
    pub health_issues: Vec<HealthIssues>,
}

/// How many rows a provider has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// In the config.
    pub declared: usize,
    /// In the listing.
    pub live: usize,
}

/// The accounts that these actions are about. An account counts once per provider, however many rows it has there.
fn accounts<'a>(actions: impl Iterator<Item = &'a Action>) -> BTreeSet<(&'static str, &'a str)> {
    actions.map(|action| (action.key.provider, action.account.as_deref().unwrap_or(&action.key.name))).collect()
}

impl Plan {
    /// Remembers what people know rows by, and says it of those that go.
    pub fn describe(&mut self, descriptions: Descriptions) {
        let held = self.on_hold.iter_mut().chain(&mut self.read_only).filter_map(OnHold::action_mut);
        for action in self.actions.iter_mut().chain(&mut self.held_back).chain(held) {
            if let Op::Delete { observed, description: described, .. } = &mut action.op {
                **described = descriptions.of(&action.key, &observed.id).cloned().unwrap_or_default();
                action.name = action.name.take().or_else(|| described.name.clone());
            }
        }
        for refusal in &mut self.refusals {
            if let RefusedOp::Delete { row, .. } = &refusal.op
                && refusal.name.is_none()
            {
                refusal.name = descriptions.name(&refusal.key, row).map(str::to_owned);
            }
        }
        self.descriptions = descriptions;
    }

    /// How many accounts count against a limit, at all providers together.
    pub fn accounts(&self, limit: LimitName) -> usize {
        self.accounts_by_provider(limit).values().sum()
    }

    /// The accounts that count against a limit, each with its provider.
    pub fn accounts_against(&self, limit: LimitName) -> BTreeSet<(&'static str, &str)> {
        accounts(self.actions.iter().filter(|action| action.counts_against(limit)))
    }

    /// How many accounts count against a limit, by provider; none where none do.
    pub fn accounts_by_provider(&self, limit: LimitName) -> BTreeMap<&'static str, usize> {
        let mut counted = BTreeMap::new();
        for (provider, _) in self.accounts_against(limit) {
            *counted.entry(provider).or_default() += 1;
        }
        counted
    }

    /// How many accounts are created, updated, deleted: the numbers that the limits are about.
    pub fn counts(&self) -> (usize, usize, usize) {
        let [creates, updates, deletes] =
            [LimitName::Creates, LimitName::Updates, LimitName::Deletes].map(|limit| self.accounts(limit));
        (creates, updates, deletes)
    }

    /// Accounts with updates that stop collection or can break it.
    pub fn disruptive(&self) -> usize {
        self.accounts(LimitName::Disruptive)
    }

    /// Accounts of which more is collected.
    pub fn costly(&self) -> usize {
        self.accounts(LimitName::Costly)
    }

    /// Accounts of which something is held back.
    pub fn accounts_held_back(&self) -> usize {
        accounts(self.held_back.iter()).len()
    }

    /// The limits that something counts against, by provider; the provider is nothing where only one is in use.
    pub fn used_limits(&self) -> BTreeMap<Option<&'static str>, Vec<&LimitCheck>> {
        let mut used = BTreeMap::<_, Vec<&LimitCheck>>::new();
        for check in self.limit_checks.iter().filter(|check| check.used > 0) {
            used.entry(Some(check.provider).filter(|_| self.row_counts.len() > 1)).or_default().push(check);
        }
        used
    }

    /// What would be done where nothing is written, because of `hold:` or `read_only:`.
    pub fn withheld(&self) -> impl Iterator<Item = &Action> {
        self.on_hold.iter().chain(&self.read_only).filter_map(OnHold::action)
    }

    /// What would be refused where nothing is written, because of `hold:` or `read_only:`.
    pub fn withheld_refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.on_hold.iter().chain(&self.read_only).filter_map(OnHold::refusal)
    }

    /// How many rows are on hold and differ, or cannot be told to match.
    pub fn differ_on_hold(&self) -> usize {
        self.on_hold.iter().filter(|held| held.may_differ()).count()
    }

    /// Whether a limit refuses the whole run.
    pub fn is_refused(&self) -> bool {
        self.limit_checks.iter().any(|check| check.refused.is_some())
    }

    /// Whether every provider was read to the end. Single rows and accounts that could not be read are another matter:
    /// see [`Plan::unread`].
    pub fn all_listings_read(&self) -> bool {
        !self.unreadable.iter().any(Unreadable::is_whole_provider)
    }

    /// The rows and accounts that the config speaks of and that could not be read, at providers that were.
    pub fn unread(&self) -> impl Iterator<Item = &Unreadable> {
        self.unreadable.iter().filter(|unreadable| !unreadable.is_whole_provider())
    }

    /// Notes that an account could not be read, unless that has been noted.
    pub fn note_unread_account(&mut self, provider: &'static str, account: &str, error: &VendorError) {
        let part = UnreadPart::Account(account.to_owned());
        self.note_unread(Unreadable { provider, part, error: error.clone() });
    }

    /// Notes what could not be read, unless that has been noted.
    pub fn note_unread(&mut self, unread: Unreadable) {
        if !self.unreadable.iter().any(|known| (known.provider, &known.part) == (unread.provider, &unread.part)) {
            self.unreadable.push(unread);
        }
    }

    /// Whether every row that the config declares could be read.
    pub fn all_rows_read(&self) -> bool {
        self.unreadable.is_empty()
    }
}
