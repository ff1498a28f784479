//! One live block as leaves: everything that can be written in a config and holds something.
//!
//! What is empty is left out: silence means leave alone. So is what the vendor makes up, what the schema does not know,
//! and what a config cannot say; the last is noted. A switch is a leaf of its own, since layers merge switches name by
//! name.

use serde_json::{Map, Value, json};

use super::account_draft::Leaves;
use super::note::Note;
use crate::model::schema::{BlockSchema, FieldType, TextFormat, ValueType};
use crate::model::value::{at, is_void};

/// Leaves, and what was left out.
#[derive(Debug, Default)]
pub struct ReadRow {
    /// What the block holds.
    pub leaves: Leaves,
    /// Fields in which nothing is live.
    pub empty: Vec<Vec<String>>,
    /// A path that cannot be written, and why.
    pub notes: Vec<Note>,
}

/// Reads a live block. `secret` names the variable for a secret field.
pub fn read(block: &BlockSchema, live: &Value, secret: &dyn Fn(&str) -> String) -> ReadRow {
    let mut read = ReadRow::default();
    RowReader { secret, whatever: false }.split(block, live, &mut Vec::new(), &mut read);
    read
}

/// How live values are read.
pub struct RowReader<'a> {
    /// The variable for a secret field.
    pub secret: &'a dyn Fn(&str) -> String,
    /// Whether a value is wanted that the vendor makes up, or that says that there is none.
    pub whatever: bool,
}

impl RowReader<'_> {
    /// Goes down through plain blocks; everything else is a leaf. A whole account may be a one-of with fields beside
    /// it.
    fn split(&self, block: &BlockSchema, live: &Value, path: &mut Vec<String>, read: &mut ReadRow) {
        let nothing = Map::new();
        let arm = held_arm(block, live.as_object().unwrap_or(&nothing));
        if let Err(why) = &arm {
            let fields = block.arms.concat().into_iter().map(|name| [path.as_slice(), &[name.to_owned()]].concat());
            read.notes.push(Note::LeftOut { fields: fields.collect(), why: why.clone() });
        }
        let arm = arm.unwrap_or_default();
        for (name, field) in block.fields.iter().filter(|(name, _)| !is_in_another_arm(block, name, arm)) {
            path.push(name.to_owned());
            let value = at(live, name);
            match &field.field_type {
                FieldType::Block(inner) if !inner.is_choice() => self.split(inner, value, path, read),
                FieldType::Switches(_) => switches(value, path, read),
                _ => match self.field(block, name, live) {
                    Ok(Some(value)) => drop(read.leaves.insert(path.clone(), value)),
                    Ok(None) if field.assigned || field.secret_with.is_some() => {}
                    Ok(None) => read.empty.push(path.clone()),
                    Err(why) => read.notes.push(Note::left_out(path, why)),
                },
            }
            path.pop();
        }
    }

    /// One field's value; nothing if it is void, or not for a config to say.
    ///
    /// # Errors
    /// Why a config cannot say it.
    pub fn field(&self, block: &BlockSchema, name: &str, live: &Value) -> Result<Option<Value>, String> {
        let Some(field) = block.fields.get(name) else { return Ok(None) };
        let value = at(live, name);
        if let Some(sibling) = &field.secret_with {
            return Ok((!is_void(at(live, sibling))).then(|| json!({ "env": (self.secret)(name) })));
        }
        let says_none = match field.field_type {
            FieldType::Value(ValueType::Map { are_tags: true }) => false,
            FieldType::Value(_) => {
                let format = field.field_type.text_format().unwrap_or(TextFormat::Any);
                matches!(format, TextFormat::Any | TextFormat::Clearable | TextFormat::Catalog { .. }) && value == ""
            }
            _ => false,
        };
        if ((field.assigned || says_none) && !self.whatever) || is_void(value) {
            return Ok(None);
        }
        match &field.field_type {
            FieldType::Value(_) if !is_single(value) => Err("it is no single value".to_owned()),
            FieldType::Switches(_) if !value.is_object() => Err("it is no map of switches".to_owned()),
            FieldType::Value(_) | FieldType::Switches(_) => Ok(Some(value.clone())),
            FieldType::Set(_) => set(value).map(Some),
            FieldType::Keyed { by, item } => self.keyed(by, item, value),
            FieldType::Block(inner) => self.block(inner, value, None),
        }
    }

    /// A whole block as one value: a one-of, or what is in a keyed list.
    fn block(&self, block: &BlockSchema, live: &Value, but: Option<&str>) -> Result<Option<Value>, String> {
        let Some(fields) = live.as_object() else { return Err("it is not a block of fields".to_owned()) };
        let arm = held_arm(block, fields)?;
        let mut held = Map::new();
        for name in block.fields.keys().filter(|name| but != Some(*name) && !is_in_another_arm(block, name, arm)) {
            if let Some(value) = self.field(block, name, live)? {
                held.insert(name.to_owned(), value);
            }
        }
        Ok((!held.is_empty()).then_some(Value::Object(held)))
    }

    /// Entries that say something beside their key, by key.
    fn keyed(&self, by: &str, item: &BlockSchema, live: &Value) -> Result<Option<Value>, String> {
        let rows = live.as_array().ok_or_else(|| "it is not a list".to_owned())?;
        let mut entries = Vec::new();
        for row in rows {
            let fields = row.as_object().ok_or_else(|| "an entry is no block of fields".to_owned())?;
            if fields.iter().all(|(name, value)| name == by || is_void(value)) {
                continue;
            }
            let key = at(row, by).as_str().ok_or_else(|| format!("an entry has no `{by}`"))?;
            if entries.iter().any(|(known, _): &(String, Value)| known == key) {
                return Err(format!("two entries have the same `{by}`"));
            }
            let mut held = self.block(item, row, Some(by))?.unwrap_or_else(|| json!({}));
            held[by] = json!(key);
            entries.push((key.to_owned(), held));
        }
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let entries: Vec<Value> = entries.into_iter().map(|(_, entry)| entry).collect();
        Ok((!entries.is_empty()).then_some(Value::Array(entries)))
    }
}

/// Each switch by itself.
fn switches(live: &Value, path: &[String], read: &mut ReadRow) {
    if is_void(live) {
        read.empty.push(path.to_vec());
    }
    if !live.is_object() && !is_void(live) {
        read.notes.push(Note::left_out(path, "it is no map of switches"));
    }
    for (name, on) in live.as_object().into_iter().flatten() {
        let path = [path, std::slice::from_ref(name)].concat();
        match on {
            Value::Bool(_) => drop(read.leaves.insert(path, on.clone())),
            Value::Null => {}
            _ => read.notes.push(Note::left_out(&path, "it is no switch")),
        }
    }
}

/// One value, or a map of names to such.
fn is_single(value: &Value) -> bool {
    let is_one = |value: &Value| !value.is_array() && !value.is_object();
    is_one(value)
        || value.as_object().is_some_and(|fields| fields.values().all(|value| is_one(value) && !value.is_null()))
}

/// The arm that a live one-of holds, judged as the planner judges it: of several, those that are empty or off do not
/// count.
fn held_arm(block: &BlockSchema, fields: &Map<String, Value>) -> Result<Option<usize>, String> {
    let holding = |wanted: fn(&Value) -> bool| {
        block.arms_among(
            fields
                .iter()
                .filter(|(_, value)| wanted(value))
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
                .into_iter(),
        )
    };
    let named = holding(|value| !value.is_null());
    let held = if named.len() > 1 { holding(|value| !is_void(value) && *value != Value::Bool(false)) } else { named };
    match held[..] {
        [] => Ok(None),
        [arm] => Ok(Some(arm)),
        _ => Err("it holds several forms that exclude each other".to_owned()),
    }
}

/// Whether a field belongs to an arm that is not the one that is held.
fn is_in_another_arm(block: &BlockSchema, name: &str, held: Option<usize>) -> bool {
    block.arms.iter().enumerate().any(|(at, names)| Some(at) != held && names.contains(&name))
}

/// A list whose order means nothing: sorted, each element once.
fn set(live: &Value) -> Result<Value, String> {
    let items = live.as_array().ok_or_else(|| "it is not a list".to_owned())?;
    if items.iter().any(|item| item.is_array() || item.is_object() || item.is_null()) {
        return Err("an element is no single value".to_owned());
    }
    let mut items = items.clone();
    items.sort_by_key(crate::model::value::inline);
    items.dedup();
    Ok(Value::Array(items))
}
