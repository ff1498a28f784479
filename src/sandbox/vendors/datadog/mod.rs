//! Datadog v2's emulator: which path answers what, with the manners the recordings show.
//!
//! Rows stand in the table as a listing shows them, so what a world brought in goes out as it came. Reading is here,
//! writing in `writes`, what is refused in `checks`, bodies in `answers`, published lists in `catalogs`, what is kept
//! beside accounts in the table's `extra`. Nothing here does I/O, and nothing of heeler's own way to Datadog passes through here.

mod answers;
mod attributes;
mod catalogs;
mod checks;
mod event_bridge_ccm;
mod locate;
mod merge;
mod writes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use self::answers::Answer;
use self::locate::locate;
use crate::model::value::at;
use crate::model::{Method, Request, Response};
use crate::sandbox::table::Table;
use crate::sandbox::vendor_emulator::VendorEmulator;
use crate::sandbox::vendors::datadog_rows::{OBJECTS, in_v2_form};
use crate::sandbox::world_rows::objects;

const INTEGRATION: &str = "/api/v2/integration/aws";
const CURRENT_USER: &str = "/api/v2/current_user";
const VALIDATE_KEYS: &str = "/api/v2/validate_keys";

/// Datadog, API v2.
pub struct Emulator;

impl VendorEmulator for Emulator {
    fn name(&self) -> &'static str {
        "datadog"
    }

    fn credential_headers(&self) -> &'static [&'static str] {
        &["dd-api-key", "dd-application-key"]
    }

    /// The rows of a saved listing, exactly as they stand in it, however odd.
    ///
    /// # Errors
    /// It is not a listing, or a row has another form than any row of Datadog's.
    fn seed(&self, listing: &Value) -> Result<Vec<Value>, String> {
        const SAVE: &str = "save the whole body of GET /api/v2/integration/aws/accounts";
        let rows = at(listing, "data").as_array().ok_or_else(|| format!("it has no list `data`: {SAVE}"))?;
        objects("data", rows, OBJECTS)
    }

    /// The answer to a request; nothing if the path is not Datadog v2's.
    fn respond(&self, table: &mut Table, request: &Request) -> Option<Response> {
        let path = request.path.as_str();
        let answer = if let Some(rest) = below(path, INTEGRATION) {
            integration(table, request, rest)
        } else if let Some(rest) = below(path, CURRENT_USER) {
            alone(rest, request.method, answers::current_user)
        } else {
            alone(below(path, VALIDATE_KEYS)?, request.method, answers::keys_are_valid)
        };
        Some(answer.unwrap_or_else(|refusal| refusal))
    }

    fn forbidden(&self) -> Response {
        answers::forbidden()
    }
}

/// What follows `base` in a path that is `base` or lies below it.
fn below<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path that has nothing below it and is only read.
fn alone(rest: &str, method: Method, answer: fn() -> Response) -> Answer {
    match (rest, method) {
        ("", Method::Get) => Ok(answer()),
        ("", _) => Err(answers::not_allowed()),
        _ => Err(answers::not_served()),
    }
}

fn integration(table: &mut Table, request: &Request, rest: &str) -> Answer {
    let segments: Vec<&str> = rest.split('/').skip(1).collect();
    match (segments.as_slice(), request.method) {
        (["accounts"], Method::Get) => Ok(list(table, request)),
        (["accounts"], Method::Post) => writes::create(table, request),
        (["accounts", id], Method::Get) => {
            locate(table, id).map(|place| answers::document(&json!({ "data": in_v2_form(&table.rows[place]) })))
        }
        (["accounts", id], Method::Patch) => locate(table, id).and_then(|place| writes::patch(table, place, request)),
        (["accounts", id], Method::Delete) => locate(table, id).map(|place| {
            table.rows.remove(place);
            answers::deleted()
        }),
        (["accounts", id, "ccm_config"], _) => event_bridge_ccm::ccm_config(table, id, request),
        (["event_bridge"], _) => event_bridge_ccm::event_bridge(table, request),
        (["generate_new_external_id"], Method::Post) => Ok(writes::new_external_id(table)),
        (["available_namespaces"], Method::Get) => Ok(answers::list("namespaces", catalogs::NAMESPACES)),
        (["logs", "services"], Method::Get) => Ok(answers::list("logs_services", catalogs::LOG_SOURCES)),
        (["iam_permissions"], Method::Get) => Ok(permissions(&[catalogs::STANDARD, catalogs::RESOURCE_COLLECTION])),
        (["iam_permissions", "standard"], Method::Get) => Ok(permissions(&[catalogs::STANDARD])),
        (["iam_permissions", "resource_collection"], Method::Get) => Ok(permissions(&[catalogs::RESOURCE_COLLECTION])),
        (
            ["accounts"]
            | ["accounts", _]
            | ["generate_new_external_id"]
            | ["available_namespaces"]
            | ["logs", "services"]
            | ["iam_permissions"]
            | ["iam_permissions", "standard" | "resource_collection"],
            _,
        ) => Err(answers::not_allowed()),
        _ => Err(answers::not_served()),
    }
}

/// One page with everything, in some order or other: Datadog's is no order either.
fn list(table: &mut Table, request: &Request) -> Response {
    let asked = request.query.iter().find(|(name, value)| name == "aws_account_id" && !value.is_empty());
    let fits =
        |row: &Value| asked.is_none_or(|(_, account)| at(at(row, "attributes"), "aws_account_id") == account.as_str());
    let mut order: Vec<usize> = (0..table.rows.len()).filter(|place| fits(&table.rows[*place])).collect();
    table.shuffle(&mut order);
    let rows: Vec<_> = order.iter().map(|place| in_v2_form(&table.rows[*place])).collect();
    answers::document(&BTreeMap::from([("data", rows)]))
}

/// Sorted and without doubles, as recorded; the path without a suffix is the union of the other two.
fn permissions(parts: &[&[&'static str]]) -> Response {
    let actions: BTreeSet<&str> = parts.iter().flat_map(|part| part.iter().copied()).collect();
    answers::list("permissions", &actions.into_iter().collect::<Vec<_>>())
}
