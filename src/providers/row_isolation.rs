//! What every dialect makes of a listing: the rows that can be planned on, and those that are isolated.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::aws::account_id::is_account_id;
use crate::model::plan::VendorError;
use crate::model::value::{inline, is_void};
use crate::model::{Action, Isolated, Key, Kind, Observation, Observed, Op, RemoteId, json_errors};

/// The longest value that is shown of a row, in characters.
const MAX_SHOWN_LENGTH: usize = 160;
/// Fields named before the rest of what differs between rows is left out.
const MAX_DIFFERING: usize = 8;

/// Where rows of a dialect say what tells them apart: a word for each field, and its JSON pointer.
pub struct RowPointers {
    /// What a row is spoken of as whose kind cannot be told.
    pub kind: &'static Kind,
    /// Where a row's own fields are.
    pub root: &'static str,
    /// The vendor's handle.
    pub id: &'static str,
    /// What names a row, or the AWS account it is in.
    pub names: &'static [&'static str],
    /// The AWS account, if the row says it by itself.
    pub account: &'static str,
    /// What is shown of it.
    pub shown: &'static [(&'static str, &'static str)],
}

/// Rows as they were listed.
#[derive(Debug, Default)]
pub struct Listed {
    /// Those that say which row they are.
    pub rows: Vec<Observed>,
    /// Those that do not, or cannot be read.
    pub isolated: Vec<Isolated>,
}

/// How many rows of a listing may be isolated, since they cannot be read or told from others. An answer with more of them
/// is no listing, and counts as one that could not be read.
const MAX_ISOLATED: usize = 10_000;

/// Whether an answer with so many isolated rows is a listing.
///
/// # Errors
/// It is none.
pub fn still_a_listing(isolated: usize) -> Result<(), VendorError> {
    let why = format!(
        "the account listing cannot be read: more than {MAX_ISOLATED} of its rows cannot be read, or told from others"
    );
    if isolated > MAX_ISOLATED { Err(VendorError::Unreadable(why)) } else { Ok(()) }
}

impl Listed {
    /// Rows as a dialect reads them.
    ///
    /// # Errors
    /// Too many of them cannot be read.
    pub fn read<'a>(
        rows: impl IntoIterator<Item = &'a RawValue>,
        observed: impl Fn(&'a RawValue) -> Result<Observed, Box<Isolated>>,
    ) -> Result<Self, VendorError> {
        let mut listed = Listed::default();
        for row in rows {
            match observed(row) {
                Ok(row) => listed.rows.push(row),
                Err(row) => listed.isolated.push(*row),
            }
            still_a_listing(listed.isolated.len())?;
        }
        Ok(listed)
    }

    /// Rows by key. Several under one name are isolated, each with what it has otherwise than the others.
    ///
    /// # Errors
    /// Too many of them are.
    pub fn isolate_duplicates(self, marks: &RowPointers) -> Result<Observation, VendorError> {
        let Listed { rows, mut isolated } = self;
        let (rows, broken): (Vec<Observed>, Vec<Observed>) = rows.into_iter().partition(|row| is_text(&row.row));
        isolated.extend(broken.iter().map(|row| marks.broken(row)));
        let names = rows.iter().flat_map(names_of).chain(isolated.iter().flat_map(names_of_isolated));
        let mut names: Vec<(Option<&'static Kind>, &str)> = names.collect();
        names.sort_unstable();
        let twice = names.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]);
        let several: BTreeSet<(Option<&'static Kind>, String)> =
            twice.map(|(kind, name)| (kind, name.to_owned())).collect();
        if several.is_empty() {
            isolated.sort_by(|a, b| a.order().cmp(&b.order()));
            return Ok(Observation { rows: by_key(rows), isolated, ..Observation::default() });
        }
        let is_shared = |(kind, name): &(Option<&'static Kind>, &str)| several.contains(&(*kind, (*name).to_owned()));
        let (twins, alone): (Vec<Observed>, Vec<Observed>) =
            rows.into_iter().partition(|row| names_of(row).any(|name| is_shared(&name)));
        still_a_listing(isolated.len() + twins.len())?;
        let values: Vec<Value> =
            twins.iter().map(|row| serde_json::from_str(row.row.get()).unwrap_or_default()).collect();
        let mut alike = BTreeMap::<(Option<&Kind>, &str), Vec<&Value>>::new();
        for (row, value) in twins.iter().zip(&values) {
            let own = value.pointer(marks.root).unwrap_or(value);
            names_of(row).filter(is_shared).for_each(|name| alike.entry(name).or_default().push(own));
        }
        let alike: BTreeMap<_, _> =
            alike.into_iter().map(|(name, rows)| (name, (rows.len(), differing(&rows)))).collect();
        for (row, value) in twins.iter().zip(&values) {
            let shared = names_of(row).find_map(|name| alike.get_key_value(&name));
            isolated
                .extend(shared.map(|(name, (many, differs))| marks.one_of(*name, (*many).max(2), differs, row, value)));
        }
        isolated.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(Observation { rows: by_key(alone), isolated, ..Observation::default() })
    }

    /// The rows that an action is about, once it is certain that none of the others can be.
    ///
    /// # Errors
    /// A row under the same name cannot be told or read; or, where the vendor makes a second row of a name, one that
    /// goes by no name.
    pub fn rows_for(self, action: &Action, enforced: bool) -> Result<Vec<Observed>, VendorError> {
        let creates = matches!(action.op, Op::Create { .. });
        let alias = if let Op::Create { desired, .. } = &action.op { desired.alias.as_deref() } else { None };
        let mine = |row: &&Isolated| {
            row.may_be(action.key.kind) && row.goes_by(std::iter::once(action.key.name.as_str()).chain(alias))
        };
        let may_be_it = |row: &&Isolated| creates && !enforced && row.may_be(action.key.kind) && !row.identified;
        if let Some(row) = self.isolated.iter().find(|row| mine(row) || may_be_it(row)) {
            let id = row.id.as_ref().map_or_else(|| "without an id".to_owned(), |id| id.0.clone());
            return Err(VendorError::Unreadable(format!(
                "a live row ({id}) may be this one: {}; nothing was sent",
                row.why
            )));
        }
        Ok(self.rows.into_iter().filter(|row| row.key == action.key).collect())
    }
}

impl RowPointers {
    /// A row that cannot be told or read.
    pub fn isolated(&self, kind: Option<&'static Kind>, row: &RawValue, why: &str) -> Isolated {
        let value: Value = serde_json::from_str(row.get()).unwrap_or_default();
        let text = |pointer: &str| value.pointer(pointer).and_then(said);
        let names: BTreeSet<String> = self.names.iter().filter_map(|pointer| text(pointer)).collect();
        Isolated {
            kind: kind.unwrap_or(self.kind),
            kind_is_known: kind.is_some(),
            identified: false,
            id: text(self.id).map(RemoteId),
            account: text(self.account).filter(|account| is_account_id(account)),
            names,
            why: why.to_owned(),
            marks: self.of(&value),
            named: false,
            row: None,
        }
    }

    /// A row that names itself, and whose fields cannot be read.
    fn broken(&self, row: &Observed) -> Isolated {
        Isolated {
            identified: true,
            id: Some(row.id.clone()),
            account: row.account.clone(),
            names: row.own_names().map(str::to_owned).collect(),
            ..self.isolated(
                Some(row.key.kind),
                &row.row,
                "it holds half a character (an escape such as \\ud800 by itself), which is no text",
            )
        }
    }

    /// One of several rows under a name, or an id.
    fn one_of(
        &self,
        (kind, name): (Option<&Kind>, &str),
        many: usize,
        differs: &[String],
        row: &Observed,
        value: &Value,
    ) -> Isolated {
        let mut shown = self.of(value);
        shown.extend((!differs.is_empty()).then(|| ("differs_in", differs.join(", "))));
        Isolated {
            kind: row.key.kind,
            kind_is_known: true,
            names: row.own_names().map(str::to_owned).collect(),
            identified: true,
            id: Some(row.id.clone()),
            account: row.account.clone(),
            why: if kind.is_none() {
                format!("{many} live rows have its id")
            } else {
                format!("{many} live rows go by the name {name}")
            },
            marks: shown,
            named: false,
            row: Some(row.clone()),
        }
    }

    /// What is shown of a row.
    fn of(&self, row: &Value) -> Vec<(&'static str, String)> {
        let shown = self
            .shown
            .iter()
            .filter_map(|(word, pointer)| Some((*word, row.pointer(pointer).filter(|value| !is_void(value))?)));
        shown
            .map(|(word, value)| (word, inline(value).chars().take(MAX_SHOWN_LENGTH).collect::<String>()))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }
}

/// Whether it can name a row as the id of its access key: whatever a vendor lists that is one word. Which ids a config may
/// name is told by `model::aws::access_key_id`.
pub fn is_access_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether it is a word that can name something.
pub fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The id of a row, as it is put into the path of a request.
///
/// # Errors
/// There is none, or none that can stand there.
pub fn id(id: Option<String>) -> Result<RemoteId, &'static str> {
    /// Longer than any that a vendor has made.
    const MAX_ID_LENGTH: usize = 256;
    match id.filter(|id| !id.is_empty()) {
        None => Err("it has no id"),
        Some(id) if id.len() > MAX_ID_LENGTH => Err("its id is too long to be one"),
        Some(id) if id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') => Ok(RemoteId(id)),
        Some(_) => Err("its id has characters that cannot stand in the path of a request"),
    }
}

/// Whether the strings of a row are text: JSON can spell halves of characters, and nothing can be made of those. What else
/// keeps a row from being read is found where it is compared.
fn is_text(row: &RawValue) -> bool {
    let parsed = || serde_json::from_str::<Value>(row.get());
    !row.get().contains("\\u") || !parsed().is_err_and(|error| json_errors::is_half(row.get().as_bytes(), &error))
}

/// A value that names something.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Every name that must be a row's alone, by kind, and its id, which must be too and is of no kind.
fn names_of(row: &Observed) -> impl Iterator<Item = (Option<&'static Kind>, &str)> {
    let alias = row.alias.as_deref().filter(|alias| *alias != row.key.name);
    std::iter::once(row.key.name.as_str())
        .chain(alias)
        .map(|name| (Some(row.key.kind), name))
        .chain([(None, row.id.0.as_str())])
}

fn names_of_isolated(row: &Isolated) -> impl Iterator<Item = (Option<&'static Kind>, &str)> {
    let names = row.names.iter().filter(|_| row.kind_is_known).map(|name| (Some(row.kind), name.as_str()));
    names.chain(row.id.iter().map(|id| (None, id.0.as_str())))
}

fn by_key(rows: Vec<Observed>) -> BTreeMap<Key, Observed> {
    rows.into_iter().map(|row| (row.key.clone(), row)).collect()
}

/// The fields in which these rows are not all the same.
fn differing(rows: &[&Value]) -> Vec<String> {
    let mut found = Vec::new();
    differ(rows, "", &mut found);
    found.truncate(MAX_DIFFERING);
    found
}

fn differ(rows: &[&Value], path: &str, found: &mut Vec<String>) {
    if rows.windows(2).all(|two| two[0] == two[1]) {
        return;
    }
    let objects: Vec<_> = rows.iter().filter_map(|row| row.as_object()).collect();
    if objects.len() < rows.len() {
        return found.push(path.to_owned());
    }
    let fields: BTreeSet<&String> = objects.iter().flat_map(|fields| fields.keys()).collect();
    for field in fields {
        let values: Vec<&Value> = objects.iter().map(|fields| fields.get(field).unwrap_or(&Value::Null)).collect();
        let below = if path.is_empty() { field.clone() } else { format!("{path}.{field}") };
        differ(&values, &below, found);
    }
}
