//! What an account's merged block asks for: up to three integrations, each known by its service and the ARN of its
//! role. And the way back, from rows to what such a block says.

use super::account::{Account, EXTERNAL_ID};
use super::rows;
use super::service::Service;
use crate::model::aws::Arn;
use crate::model::node::Entry;
use crate::model::schema::View;
use crate::model::value::Leaves;
use crate::model::{
    AccountFacts, Desired, DesiredOutput, Diagnostic, Diagnostics, FixedAtCreation, Node, Observed, OutputRef, Place,
};

/// One integration for each service that the block names. What is wrong with their roles is reported.
pub fn entries(facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Vec<Desired> {
    let named: Vec<(Service, &Entry)> =
        Service::ALL.into_iter().filter_map(|service| Some((service, block.entry(service.name())?))).collect();
    if named.is_empty() {
        out.push(
            Diagnostic::error(facts.place, "a `wavefront` block without a service")
                .label("there is nothing to manage")
                .help("name one, if only as `cloudwatch: {}`: cloudwatch, cloudtrail, ec2")
                .if_all_is_read(),
        );
    }
    named.into_iter().filter_map(|(service, entry)| one(service, facts, block, entry, out)).collect()
}

/// The roles of rows, put to what their services say; one that all have stands beside them. By name, where the ARN says
/// no more.
pub fn written(rows: Vec<(&Observed, Leaves)>) -> Leaves {
    let role = |row: &Observed| match rows::plain_role(row) {
        Some((_, Some(name))) => (Account::role_name.name(), name.to_owned()),
        _ => (Account::role_arn.name(), row.key.name.clone()),
    };
    let roles: Vec<(&str, String)> = rows.iter().map(|(row, _)| role(row)).collect();
    let (first, alike) = (roles.first().cloned(), roles.windows(2).all(|two| two[0] == two[1]));
    let mut leaves: Leaves =
        first.filter(|_| alike).map(|(field, role)| (vec![field.to_owned()], role.into())).into_iter().collect();
    for ((row, own), (field, role)) in rows.into_iter().zip(roles) {
        if !alike {
            leaves.insert(vec![row.key.kind.name.to_owned(), field.to_owned()], role.into());
        }
        leaves.extend(own);
    }
    leaves
}

fn one(service: Service, facts: &AccountFacts, block: &Node, entry: &Entry, out: &mut Diagnostics) -> Option<Desired> {
    let is_service = |key: &str| Service::named(key).is_some();
    let whole = entry.node.over(&block.only(|key| !is_service(key)), Some(service.schema()));
    let account = facts.account.as_deref()?;
    let said = View::<Account>::of(&whole);
    let (role, role_place) = role(service, facts, account, entry, said, out)?;
    let key = rows::key(service, &role);
    let role = FixedAtCreation { field: Account::role_arn.name(), value: role, place: role_place };
    let external_id = said.get(Account::external_id).map(|id| FixedAtCreation {
        field: EXTERNAL_ID,
        value: id.value.to_owned(),
        place: id.place(),
    });
    // One that nobody declares is issued for each integration.
    let issued = DesiredOutput {
        field: EXTERNAL_ID,
        from: OutputRef { of: key.clone(), output: EXTERNAL_ID },
        place: entry.key_place,
        value: None,
    };
    Some(Desired {
        key,
        account: Some(account.to_owned()),
        name: facts.name.clone(),
        place: facts.place,
        node: whole.only(|key| service.kind().schema().block.fields.contains_key(key)),
        outputs: if external_id.is_none() { vec![issued] } else { Vec::new() },
        fixed: std::iter::once(role).chain(external_id).collect(),
        alias: None,
    })
}

/// The ARN of the role and where the role is named, if one is that can be this account's.
fn role(
    service: Service,
    facts: &AccountFacts,
    account: &str,
    entry: &Entry,
    said: View<'_, Account>,
    out: &mut Diagnostics,
) -> Option<(String, Place)> {
    if said.entry(Account::role_name).is_some() {
        let name = said.get(Account::role_name)?;
        return Some((format!("arn:{}:iam::{account}:role/{}", facts.partition, name.value), name.place()));
    }
    if said.entry(Account::role_arn).is_none() {
        // What stands there is no map, and that has been said.
        if !entry.node.is_map() {
            return None;
        }
        out.push(
            Diagnostic::error(entry.key_place, format!("`{}` without a role", service.name()))
                .label("neither here nor beside it is there a role")
                .also(facts.place, "for this account")
                .help("write `role_name: ...`, or the whole ARN as `role_arn: ...`")
                .if_all_is_read(),
        );
        return None;
    }
    let role = said.get(Account::role_arn)?;
    let arn = role.value;
    let theirs = (Arn::parse(arn).map(|arn| arn.partition), rows::account_of(arn));
    if theirs != (Some(facts.partition.as_str()), Some(account)) && rows::account_of(arn).is_some() {
        out.push(
            Diagnostic::error(role.place(), "a role of another account")
                .label(format!("this role is in {} of partition {}", theirs.1.unwrap_or_default(), theirs.0.unwrap_or_default()))
                .also(facts.place, format!("this account is {account} of partition {}", facts.partition))
                .help("write `role_name: ...` and leave the rest of the ARN to heeler, or move the block to the account the role is in"),
        );
        return None;
    }
    Some((arn.to_owned(), role.place()))
}
