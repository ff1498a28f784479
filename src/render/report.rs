//! What apply did, for a terminal: a line per action as it ends, then what is new, what is left, and one last line.

use std::collections::BTreeSet;
use std::path::Path;

use super::clean::clean;
use super::fields::lines;
use super::style::{BAD, CHANGED, FAINT, GOOD, STRONG, pad, paint};
use super::{Scene, counted};
use crate::model::{Action, Ending, Key, Op, Outcome, Plan, Proof, Report, Trust};

/// The line of one action. `ended` counts how many have.
pub fn line(ended: usize, total: usize, action: &Action, outcome: &Outcome) -> String {
    let Outcome { ending, row: _, trust: _, millis } = outcome;
    let sign = match &action.op {
        Op::Create { .. } => "+",
        Op::Update { .. } => "~",
        Op::Delete { .. } => "-",
    };
    let name = action.name.as_deref().map_or(String::new(), |name| format!("  {}", clean(name)));
    let who = pad(&format!("{}{name}", clean(&action.key.shown())), 36);
    let place = clean(&format!("{}:{}", action.source.file, action.source.line));
    let seconds = format!("{:>5.1} s", *millis as f64 / 1000.0);
    let what = match ending {
        Ending::Done => format!("{}  {}", paint(GOOD, "done   "), paint(FAINT, &seconds)),
        Ending::AlreadySo => format!("{}  {}", paint(GOOD, "so already"), paint(FAINT, &seconds)),
        Ending::Failed { why, .. } => format!("{}  {}  {}", paint(BAD, "FAILED "), clean(why), paint(FAINT, &place)),
        Ending::Stale(_) => format!("{}  it {} since the plan was made  {}", paint(CHANGED, "stale  "), moved_how(action), paint(FAINT, &place)),
        Ending::Skipped(why) => format!("{}  {}", paint(CHANGED, "skipped"), clean(why)),
    };
    let width = total.to_string().len();
    format!("{ended:>width$}/{total} {sign} {who}  {what}\n")
}

/// Everything after the last action.
pub fn ending(scene: &Scene<'_>, report: &Report, deleted: Option<&Path>) -> String {
    let Report { outcomes, proof } = report;
    let pairs = || scene.plan.actions.iter().zip(outcomes);
    let mut out = String::new();
    for (action, outcome) in pairs() {
        if let Ending::Stale(changes) = &outcome.ending {
            let how = moved_how(action);
            out.push_str(&format!("\n{} {how} since the plan was made; it would need this now:\n", clean(&action.key.shown())));
            changes.iter().flat_map(|change| lines(change, 40, &action.source, false)).for_each(|line| out.push_str(&format!("    {line}\n")));
        }
    }
    let made: Vec<(&Action, &Trust)> = pairs().filter_map(|(action, outcome)| Some((action, outcome.trust.as_ref()?))).collect();
    if !made.is_empty() {
        out.push_str(&format!("\nNew: put the external id into the trust policy of the role{}\n", scene.sandbox_mark()));
        made.iter().for_each(|(action, trust)| out.push_str(&external_id(action, trust)));
    }
    if let Proof::Differs(left) = proof {
        out.push_str(&did_not_stick(left, scene.plan, outcomes));
    }
    if let Some(path) = deleted {
        out.push_str(&format!("\nDeleted accounts as they were: {}\n", clean(&path.display().to_string())));
    }
    out.push('\n');
    out.push_str(&last_line(scene, report));
    out
}

/// What is said when the plan is not the one that was expected.
pub fn unexpected(scene: &Scene<'_>, expected: &str) -> String {
    format!("{} {}\n", paint(BAD, "refused:"), unexpected_words(scene, expected))
}

/// The same as words alone.
pub fn unexpected_words(scene: &Scene<'_>, expected: &str) -> String {
    format!("the plan is {}, and {} was expected; what differs is in the plan as it is now", scene.digest, clean(expected))
}

/// What is said when accounts moved between the plan and its approval as a whole.
pub fn moved(actions: &[&Action]) -> String {
    format!("{} {}\n", paint(BAD, "refused:"), moved_words(actions))
}

/// The same as words alone.
pub fn moved_words(actions: &[&Action]) -> String {
    let of = |appeared: bool, how: &str| {
        let these: Vec<String> =
            actions.iter().filter(|action| action.row().is_none() == appeared).map(|action| clean(&action.key.shown())).collect();
        (!these.is_empty()).then(|| format!("{} {how}: {}", counted(these.len(), "account"), these.join(", ")))
    };
    let said = [of(false, "moved after they were listed"), of(true, "made by somebody else after the listing")];
    let said: Vec<String> = said.into_iter().flatten().collect();
    format!("the plan was expected as a whole, and is not what there is to do by now: {}", said.join("; "))
}

/// What is said when the whole run is refused.
pub fn refused(scene: &Scene<'_>) -> String {
    format!("{}{}\n", paint(STRONG, "Apply: refused; nothing was changed."), scene.sandbox_mark())
}

/// What became of a row between plan and apply.
pub fn moved_how(action: &Action) -> &'static str {
    match action.op {
        Op::Create { .. } => "was created by somebody else",
        Op::Update { .. } | Op::Delete { .. } => "moved",
    }
}

fn external_id(action: &Action, trust: &Trust) -> String {
    let Trust { role_name, external_id, policy } = trust;
    let name = action.name.as_deref().map_or(String::new(), |name| format!("  {}", clean(name)));
    let principal = policy.as_ref().and_then(|policy| policy["Statement"][0]["Principal"]["AWS"].as_str());
    let principal = principal.map_or(String::new(), |principal| format!("  principal {}", clean(principal)));
    let id = external_id.as_deref().map_or_else(|| "not told by the vendor".to_owned(), clean);
    format!("    {}  role {}  external id {}{principal}\n", pad(&format!("{}{name}", action.key.shown()), 32), clean(role_name), paint(STRONG, &id))
}

/// What was accepted and is nevertheless not so.
fn did_not_stick(left: &Plan, plan: &Plan, outcomes: &[Outcome]) -> String {
    let mut out = String::new();
    for action in undone(left, plan, outcomes) {
        let place = clean(&format!("{}:{}", action.source.file, action.source.line));
        out.push_str(&format!("\n{} accepted but did not stick: {}  {}\n", paint(BAD, "x"), clean(&action.key.shown()), paint(FAINT, &place)));
        if action.changes().next().is_none() {
            out.push_str("    it was deleted, but is still listed\n");
        }
        let width = action.changes().map(|change| change.path.to_string().len()).max().unwrap_or_default().min(60);
        action.changes().flat_map(|change| lines(change, width, &action.source, false)).for_each(|line| out.push_str(&format!("    {line}\n")));
    }
    out
}

/// Of what is left, the actions that were accepted.
pub fn undone<'a>(left: &'a Plan, plan: &Plan, outcomes: &[Outcome]) -> Vec<&'a Action> {
    let pairs = plan.actions.iter().zip(outcomes);
    let accepted: BTreeSet<&Key> = pairs.filter(|(_, outcome)| matches!(outcome.ending, Ending::Done)).map(|(action, _)| &action.key).collect();
    left.actions.iter().filter(|action| accepted.contains(&action.key)).collect()
}

fn last_line(scene: &Scene<'_>, report: &Report) -> String {
    format!("{}{}\n", paint(STRONG, &clean(&verdict(scene, report))), scene.sandbox_mark())
}

/// How the run ended, in one line. The words of a vendor in it are foreign: whoever shows them cleans them.
pub fn verdict(scene: &Scene<'_>, report: &Report) -> String {
    let (done, failed, skipped) = report.counts();
    let mut facts = if scene.plan.actions.is_empty() {
        format!("Apply: nothing to do. {} unchanged.", scene.plan.unchanged)
    } else {
        format!("Apply: {done} done, {failed} failed, {skipped} skipped.")
    };
    let (refused, unread) = (scene.plan.refusals.len(), scene.plan.unread().count());
    match &report.proof {
        Proof::Converged if unread > 0 => {
            let refused = if refused == 0 { String::new() } else { format!(" {} refused;", counted(refused, "account")) };
            facts.push_str(&format!("{refused} unread: {unread}; everything else has converged."));
        }
        Proof::Converged if refused == 0 => facts.push_str(" Converged: a final listing shows no difference."),
        Proof::Converged => facts.push_str(&format!(" {} refused; everything else has converged.", counted(refused, "account"))),
        Proof::Differs(left) => {
            facts.push_str(&format!(" Not converged: {} left; running it again is the resume.", counted(left.actions.len(), "change")))
        }
        Proof::Unreadable(why) => facts.push_str(&format!(" Not proved: the final listing could not be read ({why}).")),
        Proof::NotNeeded if !scene.plan.is_complete() => facts.push_str(" INCOMPLETE: not everything could be read."),
        Proof::NotNeeded if failed + skipped > 0 => facts.push_str(" Nothing was changed."),
        Proof::NotNeeded if refused > 0 => facts.push_str(&format!(" {} refused.", counted(refused, "account"))),
        Proof::NotNeeded if unread > 0 => facts.push_str(&format!(" unread: {unread}.")),
        Proof::NotNeeded => {}
    }
    facts
}
