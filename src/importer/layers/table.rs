//! Drafts laid out as a table: a line per account, a column per field, and in each cell a number for what stands there.
//! Only cells in which something stands are kept: what one account alone has costs one cell, however many accounts there
//! are.
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
use crate::importer::account_draft::{Draft, Schemas};
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
    /// The accounts that have the field, by line, in order.
    pub lines: Vec<usize>,
    /// Whether a value in a higher layer takes the place of one in a lower layer completely.
    pub folds: bool,
    /// Whether an account can leave it alone that lacks it: it is no part of who the account is or how it is entered,
    /// and of no one-of of the whole block.
    pub may_be_cut: bool,
    /// The number of the list that accounts follow.
    pub shared: Option<usize>,
}

/// What stands in one column of one account.
#[derive(Debug)]
pub struct Cell {
    /// The number of what layers write.
    pub number: usize,
    /// What its own entry writes: the value as it is, without names in it.
    pub plain: Value,
}

/// All fields over all accounts.
#[derive(Debug)]
pub struct Table {
    /// Fields first, in their order, then variables and what is added to lists.
    pub columns: Vec<Column>,
    /// One per draft: what stands in the columns that it has, by column.
    pub lines: Vec<BTreeMap<usize, Cell>>,
    /// One per draft: the providers whose block it has.
    pub managed: Vec<BTreeSet<&'static str>>,
    /// How many have each provider's block.
    pub blocks: BTreeMap<&'static str, usize>,
    /// One per draft: what its variables stand for.
    pub vars: Vec<BTreeMap<String, String>>,
}

/// A draft's part of a column, by line: what layers write, and what its own entry does.
type Written = (usize, (Value, Value));

/// Lays drafts out. With `flat`, values are written as they are.
pub fn build_table(drafts: &[Draft], schemas: &Schemas, existing: &ExistingConfig, flat: bool) -> Table {
    let mut table = Table {
        columns: Vec::new(),
        lines: drafts.iter().map(|_| BTreeMap::new()).collect(),
        managed: drafts.iter().map(|draft| draft.blocks.keys().copied().collect()).collect(),
        blocks: BTreeMap::new(),
        vars: vec![BTreeMap::new(); drafts.len()],
    };
    for provider in drafts.iter().flat_map(|draft| draft.blocks.keys()) {
        *table.blocks.entry(provider).or_default() += 1;
    }
    let mut added = BTreeMap::<ColumnKey, Vec<Written>>::new();
    for (column_key, lines) in fields(drafts) {
        let forms: BTreeMap<usize, ValueForms> =
            lines.into_iter().filter_map(|line| Some((line, forms(&drafts[line], &column_key)?))).collect();
        let (cells, shared) = match field_type(&column_key, schemas) {
            Some(FieldType::Set(format)) if !flat => {
                let lists = elements(drafts, forms.keys(), &column_key);
                let shared = table.shared_list(&lists, drafts, &column_key, *format, schemas, existing);
                for (line, follower) in shared.iter().flat_map(|shared| &shared.followers) {
                    table.vars[*line].extend(follower.vars.clone());
                    for value in &follower.added {
                        let key = column_key.added(value);
                        added.entry(key).or_default().push((*line, (value.clone(), value.clone())));
                    }
                }
                (list_cells(forms, &lists, shared.as_ref()), shared.map(|shared| shared.list))
            }
            _ => {
                let written: Vec<Value> = chosen(forms.values(), !flat).into_iter().cloned().collect();
                let cells = forms.into_iter().zip(written);
                (cells.map(|((line, form), written)| (line, (written, form.plain))).collect(), None)
            }
        };
        table.push(column_key, cells, shared.as_ref(), schemas);
    }
    for (name, cells) in table.vars_by_name() {
        table.push(ColumnKey::Var(name), cells, None, schemas);
    }
    for (column_key, cells) in added {
        table.push(column_key, cells, None, schemas);
    }
    table
}

/// Every field that some account has, and which have it, by line.
fn fields(drafts: &[Draft]) -> BTreeMap<ColumnKey, Vec<usize>> {
    let mut fields = BTreeMap::<ColumnKey, Vec<usize>>::from([(ColumnKey::Partition, (0..drafts.len()).collect())]);
    for (line, draft) in drafts.iter().enumerate() {
        for (provider, path) in
            draft.blocks.iter().flat_map(|(provider, leaves)| leaves.keys().map(move |path| (provider, path)))
        {
            fields.entry(ColumnKey::Field(provider, path.clone())).or_default().push(line);
        }
    }
    fields
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

/// The elements of these accounts' lists, by line, each in the form that most share.
fn elements<'a>(
    drafts: &[Draft],
    lines: impl Iterator<Item = &'a usize>,
    column_key: &ColumnKey,
) -> BTreeMap<usize, Vec<Element>> {
    let ColumnKey::Field(provider, path) = column_key else { return BTreeMap::new() };
    let live = lines.flat_map(|line| {
        let draft = &drafts[*line];
        let list = draft.blocks.get(provider).and_then(|leaves| leaves.get(path)).and_then(Value::as_array);
        list.into_iter().flatten().map(move |live| (*line, live, draft))
    });
    let (live, forms): (Vec<(usize, &Value)>, Vec<ValueForms>) = live
        .map(|(line, live, draft)| ((line, live), ValueForms::of(live, draft.account.as_deref(), &draft.partition)))
        .unzip();
    let written: Vec<Value> = chosen(forms.iter(), true).into_iter().cloned().collect();
    let mut lists = BTreeMap::<usize, Vec<Element>>::new();
    for (((line, live), forms), written) in live.into_iter().zip(forms).zip(written) {
        lists.entry(line).or_default().push(Element { live: live.clone(), forms, written });
    }
    lists
}

/// The shared list where an account follows it, else its own.
fn list_cells(
    forms: BTreeMap<usize, ValueForms>,
    lists: &BTreeMap<usize, Vec<Element>>,
    shared: Option<&SharedList>,
) -> Vec<Written> {
    let cell = |(line, form): (usize, ValueForms)| {
        let followed = shared.filter(|shared| shared.followers.contains_key(&line));
        let own = || {
            let mut own: Vec<Value> = lists.get(&line)?.iter().map(|element| element.written.clone()).collect();
            own.sort_by_key(Value::to_string);
            Some(Value::Array(own))
        };
        Some((line, (followed.map_or_else(own, |shared| Some(shared.list.clone()))?, form.plain)))
    };
    forms.into_iter().filter_map(cell).collect()
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

    /// What every variable stands for, by name and line.
    fn vars_by_name(&self) -> BTreeMap<String, Vec<Written>> {
        let mut by_name = BTreeMap::<String, Vec<Written>>::new();
        for (line, vars) in self.vars.iter().enumerate() {
            for (name, text) in vars {
                let value = Value::from(text.as_str());
                by_name.entry(name.clone()).or_default().push((line, (value.clone(), value)));
            }
        }
        by_name
    }

    fn push(&mut self, column_key: ColumnKey, cells: Vec<Written>, shared: Option<&Value>, schemas: &Schemas) {
        let at = self.columns.len();
        let mut numbers = BTreeMap::<String, usize>::new();
        let (mut values, mut lines) = (Vec::new(), Vec::new());
        for (line, (written, plain)) in cells {
            let number = *numbers.entry(written.to_string()).or_insert_with(|| {
                values.push(written);
                values.len() - 1
            });
            self.lines[line].insert(at, Cell { number, plain });
            lines.push(line);
        }
        let costs = values.iter().map(|value| cost(&column_key, value)).collect();
        let folds = replaces_whole(&column_key, &values, schemas);
        let may_be_cut = may_be_cut(&column_key, schemas);
        let shared = shared.and_then(|list| numbers.get(&list.to_string()).copied());
        self.columns.push(Column { column_key, values, costs, lines, folds, may_be_cut, shared });
    }

    /// The number of what stands in a column of an account, if it has the field.
    pub fn number(&self, line: usize, at: usize) -> Option<usize> {
        self.lines[line].get(&at).map(|cell| cell.number)
    }

    /// Whether `defaults` reaches this account in this field: it has the provider's block, or uses the variable.
    pub fn reaches(&self, line: usize, column_key: &ColumnKey) -> bool {
        match column_key {
            ColumnKey::Partition => true,
            ColumnKey::Field(provider, _) | ColumnKey::Added(provider, ..) => self.managed[line].contains(provider),
            ColumnKey::Var(name) => self.vars[line].contains_key(name),
        }
    }

    /// How many accounts `defaults` reaches in the field of a column.
    pub fn reached(&self, column: &Column) -> usize {
        let of_block = column.column_key.provider().and_then(|provider| self.blocks.get(provider));
        of_block.copied().unwrap_or(column.lines.len())
    }

    /// Whether an account follows the shared list of a column.
    pub fn follows(&self, line: usize, at: usize) -> bool {
        self.columns[at].shared.is_some_and(|shared| self.number(line, at) == Some(shared))
    }
}
