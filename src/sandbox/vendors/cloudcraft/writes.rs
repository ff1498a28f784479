//! Adding and changing an account: what is refused, and what the server writes itself.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answers::{self, Answer};
use super::iam_parameters::parameters;
use crate::model::aws::account_id::is_account_id;
use crate::model::value::at;
use crate::model::{Request, Response};
use crate::sandbox::table::Table;

const GRANTS: [&str; 2] = ["readAccess", "writeAccess"];

/// A new account. The answer has no `source`; a listing has.
pub fn create(table: &mut Table, request: &Request) -> Answer {
    let sent = body(request)?;
    let (name, arn) = (text(&sent, "name")?, role(table, &sent)?);
    region(&sent)?;
    let owner = at(&parameters(table), "externalId").clone();
    let now = now(table);
    let mut row = json!({
        "id": table.uuid(),
        "name": name,
        "roleArn": arn,
        "externalId": owner,
        "readAccess": at(&sent, GRANTS[0]),
        "writeAccess": at(&sent, GRANTS[1]),
        "createdAt": now,
        "updatedAt": now,
        "CreatorId": answers::OWNER,
    });
    let answer = answers::document(201, &row);
    row["source"] = json!("aws");
    table.rows.push(row);
    Ok(answer)
}

/// Changes the row at `place`. What only the server writes is ignored, and grants that are not sent stay.
pub fn update(table: &mut Table, place: usize, request: &Request) -> Answer {
    let sent = body(request)?;
    let (name, arn) = (text(&sent, "name")?, text(&sent, "roleArn")?);
    let arn = if at(&table.rows[place], "roleArn") == arn.as_str() { arn } else { role(table, &sent)? };
    let now = now(table);
    let row = &mut table.rows[place];
    row["name"] = json!(name);
    row["roleArn"] = json!(arn);
    row["updatedAt"] = json!(now);
    for grant in GRANTS {
        if let Some(list) = sent.get(grant) {
            row[grant] = list.clone();
        }
    }
    let mut shown = row.clone();
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("source");
    }
    Ok(answers::document(200, &shown))
}

fn body(request: &Request) -> Result<Value, Response> {
    let sent = request
        .body
        .as_ref()
        .and_then(|body| body.json.as_object())
        .ok_or_else(|| answers::malformed_parameter("body"))?;
    let fields: Map<String, Value> = sent.clone();
    for grant in GRANTS {
        let is_grant = |entry: &Value| {
            entry.as_str().is_some_and(|text| text.starts_with("team/") || text.starts_with("customer/"))
        };
        let fits = fields
            .get(grant)
            .is_none_or(|list| list.is_null() || list.as_array().is_some_and(|list| list.iter().all(is_grant)));
        if !fits {
            return Err(answers::malformed_parameter(grant));
        }
    }
    Ok(Value::Object(fields))
}

fn text(sent: &Value, field: &str) -> Result<String, Response> {
    let text = at(sent, field).as_str().filter(|text| !text.trim().is_empty());
    text.map(str::to_owned).ok_or_else(|| answers::malformed_parameter(field))
}

/// The role, which is assumed at once.
fn role(table: &mut Table, sent: &Value) -> Result<String, Response> {
    let arn = text(sent, "roleArn")?;
    let name = role_name(&arn).ok_or_else(|| answers::malformed_parameter("roleArn"))?;
    let Some((_, rest)) = name.split_once("-refused") else { return Ok(arn) };
    let Some(times) = rest.strip_prefix('-').and_then(|rest| rest.strip_suffix("-times")?.parse::<u64>().ok()) else {
        return if rest.is_empty() { Err(answers::role_cannot_be_assumed()) } else { Ok(arn) };
    };
    let tried = table.extra.entry(format!("tried {arn}")).or_insert(json!(0));
    let so_far = tried.as_u64().unwrap_or_default();
    *tried = json!(so_far + 1);
    if so_far < times { Err(answers::role_cannot_be_assumed()) } else { Ok(arn) }
}

/// The last step of a role's ARN; nothing if it is no role's.
fn role_name(arn: &str) -> Option<&str> {
    let (account, path) = arn.strip_prefix("arn:")?.split_once(":iam::")?.1.split_once(":role/")?;
    let is_account = is_account_id(account);
    path.rsplit('/').next().filter(|name| is_account && !name.is_empty())
}

fn region(sent: &Value) -> Result<(), Response> {
    let Some(region) = sent.get("region").filter(|region| !region.is_null()) else { return Ok(()) };
    let text = region.as_str().unwrap_or_default();
    let is_one = text.split('-').count() >= 3 && text.ends_with(|c: char| c.is_ascii_digit());
    if is_one { Ok(()) } else { Err(answers::no_such_region(text)) }
}

/// RFC 3339 with milliseconds.
fn now(table: &mut Table) -> String {
    let now = Timestamp::from_nanosecond(table.tick()).unwrap_or_default();
    format!("{now:.3}")
}
