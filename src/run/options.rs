//! What a plan is asked for besides the config.

use std::sync::Arc;

use crate::model::limits::Confirm;
use crate::model::{Diagnostics, ResourceSelection};
use crate::planner::ConfirmMode;
use crate::planner::approval::Approved;

/// How a plan is made. The default plans everything that the config asks for, within its limits.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// Only these accounts, by any of their names, and single resources of accounts; everything if nothing is said.
    pub only: Option<ResourceSelection>,
    /// Numbers that may exceed a limit. They win over those in the config.
    pub confirm: Confirm,
    /// How exactly they must be met.
    pub confirm_mode: ConfirmMode,
    /// Only what these plans contain; the rest is held back.
    pub approved: Option<Arc<Approved>>,
    /// What there is to say of the files of those plans.
    pub warnings: Diagnostics,
    /// Whether every declared secret is sent again.
    pub resend_secrets: bool,
    /// Whether role, external id and trust policy of every managed account are wanted.
    pub trust: bool,
}

impl PlanOptions {
    /// The same without any approval: what differs, whoever may want it so.
    pub(super) fn unapproved(&self) -> Self {
        PlanOptions { approved: None, resend_secrets: false, ..self.clone() }
    }
}
