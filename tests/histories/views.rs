//! How the promises look at a vendor's rows: as heeler compares them, by path; and what of them heeler has no name for.

use std::collections::BTreeMap;

use heeler::model::Key;
use heeler::model::value::{at, is_void};
use heeler::planner::comparable;
use heeler::providers::{Provider, Scope};
use heeler::sandbox::{Sandbox, World};
use serde_json::{Map, Value};

use crate::config::Resource;
use crate::vendors::BACKENDS;

/// Every row that is not in a trash, and what it belongs to.
pub fn living_rows(sandbox: &Sandbox) -> Vec<(Resource, Value)> {
    let rows =
        BACKENDS.into_iter().flat_map(|backend| sandbox.rows(backend).into_iter().map(move |row| (backend, row)));
    rows.filter(|(_, row)| !is_in_trash(row))
        .filter_map(|(backend, row)| Some((Resource::of_row(backend, &row)?, row)))
        .collect()
}

/// A row's name and what of it is compared, as its provider sees it.
pub async fn seen(resource: Resource, row: &Value) -> (Key, Value) {
    let provider: &dyn Provider = resource.provider();
    let sandbox = Sandbox::new(World::empty(), 1);
    sandbox.edit(provider.backend(), |rows| rows.push(row.clone()));
    let mut found = provider.observe(&sandbox, &Scope::default()).await.expect("a listing");
    let keys = found.rows.keys().cloned().collect();
    provider.observe_unmanaged(&sandbox, &keys, &mut found).await.expect("the rest");
    let (key, observed) = found.rows.pop_first().unwrap_or_else(|| panic!("{} is not listed", row));
    let view = comparable(&observed, key.kind.schema()).expect("a row");
    (key, view)
}

/// Values by path: lists in no order, what has a namespace by it, one-ofs as a whole, nothing that is empty, no
/// secrets, and not what the server makes up.
pub fn leaves(value: &Value) -> BTreeMap<String, Value> {
    leaves_of("", value)
}

/// The same of a value that stands at this path.
pub fn leaves_of(path: &str, value: &Value) -> BTreeMap<String, Value> {
    fn below(path: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
        const ONE_OF: [&str; 3] = ["aws_regions", "namespace_filters", "xray_services"];
        const NOT_COMPARED: [&str; 16] = [
            "secret_access_key",
            "external_id",
            "externalId",
            "id",
            "source",
            "account_id",
            "touched",
            "synced_by_service_id",
            "services_with_triggers_present",
            "aws_account_id",
            "aws_partition",
            "created_at",
            "createdAt",
            "modified_at",
            "updatedAt",
            "CreatorId",
        ];
        let name = path.rsplit('.').next().unwrap_or_default();
        match value {
            _ if NOT_COMPARED.contains(&name) || is_void(value) => {}
            Value::Object(fields) if !ONE_OF.contains(&name) => fields.iter().for_each(|(name, value)| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                below(&path, value, found);
            }),
            Value::Array(entries) if entries.iter().any(|entry| entry.get("namespace").is_some()) => {
                entries.iter().for_each(|entry| {
                    let namespace = entry["namespace"].as_str().unwrap_or_default();
                    let rest = entry
                        .as_object()
                        .into_iter()
                        .flatten()
                        .filter(|(name, value)| *name != "namespace" && !is_void(value));
                    rest.for_each(|(_, value)| drop(found.insert(format!("{path}[{namespace}]"), unordered(value))));
                })
            }
            other => drop(found.insert(path.to_owned(), unordered(other))),
        }
    }
    let mut found = BTreeMap::new();
    below(path, value, &mut found);
    found
}

fn unordered(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(unordered).collect();
            items.sort_by_key(Value::to_string);
            items.into()
        }
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), unordered(value))).collect::<Map<_, _>>().into()
        }
        scalar => scalar.clone(),
    }
}

/// What is in a row that heeler has no name for, and external ids: by pointer.
pub fn foreign_leaves(row: &Value) -> BTreeMap<String, Value> {
    fn below(path: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let path = format!("{path}/{name}");
            let word = name.to_lowercase();
            if word.contains("future") || word.contains("external") {
                found.insert(path, value.clone());
            } else {
                below(&path, value, found);
            }
        }
    }
    let mut found = BTreeMap::new();
    below("", row, &mut found);
    found
}

/// Whether Wavefront lists it in its trash.
pub fn is_in_trash(row: &Value) -> bool {
    at(row, "inTrash") == true || at(row, "deleted") == true
}

/// The same row, brought back.
pub fn out_of_trash(row: &Value) -> Value {
    let mut row = row.clone();
    (row["inTrash"], row["deleted"]) = (false.into(), false.into());
    row
}
