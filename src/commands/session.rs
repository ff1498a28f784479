//! What plan, apply and drift have in common: load the config, connect, check the organization, observe, plan.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

use super::config_paths::{SEED, load, world_is_named, world_of};
use super::expect::{Expected, addressee};
use super::flags::{Confirmed, Paths, ProviderSelection, Selection};
use super::managed_rows::{descriptions, managed, managed_row};
use super::reporter::Reporter;
use super::{CommandError, Exit};
use crate::config::Loaded;
use crate::executor::{ask_health, observe, observe_checked};
use crate::model::desired::{Confirm, LeftOut, LeftOutReason};
use crate::model::diagnostic::any_error;
use crate::model::plan::Managed;
use crate::model::{Diagnostics, Env, Op, Outcome, Plan, ReadClient, Settings, WriteClient};
use crate::planner::approval::Approved;
use crate::planner::{self, ConfirmMode, PlanInput, ProviderSnapshot};
use crate::providers;
use crate::render::{Addressed, PlanView};
use crate::sandbox::{ExternalIds, Sandbox};
use crate::transport::Http;

/// What the vendors list, by provider.
pub type Snapshots = BTreeMap<&'static str, ProviderSnapshot>;

/// Everything a run needs after the config is read.
pub struct Session {
    /// The config.
    pub config: Loaded,
    /// The client that reads.
    client: Arc<dyn ReadClient>,
    /// Whether it leads to the sandbox.
    pub sandbox: bool,
    /// Only these accounts, if given.
    pub only: Option<BTreeSet<String>>,
    confirm: Confirm,
    exactness: ConfirmMode,
    resend_secrets: bool,
    trust: bool,
    approved: Option<Approved>,
    /// What there is to say of the files that were approved.
    warnings: Diagnostics,
}

/// How a session is opened.
pub struct SessionOptions<'a> {
    /// Where the config is.
    pub paths: &'a Paths,
    /// Which accounts, which world.
    pub selection: &'a Selection,
    /// Which providers.
    pub providers: &'a ProviderSelection,
    /// What is confirmed.
    pub confirmed: &'a Confirmed,
    /// What was reviewed.
    pub expected: &'a Expected,
    /// How exactly.
    pub exactness: ConfirmMode,
    /// Whether role, external id and trust policy of every managed account are wanted.
    pub trust: bool,
}

impl Session {
    /// Reads the config and connects for reading: whoever holds this session cannot write.
    ///
    /// # Errors
    /// The config is missing or invalid, `--only` names nothing, or the credentials are not there.
    pub fn open(opening: &SessionOptions<'_>, env: &Env, reporter: &Reporter<'_>) -> Result<Self, CommandError> {
        Ok(Session::open_wide(opening, env, reporter)?.0)
    }

    /// The same beside another config: `--only` may name accounts of that one too.
    ///
    /// # Errors
    /// As for [`Session::open`].
    pub fn open_beside(
        other: Option<&Loaded>,
        opening: &SessionOptions<'_>,
        env: &Env,
        reporter: &Reporter<'_>,
    ) -> Result<Self, CommandError> {
        Ok(Session::open_both(other, opening, env, reporter)?.0)
    }

    /// The same, and a client that writes beside it.
    ///
    /// # Errors
    /// As for [`Session::open`].
    pub fn open_wide(
        opening: &SessionOptions<'_>,
        env: &Env,
        reporter: &Reporter<'_>,
    ) -> Result<(Self, Arc<dyn WriteClient>), CommandError> {
        Session::open_both(None, opening, env, reporter)
    }

    fn open_both(
        other: Option<&Loaded>,
        opening: &SessionOptions<'_>,
        env: &Env,
        reporter: &Reporter<'_>,
    ) -> Result<(Self, Arc<dyn WriteClient>), CommandError> {
        let SessionOptions { paths, selection, providers, confirmed, expected, exactness, trust } = opening;
        world_is_named(selection.sandbox.as_deref(), &paths.paths)?;
        let mut config = load(paths, env, reporter)?;
        providers.narrow(&mut config.desired)?;
        let sandbox = selection.sandbox.is_some();
        let reviewed = expected.approved(&addressee(&config.desired.settings, sandbox))?;
        let (approved, warnings) =
            reviewed.map_or((None, Diagnostics::new()), |(approved, warnings)| (Some(approved), warnings));
        approved.iter().for_each(|approved| leave_out_unplanned(approved, &mut config));
        let only = selection.only();
        known(only.as_ref(), [Some(&config), other])?;
        let client: Arc<dyn WriteClient> = match (env.injected_client(), &selection.sandbox) {
            (Some(vendors), _) => vendors.clone(),
            (None, Some(world)) => {
                Arc::new(Sandbox::new(world_of(world, &paths.paths, env)?, SEED).with_external_ids(ExternalIds::Any))
            }
            (None, None) => Arc::new(Http::open(&config.desired.settings, env)?),
        };
        let session = Session {
            config,
            client: client.clone(),
            sandbox,
            only,
            confirm: confirmed.confirm(),
            exactness: *exactness,
            resend_secrets: false,
            trust: *trust,
            approved,
            warnings,
        };
        Ok((session, client))
    }

    /// Sends every declared secret of the selected accounts again.
    pub fn resend_secrets(&mut self, wanted: bool) {
        self.resend_secrets = wanted;
    }

    /// Observes, checks whose the keys are, and plans. The embedded emulator's organization is nobody's, so there is
    /// nothing to guard there.
    ///
    /// # Errors
    /// The keys belong to another organization.
    pub async fn plan(&self) -> Result<Plan, CommandError> {
        Ok(self.plan_of(&self.read().await?, self.resend_secrets))
    }

    /// Observes, and checks whose the keys are.
    ///
    /// # Errors
    /// The keys belong to another organization.
    pub async fn read(&self) -> Result<Snapshots, CommandError> {
        let (client, desired) = (self.client.as_ref(), &self.config.desired);
        if self.sandbox { Ok(observe(client, desired).await) } else { Ok(observe_checked(client, desired).await?) }
    }

    /// Adds to what was read what the vendors say does not work; those that could not be asked are named.
    pub async fn diagnose(&self, snapshots: &mut Snapshots) -> Vec<String> {
        let silent = ask_health(self.client.as_ref(), snapshots).await;
        silent
            .into_iter()
            .map(|(provider, error)| format!("{provider} does not say what does not work: {error}"))
            .collect()
    }

    /// Observes and plans without the guard and without any approval: what differs, whoever may want it so.
    pub async fn plan_unapproved(&self) -> Plan {
        self.plan_with(&observe(self.client.as_ref(), &self.config.desired).await, false, None)
    }

    /// Plans from what was observed.
    pub fn plan_of(&self, snapshots: &Snapshots, resend_secrets: bool) -> Plan {
        self.plan_with(snapshots, resend_secrets, self.approved.as_ref())
    }

    fn plan_with(&self, snapshots: &Snapshots, resend_secrets: bool, approved: Option<&Approved>) -> Plan {
        let mut plan = planner::plan(&PlanInput {
            desired: &self.config.desired,
            snapshots,
            sources: &self.config.sources,
            only: self.only.as_ref(),
            confirm: &self.confirm,
            confirm_mode: self.exactness,
            approved,
            resend_secrets,
        });
        plan.diagnostics.splice(0..0, self.config.warnings.iter().cloned());
        plan.describe(descriptions(&self.config, snapshots, &plan));
        plan.diagnostics.extend(self.warnings.iter().cloned());
        if self.trust {
            plan.managed = managed(&self.config, snapshots, self.only.as_ref());
        }
        plan
    }

    /// What the AWS side of accounts needs that an apply of this plan has made, where that is wanted.
    pub fn made(&self, plan: &Plan, outcomes: &BTreeMap<usize, Outcome>) -> Vec<Managed> {
        let made = outcomes.iter().filter_map(|(index, outcome)| match &plan.actions.get(*index)?.op {
            Op::Create { desired, .. } => {
                let managed = managed_row(&self.config, desired, outcome.row.as_ref()?)?;
                Some(Managed { trust: outcome.trust.clone().unwrap_or(managed.trust), ..managed })
            }
            Op::Update { .. } | Op::Delete { .. } => None,
        });
        if self.trust { made.collect() } else { Vec::new() }
    }

    /// The plan with all that is said around it.
    pub fn plan_view<'a>(&self, plan: &'a Plan, reporter: &Reporter<'_>) -> PlanView<'a> {
        let settings = self.config.desired.settings.values();
        let providers =
            settings.map(|settings @ Settings { provider, site, via, organization, endpoint: _ }| Addressed {
                name: provider,
                site: site.clone(),
                base: settings.base(self.sandbox).to_owned(),
                via: via.clone().filter(|_| !self.sandbox),
                organization: organization.as_ref().map(|(name, _)| name.clone()),
            });
        let digest = planner::digest::digest(plan, &self.addressed_json());
        PlanView { links: reporter.links.clone(), ..PlanView::new(plan, providers.collect(), self.sandbox, digest) }
    }

    /// Who is addressed, as the digest counts it.
    pub fn addressed_json(&self) -> Value {
        let settings = self.config.desired.settings.iter();
        settings
            .map(|(name, settings)| {
                let base = settings.base(self.sandbox);
                let organization = settings.organization.as_ref().map(|(name, _)| name.as_str());
                ((*name).to_owned(), json!({ "base": base, "organization": organization }))
            })
            .collect()
    }

    /// Says what has not been said since the config was read, and whether it refuses the config.
    pub fn say_diagnostics(&self, plan: &Plan, reporter: &Reporter<'_>) -> bool {
        let known = self.config.warnings.len();
        reporter.diagnostics(plan.diagnostics.get(known..).unwrap_or_default(), &self.config.sources);
        any_error(&plan.diagnostics)
    }
}

/// The endings that a plan alone brings about.
pub fn endings(plan: &Plan) -> Vec<Exit> {
    let mut endings = Vec::new();
    endings.extend(any_error(&plan.diagnostics).then_some(Exit::Invalid));
    endings.extend(is_refused(plan).then_some(Exit::Refused));
    endings.extend((!plan.all_listings_read()).then_some(Exit::Failed));
    endings
}

/// Whether a limit or a rule refuses anything of it.
pub fn is_refused(plan: &Plan) -> bool {
    plan.is_refused() || !plan.refusals.is_empty()
}

/// A provider that no approved plan has planned is left out, as `--provider` would.
fn leave_out_unplanned(approved: &Approved, config: &mut Loaded) {
    let unplanned: Vec<&'static str> =
        config.desired.settings.keys().copied().filter(|provider| approved.leaves_out(provider)).collect();
    for provider in unplanned.into_iter().filter_map(providers::named) {
        config
            .desired
            .leave_out(provider.name(), LeftOut { backend: provider.backend(), why: LeftOutReason::NotPlanned });
    }
}

/// `--only` must name accounts that some config does.
fn known(only: Option<&BTreeSet<String>>, configs: [Option<&Loaded>; 2]) -> Result<(), CommandError> {
    let configs = || configs.into_iter().flatten().map(|config| &config.desired);
    let keys = configs().flat_map(|desired| desired.entries.keys().map(|key| key.name.as_str()));
    let tombstoned = configs().flat_map(|desired| desired.tombstones.iter().map(|tombstone| tombstone.identity()));
    let known: BTreeSet<&str> =
        keys.chain(tombstoned).chain(configs().flat_map(|desired| desired.named.iter().map(String::as_str))).collect();
    // Where the config owns every account, it also names those it does not mention.
    let owns_all = configs().any(|desired| desired.exclusive.is_some());
    match only.into_iter().flatten().find(|id| !owns_all && !known.contains(id.as_str())) {
        Some(id) => Err(CommandError::UnknownOnly(id.clone())),
        None => Ok(()),
    }
}

/// A runtime for one command.
///
/// # Errors
/// The system has no resources for one.
pub fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    descriptors_are_left()
        .and_then(|()| tokio::runtime::Builder::new_current_thread().enable_all().build())
        .map_err(CommandError::Runtime)
}

/// Where a runtime lacks file descriptors for its signals, it panics; so they are asked for before.
fn descriptors_are_left() -> io::Result<()> {
    let held: io::Result<Vec<_>> = (0..3).map(|_| io::pipe()).collect();
    held.map(drop)
}
