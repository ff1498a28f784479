//! The two spellings of a row: flat and snake_case in YAML, nested and camelCase on the wire. Pure.
//!
//! Four fields of YAML stand at the top of a row, the rest in the service's own block. A row goes back with everything
//! but what only Wavefront writes and the external id, so that fields which heeler does not know survive: a PUT
//! replaces an integration.

use heck::ToLowerCamelCase;
use serde_json::{Map, Value, json};

use super::account::{Account, ENABLED, EXTERNAL_ID};
use super::service::Service;
use crate::model::schema::{FieldType, TextFormat, ValueType, View};
use crate::model::update_body::overlay;
use crate::model::value::{at, is_void};
use crate::model::{Desired, Node};

/// What Wavefront's documentation says an absent refresh rate is.
const DEFAULT_REFRESH_RATE: u64 = 5;
/// What only Wavefront writes, and `forceSave`, which is always read as false and would skip the check of the role.
const ITS_OWN: [&str; 15] = [
    "createdEpochMillis",
    "updatedEpochMillis",
    "creatorId",
    "updaterId",
    "deleted",
    "inTrash",
    "disabled",
    "lastError",
    "lastErrorMs",
    "lastErrorEvent",
    "lastMetricCount",
    "lastReceivedDataPointMs",
    "lastProcessingTimestamp",
    "lastProcessorId",
    "forceSave",
];
/// YAML's names for what stands at the top of a row; `enabled` is written by requests of its own.
const TOP: [(&str, &str); 3] = [
    (Account::name.name(), "name"),
    (Account::additional_tags.name(), "additionalTags"),
    (Account::refresh_rate_minutes.name(), "serviceRefreshRateInMins"),
];

/// A row as it is compared. What Wavefront leaves out is there as what its absence means: no filter, the documented
/// rate, switched on.
pub fn compared(service: Service, row: &Value) -> Value {
    let block = at(row, service.block());
    let mut fields = Map::new();
    for (name, field) in service.compared().fields.iter() {
        let value = match (top(name), name) {
            (Some(top), _) => at(row, top).clone(),
            (None, ENABLED) => json!(is_enabled(row)),
            (None, _) => at(block, &name.to_lower_camel_case()).clone(),
        };
        let clearable = matches!(field.field_type, FieldType::Value(ValueType::Text(TextFormat::Clearable)));
        let value = match value {
            Value::Null if clearable => json!(""),
            Value::Null if name == Account::refresh_rate_minutes.name() => json!(DEFAULT_REFRESH_RATE),
            value => value,
        };
        fields.insert(name.to_owned(), value);
    }
    // Compared with a declared one only where Wavefront tells.
    fields.insert(EXTERNAL_ID.to_owned(), at(at(block, "baseCredentials"), "externalId").clone());
    Value::Object(fields)
}

/// Whether a row collects; it does unless it says otherwise.
pub fn is_enabled(row: &Value) -> bool {
    at(row, "disabled") != &Value::Bool(true)
}

/// What a block says of `enabled`.
pub fn wants_enabled(node: &Node) -> Option<bool> {
    View::<Account>::of(node).value(Account::enabled)
}

/// A new integration, with every declared field.
pub fn created(service: Service, desired: &Desired, external_id: &str) -> Value {
    let mut body =
        json!({ "service": service.word(), service.block(): { "baseCredentials": { "externalId": external_id } } });
    body[service.block()]["baseCredentials"]["roleArn"] = json!(desired.key.name);
    lay(&mut body, service, &desired.node);
    body
}

/// A row as it may be written back: what only Wavefront writes is gone, and so is the external id.
pub fn writable(service: Service, row: &Value) -> Value {
    let mut body = row.as_object().cloned().unwrap_or_default();
    body.retain(|name, value| !value.is_null() && !ITS_OWN.contains(&name.as_str()));
    let mut block = at(row, service.block()).clone();
    if let Some(credentials) = block.get_mut("baseCredentials").and_then(Value::as_object_mut) {
        credentials.remove("externalId");
    }
    body.insert("service".to_owned(), json!(service.word()));
    body.insert(service.block().to_owned(), block);
    Value::Object(body)
}

/// The fields of a block that a row does not have so. Lists are sets, and what is empty is as good as absent.
pub fn differing(service: Service, row: &Value, node: &Node) -> Node {
    let sorted = |value: &Value| {
        let mut items: Vec<String> = value.as_array().into_iter().flatten().map(Value::to_string).collect();
        items.sort_unstable();
        items
    };
    let (live, declared) = (compared(service, row), overlay(node, service.compared(), &Value::Null, None).json);
    node.only(|name| {
        let (live, declared) = (at(&live, name), at(&declared, name));
        let alike = live == declared
            || (is_void(live) && is_void(declared))
            || (live.is_array() && declared.is_array() && sorted(live) == sorted(declared));
        !alike
    })
}

/// Lays the fields of a block over a body.
pub fn lay(body: &mut Value, service: Service, node: &Node) {
    let declared = overlay(node, service.compared(), &Value::Null, None).json;
    for (name, value) in declared.as_object().into_iter().flatten().filter(|(name, _)| *name != ENABLED) {
        match top(name) {
            Some(top) => body[top] = value.clone(),
            None => body[service.block()][name.to_lower_camel_case()] = value.clone(),
        }
    }
}

fn top(name: &str) -> Option<&'static str> {
    TOP.iter().find(|(yaml, _)| *yaml == name).map(|(_, wire)| *wire)
}
