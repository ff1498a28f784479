//! What an action needs that a vendor issues: asked for right before the action, and only if that can still be done.

use serde_json::Value;

use super::action_run::ActionRun;
use crate::model::{OutputRef, Status};
use crate::planner::recheck::Recheck;

impl ActionRun<'_> {
    /// Has the vendor issue a value for this action. Nothing is issued if the action turns out to need none: it is done
    /// already, or its row has moved, which the action itself finds out by the same listing.
    ///
    /// # Errors
    /// How the action ends, as it can be done no more.
    pub async fn issue(&self, output: &OutputRef) -> Result<Option<Value>, Status> {
        if let Some(not_now) = self.not_now() {
            return Err(not_now);
        }
        let failed = |error| self.failed(&error).0;
        let now = self.provider.refresh(self.client, self.action).await.map_err(failed)?;
        if self.judge(&now, false).map_err(failed)? != Recheck::Go {
            return Ok(None);
        }
        if let Some(not_now) = self.not_now() {
            return Err(not_now);
        }
        self.provider.issue(self.client, output).await.map(Some).map_err(failed)
    }
}
