//! The resources of Terraform's Datadog provider in the form of the API that each belongs to.
//!
//! From the provider's documentation: `datadog_integration_aws_account` has v2's own attributes, but for `auth_config`,
//! which holds a block per way in; `null` where nothing is set. The four older ones have v1's, with switches as text,
//! and are about one account together.

use serde_json::{Map, Value, json};

use crate::model::value::at;

/// v2's resource as v2 lists it: without what is not set, and with one block for the way in.
pub fn attributes(says: &Value) -> Value {
    let mut attributes = set(says);
    if let Some(fields) = attributes.as_object_mut()
        && let Some(ways) = fields.remove("auth_config")
    {
        let role = at(&ways, "aws_auth_config_role");
        let fields_of_auth = match at(at(&ways, "aws_auth_config_keys"), "access_key_id") {
            Value::Null => json!({ "role_name": at(role, "role_name") }),
            key => json!({ "access_key_id": key }),
        };
        fields.insert("auth_config".to_owned(), fields_of_auth);
    }
    attributes
}

/// What is set of a value. A block that stands once may be written as a list of one.
fn set(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let once = |name: &str, value: &Value| match value.as_array().map(Vec::as_slice) {
                Some([block @ Value::Object(_)]) if !name.ends_with("_filters") || name == "namespace_filters" => {
                    set(block)
                }
                _ => set(value),
            };
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name.clone(), once(name, value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(set).collect(),
        other => other.clone(),
    }
}

/// v1's resource in v1's own form. Terraform sent everything always, so what is not set is empty; switches that are not
/// set are not sent.
pub fn resource(says: &Value) -> Map<String, Value> {
    const LISTS: &[&str] = &["filter_tags", "host_tags", "excluded_regions"];
    const SWITCHES: &[&str] = &[
        "metrics_collection_enabled",
        "resource_collection_enabled",
        "cspm_resource_collection_enabled",
        "extended_resource_collection_enabled",
    ];
    let mut block = Map::new();
    for name in ["role_name", "access_key_id"] {
        block.insert(name.to_owned(), at(says, name).clone());
    }
    for name in LISTS {
        block.insert((*name).to_owned(), at(says, name).as_array().cloned().unwrap_or_default().into());
    }
    let rules = at(says, "account_specific_namespace_rules").as_object().into_iter().flatten();
    let rules = rules.filter_map(|(rule, on)| Some((rule.clone(), Value::Bool(switch(on)?)))).collect::<Map<_, _>>();
    block.insert("account_specific_namespace_rules".to_owned(), rules.into());
    block.extend(SWITCHES.iter().filter_map(|name| Some(((*name).to_owned(), Value::Bool(switch(at(says, name))?)))));
    block
}

/// A switch, which some versions keep as text.
fn switch(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.to_ascii_lowercase().parse().ok())
}
