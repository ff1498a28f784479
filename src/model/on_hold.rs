//! A row that is shown and never written, and what would come of it otherwise.

use super::action::Action;
use super::change::FieldChange;
use super::desired::HoldCause;
use super::key::Key;
use super::refusal::Refusal;
use super::source::Source;
use super::vendor_error::VendorError;

/// A row that is shown and never written, because its entry says `hold:`, or its provider or block `read_only:`.
#[derive(Debug, Clone)]
pub struct OnHold {
    /// Which row.
    pub key: Key,
    /// The AWS account, where known.
    pub account: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// Where the hold was written.
    pub source: Source,
    /// Why.
    pub cause: HoldCause,
    /// What would come of it otherwise.
    pub finding: OnHoldFinding,
}

/// What would come of a row that is never written, if it were.
#[derive(Debug, Clone)]
pub enum OnHoldFinding {
    /// Nothing: it matches, or its whole provider was not read, which is said of the provider.
    Nothing,
    /// It differs, and this would be done.
    Differs(Box<Action>),
    /// It differs, and that would be refused.
    Refused(Box<Refusal>),
    /// It could not be read, so nobody knows.
    Unread(VendorError),
}

impl OnHold {
    /// What would be done, if anything.
    pub fn action(&self) -> Option<&Action> {
        match &self.finding {
            OnHoldFinding::Differs(action) => Some(action),
            OnHoldFinding::Nothing | OnHoldFinding::Refused(_) | OnHoldFinding::Unread(_) => None,
        }
    }

    /// The same, to be completed.
    pub fn action_mut(&mut self) -> Option<&mut Action> {
        match &mut self.finding {
            OnHoldFinding::Differs(action) => Some(action),
            OnHoldFinding::Nothing | OnHoldFinding::Refused(_) | OnHoldFinding::Unread(_) => None,
        }
    }

    /// What differs, field by field, whether or not it would be refused.
    pub fn changes(&self) -> impl Iterator<Item = &FieldChange> {
        let refused = self.refusal().map_or(&[][..], |refusal| refusal.op.changes());
        self.action().into_iter().flat_map(Action::changes).chain(refused)
    }

    /// Where what it would do was asked for; nothing if it would do nothing.
    pub fn asked_at(&self) -> Option<&Source> {
        match &self.finding {
            OnHoldFinding::Differs(action) => Some(&action.source),
            OnHoldFinding::Refused(refusal) => Some(&refusal.source),
            OnHoldFinding::Nothing | OnHoldFinding::Unread(_) => None,
        }
    }

    /// Why it would be refused, if it would be.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.finding {
            OnHoldFinding::Refused(refusal) => Some(refusal),
            OnHoldFinding::Nothing | OnHoldFinding::Differs(_) | OnHoldFinding::Unread(_) => None,
        }
    }

    /// Why nothing could be done to it in any case, if so: it would be refused, or could not be read.
    pub fn why(&self) -> Option<String> {
        match &self.finding {
            OnHoldFinding::Refused(refusal) => Some(refusal.reason()),
            OnHoldFinding::Unread(error) => Some(error.to_string()),
            OnHoldFinding::Nothing | OnHoldFinding::Differs(_) => None,
        }
    }

    /// Whether it could not be read.
    pub fn is_unread(&self) -> bool {
        matches!(self.finding, OnHoldFinding::Unread(_))
    }

    /// Whether it differs, or cannot be told to match.
    pub fn may_differ(&self) -> bool {
        !matches!(self.finding, OnHoldFinding::Nothing)
    }
}
