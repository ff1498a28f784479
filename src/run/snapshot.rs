//! What the vendors listed at one time, beside the config it is compared with.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use super::managed_rows::managed;
use super::row_descriptions::descriptions;
use super::{PlanOptions, Planned, Run};
use crate::config::Loaded;
use crate::model::vendor_error::VendorError;
use crate::planner::partitions::fill_partitions;
use crate::planner::{self, PlanInput, ProviderSnapshot};

/// What is live, as it was read. Any number of plans can be made from it.
pub struct Snapshot {
    pub(super) run: Run,
    pub(super) providers: BTreeMap<&'static str, ProviderSnapshot>,
    /// When the listings were asked for.
    pub(super) listed: Instant,
}

impl Snapshot {
    /// A snapshot of what was read in another way.
    pub fn of(run: Run, providers: BTreeMap<&'static str, ProviderSnapshot>) -> Self {
        Snapshot { run, providers, listed: Instant::now() }
    }

    /// What was read of the providers that another config uses, beside that config.
    pub fn of_config(self, config: Loaded) -> Self {
        let Snapshot { run, mut providers, listed } = self;
        providers.retain(|name, _| config.desired.settings.contains_key(name));
        let run = Run { config: Arc::new(config), ..run };
        Snapshot { run, providers, listed }
    }

    /// The run whose providers were read.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// What each provider listed, or why it could not be read.
    pub fn providers(&self) -> &BTreeMap<&'static str, ProviderSnapshot> {
        &self.providers
    }

    /// A provider that could not be read to the end, if there is one, and why.
    pub fn unread(&self) -> Option<(&'static str, &VendorError)> {
        self.providers.iter().find_map(|(provider, snapshot)| Some((*provider, snapshot.result.as_ref().err()?)))
    }

    /// The same, where each account is in the partition that its live rows tell, if the config does not.
    pub fn with_live_partitions(mut self) -> Self {
        if let Cow::Owned(desired) = fill_partitions(&self.run.config.desired, &self.providers) {
            Arc::make_mut(&mut self.run.config).desired = desired;
        }
        self
    }

    /// Decides what there is to do. Sends nothing.
    pub fn plan(&self, options: &PlanOptions) -> Planned {
        let (config, only) = (self.run.config(), options.only.as_ref());
        let mut plan = planner::plan(&PlanInput {
            desired: &config.desired,
            snapshots: &self.providers,
            sources: &config.sources,
            only,
            confirm: &options.confirm,
            confirm_mode: options.confirm_mode,
            approved: options.approved.as_deref(),
            resend_secrets: options.resend_secrets,
        });
        plan.diagnostics.splice(0..0, config.warnings.iter().cloned());
        plan.describe(descriptions(config, &self.providers, &plan));
        plan.diagnostics.extend(options.warnings.iter().cloned());
        if options.trust {
            plan.managed = managed(config, &self.providers, only);
        }
        Planned { run: self.run.clone(), plan, options: options.clone(), listed: self.listed }
    }
}
