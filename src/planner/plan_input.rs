//! Everything a plan is made of: the desired state, what was read, and what the command asks for.

use std::collections::BTreeMap;

use super::approval::Approved;
use super::provider_snapshot::ProviderSnapshot;
use crate::model::limits::Confirm;
use crate::model::{DesiredState, Observed, ResourceSelection, Sources};

/// How exactly a confirmed number must be met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConfirmMode {
    /// `plan`: the number itself.
    #[default]
    Exact,
    /// `apply`: that or fewer, since it may be a resume.
    AtMost,
    /// `drift`: nothing will be done, so no limit is asked.
    NoLimits,
}

/// Everything a plan is made of.
pub struct PlanInput<'a> {
    /// What git asks for.
    pub desired: &'a DesiredState,
    /// What the vendors list, by provider.
    pub snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
    /// Where things were written.
    pub sources: &'a Sources,
    /// Only these accounts and resources, if given.
    pub only: Option<&'a ResourceSelection>,
    /// Numbers confirmed on the command line; they win over those in git.
    pub confirm: &'a Confirm,
    /// How exactly.
    pub confirm_mode: ConfirmMode,
    /// Only what these plans contain, if any were named.
    pub approved: Option<&'a Approved>,
    /// Send every declared secret again.
    pub resend_secrets: bool,
}

impl PlanInput<'_> {
    /// Whether `--only` leaves this live row in.
    pub(super) fn selects(&self, row: &Observed) -> bool {
        self.only.is_none_or(|only| only.has_row(row))
    }
}
