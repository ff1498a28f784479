//! Accounts that are never dropped from a comment: ever terser ways to name all of them.

use std::collections::BTreeMap;

use super::escape::{Markdown, Verbatim, cut, fence, place};
use super::grouped_ids;
use super::size_limit::{Form, Frame};
use crate::model::{Key, ResourceNames, Source};

/// Characters of a list of fields.
const FIELDS: usize = 300;
/// Fields named where they no longer fit beside the accounts.
const MAX_FIELDS: usize = 12;

/// One account that must be named.
#[derive(Debug, Clone)]
pub struct Named<'a> {
    /// Its kind, as `from:` calls it, and what else accounts are told apart by.
    pub what: String,
    /// Its identity.
    pub identity: &'a str,
    /// For people.
    pub name: Option<&'a str>,
    /// The fields it is named for, if for some only.
    pub fields: Vec<String>,
    /// Where the config speaks of it.
    pub source: Option<&'a Source>,
}

impl<'a> Named<'a> {
    /// A row of a provider.
    pub fn row(names: &ResourceNames, key: &'a Key, name: Option<&'a str>, source: Option<&'a Source>) -> Self {
        Named { what: key.kind.label(), identity: names.identity(key), name, fields: Vec::new(), source }
    }

    /// For these fields only.
    pub fn for_fields(self, fields: impl IntoIterator<Item = String>) -> Self {
        Named { fields: fields.into_iter().collect(), ..self }
    }
}

/// All of them under a title, from one line each to the tersest list; `folded` away, where others said it already.
pub fn tersely(title: &'static str, named: &[Named<'_>], folded: bool) -> Vec<Form> {
    if named.is_empty() {
        return Vec::new();
    }
    let heading = || Markdown::new().own("**").own(title).own("** (").number(named.len()).own("):");
    let blank = |words: Markdown| words.own("\n\n");
    let compactly = |fields: bool, grouped: bool| {
        let lines = grouped_ids::lines(named.iter().map(|named| (titled(named, fields), named.identity)), grouped);
        fenced(lines, folded)
    };
    let grouped = || {
        heading().own(" `210: 001-003 009` is short for ids that begin with 210 and end in 001, 002, 003 and 009; `#` stands for the id.")
    };
    let mut forms = vec![
        fenced(named.iter().map(one_line).collect(), folded).after(blank(heading())),
        compactly(true, false).after(blank(heading().own(" `#` stands for the id."))),
        compactly(true, true).after(blank(grouped())),
    ];
    if named.iter().any(|named| !named.fields.is_empty()) {
        forms.push(
            compactly(false, true).after(blank(grouped().own(" The fields: ").and(&fields_of_all(named)).own("."))),
        );
    }
    forms
}

fn fenced(lines: Vec<(Verbatim, usize)>, folded: bool) -> Form {
    let fence = fence(lines.iter().map(|(line, _)| line));
    let frame = Frame::fenced(&fence, "text");
    let frame = if folded { frame.folded(&Markdown::new().own("All of them")) } else { frame };
    Form::fenced(frame, lines).rest("and ", " more that did not fit; all of them are in the full report\n")
}

fn one_line(named: &Named<'_>) -> (Verbatim, usize) {
    let Named { what, identity, name, fields: _, source } = named;
    let name = name.map_or(String::new(), |name| format!("  {}", cut(name, 60)));
    let source = source.map_or(String::new(), |source| format!("  {}", place(source)));
    let fields = fields_of(named).map_or(String::new(), |fields| format!("  {fields}"));
    (Verbatim::line(&format!("{} {what}{name}{fields}{source}", cut(identity, 200))), 1)
}

fn titled(named: &Named<'_>, fields: bool) -> String {
    match fields_of(named).filter(|_| fields) {
        Some(fields) => format!("{}, {fields}", named.what),
        None => named.what.clone(),
    }
}

fn fields_of(named: &Named<'_>) -> Option<String> {
    let fields: Vec<String> = named.fields.iter().map(|field| cut(field, FIELDS / 3)).collect();
    (!fields.is_empty()).then(|| cut(&fields.join(", "), FIELDS))
}

fn fields_of_all(named: &[Named<'_>]) -> Markdown {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    named.iter().flat_map(|named| &named.fields).for_each(|field| *counts.entry(field).or_default() += 1);
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let shown = counts
        .iter()
        .take(MAX_FIELDS)
        .map(|(field, count)| Markdown::new().brief(field, 60).own(" (").number(*count).own(")"));
    let shown = Markdown::joined(shown, ", ");
    if counts.len() > MAX_FIELDS { shown.own(" and ").counted(counts.len() - MAX_FIELDS, "more field") } else { shown }
}
