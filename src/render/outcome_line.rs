//! How an apply ended, in one line: what was done, and whether a final listing proves it.

use super::hold::not_written_count;
use super::not_persisted::not_persisted;
use super::{PlanView, counted};
use crate::model::plan::{UnreadPart, Unreadable};
use crate::model::{Key, Plan, Proof, Report, RowTally, Status};

/// How the run ended, in one line. The words of a vendor in it are foreign: whoever shows them cleans them.
pub fn outcome_line(view: &PlanView<'_>, report: &Report) -> String {
    let plan = view.plan;
    if view.nothing_is_read() && matches!(report.proof, Proof::NotNeeded) {
        return "Apply: nothing was done. INCOMPLETE: nothing could be read.".to_owned();
    }
    let (done, failed, skipped) = report.counts();
    let mut facts = match (plan.actions.is_empty(), report.has_converged(plan)) {
        (true, true) => format!("Apply: nothing to do. {} unchanged.", plan.unchanged.total()),
        (true, false) => format!("Apply: nothing was done. {} unchanged.", plan.unchanged.total()),
        (false, _) => format!("Apply: {done} done, {failed} failed{}, {skipped} skipped.", may_have_been_done(report)),
    };
    match &report.proof {
        Proof::Converged => facts.push_str(&converged(plan, report)),
        Proof::Differs(left) => facts.push_str(&format!(" Not converged: {}.", not_converged(left, plan, report))),
        Proof::Unreadable(why) => facts.push_str(&format!(" Not proved: the final listing could not be read ({why}).")),
        Proof::Stopped => facts.push_str(" Not proved: heeler was told to stop before the final listing."),
        Proof::NotNeeded if !plan.all_listings_read() => facts.push_str(" INCOMPLETE: not everything could be read."),
        Proof::NotNeeded if failed + skipped > 0 => facts.push_str(" Nothing was changed."),
        Proof::NotNeeded => match (left_out(plan), not_written_count(plan)) {
            (Some(apart), None) => facts.push_str(&format!(" {apart}.")),
            (Some(apart), Some(count)) => facts.push_str(&format!(" {apart}; {count}.")),
            (None, Some(count)) => facts.push_str(&format!(" Converged{}; {count}.", scope(plan))),
            (None, None) if plan.selected_only => facts.push_str(" --only left the others out."),
            (None, None) => {}
        },
    }
    facts
}

fn may_have_been_done(report: &Report) -> String {
    let unsure = report.outcomes.iter().filter(|outcome| matches!(outcome.status, Status::Unsure { .. })).count();
    if unsure == 0 { String::new() } else { format!(" ({unsure} of which may have been done)") }
}

/// What was left out of the run on purpose.
fn left_out(plan: &Plan) -> Option<String> {
    let held_back = (!plan.held_back.is_empty()).then(|| format!("{} held back", plan.accounts_held_back()));
    let refused = (!plan.refusals.is_empty()).then(|| {
        format!("{} refused", plan.refusals.iter().map(|refusal| &refusal.key).collect::<RowTally>().counted())
    });
    let unread = plan.unread().count();
    let unread = (unread > 0).then(|| format!("unread: {unread}"));
    let said: Vec<String> = held_back.into_iter().chain(refused).chain(unread).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The final listing shows nothing but what was held back or refused.
fn converged(plan: &Plan, report: &Report) -> String {
    let besides = not_written_count(plan).map_or(String::new(), |count| format!("; {count}"));
    let gone = report.outcomes.iter().filter(|outcome| matches!(outcome.status, Status::NotInTrash)).count();
    match left_out(plan) {
        _ if !plan.all_listings_read() => {
            " What could be read is as planned. INCOMPLETE: not everything could be read.".to_owned()
        }
        _ if !report.all_done() && besides.is_empty() => {
            " A final listing shows no difference all the same.".to_owned()
        }
        _ if !report.all_done() => format!(" A final listing shows no other difference all the same{besides}."),
        None if gone > 0 => {
            let shows = if besides.is_empty() { ": a final listing shows no difference" } else { besides.as_str() };
            format!(" Converged{}{shows}, but {} not in the trash.", scope(plan), counted_are(gone))
        }
        None if !besides.is_empty() => format!(" Converged{}{besides}.", scope(plan)),
        None if plan.selected_only => {
            format!(" Converged{}: a final listing shows no difference there.", scope(plan))
        }
        None => " Converged: a final listing shows no difference.".to_owned(),
        Some(apart) if !plan.held_back.is_empty() => format!(" Done as approved: {apart}{besides}."),
        Some(apart) => format!(" {apart}{besides}; everything else has converged."),
    }
}

/// What convergence is said of, if not of everything.
fn scope(plan: &Plan) -> &'static str {
    if plan.selected_only { ", as far as --only selects" } else { "" }
}

/// `1 Datadog account`, `2 AWS accounts`, or both; nothing if everything was read.
fn unread_counted(left: &Plan) -> String {
    fn row(unread: &Unreadable) -> Option<&Key> {
        if let UnreadPart::Row(key) = &unread.part { Some(key) } else { None }
    }
    let rows: Vec<&Key> = left.unread().filter_map(row).collect();
    let accounts = left.unread().count() - rows.len();
    let accounts = (accounts > 0).then(|| counted(accounts, "AWS account"));
    let rows = (!rows.is_empty()).then(|| rows.iter().copied().collect::<RowTally>().counted());
    accounts.into_iter().chain(rows).collect::<Vec<_>>().join(" and ")
}

fn rows_are(count: usize) -> String {
    format!("{} {}", counted(count, "row"), if count == 1 { "is" } else { "are" })
}

fn counted_are(gone: usize) -> String {
    format!("{} {}", counted(gone, "deleted row"), if gone == 1 { "is" } else { "are" })
}

fn not_converged(left: &Plan, plan: &Plan, report: &Report) -> String {
    let not_persisted = not_persisted(left, plan, &report.outcomes);
    let stays = not_persisted
        .iter()
        .filter(|not_persisted| {
            !not_persisted.fields.is_empty() && not_persisted.fields.iter().all(|field| field.is_kept)
        })
        .count();
    let held_back = if plan.held_back.is_empty() {
        String::new()
    } else {
        format!(", beside {} held back", plan.accounts_held_back())
    };
    let left_unread = unread_counted(left);
    let left = left.actions.len();
    match (left, stays) {
        (0, _) if !report.doubled(plan).is_empty() => {
            format!("{} doubled{held_back}; what to do is above", rows_are(report.doubled(plan).len()))
        }
        (0, _) if !left_unread.is_empty() => format!("{left_unread} could not be read{held_back}"),
        (0, _) => format!("more is refused than before{held_back}; see `heeler plan`"),
        (left, 0) => format!("{} left{held_back}; running it again is the resume", counted(left, "change")),
        (left, stays) if left == stays => {
            format!("{} did not stick{held_back}, and running it again does not help", counted(stays, "change"))
        }
        (left, stays) => {
            format!(
                "{} left{held_back}, of which {stays} did not stick; running it again is the resume of the others",
                counted(left, "change")
            )
        }
    }
}
