//! A plan for a terminal: what destroys comes first, look-alikes are folded, the last line can be grepped.

use super::action_labels::ActionLabels;
use super::base_comparison;
use super::escape_untrusted::escaped_line;
use super::fields::{lines, width};
use super::folding::{Block, fold};
use super::style::{BAD, CHANGED, FAINT, GOOD, LOUD, STRONG, pad, paint};
use super::text_parts::{self, MAX_NAMED, heading, place, unread};
use super::{PlanView, counted, counted_by_kind, folded_rows, hold, text_by_change};
use crate::model::plan::{HealthIssues, ObsoleteTombstone, Refusal, Unmanaged};
use crate::model::row_description::Descriptions;
use crate::model::{Action, FieldChange, Op, Plan, Recovered, ResourceNames, Source};

/// The whole plan. `verb` is the command that shows it.
pub fn plan(view: &PlanView<'_>, verb: &str) -> String {
    let Plan {
        preparations: _,
        actions,
        held_back,
        on_hold,
        read_only,
        unchanged: _,
        left_out: _,
        selected_only: _,
        names,
        row_counts: _,
        unmanaged,
        obsolete_tombstones: obsolete,
        refusals,
        limit_checks: _,
        diagnostics: _,
        unreadable,
        isolated,
        managed: _,
        descriptions,
        health_issues,
    } = view.plan;
    let mut out = heading(view, verb);
    out.extend(view.base_comparison.iter().map(base_comparison::findings));
    let marks = ActionLabels::of(view.plan, view.base_comparison.as_ref());
    let (deletes, others): (Vec<Block<'_>>, Vec<Block<'_>>) = fold(actions).into_iter().partition(is_delete);
    deletes.iter().for_each(|block| out.push_str(&format!("\n{}", self::block(block, &marks))));
    out.push_str(&text_by_change::updates(actions, names));
    others.iter().for_each(|block| out.push_str(&format!("\n{}", self::block(block, &marks))));
    if !held_back.is_empty() {
        out.push_str(&format!("\n{}\n", paint(STRONG, "Held back: no approved plan contains this, so it is not done")));
        fold(held_back).iter().for_each(|block| out.push_str(&format!("\n{}", self::block(block, &marks))));
    }
    out.push_str(&hold::text(on_hold, names));
    out.push_str(&hold::text(read_only, names));
    refusals.iter().for_each(|refusal| out.push_str(&format!("\n{}", refused(refusal, names))));
    unreadable
        .iter()
        .for_each(|unreadable| out.push_str(&format!("\n{}", unread(unreadable, names, "nothing is planned for it"))));
    let notes = [
        self::health_issues(health_issues, names),
        text_parts::isolated(isolated),
        not_managed(unmanaged, descriptions, names),
        spent_tombstones(obsolete),
        limits(view),
    ]
    .concat();
    if !notes.is_empty() {
        out.push('\n');
        notes.iter().for_each(|note| out.push_str(&format!("{note}\n")));
    }
    out.push('\n');
    out.extend(view.base_comparison.iter().filter_map(|comparison| base_comparison::counts(view.plan, comparison)));
    out.push_str(&last_line(view));
    out
}

fn is_delete(block: &Block<'_>) -> bool {
    block.actions.first().is_some_and(|action| matches!(action.op, Op::Delete { .. }))
}

/// The summary that scripts look for.
pub fn last_line(view: &PlanView<'_>) -> String {
    let (creates, updates, deletes) = view.plan.counts();
    let (unchanged, unread) = (view.plan.unchanged.total(), text_parts::unread_count(view.plan));
    let mut facts = match (creates, updates, deletes) {
        (0, 0, 0) => format!("Plan: no changes. {unchanged} unchanged{unread}."),
        _ => format!(
            "Plan: {creates} to create, {updates} to update, {deletes} to delete, {unchanged} unchanged{unread}."
        ),
    };
    facts.extend(hold::not_written_count(view.plan).map(|count| format!(" {count}.")));
    if !view.plan.held_back.is_empty() {
        facts.push_str(&format!(" HELD BACK: {}.", counted(view.plan.accounts_held_back(), "account")));
    }
    if view.nothing_is_read() {
        facts = format!("Plan: none{unread}.");
    } else if !view.plan.all_rows_read() {
        facts = facts.replace("no changes", "no changes to what could be read");
    }
    if !view.plan.all_listings_read() {
        let what = if view.nothing_is_read() { "nothing" } else { "not everything" };
        facts.push_str(&format!(" INCOMPLETE: {what} could be read."));
    }
    if view.plan.is_refused() || !view.plan.refusals.is_empty() {
        facts.push_str(" REFUSED: see above.");
    }
    format!("{}{}\n", paint(STRONG, &facts), view.sandbox_mark())
}

fn block(block: &Block<'_>, marks: &ActionLabels<'_>) -> String {
    match &block.actions[..] {
        [] => String::new(),
        [one] => single(one, &block.common, marks),
        several => folded(several, block, marks),
    }
}

fn single(action: &Action, changes: &[FieldChange], marks: &ActionLabels<'_>) -> String {
    let mut out = format!(
        "{}  {}{}\n",
        title(action, &marks.named(action)),
        paint(FAINT, &place(&action.source)),
        paint(FAINT, &marks.mark(action))
    );
    match &action.op {
        Op::Delete { observed, reason, consequence, description } => {
            out.push_str(&text_parts::deleted(observed, reason, consequence, description));
        }
        Op::Create { desired: _, changes: _, recovers } => {
            if let Some(Recovered { row, held: _ }) = recovers {
                out.push_str(&format!(
                    "    brings back {} from the trash; what is not named here stays as it was\n",
                    escaped_line(&row.id.0)
                ));
                out.push_str(
                    &text_parts::kept_from_trash(action).map_or(String::new(), |words| format!("    {words}\n")),
                );
            }
            out.push_str(&fields(changes, |_| action.source.clone(), true));
            out.push_str(&left_to_vendor(action));
        }
        Op::Update { matching, .. } => {
            out.push_str(&fields(changes, |_| action.source.clone(), false));
            if *matching > 0 {
                out.push_str(&paint(FAINT, &format!("    {} already so", counted(*matching, "managed field"))));
                out.push('\n');
            }
        }
    }
    out
}

fn folded(actions: &[&Action], block: &Block<'_>, marks: &ActionLabels<'_>) -> String {
    let Some(first) = actions.first() else { return String::new() };
    let creating = matches!(first.op, Op::Create { .. });
    let alike = if creating { "the same fields" } else { "the same change" };
    let shared = marks.shared(actions);
    let title = title(first, &format!("{}, {alike}", first.key.kind.counted(actions.len())));
    let mut out = format!("{}{}\n", title.trim_end(), paint(FAINT, shared.as_deref().unwrap_or_default()));
    out.push_str(&fields(&block.common, |change| block.near(change).unwrap_or_else(|| first.source.clone()), creating));
    out.push_str(&folded_rows::differing(block));
    out.push_str(&left_to_vendor(first));
    let mark = |action: &Action| if shared.is_some() { String::new() } else { marks.mark(action) };
    out.push_str(&folded_rows::rows(block, |action| marks.named(action), mark));
    out
}

fn fields(changes: &[FieldChange], near: impl Fn(&FieldChange) -> Source, creating: bool) -> String {
    let width = width(changes);
    let rows = changes.iter().flat_map(|change| lines(change, width, &near(change), creating));
    rows.map(|row| format!("    {row}\n")).collect()
}

/// What a create leaves open that is billed.
fn left_to_vendor(action: &Action) -> String {
    match text_parts::left_to_vendor(action) {
        Some(words) => format!("    {}\n", paint(CHANGED, &words)),
        None => String::new(),
    }
}

fn title(action: &Action, what: &str) -> String {
    let (sign, style, word) = match &action.op {
        Op::Delete { .. } => ("-", LOUD, "delete"),
        Op::Update { .. } if action.is_disruptive() => (action.mark(), LOUD, "update"),
        Op::Update { .. } if action.is_costly() => (action.mark(), CHANGED, "update"),
        Op::Update { .. } => ("~", CHANGED, "update"),
        Op::Create { .. } if action.is_costly() => ("+$", GOOD, "create"),
        Op::Create { .. } => ("+", GOOD, "create"),
    };
    format!("{}  {}", paint(style, &format!("{sign} {word}")), pad(what, 40))
}

fn refused(refusal: &Refusal, names: &ResourceNames) -> String {
    let Refusal { key, account: _, name, source, op: _, why: _, because_of: _, help } = refusal;
    let name = name.as_deref().map_or(String::new(), |name| format!("  {}", escaped_line(name)));
    let title = pad(&format!("{}{name}", escaped_line(&names.name(key))), 40);
    format!(
        "{}  {title}  {}\n    {}\n    {} {}\n",
        paint(BAD, "x refuse"),
        paint(FAINT, &place(source)),
        escaped_line(&refusal.reason()),
        paint(FAINT, "do:"),
        escaped_line(help)
    )
}

/// What is managed and does not work, as the vendor says.
pub(super) fn health_issues(health_issues: &[HealthIssues], names: &ResourceNames) -> Vec<String> {
    if health_issues.is_empty() {
        return Vec::new();
    }
    let what = counted_by_kind(health_issues.iter().map(|issues| &issues.key));
    let mut said = vec![format!("Not working, says the vendor: {what}")];
    for HealthIssues { key, account: _, name, issues: health_issues } in health_issues.iter().take(MAX_NAMED) {
        let name = name.as_deref().map_or(String::new(), |name| format!("  {}", escaped_line(name)));
        let words = health_issues.iter().map(|issue| issue.lines().map(str::trim).collect::<Vec<_>>().join("; "));
        said.extend(words.map(|words| {
            format!("    {}{name}  {}", escaped_line(&names.name(key)), paint(CHANGED, &escaped_line(&words)))
        }));
    }
    if health_issues.len() > MAX_NAMED {
        said.push(format!("    and {} more, all in --json", health_issues.len() - MAX_NAMED));
    }
    said
}

fn not_managed(unmanaged: &[Unmanaged], descriptions: &Descriptions, names: &ResourceNames) -> Vec<String> {
    let title = format!("Not managed: {} left alone", counted_by_kind(unmanaged.iter().map(|row| &row.key)));
    let named = |row: &Unmanaged| {
        let known = text_parts::beside(names, &row.key, descriptions.name(&row.key, &row.id));
        if row.named { format!("{known} (named, not managed)") } else { known }
    };
    text_parts::names(title, &unmanaged.iter().map(named).collect::<Vec<_>>())
}

fn spent_tombstones(obsolete: &[ObsoleteTombstone]) -> Vec<String> {
    let line =
        |obsolete: &ObsoleteTombstone| format!("    {}  {}", escaped_line(&obsolete.shown()), place(&obsolete.source));
    let title =
        format!("Obsolete: {} to take out of `removed:`, for what is not live", counted(obsolete.len(), "tombstone"));
    if obsolete.is_empty() { Vec::new() } else { std::iter::once(title).chain(obsolete.iter().map(line)).collect() }
}

fn limits(view: &PlanView<'_>) -> Vec<String> {
    let refused = view.plan.limit_checks.iter().filter_map(|check| check.refused.as_deref());
    let refused = refused.map(|why| paint(BAD, &format!("x refused: {why}")));
    let used = view.plan.used_limits();
    let used = used.into_iter().map(|(provider, checks)| {
        let counts = checks.iter().map(|check| format!("{} {} of {}", check.name.word(), check.used, check.limit));
        let at = provider.map_or(String::new(), |provider| format!(" at {provider}"));
        format!("Limits{at}: {}", counts.collect::<Vec<_>>().join(", "))
    });
    let digest = (!view.plan.actions.is_empty()).then(|| format!("Digest: {}", view.digest));
    refused.chain(used).chain(digest).collect()
}
