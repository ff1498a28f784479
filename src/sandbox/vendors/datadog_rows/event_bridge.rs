//! EventBridge sources of the emulator, behind both APIs: beside the rows, by AWS account. The forms of the answers are
//! each API's own.
//!
//! The name gets a suffix of eight letters and digits, nothing is updatable, and a second create makes a second source
//! (likely; the recordings show one). What a delete of an unknown source answers was never recorded: here a refusal.

use serde_json::{Map, Value, json};

use crate::model::value::at;
use crate::sandbox::table::Table;

/// Where a table remembers them.
const SOURCES: &str = "event bridge";

/// What a create says, in either API.
#[derive(Debug)]
pub struct Source {
    /// Whose.
    pub account: String,
    /// Its name, without a suffix in a create and with it in a delete.
    pub name: String,
    /// Where.
    pub region: String,
}

impl Source {
    /// Out of the fields of a body, which both APIs call alike.
    ///
    /// # Errors
    /// The name of a field that is missing.
    pub fn of(fields: &Map<String, Value>) -> Result<Source, &'static str> {
        let text = |name: &'static str| {
            fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned).ok_or(name)
        };
        Ok(Source { account: text("account_id")?, name: text("event_generator_name")?, region: text("region")? })
    }
}

/// Every account with its tags and sources: in the order in which accounts were made.
pub fn listed(table: &Table) -> Vec<(Value, Value, Vec<Value>)> {
    let rows = table.rows.iter().map(|row| at(row, "attributes"));
    let tags = |attributes: &Value| at(attributes, "account_tags").as_array().cloned().unwrap_or_default();
    let sources = |account: &Value| of_account(table, account.as_str().unwrap_or_default());
    rows.map(|attributes| {
        (at(attributes, "aws_account_id").clone(), tags(attributes).into(), sources(at(attributes, "aws_account_id")))
    })
    .collect()
}

/// Makes one; its whole name. Nothing if the account is not integrated.
pub fn create(table: &mut Table, Source { account, name, region }: &Source) -> Option<String> {
    table.rows.iter().find(|row| at(at(row, "attributes"), "aws_account_id") == account.as_str())?;
    let name = format!("{name}-{}", table.letters(8));
    let mut sources = of_account(table, account);
    sources.push(json!({ "name": name, "region": region }));
    keep(table, account, sources);
    Some(name)
}

/// Deletes one; whether it was there.
pub fn delete(table: &mut Table, Source { account, name, region }: &Source) -> bool {
    let mut sources = of_account(table, account);
    let before = sources.len();
    sources.retain(|source| at(source, "name") != name.as_str() || at(source, "region") != region.as_str());
    let deleted = sources.len() < before;
    keep(table, account, sources);
    deleted
}

fn of_account(table: &Table, account: &str) -> Vec<Value> {
    let known = table.extra.get(SOURCES).map_or(&Value::Null, |sources| at(sources, account));
    known.as_array().cloned().unwrap_or_default()
}

fn keep(table: &mut Table, account: &str, sources: Vec<Value>) {
    table.extra.entry(SOURCES.to_owned()).or_insert_with(|| json!({}))[account] = sources.into();
    table.tick();
}
