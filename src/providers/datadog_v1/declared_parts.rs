//! What v1 keeps apart from the account, put into listed rows: tag filters, one request for each account, and log
//! collection, one request for all. It is read where it is declared, and of new accounts for an import.
//!
//! Log collection is told by account id, which a row with keys hides: of such a row it is only known where its entry
//! says the id.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};
use serde_json::value::RawValue;

use super::logs::{self, Logs};
use super::{rows, tag_filters};
use crate::model::plan::VendorError;
use crate::model::{Key, Observation, Observed, ReadClient};

/// Accounts whose tag filters are read at once.
const AT_ONCE: usize = 8;

/// Log collection of all accounts, or why it cannot be told; not asked for unless it is `wanted`.
pub async fn logs(client: &dyn ReadClient, wanted: bool) -> Result<Logs, VendorError> {
    if wanted { logs::read(&client.read(logs::list()).await?) } else { Ok(Logs::default()) }
}

/// Reads the tag filters of these rows. One that cannot be read is named.
pub async fn put_filters(client: &dyn ReadClient, keys: impl Iterator<Item = &Key>, found: &mut Observation) {
    let there = keys.filter(|key| found.rows.contains_key(*key));
    let asked: Vec<_> = there
        .map(|key| async move {
            let answer = client.read(tag_filters::of(&key.name)).await.map_err(VendorError::from);
            (key.clone(), answer.and_then(|answer| tag_filters::read(&answer)))
        })
        .collect();
    let answers: Vec<_> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    for (key, answer) in answers {
        match answer {
            Ok(answer) => put(&mut found.rows, &key, "filters", &answer),
            Err(error) => found.unreadable.push((key, error)),
        }
    }
}

/// Puts log collection into the rows of these accounts. One where it cannot be told is named.
pub fn put_logs<'a>(
    logs: &Result<Logs, VendorError>,
    accounts: impl Iterator<Item = (&'a Key, Option<&'a str>)>,
    found: &mut Observation,
) {
    for (key, account) in accounts.filter_map(|(key, account)| Some((key, account?))) {
        match logs.as_ref().map_err(VendorError::clone).and_then(|logs| logs.of(account)) {
            Ok(Some(answer)) => {
                put(&mut found.rows, key, "logs", answer);
                found.rows.get_mut(key).into_iter().for_each(|row| row.partition = logs::partition(answer));
            }
            Ok(None) => {}
            Err(error) if found.rows.contains_key(key) => found.unreadable.push((key.clone(), error)),
            Err(_) => {}
        }
    }
}

fn put(rows: &mut BTreeMap<Key, Observed>, key: &Key, part: &str, answer: &RawValue) {
    if let Some(row) = rows.remove(key) {
        rows.insert(key.clone(), rows::with(row, part, answer));
    }
}
