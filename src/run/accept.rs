//! What is live, taken into the config's text, and the proof that this does what it shall and nothing else. Writes no
//! file.

use super::{PlanOptions, Planned, Run, Snapshot};
use crate::config::Invalid;
use crate::importer::accept::unapplied::unapplied;
use crate::importer::accept::verify_accept::{differing, touched};
use crate::importer::accept::{Accepted, Difference, accept};
use crate::model::diagnostic::any_error;
use crate::model::plan::Refusal;
use crate::model::{Action, Key, Op, Path, Plan};

/// Why an edited config is not handed out.
pub enum Unproved {
    /// It is no valid config.
    Invalid(Box<Invalid>),
    /// It asks for something else of these rows, in other fields than those that were taken.
    Touches(Vec<Key>),
    /// A plan of it would still change these fields.
    Differs(Vec<(Key, Path)>),
    /// A plan of it is refused, and why.
    Refused(String),
}

impl Snapshot {
    /// Takes live values of the differing fields that `takes` names into the texts of the config. `load` reads texts, each
    /// with its name, as this run's config was read.
    ///
    /// # Errors
    /// The edited config is not what it should be. What was edited is told all the same.
    pub fn accept(
        self,
        planned: &Planned,
        takes: &dyn Fn(&Key, &Path) -> bool,
        load: impl FnOnce(Vec<(String, String)>) -> Result<Run, Box<Invalid>>,
    ) -> (Accepted, Result<(), Unproved>) {
        let snapshot = self.with_live_partitions();
        let before = snapshot.run().clone();
        let mut accepted = accept(before.config(), &differences(planned, takes));
        if !accepted.unfollowed.is_empty() {
            let all = snapshot.plan(&PlanOptions { only: None, ..planned.options.clone() });
            accepted.unapplied = unapplied(before.config(), all.plan(), &accepted.unfollowed);
        }
        if accepted.files.is_empty() {
            let is_settled = accepted.taken.is_empty() || !accepted.manual_edits.is_empty();
            let still = || Unproved::Differs(paths(&differences(planned, takes)));
            let proof = if is_settled { Ok(()) } else { Err(still()) };
            return (accepted, proof);
        }
        let edited = |name: &str| accepted.files.iter().find(|(before, _)| before.name == name).map(|(_, after)| after);
        let files = before.config().sources.files();
        let texts = files.map(|(name, text)| {
            (name.to_owned(), edited(name).map_or_else(|| text.to_owned(), |after| after.text.clone()))
        });
        let after = match load(texts.collect()) {
            Ok(run) => snapshot.of_config(run.config().clone()).with_live_partitions(),
            Err(invalid) => return (accepted, Err(Unproved::Invalid(invalid))),
        };
        let proof = proof(&before, planned, &after, &accepted);
        (accepted, proof)
    }
}

fn proof(before: &Run, planned: &Planned, after: &Snapshot, accepted: &Accepted) -> Result<(), Unproved> {
    let others = touched(before.config(), after.run().config(), &accepted.taken);
    if !others.is_empty() {
        return Err(Unproved::Touches(others));
    }
    let again = after.plan(&planned.options);
    let left: Vec<(Key, Path)> =
        differing(again.plan(), &accepted.taken).into_iter().map(|(key, path)| (key.clone(), path.clone())).collect();
    if !left.is_empty() {
        return Err(Unproved::Differs(left));
    }
    let known = |refusal: &Refusal| refusals(planned.plan()).any(|old| old.is_alike(refusal));
    if let Some(refusal) = refusals(again.plan()).find(|refusal| !known(refusal)) {
        return Err(Unproved::Refused(format!("{}: {}", refusal.key, refusal.reason())));
    }
    let wrong = again.plan().diagnostics.iter().find(|found| found.is_error());
    match wrong.filter(|_| !any_error(&planned.plan().diagnostics)) {
        Some(wrong) => Err(Unproved::Refused(format!("{} ({})", wrong.title, wrong.label))),
        None => Ok(()),
    }
}

/// What is refused, and what would be where nothing is written.
fn refusals(plan: &Plan) -> impl Iterator<Item = &Refusal> {
    plan.refusals.iter().chain(plan.withheld_refusals())
}

fn paths(differences: &[Difference<'_>]) -> Vec<(Key, Path)> {
    let of = |Difference { desired, observed: _, changes }: &Difference<'_>| {
        changes.iter().map(|change| (desired.key.clone(), change.path.clone())).collect::<Vec<_>>()
    };
    differences.iter().flat_map(of).collect()
}

/// The updates of a plan, those that a hold keeps back included, with the fields that are to be taken.
fn differences<'a>(planned: &'a Planned, takes: &dyn Fn(&Key, &Path) -> bool) -> Vec<Difference<'a>> {
    let actions = planned.plan().actions.iter().chain(planned.plan().withheld());
    let difference = |action: &'a Action| match &action.op {
        Op::Update { desired, observed, changes, .. } => {
            let changes: Vec<_> = changes.iter().filter(|change| takes(&action.key, &change.path)).collect();
            (!changes.is_empty()).then_some(Difference { desired, observed, changes })
        }
        Op::Create { .. } | Op::Delete { .. } => None,
    };
    actions.filter_map(difference).collect()
}
