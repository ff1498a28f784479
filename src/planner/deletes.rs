//! Deletes: out of tombstones, or, where the config owns every account, of what no entry names. Nothing else makes one.

use std::collections::BTreeSet;

use super::declared_names::{DeclaredNames, Handled};
use super::isolation::Isolation;
use super::mistyped_tombstone::mistyped;
use super::refusals::protection;
use super::tombstoned_rows::TombstonedRows;
use super::{PlanInput, ProviderSnapshot, isolation};
use crate::model::plan::{ObsoleteTombstone, Refusal, RefusedOp, VendorError};
use crate::model::{
    Action, DeleteReason, Diagnostic, Exclusive, Isolated, Observation, Observed, Op, Place, Plan, RemoteId, Tombstone,
};

/// Appends the deletes to the plan, and notes what is refused and which tombstones are obsolete.
pub fn plan_deletes(input: &PlanInput<'_>, isolation: &Isolation<'_>, plan: &mut Plan) {
    let (mut taken, declared) = (Handled::default(), DeclaredNames::of(input));
    let live = TombstonedRows::of(input);
    for tombstone in &input.desired.tombstones {
        if input.only.is_some_and(|only| !only.has_tombstone(tombstone)) {
            continue;
        }
        let reason = DeleteReason::Tombstone(tombstone.clone());
        let mut rows = live.of_tombstone(tombstone);
        let isolated = isolated_deletes(input, isolation, tombstone, &mut taken, plan);
        // Beside a declared row, `id:` means another row of its name, which may be gone by now.
        rows.retain(|(snapshot, row)| tombstone.id().is_none_or(|id| id == row.id.0) || !declared.has(snapshot, row));
        note_unread_accounts(input, tombstone, plan);
        if rows.is_empty() && !isolated && everything_read(input, tombstone) {
            match live.nameless(tombstone) + unidentified(input, isolation, tombstone) {
                0 => {
                    plan.diagnostics.extend(mistyped(input, tombstone, plan.obsolete_tombstones.len()));
                    plan.obsolete_tombstones.push(ObsoleteTombstone {
                        identity: tombstone.identity().to_owned(),
                        from: tombstone.from(),
                        source: input.sources.locate(tombstone.place()),
                    });
                }
                hidden => plan.diagnostics.push(cannot_tell(input, tombstone, hidden)),
            }
        }
        // An `id` picks one row; only where none has it is something wrong.
        let picked = |row: &Observed| tombstone.id() == Some(row.id.0.as_str());
        let is_there = rows.iter().any(|(_, row)| picked(row));
        for (snapshot, row) in rows.into_iter().filter(|(_, row)| (!is_there || picked(row)) && input.selects(row)) {
            if taken.take(snapshot.backend, row) {
                plan_delete(input, row, is_declared(&declared, snapshot, row), &reason, Some(tombstone), plan);
            }
        }
    }
    plan_exclusive_deletes(input, isolation, &declared, &mut taken, plan);
    plan.obsolete_tombstones.sort_by(|a, b| a.identity.cmp(&b.identity));
    plan.refusals.sort_by(|a, b| a.key.by_account().cmp(&b.key.by_account()));
}

/// Of isolated rows that go by its name, a tombstone deletes the one whose id it says. Whether there are any.
fn isolated_deletes(
    input: &PlanInput<'_>,
    isolation: &Isolation<'_>,
    tombstone: &Tombstone,
    taken: &mut Handled,
    plan: &mut Plan,
) -> bool {
    let reason = DeleteReason::Tombstone(tombstone.clone());
    let mut any = false;
    let backends: BTreeSet<&str> = spoken_of(input, tombstone).map(|(_, snapshot)| snapshot.backend).collect();
    for backend in backends {
        let mut rows = isolation.named_by(backend, tombstone.identity());
        rows.retain(|row| may_mean(input, tombstone, backend, row));
        any |= !rows.is_empty();
        rows.retain(|row| input.only.is_none_or(|only| only.may_have(row)));
        let [first, ..] = rows[..] else { continue };
        let picked: Vec<&&Isolated> = rows
            .iter()
            .filter(|row| tombstone.id().is_some_and(|id| row.id.as_ref().is_some_and(|own| own.0 == id)))
            .collect();
        if let [Isolated { row: Some(row), .. }] = &picked[..] {
            if taken.take_one_of_several(backend, row) {
                plan_delete(input, row, false, &reason, Some(tombstone), plan);
            }
            continue;
        }
        let (why, help) = match (tombstone.id(), &picked[..]) {
            (None, _) if rows.len() > 1 => {
                ("; `removed:` does not say which".to_owned(), "add `id:` with the id of the row that shall go")
            }
            (Some(id), []) if rows.len() > 1 => {
                (format!("; none of them has the id {id}"), "correct `id:`, or take the entry out")
            }
            (_, _) => (String::new(), "put the row right at the vendor, or delete it there, and take the entry out"),
        };
        plan.refusals.push(Refusal {
            key: first.key(),
            account: first.account.clone(),
            name: None,
            source: input.sources.locate(tombstone.place()),
            op: RefusedOp::Delete {
                row: RemoteId(rows.iter().map(|row| isolation::id(row)).collect::<Vec<_>>().join(", ")),
                reason: reason.clone(),
            },
            why: format!("{}{why}", isolation::hidden_by(&rows)),
            because_of: None,
            help: help.to_owned(),
        });
    }
    any
}

/// At how many backends rows could be the one a tombstone means, because it cannot be told which they are.
fn unidentified(input: &PlanInput<'_>, isolation: &Isolation<'_>, tombstone: &Tombstone) -> usize {
    let backends: BTreeSet<&str> = spoken_of(input, tombstone).map(|(_, snapshot)| snapshot.backend).collect();
    let hides = |backend: &&str| isolation.unknown(backend).any(|row| may_mean(input, tombstone, backend, row));
    backends.into_iter().filter(hides).count()
}

/// Whether an isolated row of this backend may be of a kind that a tombstone speaks of.
fn may_mean(input: &PlanInput<'_>, tombstone: &Tombstone, backend: &str, row: &Isolated) -> bool {
    let mut providers = spoken_of(input, tombstone).filter(|(_, snapshot)| snapshot.backend == backend);
    providers.any(|(provider, _)| !row.kind_is_known || tombstone.speaks_of_kind(provider, row.kind))
}

fn plan_exclusive_deletes(
    input: &PlanInput<'_>,
    isolation: &Isolation<'_>,
    declared: &DeclaredNames<'_>,
    taken: &mut Handled,
    plan: &mut Plan,
) {
    let Some(exclusive) = input.desired.exclusive else { return };
    for (provider, snapshot) in input.snapshots {
        let declares_any = input.desired.entries.keys().any(|key| key.provider == *provider);
        let Ok(observation) = &snapshot.result else { continue };
        if let Some(row) = isolation.unknown(snapshot.backend).next().filter(|_| declares_any) {
            plan.diagnostics.push(deletes_nothing(exclusive, provider, row));
            continue;
        }
        let mut unseen = None;
        for row in observation.rows.values().filter(|_| declares_any) {
            let named = row.names().any(|name| input.desired.mentions(name));
            let may_be_named = row.account.is_none() && *unseen.get_or_insert_with(|| names_unseen(input, observation));
            let stays = named
                || may_be_named
                || declared.has(snapshot, row)
                || row.not_manageable.is_some()
                || !input.selects(row);
            if !stays && taken.take(snapshot.backend, row) {
                plan_delete(input, row, false, &DeleteReason::Exclusive(exclusive), None, plan);
            }
        }
    }
}

/// The row without identity could be any declared one, so `exclusive` deletes nothing there.
fn deletes_nothing(exclusive: Exclusive, provider: &str, row: &Isolated) -> Diagnostic {
    let title = format!("`ownership: exclusive` deletes nothing at {provider} now");
    let label = format!("{} there cannot be told from others: {}", isolation::id(row), row.why);
    Diagnostic::warning(exclusive.place(), title)
        .label(label)
        .help("put that row right at the vendor, or delete it there")
}

/// Whether the config names or protects an account that no row says it is in: then a row that says nothing may be in it.
fn names_unseen(input: &PlanInput<'_>, observation: &Observation) -> bool {
    let told = observation.rows.values().filter_map(|row| row.account.as_deref());
    let declared = input.desired.entries.values().filter(|desired| observation.rows.contains_key(&desired.key));
    let seen: BTreeSet<&str> = told.chain(declared.flat_map(|desired| desired.names())).collect();
    let said = input.desired.named.iter().chain(&input.desired.tombstoned).chain(input.desired.protect.keys());
    said.into_iter().any(|name| !seen.contains(name.as_str()))
}

/// Whether an entry declares this row and it is alone under its name: of several, one that is named by its id may go.
fn is_declared(declared: &DeclaredNames<'_>, snapshot: &ProviderSnapshot, row: &Observed) -> bool {
    snapshot.result.as_ref().is_ok_and(|found| found.rows.contains_key(&row.key)) && declared.has(snapshot, row)
}

fn plan_delete(
    input: &PlanInput<'_>,
    row: &Observed,
    is_declared: bool,
    reason: &DeleteReason,
    tombstone: Option<&Tombstone>,
    plan: &mut Plan,
) {
    let refuse = |place: Place, why: String, help: &str| Refusal {
        key: row.key.clone(),
        account: row.account.clone(),
        name: tombstone.and_then(Tombstone::name).map(str::to_owned),
        source: input.sources.locate(place),
        op: RefusedOp::Delete { row: row.id.clone(), reason: reason.clone() },
        why,
        because_of: None,
        help: help.to_owned(),
    };
    if let Some(protected) = protection(input, row.names()) {
        let why = "it would be deleted, but it is protected".to_owned();
        let refusal = refuse(reason.place(), why, "take it off `protect:` in a change of its own first");
        plan.refusals.push(Refusal { because_of: Some(input.sources.locate(protected)), ..refusal });
    } else if let Some(id) = tombstone.and_then(Tombstone::id).filter(|id| *id != row.id.0) {
        let why = format!("it would be deleted, but its row is {}, not {id}: it has been made anew since", row.id);
        plan.refusals.push(refuse(reason.place(), why, "check that this row is meant, then correct `id:`"));
    } else if let (Some(tombstone), true) = (tombstone, is_declared) {
        let why = format!("it would be deleted, but an entry declares it, and {} is its only row", row.id);
        plan.refusals.push(refuse(tombstone.place(), why, "take one of the two entries out"));
    } else if let Some(foreign) = row.not_manageable {
        plan.refusals.push(refuse(
            reason.place(),
            format!("it cannot be deleted from here: {foreign}"),
            "take the entry out of `removed:`",
        ));
    } else {
        let consequence =
            (row.key.kind.delete_consequence)(tombstone.and_then(|tombstone| tombstone.block(row.key.provider)));
        plan.actions.push(Action {
            key: row.key.clone(),
            account: row.account.clone(),
            name: tombstone.and_then(Tombstone::name).map(str::to_owned),
            source: input.sources.locate(reason.place()),
            needs: BTreeSet::new(),
            op: Op::Delete { observed: row.clone(), reason: reason.clone(), consequence, description: Box::default() },
        });
    }
}

/// The providers that a tombstone speaks of, as they were read.
fn spoken_of<'a>(
    input: &PlanInput<'a>,
    tombstone: &Tombstone,
) -> impl Iterator<Item = (&'a &'static str, &'a ProviderSnapshot)> {
    input.snapshots.iter().filter(|(provider, _)| tombstone.speaks_of(provider))
}

/// The account of a tombstone may be one that could not be entered.
fn note_unread_accounts(input: &PlanInput<'_>, tombstone: &Tombstone, plan: &mut Plan) {
    for (provider, snapshot) in spoken_of(input, tombstone) {
        if let Some(error) = unread_account(snapshot, tombstone) {
            plan.note_unread_account(provider, tombstone.identity(), error);
        }
    }
}

fn unread_account<'a>(snapshot: &'a ProviderSnapshot, tombstone: &Tombstone) -> Option<&'a VendorError> {
    snapshot.result.as_ref().ok()?.unread_accounts.get(tombstone.identity())
}

/// Whether the absence of a row is known: some provider the entry speaks of was read, and none of them was not, or left
/// out, or could not enter the account.
fn everything_read(input: &PlanInput<'_>, tombstone: &Tombstone) -> bool {
    if input.desired.left_out.keys().any(|provider| tombstone.speaks_of(provider)) {
        return false;
    }
    let mut spoken_of = spoken_of(input, tombstone).map(|(_, snapshot)| snapshot).peekable();
    let is_read =
        |snapshot: &ProviderSnapshot| snapshot.result.is_ok() && unread_account(snapshot, tombstone).is_none();
    spoken_of.peek().is_some() && spoken_of.all(is_read)
}

fn cannot_tell(input: &PlanInput<'_>, tombstone: &Tombstone, hidden: usize) -> Diagnostic {
    let others = if hidden == 1 {
        "1 does not say where it is".to_owned()
    } else {
        format!("{hidden} do not say where they are")
    };
    let title = format!("no live row says that it is in account {}, and {others}", tombstone.identity());
    let example = input.desired.alias_example.map_or(String::new(), |example| format!(", such as `{example}`"));
    Diagnostic::warning(tombstone.place(), title)
        .label("it cannot be told whether this is gone")
        .help(format!("name the row by what the vendor shows of it{example}; or take this entry out"))
}
