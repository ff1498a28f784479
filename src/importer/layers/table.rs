//! Drafts laid out as a table: a line per account, a column per field, and in each cell a number for what stands there.
//!
//! The same number in one column is the same text in a layer. A value is written with names in it, such as
//! `${aws_account_id}`, only where that makes it the same for several accounts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::value_forms::ValueForms;
use crate::importer::draft::{Draft, Schemas};
use crate::model::schema::{BlockSchema, FieldSchema, FieldType};

/// Which field a column is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnKey {
    /// The account's `aws_partition`.
    Partition,
    /// A path below a provider's block.
    Field(&'static str, Vec<String>),
}

/// One field over all accounts.
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
}

/// All fields over all accounts.
pub struct Table {
    /// In the order of their slots.
    pub columns: Vec<Column>,
    /// One per draft: the number in each column, if it has the field.
    pub lines: Vec<Vec<Option<usize>>>,
    /// One per draft: its value in each column as it is, without names in it.
    pub plain: Vec<Vec<Option<Value>>>,
    /// One per draft: the providers whose block it has.
    pub managed: Vec<BTreeSet<&'static str>>,
}

/// Lays drafts out. With `named`, values may be written with names in them.
pub fn lay_out(drafts: &[Draft], schemas: &Schemas, named: bool) -> Table {
    let paths = drafts.iter().flat_map(|draft| {
        draft.blocks.iter().flat_map(|(provider, leaves)| leaves.keys().map(|path| (*provider, path)))
    });
    let mut slots: BTreeSet<ColumnKey> =
        paths.map(|(provider, path)| ColumnKey::Field(provider, path.clone())).collect();
    slots.insert(ColumnKey::Partition);
    let managed = drafts.iter().map(|draft| draft.blocks.keys().copied().collect()).collect();
    let mut table = Table {
        columns: Vec::new(),
        lines: vec![Vec::new(); drafts.len()],
        plain: vec![Vec::new(); drafts.len()],
        managed,
    };
    for column_key in slots {
        let forms: Vec<Option<ValueForms>> = drafts.iter().map(|draft| forms(draft, &column_key)).collect();
        let chosen = chosen(&forms, named);
        let mut numbers = BTreeMap::<String, usize>::new();
        let mut values = Vec::new();
        for ((line, plain), (form, chosen)) in
            table.lines.iter_mut().zip(&mut table.plain).zip(forms.iter().zip(chosen))
        {
            line.push(chosen.map(|value| {
                *numbers.entry(value.to_string()).or_insert_with(|| {
                    values.push(value.clone());
                    values.len() - 1
                })
            }));
            plain.push(form.as_ref().map(|form| form.plain.clone()));
        }
        let costs = values.iter().map(|value| cost(&column_key, value)).collect();
        let folds = replaces_whole(&column_key, &values, schemas);
        let may_be_cut = may_be_cut(&column_key, schemas);
        table.columns.push(Column { column_key, values, costs, folds, may_be_cut });
    }
    table
}

fn forms(draft: &Draft, column_key: &ColumnKey) -> Option<ValueForms> {
    match column_key {
        ColumnKey::Partition => {
            let partition = Value::from(draft.partition.as_str());
            Some(ValueForms { plain: partition.clone(), by_account: partition.clone(), by_partition: partition })
        }
        ColumnKey::Field(provider, path) => {
            Some(ValueForms::of(draft.blocks.get(provider)?.get(path)?, draft.account.as_deref(), &draft.partition))
        }
    }
}

/// The form of each that most of them share: with names only where several accounts become the same by it.
fn chosen(forms: &[Option<ValueForms>], named: bool) -> Vec<Option<&Value>> {
    let kinds = |of: fn(&ValueForms) -> &Value, finer: fn(&ValueForms) -> &Value| {
        let mut kinds = BTreeMap::<String, BTreeSet<String>>::new();
        for form in forms.iter().flatten().filter(|_| named) {
            kinds.entry(of(form).to_string()).or_default().insert(finer(form).to_string());
        }
        kinds.into_iter().filter(|(_, finer)| finer.len() > 1).map(|(kind, _)| kind).collect::<BTreeSet<String>>()
    };
    let by_partition = kinds(|form| &form.by_partition, |form| &form.by_account);
    let by_account = kinds(|form| &form.by_account, |form| &form.plain);
    let choose = |form: &ValueForms| -> usize {
        match () {
            () if by_partition.contains(&form.by_partition.to_string()) => 2,
            () if by_account.contains(&form.by_account.to_string()) => 1,
            () => 0,
        }
    };
    let choose = |form| match choose(form) {
        2 => &form.by_partition,
        1 => &form.by_account,
        _ => &form.plain,
    };
    forms.iter().map(|form| form.as_ref().map(choose)).collect()
}

/// Roughly what the field costs where it is written out: its own text, its key, and its share of the keys above.
fn cost(column_key: &ColumnKey, value: &Value) -> usize {
    const INDENT: usize = 8;
    let keys = match column_key {
        ColumnKey::Partition => 13,
        ColumnKey::Field(_, path) => path.iter().map(|name| name.len() + INDENT).sum(),
    };
    keys + value.to_string().len()
}

/// A map in a higher layer is merged with the lower one, field by field, and so is a one-of that names the same arm: it
/// takes its place completely only if all have the same fields.
fn replaces_whole(column_key: &ColumnKey, values: &[Value], schemas: &Schemas) -> bool {
    let ColumnKey::Field(provider, path) = column_key else { return true };
    let block = schemas.get(provider).and_then(|block| one_of(block, path));
    let mut fields_by_arm = BTreeMap::<Vec<usize>, BTreeSet<Vec<&str>>>::new();
    for value in values.iter().filter_map(Value::as_object) {
        let fields: Vec<&str> = value.keys().map(String::as_str).collect();
        let arms = block.map_or_else(Vec::new, |block| block.arms_among(fields.iter().copied()));
        fields_by_arm.entry(arms).or_default().insert(fields);
    }
    fields_by_arm.values().all(|fields| fields.len() == 1)
}

fn may_be_cut(column_key: &ColumnKey, schemas: &Schemas) -> bool {
    let ColumnKey::Field(provider, path) = column_key else { return false };
    let Some((block, first)) = schemas.get(provider).zip(path.first()) else { return false };
    let is_plain = |field: &FieldSchema| !field.auth && !field.required && !field.not_compared && !field.is_key;
    let in_arm = block.arms.iter().any(|arm| arm.contains(&first.as_str()));
    !in_arm && !block.needs.contains(&first.as_str()) && block.fields.get(first).is_some_and(is_plain)
}

/// The one-of at a path.
pub fn one_of<'a>(block: &'a BlockSchema, path: &[String]) -> Option<&'a BlockSchema> {
    let (first, rest) = path.split_first()?;
    match &block.fields.get(first)?.field_type {
        FieldType::Block(inner) if rest.is_empty() => Some(inner),
        FieldType::Block(inner) => one_of(inner, rest),
        FieldType::Value(_) | FieldType::Set(_) | FieldType::Keyed { .. } | FieldType::Switches(_) => None,
    }
}

impl Table {
    /// Whether `defaults` reaches this account in this field: it has the provider's block.
    pub fn reaches(&self, line: usize, column_key: &ColumnKey) -> bool {
        match column_key {
            ColumnKey::Partition => true,
            ColumnKey::Field(provider, _) => self.managed[line].contains(provider),
        }
    }
}
