//! Floor 1: dialects. A provider translates between heeler's values and one vendor's HTTP, and does no I/O of its own.
//!
//! One folder per vendor, the same three names in each: `mod.rs` (the trait, by delegation; the vendor's oddities),
//! `account.rs` (the struct that is schema and comparison), `wire.rs` (paths, verbs, envelopes, errors). No folder
//! knows another, nor the vendor's emulator in `sandbox/vendors/`. What two dialects share stands beside them, and knows
//! none of them: `field_types`, `json_rows`, `allowed_hosts`, `listing`, `xml_answer`, `datadog_common`.

pub mod allowed_hosts;
mod block_check;
pub mod cloudcraft;
pub mod datadog;
pub mod datadog_common;
pub mod datadog_v1;
pub mod field_types;
pub mod listing;
pub mod listing_json;
pub mod migration_source;
pub mod wavefront;
pub mod xml_answer;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde_json::Value;

pub use block_check::check_block;
pub use migration_source::{Adopted, Adoption, Meaning, MigrationSource, NotTaken};

use crate::model::plan::VendorError;
use crate::model::schema::BlockSchema;
use crate::model::value::{Leaves, at};
use crate::model::{
    AccountFacts, Action, Desired, Diagnostics, Env, Key, Kind, Node, Observation, Observed, OutputRef, ReadClient,
    RemoteId, Settings, Trust, WriteClient,
};

/// Every provider. Adding one is a folder and a line here.
pub static ALL: &[&dyn Provider] =
    &[&datadog::Datadog, &datadog_v1::DatadogV1, &cloudcraft::Cloudcraft, &wavefront::Wavefront];

/// The provider of this name.
pub fn named(name: &str) -> Option<&'static dyn Provider> {
    ALL.iter().copied().find(|provider| provider.name() == name)
}

/// Whether a vendor takes writes to different accounts at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteWidth {
    /// One after the other.
    Serial,
    /// As many as the user allows.
    Parallel,
}

/// What is known of the organization that the keys belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// For people.
    pub name: String,
    /// The vendor's own short name for it.
    pub public_id: String,
}

/// What came of an action.
#[derive(Debug)]
pub struct Performed {
    /// The row as it then is; nothing after a delete, or where the vendor does not say.
    pub row: Option<Observed>,
    /// What went wrong after something was done already, in an action of several steps. The next run goes on from
    /// there.
    pub failed: Option<VendorError>,
}

impl Performed {
    /// All of it was done.
    pub fn whole(row: Option<Observed>) -> Self {
        Performed { row, failed: None }
    }
}

/// The other name an account goes by at this provider, where its block says one.
pub fn alias<'a>(provider: &dyn Provider, block: &'a Node) -> Option<&'a str> {
    provider.alias_field()?.split('.').try_fold(block, |node, field| node.get(field))?.text()
}

/// The keys that may name an account in `removed:` in place of `aws_account_id`.
pub fn alias_keys() -> Vec<&'static str> {
    let keys: BTreeSet<&str> = ALL.iter().filter_map(|provider| provider.alias_field()?.rsplit('.').next()).collect();
    keys.into_iter().collect()
}

/// A vendor's dialect.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The name of its block in YAML.
    fn name(&self) -> &'static str;

    /// The name of what it changes. Providers with one backend share rows and identity.
    fn backend(&self) -> &'static str {
        self.name()
    }

    /// Whether writes may run side by side.
    fn write_width(&self) -> WriteWidth {
        WriteWidth::Parallel
    }

    /// Environment variables that hold its own credentials.
    fn credentials(&self) -> &'static [&'static str];

    /// Whether a host is the vendor's own, so that its credentials may go there whoever names it.
    fn is_own_host(&self, host: &str) -> bool;

    /// Those hosts, for people.
    fn own_hosts(&self) -> &'static str;

    /// The environment variable that may name another host.
    fn host_variable(&self) -> &'static str;

    /// What may stand under its name in YAML, as far as layers and checks need to know.
    fn block(&self) -> &'static BlockSchema;

    /// The field, by its dotted path in the block, that is as good a name for the account as its id: an access key. Its
    /// last step is also what `removed:` may name an account by.
    fn alias_field(&self) -> Option<&'static str> {
        None
    }

    /// Whether an entry needs an AWS account id even where that field names the account.
    fn needs_account(&self) -> bool {
        true
    }

    /// The field that the account's own `name` fills where it is left out.
    fn name_field(&self) -> Option<&'static str> {
        None
    }

    /// The kinds of rows that an entry can ask for.
    fn kinds(&self) -> &'static [Kind];

    /// What an entry says to be about these live rows of one account, as [`Provider::block`] has it: given what each
    /// row holds, as it is compared, already under its kind's [`block_path`](Kind::block_path).
    fn to_config(&self, rows: Vec<(&Observed, Leaves)>) -> Leaves {
        rows.into_iter().flat_map(|(_, leaves)| leaves).collect()
    }

    /// The partition of a live row's account, where it can be told. `live` is the row as it is compared.
    fn partition(&self, _row: &Observed, live: &Value) -> Option<String> {
        at(live, "aws_partition").as_str().filter(|name| !name.is_empty()).map(str::to_owned)
    }

    /// What an entry of `removed:` may say to this provider alone, if anything.
    fn removal(&self) -> Option<&'static BlockSchema> {
        None
    }

    /// What may stand in the provider's own block under `providers:`.
    fn settings_block(&self) -> &'static BlockSchema;

    /// Reads the provider's own block under `providers:`, if there is one, together with the environment. What is wrong
    /// is reported.
    fn settings(&self, block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings;

    /// What a first config says under `providers:`, going by the environment. `pretend` is for the sandbox, which
    /// stands at no site.
    fn settings_template(&self, env: &Env, pretend: bool) -> Value {
        let (_, _) = (env, pretend);
        Value::Object(serde_json::Map::new())
    }

    /// What an account's merged block asks for; checks what only the merged block can show.
    fn entries(&self, settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Vec<Desired>;

    /// The organization the keys belong to, where the vendor tells.
    async fn organization(&self, client: &dyn ReadClient) -> Result<Organization, VendorError>;

    /// Reads everything there is: one complete listing, and the catalogs that `declared` needs.
    async fn observe(&self, client: &dyn ReadClient, declared: &[&Desired]) -> Result<Observation, VendorError>;

    /// Reads of these rows what [`observe`](Provider::observe) reads only where it is declared: an import writes down
    /// all there is.
    async fn observe_unmanaged(
        &self,
        _client: &dyn ReadClient,
        _rows: &BTreeSet<Key>,
        _found: &mut Observation,
    ) -> Result<(), VendorError> {
        Ok(())
    }

    /// Reads the row of an action again, by the vendor's handle if there is one, else by identity: as much of it as the
    /// action is about, and before a delete all of it. No row is no error.
    async fn refresh(&self, client: &dyn ReadClient, action: &Action) -> Result<Vec<Observed>, VendorError>;

    /// Does one action. `now` is the row as it was re-read.
    ///
    /// # Errors
    /// Nothing was done, or, where the answer was lost, it cannot be told. What fails after something was done is no
    /// error but the end of a [`Performed`].
    async fn perform(
        &self,
        client: &dyn WriteClient,
        action: &Action,
        now: Option<&Observed>,
    ) -> Result<Performed, VendorError>;

    /// Has the vendor issue a value that an entry leaves to it (`Desired.outputs`), right before the action that needs
    /// it. It changes no row.
    ///
    /// # Errors
    /// Nothing was issued, as far as anybody knows.
    async fn issue(&self, _client: &dyn WriteClient, output: &OutputRef) -> Result<Value, VendorError> {
        Err(VendorError::Unreadable(format!("{} issues no {}", self.name(), output.output)))
    }

    /// The fields that a create sets by requests of their own, after the one that makes the row.
    fn set_after_creation(&self) -> &'static [&'static str] {
        &[]
    }

    /// Goes on with a create whose answer was lost and whose row has shown up since.
    async fn continue_create(&self, _client: &dyn WriteClient, _action: &Action, row: Observed) -> Performed {
        Performed::whole(Some(row))
    }

    /// Whether what this action deletes goes to a trash, from where it can be brought back.
    fn deletes_into_trash(&self, _action: &Action) -> bool {
        false
    }

    /// Which of these deleted rows are not in the trash, and nowhere else: they were deleted a second time, and are
    /// gone for good.
    async fn not_in_trash(
        &self,
        _client: &dyn ReadClient,
        _deleted: &[RemoteId],
    ) -> Result<Vec<RemoteId>, VendorError> {
        Ok(Vec::new())
    }

    /// What the vendor says it cannot do, account by account, where it takes a request of its own to learn that.
    async fn health_issues(&self, _client: &dyn ReadClient) -> Result<BTreeMap<Key, Vec<String>>, VendorError> {
        Ok(BTreeMap::new())
    }

    /// What it takes over of things that others manage, in its own words; nothing of what it does not know. Where the
    /// vendor lists the account, its row may settle what those words leave open.
    fn adopts(&self, _foreign: &[MigrationSource<'_>], _live: Option<&BTreeMap<Key, Observed>>) -> Adoption {
        Adoption::default()
    }

    /// What the AWS side needs to let the vendor into this row's account; nothing where no role is involved.
    fn trust(&self, settings: &Settings, row: &Observed) -> Option<Trust>;
}
