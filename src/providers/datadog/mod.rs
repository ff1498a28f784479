//! Datadog, API v2: AWS account integrations.
//!
//! Oddities, from recorded exchanges and Datadog's published OpenAPI:
//! - a create answers 200, not 201; the server picks the id and, for a role without one, the external id;
//! - PATCH merges deeply and replaces lists; an omitted field is left alone; switching between role and keys is refused
//!   (400);
//! - errors are JSON:API objects although the specification says strings, so both forms are read;
//! - a 404 is an account that is gone; a listing has no pages;
//! - `account_tags: []` comes back as `null` from a write and as `[]` from a read; list order means nothing;
//! - `secret_access_key` is never returned.

pub mod account;
pub mod kinds;
mod migrate_sources;
mod terraform_resources;
pub mod wire;

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::future::join;
use serde_json::Value;

use super::datadog_common::{catalogs, health, organization, settings};
use super::{
    Adoption, ConfigMapping, Dialect, Meta, Migration, MigrationSource, Organization, OwnHosts, Performed, Provider,
    Scope, SettingsReader, WriteWidth,
};
use crate::model::plan::VendorError;
use crate::model::schema::Block;
use crate::model::{
    AccountFacts, Action, Desired, Diagnostics, Env, FixedAtCreation, Key, Node, Observation, Observed, Op, ReadClient,
    Settings, Trust, WriteClient,
};

/// Datadog, API v2.
pub struct Datadog;

/// The provider's name.
pub const NAME: &str = "datadog";

static META: Meta = Meta {
    name: NAME,
    backend: NAME,
    write_width: WriteWidth::Parallel,
    credentials: settings::CREDENTIALS,
    personal_credentials: settings::PERSONAL_CREDENTIALS,
    hosts: OwnHosts { is_own: settings::is_own_host, names: settings::OWN_HOSTS, variable: settings::HOST_VARIABLE },
    kinds: std::slice::from_ref(&kinds::ACCOUNT),
    block: || account::Account::SCHEMA,
    settings_block: || settings::SettingsBlock::SCHEMA,
    delete_options: None,
    alias_field: Some("auth_config.access_key_id"),
    alias_example: Some("access_key_id: AKIA..."),
    needs_account: true,
    name_field: None,
    set_after_creation: &[],
};

impl Provider for Datadog {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn migration(&self) -> Option<&'static dyn Migration> {
        Some(&Datadog)
    }
}

impl SettingsReader for Datadog {
    fn settings(&self, block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
        settings::read(NAME, block, env, out)
    }

    fn settings_template(&self, env: &Env, pretend: bool) -> Value {
        settings::beginning(env, pretend)
    }
}

impl ConfigMapping for Datadog {
    fn entries(&self, settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Vec<Desired> {
        account::rules(settings, facts, block, out);
        let Some(id) = &facts.account else { return Vec::new() };
        let fixed = vec![
            FixedAtCreation { field: "aws_account_id", value: id.clone(), place: facts.place },
            FixedAtCreation { field: "aws_partition", value: facts.partition.clone(), place: facts.partition_place },
        ];
        vec![Desired {
            key: wire::key(id),
            account: Some(id.clone()),
            name: facts.name.clone(),
            place: facts.place,
            node: block.clone(),
            fixed,
            outputs: Vec::new(),
            alias: super::alias(self, block).map(str::to_owned),
        }]
    }

    fn trust(&self, settings: &Settings, row: &Observed) -> Option<Trust> {
        wire::trust(settings, row)
    }
}

impl Migration for Datadog {
    fn adopts(&self, foreign: &[MigrationSource<'_>], live: Option<&BTreeMap<Key, Observed>>) -> Adoption {
        migrate_sources::adopt(foreign, live)
    }
}

#[async_trait]
impl Dialect for Datadog {
    async fn organization(&self, client: &dyn ReadClient) -> Result<Organization, VendorError> {
        organization::of_keys(NAME, client).await
    }

    async fn observe(&self, client: &dyn ReadClient, scope: &Scope<'_>) -> Result<Observation, VendorError> {
        let catalogs = catalogs::read(client, NAME, wire::CATALOGS, scope, wire::read_catalog);
        let (listing, catalogs) = join(client.read(wire::list(None)), catalogs).await;
        let found = wire::read_listing(&listing?)?.isolate_duplicates(&wire::ROW_POINTERS)?;
        Ok(Observation { catalogs, ..found })
    }

    async fn refresh(&self, client: &dyn ReadClient, action: &Action) -> Result<Vec<Observed>, VendorError> {
        let Some(id) = action.row() else {
            return wire::read_listing(&client.read(wire::list_recent()).await?)?.rows_for(action, true);
        };
        match wire::read_row(&client.read(wire::get(id)).await?) {
            Ok(row) => Ok(vec![row]),
            Err(VendorError::Gone(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn perform(
        &self,
        client: &dyn WriteClient,
        action: &Action,
        now: Option<&Observed>,
    ) -> Result<Performed, VendorError> {
        let row = match &action.op {
            Op::Create { desired, .. } => wire::read_row(&client.write(wire::create(desired)).await?).map(Some),
            Op::Delete { observed, .. } => {
                wire::read_deleted(&client.write(wire::delete(&observed.id)).await?).map(|()| None)
            }
            Op::Update { desired, observed, changes, .. } => {
                let now = now.unwrap_or(observed);
                let request = wire::update(desired, now, changes)?;
                match wire::read_row(&client.write(request.clone()).await?) {
                    Err(VendorError::Invalid { message, fields }) => {
                        match wire::without_unmanaged(request, desired, &fields) {
                            Some(request) => wire::read_row(&client.write(request).await?).map(Some),
                            None => Err(VendorError::Invalid { message, fields }),
                        }
                    }
                    answer => answer.map(Some),
                }
            }
        };
        row.map(Performed::whole)
    }

    async fn health_issues(&self, client: &dyn ReadClient) -> Result<BTreeMap<Key, Vec<String>>, VendorError> {
        health::read(&kinds::ACCOUNT, client).await
    }
}
