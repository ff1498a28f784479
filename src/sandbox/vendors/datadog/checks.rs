//! What Datadog v2 refuses in a write. The order of the checks is ours; the bodies are in `answers`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::answers::{self, Problems};
use super::attributes::AUTH_CONFIG;
use super::{catalogs, merge};
use crate::model::value::at;
use crate::model::{Path, Request, Response};
use crate::sandbox::table::Table;

const PARTITIONS: &[&str] = &["aws", "aws-cn", "aws-us-gov"];

/// The attributes in a request's envelope, without what only the server writes and without an external id of `""`,
/// which says nothing.
pub fn attributes(request: &Request) -> Result<Value, Response> {
    let body = request.body.as_ref().ok_or_else(|| answers::malformed("request body is missing"))?;
    if !body.json.is_object() {
        return Err(answers::malformed("request body is not a JSON object"));
    }
    let attributes = at(at(&body.json, "data"), "attributes").as_object();
    let mut fields =
        attributes.cloned().ok_or_else(|| answers::malformed("request body has no object data.attributes"))?;
    fields.retain(|name, value| !matches!(name.as_str(), "created_at" | "modified_at") && !value.is_null());
    if let Some(auth) = fields.get_mut("auth_config").and_then(Value::as_object_mut) {
        auth.retain(|name, value| name != "external_id" || value != "");
    }
    Ok(Value::Object(fields))
}

/// Attributes a request cannot do without.
pub fn required(sent: &Value, names: &[&str], problems: &mut Problems) {
    for name in names.iter().filter(|name| at(sent, name).is_null()) {
        merge::note(&Path::root().field(name), "required", problems);
    }
}

/// The attributes that say which account it is; `held` is the row's own, which they cannot change.
pub fn identity(held: &Value, sent: &Value, problems: &mut Problems) {
    let (account, partition) = (at(sent, "aws_account_id"), at(sent, "aws_partition"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !account.is_null() && account != at(held, "aws_account_id") && !account.as_str().is_some_and(digits) {
        merge::note(&Path::dotted("aws_account_id"), format!("invalid account id: {}", plain(account)), problems);
    }
    if !partition.is_null() && !PARTITIONS.iter().any(|known| partition == known) {
        merge::note(&Path::dotted("aws_partition"), format!("invalid partition: {}", plain(partition)), problems);
    }
    for name in ["aws_account_id", "aws_partition"] {
        let (before, after) = (at(held, name), at(sent, name));
        if !before.is_null() && !after.is_null() && before != after {
            let why = || format!("cannot be changed from {} to {}", plain(before), plain(after));
            problems.entry(name.to_owned()).or_insert_with(why);
        }
    }
}

/// Whether `sent` names another way in than the row has.
pub fn switches_auth(held: &Value, sent: &Value) -> bool {
    let arms = |value: &Value| {
        value.as_object().map_or_else(Vec::new, |fields: &Map<String, Value>| merge::arms(&AUTH_CONFIG, fields))
    };
    let (before, after) = (arms(at(held, "auth_config")), arms(at(sent, "auth_config")));
    held.get("auth_config").is_some() && after.len() == 1 && before != after
}

/// Names and keys are strings that say something; a role's has at most 576 characters (published specification). A
/// secret's value is not here in process, only a `null` in its place.
pub fn auth(sent: &Value, problems: &mut Problems) {
    for (field, longest) in [("role_name", 576), ("access_key_id", usize::MAX), ("secret_access_key", usize::MAX)] {
        let value = at(at(sent, "auth_config"), field);
        if !value.is_null() && !value.as_str().is_some_and(|text| (1..=longest).contains(&text.chars().count())) {
            merge::note(&Path::dotted("auth_config").field(field), "too short, too long, or not a string", problems);
        }
    }
}

/// What only the whole account can show: values out of no catalog, and CSPM on its own.
pub fn merged(held: &Value, sent: &Value, merged: &Value, problems: &mut Problems) {
    let filters = ["metrics_config.namespace_filters.include_only", "metrics_config.namespace_filters.exclude_only"];
    unknown(held, merged, &filters, catalogs::NAMESPACES, "namespaces", problems);
    unknown(held, merged, &["logs_config.lambda_forwarder.sources"], catalogs::LOG_SOURCES, "sources", problems);
    let (before, after) = (at(held, "resources_config"), at(merged, "resources_config"));
    let cspm = |resources: &Value| at(resources, "cloud_security_posture_management_collection") == true;
    let extended = at(after, "extended_collection");
    let alone = extended == false || extended.is_null() && !cspm(before);
    if sent.get("resources_config").is_some() && cspm(after) && alone {
        let field = "resources_config.cloud_security_posture_management_collection";
        merge::note(&Path::dotted(field), "requires extended_collection", problems);
    }
}

/// Whether an account has this external id.
pub fn held_by_a_row(table: &Table, external_id: &Value) -> bool {
    table.rows.iter().any(|row| at(at(at(row, "attributes"), "auth_config"), "external_id") == external_id)
}

/// Values at `fields` that are in no catalog and not in the row already; rows of saved worlds may hold what the catalog
/// here lacks.
fn unknown(held: &Value, merged: &Value, fields: &[&str], catalog: &[&str], what: &str, problems: &mut Problems) {
    let strings = |account: &Value, field: &str| {
        let value = field.split('.').fold(account, |value, name| at(value, name));
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let before: BTreeSet<String> = fields.iter().flat_map(|field| strings(held, field)).collect();
    for field in fields {
        let mut strange = strings(merged, field);
        strange.retain(|value| !catalog.contains(&value.as_str()) && !before.contains(value));
        if !strange.is_empty() {
            merge::note(&Path::dotted(field), format!("invalid {what}: [{}]", strange.join(" ")), problems);
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
