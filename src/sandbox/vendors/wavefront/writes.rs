//! Making and changing integrations: what the server fills in, what it refuses, and the life of an external id.
//!
//! An issued id serves the integrations of one role, as the vendor's own tools use it, and no other; reads do not show
//! it afterwards.

use serde_json::{Map, Value, json};

use super::answers::{self, Answer};
use super::services::Service;
use super::trash::is_dead;
use crate::model::value::at;
use crate::model::{Method, Request, Response};
use crate::sandbox::table::Table;

/// Whom the sandbox takes for the writer.
const WHO: &str = "sandbox@example.com";
/// Where the table remembers which role an external id serves.
const USED: &str = "external ids";
/// What only the server writes; in a body it is ignored.
const ITS_OWN: [&str; 14] = [
    "createdEpochMillis",
    "updatedEpochMillis",
    "creatorId",
    "updaterId",
    "deleted",
    "inTrash",
    "disabled",
    "lastError",
    "lastErrorMs",
    "lastErrorEvent",
    "lastMetricCount",
    "lastReceivedDataPointMs",
    "lastProcessingTimestamp",
    "lastProcessorId",
];

/// A new integration.
pub fn create(table: &mut Table, request: &Request) -> Answer {
    let (service, mut row) = checked(request)?;
    let role = credential(&row, service, "roleArn").ok_or_else(|| answers::invalid("roleArn is required"))?;
    let external_id = credential(&row, service, "externalId").ok_or_else(answers::timed_out)?;
    use_up(table, &external_id, &role)?;
    let now = millis(table);
    if at(&row, "serviceRefreshRateInMins").is_null() {
        row["serviceRefreshRateInMins"] = json!(5);
    }
    let made = json!({
        "id": table.uuid(),
        "forceSave": false,
        "inTrash": false,
        "deleted": false,
        "disabled": false,
        "creatorId": WHO,
        "updaterId": WHO,
        "createdEpochMillis": now,
        "updatedEpochMillis": now,
    });
    fill(&mut row, &made);
    let answer = answers::success(&row);
    if let Some(credentials) = row[service.block]["baseCredentials"].as_object_mut() {
        credentials.remove("externalId");
    }
    table.rows.push(row);
    Ok(answer)
}

/// An integration in place of the one at `place`, which keeps what only the server writes.
pub fn put(table: &mut Table, place: usize, request: &Request) -> Answer {
    let (service, mut row) = checked(request)?;
    let held = table.rows[place].clone();
    if request.body.as_ref().is_some_and(|body| !at(&body.json, "lastErrorEvent").is_null()) {
        return Err(answers::invalid("lastErrorEvent cannot be written"));
    }
    if text(&held, "service").is_some_and(|known| !known.eq_ignore_ascii_case(service.word)) {
        return Err(answers::invalid("service cannot be changed"));
    }
    let role = credential(&row, service, "roleArn").ok_or_else(|| answers::invalid("roleArn is required"))?;
    let shown = credential(&held, service, "externalId");
    if let Some(sent) = credential(&row, service, "externalId")
        .filter(|sent| shown.as_ref() != Some(sent) && serves(table, sent) != Some(role))
    {
        return Err(answers::invalid(&format!("externalId cannot be changed to {sent}")));
    }
    // What a world shows goes on being shown, and nothing else is.
    if let Some(credentials) = row[service.block]["baseCredentials"].as_object_mut() {
        credentials.remove("externalId");
        credentials.extend(shown.map(|shown| ("externalId".to_owned(), json!(shown))));
    }
    let kept: Map<String, Value> =
        ITS_OWN.iter().filter_map(|name| Some(((*name).to_owned(), held.get(*name)?.clone()))).collect();
    fill(&mut row, &Value::Object(kept));
    let now = millis(table);
    fill(&mut row, &json!({ "id": at(&held, "id"), "forceSave": false, "updaterId": WHO, "updatedEpochMillis": now }));
    table.rows[place] = row;
    Ok(answers::success(&table.rows[place]))
}

/// Into the trash; what is there already, or skips it, is gone for good.
pub fn delete(table: &mut Table, place: usize, request: &Request) -> Response {
    let skips = request.query.iter().any(|(name, value)| name == "skipTrash" && value == "true");
    if skips || is_dead(&table.rows[place]) {
        return answers::success(&table.rows.remove(place));
    }
    set(table, place, &[("deleted", true), ("inTrash", true)])
}

/// Sets switches of a row.
pub fn set(table: &mut Table, place: usize, switches: &[(&str, bool)]) -> Response {
    for (name, value) in switches {
        table.rows[place][*name] = json!(value);
    }
    answers::success(&table.rows[place])
}

/// An external id of 16 letters and digits.
pub fn issue(table: &mut Table) -> Response {
    let id = table.hex32().split_off(16);
    table.issued.insert(id.clone());
    answers::success(&id)
}

/// Confirms an external id, or gives it up.
pub fn external_id(table: &mut Table, id: &str, method: Method) -> Answer {
    if !table.issued.contains(id) && serves(table, id).is_none() {
        return Err(answers::not_found());
    }
    if method == Method::Delete {
        table.issued.remove(id);
    }
    Ok(answers::success(&id))
}

/// The service and body of a write, without what only the server writes.
fn checked(request: &Request) -> Result<(&'static Service, Value), Response> {
    let required = |field: &str| answers::invalid(&format!("{field} is required"));
    let body = request.body.as_ref().map(|body| body.json.clone()).filter(Value::is_object);
    let mut row = body.ok_or_else(|| answers::invalid("a JSON object is required"))?;
    let word = text(&row, "service").ok_or_else(|| required("service"))?;
    let service =
        Service::named(&word).ok_or_else(|| answers::invalid("the sandbox serves CLOUDWATCH, CLOUDTRAIL and EC2"))?;
    let block = at(&row, service.block);
    if let Some(missing) = service.required.iter().find(|field| text(block, field).is_none()) {
        return Err(required(missing));
    }
    if text(&row, "name").is_none() || !at(block, "baseCredentials").is_object() {
        return Err(required("name, baseCredentials"));
    }
    row["service"] = json!(service.word);
    if let Some(fields) = row.as_object_mut() {
        fields.retain(|name, value| !value.is_null() && !ITS_OWN.contains(&name.as_str()));
    }
    Ok((service, row))
}

/// Takes an id that was issued and is new, or that another integration of the same role has.
fn use_up(table: &mut Table, id: &str, role: &str) -> Result<(), Response> {
    let taken = match serves(table, id) {
        Some(known) => known == role,
        None => table.takes_new(id),
    };
    if !taken {
        return Err(answers::invalid("externalId was not issued, or is used already"));
    }
    table.extra.entry(USED.to_owned()).or_insert_with(|| json!({}))[id] = json!(role);
    Ok(())
}

/// The role that an external id serves: one that was used here, or that a row out of a world shows.
fn serves(table: &Table, id: &str) -> Option<String> {
    let of_row = |row: &Value| {
        let service = Service::named(&text(row, "service")?)?;
        credential(row, service, "externalId").filter(|shown| shown == id)?;
        credential(row, service, "roleArn")
    };
    table.extra.get(USED).and_then(|used| text(used, id)).or_else(|| table.rows.iter().find_map(of_row))
}

fn credential(row: &Value, service: &Service, field: &str) -> Option<String> {
    text(at(at(row, service.block), "baseCredentials"), field)
}

fn fill(row: &mut Value, fields: &Value) {
    for (name, value) in fields.as_object().into_iter().flatten() {
        row[name] = value.clone();
    }
}

fn text(value: &Value, field: &str) -> Option<String> {
    at(value, field).as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn millis(table: &mut Table) -> i64 {
    i64::try_from(table.tick() / 1_000_000).unwrap_or_default()
}
