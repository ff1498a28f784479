//! A plan together with all that is needed to show it and to do it.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use super::managed_rows::managed_row;
use super::{PlanOptions, Run};
use crate::model::diagnostic::any_error;
use crate::model::plan::Managed;
use crate::model::{Change, Diagnostic, Op, Outcome, Plan, Settings};
use crate::planner::digest::digest;
use crate::render::{self, Addressed, PlanView};

/// What apply would do. Nothing has been sent.
pub struct Planned {
    pub(super) run: Run,
    pub(super) plan: Plan,
    pub(super) options: PlanOptions,
    pub(super) listed: Instant,
}

impl Planned {
    /// The run it is for.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// What it consists of, as data.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The plan alone.
    pub fn into_plan(self) -> Plan {
        self.plan
    }

    /// The SHA-256 of all that would be done and of who is addressed: the same decisions, the same digest.
    pub fn digest(&self) -> String {
        digest(&self.plan, &self.run.addressee_digested())
    }

    /// The plan as `heeler plan` prints it, with colours as escape sequences.
    pub fn to_text(&self) -> String {
        render::text::plan(&self.view(), "plan")
    }

    /// The plan with all that is said around it, for the renderers.
    pub fn view(&self) -> PlanView<'_> {
        let sandbox = self.run.is_sandboxed();
        let addressed = |settings: &Settings| {
            let Settings { provider, site, via, organization, endpoint: _, services: _, login: _ } = settings;
            Addressed {
                name: provider,
                site: site.clone(),
                base: settings.base(sandbox).to_owned(),
                services: settings.service_bases(sandbox),
                via: via.clone().filter(|_| !sandbox),
                organization: organization.as_ref().map(|(name, _)| name.clone()),
            }
        };
        let providers = self.run.config().desired.settings.values().map(addressed).collect();
        let sources = Some(&self.run.config().sources);
        PlanView { sources, ..PlanView::new(&self.plan, providers, sandbox, self.digest()) }
    }

    /// Whether it shows that the config is invalid.
    pub fn is_invalid(&self) -> bool {
        any_error(&self.plan.diagnostics)
    }

    /// What has not been said since the config was read.
    pub fn new_diagnostics(&self) -> &[Diagnostic] {
        self.plan.diagnostics.get(self.run.config().warnings.len()..).unwrap_or_default()
    }

    /// The environment variables whose secrets would be sent.
    pub fn secret_variables(&self) -> BTreeSet<String> {
        let changes = self.plan.actions.iter().flat_map(|action| action.changes());
        let names = changes.filter_map(|change| match &change.change {
            Change::Secret { env } => Some(env.clone()),
            Change::Set { .. } | Change::Elements { .. } | Change::Output { .. } => None,
        });
        names.collect()
    }

    /// What the AWS side of accounts needs that an apply of this plan has made, where [`PlanOptions::trust`] asks for it.
    pub fn made(&self, outcomes: &BTreeMap<usize, Outcome>) -> Vec<Managed> {
        let made = outcomes.iter().filter_map(|(index, outcome)| match &self.plan.actions.get(*index)?.op {
            Op::Create { desired, .. } => {
                let managed = managed_row(self.run.config(), desired, outcome.row.as_ref()?)?;
                Some(Managed { trust: outcome.trust.clone().or(managed.trust), ..managed })
            }
            Op::Update { .. } | Op::Delete { .. } => None,
        });
        if self.options.trust { made.collect() } else { Vec::new() }
    }
}
