//! Wavefront's emulator: which path answers what.
//!
//! Rows stand in the table as a listing shows them, so what a world brought in goes out as it came; what is in the
//! trash stands among them and says so. Reading is here, writing in `writes`, bodies in `answers`. Nothing here does
//! I/O, and nothing of heeler's own way to Wavefront passes through here.

mod answers;
mod services;
mod trash;
mod writes;

use serde_json::{Value, json};

use self::trash::is_dead;
use crate::model::value::at;
use crate::model::{Method, Request, Response};
use crate::sandbox::table::Table;
use crate::sandbox::vendor_emulator::VendorEmulator;
use crate::sandbox::world_rows::objects;

const BASE: &str = "/api/v2/";
/// The usual page, and the largest of a search. A listing takes any limit.
const PAGE: usize = 100;
const MAX_SEARCH_PAGE: usize = 1000;

/// Wavefront.
pub struct Emulator;

impl VendorEmulator for Emulator {
    fn name(&self) -> &'static str {
        "wavefront"
    }

    fn credential_headers(&self) -> &'static [&'static str] {
        &["authorization"]
    }

    /// The rows of a saved listing: a page or its envelope, or a list of them; or `{"listing": ..., "trash": ...}` of such.
    ///
    /// # Errors
    /// It is none of these.
    fn seed(&self, listing: &Value) -> Result<Vec<Value>, String> {
        let mut rows = match listing.get("listing") {
            Some(inner) => items(inner)?,
            None => items(listing)?,
        };
        if let Some(trash) = listing.get("trash") {
            let dead = items(trash)?.into_iter().map(|mut row| {
                row["deleted"] = json!(true);
                row["inTrash"] = json!(true);
                row
            });
            rows.extend(dead);
        }
        Ok(rows)
    }

    /// The answer to a request; nothing if the path is not Wavefront's.
    fn respond(&self, table: &mut Table, request: &Request) -> Option<Response> {
        let rest = request.path.strip_prefix(BASE)?;
        let steps: Vec<&str> = rest.split('/').collect();
        let answer = match (steps.as_slice(), request.method) {
            (["cloudintegration"], Method::Get) => Ok(list(table, request)),
            (["cloudintegration"], Method::Post) => writes::create(table, request),
            (["cloudintegration", "awsExternalId"], Method::Post) => Ok(writes::issue(table)),
            (["cloudintegration", "awsExternalId", id], Method::Get | Method::Delete) => {
                writes::external_id(table, id, request.method)
            }
            (["cloudintegration", id], Method::Get) => {
                locate(table, id).map(|place| answers::success(&table.rows[place]))
            }
            (["cloudintegration", id], Method::Put) => {
                locate(table, id).and_then(|place| writes::put(table, place, request))
            }
            (["cloudintegration", id], Method::Delete) => {
                locate(table, id).map(|place| writes::delete(table, place, request))
            }
            (["cloudintegration", id, "enable"], Method::Post) => {
                locate(table, id).map(|place| writes::set(table, place, &[("disabled", false)]))
            }
            (["cloudintegration", id, "disable"], Method::Post) => {
                locate(table, id).map(|place| writes::set(table, place, &[("disabled", true)]))
            }
            (["cloudintegration", id, "undelete"], Method::Post) => {
                locate(table, id).map(|place| writes::set(table, place, &[("deleted", false), ("inTrash", false)]))
            }
            (["search", "cloudintegration"], Method::Post) => Ok(search(table, request, false)),
            (["search", "cloudintegration", "deleted"], Method::Post) => Ok(search(table, request, true)),
            (
                ["cloudintegration"]
                | ["cloudintegration", _]
                | ["cloudintegration", _, "enable" | "disable" | "undelete"]
                | ["cloudintegration", "awsExternalId", _]
                | ["search", "cloudintegration"]
                | ["search", "cloudintegration", "deleted"],
                _,
            ) => Err(answers::not_allowed()),
            (["cloudintegration", ..] | ["search", "cloudintegration", ..], _) => Err(answers::not_served()),
            _ => return None,
        };
        Some(answer.unwrap_or_else(|refusal| refusal))
    }

    /// A search is a POST.
    fn only_reads(&self, request: &Request) -> bool {
        let is_search = || request.method == Method::Post && request.path.starts_with("/api/v2/search/");
        request.method == Method::Get || is_search()
    }

    fn forbidden(&self) -> Response {
        answers::forbidden()
    }
}

fn items(listing: &Value) -> Result<Vec<Value>, String> {
    if let Value::Array(pages) = listing {
        return pages.iter().map(items).collect::<Result<Vec<_>, _>>().map(|pages| pages.concat());
    }
    let page = listing.get("response").unwrap_or(listing);
    const SAVE: &str = "save the whole body of GET /api/v2/cloudintegration, page by page as a list";
    let items = at(page, "items").as_array().ok_or_else(|| format!("it has no list `items`: {SAVE}"))?;
    objects("items", items, &[])
}

/// A page of what is not in the trash, in the order in which it was made.
fn list(table: &Table, request: &Request) -> Response {
    let number =
        |name: &str| request.query.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.parse().ok());
    let rows: Vec<&Value> = table.rows.iter().filter(|row| !is_dead(row)).collect();
    page(&rows, number("offset").unwrap_or(0), number("limit").unwrap_or(PAGE))
}

/// The rows that a search finds: those that fit every part of its query exactly.
fn search(table: &Table, request: &Request, dead: bool) -> Response {
    let body = request.body.as_ref().map_or(&Value::Null, |body| &body.json);
    let parts = at(body, "query").as_array().map_or(&[][..], Vec::as_slice);
    let fits = |row: &&Value| {
        is_dead(row) == dead
            && parts.iter().all(|part| at(part, "key").as_str().map(|key| at(row, key)) == Some(at(part, "value")))
    };
    let rows: Vec<&Value> = table.rows.iter().filter(fits).collect();
    let number = |name: &str| at(body, name).as_u64().and_then(|number| usize::try_from(number).ok());
    page(&rows, number("offset").unwrap_or(0), number("limit").unwrap_or(PAGE).min(MAX_SEARCH_PAGE))
}

fn page(rows: &[&Value], offset: usize, limit: usize) -> Response {
    let limit = limit.max(1);
    let items: Vec<&Value> = rows.iter().skip(offset).take(limit).copied().collect();
    let more = offset.saturating_add(items.len()) < rows.len();
    answers::success(
        &json!({ "items": items, "offset": offset, "limit": limit, "totalItems": rows.len(), "moreItems": more }),
    )
}

/// The row with this id, be it in the trash.
fn locate(table: &Table, id: &str) -> Result<usize, Response> {
    table.rows.iter().position(|row| at(row, "id") == id).ok_or_else(answers::not_found)
}
