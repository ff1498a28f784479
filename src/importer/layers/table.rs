//! Drafts laid out as a table: a line per account, a column per field, and in each cell a number for what stands there.
//!
//! The same number in one column is the same text in a layer. A value is written with names in it, such as
//! `${aws_account_id}`, only where that makes it the same for several accounts. Where accounts follow a shared list, the
//! list is what stands there, and its variables and what an account adds to it are columns of their own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::columns::{cost, field_type, may_be_cut, may_lack, replaces_whole};
use super::pattern::{Element, OwnList};
use super::shared_list::{self, SharedList};
use super::value_forms::{ValueForms, chosen};
use super::{ColumnKey, ExistingConfig};
use crate::importer::draft::{Draft, Schemas};
use crate::model::schema::{FieldType, TextFormat};

/// One field over all accounts.
#[derive(Debug)]
pub struct Column {
    /// Which.
    pub column_key: ColumnKey,
    /// The values that occur, by number.
    pub values: Vec<Value>,
    /// What writing each of them out costs, in characters.
    pub costs: Vec<usize>,
    /// Whether a value in a higher layer takes the place of one in a lower layer completely.
    pub folds: bool,
    /// Whether an account can leave it alone that lacks it: it is no part of who the account is or how it is entered,
    /// and of no one-of of the whole block.
    pub may_be_cut: bool,
    /// The number of the list that accounts follow.
    pub shared: Option<usize>,
}

/// All fields over all accounts.
#[derive(Debug)]
pub struct Table {
    /// Fields first, in their order, then variables and what is added to lists.
    pub columns: Vec<Column>,
    /// One per draft: the number in each column, if it has the field.
    pub lines: Vec<Vec<Option<usize>>>,
    /// One per draft: its value in each column as it is, without names in it.
    pub plain: Vec<Vec<Option<Value>>>,
    /// One per draft: the providers whose block it has.
    pub managed: Vec<BTreeSet<&'static str>>,
    /// One per draft: what its variables stand for.
    pub vars: Vec<BTreeMap<String, String>>,
}

/// One draft's part of a column: what layers write, and what its own entry does.
type Cell = Option<(Value, Value)>;

/// Lays drafts out. With `flat`, values are written as they are.
pub fn lay_out(drafts: &[Draft], schemas: &Schemas, existing: &ExistingConfig, flat: bool) -> Table {
    let paths = drafts.iter().flat_map(|draft| {
        draft.blocks.iter().flat_map(|(provider, leaves)| leaves.keys().map(|path| (*provider, path)))
    });
    let mut slots: BTreeSet<ColumnKey> =
        paths.map(|(provider, path)| ColumnKey::Field(provider, path.clone())).collect();
    slots.insert(ColumnKey::Partition);
    let mut table = Table {
        columns: Vec::new(),
        lines: vec![Vec::new(); drafts.len()],
        plain: vec![Vec::new(); drafts.len()],
        managed: drafts.iter().map(|draft| draft.blocks.keys().copied().collect()).collect(),
        vars: vec![BTreeMap::new(); drafts.len()],
    };
    let mut added = BTreeMap::<ColumnKey, BTreeMap<usize, Value>>::new();
    for column_key in slots {
        let forms: Vec<Option<ValueForms>> = drafts.iter().map(|draft| forms(draft, &column_key)).collect();
        let (cells, shared) = match field_type(&column_key, schemas) {
            Some(FieldType::Set(format)) if !flat => {
                let lists = elements(drafts, &column_key);
                let shared = table.shared_list(&lists, drafts, &column_key, *format, schemas, existing);
                for (line, follower) in shared.iter().flat_map(|shared| &shared.followers) {
                    table.vars[*line].extend(follower.vars.clone());
                    for value in &follower.added {
                        let key = column_key.added(value);
                        added.entry(key).or_default().insert(*line, value.clone());
                    }
                }
                (list_cells(&forms, &lists, shared.as_ref()), shared.map(|shared| shared.list))
            }
            _ => {
                let written = chosen(&forms, !flat).into_iter().map(|value| value.cloned());
                let cells = forms.iter().zip(written);
                (cells.map(|(form, written)| Some((written?, form.as_ref()?.plain.clone()))).collect(), None)
            }
        };
        table.push(column_key, cells, shared.as_ref(), schemas);
    }
    let names: BTreeSet<String> = table.vars.iter().flat_map(|vars| vars.keys().cloned()).collect();
    for name in names {
        let own = |vars: &BTreeMap<String, String>| vars.get(&name).map(|text| Value::from(text.as_str()));
        let cells = table.vars.iter().map(|vars| own(vars).map(|value| (value.clone(), value))).collect();
        table.push(ColumnKey::Var(name), cells, None, schemas);
    }
    for (column_key, by_line) in added {
        let own = |line: usize| by_line.get(&line).map(|value| (value.clone(), value.clone()));
        table.push(column_key, (0..drafts.len()).map(own).collect(), None, schemas);
    }
    table
}

fn forms(draft: &Draft, column_key: &ColumnKey) -> Option<ValueForms> {
    match column_key {
        ColumnKey::Partition => Some(ValueForms::same(&Value::from(draft.partition.as_str()))),
        ColumnKey::Field(provider, path) => {
            Some(ValueForms::of(draft.blocks.get(provider)?.get(path)?, draft.account.as_deref(), &draft.partition))
        }
        ColumnKey::Var(_) | ColumnKey::Added(..) => None,
    }
}

/// The elements of every account's list, by line, each in the form that most share.
fn elements(drafts: &[Draft], column_key: &ColumnKey) -> BTreeMap<usize, Vec<Element>> {
    let ColumnKey::Field(provider, path) = column_key else { return BTreeMap::new() };
    let live = drafts.iter().enumerate().flat_map(|(line, draft)| {
        let list = draft.blocks.get(provider).and_then(|leaves| leaves.get(path)).and_then(Value::as_array);
        list.into_iter().flatten().map(move |live| (line, draft, live))
    });
    let forms: Vec<(usize, &Value, Option<ValueForms>)> = live
        .map(|(line, draft, live)| (line, live, Some(ValueForms::of(live, draft.account.as_deref(), &draft.partition))))
        .collect();
    let all: Vec<Option<ValueForms>> = forms.iter().map(|(_, _, form)| form.clone()).collect();
    let mut lists = BTreeMap::<usize, Vec<Element>>::new();
    for ((line, live, forms), written) in forms.into_iter().zip(chosen(&all, true)) {
        if let Some((forms, written)) = forms.zip(written) {
            let element = Element { live: live.clone(), forms, written: written.clone() };
            lists.entry(line).or_default().push(element);
        }
    }
    lists
}

/// The shared list where an account follows it, else its own.
fn list_cells(
    forms: &[Option<ValueForms>],
    lists: &BTreeMap<usize, Vec<Element>>,
    shared: Option<&SharedList>,
) -> Vec<Cell> {
    let cell = |(line, form): (usize, &Option<ValueForms>)| {
        let plain = form.as_ref()?.plain.clone();
        let followed = shared.filter(|shared| shared.followers.contains_key(&line));
        let own = || {
            let mut own: Vec<Value> = lists.get(&line)?.iter().map(|element| element.written.clone()).collect();
            own.sort_by_key(Value::to_string);
            Some(Value::Array(own))
        };
        Some((followed.map_or_else(own, |shared| Some(shared.list.clone()))?, plain))
    };
    forms.iter().enumerate().map(cell).collect()
}

impl Table {
    /// The list in `defaults` that accounts follow: the one that is there, or one that may be put there.
    fn shared_list(
        &self,
        lists: &BTreeMap<usize, Vec<Element>>,
        drafts: &[Draft],
        column_key: &ColumnKey,
        format: TextFormat,
        schemas: &Schemas,
        existing: &ExistingConfig,
    ) -> Option<SharedList> {
        let mut own = BTreeMap::new();
        for (line, elements) in lists {
            own.insert(*line, OwnList { elements, name: drafts[*line].name.as_deref(), vars: &self.vars[*line] });
        }
        let lists = own;
        if let Some(list) = existing.defaults.at(column_key) {
            return shared_list::follow(&lists, &list.json());
        }
        let is_free = existing.open && existing.profiles.values().all(|layer| layer.at(column_key).is_none());
        let reached = (0..drafts.len()).filter(|line| self.reaches(*line, column_key)).count();
        let may_lack = may_lack(reached - lists.len(), reached, may_be_cut(column_key, schemas));
        if !is_free || !may_lack {
            return None;
        }
        shared_list::find(&lists, reached, format == TextFormat::Tag)
    }

    fn push(&mut self, column_key: ColumnKey, cells: Vec<Cell>, shared: Option<&Value>, schemas: &Schemas) {
        let mut numbers = BTreeMap::<String, usize>::new();
        let mut values = Vec::new();
        for ((line, plain), cell) in self.lines.iter_mut().zip(&mut self.plain).zip(cells) {
            let (written, own) = cell.unzip();
            line.push(written.map(|value| {
                *numbers.entry(value.to_string()).or_insert_with(|| {
                    values.push(value);
                    values.len() - 1
                })
            }));
            plain.push(own);
        }
        let costs = values.iter().map(|value| cost(&column_key, value)).collect();
        let folds = replaces_whole(&column_key, &values, schemas);
        let may_be_cut = may_be_cut(&column_key, schemas);
        let shared = shared.and_then(|list| numbers.get(&list.to_string()).copied());
        self.columns.push(Column { column_key, values, costs, folds, may_be_cut, shared });
    }

    /// Whether `defaults` reaches this account in this field: it has the provider's block, or uses the variable.
    pub fn reaches(&self, line: usize, column_key: &ColumnKey) -> bool {
        match column_key {
            ColumnKey::Partition => true,
            ColumnKey::Field(provider, _) | ColumnKey::Added(provider, ..) => self.managed[line].contains(provider),
            ColumnKey::Var(name) => self.vars[line].contains_key(name),
        }
    }

    /// Whether an account follows the shared list of a column.
    pub fn follows(&self, line: usize, at: usize) -> bool {
        self.columns[at].shared.is_some_and(|shared| self.lines[line][at] == Some(shared))
    }
}
