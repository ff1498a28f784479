//! Cloudcraft: AWS accounts of its developer API.
//!
//! What is known of it, and how well. L: a live test of one of its SDKs asserts it. O: its published OpenAPI or
//! documentation. S: source of an SDK. M: an SDK's mock, weaker. ?: nothing settles it, and nothing here relies on it.
//! - There is no GET of one account (O): every refresh is the listing of all, and one listing serves the refreshes of five
//!   seconds.
//! - The listing has no pages and no filter (O). An empty one is `{"accounts":[]}`; `{}` is no listing (S).
//! - An account's id is Cloudcraft's own. The AWS account is told by `roleArn` only (O).
//! - A create answers 201, an update 200 with the account, or 204 with nothing (O, M); a delete 200 or 204 (O, S). Any
//!   2xx will do.
//! - A create assumes the role at once; a bad ARN is 400 (L). A role that was made seconds before may be refused too,
//!   since AWS takes a while to show it everywhere: such a refusal is tried again for half a minute. What it says is ?,
//!   so what is known to be about something else is told apart by `reason` (M), and everything else is tried again.
//! - An update is a PUT with name and role, always (S); a field it leaves out stays, or not (?), so fields that heeler
//!   does not know are sent back; grants are sent whenever they are managed, and never otherwise. Fields that only the
//!   server writes are ignored (L).
//! - `region` is where the role is tried out; it is never told (O). `source` is `aws` in a listing, absent in the
//!   answer to a create (M); accounts that Cloudcraft took over from Datadog may have another one (?), and those are
//!   left alone.
//! - `externalId` belongs to the user who added the account, and a key to a user: `iamParameters` tells what new roles
//!   must trust (O).
//! - Nothing says that a role may be added once only (?): a create is looked for right before it is sent, and never
//!   sent again when its answer was lost.
//! - 20 requests in 10 s, then 429 with `Retry-After` (O); a help page says a minute (O), which is waited where nothing
//!   is said.
//! - Of a refusal's body only `error` is sure (S); it may be no JSON at all (S).

pub mod account;
pub mod entries;
pub mod errors;
pub mod identity;
pub mod kinds;
pub mod settings;
pub mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::{OptionFuture, join};
use serde_json::Value;

use super::{
    ConfigMapping, Dialect, Meta, Organization, OwnHosts, Performed, Provider, Scope, SettingsReader, WriteWidth,
};
use crate::model::plan::VendorError;
use crate::model::schema::Block;
use crate::model::value::{Leaves, at};
use crate::model::{
    AccountFacts, Action, Desired, Diagnostics, Env, Node, Observation, Observed, Op, ReadClient, Settings, Trust,
    WriteClient,
};

/// Cloudcraft.
pub struct Cloudcraft;

/// The provider's name.
pub const NAME: &str = "cloudcraft";

static META: Meta = Meta {
    name: NAME,
    backend: NAME,
    write_width: WriteWidth::Parallel,
    credentials: settings::CREDENTIALS,
    personal_credentials: &[],
    hosts: OwnHosts { is_own: settings::is_own_host, names: settings::OWN_HOSTS, variable: settings::HOST_VARIABLE },
    kinds: std::slice::from_ref(&kinds::ACCOUNT),
    block: || account::Account::SCHEMA,
    settings_block: || settings::SettingsBlock::SCHEMA,
    delete_options: None,
    alias_field: None,
    alias_example: None,
    needs_account: true,
    name_field: Some("name"),
    set_after_creation: &[],
};

impl Provider for Cloudcraft {
    fn meta(&self) -> &'static Meta {
        &META
    }
}

impl SettingsReader for Cloudcraft {
    fn settings(&self, block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
        settings::read(block, env, out)
    }
}

impl ConfigMapping for Cloudcraft {
    fn entries(&self, settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Vec<Desired> {
        entries::desired(settings, facts, block, out).into_iter().collect()
    }

    fn check_layer(&self, block: &Node, out: &mut Diagnostics) {
        entries::check_grants(block, out);
    }

    fn to_config(&self, rows: Vec<(&Observed, Leaves)>) -> Leaves {
        rows.into_iter().flat_map(|(row, leaves)| entries::written(row, leaves)).collect()
    }

    fn partition(&self, _row: &Observed, live: &Value) -> Option<String> {
        Some(identity::role(at(live, "role_arn").as_str()?)?.partition.to_owned())
    }

    fn trust(&self, _settings: &Settings, row: &Observed) -> Option<Trust> {
        wire::trust(row)
    }
}

#[async_trait]
impl Dialect for Cloudcraft {
    async fn organization(&self, client: &dyn ReadClient) -> Result<Organization, VendorError> {
        wire::read_user(&client.read(wire::user()).await?)
    }

    async fn observe(&self, client: &dyn ReadClient, scope: &Scope<'_>) -> Result<Observation, VendorError> {
        let owner = OptionFuture::from((!scope.declared.is_empty()).then(|| owner(client)));
        let (listing, owner) = join(client.read(wire::list()), owner).await;
        let (mut listed, owner) = (wire::read_listing(&listing?)?, owner.transpose()?);
        if let Some(owner) = owner {
            listed.rows.iter_mut().for_each(|row| owner.annotate(row));
        }
        identity::assigned(listed, &scope.declared)
    }

    async fn refresh(&self, client: &dyn ReadClient, action: &Action) -> Result<Vec<Observed>, VendorError> {
        let listed = wire::read_listing(&client.read(wire::list_recent()).await?)?;
        match action.row() {
            Some(id) => Ok(listed
                .rows
                .into_iter()
                .filter(|row| row.id == *id)
                .map(|row| identity::as_asked(row, action))
                .collect()),
            None => listed.rows_for(action, false),
        }
    }

    async fn perform(
        &self,
        client: &dyn WriteClient,
        action: &Action,
        now: Option<&Observed>,
    ) -> Result<Performed, VendorError> {
        let written = match &action.op {
            Op::Create { desired, .. } => {
                // Cloudcraft accepts duplicates, so the row is looked for right before it is created.
                if let Some(known) = self.refresh(client, action).await?.first() {
                    return Err(VendorError::Exists(format!("it is there already, as {}", known.id)));
                }
                wire::read_written(&client.write(wire::create(desired)).await?, true)
            }
            Op::Update { desired, observed, changes, .. } => {
                let tries_the_role = changes.iter().any(|change| change.path.top() == Some("role_arn"));
                let request = wire::update(desired, now.unwrap_or(observed))?;
                wire::read_written(&client.write(request).await?, tries_the_role)
            }
            Op::Delete { observed, .. } => {
                wire::read_deleted(&client.write(wire::delete(&observed.id)).await?).map(|()| None)
            }
        };
        let creates = matches!(action.op, Op::Create { .. });
        match written {
            Ok(row) => {
                let mut row = row.map(|row| identity::as_asked(row, action));
                if let Some(row) = row.as_mut().filter(|_| creates)
                    && let Ok(owner) = owner(client).await
                {
                    owner.annotate(row);
                }
                Ok(Performed::whole(row))
            }
            Err(VendorError::NotYet(refused)) => {
                let owner = owner(client).await.ok();
                Err(VendorError::NotYet(Box::new(errors::of_a_role(*refused, owner.as_ref()))))
            }
            Err(error) => Err(error),
        }
    }

    async fn continue_create(&self, client: &dyn WriteClient, _action: &Action, mut row: Observed) -> Performed {
        if let Ok(owner) = owner(client).await {
            owner.annotate(&mut row);
        }
        Performed::whole(Some(row))
    }
}

/// Whose key it is, as far as a role's trust policy must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The AWS account from which Cloudcraft assumes roles.
    pub principal: Arc<str>,
    /// What it presents then, for accounts that this key adds.
    pub external_id: String,
}

async fn owner(client: &dyn ReadClient) -> Result<Owner, VendorError> {
    wire::read_owner(&client.read(wire::iam_parameters()).await?)
}

impl Owner {
    /// Notes in a row who assumes its role, and whether that is on behalf of somebody else.
    fn annotate(&self, row: &mut Observed) {
        row.principal = Some(self.principal.clone());
        if let Some(theirs) =
            wire::external_id(row).filter(|theirs| row.not_manageable.is_none() && *theirs != self.external_id)
        {
            row.health_issues.push(format!(
                "its external id is {theirs}, but that of the key's owner is {}: another Cloudcraft user added it; its role must trust the first",
                self.external_id
            ));
        }
    }
}
