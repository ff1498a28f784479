//! What the config no longer declares, protects or limits. Accounts come first, then what loosens a safeguard, then
//! fields.

use std::collections::{BTreeMap, BTreeSet};

use super::BaseComparisonInput;
use super::leaves::missing;
use crate::model::base_comparison::Weakened;
use crate::model::desired::HoldCause;
use crate::model::limits::{LimitName, Limits};
use crate::model::plan::{OnHold, OnHoldFinding, RefusedOp};
use crate::model::{
    Action, ActionId, Desired, DesiredState, Key, Observed, Op, OpId, Place, Plan, RemoteId, Tombstone,
};
use crate::planner::limits::fleets;

/// Everything that is given up. `planned_before` and `planned` are what the two configs would do.
pub fn weakened(sides: &BaseComparisonInput<'_>, planned_before: &Plan, planned: &Plan) -> Vec<Weakened> {
    let after = After::of(sides);
    [
        accounts(sides, &after),
        tombstones(sides, &after),
        withheld(sides),
        deletes_put_off(planned_before, planned),
        protection(sides),
        ownership(sides),
        released(sides, planned_before, planned),
        addressed(sides),
        limits(sides),
        fields(sides),
    ]
    .concat()
}

/// What the config with the change says of rows, whatever provider of their backend it says it to.
struct After<'a> {
    desired: &'a DesiredState,
    backends: &'a BTreeMap<&'static str, &'static str>,
    tombstones: BTreeMap<&'a str, Vec<&'a Tombstone>>,
    /// Providers at which some account is declared: only there `ownership: exclusive` means anything.
    in_use: BTreeSet<&'static str>,
}

impl<'a> After<'a> {
    fn of(sides: &'a BaseComparisonInput<'_>) -> Self {
        let desired = sides.after.desired;
        let mut tombstones = BTreeMap::<&str, Vec<&Tombstone>>::new();
        desired
            .tombstones
            .iter()
            .for_each(|tombstone| tombstones.entry(tombstone.identity()).or_default().push(tombstone));
        After {
            desired,
            backends: sides.backends,
            tombstones,
            in_use: desired.entries.keys().map(|key| key.provider).collect(),
        }
    }

    /// Whether the row is left alone from now on: nobody declares it, and nothing asks for its delete.
    fn leaves_alone(&self, key: &Key, account: Option<&str>) -> bool {
        let names = || std::iter::once(key.name.as_str()).chain(account);
        let siblings = || {
            self.backends
                .iter()
                .filter(|(_, backend)| self.backends.get(key.provider) == Some(backend))
                .map(|(name, _)| *name)
        };
        let siblings = || siblings().chain(std::iter::once(key.provider));
        let declared = siblings().any(|provider| self.desired.entries.contains_key(&Key { provider, ..key.clone() }));
        let about = names().filter_map(|name| self.tombstones.get(name)).flatten();
        let removed =
            about.into_iter().any(|tombstone| siblings().any(|provider| tombstone.speaks_of_kind(provider, key.kind)));
        let named = names().any(|name| self.desired.mentions(name));
        let owned =
            self.desired.exclusive.is_some() && !named && siblings().any(|provider| self.in_use.contains(provider));
        !declared && !removed && !owned
    }
}

fn accounts(sides: &BaseComparisonInput<'_>, after: &After<'_>) -> Vec<Weakened> {
    let selected = |desired: &&Desired| sides.selects(desired);
    let before = sides.before.desired.entries.values().map(AsRef::as_ref).filter(selected);
    let gone = before.filter(|desired| after.leaves_alone(&desired.key, desired.account.as_deref()));
    let weakened = gone.map(|Desired { key, account: _, name, place, node: _, fixed: _, outputs: _, alias: _ }| {
        Weakened::Account { key: key.clone(), name: name.clone(), was: sides.before.sources.locate(*place) }
    });
    weakened.collect()
}

/// A tombstone without a live row has done its work, and is taken out as it should be.
fn tombstones(sides: &BaseComparisonInput<'_>, after: &After<'_>) -> Vec<Weakened> {
    let mut found = BTreeMap::new();
    for tombstone in sides
        .before
        .desired
        .tombstones
        .iter()
        .filter(|tombstone| sides.only.is_none_or(|only| only.has_tombstone(tombstone)))
    {
        let spoken_of = sides.snapshots.iter().filter(|(provider, _)| tombstone.speaks_of(provider));
        let rows = spoken_of
            .filter_map(|(_, snapshot)| snapshot.result.as_ref().ok())
            .flat_map(|observation| observation.rows.values());
        let meant = |row: &&Observed| {
            let named = row.key.name == tombstone.identity() || row.account.as_deref() == Some(tombstone.identity());
            let about = tombstone.speaks_of_kind(row.key.provider, row.key.kind);
            named && about && tombstone.id().is_none_or(|id| id == row.id.0)
        };
        let selected = |row: &&Observed| sides.only.is_none_or(|only| only.has_row(row));
        for row in
            rows.filter(meant).filter(selected).filter(|row| after.leaves_alone(&row.key, row.account.as_deref()))
        {
            let was = sides.before.sources.locate(tombstone.place());
            let same_row = (sides.backends.get(row.key.provider), row.key.kind, row.key.name.clone());
            found.entry(same_row).or_insert(Weakened::Tombstone {
                key: row.key.clone(),
                reason: tombstone.reason().to_owned(),
                was,
            });
        }
    }
    found.into_values().collect()
}

fn protection(sides: &BaseComparisonInput<'_>) -> Vec<Weakened> {
    let kept = &sides.after.desired.protect;
    let before =
        sides.before.desired.protect.iter().filter(|(identity, _)| sides.only.is_none_or(|only| only.names(identity)));
    let dropped = before.filter(|(identity, _)| !kept.contains_key(*identity));
    dropped
        .map(|(identity, place)| Weakened::Protection {
            identity: identity.clone(),
            was: sides.before.sources.locate(*place),
        })
        .collect()
}

/// Rows that the config declares on both sides, and that are on hold or read only from now on. What was one of them and
/// is the other now was written as little before.
fn withheld(sides: &BaseComparisonInput<'_>) -> Vec<Weakened> {
    let (before, after) = (sides.before.desired, sides.after.desired);
    let is_new = |key: &Key| before.entries.contains_key(key) && !before.holds.contains_key(key);
    let held = after.holds.iter().filter(|(key, _)| is_new(key));
    let selected = held.filter_map(|(key, hold)| Some((hold, after.entries.get(key)?)));
    let selected = selected.filter(|(_, desired)| sides.selects(desired));
    let weakened = selected.map(|(hold, desired)| Weakened::Withheld {
        what: word(&hold.cause),
        key: desired.key.clone(),
        name: desired.name.clone(),
        now: sides.after.sources.locate(hold.place),
    });
    weakened.collect()
}

/// Rows that the config before the change would delete, and that stay now because nothing is written there.
fn deletes_put_off(before: &Plan, after: &Plan) -> Vec<Weakened> {
    let deleted = deletes(before);
    let put_off = after.read_only.iter().filter(|row| held_delete(row).is_some_and(|id| deleted.contains(&id)));
    let weakened = put_off.map(|row| Weakened::DeletePutOff {
        key: row.key.clone(),
        name: row.name.clone(),
        now: row.source.clone(),
    });
    weakened.collect()
}

fn deletes(plan: &Plan) -> BTreeSet<ActionId> {
    plan.actions.iter().filter(|action| matches!(action.op, Op::Delete { .. })).map(Action::id).collect()
}

/// The delete that a row which is not written would see otherwise, done or refused.
fn held_delete(row: &OnHold) -> Option<ActionId> {
    let id = |of: &RemoteId| ActionId { key: row.key.clone(), op: OpId::Delete(of.clone()) };
    match &row.finding {
        OnHoldFinding::Differs(action) => Some(action.id()).filter(|id| matches!(id.op, OpId::Delete(_))),
        OnHoldFinding::Refused(refusal) => match &refusal.op {
            RefusedOp::Delete { row, reason: _ } => Some(id(row)),
            RefusedOp::Create { .. } | RefusedOp::Update { .. } => None,
        },
        OnHoldFinding::Nothing | OnHoldFinding::Unread(_) => None,
    }
}

fn word(cause: &HoldCause) -> &'static str {
    match cause {
        HoldCause::Hold { .. } => "hold",
        HoldCause::ReadOnly => "read_only",
    }
}

/// Rows that the config declares on both sides, and holds on one only; and rows that are deleted now and were only looked
/// at before. What was on hold and is read only now is written as little.
fn released(sides: &BaseComparisonInput<'_>, planned_before: &Plan, planned: &Plan) -> Vec<Weakened> {
    let (before, after) = (sides.before.desired, sides.after.desired);
    let selected = |key: &Key| after.entries.get(key).is_some_and(|desired| sides.selects(desired));
    let released = before.holds.iter().filter(|(key, _)| selected(key) && !after.holds.contains_key(key));
    let mut found = BTreeMap::<_, (usize, Place)>::new();
    for (key, hold) in released {
        found.entry((word(&hold.cause), key.provider)).or_insert((0, hold.place)).0 += 1;
    }
    // Even of a provider that declares nobody: there may be deletes.
    let held: BTreeSet<ActionId> = planned_before.read_only.iter().filter_map(held_delete).collect();
    let deleted = deletes(planned);
    for (provider, place) in before.read_only.iter().filter(|(provider, _)| !after.read_only.contains_key(*provider)) {
        if after.settings.contains_key(provider) {
            let deleted = deleted.intersection(&held).filter(|id| id.key.provider == *provider).count();
            found.entry(("read_only", provider)).or_insert((0, *place)).0 += deleted;
        }
    }
    let weakened = found.into_iter().map(|((what, provider), (rows, place))| Weakened::Released {
        what,
        provider,
        rows,
        was: sides.before.sources.locate(place),
    });
    weakened.collect()
}

fn ownership(sides: &BaseComparisonInput<'_>) -> Vec<Weakened> {
    let now_exclusive = sides.before.desired.exclusive.is_none() && sides.after.desired.exclusive.is_some();
    Vec::from_iter(now_exclusive.then_some(Weakened::Ownership))
}

/// Whom the keys may belong to, and where they are sent. A provider that is no longer in use addresses nobody.
fn addressed(sides: &BaseComparisonInput<'_>) -> Vec<Weakened> {
    let mut found = Vec::new();
    for (provider, before) in &sides.before.desired.settings {
        let Some(after) = sides.after.desired.settings.get(provider) else { continue };
        match (&before.organization, &after.organization) {
            (Some((organization, _)), None) => {
                found.push(Weakened::Guard { provider, organization: organization.clone() })
            }
            (Some((from, _)), Some((to, _))) if from != to => {
                found.push(Weakened::Organization { provider, from: from.clone(), to: to.clone() });
            }
            (Some(_), Some(_)) | (None, _) => {}
        }
        if before.site != after.site {
            found.push(Weakened::Site { provider, from: before.site.clone(), to: after.site.clone() });
        }
    }
    found
}

/// Limits that allow more at some provider than the limits before would for the same accounts, and numbers confirmed
/// beyond them.
fn limits(sides: &BaseComparisonInput<'_>) -> Vec<Weakened> {
    let (before, after) = (sides.before.desired, sides.after.desired);
    let mut declared: BTreeSet<usize> = fleets(after).values().map(|fleet| fleet.writable).collect();
    if declared.is_empty() {
        declared.insert(usize::MAX);
    }
    let limits_of = |limits: &Limits, name: LimitName| {
        let at = |declared: &usize| limits.at(name, *declared).map(|limit| limit.most);
        declared.iter().map(at).collect::<Vec<Option<usize>>>()
    };
    let raised = LimitName::ALL.into_iter().filter_map(|name| {
        let (from, to) = (limits_of(&before.limits, name), limits_of(&after.limits, name));
        let mut raised = from.into_iter().zip(to).filter_map(|(from, to)| Some((from?, to)));
        let (from, to) = raised.rfind(|(from, to)| to.is_none_or(|to| to > *from))?;
        Some(Weakened::Limit { name, from, to })
    });
    let confirmed = LimitName::ALL.into_iter().filter_map(|name| {
        let number = after.confirm.number(name)?;
        let beyond = limits_of(&after.limits, name).into_iter().flatten().any(|limit| number > limit);
        (beyond && before.confirm.number(name) != Some(number)).then_some(Weakened::Confirmed { name, number })
    });
    raised.chain(confirmed).collect()
}

fn fields(sides: &BaseComparisonInput<'_>) -> Vec<Weakened> {
    let mut found = Vec::new();
    for (key, before) in &sides.before.desired.entries {
        let Some(after) = sides.after.desired.entries.get(key) else { continue };
        if !sides.snapshots.contains_key(key.provider) {
            continue;
        }
        let missing = missing(&before.node, &after.node, &after.schema().block);
        if let (Some((_, first)), true) = (missing.first(), sides.selects(after)) {
            let was = sides.before.sources.locate(*first);
            let paths = missing.into_iter().map(|(path, _)| path).collect();
            found.push(Weakened::Fields { key: key.clone(), name: after.name.clone(), paths, was });
        }
    }
    found
}
