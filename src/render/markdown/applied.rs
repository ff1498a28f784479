//! What apply did, as a comment: what needs somebody first, then what destroyed, then the rest.

use std::path::Path;

use super::all_accounts::{Named, tersely};
use super::escape::{Markdown, Verbatim, fence};
use super::size_limit::{Form, Frame, Part};
use super::table::{self, blocks};
use super::{detail, not_written, notes, plan};
use crate::model::{Action, FieldChange, Isolated, Op, Outcome, Proof, Report, ResourceNames, Status, Trust};
use crate::render::not_persisted::{NotPersisted, NotPersistedField, kept_so, not_persisted};
use crate::render::outcome_line::outcome_line;
use crate::render::report::{NOT_IN_TRASH, WITHHELD, moved_how, tombstone_of, unused};
use crate::render::{Links, PlanView};

/// A delete that did not stick.
const STILL_LISTED: &str = "it was deleted, but is still listed";

/// One action and how it ended.
type Ended<'a> = (&'a Action, &'a Outcome);

/// The comment's parts.
pub fn parts(view: &PlanView<'_>, report: &Report, deleted: Option<&Path>) -> Vec<Part> {
    let Report { outcomes, proof } = report;
    let (done, open): (Vec<Ended<'_>>, Vec<Ended<'_>>) = view
        .plan
        .actions
        .iter()
        .zip(outcomes)
        .partition(|(_, outcome)| matches!(outcome.status, Status::Done | Status::AlreadySo));
    let left = if let Proof::Differs(left) = proof { not_persisted(left, view.plan, outcomes) } else { Vec::new() };
    let mut parts = vec![Part::fixed(heading(view, report)), Part::fixed(notes::addressed(view))];
    parts.extend(notes::quoted(notes::hindrances(view.plan)));
    parts.push(Part::fixed(Markdown::new().own("**").text(&outcome_line(view, report)).own("**\n\n")));
    parts.push(not_stuck(&view.plan.names, &left, &view.links));
    parts.extend(rows(
        &view.plan.names,
        &open,
        88,
        "Deletes and disruptive updates that did not end well",
        &view.links,
    ));
    parts.extend(new(view, report));
    parts.extend([
        notes::refusals(view),
        notes::unreadable(view.plan),
        notes::isolated(&view.plan.isolated),
        doubled(&report.doubled(view.plan)),
        not_written::held_back(view),
        not_written::on_hold(view),
        notes::diagnostics(view),
    ]);
    parts.extend(rows(&view.plan.names, &done, 55, "Deletes and disruptive updates that were done", &view.links));
    parts.extend(deleted.map(|path| {
        Part::fixed(
            Markdown::new().own("Deleted accounts as they were: ").code(&path.display().to_string()).own("\n\n"),
        )
    }));
    parts.extend(needed(&view.plan.names, &open, &left));
    parts.extend(plan::details(&view.plan.names, &blocks(view.plan, &None)));
    parts.push(policies(view, report));
    parts
}

fn heading(view: &PlanView<'_>, report: &Report) -> Markdown {
    let (done, failed, skipped) = report.counts();
    let counts = [(done, " done"), (failed, " failed"), (skipped, " skipped")];
    let counts =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| Markdown::new().number(count).own(word));
    let counts = Markdown::joined(counts, " · ");
    let nothing = if report.has_converged(view.plan) { "nothing to do" } else { "nothing was done" };
    let counts = if counts.is_empty() { counts.own(nothing) } else { counts };
    let heading = Markdown::new().own("### heeler apply").and(&notes::organizations(view)).own(": ").and(&counts);
    heading.own(view.sandbox_mark()).own("\n\n")
}

/// A row for each; deletes and disruptive updates are never dropped.
fn rows(names: &ResourceNames, ended: &[Ended<'_>], rank: u8, title: &'static str, links: &Links) -> Vec<Part> {
    let (mut kept, others): (Vec<Ended<'_>>, Vec<Ended<'_>>) =
        ended.iter().partition(|(action, _)| action.is_disruptive() || matches!(action.op, Op::Delete { .. }));
    kept.sort_by_key(|(action, _)| action.is_disruptive());
    let frame = Frame::table(&["", "account", "outcome", "where"]);
    let form = |ended: &[Ended<'_>]| Form::rows(frame.clone(), ended.iter().map(|ended| row(names, *ended, links)));
    let named: Vec<Named<'_>> = kept.iter().map(|ended| named(names, *ended)).collect();
    vec![
        Part::kept(std::iter::once(form(&kept)).chain(tersely(title, &named, false)).collect()),
        Part::cut(rank, form(&others).rest("| | ", " accounts more | apply's JSON has them | |\n")),
    ]
}

fn row(names: &ResourceNames, (action, outcome): Ended<'_>, links: &Links) -> (Vec<Markdown>, usize) {
    let Action { key, account: _, name, source, needs: _, op: _ } = action;
    let cells = vec![
        table::op(action),
        table::resource(names, key, name.as_deref()),
        status(action, outcome),
        Markdown::new().place(source, links),
    ];
    (cells, 1)
}

fn named<'a>(names: &ResourceNames, (action, outcome): Ended<'a>) -> Named<'a> {
    let named = plan::named(names, action);
    let op = if action.is_disruptive() { "update" } else { "delete" };
    Named { what: format!("{}, {op} {}", named.what, word(&outcome.status)), ..named }
}

fn word(status: &Status) -> &'static str {
    match status {
        Status::Done => "done",
        Status::AlreadySo => "so already",
        Status::NotInTrash => "done, and not in the trash",
        Status::Differs(_) => "differs",
        Status::Failed { .. } => "failed",
        Status::Unsure { .. } => "unsure",
        Status::Withheld { .. } => "withheld",
        Status::Stale(_) => "stale",
        Status::Skipped(_) => "skipped",
    }
}

fn status(action: &Action, outcome: &Outcome) -> Markdown {
    let cell = ended(action, outcome);
    unused(outcome).map_or(cell.clone(), |unused| cell.own("; ").text(&unused))
}

fn ended(action: &Action, Outcome { status, row: _, trust: _, issued: _, millis: _ }: &Outcome) -> Markdown {
    let cell = Markdown::new();
    match status {
        Status::Done | Status::AlreadySo => cell.own(word(status)),
        Status::Failed { why, fields, unsure } => {
            let cell = cell.own("**failed:** ").text(why);
            let fields = Markdown::joined(fields.iter().take(5).map(|field| Markdown::new().code(field)), ", ");
            let cell = if fields.is_empty() { cell } else { cell.own(" (").and(&fields).own(")") };
            if *unsure { cell.own("; it may have been done all the same") } else { cell }
        }
        Status::Stale(changes) => {
            let cell = cell.own("**stale:** it ").own(moved_how(action)).own(" since the plan was made");
            if changes.is_empty() {
                cell
            } else {
                cell.own("; it would need this now: ").and(&table::changes(changes, false))
            }
        }
        Status::Skipped(why) => cell.own("**skipped:** ").text(why),
        Status::NotInTrash => cell.own("**done:** ").own(NOT_IN_TRASH),
        Status::Differs(changes) => cell
            .own("**differs:** the vendor accepted it, and answered otherwise; it would need this now: ")
            .and(&table::changes(changes, false)),
        Status::Unsure { why, not_before } => {
            let cell = cell.own("**unsure:** ").text(why).own("; it may have been done");
            not_before.map_or(cell.clone(), |time| cell.own("; do not run again before ").text(&format!("{time:.0}")))
        }
        Status::Withheld { not_before } => {
            cell.own("**skipped:** ").own(WITHHELD).own("; not before ").text(&format!("{not_before:.0}"))
        }
    }
}

/// What was accepted and is nevertheless not so.
fn not_stuck(names: &ResourceNames, left: &[NotPersisted<'_>], links: &Links) -> Part {
    let row = |not_persisted: &NotPersisted<'_>| {
        let Action { key, account: _, name, source, needs: _, op } = not_persisted.action;
        let what = match op {
            Op::Delete { .. } => Markdown::new().own(STILL_LISTED),
            Op::Create { .. } | Op::Update { .. } => {
                Markdown::joined(not_persisted.fields.iter().map(field_not_stuck), "; ")
            }
        };
        (vec![table::resource(names, key, name.as_deref()), what, Markdown::new().place(source, links)], 1)
    };
    let form =
        Form::rows(Frame::table(&["accepted but did not stick", "still to change", "where"]), left.iter().map(row));
    Part::cut(89, form.rest("| ", " accounts more that did not stick | | |\n"))
}

/// What two runs made at once, each with the entry that removes it and no other.
fn doubled(rows: &[Isolated]) -> Part {
    let line = |row: &Isolated| {
        let what = Markdown::new().own("- **Doubled while this ran:** ").text(&row.shown());
        let what = row.id.iter().fold(what, |what, id| what.own(", row ").code(&id.0));
        (tombstone_of(row, rows).iter().fold(what, |what, entry| what.own(". To remove it: ").brief(entry, 300)), 1)
    };
    Part::cut(87, Form::lines(rows.iter().map(line)).rest("- and ", " more rows that are doubled\n"))
}

fn field_not_stuck(NotPersistedField { path, wanted, got, is_kept }: &NotPersistedField) -> Markdown {
    let said = Markdown::new().code(path).own(": wanted ").brief(wanted, 80).own(", got ").brief(got, 80);
    if *is_kept { said.own(": ").text(&kept_so(got)) } else { said }
}

/// What the AWS side of new accounts needs.
fn new(view: &PlanView<'_>, report: &Report) -> Vec<Part> {
    let made: Vec<(&Action, &Trust)> = made(view, report).collect();
    if made.is_empty() {
        return Vec::new();
    }
    let row = |(action, trust): &(&Action, &Trust)| {
        let Trust { role_name, external_id, policy } = trust;
        let id = external_id
            .as_deref()
            .map_or_else(|| Markdown::new().own("not told by the vendor"), |id| Markdown::new().code(id));
        let principal = policy.as_ref().and_then(|policy| policy["Statement"][0]["Principal"]["AWS"].as_str());
        let principal = principal.map_or_else(Markdown::new, |principal| Markdown::new().code(principal));
        (
            vec![
                table::resource(&view.plan.names, &action.key, action.name.as_deref()),
                Markdown::new().code(role_name),
                id,
                principal,
            ],
            1,
        )
    };
    let words = Markdown::new()
        .own("New: put the external id into the trust policy of the role")
        .own(view.sandbox_mark())
        .own(".\n\n");
    let form = Form::rows(Frame::table(&["new account", "role", "external id", "principal"]), made.iter().map(row));
    vec![Part::cut(75, form.after(words).rest("| ", " accounts more; apply's JSON has them | | | |\n"))]
}

fn made<'a>(view: &'a PlanView<'_>, report: &'a Report) -> impl Iterator<Item = (&'a Action, &'a Trust)> {
    view.plan
        .actions
        .iter()
        .zip(&report.outcomes)
        .filter_map(|(action, outcome)| Some((action, outcome.trust.as_ref()?)))
}

/// The fields of what moved and of what did not stick, folded away.
fn needed(names: &ResourceNames, open: &[Ended<'_>], left: &[NotPersisted<'_>]) -> Vec<Part> {
    let item = |action: &Action, changes: &[FieldChange]| {
        let title = Verbatim::line(&format!("! {}", names.name(&action.key)));
        (Verbatim::lines(std::iter::once(title).chain(detail::changes(changes, &action.source, false))), 1)
    };
    let stale = open.iter().filter_map(|(action, outcome)| match &outcome.status {
        Status::Stale(changes) if !changes.is_empty() => Some(item(action, changes)),
        _ => None,
    });
    let changing =
        left.iter().map(|not_persisted| not_persisted.action).filter(|action| !matches!(action.op, Op::Delete { .. }));
    let left = changing.map(|action| item(action, &action.changes().cloned().collect::<Vec<_>>()));
    let items: Vec<(Verbatim, usize)> = stale.chain(left).collect();
    let fence = fence(items.iter().map(|(line, _)| line));
    vec![Part::cut(25, Form::fenced(Frame::details(&fence, "diff", "What is still needed, field by field"), items))]
}

/// The trust policies of new accounts, folded away.
fn policies(view: &PlanView<'_>, report: &Report) -> Part {
    let item = |(action, trust): (&Action, &Trust)| {
        let policy = serde_json::to_string_pretty(trust.policy.as_ref()?).ok()?;
        let title = Verbatim::line(&format!("{}, role {}", view.plan.names.name(&action.key), trust.role_name));
        Some((Verbatim::lines(std::iter::once(title).chain(policy.lines().map(Verbatim::line))), 1))
    };
    let items: Vec<(Verbatim, usize)> = made(view, report).filter_map(item).collect();
    let fence = fence(items.iter().map(|(line, _)| line));
    Part::cut(12, Form::fenced(Frame::details(&fence, "text", "Trust policies of new accounts"), items))
}
