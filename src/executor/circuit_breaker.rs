//! When to stop writing: a vendor refuses the keys, or has been silent for too many accounts in a row. One vendor never
//! stops another.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::plan::VendorError;
use crate::model::{Failure, Key, Kind};
use crate::providers;

/// Accounts in a row that a vendor may lose before new writes to it end.
const MOST_LOST: usize = 5;

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
    everything: Option<String>,
    kinds: BTreeMap<(&'static str, &'static Kind), String>,
}

impl CircuitBreaker {
    /// Why no row of this kind may be written any more, if so.
    pub fn reason(&self, key: &Key) -> Option<String> {
        let mut state = self.state();
        if let Some(reason) = &state.everything {
            return Some(reason.clone());
        }
        let vendor = state.vendor(key);
        vendor.everything.as_ref().or_else(|| vendor.kinds.get(&(key.provider, key.kind))).cloned()
    }

    /// Nothing more may be written anywhere, for this reason, unless there is one already.
    pub fn trip(&self, reason: &str) {
        self.state().everything.get_or_insert_with(|| reason.to_owned());
    }

    /// A row went through.
    pub fn went_well(&self, key: &Key) {
        self.state().vendor(key).lost_in_a_row = 0;
    }

    /// A row did not. `is_unknown` says whether the vendor does not know the credentials at all.
    pub fn went_wrong(&self, key: &Key, error: &VendorError, is_unknown: bool) {
        if let VendorError::NotYet(in_the_end) = error {
            return self.went_wrong(key, in_the_end, is_unknown);
        }
        let mut state = self.state();
        let vendor = state.vendor(key);
        match error {
            VendorError::Denied(_) if is_unknown => {
                vendor
                    .everything
                    .get_or_insert_with(|| "the vendor refused the keys, so nothing more was tried there".to_owned());
            }
            VendorError::Denied(_) => {
                let reason = "the vendor refused the keys for this, so nothing more of the kind was tried";
                vendor.kinds.entry((key.provider, key.kind)).or_insert_with(|| reason.to_owned());
            }
            // One account's own credentials say nothing of the next.
            VendorError::NoAnswer(Failure::NotAuthorized { .. }) => {}
            VendorError::Failing(_) | VendorError::Limited(_) | VendorError::NoAnswer(_) => {
                vendor.lost_in_a_row += 1;
                if vendor.lost_in_a_row >= MOST_LOST {
                    let reason = || {
                        format!(
                            "{MOST_LOST} accounts in a row were lost at this vendor, so nothing more was tried there"
                        )
                    };
                    vendor.everything.get_or_insert_with(reason);
                }
            }
            VendorError::Exists(_)
            | VendorError::Gone(_)
            | VendorError::Invalid { .. }
            | VendorError::NotYet(_)
            | VendorError::Unreadable(_) => vendor.lost_in_a_row = 0,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn vendor(&mut self, key: &Key) -> &mut Vendor {
        let backend = providers::named(key.provider).map_or(key.provider, |provider| provider.backend());
        self.vendors.entry(backend).or_default()
    }
}
