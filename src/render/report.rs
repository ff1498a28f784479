//! What apply did, for a terminal: a line per action as it ends, then what is new, what is left, and one last line.

use std::path::Path;

use super::escape_untrusted::escaped_line;
use super::fields::lines;
use super::not_persisted::did_not_stick;
use super::outcome_line::outcome_line;
use super::style::{BAD, CHANGED, FAINT, GOOD, STRONG, pad, paint};
use super::{PlanView, counted};
use crate::model::value::inline;
use crate::model::{Action, Isolated, Op, Outcome, Plan, Proof, Report, ResourceNames, Status, Trust};

/// What is said of a delete that somebody did a second time.
pub const NOT_IN_TRASH: &str = "it is not in the vendor's trash: it was deleted a second time, and is gone for good";
/// What is said of what an earlier run may have done.
pub const WITHHELD: &str = "an earlier run sent it without an answer, and it may still show";

/// The line of one action. `ended` counts how many have.
pub fn line(ended: usize, plan: &Plan, action: &Action, outcome: &Outcome) -> String {
    let Outcome { status, row: _, trust: _, issued: _, millis } = outcome;
    let sign = match &action.op {
        Op::Create { .. } => "+",
        Op::Update { .. } => "~",
        Op::Delete { .. } => "-",
    };
    let name = action.name.as_deref().map_or(String::new(), |name| format!("  {}", escaped_line(name)));
    let who = pad(&format!("{}{name}", escaped_line(&plan.names.name(&action.key))), 36);
    let place = escaped_line(&format!("{}:{}", action.source.file, action.source.line));
    let seconds = format!("{:>5.1} s", *millis as f64 / 1000.0);
    let what = match status {
        Status::Done => format!("{}  {}", paint(GOOD, "done   "), paint(FAINT, &seconds)),
        Status::AlreadySo => format!("{}  {}", paint(GOOD, "so already"), paint(FAINT, &seconds)),
        Status::NotInTrash => {
            format!("{}  {}  {}", paint(GOOD, "done   "), paint(FAINT, &seconds), paint(BAD, NOT_IN_TRASH))
        }
        Status::Differs(changes) => {
            let fields =
                changes.iter().map(|change| escaped_line(&change.path.to_string())).collect::<Vec<_>>().join(", ");
            format!(
                "{}  the vendor accepted it, and answered with another {fields}  {}",
                paint(BAD, "DIFFERS"),
                paint(FAINT, &place)
            )
        }
        Status::Failed { why, .. } => {
            format!("{}  {}  {}", paint(BAD, "FAILED "), escaped_line(why), paint(FAINT, &place))
        }
        Status::Unsure { why, .. } => {
            format!("{}  {}; it may have been done  {}", paint(BAD, "UNSURE "), escaped_line(why), paint(FAINT, &place))
        }
        Status::Withheld { not_before } => {
            format!("{}  {WITHHELD}; not before {not_before:.0}", paint(CHANGED, "skipped"))
        }
        Status::Stale(_) => format!(
            "{}  it {} since the plan was made  {}",
            paint(CHANGED, "stale  "),
            moved_how(action),
            paint(FAINT, &place)
        ),
        Status::Skipped(why) => format!("{}  {}", paint(CHANGED, "skipped"), escaped_line(why)),
    };
    let width = plan.actions.len().to_string().len();
    let unused = unused(outcome).map_or(String::new(), |unused| format!("; {}", escaped_line(&unused)));
    format!("{ended:>width$}/{} {sign} {who}  {what}{unused}\n", plan.actions.len())
}

/// What was issued for an action and no row was made with, unless its end says so already.
pub fn unused(outcome: &Outcome) -> Option<String> {
    let is_said = |value: &str| matches!(&outcome.status, Status::Failed { why, .. } if why.contains(value));
    let values = outcome.unused().map(|(output, value)| (output.replace('_', " "), inline(value)));
    let said: Vec<String> = values
        .filter(|(_, value)| !is_said(value))
        .map(|(output, value)| format!("{output} {value} was issued for it and is not used"))
        .collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// Everything after the last action.
pub fn status(view: &PlanView<'_>, report: &Report, deleted: Option<&Path>) -> String {
    let Report { outcomes, proof } = report;
    let pairs = || view.plan.actions.iter().zip(outcomes);
    let mut out = String::new();
    for (action, outcome) in pairs() {
        if let Status::Stale(changes) = &outcome.status {
            let how = moved_how(action);
            out.push_str(&format!(
                "\n{} {how} since the plan was made; it would need this now:\n",
                escaped_line(&view.plan.names.name(&action.key))
            ));
            changes
                .iter()
                .flat_map(|change| lines(change, 40, &action.source, false))
                .for_each(|line| out.push_str(&format!("    {line}\n")));
        }
    }
    let made: Vec<(&Action, &Trust)> =
        pairs().filter_map(|(action, outcome)| Some((action, outcome.trust.as_ref()?))).collect();
    if !made.is_empty() {
        out.push_str(&format!("\nNew: put the external id into the trust policy of the role{}\n", view.sandbox_mark()));
        made.iter().for_each(|(action, trust)| out.push_str(&external_id(&view.plan.names, action, trust)));
    }
    if let Proof::Differs(left) = proof {
        out.push_str(&did_not_stick(left, view.plan, outcomes));
    }
    out.push_str(&doubled(&report.doubled(view.plan)));
    out.push_str(&unsure(&view.plan.names, pairs().collect()));
    out.push_str(&gone_for_good(&view.plan.names, pairs().collect(), deleted));
    if let Some(path) = deleted {
        out.push_str(&format!("\nDeleted accounts as they were: {}\n", escaped_line(&path.display().to_string())));
    }
    out.push('\n');
    out.push_str(&last_line(view, report));
    out
}

/// What is said when the plan is not the one that was expected.
pub fn unexpected(view: &PlanView<'_>, expected: &str) -> String {
    format!("{} {}\n", paint(BAD, "refused:"), unexpected_words(view, expected))
}

/// The same as words alone.
pub fn unexpected_words(view: &PlanView<'_>, expected: &str) -> String {
    format!(
        "the plan is {}, and {} was expected; what differs is in the plan as it is now",
        view.digest,
        escaped_line(expected)
    )
}

/// What is said when accounts moved between the plan and its approval as a whole.
pub fn moved(names: &ResourceNames, actions: &[&Action]) -> String {
    format!("{} {}\n", paint(BAD, "refused:"), moved_words(names, actions))
}

/// The same as words alone.
pub fn moved_words(names: &ResourceNames, actions: &[&Action]) -> String {
    let of = |appeared: bool, how: &str| {
        let these: Vec<String> = actions
            .iter()
            .filter(|action| action.row().is_none() == appeared)
            .map(|action| escaped_line(&names.name(&action.key)))
            .collect();
        (!these.is_empty()).then(|| format!("{} {how}: {}", counted(these.len(), "account"), these.join(", ")))
    };
    let said = [of(false, "moved after they were listed"), of(true, "made by somebody else after the listing")];
    let said: Vec<String> = said.into_iter().flatten().collect();
    format!("the plan was expected as a whole, and is not what there is to do by now: {}", said.join("; "))
}

/// What is said when the whole run is refused.
pub fn refused(view: &PlanView<'_>) -> String {
    format!("{}{}\n", paint(STRONG, "Apply: refused; nothing was changed."), view.sandbox_mark())
}

/// What became of a row between plan and apply.
pub fn moved_how(action: &Action) -> &'static str {
    match action.op {
        Op::Create { .. } => "was created",
        Op::Update { .. } | Op::Delete { .. } => "moved",
    }
}

fn external_id(names: &ResourceNames, action: &Action, trust: &Trust) -> String {
    let Trust { role_name, external_id, policy } = trust;
    let name = action.name.as_deref().map_or(String::new(), |name| format!("  {}", escaped_line(name)));
    let principal = policy.as_ref().and_then(|policy| policy["Statement"][0]["Principal"]["AWS"].as_str());
    let principal = principal.map_or(String::new(), |principal| format!("  principal {}", escaped_line(principal)));
    let id = external_id.as_deref().map_or_else(|| "not told by the vendor".to_owned(), escaped_line);
    format!(
        "    {}  role {}  external id {}{principal}\n",
        pad(&format!("{}{name}", names.name(&action.key)), 32),
        escaped_line(role_name),
        paint(STRONG, &id)
    )
}

/// What two runs made at once, each with the entry that removes it and no other.
fn doubled(rows: &[Isolated]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out = "\nDoubled while this ran: somebody else made the same at the same moment, and nothing more is done to these rows.\n\
                   Keep one of each name, and put the others' lines under `removed:`:\n"
        .to_owned();
    for row in rows {
        let id = row.id.as_ref().map_or("", |id| id.0.as_str());
        out.push_str(&format!("    {}  row {}\n", escaped_line(&row.shown()), escaped_line(id)));
        out.extend(tombstone_of(row, rows).map(|entry| format!("      {}\n", escaped_line(&entry))));
    }
    out
}

/// The entry of `removed:` that means this row alone. A JSON string is a YAML string.
pub fn tombstone_of(row: &Isolated, all: &[Isolated]) -> Option<String> {
    let (account, id, kind) = row.tombstone(all)?;
    let id = serde_json::Value::from(id.0.as_str());
    Some(format!(
        "- {{ aws_account_id: \"{account}\", id: {id}, from: [{kind}], reason: doubled by two runs at once }}"
    ))
}

/// What may still show: nobody should send it again before that.
fn unsure(names: &ResourceNames, pairs: Vec<(&Action, &Outcome)>) -> String {
    let times = || pairs.iter().filter_map(|(action, outcome)| Some((action, outcome.status.not_before()?)));
    let Some(latest) = times().map(|(_, time)| time).max() else { return String::new() };
    let names =
        times().map(|(action, _)| format!("    {}\n", escaped_line(&names.name(&action.key)))).collect::<String>();
    format!(
        "\nRun heeler on these again after {latest:.0}, or before that with --after and this run's JSON: what was sent without an answer\n\
         may still show, and would be done twice:\n{names}"
    )
}

/// Rows that a second delete has taken out of the trash: gone for good.
fn gone_for_good(names: &ResourceNames, pairs: Vec<(&Action, &Outcome)>, deleted: Option<&Path>) -> String {
    let gone = pairs.iter().filter(|(_, outcome)| matches!(outcome.status, Status::NotInTrash));
    let record =
        deleted.map_or(String::new(), |path| format!("; as it was: {}", escaped_line(&path.display().to_string())));
    gone.map(|(action, _)| {
        format!("\n{} {}: {NOT_IN_TRASH}{record}\n", paint(BAD, "x"), escaped_line(&names.name(&action.key)))
    })
    .collect()
}

fn last_line(view: &PlanView<'_>, report: &Report) -> String {
    format!("{}{}\n", paint(STRONG, &escaped_line(&outcome_line(view, report))), view.sandbox_mark())
}
