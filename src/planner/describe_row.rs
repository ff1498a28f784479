//! What people know a live row by, read off the row by what its schema says of the fields.

use serde_json::Value;

use super::comparable;
use crate::model::row_description::Described;
use crate::model::schema::{BlockSchema, FieldType, TextFormat, ValueType};
use crate::model::value::{at, inline};
use crate::model::{Observed, RowSchema};

/// What the row says of itself; nothing where it cannot be read.
pub fn describe(row: &Observed, shape: &RowSchema) -> Described {
    let mut described = Described::default();
    if let Ok(live) = comparable(row, shape) {
        described.name = at(&live, "name")
            .as_str()
            .filter(|name| !name.is_empty() && shape.block.fields.contains_key("name"))
            .map(str::to_owned);
        read(&shape.block, &live, &mut described);
    }
    described
}

fn read(block: &BlockSchema, live: &Value, described: &mut Described) {
    for (name, field) in block.fields.iter() {
        match (field.field_type, at(live, name)) {
            (FieldType::Value(ValueType::Text(TextFormat::RoleName | TextFormat::RoleArn)), Value::String(role))
                if !role.is_empty() =>
            {
                described.role.get_or_insert_with(|| role.clone());
            }
            (FieldType::Value(ValueType::Text(TextFormat::AccessKeyId)), Value::String(key)) if !key.is_empty() => {
                described.access_key.get_or_insert_with(|| key.clone());
            }
            (FieldType::Value(ValueType::Map { are_tags: true }), Value::Object(tags)) => {
                described.tags.extend(tags.iter().map(|(tag, value)| format!("{tag}={}", inline(value))));
            }
            (FieldType::Set(TextFormat::Tag), value) => {
                described.tags.extend(value.as_array().into_iter().flatten().map(inline));
            }
            (FieldType::Block(inner), value) => read(inner, value, described),
            (FieldType::Value(_) | FieldType::Set(_) | FieldType::Keyed { .. } | FieldType::Switches(_), _) => {}
        }
    }
}
