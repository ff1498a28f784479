//! What the emulators of Datadog's two APIs share, the one backend behind both: a row of the sandbox as v2 lists it, and the same row as v1 shows and changes it.
//!
//! A row keeps v2's form. What only v1 knows of it stands beside `attributes`, under [`MEMORY`]: rules and regions as
//! they were written, `errors`, and fields nobody knows. v1 shows what it remembers as long as that still comes to what
//! v2 shows; once v2 has written something else, v1 shows what follows from that. So neither API needs to know when the
//! other writes.
//!
//! From recorded listings of both APIs of one organization: excluded regions are the complement of the included ones
//! among the regions Datadog knew at the time of writing; rules are folded into the default exclusions; rows that v2
//! has written show both switches among their rules. That writing back what v1 shows changes nothing is likely and not
//! recorded.

pub mod event_bridge;
pub mod namespaces;
mod regions;

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::namespaces::{EC2, EXCLUDED_BY_DEFAULT, PAIRS, SWITCHES, as_shown, in_v2};
use self::regions::REGIONS;
use crate::model::value::at;

/// Where a row keeps what only v1 knows of it.
pub const MEMORY: &str = "v1";

/// What is an object in every row that has it, by JSON pointer: writes of either API go into these.
pub const OBJECTS: &[&str] = &[
    "/attributes",
    "/attributes/auth_config",
    "/attributes/metrics_config",
    "/attributes/resources_config",
    "/attributes/logs_config",
    "/attributes/logs_config/lambda_forwarder",
    "/v1",
];

/// v1's switches, and where v2 has them.
const SWITCHED: &[(&str, &str, &str)] = &[
    ("metrics_collection_enabled", "metrics_config", "enabled"),
    ("cspm_resource_collection_enabled", "resources_config", "cloud_security_posture_management_collection"),
    ("extended_resource_collection_enabled", "resources_config", "extended_collection"),
];

/// What is v1's own and is shown as it was written.
const REMEMBERED: &[&str] = &["resource_collection_enabled", "errors"];

/// What v2 lays a create over. AWS/Usage is excluded by default since 2025-08-22 (published specification); recordings
/// up to then show the other two. A metric-name filter that is not set is absent.
pub fn defaults() -> Value {
    json!({
        "account_tags": [],
        "aws_regions": { "include_all": true },
        "logs_config": { "lambda_forwarder": { "lambdas": [], "sources": [], "log_source_config": { "tag_filters": [] } } },
        "metrics_config": {
            "enabled": true,
            "automute_enabled": true,
            "collect_custom_metrics": false,
            "collect_cloudwatch_alarms": false,
            "tag_filters": [],
            "namespace_filters": { "exclude_only": EXCLUDED_BY_DEFAULT },
        },
        "resources_config": { "cloud_security_posture_management_collection": false, "extended_collection": true },
        "traces_config": { "xray_services": { "include_only": [] } },
    })
}

/// A time as reads show it: cut off after six digits, not rounded (2025 on).
pub fn micros(nanoseconds: i128) -> String {
    Timestamp::from_nanosecond(nanoseconds - nanoseconds.rem_euclid(1000)).unwrap_or_default().to_string()
}

/// A row as v2 shows it.
pub fn in_v2_form(row: &Value) -> Cow<'_, Value> {
    match row.as_object().filter(|fields| fields.contains_key(MEMORY)) {
        None => Cow::Borrowed(row),
        Some(fields) => Cow::Owned(
            fields
                .iter()
                .filter(|(name, _)| *name != MEMORY)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        ),
    }
}

/// A row as v1 shows it. The account of a row with keys is hidden.
pub fn in_v1_form(row: &Value) -> Value {
    let (attributes, memory) = (at(row, "attributes"), at(row, MEMORY));
    let auth = at(attributes, "auth_config");
    let mut shown = memory.as_object().cloned().unwrap_or_default();
    shown.retain(|name, _| !REMEMBERED_OTHERWISE.contains(&name.as_str()));
    let mut show = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
    if auth.get("access_key_id").is_some() {
        show("access_key_id", at(auth, "access_key_id").clone());
    } else {
        show("account_id", at(attributes, "aws_account_id").clone());
        show("role_name", at(auth, "role_name").clone());
    }
    show("host_tags", list(at(attributes, "account_tags")));
    show("filter_tags", tags_of(attributes, EC2));
    show("account_specific_namespace_rules", rules(attributes, memory));
    show("excluded_regions", json!(excluded(attributes, memory)));
    for (name, block, field) in SWITCHED {
        // A switch that v1 was never told is in neither view (recorded for extended collection).
        if let Some(on) = at(attributes, block).get(field) {
            show(name, on.clone());
        }
    }
    show("resource_collection_enabled", json!(at(memory, "resource_collection_enabled") == true));
    show("errors", list(at(memory, "errors")));
    Value::Object(shown)
}

/// What v1 remembers and shows only while it is still so.
const REMEMBERED_OTHERWISE: &[&str] =
    &["account_specific_namespace_rules", "excluded_regions", "custom_filter", "logs"];

/// Writes a v1 body into a row: what it names changes, `null` says nothing, a field nobody knows stays only if it was
/// there.
pub fn write_v1(row: &mut Value, sent: &Map<String, Value>, keep_unknown: bool) {
    for (name, value) in sent.iter().filter(|(_, value)| !value.is_null()) {
        let before = in_v1_form(row);
        if at(&before, name) == value {
            continue;
        }
        match name.as_str() {
            "account_id" | "secret_access_key" => {}
            "role_name" | "access_key_id" => row["attributes"]["auth_config"][name] = value.clone(),
            "host_tags" => row["attributes"]["account_tags"] = value.clone(),
            "filter_tags" => set_tags(&mut row["attributes"], EC2, value.clone()),
            "account_specific_namespace_rules" => write_rules(row, value),
            "excluded_regions" => write_excluded(row, value, keep_unknown),
            _ => match SWITCHED.iter().find(|(known, ..)| known == name) {
                Some((_, block, field)) => row["attributes"][*block][*field] = value.clone(),
                None if REMEMBERED.contains(&name.as_str()) || keep_unknown || before.get(name).is_some() => {
                    row[MEMORY][name] = value.clone()
                }
                None => {}
            },
        }
    }
}

/// The tags by which one namespace is filtered.
pub fn tags_of(attributes: &Value, namespace: &str) -> Value {
    let filters = at(at(attributes, "metrics_config"), "tag_filters").as_array().into_iter().flatten();
    list(
        filters
            .into_iter()
            .find(|filter| at(filter, "namespace") == namespace)
            .map_or(&Value::Null, |filter| at(filter, "tags")),
    )
}

/// Sets them; none is no filter.
pub fn set_tags(attributes: &mut Value, namespace: &str, tags: Value) {
    let filters = &mut attributes["metrics_config"]["tag_filters"];
    let mut kept: Vec<Value> = filters.as_array().cloned().unwrap_or_default();
    let place = kept.iter().position(|filter| at(filter, "namespace") == namespace);
    let is_empty = tags.as_array().is_none_or(Vec::is_empty);
    match place {
        Some(place) if is_empty => drop(kept.remove(place)),
        Some(place) => kept[place]["tags"] = tags,
        None if is_empty => {}
        None => kept.push(json!({ "namespace": namespace, "tags": tags })),
    }
    *filters = kept.into();
}

fn list(value: &Value) -> Value {
    if value.is_array() { value.clone() } else { json!([]) }
}

fn words(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What a set of rules comes to: the namespaces excluded, and the two switches.
fn folded(rules: &Value) -> (BTreeSet<&'static str>, Vec<bool>) {
    let mut excluded: BTreeSet<&'static str> = EXCLUDED_BY_DEFAULT.iter().copied().collect();
    for (rule, on) in rules.as_object().into_iter().flatten() {
        match in_v2(rule) {
            Some(namespace) if on == false => drop(excluded.insert(namespace)),
            Some(namespace) => drop(excluded.remove(namespace)),
            None => {}
        }
    }
    (excluded, SWITCHES.iter().map(|(rule, _)| at(rules, rule) == true).collect())
}

fn switches(attributes: &Value) -> Vec<bool> {
    SWITCHES.iter().map(|(_, field)| at(at(attributes, "metrics_config"), field) == true).collect()
}

/// As they were written, if they still come to the same; else what follows from v2's filters: overrides, no allow-list.
fn rules(attributes: &Value, memory: &Value) -> Value {
    let filters = at(at(attributes, "metrics_config"), "namespace_filters");
    let (included, excluded) = (filters.get("include_only").map(words), words(at(filters, "exclude_only")));
    if let Some(written) = memory.get("account_specific_namespace_rules") {
        let (would_exclude, would_switch) = folded(written);
        if included.is_none() && would_exclude == excluded && would_switch == switches(attributes) {
            return written.clone();
        }
    }
    let unset = included.is_none() && filters.get("exclude_only").is_none();
    let mut shown = Map::new();
    for (rule, namespace) in PAIRS {
        let usually_off = EXCLUDED_BY_DEFAULT.contains(namespace);
        let off = match &included {
            Some(included) => !included.contains(namespace),
            None => {
                if unset {
                    usually_off
                } else {
                    excluded.contains(namespace)
                }
            }
        };
        if off != usually_off {
            shown.insert(as_shown(rule).to_owned(), json!(!off));
        }
    }
    for ((rule, _), on) in SWITCHES.iter().zip(switches(attributes)) {
        shown.insert((*rule).to_owned(), json!(on));
    }
    Value::Object(shown)
}

fn write_rules(row: &mut Value, rules: &Value) {
    let (excluded, switched) = folded(rules);
    row["attributes"]["metrics_config"]["namespace_filters"] = json!({ "exclude_only": excluded });
    for ((_, field), on) in SWITCHES.iter().zip(switched) {
        row["attributes"]["metrics_config"][*field] = json!(on);
    }
    row[MEMORY]["account_specific_namespace_rules"] = rules.clone();
}

/// The complement of v2's included regions; as they were written, if that is still it.
fn excluded(attributes: &Value, memory: &Value) -> Vec<String> {
    let Some(included) = at(attributes, "aws_regions").get("include_only").map(words) else { return Vec::new() };
    let written = words(at(memory, "excluded_regions"));
    let complement =
        |of: &BTreeSet<&str>| REGIONS.iter().copied().filter(|region| !of.contains(region)).collect::<BTreeSet<&str>>();
    if complement(&written) == included {
        return at(memory, "excluded_regions")
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
    }
    REGIONS.iter().filter(|region| !included.contains(*region)).map(|region| (*region).to_owned()).collect()
}

fn write_excluded(row: &mut Value, sent: &Value, keep_unknown: bool) {
    let sent = sent.as_array().into_iter().flatten().filter_map(Value::as_str);
    let known: Vec<&str> = sent.filter(|region| keep_unknown || REGIONS.contains(region)).collect();
    let rest: Vec<&str> = REGIONS.iter().copied().filter(|region| !known.contains(region)).collect();
    row["attributes"]["aws_regions"] =
        if known.is_empty() { json!({ "include_all": true }) } else { json!({ "include_only": rest }) };
    row[MEMORY]["excluded_regions"] = json!(known);
}
