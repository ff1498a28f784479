//! What a change to the config does, for a terminal: what it gives up, whom it does not reach, and what was pending
//! before it.

use std::collections::BTreeMap;

use super::counted;
use super::escape_untrusted::escaped_line;
use super::style::{FAINT, LOUD, pad, paint};
use crate::model::base_comparison::{Origin, Shadowed, Weakened};
use crate::model::{BaseComparison, Key, Kind, Op, Path, Plan, Source};

/// Accounts with a line each, before those of one layer or folder share lines. Every account is named all the same.
const MAX_LINES: usize = 60;

/// Everything that comes before the actions, each block after an empty line.
pub fn findings(comparison: &BaseComparison) -> String {
    let BaseComparison { base: _, weakened, shadowed, origins: _ } = comparison;
    let safeguards = weakened.iter().filter_map(safeguard).collect();
    let blocks = [
        accounts(weakened),
        withheld(weakened),
        put_off(weakened),
        tombstones(weakened),
        protection(weakened),
        safeguards,
        fields(weakened),
        missed(shadowed),
    ];
    blocks.into_iter().flatten().map(|block| format!("\n{}", block.shown())).collect()
}

/// How many actions this change brings, and how many were pending; nothing where there are none.
pub fn counts(plan: &Plan, comparison: &BaseComparison) -> Option<String> {
    let of = |is_wanted: fn(&Origin) -> bool| {
        let pairs = plan.actions.iter().zip(&comparison.origins).filter(|(_, origin)| is_wanted(origin));
        let words = pairs.map(|(action, _)| {
            let rank = match action.op {
                Op::Create { .. } => 0,
                Op::Update { .. } => 1,
                Op::Delete { .. } => 2,
            };
            (rank, action.op.word())
        });
        let mut counts = BTreeMap::<_, usize>::new();
        words.for_each(|word| *counts.entry(word).or_default() += 1);
        let counts: Vec<String> = counts.into_iter().map(|((_, word), number)| format!("{number} {word}")).collect();
        (!counts.is_empty()).then(|| counts.join(", "))
    };
    let (mine, partly) =
        match (of(|origin| *origin == Origin::ThisChange), of(|origin| matches!(origin, Origin::Both { .. }))) {
            (None, None) => ("nothing".to_owned(), String::new()),
            (Some(mine), None) => (mine, String::new()),
            (None, Some(partly)) => (format!("{partly}, partly pending already"), String::new()),
            (Some(mine), Some(partly)) => (mine, format!(" Partly pending already: {partly}.")),
        };
    let pending =
        of(|origin| *origin == Origin::Pending).map_or(String::new(), |counts| format!(" Pending already: {counts}."));
    (!plan.actions.is_empty()).then(|| format!("This change: {mine}.{partly}{pending}\n"))
}

/// One thing to look at before anything else.
struct Finding {
    title: String,
    meaning: String,
    rows: Vec<Row>,
}

/// One account of a finding.
struct Row {
    id: String,
    name: Option<String>,
    place: Source,
}

/// Provider and kind of a row.
type What = (&'static str, &'static Kind);
/// A field, and whom it misses.
type Missed<'a> = (&'a Path, Vec<Row>);

impl Finding {
    fn shown(&self) -> String {
        let mut out = format!("{}\n", paint(LOUD, &format!("! {}", self.title)));
        if !self.meaning.is_empty() {
            out.push_str(&format!("    {}\n", self.meaning));
        }
        if self.rows.len() > MAX_LINES {
            return out + &together(&self.rows);
        }
        let who = |row: &Row| {
            row.name.as_deref().map_or_else(
                || escaped_line(&row.id),
                |name| format!("{}  {}", escaped_line(&row.id), escaped_line(name)),
            )
        };
        let width = self.rows.iter().map(|row| who(row).chars().count()).max().unwrap_or_default();
        for row in &self.rows {
            out.push_str(&format!("      {}  {}\n", pad(&who(row), width), paint(FAINT, &place(&row.place))));
        }
        out
    }
}

/// Many accounts, several on a line: by the value they share in a layer, else by folder.
fn together(rows: &[Row]) -> String {
    let mut groups = BTreeMap::<String, Vec<&Row>>::new();
    for row in rows {
        let folder = row.place.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let shared = if row.place.layer.is_some() { place(&row.place) } else { escaped_line(folder) };
        groups.entry(shared).or_default().push(row);
    }
    let mut out = String::new();
    for (shared, rows) in &groups {
        let one_file = rows.windows(2).all(|pair| pair[0].place.file == pair[1].place.file)
            && rows.iter().all(|row| row.place.layer.is_none());
        let shared = rows.first().filter(|_| one_file).map_or(shared.clone(), |row| escaped_line(&row.place.file));
        out.push_str(&format!("      {shared}  {}\n", paint(FAINT, &counted(rows.len(), "account"))));
        let ids: Vec<String> = rows.iter().map(|row| escaped_line(&row.id)).collect();
        ids.chunks(6).for_each(|ids| out.push_str(&format!("        {}\n", ids.join(", "))));
    }
    out + &paint(FAINT, "      each place is in --json") + "\n"
}

fn place(source: &Source) -> String {
    let Source { file, line, column: _, layer } = source;
    let layer = layer.as_deref().map_or(String::new(), |layer| format!(" ({})", escaped_line(layer)));
    format!("{}:{line}{layer}", escaped_line(file))
}

/// Things of one sort, in the order in which the first of each sort is met.
fn grouped<K: Ord + Clone, T>(items: impl Iterator<Item = (K, T)>) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    let mut known = BTreeMap::<K, usize>::new();
    for (sort, item) in items {
        let at = *known.entry(sort.clone()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, items)) => items.push(item),
            None => groups.push((sort, vec![item])),
        }
    }
    groups
}

fn row(key: &Key, name: Option<&String>, place: &Source) -> Row {
    Row { id: key.account().unwrap_or(&key.name).to_owned(), name: name.cloned(), place: place.clone() }
}

fn rows_of(rows: &[Row], (_, kind): What) -> String {
    kind.counted(rows.len())
}

fn accounts(weakened: &[Weakened]) -> Vec<Finding> {
    let gone = weakened.iter().filter_map(|found| {
        let Weakened::Account { key, name, was } = found else { return None };
        Some(((key.provider, key.kind), row(key, name.as_ref(), was)))
    });
    let finding = |(what, rows): (What, Vec<Row>)| Finding {
        title: format!("no longer declared: {}", rows_of(&rows, what)),
        meaning: "left alone from now on: heeler would no longer notice a change; to delete it, use `removed:`"
            .to_owned(),
        rows,
    };
    grouped(gone).into_iter().map(finding).collect()
}

fn tombstones(weakened: &[Weakened]) -> Vec<Finding> {
    let kept = weakened.iter().filter_map(|found| {
        let Weakened::Tombstone { key, reason, was } = found else { return None };
        Some(((key.provider, key.kind), row(key, Some(reason), was)))
    });
    let finding = |(what, rows): (What, Vec<Row>)| Finding {
        title: format!("no longer removed: {}", rows_of(&rows, what)),
        meaning: "still live, and left alone from now on".to_owned(),
        rows,
    };
    grouped(kept).into_iter().map(finding).collect()
}

fn withheld(weakened: &[Weakened]) -> Vec<Finding> {
    let withheld = weakened.iter().filter_map(|found| {
        let Weakened::Withheld { what, key, name, now } = found else { return None };
        Some(((*what, (key.provider, key.kind)), row(key, name.as_ref(), now)))
    });
    let finding = |((word, what), rows): ((&str, What), Vec<Row>)| Finding {
        title: format!("no longer written: {}, now {}", rows_of(&rows, what), released(word)),
        meaning: "what differs there is shown, and not put right".to_owned(),
        rows,
    };
    grouped(withheld).into_iter().map(finding).collect()
}

fn put_off(weakened: &[Weakened]) -> Vec<Finding> {
    let put_off = weakened.iter().filter_map(|found| {
        let Weakened::DeletePutOff { key, name, now } = found else { return None };
        Some(((key.provider, key.kind), row(key, name.as_ref(), now)))
    });
    let finding = |(what, rows): (What, Vec<Row>)| Finding {
        title: format!("no longer deleted: {}, now read only", rows_of(&rows, what)),
        meaning: "still live, and it stays for as long as nothing is written there".to_owned(),
        rows,
    };
    grouped(put_off).into_iter().map(finding).collect()
}

fn protection(weakened: &[Weakened]) -> Vec<Finding> {
    let dropped = weakened.iter().filter_map(|found| {
        let Weakened::Protection { identity, was } = found else { return None };
        Some(((), Row { id: identity.clone(), name: None, place: was.clone() }))
    });
    let finding = |((), rows): ((), Vec<Row>)| Finding {
        title: format!("no longer protected: {}", counted(rows.len(), "account")),
        meaning: "a delete, or a change of its authentication, would no longer be refused".to_owned(),
        rows,
    };
    grouped(dropped).into_iter().map(finding).collect()
}

fn fields(weakened: &[Weakened]) -> Vec<Finding> {
    let fields = weakened.iter().filter_map(|found| {
        let Weakened::Fields { key, name, paths, was } = found else { return None };
        Some((((key.provider, key.kind), paths), row(key, name.as_ref(), was)))
    });
    let finding = |((what, paths), rows): ((What, &Vec<Path>), Vec<Row>)| Finding {
        title: format!("no longer managed: {} of {}", counted(paths.len(), "field"), rows_of(&rows, what)),
        meaning: format!("left as it is from now on: {}", listed(paths.iter())),
        rows,
    };
    grouped(fields).into_iter().map(finding).collect()
}

/// What rows are, or were.
pub fn released(what: &str) -> &'static str {
    if what == "hold" { "on hold" } else { "read only" }
}

/// What concerns the whole config.
fn safeguard(found: &Weakened) -> Option<Finding> {
    let (title, meaning) = match found {
        Weakened::Account { .. }
        | Weakened::Tombstone { .. }
        | Weakened::Withheld { .. }
        | Weakened::DeletePutOff { .. }
        | Weakened::Protection { .. }
        | Weakened::Fields { .. } => return None,
        Weakened::Limit { name, from, to: Some(to) } => {
            (format!("limit raised: {}, from {from} to {to}", name.noun()), "")
        }
        Weakened::Limit { name, from, to: None } => {
            (format!("no longer limited: {}, so far {from} at most", name.noun()), "")
        }
        Weakened::Confirmed { name, number } => (format!("confirmed beyond the limit: {number} {}", name.noun()), ""),
        Weakened::Released { what, provider, rows: 0, was: _ } => {
            (format!("no longer {}: {provider}", released(what)), "what differs there is written from now on")
        }
        Weakened::Released { what, provider, rows, was: _ } => (
            format!("no longer {}: {}", released(what), counted(*rows, &format!("{provider} row"))),
            "what differs there is written from now on",
        ),
        Weakened::Ownership => {
            ("ownership is exclusive now".to_owned(), "every live account that no entry names is planned for deletion")
        }
        Weakened::Guard { provider, organization } => (
            format!("no longer guarded: {provider}, which was for {}", escaped_line(organization)),
            "keys of any organization are let in",
        ),
        Weakened::Organization { provider, from, to } => {
            (format!("another organization: {provider}, from {} to {}", escaped_line(from), escaped_line(to)), "")
        }
        Weakened::Site { provider, from, to } => {
            (format!("another site: {provider}, from {} to {}", escaped_line(from), escaped_line(to)), "")
        }
    };
    Some(Finding { title, meaning: meaning.to_owned(), rows: Vec::new() })
}

/// Fields that miss the same accounts are put together, with the place of the first.
fn missed(shadowed: &[Shadowed]) -> Vec<Finding> {
    let each = shadowed.iter().map(|found| {
        let Shadowed { key, name, layer, path, by } = found;
        (((key.provider, key.kind), layer, path), (key, row(key, name.as_ref(), by)))
    });
    let alike = grouped(each).into_iter().map(|((what, layer, path), missed)| {
        let (keys, rows): (Vec<&Key>, Vec<Row>) = missed.into_iter().unzip();
        ((what, layer, keys), (path, rows))
    });
    let finding = |((what, layer, _), fields): ((What, &String, Vec<&Key>), Vec<Missed<'_>>)| {
        let paths = listed(fields.iter().map(|(path, _)| *path));
        let rows = fields.into_iter().map(|(_, rows)| rows).next().unwrap_or_default();
        let title = format!("not reached by the change of {}: {}", escaped_line(layer), rows_of(&rows, what));
        Finding { title, meaning: format!("a nearer layer has its own value of {paths}"), rows }
    };
    grouped(alike).into_iter().map(finding).collect()
}

fn listed<'a>(paths: impl Iterator<Item = &'a Path>) -> String {
    paths.map(|path| escaped_line(&path.to_string())).collect::<Vec<_>>().join(", ")
}
