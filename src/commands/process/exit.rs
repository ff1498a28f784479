//! Exit codes: stable, documented, one meaning each.

use crate::model::diagnostic::any_error;
use crate::model::{ErrorKind, Plan, Report, Status};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done. plan: computed; apply: converged and verified; drift: in sync.
    Done = 0,
    /// Failed, or not everything could be read; nothing was changed.
    Failed = 1,
    /// Drift, or changes are pending.
    Pending = 2,
    /// Some changes were made, and not everything is proved. Running it again is the resume.
    Partial = 3,
    /// Refused by a limit or a rule.
    Refused = 4,
    /// The config is invalid.
    Invalid = 5,
    /// Wrong usage.
    Usage = 64,
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Usage => Exit::Usage,
            ErrorKind::InvalidConfig => Exit::Invalid,
            ErrorKind::Refused => Exit::Refused,
            ErrorKind::Failed => Exit::Failed,
        }
    }
}

impl Exit {
    /// The number the process ends with.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it means, in a word.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Failed => "failed",
            Exit::Pending => "pending",
            Exit::Partial => "partial",
            Exit::Refused => "refused",
            Exit::Invalid => "invalid",
            Exit::Usage => "usage",
        }
    }

    /// This ending of a run whose result could not be delivered: that is a failure, unless a weightier ending is told.
    pub fn and(self, undelivered: Exit) -> Exit {
        match self {
            Exit::Done | Exit::Pending => undelivered,
            other => Exit::first_of([other, undelivered]),
        }
    }

    /// The first of several endings that applies: 64, 5, 3, 4, 1, 2, 0.
    pub fn first_of(endings: impl IntoIterator<Item = Exit>) -> Exit {
        let order = [Exit::Usage, Exit::Invalid, Exit::Partial, Exit::Refused, Exit::Failed, Exit::Pending];
        let endings: Vec<Exit> = endings.into_iter().collect();
        order.into_iter().find(|exit| endings.contains(exit)).unwrap_or(Exit::Done)
    }
}

/// The endings that a plan alone brings about.
pub fn endings(plan: &Plan) -> Vec<Exit> {
    let mut endings = Vec::new();
    endings.extend(any_error(&plan.diagnostics).then_some(Exit::Invalid));
    endings.extend(is_refused(plan).then_some(Exit::Refused));
    endings.extend((!plan.all_listings_read()).then_some(Exit::Failed));
    endings
}

/// Whether a limit or a rule refuses anything of it.
pub fn is_refused(plan: &Plan) -> bool {
    plan.is_refused() || !plan.refusals.is_empty()
}

/// How an apply ended: 3 if anything was written and not everything is proved; then what the plan says; then 1.
pub fn applied(plan: &Plan, report: &Report) -> Exit {
    let proved = report.has_converged(plan);
    let mut endings = endings(plan);
    endings.extend((!plan.held_back.is_empty()).then_some(Exit::Refused));
    endings.extend((report.wrote() && !proved).then_some(Exit::Partial));
    let moved = report.outcomes.iter().any(|outcome| matches!(outcome.status, Status::Stale(_)));
    endings.extend(moved.then_some(Exit::Refused));
    endings.extend((!report.is_proved() || !plan.all_rows_read()).then_some(Exit::Failed));
    Exit::first_of(endings)
}
