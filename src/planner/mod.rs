//! Floor 1: deciding. Pure, and without knowledge of any vendor: what it needs to know of a schema is a [`RowSchema`].
//!
//! Desired and observed go in, a [`Plan`] comes out, in the order it will run: updates, creates, deletes.

pub mod approval;
pub mod catalogs;
pub mod comparison;
pub mod declared_names;
pub mod deletes;
pub mod described;
pub mod diff;
pub mod digest;
pub mod disruptive;
pub mod drift;
pub mod grandfathered_values;
pub mod import;
pub mod isolation;
pub mod limits;
pub mod partitions;
pub mod proof;
pub mod protected;
pub mod recheck;
pub mod refusals;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use declared_names::{DeclaredNames, Handled};
use grandfathered_values::GrandfatheredValues;
use isolation::Isolation;
use partitions::PartitionConflicts;
use refusals::Proposed;

use crate::model::desired::Confirm;
use crate::model::diagnostic::capped;
use crate::model::path::Step;
use crate::model::plan::{HealthIssues, OnHold, RowCounts, Unmanaged, Unreadable, VendorError};
use crate::model::value::inline;
use crate::model::{
    Action, Changes, Desired, DesiredState, Diagnostic, Diagnostics, Hold, Isolated, Node, Observation, Observed, Op, Plan, RowSchema, Sources,
    json_errors,
};

/// One provider as it was read.
pub struct ProviderSnapshot {
    /// Whose rows they are; providers may share a backend.
    pub backend: &'static str,
    /// What comes of a delete there, for people; it may depend on what the tombstone says to this provider alone.
    pub delete_consequence: fn(Option<&Node>) -> &'static str,
    /// Whether the vendor itself refuses a second row under one identity.
    pub enforces_unique: bool,
    /// Everything, or why not.
    pub result: Result<Observation, VendorError>,
}

/// How exactly a confirmed number must be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmMode {
    /// `plan`: the number itself.
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
    /// Only these accounts, if given.
    pub only: Option<&'a BTreeSet<String>>,
    /// Numbers confirmed on the command line; they win over those in git.
    pub confirm: &'a Confirm,
    /// How exactly.
    pub confirm_mode: ConfirmMode,
    /// Only what these plans contain, if any were named.
    pub approved: Option<&'a approval::Approved>,
    /// Send every declared secret again.
    pub resend_secrets: bool,
}

impl PlanInput<'_> {
    /// Whether `--only` names it, under any of its names.
    fn selects<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> bool {
        self.only.is_none_or(|only| names.any(|name| only.contains(name)))
    }
}

/// Every name a desired row goes by.
pub fn names_of(desired: &Desired) -> impl Iterator<Item = &str> {
    std::iter::once(desired.key.name.as_str()).chain(desired.alias.as_deref()).chain(desired.account.as_deref())
}

/// Decides what to do.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    match partitions::settled(input.desired, input.snapshots) {
        Cow::Borrowed(_) => plan_settled(input),
        Cow::Owned(desired) => plan_settled(&PlanInput { desired: &desired, ..*input }),
    }
}

/// What is known of the config as a whole when one account is decided on.
struct Known<'a> {
    /// Accounts that are live in another partition than declared.
    otherwise: PartitionConflicts<'a>,
    /// Values that are refused where they are new.
    doubtful: GrandfatheredValues<'a>,
}

fn plan_settled(input: &PlanInput<'_>) -> Plan {
    let mut plan = Plan::default();
    let mut known = Known { otherwise: PartitionConflicts::of(input.desired, input.snapshots), doubtful: GrandfatheredValues::of(input.desired) };
    let (mut updates, mut creates) = (Vec::new(), Vec::new());
    let isolation = Isolation::of(input);
    plan.left_out = input.desired.left_out.iter().map(|(provider, left_out)| (*provider, left_out.why)).collect();
    count_and_note_unreadable(input, &mut plan);
    list_isolated(input, &mut plan);
    for desired in input.desired.entries.values().filter(|desired| input.selects(names_of(desired))) {
        if let Some(hold) = input.desired.holds.get(&desired.key) {
            hold_one(input, &isolation, desired, hold, &known.otherwise, &mut plan);
            continue;
        }
        match decide(input, &isolation, desired, &known.otherwise, Some(&mut known.doubtful), &mut plan) {
            Some(action @ Action { op: Op::Create { .. }, .. }) => creates.push(action),
            Some(action) => updates.push(action),
            None => {}
        }
    }
    plan.diagnostics.extend(known.doubtful.diagnostics());
    // An account's own entry says whose it is.
    let own = |found: &&mut Diagnostic| found.place.is_some_and(|place| input.sources.locate(place).layer.is_none());
    plan.diagnostics.iter_mut().filter(own).for_each(|found| found.reach.forget_accounts());
    plan.diagnostics = capped(std::mem::take(&mut plan.diagnostics));
    plan.actions.append(&mut updates);
    plan.actions.append(&mut creates);
    deletes::plan_deletes(input, &isolation, &mut plan);
    list_unmanaged(input, &mut plan);
    protected::check(input, &mut plan);
    if let Some(approved) = input.approved {
        approval::hold_back(approved, &mut plan, input.sources);
    }
    if input.confirm_mode != ConfirmMode::NoLimits {
        limits::check(input, &mut plan);
    }
    plan
}

fn count_and_note_unreadable(input: &PlanInput<'_>, plan: &mut Plan) {
    for (provider, snapshot) in input.snapshots {
        let declared = input.desired.entries.keys().filter(|key| key.provider == *provider).count();
        match &snapshot.result {
            Ok(observation) => {
                plan.row_counts.insert(provider, RowCounts { declared, live: observation.rows.len() + observation.isolated.len() });
            }
            Err(error) => {
                plan.row_counts.insert(provider, RowCounts { declared, live: 0 });
                plan.unreadable.push(Unreadable { provider, key: None, error: error.clone() });
            }
        }
    }
}

/// A row that is shown and never written. What would be refused or could not be read is its own affair.
fn hold_one<'a>(
    input: &PlanInput<'a>,
    isolation: &Isolation<'_>,
    desired: &'a Arc<Desired>,
    hold: &Hold,
    otherwise: &PartitionConflicts<'a>,
    plan: &mut Plan,
) {
    let mut aside = Plan::default();
    let action = decide(input, isolation, desired, otherwise, None, &mut aside);
    plan.unchanged += aside.unchanged;
    plan.health_issues.append(&mut aside.health_issues);
    let refused = aside.refusals.into_iter().map(|refusal| refusal.why);
    let unread = aside.unreadable.into_iter().map(|unreadable| unreadable.error.to_string());
    let Hold { reason, until, past: _, place } = hold.clone();
    plan.on_hold.push(OnHold {
        key: desired.key.clone(),
        account: desired.account.clone(),
        name: desired.name.clone(),
        source: input.sources.locate(place),
        reason,
        until,
        action,
        why: refused.chain(unread).next(),
    });
}

/// One declared account: an action, a refusal, or nothing to do.
fn decide<'a>(
    input: &PlanInput<'a>,
    isolation: &Isolation<'_>,
    desired: &'a Arc<Desired>,
    otherwise: &PartitionConflicts<'a>,
    doubtful: Option<&mut GrandfatheredValues<'a>>,
    plan: &mut Plan,
) -> Option<Action> {
    let snapshot = input.snapshots.get(desired.key.provider)?;
    let observation = snapshot.result.as_ref().ok()?;
    let unread = |error: VendorError| Unreadable { provider: desired.key.provider, key: Some(desired.key.clone()), error };
    let is_live = desired.keys().any(|key| observation.rows.contains_key(&key));
    let part = observation.unreadable.iter().find(|(key, _)| *key == desired.key).map(|(_, error)| error.clone());
    if let Some(error) = part.or_else(|| isolation.hides(snapshot.backend, desired, is_live)) {
        plan.unreadable.push(unread(error));
        return None;
    }
    let observed = desired.keys().find_map(|key| observation.rows.get(&key));
    let recovers = observation.trash.get(&desired.key).filter(|_| observed.is_none());
    let read = |row: Option<&Observed>| row.map(|row| comparable(row, desired.schema)).transpose();
    let (live, trashed) = match read(observed).and_then(|live| Ok((live, read(recovers)?))) {
        Ok(read) => read,
        Err(error) => {
            plan.unreadable.push(unread(error));
            return None;
        }
    };
    note_health_issues(desired, observed, plan);
    catalogs::check(desired, live.as_ref(), &observation.catalogs, &mut plan.diagnostics);
    let difference = diff::diff(desired, live.as_ref(), input.sources, input.resend_secrets);
    if let Some(doubtful) = doubtful {
        doubtful.judge(desired, live.as_ref());
    }
    difference.vendor_additions.iter().for_each(|grown| note_vendor_additions(desired, grown, &mut plan.diagnostics));
    let asked = Proposed { input, desired, otherwise, difference: &difference };
    let refusal = match (observed, live.as_ref()) {
        (Some(observed), Some(live)) => asked.refused_update(observed, live),
        _ => asked.refused_create(trashed.as_ref()),
    };
    let unknown = isolation.unknown(snapshot.backend, Some(desired.key.kind)).filter(|_| observed.is_none() && !snapshot.enforces_unique);
    // Whoever only looks cannot call it missing either.
    if let (Some(row), None, ConfirmMode::NoLimits) = (unknown, &refusal, input.confirm_mode) {
        plan.unreadable.push(unread(VendorError::Unreadable(isolation::hidden_by(&[row]))));
        return None;
    }
    let refusal = refusal.or_else(|| unknown.map(|row| asked.may_exist(row)));
    if let Some(refusal) = refusal {
        plan.refusals.push(refusal);
        return None;
    }
    let Some(changes) = Changes::new(difference.changes) else {
        plan.unchanged += 1;
        return None;
    };
    let op = match observed {
        None => Op::Create { desired: desired.clone(), changes, recovers: recovers.cloned() },
        Some(observed) => Op::Update { desired: desired.clone(), observed: observed.clone(), changes, matching: difference.matching },
    };
    Some(Action {
        key: desired.key.clone(),
        account: desired.account.clone(),
        name: desired.name.clone(),
        source: input.sources.locate(desired.place),
        op,
    })
}

/// Says what a vendor has added to a declared list, and how to write it; once for accounts that share the list.
fn note_vendor_additions(desired: &Desired, grown: &diff::VendorAdditions, out: &mut Diagnostics) {
    let diff::VendorAdditions { path, place, added } = grown;
    let words = |values: &mut dyn Iterator<Item = String>| values.collect::<Vec<_>>().join(", ");
    let title = format!("`{path}` holds what the vendor has added to it since: {}", words(&mut added.iter().map(inline)));
    let account = desired.account.as_deref().unwrap_or(&desired.key.name);
    if let Some(said) = out.iter_mut().find(|said| said.place == Some(place.as_written()) && said.title == title) {
        return said.reach.add(account);
    }
    let list = path.steps().iter().try_fold(&desired.node, |node, step| match step {
        Step::Field(name) => node.get(name),
        Step::Entry(_) | Step::Index(_) => None,
    });
    let declared = list.map_or(&[][..], Node::items).iter().map(Node::json);
    let whole = words(&mut declared.chain(added.iter().cloned()).map(|value| inline(&value)));
    let field = path.top().unwrap_or_default();
    let mut found = Diagnostic::warning(*place, title).label("written without these; they are left as they are");
    found.reach.add(account);
    out.push(found.help(format!("to say so, write `{field}: [{whole}]`")));
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

/// The part of a row that is compared, in YAML's spelling.
///
/// # Errors
/// The row is not the JSON it must be.
pub fn comparable(observed: &Observed, shape: &RowSchema) -> Result<Value, VendorError> {
    let wrong = |why: String| VendorError::Unreadable(format!("the row of {} cannot be read: {why}", observed.key));
    let text = observed.row.get();
    let mut row: Value = serde_json::from_str(text).map_err(|error| wrong(json_errors::why(text.as_bytes(), &error)))?;
    for field in shape.pointer {
        row = row.get_mut(*field).map(Value::take).ok_or_else(|| wrong(format!("it has no `{field}`")))?;
    }
    let row = (shape.to_yaml_form)(row);
    if row.is_object() { Ok(row) } else { Err(wrong("it is not an object".to_owned())) }
}

/// Isolated rows, and whether the config says anything under their names.
fn list_isolated(input: &PlanInput<'_>, plan: &mut Plan) {
    let desired = input.desired;
    let declared: BTreeSet<&str> = desired.entries.values().flat_map(|desired| names_of(desired)).collect();
    let removed = desired.tombstones.iter().map(|tombstone| tombstone.identity());
    let named: BTreeSet<&str> = declared.into_iter().chain(removed).collect();
    for observation in input.snapshots.values().filter_map(|snapshot| snapshot.result.as_ref().ok()) {
        for row in &observation.isolated {
            let names = || row.names.iter().map(String::as_str).chain(row.account.as_deref());
            if input.selects(names()) {
                let named = names().any(|name| named.contains(name));
                plan.isolated.push(Isolated { named, ..row.clone() });
            }
        }
    }
    plan.isolated.sort_by(|a, b| a.order().cmp(&b.order()));
}

/// Live accounts that no entry of their backend declares, and no action deletes.
fn list_unmanaged(input: &PlanInput<'_>, plan: &mut Plan) {
    let acted_on = plan.actions.iter().map(|action| &action.key).chain(plan.refusals.iter().map(|refusal| &refusal.key));
    let mut listed = Handled::default();
    for key in acted_on {
        let backend = input.snapshots.get(key.provider).map(|snapshot| snapshot.backend);
        backend.into_iter().for_each(|backend| listed.take_key(backend, key));
    }
    let declared = DeclaredNames::of(input);
    for snapshot in input.snapshots.values() {
        let Ok(observation) = &snapshot.result else { continue };
        for (key, row) in &observation.rows {
            if declared.has(snapshot, row) || !input.selects(row.names()) {
                continue;
            }
            if listed.take(snapshot.backend, row) {
                let named = row.names().any(|name| input.desired.mentions(name));
                plan.unmanaged.push(Unmanaged {
                    key: key.clone(),
                    id: row.id.clone(),
                    account: row.account.clone(),
                    not_manageable: row.not_manageable,
                    named,
                });
            }
        }
    }
}
