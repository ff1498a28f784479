//! Cloudcraft's emulator: which path answers what.
//!
//! Rows stand in the table as a listing shows them, so what a world brought in goes out as it came. A world is the body
//! of GET /aws/account; beside `accounts` it may hold `iamParameters`, the body of that path. Without it the key's
//! owner is whoever added most of the accounts. Cloudcraft tries a role out when it is sent: here every role can be
//! assumed, except one whose name ends in `-refused`, and one that ends in `-refused-2-times`, which can from the third
//! time on. What such a refusal says was never recorded.

mod answers;
mod iam_parameters;
mod writes;

use std::collections::BTreeMap;

use serde_json::Value;

use self::answers::Answer;
use self::iam_parameters::{PARAMETERS, parameters};
use crate::model::value::at;
use crate::model::{Method, Request, Response};
use crate::sandbox::table::Table;
use crate::sandbox::vendor_emulator::VendorEmulator;
use crate::sandbox::world_rows::objects;

const ACCOUNTS: &str = "/aws/account";
const USER: &str = "/user/me";

/// Cloudcraft.
pub struct Emulator;

impl VendorEmulator for Emulator {
    fn name(&self) -> &'static str {
        "cloudcraft"
    }

    fn credential_headers(&self) -> &'static [&'static str] {
        &["authorization"]
    }

    /// The rows of a saved listing, exactly as they stand in it, however odd.
    ///
    /// # Errors
    /// It is not a listing.
    fn seed(&self, listing: &Value) -> Result<Vec<Value>, String> {
        const SAVE: &str = "save the whole body of GET /aws/account";
        let rows = at(listing, "accounts").as_array().ok_or_else(|| format!("it has no list `accounts`: {SAVE}"))?;
        let rows = objects("accounts", rows, &[])?;
        if !rows.is_empty() && !rows.iter().any(|row| row.get("roleArn").is_some()) {
            return Err(format!("no row of `accounts` has a `roleArn`: {SAVE}"));
        }
        Ok(rows)
    }

    /// What a world says of the key's owner.
    fn seed_metadata(&self, listing: &Value) -> BTreeMap<String, Value> {
        listing.get(PARAMETERS).map(|parameters| (PARAMETERS.to_owned(), parameters.clone())).into_iter().collect()
    }

    /// The answer to a request; nothing if the path is not Cloudcraft's.
    fn respond(&self, table: &mut Table, request: &Request) -> Option<Response> {
        let path = request.path.as_str();
        let answer = if path == USER {
            only(request.method, Method::Get, || answers::document(200, &answers::user()))
        } else {
            let rest = path.strip_prefix(ACCOUNTS).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
            accounts(table, request, rest)
        };
        Some(answer.unwrap_or_else(|refusal| refusal))
    }

    fn forbidden(&self) -> Response {
        answers::no_key()
    }
}

fn accounts(table: &mut Table, request: &Request, rest: &str) -> Answer {
    let segments: Vec<&str> = rest.split('/').skip(1).collect();
    match (segments.as_slice(), request.method) {
        ([], Method::Get) => Ok(list(table)),
        ([], Method::Post) => writes::create(table, request),
        ([PARAMETERS], method) => only(method, Method::Get, || answers::document(200, &parameters(table))),
        ([PARAMETERS, "policy", "minimal"], method) => {
            only(method, Method::Get, || answers::document(200, &answers::minimal_policy()))
        }
        ([PARAMETERS, "policy", "custom"], method) => {
            only(method, Method::Get, || answers::document(200, &answers::custom_policy()))
        }
        ([id], Method::Put) => locate(table, id).and_then(|place| writes::update(table, place, request)),
        ([id], Method::Delete) => locate(table, id).map(|place| {
            table.rows.remove(place);
            answers::deleted()
        }),
        ([], _) | ([_], _) => Err(answers::not_allowed()),
        _ => Err(answers::not_served()),
    }
}

fn only(method: Method, wanted: Method, answer: impl FnOnce() -> Response) -> Answer {
    if method == wanted { Ok(answer()) } else { Err(answers::not_allowed()) }
}

/// One page with everything, in some order or other: no source says which.
fn list(table: &mut Table) -> Response {
    let mut order: Vec<usize> = (0..table.rows.len()).collect();
    table.shuffle(&mut order);
    let rows: Vec<&Value> = order.iter().map(|place| &table.rows[*place]).collect();
    answers::document(200, &BTreeMap::from([("accounts", rows)]))
}

fn locate(table: &Table, id: &str) -> Result<usize, Response> {
    let is_uuid = id.len() == 36 && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    match table.rows.iter().position(|row| at(row, "id") == id) {
        Some(place) => Ok(place),
        None if is_uuid => Err(answers::no_such_account()),
        None => Err(answers::malformed_parameter("accountId")),
    }
}
