//! Which fields of an entry a plan's changes are about, and what is live of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{SkipReason, SkippedField};
use crate::importer::managed_values::emptied;
use crate::importer::row_reader::RowReader;
use crate::model::path::Step;
use crate::model::schema::{BlockSchema, FieldType, ValueType};
use crate::model::value::at;
use crate::model::{Change, FieldChange, Key, Node, Path};

/// One field, as an entry says it.
pub struct Field {
    /// The keys that lead to it in its row's block.
    pub path: Vec<String>,
    /// What stands there.
    pub form: Form,
    /// What is live.
    pub live: Value,
}

/// What stands in a field.
pub enum Form {
    /// One value.
    Single,
    /// A one-of of which another arm is live.
    Whole,
    /// A map with free keys, which merges key by key.
    Map,
    /// A list of texts.
    Set,
    /// A list of maps.
    Keyed {
        /// What they are told apart by.
        by: &'static str,
        /// Those that differ.
        changed: BTreeSet<String>,
    },
}

/// The fields that these changes are about; and those that are not taken.
pub fn fields(
    key: &Key,
    block: &BlockSchema,
    live: &Value,
    changes: &[&FieldChange],
) -> (Vec<Field>, Vec<SkippedField>) {
    let (mut found, mut left) = (BTreeMap::<Vec<String>, Field>::new(), Vec::new());
    for FieldChange { path, change, .. } in changes {
        let not_taken = |why| SkippedField { key: key.clone(), field: path.clone(), why };
        match change {
            Change::Set { .. } | Change::Elements { .. } if !block.is_authentication(path) => {
                match field(block, live, path) {
                    Ok(field) => match found.get_mut(&field.path) {
                        Some(known) => known.add(field),
                        None => drop(found.insert(field.path.clone(), field)),
                    },
                    Err(why) => left.push(not_taken(why)),
                }
            }
            // A secret is sent along with what is told of authentication.
            Change::Secret { .. } => {}
            Change::Set { .. } | Change::Elements { .. } | Change::Output { .. } => {
                left.push(not_taken(SkipReason::Authentication));
            }
        }
    }
    (found.into_values().collect(), left)
}

/// The siblings without which what is live of these fields could not be declared, where nobody declares them: each with
/// the field that needs it.
pub fn needed(block: &BlockSchema, node: &Node, live: &Value, fields: &[Field]) -> Vec<(Field, String)> {
    let sibling = |field: &Field| {
        let (name, above) = field.path.split_last()?;
        let around = above.iter().try_fold(block, |block, key| block.block(key))?;
        let requires = around.fields.get(name)?.requires.filter(|_| field.live == Value::Bool(true))?;
        let path = Path::dotted(&[above, &[requires.to_owned()]].concat().join("."));
        let is_said = above.iter().map(String::as_str).chain([requires]).try_fold(node, |node, key| node.get(key));
        let is_taken = fields.iter().any(|other| other.path.join(".") == path.to_string());
        let needed = self::field(block, live, &path).ok();
        needed.filter(|_| is_said.is_none() && !is_taken).map(|needed| (needed, field.path.join(".")))
    };
    fields.iter().filter_map(sibling).collect()
}

impl Field {
    /// Another difference in the same field.
    fn add(&mut self, other: Field) {
        if let (Form::Keyed { changed, .. }, Form::Keyed { changed: more, .. }) = (&mut self.form, other.form) {
            changed.extend(more);
        }
    }
}

fn field(block: &BlockSchema, live: &Value, path: &Path) -> Result<Field, SkipReason> {
    let (mut here, mut value) = (block, live);
    let mut names = Vec::new();
    let mut around = (block, live);
    let mut steps = path.steps().iter();
    while let Some(Step::Field(name)) = steps.next() {
        names.push(name.to_string());
        let Some(field) = here.fields.get(name) else { return Err(SkipReason::Unsayable("it is no field".to_owned())) };
        around = (here, value);
        value = at(value, name);
        match field.field_type {
            FieldType::Block(inner) => here = inner,
            FieldType::Switches(_) => {
                let Some(Step::Field(switch)) = steps.next() else { break };
                names.push(switch.to_string());
                let on = at(value, switch).as_bool().ok_or(SkipReason::NothingLive)?;
                return Ok(Field { path: names, form: Form::Single, live: json!(on) });
            }
            FieldType::Value(ValueType::Map { .. }) => return read(around, names, Form::Map),
            FieldType::Value(_) => return read(around, names, Form::Single),
            FieldType::Set(_) => return read(around, names, Form::Set),
            FieldType::Keyed { by, .. } => {
                let changed = steps.next().and_then(|step| if let Step::Entry(key) = step { Some(key) } else { None });
                return read(around, names, Form::Keyed { by, changed: changed.cloned().into_iter().collect() });
            }
        }
    }
    read(around, names, Form::Whole)
}

/// What is live of the last of these names.
fn read((block, live): (&BlockSchema, &Value), path: Vec<String>, form: Form) -> Result<Field, SkipReason> {
    let reader = RowReader { secret: &|_| String::new(), whatever: true };
    let name = path.last().map_or("", String::as_str);
    let field_type = block.fields.get(name).map(|field| field.field_type);
    let held = reader.field(block, name, live).map_err(SkipReason::Unsayable)?;
    let is_map = matches!(form, Form::Map);
    let empty = || emptied(is_map, &field_type?, at(live, name));
    let live = held.or_else(empty).ok_or(SkipReason::NothingLive)?;
    Ok(Field { path, form, live })
}
