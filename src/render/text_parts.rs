//! Pieces that the texts of several commands are made of.

use super::escape_untrusted::escaped_line;
use super::style::{BAD, FAINT, LOUD, STRONG, paint};
use super::value_words::flat;
use super::{PlanView, counted};
use crate::model::desired::LeftOutReason;
use crate::model::plan::{UnreadPart, Unreadable};
use crate::model::row_description::Described;
use crate::model::{Action, DeleteReason, Isolated, Key, Observed, Plan, ResourceNames, Source};

/// Accounts named before the rest is only counted.
pub const MAX_NAMED: usize = 60;

/// Who is addressed, a line per provider. `verb` is the command that shows it.
pub fn heading(view: &PlanView<'_>, verb: &str) -> String {
    let mut out = String::new();
    for provider in &view.providers {
        let counts = view.plan.row_counts.get(provider.name).copied().unwrap_or_default();
        let organization =
            provider.organization.as_deref().map_or(String::new(), |name| format!(" for {}", escaped_line(name)));
        let title = paint(STRONG, &format!("heeler {verb}"));
        let via = provider.via.as_deref().map_or(String::new(), |base| format!(" through {}", escaped_line(base)));
        let unread = view
            .plan
            .unreadable
            .iter()
            .any(|unreadable| unreadable.provider == provider.name && unreadable.is_whole_provider());
        let live = if unread { "not read".to_owned() } else { format!("{} live", counts.live) };
        let counts = format!("{} declared, {live}", counts.declared);
        out.push_str(&format!(
            "{title}   {}: {}{organization}{via}{}   {}\n",
            provider.name,
            escaped_line(&provider.site),
            view.sandbox_mark(),
            paint(FAINT, &counts)
        ));
    }
    if let Some(words) = left_out(view.plan) {
        out.push_str(&format!("{}   {words}\n", paint(STRONG, &format!("heeler {verb}"))));
    } else if view.providers.is_empty() {
        out.push_str(&format!(
            "{}   no provider is used{}\n",
            paint(STRONG, &format!("heeler {verb}")),
            view.sandbox_mark()
        ));
    }
    out
}

/// The providers that are left out, and whether only selected rows were looked at, in one line.
pub fn left_out(plan: &Plan) -> Option<String> {
    let of = |wanted: LeftOutReason| {
        let names: Vec<&str> =
            plan.left_out.iter().filter(|(_, why)| **why == wanted).map(|(provider, _)| *provider).collect();
        let why = match wanted {
            LeftOutReason::NotSelected => "--provider",
            LeftOutReason::NotPlanned => "no --expect file planned it",
        };
        (!names.is_empty()).then(|| format!("{} ({why})", names.join(", ")))
    };
    let said: Vec<String> =
        [LeftOutReason::NotSelected, LeftOutReason::NotPlanned].into_iter().filter_map(of).collect();
    let left_out = (!said.is_empty()).then(|| format!("left out: {}", said.join(", ")));
    let selected = plan.selected_only.then(|| "only what --only selects; nothing is said of the rest".to_owned());
    let said: Vec<String> = left_out.into_iter().chain(selected).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// An account as people know it.
pub fn named(key: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{}  {}", escaped_line(key), escaped_line(name)),
        None => escaped_line(key),
    }
}

/// The same where many stand on one line.
pub fn beside(names: &ResourceNames, key: &Key, name: Option<&str>) -> String {
    name.map_or_else(|| names.name(key), |name| format!("{} ({name})", names.name(key)))
}

/// What people know a row by besides its name, in foreign words.
pub fn described(Described { name: _, role, access_key, tags }: &Described) -> Vec<(&'static str, String)> {
    let role = role.iter().map(|role| ("role", role.clone()));
    let role = role.chain(access_key.iter().map(|key| ("key", key.clone())));
    let tags = (!tags.is_empty()).then(|| ("tags", tags.join(", ")));
    role.chain(tags).collect()
}

/// What goes with a row that is deleted, and why.
pub fn deleted(observed: &Observed, reason: &DeleteReason, consequence: &str, description: &Described) -> String {
    let mut out = format!("    reason  {}\n", escaped_line(reason.reason()));
    out.push_str(&format!("    row     {}\n", escaped_line(&observed.id.0)));
    let known = described(description).into_iter();
    out.extend(known.map(|(what, said)| format!("    {what:<6}  {}\n", escaped_line(&said))));
    out.push_str(&format!("{}\n", paint(LOUD, &format!("    ! {consequence}"))));
    out
}

/// What a create leaves open that is billed; nothing if it says all of it.
pub fn left_to_vendor(action: &Action) -> Option<String> {
    let left: Vec<String> = action.left_to_vendor().iter().map(ToString::to_string).collect();
    (!left.is_empty()).then(|| format!("$ left to {}: {}", action.key.kind.vendor, left.join(", ")))
}

/// What a row that is brought back keeps, since nothing declares it; nothing if that is nothing.
pub fn kept_from_trash(action: &Action) -> Option<String> {
    let kept = action.kept_from_trash().into_iter();
    let kept: Vec<String> = kept.map(|(name, value)| format!("{name} {}", escaped_line(&flat(value)))).collect();
    (!kept.is_empty()).then(|| format!("comes back with: {}", kept.join(", ")))
}

/// A place as people read it.
pub fn place(source: &Source) -> String {
    escaped_line(&format!("{}:{}", source.file, source.line))
}

/// What could not be read, and what follows for a whole provider or account.
pub fn unread(unreadable: &Unreadable, names: &ResourceNames, so: &str) -> String {
    let Unreadable { provider, part, error } = unreadable;
    let what = match part {
        UnreadPart::Provider => format!("{provider}, so {so}"),
        UnreadPart::Account(account) => format!("{} {provider}, so {so}", escaped_line(account)),
        UnreadPart::Row(key) => escaped_line(&names.name(key)),
    };
    format!("{}  {what}\n    {}\n", paint(BAD, "x unread"), escaped_line(&error.to_string()))
}

/// `, unread: 2`, or nothing.
pub fn unread_count(plan: &Plan) -> String {
    match plan.unread().count() {
        0 => String::new(),
        count => format!(", unread: {count}"),
    }
}

/// Rows that nothing is done to, each with all that tells it from the others; nothing if there are none.
pub fn isolated(rows: &[Isolated]) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("Isolated: {} left alone, whatever the config says", counted(rows.len(), "live row"))];
    for row in rows.iter().take(MAX_NAMED) {
        let Isolated { kind: _, kind_is_known: _, names: _, identified: _, id, account: _, why, marks, .. } = row;
        let id = id.as_ref().map_or_else(|| "without an id".to_owned(), |id| format!("row {}", escaped_line(&id.0)));
        lines.push(format!("    {}  {id}: {}", escaped_line(&row.shown()), escaped_line(why)));
        let marks: Vec<String> =
            marks.iter().map(|(word, value)| format!("{} {}", word.replace('_', " "), escaped_line(value))).collect();
        lines.extend((!marks.is_empty()).then(|| paint(FAINT, &format!("        {}", marks.join("; ")))));
    }
    if rows.len() > MAX_NAMED {
        lines.push(format!("    and {} more, all in --json", rows.len() - MAX_NAMED));
    }
    if rows.iter().any(|row| row.tombstone(rows).is_some()) {
        lines.push(
            "    Of several rows, one goes by an entry under `removed:` with its `id:`; --json has the entry for each."
                .to_owned(),
        );
    }
    lines
}

/// A title, and names below it; nothing if there are none.
pub fn names(title: String, names: &[String]) -> Vec<String> {
    if names.is_empty() {
        return Vec::new();
    }
    let shown: Vec<String> = names.iter().take(MAX_NAMED).map(|name| escaped_line(name)).collect();
    let widest = shown.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let mut lines = vec![title];
    lines.extend(shown.chunks((100 / (widest + 2)).clamp(1, 6)).map(|names| format!("    {}", names.join(", "))));
    if names.len() > MAX_NAMED {
        lines.push(format!("    and {} more, all in --json", names.len() - MAX_NAMED));
    }
    lines
}
