//! When to stop writing: a vendor refuses the keys, or has been silent for too many accounts in a row. One vendor never
//! stops another; and where each account has an endpoint of its own, what one account's keys may not do says nothing of
//! the next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use crate::model::lock::lock;
use crate::model::plan::VendorError;
use crate::model::{Failure, Key, Kind};
use crate::providers;

/// Accounts in a row that a vendor may lose before new writes to it end.
const MAX_LOST: usize = 5;

/// Whether new writes may begin.
#[derive(Debug, Default)]
pub struct CircuitBreaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    everything: Option<String>,
    vendors: BTreeMap<&'static str, Vendor>,
}

#[derive(Debug, Default)]
struct Vendor {
    lost_in_a_row: usize,
    /// Whether as many in a row were lost as may be.
    is_lost: bool,
    /// What ended where keys were refused: at the endpoint that all accounts share, or at that of one account.
    refused: BTreeMap<Option<String>, Refused>,
}

/// What ended at one endpoint.
#[derive(Debug, Default)]
struct Refused {
    everything: bool,
    kinds: BTreeSet<(&'static str, &'static Kind)>,
}

impl Refused {
    fn reason(&self, key: &Key) -> Option<&'static str> {
        if self.everything {
            return Some("the vendor refused the keys, so nothing more was tried there");
        }
        let reason = "the vendor refused the keys for this, so nothing more of the kind was tried";
        self.kinds.contains(&(key.provider, key.kind)).then_some(reason)
    }
}

/// The last answer to an action, as far as it says whose keys were refused.
#[derive(Debug, Clone, Default)]
pub struct LastAnswer {
    /// The account whose endpoint it came from; nothing where all accounts share one.
    pub account: Option<String>,
    /// Whether the vendor does not know the credentials at all.
    pub is_unknown: bool,
}

impl CircuitBreaker {
    /// Why no row of this kind may be written any more in this AWS account, if so.
    pub fn reason(&self, key: &Key, account: Option<&str>) -> Option<String> {
        let mut state = self.state();
        if let Some(reason) = &state.everything {
            return Some(reason.clone());
        }
        let vendor = state.vendor(key);
        if vendor.is_lost {
            let reason = "accounts in a row were lost at this vendor, so nothing more was tried there";
            return Some(format!("{MAX_LOST} {reason}"));
        }
        let refused = |at: Option<&str>| vendor.refused.get(&at.map(str::to_owned))?.reason(key);
        let own = || account.and_then(|account| refused(Some(account)));
        refused(None).or_else(own).map(str::to_owned)
    }

    /// Nothing more may be written anywhere, for this reason, unless there is one already.
    pub fn trip(&self, reason: &str) {
        self.state().everything.get_or_insert_with(|| reason.to_owned());
    }

    /// A row went through.
    pub fn went_well(&self, key: &Key) {
        self.state().vendor(key).lost_in_a_row = 0;
    }

    /// A row did not. `last` is the last answer that it had.
    pub fn went_wrong(&self, key: &Key, error: &VendorError, last: &LastAnswer) {
        if let VendorError::NotYet(in_the_end) = error {
            return self.went_wrong(key, in_the_end, last);
        }
        let mut state = self.state();
        let vendor = state.vendor(key);
        match error {
            VendorError::Denied(_) => {
                let refused = vendor.refused.entry(last.account.clone()).or_default();
                refused.everything |= last.is_unknown;
                refused.kinds.insert((key.provider, key.kind));
            }
            // One account's own credentials say nothing of the next.
            VendorError::NoAnswer(Failure::NotAuthorized { .. }) => {}
            VendorError::Failing(_) | VendorError::Limited(_) | VendorError::NoAnswer(_) => {
                vendor.lost_in_a_row += 1;
                vendor.is_lost |= vendor.lost_in_a_row >= MAX_LOST;
            }
            VendorError::Exists(_)
            | VendorError::Gone(_)
            | VendorError::Invalid { .. }
            | VendorError::NotYet(_)
            | VendorError::Unreadable(_) => vendor.lost_in_a_row = 0,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

impl State {
    fn vendor(&mut self, key: &Key) -> &mut Vendor {
        let backend = providers::named(key.provider).map_or(key.provider, |provider| provider.backend());
        self.vendors.entry(backend).or_default()
    }
}
