//! Which row is which: an AWS account and a role, both out of the role's ARN.
//!
//! The config declares one row per AWS account. Where no row has the declared role and the AWS account has one row of
//! its own that nobody else declares, that row is meant, and its role changes: otherwise a role could never change
//! without leaving a row behind. Rows that Cloudcraft took over from elsewhere are of a kind of their own, so that they
//! stand in nobody's way.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::ACCOUNT;
use crate::model::aws::{Arn, Role};
use crate::model::plan::VendorError;
use crate::model::{Action, Desired, Key, Observation, Observed};
use crate::providers::row_isolation::{Listed, RowPointers};

/// Where a row says what tells it from others.
pub const ROW_POINTERS: RowPointers = RowPointers {
    kind: &ACCOUNT,
    root: "",
    id: "/id",
    names: &["/roleArn"],
    account: "",
    shown: &[
        ("name", "/name"),
        ("role", "/roleArn"),
        ("external_id", "/externalId"),
        ("source", "/source"),
        ("creator", "/CreatorId"),
        ("created", "/createdAt"),
        ("changed", "/updatedAt"),
    ],
};

/// The role of an ARN, if it names one in an account.
pub fn role(arn: &str) -> Option<Role<'_>> {
    Arn::parse(arn)?.role()
}

/// The AWS account in an ARN of whatever sort.
pub fn account(arn: &str) -> Option<&str> {
    Arn::parse(arn)?.account_id()
}

/// The identity of a role's row. A path is not part of it: names are unique in an account, whatever their path.
pub fn key(role: Role<'_>) -> Key {
    ACCOUNT.key(format!("{}/{}", role.account, role.name))
}

/// Rows under the keys that they are declared by, or else under their own.
///
/// # Errors
/// Too many of them cannot be told.
pub fn assigned(listed: Listed, declared: &[&Desired]) -> Result<Observation, VendorError> {
    let mut found = distinct(listed).isolate_duplicates(&ROW_POINTERS)?;
    let named: BTreeSet<&Key> = declared.iter().map(|desired| &desired.key).collect();
    let mut in_account = BTreeMap::<String, Vec<Key>>::new();
    for row in found.rows.values().filter(|row| !named.contains(&row.key)) {
        in_account.entry(row.account.clone().unwrap_or_default()).or_default().push(row.key.clone());
    }
    let has_role = |found: &Observation, desired: &Desired| {
        let several = || {
            found
                .isolated
                .iter()
                .any(|row| row.may_be(&ACCOUNT) && row.goes_by(std::iter::once(desired.key.name.as_str())))
        };
        found.rows.contains_key(&desired.key) || several()
    };
    for desired in declared.iter().filter(|desired| !has_role(&found, desired)).collect::<Vec<_>>() {
        if let Some(row) = found
            .isolated
            .iter()
            .find(|row| row.may_be(&ACCOUNT) && row.account.is_some() && row.account == desired.account)
        {
            let id = row.id.as_ref().map_or_else(|| "without an id".to_owned(), |id| id.0.clone());
            let why = format!(
                "no row has the role of {}, and one that cannot be told from others is in its AWS account: {id}",
                desired.key.name
            );
            found.unreadable.push((desired.key.clone(), VendorError::Unreadable(why)));
            continue;
        }
        let here = desired.account.as_ref().and_then(|account| in_account.get(account)).map_or(&[][..], Vec::as_slice);
        let (own, foreign): (Vec<&Key>, Vec<&Key>) = here.iter().partition(|key| *key.kind == ACCOUNT);
        match (&own[..], foreign.first()) {
            ([], None) => {}
            ([only], _) | ([], Some(only)) => take(&mut found.rows, only, &desired.key),
            ([first, second, ..], _) => {
                let [first, second] = [first, second].map(|key| {
                    found.rows.get(*key).map_or_else(String::new, |row| format!("{} ({})", row.id, key.name))
                });
                let why = format!(
                    "no row has the role of {}, and its AWS account has several rows, {first} and {second}: it cannot be told which is meant; declare \
                     the role of one of them",
                    desired.key.name
                );
                found.unreadable.push((desired.key.clone(), VendorError::Unreadable(why)));
            }
        }
    }
    Ok(found)
}

/// The row of an action under the action's key, if it still belongs to the same AWS account: its role may be what
/// changes.
pub fn as_asked(row: Observed, action: &Action) -> Observed {
    let same = row.key.kind == action.key.kind && row.account == action.account;
    if same { Observed { key: action.key.clone(), ..row } } else { row }
}

fn take(rows: &mut BTreeMap<Key, Observed>, from: &Key, to: &Key) {
    if let Some(row) = rows.remove(from) {
        rows.insert(to.clone(), Observed { key: to.clone(), ..row });
    }
}

/// Rows of elsewhere stand in nobody's way, however many have one role: each goes by its id too.
fn distinct(mut listed: Listed) -> Listed {
    let mut known = BTreeSet::new();
    for row in listed.rows.iter_mut().filter(|row| row.not_manageable.is_some()) {
        if !known.insert(row.key.clone()) {
            row.key.name = format!("{} {}", row.key.name, row.id);
        }
    }
    listed
}
