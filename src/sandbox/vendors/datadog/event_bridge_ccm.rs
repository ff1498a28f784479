//! What Datadog v2 keeps beside an account: EventBridge sources, and how its costs are read. Answers as recorded in
//! 2026.

use serde_json::{Map, Value, json};

use super::answers::{self, Answer};
use super::locate::locate;
use crate::model::value::at;
use crate::model::{Method, Request};
use crate::sandbox::table::Table;
use crate::sandbox::vendors::datadog_rows::event_bridge::{self, Source};
use crate::sandbox::vendors::datadog_rows::micros;

/// Where a table remembers cost configs, by the account's id.
const COSTS: &str = "ccm configs";

/// `/event_bridge`.
pub fn event_bridge(table: &mut Table, request: &Request) -> Answer {
    let of_body = || {
        let attributes = attributes(request);
        Source::of(&attributes)
            .map_err(|missing| answers::invalid(&[(missing.to_owned(), "required".to_owned())].into()))
    };
    let document = |id: &str, attributes: Value| {
        Ok(answers::document(&json!({ "data": { "id": id, "type": "event_bridge", "attributes": attributes } })))
    };
    match request.method {
        Method::Get => {
            let account =
                |(account, tags, sources)| json!({ "account_id": account, "tags": tags, "event_hubs": sources });
            let accounts: Vec<Value> = event_bridge::listed(table).into_iter().map(account).collect();
            document("get_event_bridge", json!({ "accounts": accounts, "is_installed": !table.is_untouched() }))
        }
        Method::Post => {
            let source = of_body()?;
            let name = event_bridge::create(table, &source).ok_or_else(answers::no_such_account)?;
            let has_bus = attributes(request).get("create_event_bus") == Some(&json!(true));
            let made =
                json!({ "event_source_name": name, "has_bus": has_bus, "region": source.region, "status": "created" });
            document("create_event_bridge", made)
        }
        Method::Delete => {
            let source = of_body()?;
            if event_bridge::delete(table, &source) {
                return document("delete_event_bridge", json!({ "status": "empty" }));
            }
            Err(answers::malformed("the event source does not exist"))
        }
        Method::Put | Method::Patch => Err(answers::not_allowed()),
    }
}

/// `/accounts/{id}/ccm_config`. What an account without one answers was not recorded: here as if the account were not
/// there.
pub fn ccm_config(table: &mut Table, id: &str, request: &Request) -> Answer {
    let place = locate(table, id)?;
    let id = at(&table.rows[place], "id").as_str().unwrap_or_default().to_owned();
    let known = table.extra.get(COSTS).map_or(&Value::Null, |costs| at(costs, &id)).clone();
    let document = |config: &Value| {
        Ok(answers::document(&json!({ "data": { "id": id, "type": "ccm_config", "attributes": config } })))
    };
    match request.method {
        Method::Get if known.is_null() => Err(answers::no_such_account()),
        Method::Get => document(&known),
        Method::Post if !known.is_null() => Err(answers::ccm_config_exists()),
        Method::Post | Method::Patch => {
            let config = attributes(request)
                .get("ccm_config")
                .filter(|config| at(config, "data_export_configs").is_array())
                .cloned();
            let config =
                config.ok_or_else(|| answers::malformed("request body has no list ccm_config.data_export_configs"))?;
            keep(table, &id, &config);
            let now = micros(table.tick());
            table.rows[place]["attributes"]["modified_at"] = json!(now);
            document(&config)
        }
        Method::Delete if known.is_null() => Err(answers::no_such_account()),
        Method::Delete => {
            keep(table, &id, &Value::Null);
            Ok(answers::deleted())
        }
        Method::Put => Err(answers::not_allowed()),
    }
}

fn keep(table: &mut Table, id: &str, config: &Value) {
    table.extra.entry(COSTS.to_owned()).or_insert_with(|| json!({}))[id] = config.clone();
}

fn attributes(request: &Request) -> Map<String, Value> {
    let body = request.body.as_ref().map_or(&Value::Null, |body| &body.json);
    at(at(body, "data"), "attributes").as_object().cloned().unwrap_or_default()
}
