//! Floor 1: deciding. Pure, and without knowledge of any vendor: what it needs to know of a schema is a [`Shape`].
//!
//! Desired and observed go in, a [`Plan`] comes out, in the order it will run: updates, creates, deletes.

pub mod approval;
pub mod backends;
pub mod catalogs;
pub mod deletes;
pub mod diff;
pub mod digest;
pub mod gates;
pub mod stops;
pub mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use backends::{Declared, Taken};

use crate::model::desired::Confirm;
use crate::model::plan::{Ailing, Counted, Refusal, Unmanaged, Unreadable, VendorError};
use crate::model::value::{at, inline};
use crate::model::{Action, Changes, Desired, DesiredState, Fixed, Node, Observation, Observed, Op, Place, Plan, Shape, Sources};

/// One provider as it was read.
pub struct Reading {
    /// Whose rows they are; providers may share a backend.
    pub backend: &'static str,
    /// What comes of a delete there, for people; it may depend on what the tombstone says to this provider alone.
    pub parting: fn(Option<&Node>) -> &'static str,
    /// Everything, or why not.
    pub result: Result<Observation, VendorError>,
}

/// How exactly a confirmed number must be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactness {
    /// `plan`: the number itself.
    Exact,
    /// `apply`: that or fewer, since it may be a resume.
    AtMost,
}

/// Everything a plan is made of.
pub struct Input<'a> {
    /// What git asks for.
    pub desired: &'a DesiredState,
    /// What the vendors list, by provider.
    pub readings: &'a BTreeMap<&'static str, Reading>,
    /// Where things were written.
    pub sources: &'a Sources,
    /// Only these accounts, if given.
    pub only: Option<&'a BTreeSet<String>>,
    /// Numbers confirmed on the command line; they win over those in git.
    pub confirm: &'a Confirm,
    /// How exactly.
    pub exactness: Exactness,
    /// Only what these plans contain, if any were named.
    pub approved: Option<&'a approval::Approved>,
    /// Send every declared secret again.
    pub resend_secrets: bool,
}

impl Input<'_> {
    /// Whether `--only` names it, under any of its names.
    fn selects<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> bool {
        self.only.is_none_or(|only| names.any(|name| only.contains(name)))
    }
}

/// Every name a desired row goes by.
fn names_of(desired: &Desired) -> impl Iterator<Item = &str> {
    std::iter::once(desired.key.name.as_str()).chain(desired.alias.as_deref()).chain(desired.account.as_deref())
}

/// Decides what to do.
pub fn plan(input: &Input<'_>) -> Plan {
    let mut plan = Plan::default();
    let (mut updates, mut creates) = (Vec::new(), Vec::new());
    count_and_note_unreadable(input, &mut plan);
    for desired in input.desired.entries.values().filter(|desired| input.selects(names_of(desired))) {
        match decide(input, desired, &mut plan) {
            Some(action @ Action { op: Op::Create { .. }, .. }) => creates.push(action),
            Some(action) => updates.push(action),
            None => {}
        }
    }
    plan.actions.append(&mut updates);
    plan.actions.append(&mut creates);
    deletes::plan_deletes(input, &mut plan);
    list_unmanaged(input, &mut plan);
    if let Some(approved) = input.approved {
        approval::hold_back(approved, &mut plan);
    }
    gates::check(input, &mut plan);
    plan
}

fn count_and_note_unreadable(input: &Input<'_>, plan: &mut Plan) {
    for (provider, reading) in input.readings {
        let declared = input.desired.entries.keys().filter(|key| key.provider == *provider).count();
        match &reading.result {
            Ok(observation) => {
                plan.counted.insert(provider, Counted { declared, live: observation.rows.len() });
                let rows = observation.unreadable.iter();
                plan.unreadable.extend(rows.map(|(key, error)| Unreadable { provider, key: Some(key.clone()), error: error.clone() }));
            }
            Err(error) => {
                plan.counted.insert(provider, Counted { declared, live: 0 });
                plan.unreadable.push(Unreadable { provider, key: None, error: error.clone() });
            }
        }
    }
}

/// One declared account: an action, a refusal, or nothing to do.
fn decide(input: &Input<'_>, desired: &Arc<Desired>, plan: &mut Plan) -> Option<Action> {
    let reading = input.readings.get(desired.key.provider)?;
    let observation = reading.result.as_ref().ok()?;
    if observation.unreadable.iter().any(|(key, _)| *key == desired.key) {
        return None;
    }
    let observed = desired.keys().find_map(|key| observation.rows.get(&key));
    let recovers = observation.trash.get(&desired.key).filter(|_| observed.is_none());
    let read = |row: Option<&Observed>| row.map(|row| comparable(row, desired.shape)).transpose();
    let (live, trashed) = match read(observed).and_then(|live| Ok((live, read(recovers)?))) {
        Ok(read) => read,
        Err(error) => {
            plan.unreadable.push(Unreadable { provider: desired.key.provider, key: Some(desired.key.clone()), error });
            return None;
        }
    };
    note_ailments(desired, observed, plan);
    catalogs::check(desired, live.as_ref(), &observation.catalogs, &mut plan.diagnostics);
    let difference = diff::diff(desired, live.as_ref(), input.sources, input.resend_secrets);
    let settled = settled(input, desired, live.as_ref().or(trashed.as_ref()));
    if let Some(refusal) = settled.or_else(|| refuse(input, desired, observed, live.as_ref(), &difference)) {
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

fn note_ailments(desired: &Desired, observed: Option<&Observed>, plan: &mut Plan) {
    let ailing = observed.filter(|observed| !observed.ailments.is_empty());
    plan.ailing.extend(ailing.map(|observed| Ailing { key: desired.key.clone(), name: desired.name.clone(), ailments: observed.ailments.clone() }));
}

/// The part of a row that is compared, in YAML's spelling.
///
/// # Errors
/// The row is not the JSON it must be.
pub fn comparable(observed: &Observed, shape: &Shape) -> Result<Value, VendorError> {
    let wrong = |why: String| VendorError::Unreadable(format!("the row of {} cannot be read: {why}", observed.key));
    let mut row: Value = serde_json::from_str(observed.row.get()).map_err(|_| wrong("it is not JSON".to_owned()))?;
    for field in shape.root {
        row = row.get_mut(*field).map(Value::take).ok_or_else(|| wrong(format!("it has no `{field}`")))?;
    }
    let row = (shape.spell)(row);
    if row.is_object() { Ok(row) } else { Err(wrong("it is not an object".to_owned())) }
}

fn refusal(input: &Input<'_>, desired: &Desired, place: Place, why: String, help: &str) -> Refusal {
    Refusal { key: desired.key.clone(), name: desired.name.clone(), source: input.sources.locate(place), why, help: help.to_owned() }
}

/// What was settled when the row was made, live or to be brought back, cannot be declared otherwise.
fn settled(input: &Input<'_>, desired: &Desired, row: Option<&Value>) -> Option<Refusal> {
    let differs = |fixed: &&Fixed| {
        let held = row.map_or(&Value::Null, |row| at(row, fixed.field));
        !held.is_null() && held != &Value::String(fixed.value.clone())
    };
    let fixed = desired.fixed.iter().find(differs)?;
    let held = inline(at(row?, fixed.field));
    let why = format!("`{}` is {held} and cannot be changed to {}: it is fixed at creation", fixed.field, fixed.value);
    let help = format!("write `{}: {held}`, or remove the account and add it again in a second change", fixed.field);
    Some(refusal(input, desired, fixed.place, why, &help))
}

/// Why this account is refused, if it is, while the others go on.
fn refuse(input: &Input<'_>, desired: &Desired, observed: Option<&Observed>, live: Option<&Value>, difference: &diff::Difference) -> Option<Refusal> {
    let refusal = |place, why: String, help: &str| Some(refusal(input, desired, place, why, help));
    let (Some(observed), Some(_)) = (observed, live) else {
        let missing = diff::missing_for_create(&desired.node, &desired.shape.block)?;
        let why = format!("it does not exist yet and cannot be created: `{missing}` is missing");
        return refusal(desired.place, why, &format!("declare `{missing}`, in the account, a profile or `defaults`"));
    };
    if let Some(why) = observed.foreign {
        return refusal(desired.place, format!("it cannot be changed from here: {why}"), "take the block out of the account");
    }
    if let Some((path, place)) = &difference.rigid {
        let why = format!("`{path}` would switch from one kind to the other, which the vendor refuses");
        let help = "take the account out under `removed:` in one change and declare it anew in a second; it will get a new external id";
        return refusal(*place, why, help);
    }
    if observed.key != desired.key {
        let why = format!("it is live as {}, and declared as {}", observed.key.name, desired.key.name);
        return refusal(desired.place, why, "declare it as it is live, or take that one out under `removed:` in a change of its own first");
    }
    let protected = protection(input, names_of(desired))?;
    let touched = difference.changes.iter().find(|change| desired.shape.block.is_authentication(&change.path))?;
    let where_protected = input.sources.locate(protected);
    let why = format!("it is protected ({}:{}), and `{}` would change", where_protected.file, where_protected.line, touched.path);
    refusal(desired.place, why, "take it off `protect:` in a change of its own first")
}

/// Where a row of these names is protected, if it is.
fn protection<'a>(input: &Input<'_>, mut names: impl Iterator<Item = &'a str>) -> Option<Place> {
    names.find_map(|name| input.desired.protect.get(name)).copied()
}

/// Live accounts that no entry of their backend declares, and no action deletes.
fn list_unmanaged(input: &Input<'_>, plan: &mut Plan) {
    let acted_on = plan.actions.iter().map(|action| &action.key).chain(plan.refusals.iter().map(|refusal| &refusal.key));
    let mut listed = Taken::default();
    for key in acted_on {
        let backend = input.readings.get(key.provider).map(|reading| reading.backend);
        backend.into_iter().for_each(|backend| listed.take_key(backend, key));
    }
    let declared = Declared::of(input);
    for reading in input.readings.values() {
        let Ok(observation) = &reading.result else { continue };
        for (key, row) in &observation.rows {
            if declared.has(reading, row) || !input.selects(row.names()) {
                continue;
            }
            if listed.take(reading.backend, row) {
                plan.unmanaged.push(Unmanaged { key: key.clone(), id: row.id.clone(), account: row.account.clone(), foreign: row.foreign });
            }
        }
    }
}
