//! Creating and changing an account: what the server fills in, what a write answers that a read does not, what it keeps
//! to itself.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answers::{self, Answer, Problems};
use super::attributes::ACCOUNT;
use super::{checks, merge};
use crate::model::value::{at, is_void};
use crate::model::{Path, Request, Response};
use crate::sandbox::table::Table;
use crate::sandbox::vendors::datadog_rows::{defaults, in_v2_form, micros};

/// The attributes that say which account a row is about.
const IDENTITY: [&str; 2] = ["aws_account_id", "aws_partition"];

/// A new account. The server picks its id: one that was sent is not even looked at.
pub fn create(table: &mut Table, request: &Request) -> Answer {
    let sent = checks::attributes(request)?;
    let mut problems = Problems::new();
    checks::required(&sent, &["aws_account_id", "aws_partition", "auth_config"], &mut problems);
    checks::identity(&Value::Null, &sent, &mut problems);
    checks::auth(&sent, &mut problems);
    let mut made = merge::lay(&defaults(), &defaults(), &sent, &ACCOUNT, &Path::root(), &mut problems);
    checks::merged(&Value::Null, &sent, &made, &mut problems);
    let auth = at(&made, "auth_config");
    if problems.is_empty() && is_void(auth) {
        merge::note(&Path::dotted("auth_config"), "required", &mut problems);
    }
    refuse(&problems)?;
    if table.rows.iter().any(|row| at(at(row, "attributes"), "aws_account_id") == at(&sent, "aws_account_id")) {
        return Err(answers::account_exists());
    }
    external_id(table, &Value::Null, at(auth, "external_id"))?;

    let now = table.tick();
    if auth.get("role_name").is_some() && auth.get("external_id").is_none() {
        made["auth_config"]["external_id"] = json!(table.hex32());
    }
    for name in IDENTITY {
        made[name] = sent[name].clone();
    }
    for name in ["created_at", "modified_at"] {
        made[name] = json!(micros(now));
    }
    let row = json!({ "id": table.uuid(), "type": "account", "attributes": made });
    table.rows.push(row.clone());
    Ok(written(row, &["created_at", "modified_at"], now))
}

/// Changes the row at `place`.
pub fn patch(table: &mut Table, place: usize, request: &Request) -> Answer {
    let sent = checks::attributes(request)?;
    let held = at(&table.rows[place], "attributes").clone();
    let mut problems = Problems::new();
    checks::required(&sent, &["aws_account_id"], &mut problems);
    checks::identity(&held, &sent, &mut problems);
    refuse(&problems)?;
    if checks::switches_auth(&held, &sent) {
        return Err(answers::cannot_switch());
    }
    checks::auth(&sent, &mut problems);
    let base = merge::base(&held, &sent, table.behavior.patch);
    let mut merged = merge::lay(&base, &held, &sent, &ACCOUNT, &Path::root(), &mut problems);
    checks::merged(&held, &sent, &merged, &mut problems);
    refuse(&problems)?;
    external_id(table, at(at(&held, "auth_config"), "external_id"), at(at(&merged, "auth_config"), "external_id"))?;

    let now = table.tick();
    merged["modified_at"] = json!(micros(now));
    keep_identity(&mut merged, &held);
    table.rows[place]["attributes"] = merged;
    Ok(written(in_v2_form(&table.rows[place]).into_owned(), &["modified_at"], now))
}

/// Which account a row is about is settled when it is made: a row that does not say goes on saying nothing. (What
/// Datadog makes of the account in such a PATCH is not recorded.)
fn keep_identity(merged: &mut Value, held: &Value) {
    let Some(fields) = merged.as_object_mut() else { return };
    for name in IDENTITY {
        fields.remove(name);
        fields.extend(held.get(name).map(|value| (name.to_owned(), value.clone())));
    }
}

/// An external id for an account to come. Since 2025-03 its `data.id` is the id itself.
pub fn new_external_id(table: &mut Table) -> Response {
    let id = table.hex32();
    table.issued.insert(id.clone());
    answers::document(&json!({ "data": { "id": id, "type": "external_id", "attributes": { "external_id": id } } }))
}

fn refuse(problems: &Problems) -> Result<(), Response> {
    if problems.is_empty() { Ok(()) } else { Err(answers::invalid(problems)) }
}

/// Takes a sent external id if it is the row's own or one that Datadog issued.
fn external_id(table: &mut Table, held: &Value, sent: &Value) -> Result<(), Response> {
    if sent.is_null() || sent == held {
        return Ok(());
    }
    let taken = checks::held_by_a_row(table, sent) || sent.as_str().is_some_and(|id| table.takes_new(id));
    if taken { Ok(()) } else { Err(answers::invalid_external_id()) }
}

/// The answer to a write: what it wrote is told to the nanosecond, and no tags are `null`.
fn written(mut row: Value, times: &[&str], now: i128) -> Response {
    let attributes = &mut row["attributes"];
    for name in times {
        attributes[*name] = json!(text(now));
    }
    if attributes.get("account_tags").is_some_and(is_void) {
        attributes["account_tags"] = Value::Null;
    }
    answers::document(&json!({ "data": row }))
}

fn text(nanoseconds: i128) -> String {
    Timestamp::from_nanosecond(nanoseconds).unwrap_or_default().to_string()
}
