//! The struct that is YAML schema for an AWS account at Cloudcraft, what of it is compared, and the rules that only
//! Cloudcraft has.
//!
//! Rows are compared in YAML's spelling. Of the two ways to name a role, rows know the ARN, so a name becomes one here;
//! and `region` is never told, so it is a matter of creation only.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::identity;
use crate::model::row_schema::BlockSchema;
use crate::model::value::Leaves;
use crate::model::{
    AccountFacts, Desired, Diagnostic, Diagnostics, FixedAtCreation, Node, Observed, RowSchema, Settings,
};
use crate::providers::field_types::{Region, RoleArn, RoleName, Set, names_a_role};
use crate::providers::schema_of;

/// What may stand under `cloudcraft:`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-needs" = ["name"], "x-one-of" = [["role_name"], ["role_arn"]]))]
#[allow(dead_code)]
pub struct Account {
    /// What Cloudcraft calls the account; the account's own `name` if left out.
    name: Option<String>,
    /// The role Cloudcraft assumes, by name; its ARN follows from partition and account.
    #[schemars(extend("x-stops" = "change", "x-auth" = true))]
    role_name: Option<RoleName>,
    /// The role Cloudcraft assumes, by ARN.
    #[schemars(extend("x-stops" = "change", "x-auth" = true))]
    role_arn: Option<RoleArn>,
    /// Where Cloudcraft tries the role out when the account is added, if it may not use us-east-1. Sent on create only.
    region: Option<Region>,
    /// Who may see the account, as `team/ID` or `customer/ID`.
    #[schemars(extend("items" = { "type": "string", "examples": GRANTS }))]
    read_access: Option<Set<String>>,
    /// Who may change the account, as `team/ID` or `customer/ID`.
    #[schemars(extend("items" = { "type": "string", "examples": GRANTS }))]
    write_access: Option<Set<String>>,
}

const GRANTS: [&str; 3] = [
    "team/3c1d7b52-9a04-4e0e-8f63-5b7a90c1e201",
    "team/8e2f4a10-66b3-4d0a-b1f7-0c9d5e3a7702",
    "customer/b07c9e64-1f2a-4c55-9d38-7a6e4f10c803",
];

/// The block's JSON Schema.
pub static SCHEMA: LazyLock<Value> = LazyLock::new(schema_of::<Account>);

/// What may stand in it.
pub static BLOCK: LazyLock<BlockSchema> = LazyLock::new(|| BlockSchema::of_schema(&SCHEMA));

/// What of it is compared, once a role's name has become its ARN.
pub static SHAPE: LazyLock<RowSchema> = LazyLock::new(|| {
    let mut block = BLOCK.clone();
    block.fields.retain(|field, _| !matches!(field.as_str(), "role_name" | "region"));
    block.arms.clear();
    block.needs = ["name", "role_arn"].map(str::to_owned).into();
    RowSchema { pointer: &[], to_yaml_form: spelled, within: None, block }
});

/// YAML's names for fields of a row, and Cloudcraft's.
pub const FIELDS: [(&str, &str); 4] =
    [("name", "name"), ("role_arn", "roleArn"), ("read_access", "readAccess"), ("write_access", "writeAccess")];

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

/// What an account's merged block asks for; nothing if it does not say which role.
pub fn desired(settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Option<Desired> {
    ["read_access", "write_access"].iter().filter_map(|field| block.get(field)).for_each(|list| grants(list, out));
    partition(settings, facts, out);
    let account = facts.account.clone()?;
    let mut node = with_role(facts, &account, block, out)?;
    let key = identity::role(node.get("role_arn")?.text()?)?.key();
    if let (None, Some(name)) = (node.get("name"), &facts.name) {
        node = node.with_text("name", name, facts.place);
    }
    let region = block.get("region").and_then(|region| Some((region.text()?.to_owned(), region.place())));
    Some(Desired {
        key,
        account: Some(account),
        name: facts.name.clone(),
        place: facts.place,
        node: node.only(|field| !matches!(field, "role_name" | "region")),
        fixed: region.into_iter().map(|(value, place)| FixedAtCreation { field: "region", value, place }).collect(),
        outputs: Vec::new(),
        alias: None,
    })
}

/// A role by its name, where its ARN says no more than that; a person would write no more.
pub fn written(row: &Observed, mut leaves: Leaves) -> Leaves {
    let role_arn = vec!["role_arn".to_owned()];
    let arn = leaves.get(&role_arn).and_then(Value::as_str).and_then(identity::role);
    let arn = arn.filter(|role| row.account.as_deref() == Some(role.account) && role.is_plain);
    if let Some(name) = arn.map(|role| role.name.to_owned()) {
        leaves.remove(&role_arn);
        leaves.insert(vec!["role_name".to_owned()], name.into());
    }
    leaves
}

/// The block with the role's ARN in it, whichever way the role is named.
fn with_role(facts: &AccountFacts, account: &str, block: &Node, out: &mut Diagnostics) -> Option<Node> {
    if let Some(name) = block.get("role_name") {
        let arn = format!("arn:{}:iam::{account}:role/{}", facts.partition, name.text()?.trim_start_matches('/'));
        return Some(block.with_text("role_arn", &arn, name.place()));
    }
    let Some(arn) = block.get("role_arn") else {
        // It may be there under a misspelt name, and that has been said.
        if names_a_role(block) {
            return None;
        }
        let wrong = Diagnostic::error(facts.place, "an account at Cloudcraft without a role")
            .label("no `role_name`, no `role_arn`");
        out.push(wrong.help("write `role_name: cloudcraft`, in the account, a profile or `defaults`"));
        return None;
    };
    // One that is no ARN has been reported.
    let role = identity::role(arn.text()?)?;
    if role.account != account {
        out.push(
            Diagnostic::error(arn.place(), "the role of another account")
                .label(format!("a role in account {}", role.account))
                .also(facts.place, format!("this account is {account}"))
                .help("write `role_name:`, or `${aws_account_id}` in the ARN"),
        );
        return None;
    }
    Some(block.clone())
}

fn grants(list: &Node, out: &mut Diagnostics) {
    for item in list.items() {
        let Some(text) = item.text().filter(|text| !text.contains("${")) else { continue };
        let id = text.strip_prefix("team/").or_else(|| text.strip_prefix("customer/"));
        if id.is_none_or(|id| id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')) {
            let wrong = Diagnostic::error(item.place(), format!("`{text}` is nobody at Cloudcraft"))
                .label("not a team, not a customer");
            out.push(wrong.help("write `team/ID`, or `customer/ID` for everybody"));
        }
    }
}

fn partition(settings: &Settings, facts: &AccountFacts, out: &mut Diagnostics) {
    if facts.partition != "aws" && settings.via.is_none() {
        out.push(
            Diagnostic::warning(
                facts.partition_place,
                format!("a role in partition {} for {}", facts.partition, settings.site),
            )
            .label("roles are assumed from partition aws there")
            .help("GovCloud has a Cloudcraft of its own: set CLOUDCRAFT_HOST to its address"),
        );
    }
}
