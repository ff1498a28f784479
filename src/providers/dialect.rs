//! The part of a provider that speaks with the vendor: reads and writes, through the client that it is handed.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde_json::Value;

use super::Scope;
use crate::model::plan::VendorError;
use crate::model::{Action, Key, Observation, Observed, OutputRef, ReadClient, RemoteId, WriteClient};

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

/// How one vendor is spoken to.
#[async_trait]
pub trait Dialect: Send + Sync {
    /// The organization the keys belong to, where the vendor tells.
    async fn organization(&self, client: &dyn ReadClient) -> Result<Organization, VendorError>;

    /// Reads everything there is: one complete listing of each kind, and the catalogs that the declared rows need. A
    /// vendor that lists one account at a time is asked for the accounts in `scope`; one that cannot be entered goes to
    /// [`Observation::unread_accounts`], and no other account suffers from it.
    async fn observe(&self, client: &dyn ReadClient, scope: &Scope<'_>) -> Result<Observation, VendorError>;

    /// Reads of these rows what [`observe`](Dialect::observe) reads only where it is declared: an import writes down
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
        Err(VendorError::Unreadable(format!("{} issues no {}", output.of.provider, output.output)))
    }

    /// Goes on with a create whose answer was lost and whose row has shown up since.
    async fn continue_create(&self, _client: &dyn WriteClient, _action: &Action, row: Observed) -> Performed {
        Performed::whole(Some(row))
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
}
