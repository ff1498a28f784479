//! A config and a client that reads: all that is needed to see what is live.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Run, Snapshot};
use crate::executor::{ReadPurpose, ask_health, observe_unmanaged};
use crate::model::vendor_error::VendorError;
use crate::model::{Error, Key, ReadClient};

/// A run that can read. It cannot write: for that, [`Run::connect_to_write`] returns another client.
pub struct Connection {
    pub(super) run: Run,
    pub(super) client: Arc<dyn ReadClient>,
}

impl Connection {
    /// The run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The client.
    pub fn client(&self) -> &dyn ReadClient {
        self.client.as_ref()
    }

    /// Reads every provider in use, and checks whose the keys are.
    ///
    /// # Errors
    /// As for [`Run::read_by`].
    pub async fn read(&self) -> Result<Snapshot, Error> {
        self.run.read_by(self.client()).await
    }

    /// The same for another purpose than a plan to be applied.
    ///
    /// # Errors
    /// As for [`Run::read_by`].
    pub async fn read_for(&self, purpose: ReadPurpose) -> Result<Snapshot, Error> {
        self.run.read_for(purpose, self.client()).await
    }

    /// Adds to a snapshot what the vendors say does not work. Answers which providers could not be asked, and why.
    pub async fn read_health_issues(&self, snapshot: &mut Snapshot) -> Vec<(&'static str, VendorError)> {
        ask_health(self.client(), &mut snapshot.providers).await
    }

    /// Adds to a snapshot what a plan does not ask for of these rows, since nobody declares them.
    pub async fn read_unmanaged(&self, rows: &BTreeSet<Key>, snapshot: &mut Snapshot) {
        observe_unmanaged(self.client(), rows, &mut snapshot.providers).await;
    }
}
