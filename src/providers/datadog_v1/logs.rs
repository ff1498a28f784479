//! v1's log collection: its requests, and its listing, which says of each account which forwarders and services it has.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{NAME, wire};
use crate::model::aws::Arn;
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::model::{Method, ReadRequest, Response, Retry, WriteRequest};
use crate::providers::complete_listing::{Rows, next_link};
use crate::providers::datadog_common::health::never_had_an_account;

const LOGS: &str = "/api/v1/integration/aws/logs";

/// The log collection of every account.
pub fn list() -> ReadRequest {
    ReadRequest::get(NAME, LOGS)
}

/// Adds a forwarder. Whether it may be added twice is not known.
pub fn add_lambda(account: &str, arn: &str) -> WriteRequest {
    wire::request(Method::Post, LOGS, json!({ "account_id": account, "lambda_arn": arn }), Retry::Never)
}

/// Takes a forwarder away; its services stay.
pub fn remove_lambda(account: &str, arn: &str) -> WriteRequest {
    wire::request(Method::Delete, LOGS, json!({ "account_id": account, "lambda_arn": arn }), Retry::Safe)
}

/// Replaces the services whose logs are collected.
pub fn set_services(account: &str, services: &[String]) -> WriteRequest {
    wire::request(Method::Post, wire::LOG_SERVICES, json!({ "account_id": account, "services": services }), Retry::Safe)
}

/// Log collection by account. Accounts that never had any are not listed.
///
/// # Errors
/// A refusal, or a body that is no list of accounts.
pub fn read(response: &Response) -> Result<Logs, VendorError> {
    #[derive(Deserialize)]
    struct Head {
        account_id: String,
    }
    const WHAT: &str = "the list of log collection";
    if let Some(next) = next_link(response) {
        return Err(VendorError::Unreadable(format!(
            "{WHAT} has further pages, which this version of heeler cannot follow ({next})"
        )));
    }
    let rows: Rows<Box<RawValue>> =
        if never_had_an_account(response) { Rows::none() } else { wire::read(WHAT, response)? };
    let mut logs = Logs::default();
    for row in rows.all(WHAT)? {
        match serde_json::from_str::<Head>(row.get()) {
            Ok(Head { account_id }) => logs.by_account.entry(account_id).or_default().push(row),
            Err(_) => logs.nameless += 1,
        }
    }
    Ok(logs)
}

/// Log collection of all accounts.
#[derive(Debug, Default)]
pub struct Logs {
    by_account: BTreeMap<String, Vec<Box<RawValue>>>,
    /// Rows that do not say whose they are.
    nameless: usize,
}

impl Logs {
    /// That of one account; nothing if it never had any.
    ///
    /// # Errors
    /// It cannot be told.
    pub fn of(&self, account: &str) -> Result<Option<&RawValue>, VendorError> {
        let unreadable = |why: String| {
            Err(VendorError::Unreadable(format!("the log collection of account {account} cannot be told: {why}")))
        };
        match self.by_account.get(account).map_or(&[][..], Vec::as_slice) {
            [row] => Ok(Some(row)),
            [] if self.nameless == 0 => Ok(None),
            [] if self.nameless == 1 => unreadable("a row in its list does not say whose it is".to_owned()),
            [] => unreadable(format!("{} in its list do not say whose they are", self.nameless)),
            several => unreadable(format!("its list has {} rows of it", several.len())),
        }
    }
}

/// The same of the answer about log collection.
pub fn partition(answer: &RawValue) -> Option<&'static str> {
    let logs: Value = serde_json::from_str(answer.get()).ok()?;
    let arn = at(at(&logs, "lambdas").get(0)?, "arn").as_str()?;
    Arn::parse(arn)?.known_partition()
}
