//! What stands around a plan's table: who is addressed, warnings, limits, refusals, what could not be read, what is
//! left alone.

use super::escape::{Markdown, cut};
use super::size_limit::{Form, Frame, Part};
use super::table;
use crate::model::limits::LimitCheck;
use crate::model::plan::{HealthIssues, ObsoleteTombstone, Refusal, Unmanaged, UnreadPart, Unreadable};
use crate::model::{Action, Diagnostic, Isolated, Op, Plan, ResourceNames};
use crate::render::{Addressed, PlanView, text_parts};

/// Unmanaged accounts named before the rest is only counted.
const MAX_NAMED: usize = 30;
/// Accounts that are deleted, or may be blinded, named before everything else.
const MAX_ALARMING: usize = 8;

/// ` for ORGANIZATION`, or nothing.
pub fn organizations(view: &PlanView<'_>) -> Markdown {
    let mut names: Vec<&str> = view.providers.iter().filter_map(|provider| provider.organization.as_deref()).collect();
    names.dedup();
    let names: Vec<Markdown> = names.into_iter().map(|name| Markdown::new().brief(name, 60)).collect();
    if names.is_empty() { Markdown::new() } else { Markdown::new().own(" for ").and(&Markdown::joined(names, ", ")) }
}

/// A line per provider: where it is, and what it has.
pub fn addressed(view: &PlanView<'_>) -> Markdown {
    let one = |provider: &Addressed| {
        let Addressed { name, site, base: _, services: _, organization: _, via } = provider;
        let counts = view.plan.row_counts.get(name).copied().unwrap_or_default();
        let unread = view
            .plan
            .unreadable
            .iter()
            .any(|unreadable| unreadable.provider == *name && unreadable.is_whole_provider());
        let line = Markdown::new().own(name).own(": ").brief(site, 80);
        let line = if let Some(base) = via { line.own(" through ").brief(base, 80) } else { line };
        let line = line.own(view.sandbox_mark()).own(", ").number(counts.declared).own(" declared, ");
        if unread { line.own("not read") } else { line.number(counts.live).own(" live") }
    };
    let lines = view.providers.iter().map(one).chain(left_out(view.plan));
    let lines: Vec<Markdown> = lines.collect();
    if lines.is_empty() { Markdown::new() } else { Markdown::joined(lines, "  \n").own("\n\n") }
}

/// The providers that are left out, in one line.
fn left_out(plan: &Plan) -> Option<Markdown> {
    let words = text_parts::left_out(plan)?;
    Some(Markdown::new().text(&words))
}

/// What a reviewer must not overlook, set off from the rest.
pub fn quoted(lines: Vec<Markdown>) -> Vec<Part> {
    if lines.is_empty() {
        return Vec::new();
    }
    let quoted = lines.into_iter().map(|line| Markdown::new().own("> ").and(&line));
    vec![Part::fixed(Markdown::joined(quoted, "  \n").own("\n\n"))]
}

/// What stands in the way.
pub fn hindrances(plan: &Plan) -> Vec<Markdown> {
    let mut lines = Vec::new();
    for LimitCheck { name: _, provider: _, used: _, limit: _, refused } in &plan.limit_checks {
        lines.extend(refused.as_deref().map(|why| Markdown::new().own("**Refused:** ").text(why)));
    }
    if plan.diagnostics.iter().any(Diagnostic::is_error) {
        lines.push(Markdown::new().own("**The config is invalid**; nothing of this would be done."));
    }
    if !plan.all_listings_read() {
        lines.push(Markdown::new().own("**Incomplete:** not everything could be read, so not everything is known."));
    }
    if !plan.refusals.is_empty() {
        lines.push(
            Markdown::new()
                .own("**")
                .counted_by_kind(plan.refusals.iter().map(|refusal| &refusal.key))
                .own(" refused**, see below."),
        );
    }
    if !plan.held_back.is_empty() {
        lines.push(
            Markdown::new()
                .own("**")
                .counted(plan.accounts_held_back(), "account")
                .own(" held back:** no approved plan contains this."),
        );
    }
    lines
}

/// What a plan would delete, and where it can disrupt monitoring: named, in GitHub's loudest form.
pub fn alarm(plan: &Plan) -> Option<Markdown> {
    let deletes: Vec<&Action> = plan.actions.iter().filter(|action| matches!(action.op, Op::Delete { .. })).collect();
    let disruptive: Vec<&Action> = plan.actions.iter().filter(|action| action.is_disruptive()).collect();
    let deleted = Markdown::new()
        .own("**Deletes ")
        .counted_by_kind(deletes.iter().map(|action| &action.key))
        .own(":** ")
        .and(&alarming(&plan.names, &deletes));
    let removed = Markdown::new()
        .own("**Updates of ")
        .counted_by_kind(disruptive.iter().map(|action| &action.key))
        .own(" can disrupt monitoring (!):** ")
        .and(&alarming(&plan.names, &disruptive));
    let lines = [(deletes.is_empty(), deleted), (disruptive.is_empty(), removed)].into_iter().filter(|(none, _)| !none);
    let lines: Vec<Markdown> = lines.map(|(_, line)| Markdown::new().own("> ").and(&line)).collect();
    let kind = if deletes.is_empty() { "> [!WARNING]\n" } else { "> [!CAUTION]\n" };
    (!lines.is_empty()).then(|| Markdown::new().own(kind).and(&Markdown::joined(lines, "\n>\n")).own("\n\n"))
}

fn alarming(names: &ResourceNames, actions: &[&Action]) -> Markdown {
    let named =
        actions.iter().take(MAX_ALARMING).map(|action| table::resource(names, &action.key, action.name.as_deref()));
    let named = Markdown::joined(named, ", ");
    match actions.len().saturating_sub(MAX_ALARMING) {
        0 => named,
        left => named.own(" and ").number(left).own(" more, below"),
    }
}

/// Accounts that are refused.
pub fn refusals(view: &PlanView<'_>) -> Part {
    let row = |refusal: &Refusal| {
        let Refusal { key, account: _, name, source, why: _, because_of: _, help, op: _ } = refusal;
        let cells = [
            table::resource(&view.plan.names, key, name.as_deref()),
            Markdown::new().text(&refusal.reason()),
            Markdown::new().text(help),
        ];
        (cells.into_iter().chain([Markdown::new().place(source, &view.links)]).collect(), 1)
    };
    let form = Form::rows(Frame::table(&["refused", "why", "do", "where"]), view.plan.refusals.iter().map(row));
    Part::cut(80, form.rest("| ", " more refused, left out here for length | | | |\n"))
}

/// What could not be read.
pub fn unreadable(plan: &Plan) -> Part {
    let line = |Unreadable { provider, part, error }: &Unreadable| {
        let what = Markdown::new().own("- **Not read:** ");
        let what = match part {
            UnreadPart::Provider => what.own(provider).own(", so nothing is planned for it"),
            UnreadPart::Account(account) => {
                what.code(account).own(" ").own(provider).own(", so nothing is planned for it")
            }
            UnreadPart::Row(key) => what.and(&table::resource(&plan.names, key, None)),
        };
        (what.own(". ").text(&error.to_string()), 1)
    };
    Part::cut(90, Form::lines(plan.unreadable.iter().map(line)).rest("- and ", " more that could not be read\n"))
}

/// How many declared rows could not be read.
pub fn unread_count(plan: &Plan) -> Option<Markdown> {
    let count = plan.unread().count();
    (count > 0).then(|| Markdown::new().own("unread: ").number(count))
}

/// Rows that nothing is done to, each with all that tells it from the others.
pub fn isolated(rows: &[Isolated]) -> Part {
    let line = |row: &Isolated| {
        let Isolated { kind: _, kind_is_known: _, names: _, identified: _, id, account: _, why, marks, .. } = row;
        let what = Markdown::new().own("- **Isolated:** ").text(&cut(&row.shown(), 200));
        let what = match id {
            Some(id) => what.own(", row ").code(&id.0),
            None => what.own(", without an id"),
        };
        let marks =
            marks.iter().map(|(word, value)| Markdown::new().text(&word.replace('_', " ")).own(" ").brief(value, 160));
        (what.own(": ").text(why).own(". ").and(&Markdown::joined(marks, "; ")), 1)
    };
    Part::cut(50, Form::lines(rows.iter().map(line)).rest("- and ", " more rows that nothing is done to\n"))
}

/// What there is to say about the config.
pub fn diagnostics(view: &PlanView<'_>) -> Part {
    let plan = view.plan;
    let line = |found: &Diagnostic| {
        let kind = Markdown::new().own(if found.is_error() { "- **Error:** " } else { "- Warning: " });
        let line = kind.text(&found.title);
        let line = if found.label.is_empty() { line } else { line.own(": ").text(&found.label) };
        let line = if let Some(help) = &found.help { line.own("; do: ").text(help) } else { line };
        let source = found.place.zip(view.sources).map(|(place, sources)| sources.locate(place));
        (if let Some(source) = source { line.own(" (").place(&source, &view.links).own(")") } else { line }, 1)
    };
    let form = Form::lines(plan.diagnostics.iter().map(line)).rest("- and ", " more errors and warnings\n");
    Part::cut(if plan.diagnostics.iter().any(Diagnostic::is_error) { 85 } else { 35 }, form)
}

/// Live accounts that no entry names.
pub fn unmanaged(plan: &Plan) -> Vec<Part> {
    let Some(count) = unmanaged_count(&plan.unmanaged) else { return Vec::new() };
    let name = |row: &Unmanaged| {
        let known = table::resource(&plan.names, &row.key, plan.descriptions.name(&row.key, &row.id));
        if row.named { known.own(" (named, not managed)") } else { known }
    };
    let names = plan.unmanaged.iter().take(MAX_NAMED).map(name);
    let names = Markdown::joined(names, ", ");
    let more = plan.unmanaged.len().saturating_sub(MAX_NAMED);
    let names = if more > 0 { names.own(" and ").number(more).own(" more") } else { names };
    vec![
        Part::fixed(count.own("\n\n")),
        Part::cut(30, Form::lines([(names, plan.unmanaged.len())]).rest("(", " ids left out here for length)\n")),
    ]
}

/// How many live accounts are left alone.
pub fn unmanaged_count(unmanaged: &[Unmanaged]) -> Option<Markdown> {
    let words = if unmanaged.len() == 1 { " is left alone." } else { " are left alone." };
    (!unmanaged.is_empty())
        .then(|| Markdown::new().own("Not managed: ").counted_by_kind(unmanaged.iter().map(|row| &row.key)).own(words))
}

/// Tombstones whose rows are gone.
pub fn obsolete(view: &PlanView<'_>) -> Part {
    let line = |obsolete: &ObsoleteTombstone| {
        (
            Markdown::new()
                .own("- Obsolete tombstone: ")
                .code(&obsolete.shown())
                .own(", to be taken out: ")
                .place(&obsolete.source, &view.links),
            1,
        )
    };
    Part::cut(
        40,
        Form::lines(view.plan.obsolete_tombstones.iter().map(line)).rest("- and ", " more obsolete tombstones\n"),
    )
}

/// How far the limits are used.
pub fn limits(plan: &Plan) -> Markdown {
    let count = |LimitCheck { name, provider: _, used, limit, refused }: &LimitCheck| {
        let words = Markdown::new().own(name.word()).own(" ").number(*used).own(" of ").number(*limit);
        if refused.is_some() { words.own(" (refused)") } else { words }
    };
    let used = plan.used_limits().into_iter().map(|(provider, checks)| {
        let words = Markdown::new().own("Limits");
        let words = if let Some(provider) = provider { words.own(" at ").own(provider) } else { words };
        words.own(": ").and(&Markdown::joined(checks.into_iter().map(count), ", ")).own(".\n\n")
    });
    Markdown::joined(used, "")
}

/// Managed accounts in which the vendor says that something does not work.
pub fn health_issues(plan: &Plan) -> Part {
    let line = |HealthIssues { key, account: _, name, issues: health_issues }: &HealthIssues| {
        let who = Markdown::new()
            .own("- **Not working, says the vendor:** ")
            .and(&table::resource(&plan.names, key, name.as_deref()))
            .own(": ");
        (who.and(&Markdown::joined(health_issues.iter().map(|words| Markdown::new().brief(words, 300)), "; ")), 1)
    };
    Part::cut(60, Form::lines(plan.health_issues.iter().map(line)).rest("- and ", " more that do not work\n"))
}
