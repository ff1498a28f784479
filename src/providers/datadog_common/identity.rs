//! What names an account in a row of either API: its AWS account id, or the id of its access key.

use serde::{Deserialize, Deserializer};

use crate::model::Isolated;
use crate::model::aws::account_id::is_account_id;
use crate::providers::row_isolation::{is_access_key, is_word};

/// A name in a row: null, and an empty text, are none.
///
/// # Errors
/// It is no text.
pub fn name<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(value)?.filter(|text| !text.is_empty()))
}

/// Keeps a row to itself whose names are none. `odd` says of the row why.
///
/// # Errors
/// The row, isolated. It stands under a name of its own all the same, unless that is no word.
pub fn checked(
    account: Option<&str>,
    access_key: Option<&str>,
    odd: impl Fn(&str) -> Box<Isolated>,
) -> Result<(), Box<Isolated>> {
    let wrong_account = account.filter(|account| !is_account_id(account));
    let Some(none) = wrong_account.or(access_key.filter(|key| !is_access_key(key))) else { return Ok(()) };
    let why = "its AWS account id, or its access key, is none";
    Err(Box::new(Isolated { identified: is_word(none), ..*odd(why) }))
}
