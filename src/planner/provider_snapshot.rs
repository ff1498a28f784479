//! What was read of one provider, or why nothing was.

use crate::model::Observation;
use crate::model::plan::VendorError;

/// One provider as it was read.
pub struct ProviderSnapshot {
    /// Whose rows they are; providers may share a backend.
    pub backend: &'static str,
    /// Everything, or why not.
    pub result: Result<Observation, VendorError>,
}
