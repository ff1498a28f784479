//! A plan for a terminal: what destroys comes first, look-alikes are folded, the last line can be grepped.

use super::by_change::{Changed, MORE_THAN_A_SCREEN, by_change};
use super::clean::clean;
use super::comparison::{self, Marks};
use super::fields::{LONG, Said, brief, lines, said, width};
use super::folding::{Block, fold};
use super::parts::{self, MOST_NAMED, heading, place, unread};
use super::style::{BAD, CHANGED, FAINT, GOOD, LOUD, STRONG, pad, paint};
use super::{Scene, counted, hold};
use crate::model::described::Descriptions;
use crate::model::plan::{Ailing, Refusal, Spent, Unmanaged};
use crate::model::{Action, FieldChange, Op, Plan, Source};

/// The whole plan. `verb` is the command that shows it.
pub fn plan(scene: &Scene<'_>, verb: &str) -> String {
    let Plan {
        actions,
        held_back,
        on_hold,
        unchanged: _,
        left_out: _,
        counted: _,
        unmanaged,
        spent,
        refusals,
        gates: _,
        diagnostics: _,
        unreadable,
        isolated,
        managed: _,
        descriptions,
        ailing,
    } = scene.plan;
    let mut out = heading(scene, verb);
    out.extend(scene.comparison.iter().map(comparison::findings));
    let marks = Marks::of(scene.plan, scene.comparison.as_ref());
    out.push_str(&changed(actions));
    fold(actions).iter().for_each(|block| out.push_str(&format!("\n{}", self::block(block, &marks))));
    if !held_back.is_empty() {
        out.push_str(&format!("\n{}\n", paint(STRONG, "Held back: no approved plan contains this, so it is not done")));
        fold(held_back).iter().for_each(|block| out.push_str(&format!("\n{}", self::block(block, &marks))));
    }
    out.push_str(&hold::text(on_hold));
    refusals.iter().for_each(|refusal| out.push_str(&format!("\n{}", refused(refusal))));
    unreadable.iter().for_each(|unreadable| out.push_str(&format!("\n{}", unread(unreadable, "nothing is planned for it"))));
    let notes = [ailments(ailing), parts::isolated(isolated), not_managed(unmanaged, descriptions), spent_tombstones(spent), limits(scene)].concat();
    if !notes.is_empty() {
        out.push('\n');
        notes.iter().for_each(|note| out.push_str(&format!("{note}\n")));
    }
    out.push('\n');
    out.extend(scene.comparison.iter().filter_map(|comparison| comparison::counts(scene.plan, comparison)));
    out.push_str(&last_line(scene));
    out
}

/// More than a screen of updates, by what they change; each account follows.
fn changed(actions: &[Action]) -> String {
    let is_update = |block: &&Block<'_>| block.actions.first().is_some_and(|action| matches!(action.op, Op::Update { .. }));
    if fold(actions).iter().filter(is_update).count() <= MORE_THAN_A_SCREEN {
        return String::new();
    }
    let rows = by_change(actions);
    let width = rows.iter().map(|row| row.change.path.to_string().chars().count()).max().unwrap_or_default().min(60);
    let line = |row: &Changed<'_>| {
        let Changed { change, distinct, actions, places, .. } = row;
        let mark = if change.removal.is_some() { paint(LOUD, "!") } else { paint(CHANGED, "~") };
        let what = if *distinct == 1 { turns(change) } else { format!("{distinct} different changes") };
        let place = match &places[..] {
            [one] => format!("   {}", self::written(one)),
            many => format!("   {}", counted(many.len(), "place")),
        };
        format!("  {mark} {}  {}  {what}{}\n", pad(&clean(&change.path.to_string()), width), counted(actions.len(), "account"), paint(FAINT, &place))
    };
    format!("\n{}\n{}", paint(STRONG, "What the updates change; each account is below"), rows.iter().map(line).collect::<String>())
}

fn turns(change: &FieldChange) -> String {
    let word = |said: Said| match said {
        Said::Is(value) => clean(&value),
        Said::Turns(old, new) => format!("{} -> {}", clean(&old), clean(&new)),
        Said::Gone(old) => format!("- {}", clean(&old)),
        Said::New(new) => format!("+ {}", clean(&new)),
    };
    said(&change.change, false, LONG).into_iter().map(word).collect::<Vec<_>>().join("  ")
}

fn written(source: &Source) -> String {
    source.layer.as_deref().map_or_else(|| place(source), |layer| format!("{} {}", clean(layer), place(source)))
}

/// The summary that scripts look for.
pub fn last_line(scene: &Scene<'_>) -> String {
    let (creates, updates, deletes) = scene.plan.counts();
    let (unchanged, unread) = (scene.plan.unchanged, parts::unread_count(scene.plan));
    let mut facts = match (creates, updates, deletes) {
        (0, 0, 0) => format!("Plan: no changes. {unchanged} unchanged{unread}."),
        _ => format!("Plan: {creates} to create, {updates} to update, {deletes} to delete, {unchanged} unchanged{unread}."),
    };
    if !scene.plan.held_back.is_empty() {
        facts.push_str(&format!(" HELD BACK: {}.", counted(scene.plan.accounts_held_back(), "account")));
    }
    if scene.nothing_is_read() {
        facts = format!("Plan: none{unread}.");
    } else if !scene.plan.is_whole() {
        facts = facts.replace("no changes", "no changes to what could be read");
    }
    if !scene.plan.is_complete() {
        let what = if scene.nothing_is_read() { "nothing" } else { "not everything" };
        facts.push_str(&format!(" INCOMPLETE: {what} could be read."));
    }
    if scene.plan.is_refused() || !scene.plan.refusals.is_empty() {
        facts.push_str(" REFUSED: see above.");
    }
    format!("{}{}\n", paint(STRONG, &facts), scene.sandbox_mark())
}

fn block(block: &Block<'_>, marks: &Marks<'_>) -> String {
    match &block.actions[..] {
        [] => String::new(),
        [one] => single(one, &block.common, marks),
        several => folded(several, block, marks),
    }
}

fn single(action: &Action, changes: &[FieldChange], marks: &Marks<'_>) -> String {
    let mut out = format!("{}  {}{}\n", title(action, &named(action)), paint(FAINT, &place(&action.source)), paint(FAINT, marks.mark(action)));
    match &action.op {
        Op::Delete { observed, warrant, parting, described } => {
            out.push_str(&format!("    reason  {}\n", clean(warrant.reason())));
            out.push_str(&format!("    row     {}\n", clean(&observed.id.0)));
            out.extend(parts::described(described).into_iter().map(|(what, said)| format!("    {what:<6}  {}\n", clean(&said))));
            out.push_str(&paint(LOUD, &format!("    ! {parting}")));
            out.push('\n');
        }
        Op::Create { desired: _, changes: _, recovers } => {
            if let Some(row) = recovers {
                out.push_str(&format!("    brings back {} from the trash; what is not named here stays as it was\n", clean(&row.id.0)));
            }
            out.push_str(&fields(changes, |_| action.source.clone(), true));
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

fn folded(actions: &[&Action], block: &Block<'_>, marks: &Marks<'_>) -> String {
    let Some(first) = actions.first() else { return String::new() };
    let creating = matches!(first.op, Op::Create { .. });
    let alike = if creating { "the same fields" } else { "the same change" };
    let kind = format!("{} {}", first.key.provider, first.key.kind);
    let shared = marks.shared(actions);
    let title = title(first, &format!("{}, {alike}", counted(actions.len(), &kind)));
    let mut out = format!("{}{}\n", title.trim_end(), paint(FAINT, shared.unwrap_or_default()));
    out.push_str(&fields(&block.common, |change| block.near(change).unwrap_or_else(|| first.source.clone()), creating));
    let widest = width(&block.common);
    for path in &block.differing {
        out.push_str(&format!("    {}  {}\n", pad(&clean(&path.to_string()), widest), paint(FAINT, "differs, see below")));
    }
    let width = actions.iter().map(|action| named(action).chars().count()).max().unwrap_or_default();
    for action in actions {
        let mark = if shared.is_some() { "" } else { marks.mark(action) };
        out.push_str(&format!("      {}  {}{}\n", pad(&named(action), width), paint(FAINT, &place(&action.source)), paint(FAINT, mark)));
        for change in action.changes().filter(|change| block.differing.contains(&change.path)) {
            out.push_str(&format!("          {}  {}\n", clean(&change.path.to_string()), brief(&change.change)));
        }
    }
    out
}

fn fields(changes: &[FieldChange], near: impl Fn(&FieldChange) -> Source, creating: bool) -> String {
    let width = width(changes);
    let rows = changes.iter().flat_map(|change| lines(change, width, &near(change), creating));
    rows.map(|row| format!("    {row}\n")).collect()
}

fn title(action: &Action, what: &str) -> String {
    let (sign, style, word) = match &action.op {
        Op::Delete { .. } => ("-", LOUD, "delete"),
        Op::Update { changes, .. } if changes.any_removal() => ("!", LOUD, "update"),
        Op::Update { .. } => ("~", CHANGED, "update"),
        Op::Create { .. } => ("+", GOOD, "create"),
    };
    format!("{}  {}", paint(style, &format!("{sign} {word}")), pad(what, 40))
}

fn named(action: &Action) -> String {
    parts::named(&action.key.shown(), action.name.as_deref())
}

fn refused(refusal: &Refusal) -> String {
    let Refusal { key, account: _, name, source, wish: _, why, help } = refusal;
    let name = name.as_deref().map_or(String::new(), |name| format!("  {}", clean(name)));
    let title = pad(&format!("{}{name}", clean(&key.shown())), 40);
    format!(
        "{}  {title}  {}\n    {}\n    {} {}\n",
        paint(BAD, "x refuse"),
        paint(FAINT, &place(source)),
        clean(why),
        paint(FAINT, "do:"),
        clean(help)
    )
}

/// Managed accounts in which the vendor says that something does not work.
pub(super) fn ailments(ailing: &[Ailing]) -> Vec<String> {
    if ailing.is_empty() {
        return Vec::new();
    }
    let mut said = vec![format!("Not working, says the vendor: {}", counted(ailing.len(), "managed account"))];
    for Ailing { key, name, ailments } in ailing.iter().take(MOST_NAMED) {
        let name = name.as_deref().map_or(String::new(), |name| format!("  {}", clean(name)));
        let words = ailments.iter().map(|ailment| ailment.lines().map(str::trim).collect::<Vec<_>>().join("; "));
        said.extend(words.map(|words| format!("    {}{name}  {}", clean(&key.shown()), paint(CHANGED, &clean(&words)))));
    }
    if ailing.len() > MOST_NAMED {
        said.push(format!("    and {} more, all in --json", ailing.len() - MOST_NAMED));
    }
    said
}

fn not_managed(unmanaged: &[Unmanaged], descriptions: &Descriptions) -> Vec<String> {
    let title = format!("Not managed: {} left alone", counted(unmanaged.len(), "live account"));
    let named = |row: &Unmanaged| {
        let known = parts::beside(&row.key, descriptions.name(&row.key, &row.id));
        if row.named { format!("{known} (named, not managed)") } else { known }
    };
    parts::names(title, &unmanaged.iter().map(named).collect::<Vec<_>>())
}

fn spent_tombstones(spent: &[Spent]) -> Vec<String> {
    let line = |spent: &Spent| format!("    {}  {}", clean(&spent.identity), place(&spent.source));
    let title = format!("Spent: {} to take out of `removed:`, for what is gone already", counted(spent.len(), "tombstone"));
    if spent.is_empty() { Vec::new() } else { std::iter::once(title).chain(spent.iter().map(line)).collect() }
}

fn limits(scene: &Scene<'_>) -> Vec<String> {
    let used: Vec<String> =
        scene.plan.gates.iter().filter(|gate| gate.used > 0).map(|gate| format!("{} {} of {}", gate.name, gate.used, gate.limit)).collect();
    let refused = scene.plan.gates.iter().filter_map(|gate| gate.refused.as_deref());
    let refused = refused.map(|why| paint(BAD, &format!("x refused: {why}")));
    let used = (!used.is_empty()).then(|| format!("Limits: {}", used.join(", ")));
    let digest = (!scene.plan.actions.is_empty()).then(|| format!("Digest: {}", scene.digest));
    refused.chain(used).chain(digest).collect()
}
