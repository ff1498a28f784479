//! Datadog v1's emulator: which path answers what, on the rows that v2's half has too.
//!
//! What a row looks like from here, and what a write from here does to it, is in `datadog_rows`. Accounts
//! are in this file, tag filters, log collection and EventBridge in `separate_requests`, bodies and published lists in
//! `answers`.

mod answers;
mod request_fields;
mod separate_requests;

use serde_json::{Map, Value, json};

use self::answers::Answer;
use self::request_fields::{asked, required, sent, text};
use crate::model::value::at;
use crate::model::{Method, Request, Response};
use crate::sandbox::table::Table;
use crate::sandbox::vendor_emulator::VendorEmulator;
use crate::sandbox::vendors::datadog_rows::{self, MEMORY};
use crate::sandbox::world_rows::objects;

const INTEGRATION: &str = "/api/v1/integration/aws";

/// Datadog, API v1.
pub struct Emulator;

impl VendorEmulator for Emulator {
    fn name(&self) -> &'static str {
        "datadog_v1"
    }

    fn backend(&self) -> &'static str {
        "datadog"
    }

    fn credential_headers(&self) -> &'static [&'static str] {
        &["dd-api-key", "dd-application-key"]
    }

    /// The rows of a saved listing, however odd, in the form the backend keeps them. Beside `accounts`, the body of GET
    /// /logs may stand under `logs`.
    ///
    /// # Errors
    /// It is not a listing.
    fn seed(&self, listing: &Value) -> Result<Vec<Value>, String> {
        const SAVE: &str = "save the whole body of GET /api/v1/integration/aws";
        let listed = at(listing, "accounts").as_array().ok_or_else(|| format!("it has no list `accounts`: {SAVE}"))?;
        let listed = objects("accounts", listed, &[])?;
        let is_own =
            |row: &Value| ["account_id", "access_key_id", "role_name"].iter().any(|field| row.get(field).is_some());
        if !listed.is_empty() && !listed.iter().any(is_own) {
            return Err(format!("no row of `accounts` has an `account_id` or an `access_key_id`: {SAVE}"));
        }
        let mut table = Table::new(Vec::new(), 0x5eed);
        for fields in listed.iter().filter_map(Value::as_object) {
            let mut row = made(&mut table, fields);
            datadog_rows::write_v1(&mut row, fields, true);
            if let (None, None, Some(nothing)) =
                (text(fields, "account_id"), text(fields, "access_key_id"), fields.get("account_id"))
            {
                // A row that does not say whose it is goes out as it came.
                row["attributes"]["aws_account_id"] = nothing.clone();
            }
            table.rows.push(row);
        }
        for logs in at(listing, "logs").as_array().into_iter().flatten() {
            separate_requests::seed(&mut table, logs);
        }
        Ok(table.rows)
    }

    /// The answer to a request; nothing if the path is not Datadog v1's.
    fn respond(&self, table: &mut Table, request: &Request) -> Option<Response> {
        let rest = request.path.strip_prefix(INTEGRATION).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        let segments: Vec<&str> = rest.split('/').skip(1).collect();
        let answer = match (segments.as_slice(), request.method) {
            ([], Method::Get) => list(table, request),
            ([], Method::Post) => create(table, &sent(request)),
            ([], Method::Put) => update(table, request),
            ([], Method::Delete) => delete(table, &sent(request)),
            (["generate_new_external_id"], Method::Put) => new_external_id(table, &sent(request)),
            (["available_namespace_rules"], Method::Get) => Ok(answers::rules()),
            (["filtering"], Method::Get) => separate_requests::filters(table, request),
            (["filtering"], Method::Post) => separate_requests::set_filter(table, &sent(request)),
            (["filtering"], Method::Delete) => separate_requests::remove_filter(table, &sent(request)),
            (["logs"], Method::Get) => Ok(separate_requests::logs(table)),
            (["logs"], Method::Post) => separate_requests::add_lambda(table, &sent(request)),
            (["logs"], Method::Delete) => separate_requests::remove_lambda(table, &sent(request)),
            (["logs", "services"], Method::Get) => Ok(answers::services()),
            (["logs", "services"], Method::Post) => separate_requests::set_services(table, &sent(request)),
            (["logs", "check_async"], Method::Post) => separate_requests::check_lambda(&sent(request)),
            (["logs", "services_async"], Method::Post) => separate_requests::check_services(&sent(request)),
            (["event_bridge"], Method::Get) => Ok(separate_requests::event_bridges(table)),
            (["event_bridge"], Method::Post) => separate_requests::add_event_bridge(table, &sent(request)),
            (["event_bridge"], Method::Delete) => separate_requests::remove_event_bridge(table, &sent(request)),
            (
                []
                | ["generate_new_external_id" | "available_namespace_rules" | "filtering" | "logs" | "event_bridge"]
                | ["logs", "services" | "check_async" | "services_async"],
                _,
            ) => Err(answers::error(405, "Method not allowed")),
            _ => Err(answers::error(501, "the sandbox does not serve this path")),
        };
        Some(answer.unwrap_or_else(|refusal| refusal))
    }

    fn conflict(&self) -> Option<Response> {
        Some(answers::conflict())
    }

    fn forbidden(&self) -> Response {
        answers::forbidden()
    }
}

/// One page with everything, in some order or other.
fn list(table: &mut Table, request: &Request) -> Answer {
    if table.is_untouched() {
        return Err(answers::not_installed());
    }
    let filters = ["account_id", "role_name", "access_key_id"].map(|name| (name, asked(request, name)));
    let fits = |row: &Value| filters.iter().all(|(name, wanted)| wanted.is_none_or(|wanted| at(row, name) == wanted));
    let mut rows: Vec<Value> = table.rows.iter().map(datadog_rows::in_v1_form).filter(fits).collect();
    table.shuffle(&mut rows);
    Ok(answers::ok(&json!({ "accounts": rows })))
}

/// A row without settings. Datadog asks AWS whose a key is; the sandbox makes an account id up where none is said.
fn made(table: &mut Table, body: &Map<String, Value>) -> Value {
    let mut attributes = datadog_rows::defaults();
    // Collected only if it is asked for, and not shown before, by neither API (recorded in 2022 and 2024).
    attributes["resources_config"] = json!({ "cloud_security_posture_management_collection": false });
    attributes["aws_partition"] = json!("aws");
    let now = datadog_rows::micros(table.tick());
    attributes["created_at"] = json!(now);
    attributes["modified_at"] = json!(now);
    attributes["auth_config"] = match text(body, "access_key_id") {
        Some(key) => json!({ "access_key_id": key }),
        None => json!({ "role_name": body.get("role_name"), "external_id": table.hex32() }),
    };
    attributes["aws_account_id"] = match (text(body, "account_id"), text(body, "access_key_id")) {
        (None, Some(key)) => json!(account_of(key)),
        (account, _) => json!(account),
    };
    json!({ "id": table.uuid(), "type": "account", "attributes": attributes, MEMORY: { "account_specific_namespace_rules": {} } })
}

/// Twelve digits for a key, always the same.
fn account_of(key: &str) -> String {
    let mixed = key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("9{:011}", mixed % 100_000_000_000)
}

fn create(table: &mut Table, body: &Map<String, Value>) -> Answer {
    if text(body, "access_key_id").is_some() {
        // Its value is not here in process, only a `null` in its place.
        body.get("secret_access_key").map_or_else(|| required(body, "secret_access_key").map(|_| ()), |_| Ok(()))?;
    } else {
        required(body, "account_id")?;
        required(body, "role_name")?;
    }
    if text(body, "account_id").is_some_and(|account| !account.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(answers::error(400, "AWS account ID must be numeric"));
    }
    let row = made(table, body);
    let new = at(&row, "attributes");
    let key = |attributes: &Value| at(at(attributes, "auth_config"), "access_key_id").clone();
    let same = |known: &Value| {
        let known = at(known, "attributes");
        at(known, "aws_account_id") == at(new, "aws_account_id") || (!key(known).is_null() && key(known) == key(new))
    };
    if table.rows.iter().any(same) {
        return Err(answers::error(409, "This AWS account ID already exists."));
    }
    let external_id = at(at(new, "auth_config"), "external_id").clone();
    let mut row = row;
    datadog_rows::write_v1(&mut row, body, false);
    table.rows.push(row);
    Ok(answers::ok(&if external_id.is_null() { json!({}) } else { json!({ "external_id": external_id }) }))
}

fn update(table: &mut Table, request: &Request) -> Answer {
    let body = sent(request);
    if request.query.is_empty() && body.is_empty() {
        return Err(answers::error(
            400,
            "At least one of the following parameters is required: account_id, role_name, access_key_id, secret_access_key, host_tags, filter_tags, account_specific_namespace_rules",
        ));
    }
    let place =
        located(table, asked(request, "access_key_id"), asked(request, "account_id"), asked(request, "role_name"))?;
    let before = datadog_rows::in_v1_form(&table.rows[place]);
    if ["role_name", "access_key_id"].iter().any(|way| text(&body, way).is_some() && before.get(way).is_none()) {
        return Err(answers::error(400, "cannot switch between role and key based auth"));
    }
    datadog_rows::write_v1(&mut table.rows[place], &body, false);
    let now = datadog_rows::micros(table.tick());
    table.rows[place]["attributes"]["modified_at"] = json!(now);
    Ok(answers::done())
}

fn delete(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let key = text(body, "access_key_id");
    if key.is_none() {
        required(body, "account_id")?;
        required(body, "role_name")?;
    }
    let place = located(table, key, text(body, "account_id"), text(body, "role_name"))?;
    table.rows.remove(place);
    table.tick();
    Ok(answers::done())
}

fn new_external_id(table: &mut Table, body: &Map<String, Value>) -> Answer {
    let (account, role) = (required(body, "account_id")?.to_owned(), required(body, "role_name")?.to_owned());
    let place = located(table, None, Some(&account), Some(&role))?;
    let id = table.hex32();
    table.rows[place]["attributes"]["auth_config"]["external_id"] = json!(id);
    Ok(answers::ok(&json!({ "external_id": id })))
}

/// The row that v1 calls by these names: the key alone, or account and role together.
fn located(table: &Table, key: Option<&str>, account: Option<&str>, role: Option<&str>) -> Result<usize, Response> {
    let is_it = |row: &Value| {
        let auth = at(at(row, "attributes"), "auth_config");
        match key {
            Some(key) => at(auth, "access_key_id") == key,
            None => {
                account.is_some_and(|account| at(at(row, "attributes"), "aws_account_id") == account)
                    && role.is_some_and(|role| at(auth, "role_name") == role)
            }
        }
    };
    table.rows.iter().position(is_it).ok_or_else(|| answers::no_such_account(key.or(account).unwrap_or_default()))
}
