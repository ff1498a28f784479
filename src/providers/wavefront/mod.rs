//! Wavefront (Tanzu Observability, Aria Operations for Applications), API v2: cloud integrations with AWS.
//!
//! What is known, and how well: (G) the vendor's generated clients and their API description, (D) its documentation,
//! (T) its Terraform provider, (F) answers recorded in clients' tests, (?) not established.
//! - One integration is one service with one role; an account has up to three. No key is enforced (F), so a create
//!   looks right before it is sent, and what
//!   is known by one service and one role twice is no listing that can be planned on.
//! - Every answer is 200 in an envelope whose `status.result` is checked too (G, F). A refusal is an envelope,
//!   `{"error"}` or plain text (F).
//! - The next page begins at offset + limit while `moreItems`; `totalItems` is an estimate (G). A listing's largest
//!   limit is unknown (?).
//! - An external id is issued first, once, and not for long (D); whether one may serve several integrations is
//!   contradictory (D, T). A create without one runs into a timeout (D). Reads show it or do not (F, T), and changing
//!   it is refused (T), so a PUT leaves it out.
//! - `forceSave` skips the check of the role and is always read as false (G, T); it is never sent. `lastErrorEvent` in
//!   a PUT is refused (T).
//! - PUT replaces an integration in practice (D); whether it merges is unknown (?), so everything is sent back, fields
//!   that heeler does not know included, but what only Wavefront writes.
//! - `disabled` means that Wavefront could not get in (G); only `/enable` undoes it, as far as is known (?).
//! - A delete goes to the trash, from where `/undelete` brings it back, unless `skipTrash` (G). Whether a listing shows
//!   what is in the trash is unknown (?): a row that says `deleted` or `inTrash` is not live.
//! - An absent refresh rate is 5 minutes (D); an absent filter is `""`. `service` is upper case in answers (F), in any
//!   case in requests (D).
//! - Integrations with others than AWS hold placeholders in place of their secrets (F): they are never touched.
//! - The vendor's own tools write one at a time (T).

pub mod account;
pub mod delete_options;
pub mod entries;
pub mod envelope;
pub mod kinds;
pub mod pagination;
pub mod perform;
pub mod rows;
pub mod service;
pub mod settings;
pub mod trash;
pub mod wire;
pub mod yaml_form;

use async_trait::async_trait;
use serde_json::Value;

use super::{
    ConfigMapping, Dialect, Meta, Organization, OwnHosts, Performed, Provider, Scope, SettingsReader, WriteWidth,
};
use crate::model::plan::VendorError;
use crate::model::schema::Block;
use crate::model::value::Leaves;
use crate::model::{
    AccountFacts, Action, DeleteReason, Desired, Diagnostics, Env, Key, Node, Observation, Observed, Op, OutputRef,
    ReadClient, RemoteId, Settings, Trust, WriteClient,
};

/// Whether a row of this key is listed, be it one of several.
fn is_listed(found: &Observation, key: &Key) -> bool {
    found.rows.contains_key(key)
        || found
            .isolated
            .iter()
            .any(|row| row.identified && row.kind_is_known && row.kind == key.kind && row.names.contains(&key.name))
}

/// Wavefront, API v2.
pub struct Wavefront;

/// The provider's name.
pub const NAME: &str = "wavefront";

static META: Meta = Meta {
    name: NAME,
    backend: NAME,
    write_width: WriteWidth::Serial,
    credentials: settings::CREDENTIALS,
    personal_credentials: &[],
    hosts: OwnHosts { is_own: settings::is_own_host, names: settings::OWN_HOSTS, variable: settings::HOST_VARIABLE },
    kinds: &kinds::SERVICES,
    block: || account::Account::SCHEMA,
    settings_block: || settings::SettingsBlock::SCHEMA,
    delete_options: Some(|| delete_options::DeleteOptions::SCHEMA),
    alias_field: None,
    alias_example: None,
    needs_account: true,
    name_field: None,
    set_after_creation: &[account::ENABLED],
};

impl Provider for Wavefront {
    fn meta(&self) -> &'static Meta {
        &META
    }
}

impl SettingsReader for Wavefront {
    fn settings(&self, block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
        settings::read(block, env, out)
    }

    fn settings_template(&self, env: &Env, pretend: bool) -> Value {
        settings::beginning(env, pretend)
    }
}

impl ConfigMapping for Wavefront {
    fn entries(&self, _: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Vec<Desired> {
        entries::entries(facts, block, out)
    }

    fn to_config(&self, rows: Vec<(&Observed, Leaves)>) -> Leaves {
        entries::written(rows)
    }

    fn partition(&self, row: &Observed, _live: &Value) -> Option<String> {
        rows::plain_role(row).map(|(partition, _)| partition.to_owned())
    }

    fn trust(&self, _: &Settings, row: &Observed) -> Option<Trust> {
        rows::trust(row)
    }

    fn deletes_into_trash(&self, action: &Action) -> bool {
        matches!(action.op, Op::Delete { .. }) && !delete_options::skips_trash(action.tombstone_block())
    }
}

#[async_trait]
impl Dialect for Wavefront {
    async fn organization(&self, _: &dyn ReadClient) -> Result<Organization, VendorError> {
        Err(VendorError::Unreadable(
            "Wavefront does not tell whose token it is; the cluster's address says it".to_owned(),
        ))
    }

    async fn observe(&self, client: &dyn ReadClient, scope: &Scope<'_>) -> Result<Observation, VendorError> {
        let mut found = wire::list(client).await?.live().isolate_duplicates(&rows::ROW_POINTERS)?;
        // An integration that is declared disabled has no health issue for being so.
        for desired in scope.declared.iter().filter(|desired| yaml_form::wants_enabled(&desired.node) == Some(false)) {
            found.rows.get_mut(&desired.key).into_iter().for_each(|row| row.health_issues.clear());
        }
        // The trash is listed only if a declared row is missing.
        let missing: Vec<Key> =
            scope.declared.iter().map(|desired| &desired.key).filter(|key| !is_listed(&found, key)).cloned().collect();
        if !missing.is_empty() {
            match trash::list(client).await {
                Ok(trash) => found.trash = trash::recoverable(trash.rows),
                // What may be in it can be neither made nor brought back; the others go on.
                Err(error) => found.unreadable.extend(missing.into_iter().map(|key| (key, error.clone()))),
            }
        }
        Ok(found)
    }

    async fn refresh(&self, client: &dyn ReadClient, action: &Action) -> Result<Vec<Observed>, VendorError> {
        let Some(id) = action.row() else { return wire::list_recent(client).await?.live().rows_for(action, false) };
        match wire::read_row(&client.read(wire::get(id)).await?) {
            Ok(row) => Ok(rows::live(vec![row])),
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
        match &action.op {
            Op::Create { desired, .. } => perform::create(client, desired, action.recovers()).await,
            Op::Update { desired, observed, changes, .. } => {
                perform::update(client, desired, now.unwrap_or(observed), changes).await
            }
            Op::Delete { observed, reason, .. } => {
                let said = match reason {
                    DeleteReason::Tombstone(tombstone) => tombstone.block(NAME),
                    DeleteReason::Exclusive(_) => None,
                };
                wire::read_deleted(&client.write(wire::delete(&observed.id, said)).await?)?;
                Ok(Performed::whole(None))
            }
        }
    }

    async fn issue(&self, client: &dyn WriteClient, output: &OutputRef) -> Result<Value, VendorError> {
        match output.output {
            account::EXTERNAL_ID => perform::issue(client).await,
            other => Err(VendorError::Unreadable(format!("Wavefront issues no {other}"))),
        }
    }

    async fn continue_create(&self, client: &dyn WriteClient, action: &Action, row: Observed) -> Performed {
        perform::finish(client, action, row).await
    }

    async fn not_in_trash(&self, client: &dyn ReadClient, deleted: &[RemoteId]) -> Result<Vec<RemoteId>, VendorError> {
        trash::without_kept(client, deleted).await
    }
}
