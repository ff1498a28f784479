//! The schema of an AWS account at Cloudcraft, and what of it is compared. Rows are compared in YAML's spelling.

use std::sync::LazyLock;

use serde_json::Value;

use crate::model::RowSchema;
use crate::model::schema::{Block, DisruptiveWhen::Change, Set, Text};
use crate::providers::field_types::{Region, RoleArn, RoleName};
use crate::schema;

schema! {
    /// What may stand under `cloudcraft:`.
    pub Account [needs: &[name, role_arn], one_of: &[&[role_name], &[role_arn]]] {
        /// What Cloudcraft calls the account; the account's own `name` if left out.
        name: Text,
        /// The role Cloudcraft assumes, by name; its ARN follows from partition and account.
        role_name: RoleName [disruptive_when: Change, auth, not_compared],
        /// The role Cloudcraft assumes, by ARN.
        role_arn: RoleArn [disruptive_when: Change, auth],
        /// Where Cloudcraft tries the role out when the account is added, if it may not use us-east-1. Sent on create only.
        region: Region [not_compared],
        /// Who may see the account, as `team/ID` or `customer/ID`.
        read_access: Set<Text> [examples: &GRANTS, pattern: "^(team|customer)/[A-Za-z0-9-]+$"],
        /// Who may change the account, as `team/ID` or `customer/ID`.
        write_access: Set<Text> [examples: &GRANTS, pattern: "^(team|customer)/[A-Za-z0-9-]+$"],
    }
}

const GRANTS: [&str; 3] = [
    "team/3c1d7b52-9a04-4e0e-8f63-5b7a90c1e201",
    "team/8e2f4a10-66b3-4d0a-b1f7-0c9d5e3a7702",
    "customer/b07c9e64-1f2a-4c55-9d38-7a6e4f10c803",
];

/// What of it is compared, once a role's name has become its ARN.
pub static SHAPE: LazyLock<RowSchema> = LazyLock::new(|| RowSchema {
    pointer: &[],
    to_yaml_form: Some(spelled),
    within: None,
    block: Account::SCHEMA.compared(),
});

/// YAML's names for fields of a row, and Cloudcraft's.
pub const FIELDS: [(&str, &str); 4] = [
    (Account::name.name(), "name"),
    (Account::role_arn.name(), "roleArn"),
    (Account::read_access.name(), "readAccess"),
    (Account::write_access.name(), "writeAccess"),
];

fn spelled(mut row: Value) -> Value {
    for (ours, theirs) in FIELDS {
        if let Some(fields) = row.as_object_mut()
            && let Some(value) = fields.remove(theirs)
        {
            fields.insert(ours.to_owned(), value);
        }
    }
    row
}
