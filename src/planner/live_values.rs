//! A live value in the form in which the `before` of a field's change has it, and a declared block in that of its `after`.

use serde_json::Value;

use super::lists_as_sets::canonical;
use crate::model::Node;
use crate::model::schema::BlockSchema;
use crate::model::value::is_void;

/// A live block as it is shown: without what is null, and of a one-of only the arms that hold something, if any does.
pub(super) fn live_arms(block: &BlockSchema, live: &Value) -> Value {
    let mut fields = live.as_object().cloned().unwrap_or_default();
    fields.retain(|_, value| !value.is_null());
    let holds = |value: &Value| !is_void(value) && *value != Value::Bool(false);
    if fields.iter().any(|(name, value)| block.is_in_arm(name) && holds(value)) {
        fields.retain(|name, value| !block.is_in_arm(name) || holds(value));
    }
    canonical(&Value::Object(fields))
}

/// A live entry of a list without the field by which it is told from others.
pub(super) fn without_field(row: &Value, field: &str) -> Value {
    let fields = row.as_object().into_iter().flatten().filter(|(name, _)| *name != field);
    fields.map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into()
}

/// A block as it was written, without its references to secrets.
pub(super) fn without_secrets(node: &Node, block: &BlockSchema) -> Value {
    node.only(|field| block.fields.get(field).is_some_and(|field| field.secret_with.is_none())).json()
}
