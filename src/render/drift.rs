//! Drift for a terminal: what is live and what is declared, class by class, look-alikes folded, the last line for
//! `grep`.
//!
//! Nothing here says that all is well unless everything was read.

use super::escape_untrusted::escaped_line;
use super::fields::{self, width};
use super::folding::{Block, Foldable, FoldedRow, Likeness, fold};
use super::style::{BAD, CHANGED, FAINT, LOUD, STRONG, pad, paint};
use super::text::health_issues;
use super::text_parts::{self, beside, heading, named, names, place, unread};
use super::{PlanView, counted_by_kind, folded_rows, hold, live_vs_declared};
use crate::model::drift::{Class, Drifted, Refused};
use crate::model::{Drift, FieldChange, ResourceNames, Source};

/// Everything that no longer matches. `config` are the words by which a command names the same config, each with a space
/// before it.
pub fn drift(view: &PlanView<'_>, drift: &Drift, config: &str) -> String {
    let names = &view.plan.names;
    let mut out = heading(view, "drift");
    let shown: Vec<Drifted> = drift.items.iter().filter(|item| !is_listed(item)).cloned().collect();
    fold(&shown).iter().for_each(|block| out.push_str(&format!("\n{}", self::block(block, names))));
    out.push_str(&hold::text(&view.plan.on_hold, names));
    view.plan
        .unreadable
        .iter()
        .for_each(|unreadable| out.push_str(&format!("\n{}", unread(unreadable, names, "nothing is known of it"))));
    let fingerprint = drift.fingerprint.iter().map(|fingerprint| format!("Fingerprint: {fingerprint}"));
    let notes: Vec<String> = keep_or_put_back(drift, config)
        .into_iter()
        .chain(health_issues(&view.plan.health_issues, names))
        .chain(text_parts::isolated(&view.plan.isolated))
        .chain(not_managed(view, drift))
        .chain(fingerprint)
        .collect();
    if !notes.is_empty() {
        out.push('\n');
        notes.iter().for_each(|note| out.push_str(&format!("{note}\n")));
    }
    out.push('\n');
    out.push_str(&last_line(view, drift));
    out
}

/// The summary that scripts look for.
pub fn last_line(view: &PlanView<'_>, drift: &Drift) -> String {
    let [changed, missing, lingering, unmanaged] = Class::ALL.map(|class| drift.count(class));
    let uncounted = drift.of(Class::Unmanaged).filter(|item| !item.counts).count();
    let unmanaged = match (unmanaged, uncounted) {
        (0, _) => None,
        (all, 0) => Some(format!("{all} unmanaged")),
        (all, some) if all == some => Some(format!("{all} unmanaged (not counted)")),
        (all, some) => Some(format!("{all} unmanaged ({some} not counted)")),
    };
    let counts = format!("{changed} changed, {missing} missing, {lingering} lingering");
    let read_only = drift.items.iter().filter(|item| item.is_read_only()).count();
    let read_only = (read_only > 0).then(|| format!("{read_only} of these read only"));
    let found = [Some(counts), unmanaged.clone(), read_only, hold::on_hold_count(view.plan)];
    let found = found.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (matching, unread) = (&view.plan.unchanged, text_parts::unread_count(view.plan));
    let facts = match (view.plan.all_listings_read(), drift.any()) {
        (false, false) => "Drift: unknown. INCOMPLETE: not everything could be read.".to_owned(),
        (false, true) => format!("Drift: at least {found}. INCOMPLETE: not everything could be read."),
        (true, true) => format!("Drift: {found}{unread}."),
        (true, false) => {
            let besides: String =
                unmanaged.into_iter().chain(hold::on_hold_count(view.plan)).map(|count| format!(" {count}.")).collect();
            let none = if unread.is_empty() { "none" } else { "none in what could be read" };
            format!(
                "Drift: {none}. {} match{}{unread}.{besides}",
                matching.counted(),
                if matching.total() == 1 { "es" } else { "" }
            )
        }
    };
    format!("{}{}\n", paint(STRONG, &facts), view.sandbox_mark())
}

/// What to do about what somebody has changed, if any of it could be kept: authentication is never taken into a config,
/// nor is anything of a row that a rule refuses.
fn keep_or_put_back(drift: &Drift, config: &str) -> Vec<String> {
    let may_be_kept = |item: &&Drifted| {
        let block = &item.key.kind.schema().block;
        let is_refused = item.refused.as_ref().is_some_and(|refused| !refused.read_only);
        !is_refused && item.changes.iter().any(|change| !block.is_authentication(&change.path))
    };
    let Some(item) = drift.of(Class::Changed).find(may_be_kept) else { return Vec::new() };
    let config = escaped_line(config);
    let account = escaped_line(item.account.as_deref().unwrap_or(&item.key.name));
    let keep = format!("To keep what is live:         heeler accept{config} --only {account}");
    let put_back = format!("To put back what is declared: heeler apply{config}");
    match drift.of(Class::Changed).all(Drifted::is_read_only) {
        true => vec![keep],
        false => vec![keep, put_back],
    }
}

/// What nobody manages is listed by name only, unless apply would refuse to delete it.
fn is_listed(item: &Drifted) -> bool {
    item.class == Class::Unmanaged && item.refused.is_none()
}

impl Foldable for Drifted {
    fn rank(&self) -> u8 {
        self.class as u8
    }

    fn likeness(&self) -> Option<Likeness> {
        match self.class {
            Class::Changed => Some(Likeness::Values),
            Class::Missing if self.trashed.is_some() => None,
            Class::Missing => Some(Likeness::Fields),
            Class::Lingering | Class::Unmanaged => None,
        }
    }

    /// Whether apply puts it right, and why not.
    fn distinction(&self) -> String {
        self.refused
            .as_ref()
            .map_or(String::new(), |Refused { why, help, read_only }| format!("{read_only} {why} {help}"))
    }

    fn row(&self) -> FoldedRow<'_> {
        FoldedRow::new(&self.key, &self.name, &self.account, self.source.as_ref())
    }

    fn changes(&self) -> impl Iterator<Item = &FieldChange> {
        self.changes.iter()
    }
}

fn block(block: &Block<'_, Drifted>, names: &ResourceNames) -> String {
    match &block.actions[..] {
        [] => String::new(),
        [one] => single(one, names),
        [first, ..] => folded(first, block, names),
    }
}

fn single(item: &Drifted, names: &ResourceNames) -> String {
    let Drifted { class, key, account: _, name, row, source, reason, changes, trashed, refused, named: _, counts: _ } =
        item;
    let at = source.as_ref().map_or(String::new(), place);
    let mut out = format!("{}  {}\n", title(*class, &named(&names.name(key), name.as_deref())), paint(FAINT, &at));
    match class {
        Class::Changed => {}
        Class::Missing => out.push_str(&trashed.as_ref().map_or_else(
            || "    not live; declared with\n".to_owned(),
            |row| {
                format!("    not live; apply would bring back {} from the trash; declared with\n", escaped_line(&row.0))
            },
        )),
        Class::Lingering => {
            let reason = reason.as_deref().map_or(String::new(), |reason| format!(": {}", escaped_line(reason)));
            out.push_str(&format!("    live, although `removed:` names it{reason}\n"));
        }
        Class::Unmanaged => out.push_str("    live, and not managed\n"),
    }
    out.push_str(&rows(*class, changes, |_| source.clone()));
    if let (Class::Lingering | Class::Unmanaged, Some(row)) = (class, row) {
        out.push_str(&format!("    row  {}\n", escaped_line(&row.0)));
    }
    out.push_str(&refused.as_ref().map_or(String::new(), self::refused));
    out
}

fn folded(first: &Drifted, block: &Block<'_, Drifted>, names: &ResourceNames) -> String {
    let alike = if first.class == Class::Missing { "declared with the same fields" } else { "the same difference" };
    let what = format!("{}, {alike}", first.key.kind.counted(block.actions.len()));
    let mut out = format!("{}\n", title(first.class, &what).trim_end());
    out.push_str(&rows(first.class, &block.common, |change| block.near(change)));
    out.push_str(&folded_rows::differing(block));
    out.push_str(&first.refused.as_ref().map_or(String::new(), refused));
    let named = |item: &Drifted| named(&names.name(&item.key), item.name.as_deref());
    out.push_str(&folded_rows::rows(block, named, |_| String::new()));
    out
}

/// Why apply does not put it right.
fn refused(Refused { why, help, read_only }: &Refused) -> String {
    let what =
        if *read_only { paint(CHANGED, "apply writes nothing here:") } else { paint(BAD, "apply would refuse:") };
    format!("    {what} {}\n    {} {}\n", escaped_line(why), paint(FAINT, "do:"), escaped_line(help))
}

/// The fields: of what is missing only one side exists.
fn rows(class: Class, changes: &[FieldChange], near: impl Fn(&FieldChange) -> Option<Source>) -> String {
    let width = width(changes);
    let placed = changes.iter().filter_map(|change| Some((change, near(change)?)));
    let lines = placed.flat_map(|(change, near)| match class {
        Class::Missing => fields::lines(change, width, &near, true),
        Class::Changed | Class::Lingering | Class::Unmanaged => live_vs_declared::lines(change, width, &near),
    });
    lines.map(|line| format!("    {line}\n")).collect()
}

fn title(class: Class, what: &str) -> String {
    let style = match class {
        Class::Changed => CHANGED,
        Class::Missing | Class::Lingering => LOUD,
        Class::Unmanaged => STRONG,
    };
    format!("{}  {}", paint(style, &pad(class.word(), 9)), pad(what, 40))
}

fn not_managed(view: &PlanView<'_>, drift: &Drift) -> Vec<String> {
    let listed = |counts: bool, word: &str| {
        let rows = drift.items.iter().filter(|item| is_listed(item) && item.counts == counts);
        let is_isolated =
            |item: &Drifted| view.plan.isolated.iter().any(|row| row.id == item.row && row.key() == item.key);
        let mark = |item: &Drifted| match item.named {
            true => " (named, not managed)",
            false if is_isolated(item) => " (isolated)",
            false => "",
        };
        let shown =
            |item: &Drifted| format!("{}{}", beside(&view.plan.names, &item.key, item.name.as_deref()), mark(item));
        let rows: Vec<&Drifted> = rows.collect();
        let what = counted_by_kind(rows.iter().map(|item| &item.key));
        let rows: Vec<String> = rows.into_iter().map(shown).collect();
        names(format!("Not managed: {} ({word})", what), &rows)
    };
    [listed(true, "counted"), listed(false, "not counted")].concat()
}
