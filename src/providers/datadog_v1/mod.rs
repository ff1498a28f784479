//! Datadog, API v1: the same AWS accounts as v2's, in the form that many fleets were built with. Deprecated by Datadog
//! as a whole.
//!
//! Oddities, from recorded exchanges (2020 to 2025), Datadog's published OpenAPI and issues of its Terraform provider:
//! - POST is no upsert: an account that is there answers 409. It answers the external id and nothing of the row, and
//!   that id is never told again; with keys it answers `{}`. So the row is looked up, and what was sent stands in for
//!   it until then;
//! - PUT is addressed by its query, DELETE by its body; a changed role is sent in the body and addressed by the old
//!   one;
//! - an account that is gone answers 400, not 404; an organization that never had one answers 400 to the listing;
//! - a row with keys shows no account id, so the key is its identity; tag filters take the key where an account id
//!   belongs, log collection wants the account id;
//! - writes must come one after the other: parallel ones ended in 500 (terraform-provider-datadog#132), or in
//!   "conflicting updates" (#2066);
//! - a 403 has one of two bodies, both with the word in `errors`;
//! - rules are overrides of defaults that have changed over time, not a list of what is collected; a rule that nobody
//!   names is left alone. Rows that v2 has written show nearly every rule, and spell two of them otherwise than v1's
//!   own list;
//! - excluded regions are kept as the others at that time: regions to come are not collected;
//! - removing a forwarder leaves the services; setting services replaces them;
//! - `errors` says which accounts Datadog cannot get into. No other API tells, so v2's dialect reads it here too.
//!
//! Not known: whether a PUT keeps what it leaves out. heeler sends back everything, as Terraform did.
//!
//! heeler never asks for a new external id (`PUT /generate_new_external_id`): that would shut Datadog out of an account
//! that works.

pub mod account;
mod declared_parts;
pub mod kinds;
pub mod logs;
mod perform;
pub mod rows;
mod tag_filters;
pub mod wire;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use futures_util::future::join3;
use serde_json::Value;

use super::datadog_common::{catalogs, organization, settings};
use super::{
    ConfigMapping, Dialect, Meta, Organization, OwnHosts, Performed, Provider, Scope, SettingsReader, WriteWidth,
};
use crate::model::plan::VendorError;
use crate::model::schema::Block;
use crate::model::{
    AccountFacts, Action, Desired, Diagnostics, Env, FixedAtCreation, Key, Node, Observation, Observed, Op, ReadClient,
    Settings, Trust, WriteClient,
};

/// Datadog, API v1.
pub struct DatadogV1;

/// The provider's name.
pub const NAME: &str = "datadog_v1";

static META: Meta = Meta {
    name: NAME,
    backend: "datadog",
    write_width: WriteWidth::Serial,
    credentials: settings::CREDENTIALS,
    personal_credentials: settings::PERSONAL_CREDENTIALS,
    hosts: OwnHosts { is_own: settings::is_own_host, names: settings::OWN_HOSTS, variable: settings::HOST_VARIABLE },
    kinds: std::slice::from_ref(&kinds::ACCOUNT),
    block: || account::Account::SCHEMA,
    settings_block: || settings::SettingsBlock::SCHEMA,
    delete_options: None,
    alias_field: Some("access_key_id"),
    alias_example: Some("access_key_id: AKIA..."),
    needs_account: false,
    name_field: None,
    set_after_creation: wire::SENT_SEPARATELY,
};

impl Provider for DatadogV1 {
    fn meta(&self) -> &'static Meta {
        &META
    }
}

impl SettingsReader for DatadogV1 {
    fn settings(&self, block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
        settings::read(NAME, block, env, out)
    }
}

impl ConfigMapping for DatadogV1 {
    fn entries(&self, settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Vec<Desired> {
        account::rules(settings, facts, block, out);
        let access_key = super::alias(self, block);
        let Some(name) = access_key.or(facts.account.as_deref()) else { return Vec::new() };
        // With keys, v1 takes the account id, and never shows it.
        let fixed = facts
            .account
            .iter()
            .map(|account| FixedAtCreation { field: "account_id", value: account.clone(), place: facts.place })
            .collect();
        vec![Desired {
            key: wire::key(name),
            account: facts.account.clone(),
            name: facts.name.clone(),
            place: facts.place,
            node: block.clone(),
            fixed,
            outputs: Vec::new(),
            alias: facts.account.clone().filter(|account| account != name),
        }]
    }

    fn partition(&self, _row: &Observed, live: &Value) -> Option<String> {
        rows::partition(live)
    }

    fn trust(&self, settings: &Settings, row: &Observed) -> Option<Trust> {
        rows::trust(settings, row)
    }
}

#[async_trait]
impl Dialect for DatadogV1 {
    async fn organization(&self, client: &dyn ReadClient) -> Result<Organization, VendorError> {
        organization::of_keys(NAME, client).await
    }

    async fn observe(&self, client: &dyn ReadClient, scope: &Scope<'_>) -> Result<Observation, VendorError> {
        let catalogs = catalogs::read(client, NAME, wire::CATALOGS, scope, wire::read_catalog);
        let (with_filters, with_logs) = (declaring(&scope.declared, "tag_filters"), declaring(&scope.declared, "logs"));
        let logs = declared_parts::logs(client, !with_logs.is_empty());
        let (listing, logs, catalogs) = join3(client.read(wire::list(None)), logs, catalogs).await;
        let mut found = rows::read_listing(&listing?)?.isolate_duplicates(&rows::ROW_POINTERS)?;
        declared_parts::put_filters(client, with_filters.iter().map(|desired| &desired.key), &mut found).await;
        declared_parts::put_logs(
            &logs,
            with_logs.iter().map(|desired| (&desired.key, perform::log_account(desired))),
            &mut found,
        );
        found.catalogs = catalogs;
        Ok(found)
    }

    async fn observe_unmanaged(
        &self,
        client: &dyn ReadClient,
        rows: &BTreeSet<Key>,
        found: &mut Observation,
    ) -> Result<(), VendorError> {
        let accounts: BTreeMap<Key, Option<String>> =
            rows.iter().filter_map(|key| Some((key.clone(), found.rows.get(key)?.account.clone()))).collect();
        let logs = declared_parts::logs(client, accounts.values().any(Option::is_some)).await;
        declared_parts::put_filters(client, accounts.keys(), found).await;
        declared_parts::put_logs(&logs, accounts.iter().map(|(key, account)| (key, account.as_deref())), found);
        Ok(())
    }

    async fn refresh(&self, client: &dyn ReadClient, action: &Action) -> Result<Vec<Observed>, VendorError> {
        let ask = if action.row().is_none() { wire::list_recent() } else { wire::list(Some(&action.key.name)) };
        // Whatever stands between us and Datadog may ignore the filter.
        let mut rows = rows::read_listing(&client.read(ask).await?)?.rows_for(action, true)?;
        if let (Some(id), 2..) = (action.row(), rows.len()) {
            rows.retain(|row| row.id == *id);
        }
        let desired = match &action.op {
            Op::Create { desired, .. } | Op::Update { desired, .. } => Some(desired.as_ref()),
            Op::Delete { .. } => None,
        };
        let wants = |field: &str| desired.is_none_or(|desired| desired.node.get(field).is_some());
        let account = desired.map_or(action.account.as_deref(), perform::log_account);
        let mut whole = Vec::with_capacity(rows.len());
        for mut row in rows {
            if wants("tag_filters") {
                row = rows::with(
                    row,
                    "filters",
                    &tag_filters::read(&client.read(tag_filters::of(&action.key.name)).await?)?,
                );
            }
            if let Some(account) = account.filter(|_| wants("logs"))
                && let Some(logs) = logs::read(&client.read(logs::list()).await?)?.of(account)?
            {
                row = rows::with(row, "logs", logs);
            }
            whole.push(row);
        }
        Ok(whole)
    }

    async fn perform(
        &self,
        client: &dyn WriteClient,
        action: &Action,
        now: Option<&Observed>,
    ) -> Result<Performed, VendorError> {
        match &action.op {
            Op::Create { desired, .. } => perform::create(client, desired).await,
            Op::Update { desired, observed, changes, .. } => {
                perform::update(client, desired, now.unwrap_or(observed), changes).await
            }
            Op::Delete { observed, .. } => perform::delete(client, now.unwrap_or(observed)).await,
        }
    }

    async fn continue_create(&self, client: &dyn WriteClient, action: &Action, row: Observed) -> Performed {
        perform::finish(client, action, row).await
    }
}

/// Whoever declares this field.
fn declaring<'a>(declared: &[&'a Desired], field: &str) -> Vec<&'a Desired> {
    declared.iter().copied().filter(|desired| desired.node.get(field).is_some()).collect()
}
