//! What is known of one column: what its values cost, and how layers treat them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::ColumnKey;
use crate::importer::account_draft::Schemas;
use crate::model::schema::{BlockSchema, FieldSchema, FieldType};

/// `defaults` says a field only if no more than one in so many accounts lacks it.
const ONE_LACKS_IT_IN: usize = 6;

/// Roughly what the field costs where it is written out: its own text, its key, and its share of the keys above.
pub fn cost(column_key: &ColumnKey, value: &Value) -> usize {
    const INDENT: usize = 8;
    let keys = match column_key {
        ColumnKey::Partition => 13,
        ColumnKey::Field(_, path) | ColumnKey::Added(_, path, _) => path.iter().map(|name| name.len() + INDENT).sum(),
        ColumnKey::Var(name) => name.len() + INDENT,
    };
    keys + value.to_string().len()
}

/// A map in a higher layer is merged with the lower one, field by field, and so is a one-of that names the same arm: it
/// takes its place completely only if all have the same fields.
pub fn replaces_whole(column_key: &ColumnKey, values: &[Value], schemas: &Schemas) -> bool {
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

pub fn may_be_cut(column_key: &ColumnKey, schemas: &Schemas) -> bool {
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

/// The type of the field that a column is for.
pub fn field_type<'a>(column_key: &ColumnKey, schemas: &'a Schemas) -> Option<&'a FieldType> {
    let ColumnKey::Field(provider, path) = column_key else { return None };
    let (last, above) = path.split_last()?;
    let block = above.iter().try_fold(*schemas.get(provider)?, |block, name| block.block(name))?;
    block.fields.get(last).map(|field| &field.field_type)
}

/// Whether `defaults` may say a field that so many of the accounts that it reaches lack.
pub fn may_lack(lacking: usize, reached: usize, may_be_cut: bool) -> bool {
    lacking == 0 || (may_be_cut && lacking * ONE_LACKS_IT_IN <= reached)
}
