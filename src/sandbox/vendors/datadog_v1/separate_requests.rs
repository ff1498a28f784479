//! What v1 keeps apart from the account: tag filters by namespace, log collection, EventBridge sources. v2 has the
//! first two inside the account.

use serde_json::{Map, Value, json};

use super::answers::{self, Answer};
use super::request_fields::{asked, required, text};
use crate::model::value::at;
use crate::model::{Request, Response};
use crate::sandbox::table::Table;
use crate::sandbox::vendors::datadog_rows::event_bridge::{self, Source};
use crate::sandbox::vendors::datadog_rows::namespaces::{FILTERABLE, in_v2};
use crate::sandbox::vendors::datadog_rows::{self, MEMORY};

/// In the specification since 2024-11; no recorded answer lists it unless it is set.
const NEWEST: &str = "step_functions";
/// The one that v2 has no name for.
const CUSTOM: &str = "custom_filter";

/// The row of an account id or an access key.
fn located(table: &Table, name: &str) -> Result<usize, Response> {
    let is_it = |row: &Value| {
        let attributes = at(row, "attributes");
        at(at(attributes, "auth_config"), "access_key_id") == name || at(attributes, "aws_account_id") == name
    };
    match table.rows.iter().position(is_it) {
        Some(place) => Ok(place),
        None if table.is_untouched() => Err(answers::not_installed()),
        None => Err(answers::no_such_account(name)),
    }
}

fn place_of(table: &Table, body: &Map<String, Value>) -> Result<usize, Response> {
    located(table, text(body, "account_id").unwrap_or_default())
}

/// One entry for each namespace, without a string where there is no filter.
pub fn filters(table: &Table, request: &Request) -> Answer {
    let place = located(table, asked(request, "account_id").unwrap_or_default())?;
    let row = &table.rows[place];
    let string = |rule: &str| match in_v2(rule) {
        None => at(at(row, MEMORY), CUSTOM).clone(),
        Some(namespace) => {
            let tags = datadog_rows::tags_of(at(row, "attributes"), namespace);
            let tags: Vec<&str> = tags.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if tags.is_empty() { Value::Null } else { json!(tags.join(",")) }
        }
    };
    let entries = FILTERABLE.iter().map(|rule| json!({ "namespace": rule, "tag_filter_str": string(rule) }));
    let shown: Vec<Value> =
        entries.filter(|entry| at(entry, "namespace") != NEWEST || !at(entry, "tag_filter_str").is_null()).collect();
    Ok(answers::ok(&json!({ "filters": shown })))
}

/// Replaces the filter of one namespace.
pub fn set_filter(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let place = place_of(table, body)?;
    let (rule, string) = (filterable(body)?, required(body, "tag_filter_str")?.to_owned());
    write_filter(table, place, rule, Some(string));
    Ok(answers::done())
}

/// Takes the filter of one namespace away, if it has one.
pub fn remove_filter(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let place = place_of(table, body)?;
    let rule = filterable(body)?;
    write_filter(table, place, rule, None);
    Ok(answers::done())
}

fn filterable(body: &Map<String, Value>) -> Result<&'static str, Response> {
    let named = required(body, "namespace")?;
    FILTERABLE
        .iter()
        .copied()
        .find(|known| *known == named)
        .ok_or_else(|| answers::error(400, &format!("Invalid namespace: {named}")))
}

/// That several tags are joined by commas is likely; recorded strings hold one.
fn write_filter(table: &mut Table, place: usize, rule: &str, string: Option<String>) {
    match in_v2(rule) {
        None => table.rows[place][MEMORY][CUSTOM] = json!(string),
        Some(namespace) => {
            let tags: Vec<&str> = string.iter().flat_map(|string| string.split(',')).collect();
            datadog_rows::set_tags(&mut table.rows[place]["attributes"], namespace, json!(tags));
        }
    }
    table.tick();
}

/// Accounts that have, or have had, log collection.
pub fn logs(table: &Table) -> Response {
    let rows = table.rows.iter().filter_map(|row| {
        let forwarder = at(at(at(row, "attributes"), "logs_config"), "lambda_forwarder");
        let list = |field: &str| at(forwarder, field).as_array().cloned().unwrap_or_default();
        let (lambdas, services) = (list("lambdas"), list("sources"));
        let ever = !lambdas.is_empty() || !services.is_empty() || at(at(row, MEMORY), "logs") == true;
        ever.then(|| {
            json!({
                "account_id": at(at(row, "attributes"), "aws_account_id"),
                "lambdas": lambdas.iter().map(|arn| json!({ "arn": arn })).collect::<Vec<_>>(),
                "services": services,
                "services_with_triggers_present": [],
                "synced_by_service_id": [],
                "touched": false,
            })
        })
    });
    answers::ok(&rows.collect::<Vec<_>>())
}

/// Adds a forwarder, unless it is there.
pub fn add_lambda(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let place = place_of(table, body)?;
    let arn = required(body, "lambda_arn")?.to_owned();
    change_lambdas(table, place, |lambdas| {
        if !lambdas.iter().any(|known| *known == arn) {
            lambdas.push(json!(arn));
        }
    });
    Ok(answers::done())
}

/// Takes a forwarder away. Its services stay, and an account or forwarder that is not there is no mistake (both
/// recorded).
pub fn remove_lambda(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let arn = text(body, "lambda_arn").unwrap_or_default().to_owned();
    if let Ok(place) = place_of(table, body) {
        change_lambdas(table, place, |lambdas| lambdas.retain(|known| *known != arn));
    }
    Ok(answers::done())
}

/// Replaces the services; no list is a mistake of its own.
pub fn set_services(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let services = body
        .get("services")
        .and_then(Value::as_array)
        .cloned()
        .ok_or_else(|| answers::error(400, "'services' should be array"))?;
    let place = place_of(table, body)?;
    table.rows[place]["attributes"]["logs_config"]["lambda_forwarder"]["sources"] = services.into();
    table.rows[place][MEMORY]["logs"] = json!(true);
    table.tick();
    Ok(answers::done())
}

fn change_lambdas(table: &mut Table, place: usize, change: impl FnOnce(&mut Vec<Value>)) {
    let lambdas = &mut table.rows[place]["attributes"]["logs_config"]["lambda_forwarder"]["lambdas"];
    let mut list = lambdas.as_array().cloned().unwrap_or_default();
    change(&mut list);
    *lambdas = list.into();
    table.rows[place][MEMORY]["logs"] = json!(true);
    table.tick();
}

/// Puts one row of a saved GET /logs into the account it is about.
pub fn seed(table: &mut Table, saved: &Value) {
    let Ok(place) = located(table, at(saved, "account_id").as_str().unwrap_or_default()) else { return };
    let lambdas: Value =
        at(saved, "lambdas").as_array().into_iter().flatten().map(|lambda| at(lambda, "arn").clone()).collect();
    let forwarder = &mut table.rows[place]["attributes"]["logs_config"]["lambda_forwarder"];
    forwarder["lambdas"] = lambdas;
    forwarder["sources"] = at(saved, "services").as_array().cloned().unwrap_or_default().into();
    table.rows[place][MEMORY]["logs"] = json!(true);
}

/// Whether a forwarder could collect. Asked of nothing, Datadog itself fails (recorded); no other answer was recorded.
pub fn check_lambda(body: &Map<String, Value>) -> Answer {
    match (text(body, "account_id"), text(body, "lambda_arn")) {
        (Some(_), Some(_)) => Ok(answers::checking()),
        _ => Err(answers::bad_gateway()),
    }
}

/// Whether services could be collected from; no list is a mistake of its own.
pub fn check_services(body: &Map<String, Value>) -> Answer {
    body.get("services")
        .filter(|services| services.is_array())
        .ok_or_else(|| answers::error(400, "'services' should be array"))?;
    required(body, "account_id")?;
    Ok(answers::checking())
}

/// Every account, those without sources too.
pub fn event_bridges(table: &Table) -> Response {
    let account = |(account, tags, sources)| json!({ "accountId": account, "tags": tags, "eventHubs": sources });
    let accounts: Vec<Value> = event_bridge::listed(table).into_iter().map(account).collect();
    answers::ok(&json!({ "accounts": accounts, "isInstalled": !table.is_untouched() }))
}

/// A source, whose name gets a suffix.
pub fn add_event_bridge(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let source = source(body)?;
    let name = event_bridge::create(table, &source).ok_or_else(|| answers::no_such_account(&source.account))?;
    let has_bus = body.get("create_event_bus") == Some(&json!(true));
    Ok(answers::ok(
        &json!({ "status": "created", "region": source.region, "event_source_name": name, "has_bus": has_bus }),
    ))
}

/// Takes a source away, by its whole name.
pub fn remove_event_bridge(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let source = source(body)?;
    if event_bridge::delete(table, &source) {
        return Ok(answers::ok(&json!({ "status": "empty" })));
    }
    Err(answers::error(400, &format!("Event source {} does not exist", source.name)))
}

fn source(body: &Map<String, Value>) -> Result<Source, Response> {
    Source::of(body).map_err(|missing| answers::error(400, &format!("Required parameter '{missing}' is missing")))
}
