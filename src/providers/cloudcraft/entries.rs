//! What an account's merged block asks for, by the rules that only Cloudcraft has; and the way back, from a row to what
//! such a block says.
//!
//! Of the two ways to name a role, rows know the ARN, so a name becomes one here; and `region` is never told, so it is
//! a matter of creation only.

use serde_json::Value;

use super::account::{Account, SHAPE};
use super::identity;
use crate::model::schema::View;
use crate::model::schema::additions::field_of;
use crate::model::value::Leaves;
use crate::model::{AccountFacts, Desired, Diagnostic, Diagnostics, FixedAtCreation, Node, Observed, Settings};

/// What an account's merged block asks for; nothing if it does not say which role.
pub fn desired(settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Option<Desired> {
    let account = View::<Account>::of(block);
    check_grants(block, out);
    partition(settings, facts, out);
    let id = facts.account.clone()?;
    let mut node = with_role(facts, &id, account, out)?;
    let key = identity::key(identity::role(View::of(&node).value(Account::role_arn)?)?);
    if let (None, Some(name)) = (account.entry(Account::name), &facts.name) {
        node = node.with_text(Account::name.name(), name, facts.place);
    }
    let region = account.get(Account::region).map(|region| FixedAtCreation {
        field: Account::region.name(),
        value: region.value.to_owned(),
        place: region.place(),
    });
    Some(Desired {
        key,
        account: Some(id),
        name: facts.name.clone(),
        place: facts.place,
        node: node.only(|field| SHAPE.block.fields.contains_key(field)),
        fixed: region.into_iter().collect(),
        outputs: Vec::new(),
        alias: None,
    })
}

/// Whether every grant can be one, and in what is added to grants. Those in which names are filled in later are passed
/// over.
pub fn check_grants(block: &Node, out: &mut Diagnostics) {
    let lists = [Account::read_access.name(), Account::write_access.name()];
    let entries = block.entries().iter().filter(|entry| lists.contains(&field_of(&entry.key)));
    entries.for_each(|entry| grants(entry.node.items(), out));
}

/// A role by its name, where its ARN says no more than that; a person would write no more.
pub fn written(row: &Observed, mut leaves: Leaves) -> Leaves {
    let role_arn = vec![Account::role_arn.name().to_owned()];
    let arn = leaves.get(&role_arn).and_then(Value::as_str).and_then(identity::role);
    let arn = arn.filter(|role| row.account.as_deref() == Some(role.account) && role.is_plain);
    if let Some(name) = arn.map(|role| role.name.to_owned()) {
        leaves.remove(&role_arn);
        leaves.insert(vec![Account::role_name.name().to_owned()], name.into());
    }
    leaves
}

/// The block with the role's ARN in it, whichever way the role is named.
fn with_role(facts: &AccountFacts, id: &str, account: View<'_, Account>, out: &mut Diagnostics) -> Option<Node> {
    let block = account.node();
    if account.entry(Account::role_name).is_some() {
        let name = account.get(Account::role_name)?;
        let arn = format!("arn:{}:iam::{id}:role/{}", facts.partition, name.value.trim_start_matches('/'));
        return Some(block.with_text(Account::role_arn.name(), &arn, name.place()));
    }
    if account.entry(Account::role_arn).is_none() {
        let wrong = Diagnostic::error(facts.place, "an account at Cloudcraft without a role")
            .label("no `role_name`, no `role_arn`");
        out.push(wrong.help("write `role_name: cloudcraft`, in the account, a profile or `defaults`").if_all_is_read());
        return None;
    }
    // One that is no ARN has been reported.
    let arn = account.get(Account::role_arn)?;
    let role = identity::role(arn.value)?;
    if role.account != id {
        out.push(
            Diagnostic::error(arn.place(), "the role of another account")
                .label(format!("a role in account {}", role.account))
                .also(facts.place, format!("this account is {id}"))
                .help("write `role_name:`, or `${aws_account_id}` in the ARN"),
        );
        return None;
    }
    Some(block.clone())
}

fn grants(list: &[Node], out: &mut Diagnostics) {
    for item in list {
        let Some(text) = item.text().filter(|text| item.is_text() && !text.contains("${")) else { continue };
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
            .help("GovCloud has a Cloudcraft of its own: set CLOUDCRAFT_HOST to its address")
            .if_all_is_read(),
        );
    }
}
