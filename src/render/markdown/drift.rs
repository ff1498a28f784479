//! What no longer matches, as a comment or the text of an issue, by class.

use super::all_accounts::{Named, tersely};
use super::escape::{Markdown, Verbatim, fence};
use super::size_limit::{Form, Frame, Part};
use super::{changed, detail, not_written, notes, table};
use crate::model::ResourceNames;
use crate::model::Source;
use crate::model::drift::{Class, Drift, Drifted, Refused};
use crate::render::group_by_change::MORE_THAN_A_SCREEN;
use crate::render::{Links, PlanView, hold};

/// Accounts named of a class, before their own rows.
const MAX_NAMED: usize = 8;

/// One line, where everything that counts could be read and matches.
pub fn one_line(view: &PlanView<'_>, drift: &Drift) -> Option<Markdown> {
    let Drift { items, fingerprint: _ } = drift;
    let quiet = items.iter().all(|item| item.class == Class::Unmanaged && !item.counts);
    let plan = view.plan;
    let apart = !plan.isolated.is_empty() || !plan.on_hold.is_empty() || !plan.health_issues.is_empty();
    if !quiet || !plan.all_rows_read() || apart || !plan.refusals.is_empty() || !plan.diagnostics.is_empty() {
        return None;
    }
    let line = Markdown::new()
        .own("heeler drift")
        .and(&notes::organizations(view))
        .own(": in sync. ")
        .text(&plan.unchanged.counted());
    let line = line.own(if plan.unchanged.total() == 1 { " matches." } else { " match." }).own(view.sandbox_mark());
    let unmanaged = notes::unmanaged_count(&plan.unmanaged);
    Some(if let Some(unmanaged) = unmanaged { line.own(" ").and(&unmanaged) } else { line })
}

/// The parts of everything else.
pub fn parts(view: &PlanView<'_>, drift: &Drift) -> Vec<Part> {
    let Drift { items, fingerprint } = drift;
    let mut parts = vec![Part::fixed(heading(view, drift))];
    parts.extend(direction(items).map(Part::fixed));
    parts.push(Part::fixed(notes::addressed(view)));
    parts.extend(notes::quoted(notes::hindrances(view.plan)));
    let counting = items.iter().filter(|item| item.counts).count();
    let folded = counting > MORE_THAN_A_SCREEN;
    if folded {
        parts.extend(by_change(&view.plan.names, items, &view.links));
    }
    let frame = frame(counting, folded);
    for (class, title) in [
        (Class::Changed, "Changed"),
        (Class::Missing, "Missing"),
        (Class::Lingering, "Removed, but still live"),
        (Class::Unmanaged, "Live, and not managed"),
    ] {
        let (counting, others): (Vec<&Drifted>, Vec<&Drifted>) =
            items.iter().filter(|item| item.class == class).partition(|item| item.counts);
        let form = |items: &[&Drifted]| {
            Form::rows(frame.clone(), items.iter().map(|item| row(&view.plan.names, item, &view.links)))
        };
        let named: Vec<Named<'_>> = counting.iter().map(|item| named(&view.plan.names, item)).collect();
        parts.push(Part::kept(std::iter::once(form(&counting)).chain(tersely(title, &named, folded)).collect()));
        parts.push(Part::cut(45, form(&others)));
    }
    parts.extend([
        notes::refusals(view),
        notes::unreadable(view.plan),
        not_written::on_hold(view),
        notes::health_issues(view.plan),
        notes::diagnostics(view),
    ]);
    parts.push(notes::isolated(&view.plan.isolated));
    parts.push(details(&view.plan.names, items));
    let fingerprint =
        fingerprint.as_deref().map(|fingerprint| Markdown::new().own("Fingerprint: ").code(fingerprint).own("\n"));
    parts.extend(fingerprint.map(Part::fixed));
    parts
}

fn heading(view: &PlanView<'_>, drift: &Drift) -> Markdown {
    let classes = [
        (Class::Changed, " changed"),
        (Class::Missing, " missing"),
        (Class::Lingering, " lingering"),
        (Class::Unmanaged, " unmanaged"),
    ];
    let counts = classes.into_iter().map(|(class, word)| (drift.count(class), word)).filter(|(count, _)| *count > 0);
    let unread = (!view.plan.all_listings_read()).then(|| Markdown::new().own("not everything could be read"));
    let counts = unread
        .into_iter()
        .chain(counts.map(|(count, word)| Markdown::new().number(count).own(word)))
        .chain(notes::unread_count(view.plan));
    let counts = Markdown::joined(counts, " · ");
    let counts = match counts.is_empty() {
        false => counts,
        true if view.plan.refusals.is_empty() && !view.plan.health_issues.is_empty() => {
            counts.own("in sync; something does not work")
        }
        true if view.plan.refusals.is_empty() && !(view.plan.isolated.is_empty() && view.plan.on_hold.is_empty()) => {
            counts.own("in sync")
        }
        true => counts.own("not in order"),
    };
    let on_hold = hold::on_hold_count(view.plan).map(|count| Markdown::new().text(&count).own(" (=)"));
    let counts = Markdown::joined(std::iter::once(counts).chain(on_hold), " · ");
    let heading = Markdown::new().own("### heeler drift").and(&notes::organizations(view)).own(": ").and(&counts);
    heading.own(view.sandbox_mark()).own("\n\n")
}

/// More rows than a screen are folded away.
fn frame(rows: usize, folded: bool) -> Frame {
    let table = Frame::table(&["", "account", "difference", "where"]);
    let summary = Markdown::new().own("Account by account: ").counted(rows, "difference");
    if folded { table.folded(&summary) } else { table }
}

/// More than a screen by what differs, and how many of each other class, with the first of them by name.
fn by_change(names: &ResourceNames, items: &[Drifted], links: &Links) -> [Part; 2] {
    let of = |class: Class| items.iter().filter(move |item| item.class == class && item.counts);
    let changed = of(Class::Changed);
    let changed = changed::part(names, changed, ["live -> config", "accounts"], |_| "**changed**", links);
    let line = |(class, words): (Class, &'static str)| {
        let named = of(class).take(MAX_NAMED).map(|item| table::resource(names, &item.key, item.name.as_deref()));
        let count = of(class).count();
        let line = Markdown::new().own("- ").number(count).own(words).and(&Markdown::joined(named, ", "));
        let line = match count.saturating_sub(MAX_NAMED) {
            0 => line,
            left => line.own(" and ").number(left).own(" more"),
        };
        (count > 0).then_some((line, 1))
    };
    let others =
        [(Class::Missing, " missing: "), (Class::Lingering, " lingering: "), (Class::Unmanaged, " unmanaged: ")];
    [changed, Part::cut(94, Form::lines(others.into_iter().filter_map(line)))]
}

/// Which way round it is shown, and what to do about it.
fn direction(items: &[Drifted]) -> Option<Markdown> {
    let any = |class: Class| items.iter().any(|item| item.class == class && item.counts);
    let lines = [
        (
            Class::Changed,
            "**Changed** is shown as `live -> config`. Apply sets it back; `heeler accept CONFIG --only ID` takes what is live into the config.",
        ),
        (
            Class::Missing,
            "**Missing** is declared and not live. Apply creates it; if it is to be gone, remove its entry.",
        ),
        (
            Class::Lingering,
            "**Lingering** is under `removed:` and still live. Apply deletes it; to keep it, take that entry out.",
        ),
        (
            Class::Unmanaged,
            "**Unmanaged** is live, and no entry names it. Declare it (`heeler import` writes the entry), or remove it.",
        ),
    ];
    let lines: Vec<Markdown> = lines
        .into_iter()
        .filter(|(class, _)| any(*class))
        .map(|(_, line)| line)
        .chain(items.iter().any(Drifted::is_read_only).then_some("Where a row is read only, apply does none of this."))
        .map(|line| Markdown::new().own("- ").own(line))
        .collect();
    (!lines.is_empty()).then(|| Markdown::joined(lines, "\n").own("\n\n"))
}

fn row(names: &ResourceNames, item: &Drifted, links: &Links) -> (Vec<Markdown>, usize) {
    let Drifted { class, key, account: _, name, row: _, source, reason, changes, trashed, refused, named, counts: _ } =
        item;
    let (word, what) = match class {
        Class::Changed => ("**changed**", table::changes(changes, false)),
        Class::Missing => (
            "**missing**",
            table::recovered(
                Markdown::new().own("declared, and not live"),
                trashed.as_ref(),
                "; apply would bring back ",
            ),
        ),
        Class::Lingering => (
            "**lingering**",
            Markdown::new().own("removed, and still live: ").text(reason.as_deref().unwrap_or_default()),
        ),
        Class::Unmanaged if *named => ("unmanaged", Markdown::new().own("live; named, but not for this provider")),
        Class::Unmanaged => ("unmanaged", Markdown::new().own("live, and no entry names it")),
    };
    let what = match refused {
        Some(Refused { why, help: _, read_only: true }) => what.own("; apply writes nothing here: ").text(why),
        Some(Refused { why, help: _, read_only: false }) => what.own("; apply would not put it right: ").text(why),
        None => what,
    };
    let place = source.as_ref().map_or_else(Markdown::new, |source| Markdown::new().place(source, links));
    (vec![Markdown::new().own(word), table::resource(names, key, name.as_deref()), what, place], 1)
}

fn named<'a>(names: &ResourceNames, item: &'a Drifted) -> Named<'a> {
    let named = Named::row(names, &item.key, item.name.as_deref(), item.source.as_ref());
    if item.class == Class::Changed {
        named.for_fields(item.changes.iter().map(|change| change.path.to_string()))
    } else {
        named
    }
}

/// What differs, field by field: `-` is live, `+` is declared.
fn details(names: &ResourceNames, items: &[Drifted]) -> Part {
    let nowhere = Source { file: "".into(), line: 0, column: 0, layer: None };
    let changed = items.iter().filter(|item| item.class == Class::Changed);
    let item = |item: &Drifted| {
        let title =
            Verbatim::line(&format!("! {} {}", names.name(&item.key), item.name.as_deref().unwrap_or_default()));
        let near = item.source.as_ref().unwrap_or(&nowhere);
        (Verbatim::lines(std::iter::once(title).chain(detail::changes(&item.changes, near, false))), 1)
    };
    let items: Vec<(Verbatim, usize)> = changed.map(item).collect();
    let fence = fence(items.iter().map(|(line, _)| line));
    Part::cut(20, Form::fenced(Frame::details(&fence, "diff", "Field by field: - is live, + is declared"), items))
}
