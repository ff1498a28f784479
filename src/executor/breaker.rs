//! When to stop writing: the vendor refuses the keys, or has been silent for too many accounts in a row.

use std::sync::{Mutex, PoisonError};

use crate::model::plan::VendorError;

/// Accounts in a row that may be lost before new writes end.
const MOST_LOST: usize = 5;

/// Whether new writes may begin.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    lost_in_a_row: usize,
    reason: Option<String>,
}

impl Breaker {
    /// Why nothing more may be written, if so.
    pub fn reason(&self) -> Option<String> {
        self.state().reason.clone()
    }

    /// Nothing more may be written, for this reason, unless there is one already.
    pub fn hold(&self, reason: &str) {
        self.state().reason.get_or_insert_with(|| reason.to_owned());
    }

    /// An account went through.
    pub fn went_well(&self) {
        self.state().lost_in_a_row = 0;
    }

    /// An account did not.
    pub fn went_wrong(&self, error: &VendorError) {
        if let VendorError::NotYet(in_the_end) = error {
            return self.went_wrong(in_the_end);
        }
        let mut state = self.state();
        match error {
            VendorError::Denied(_) => {
                state.reason.get_or_insert_with(|| "the vendor refused the keys, so nothing more was tried".to_owned());
            }
            VendorError::Failing(_) | VendorError::Limited(_) | VendorError::Door(_) => {
                state.lost_in_a_row += 1;
                if state.lost_in_a_row >= MOST_LOST {
                    state.reason.get_or_insert_with(|| format!("{MOST_LOST} accounts in a row were lost, so nothing more was tried"));
                }
            }
            VendorError::Exists(_) | VendorError::Gone(_) | VendorError::Invalid { .. } | VendorError::NotYet(_) | VendorError::Unreadable(_) => {
                state.lost_in_a_row = 0
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
