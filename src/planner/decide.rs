//! What to do about one declared row: an action, a refusal, or nothing.

use std::sync::Arc;

use serde_json::Value;

use super::diff::Difference;
use super::is_unchanged::UnchangedBlocks;
use super::isolation::Isolation;
use super::lists_as_sets::canonical;
use super::live_forms::first_odd_form;
use super::partitions::PartitionConflicts;
use super::refusals::Proposed;
use super::shared_findings::SharedFindings;
use super::{ConfirmMode, PlanInput, comparable, diff, is_unchanged, isolation};
use crate::model::plan::{HealthIssues, Unreadable, VendorError};
use crate::model::refusal::Refusal;
use crate::model::{
    Action, ActionId, Changes, Desired, Observation, Observed, Op, OpId, OutputRef, Plan, Preparation, Recovered,
    Unique,
};

/// What is known before any row is decided on.
pub(super) struct Known<'a> {
    /// Rows that cannot be told or read.
    pub(super) isolation: Isolation<'a>,
    /// Accounts that are live in another partition than declared.
    pub(super) otherwise: PartitionConflicts<'a>,
}

/// What is gathered from row to row.
pub(super) struct Shared<'a> {
    /// What is found of values that accounts share.
    pub(super) findings: SharedFindings<'a>,
    /// How blocks look live that accounts share.
    pub(super) unchanged_blocks: UnchangedBlocks,
}

/// One declared account: an action, a refusal, or nothing to do.
pub(super) fn decide<'a>(
    input: &PlanInput<'a>,
    known: &Known<'a>,
    desired: &'a Arc<Desired>,
    mut shared: Option<&mut Shared<'a>>,
    plan: &mut Plan,
) -> Option<Action> {
    let snapshot = input.snapshots.get(desired.key.provider)?;
    let observation = snapshot.result.as_ref().ok()?;
    if let Some((account, error)) =
        desired.account.as_ref().and_then(|account| observation.unread_accounts.get_key_value(account))
    {
        plan.note_unread_account(desired.key.provider, account, error);
        return None;
    }
    let observed = desired.keys().find_map(|key| observation.rows.get(&key));
    let row = Row { input, known, desired, backend: snapshot.backend, observation, observed };
    let compared = match row.hidden() {
        Some(error) => Err(error),
        None if row.is_unchanged_at_first_sight(shared.as_deref_mut()) => {
            row.leave_unchanged(plan);
            Ok(None)
        }
        None => row.compare(shared, plan),
    };
    compared.unwrap_or_else(|error| {
        plan.unreadable.push(Unreadable::row(desired.key.clone(), error));
        None
    })
}

/// A declared row, and what was read of it.
struct Row<'p, 'a> {
    input: &'p PlanInput<'a>,
    known: &'p Known<'a>,
    desired: &'a Arc<Desired>,
    backend: &'static str,
    observation: &'a Observation,
    observed: Option<&'a Observed>,
}

impl<'a> Row<'_, 'a> {
    /// Why it cannot be told what is live of it, if so.
    fn hidden(&self) -> Option<VendorError> {
        let unreadable = self.observation.unreadable.iter().find(|(key, _)| *key == self.desired.key);
        let unreadable = unreadable.map(|(_, error)| error.clone());
        let unread_catalog = || self.observation.unread_catalog(self.desired);
        let unread = unreadable.or_else(unread_catalog);
        unread.or_else(|| self.known.isolation.hides(self.backend, self.desired, self.observed.is_some()))
    }

    /// Whether nothing differs and there is nothing to be found out beside that: so much is quickly told.
    fn is_unchanged_at_first_sight(&self, shared: Option<&mut Shared<'a>>) -> bool {
        let Some(observed) = self.observed.filter(|_| !self.input.resend_secrets) else { return false };
        match shared {
            Some(Shared { findings, unchanged_blocks }) => {
                !findings.may_have_any(self.desired, &self.observation.catalogs)
                    && is_unchanged::is_unchanged(self.desired, observed, unchanged_blocks)
            }
            None => is_unchanged::is_unchanged(self.desired, observed, &mut UnchangedBlocks::default()),
        }
    }

    /// Nothing of a live row differs; it may be refused all the same.
    fn leave_unchanged(&self, plan: &mut Plan) {
        note_health_issues(self.desired, self.observed, plan);
        let difference = Difference::default();
        match self.observed.and_then(|observed| self.proposed(&difference).refused_unchanged(observed)) {
            Some(refusal) => plan.refusals.push(refusal),
            None => plan.unchanged.add(&self.desired.key),
        }
    }

    /// Compares what is asked for with what is live, or in the trash.
    ///
    /// # Errors
    /// What is live cannot be read, or does not tell.
    fn compare(&self, mut shared: Option<&mut Shared<'a>>, plan: &mut Plan) -> Result<Option<Action>, VendorError> {
        let Row { input, desired, observation, observed, .. } = *self;
        let recovers = observation.trash.get(&desired.key).filter(|_| observed.is_none());
        let (live, trashed) = (self.read(observed)?, self.read(recovers)?);
        note_health_issues(desired, observed, plan);
        if let Some(shared) = &mut shared {
            shared.findings.check_catalogs(desired, live.as_ref(), &observation.catalogs);
        }
        let wanted = if recovers.is_some() {
            Arc::new(desired.without_outputs())
        } else {
            with_live_outputs(input, desired, observed.is_none())?
        };
        let difference = diff::diff(&wanted, live.as_ref(), input.sources, input.resend_secrets);
        if let Some(shared) = shared {
            shared.findings.judge(desired, live.as_ref(), &difference);
        }
        match self.refusal(&wanted, &difference, live.as_ref(), trashed.as_ref())? {
            Some(refusal) => {
                plan.refusals.push(refusal);
                Ok(None)
            }
            None => {
                let recovers =
                    recovers.cloned().zip(trashed).map(|(row, held)| Recovered { row, held: canonical(&held) });
                Ok(self.action(wanted, difference, recovers, plan))
            }
        }
    }

    /// The part of a row that can be compared.
    fn read(&self, row: Option<&Observed>) -> Result<Option<Value>, VendorError> {
        let Some(row) = row else { return Ok(None) };
        let live = comparable(row, self.desired.schema())?;
        match first_odd_form(&self.desired.node, &self.desired.schema().block, &live) {
            Some(odd) => Err(VendorError::Unreadable(format!("the row of {} cannot be read: its {odd}", row.key))),
            None => Ok(Some(live)),
        }
    }

    fn proposed<'d>(&'d self, difference: &'d Difference) -> Proposed<'d> {
        Proposed { input: self.input, desired: self.desired, otherwise: &self.known.otherwise, difference }
    }

    /// Why what is asked for is refused, if so.
    ///
    /// # Errors
    /// A row that cannot be told may be this one, and whoever only looks cannot call it missing either.
    fn refusal(
        &self,
        wanted: &Desired,
        difference: &Difference,
        live: Option<&Value>,
        trashed: Option<&Value>,
    ) -> Result<Option<Refusal>, VendorError> {
        let (proposed, kind) = (self.proposed(difference), self.desired.key.kind);
        let refusal = match (self.observed, live) {
            (Some(observed), Some(live)) => proposed.refused_update(observed, live),
            _ => proposed.refused_create(trashed),
        };
        let is_told_by_name = self.observed.is_some() || kind.unique != Unique::NotEnforced;
        let mut unknown = self.known.isolation.unknown(self.backend).filter(|row| row.may_be(kind));
        match unknown.next().filter(|_| !is_told_by_name && refusal.is_none()) {
            Some(row) if self.input.confirm_mode == ConfirmMode::NoLimits => {
                Err(VendorError::Unreadable(isolation::hidden_by(&[row])))
            }
            Some(row) => Ok(Some(proposed.may_exist(row))),
            None => {
                let undeclared = || self.needed_and_undeclared(wanted).map(|output| proposed.needs_undeclared(output));
                Ok(refusal.or_else(undeclared))
            }
        }
    }

    /// What a row that is to be made takes of a row that is neither live nor declared.
    fn needed_and_undeclared<'w>(&self, wanted: &'w Desired) -> Option<&'w OutputRef> {
        let mut needed = wanted.outputs.iter().filter(|output| self.observed.is_none() && output.value.is_none());
        let undeclared = |from: &OutputRef| !from.is_issued() && !self.input.desired.entries.contains_key(&from.of);
        needed.find(|output| undeclared(&output.from)).map(|output| &output.from)
    }

    /// What makes the row as `wanted`, if anything differs.
    fn action(
        &self,
        wanted: Arc<Desired>,
        difference: Difference,
        recovers: Option<Recovered>,
        plan: &mut Plan,
    ) -> Option<Action> {
        let Row { input, desired, observed, .. } = *self;
        let changes = match observed {
            None => Some(Changes::of_create(difference.changes)),
            Some(_) => Changes::new(difference.changes),
        };
        let Some(changes) = changes else {
            plan.unchanged.add(&desired.key);
            return None;
        };
        let pending = wanted.outputs.iter().filter(|output| observed.is_none() && output.value.is_none());
        let (issued, made): (Vec<_>, Vec<_>) = pending.partition(|output| output.from.is_issued());
        let prepared: Vec<Preparation> =
            issued.iter().map(|output| Preparation { issues: output.from.clone() }).collect();
        let made = made.iter().map(|output| ActionId { key: output.from.of.clone(), op: OpId::Create });
        let needs = prepared.iter().map(Preparation::id).chain(made).collect();
        plan.preparations.extend(prepared);
        let op = match observed {
            None => Op::Create { desired: wanted, changes, recovers },
            Some(observed) => {
                let matching = difference.matching;
                Op::Update { desired: desired.clone(), observed: observed.clone(), changes, matching }
            }
        };
        Some(Action {
            key: desired.key.clone(),
            account: desired.account.clone(),
            name: desired.name.clone(),
            source: input.sources.locate(desired.place),
            needs,
            op,
        })
    }
}

/// What is asked for, with the outputs of rows that are live already, where it is to be made.
///
/// # Errors
/// A live row does not show what is needed of it.
fn with_live_outputs(
    input: &PlanInput<'_>,
    desired: &Arc<Desired>,
    is_create: bool,
) -> Result<Arc<Desired>, VendorError> {
    let known = |from: &OutputRef| {
        let listed = input.snapshots.get(from.of.provider).and_then(|snapshot| snapshot.result.as_ref().ok());
        let row = listed.and_then(|listed| listed.rows.get(&from.of)).filter(|_| !from.is_issued())?;
        let why = || format!("it needs the {} of {}, whose row shows none", from.output.replace('_', " "), from.of);
        Some(row.output(from.output).ok_or_else(|| VendorError::Unreadable(why())))
    };
    let needed = desired.outputs.iter().filter(|_| is_create);
    let known: Vec<Option<Value>> =
        needed.map(|output| known(&output.from).transpose()).collect::<Result<_, VendorError>>()?;
    if known.iter().all(Option::is_none) {
        return Ok(desired.clone());
    }
    let mut with = Desired::clone(desired);
    with.outputs.iter_mut().zip(known).for_each(|(output, known)| output.value = known);
    Ok(Arc::new(with))
}

fn note_health_issues(desired: &Desired, observed: Option<&Observed>, plan: &mut Plan) {
    let health_issues = observed.filter(|observed| !observed.health_issues.is_empty());
    plan.health_issues.extend(health_issues.map(|observed| HealthIssues {
        key: desired.key.clone(),
        account: desired.account.clone(),
        name: desired.name.clone(),
        issues: observed.health_issues.clone(),
    }));
}
