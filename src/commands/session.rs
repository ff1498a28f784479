//! What plan and apply have in common: load, open the door, guard, observe, plan.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::console::Console;
use super::flags::{Confirmed, Paths, Selection};
use super::{CommandError, Exit};
use crate::config::{self, Loaded};
use crate::executor::{guard, observe};
use crate::model::desired::Confirm;
use crate::model::diagnostic::any_error;
use crate::model::plan::Managed;
use crate::model::{Env, Plan, Reader, Settings, Transport};
use crate::planner::approval::{Approved, addressed};
use crate::planner::{self, Exactness, Input, Reading};
use crate::providers;
use crate::render::{self, Addressed, Scene};
use crate::sandbox::{Sandbox, World};
use crate::transport::Http;

/// Reads the config, or says everything that is wrong with it.
///
/// # Errors
/// There is none, or it is invalid.
pub fn load(paths: &Paths, env: &Env, say: &dyn Fn(&str)) -> Result<Loaded, CommandError> {
    let paths = if paths.paths.is_empty() { usual_place()? } else { paths.paths.clone() };
    match config::load(&paths, env) {
        Ok(loaded) => {
            say(&render::diagnostics::diagnostics(&loaded.warnings, &loaded.sources));
            Ok(loaded)
        }
        Err(invalid) => {
            say(&render::diagnostics::diagnostics(&invalid.diagnostics, &invalid.sources));
            Err(CommandError::Invalid)
        }
    }
}

/// Where a config is, if nobody says.
///
/// # Errors
/// It is not there.
pub fn usual_place() -> Result<Vec<PathBuf>, CommandError> {
    let usual = ["heeler.yaml", "heeler"].map(PathBuf::from);
    usual.into_iter().find(|path| path.exists()).map(|path| vec![path]).ok_or(CommandError::NoConfig)
}

/// Everything a run needs after the config is read.
pub struct Session {
    /// The config.
    pub config: Loaded,
    /// The narrow door.
    door: Arc<dyn Reader>,
    /// Whether it leads to a pretend world.
    pub sandbox: bool,
    only: Option<BTreeSet<String>>,
    confirm: Confirm,
    exactness: Exactness,
    resend_secrets: bool,
    trust: bool,
    approved: Option<Approved>,
}

/// How a session is opened.
pub struct Opening<'a> {
    /// Where the config is.
    pub paths: &'a Paths,
    /// Which accounts, which world.
    pub selection: &'a Selection,
    /// What is confirmed.
    pub confirmed: &'a Confirmed,
    /// How exactly.
    pub exactness: Exactness,
    /// Whether role, external id and trust policy of every managed account are wanted.
    pub trust: bool,
}

impl Session {
    /// Reads the config and opens the narrow door: whoever holds this session cannot write.
    ///
    /// # Errors
    /// The config is missing or invalid, `--only` names nothing, or the door does not open.
    pub fn open(opening: &Opening<'_>, env: &Env, console: &Console) -> Result<Self, CommandError> {
        Ok(Session::open_wide(opening, env, console)?.0)
    }

    /// The same, and the wide door beside it.
    ///
    /// # Errors
    /// As for [`Session::open`].
    pub fn open_wide(opening: &Opening<'_>, env: &Env, console: &Console) -> Result<(Self, Arc<dyn Transport>), CommandError> {
        let Opening { paths, selection, confirmed, exactness, trust } = opening;
        let config = load(paths, env, &|text| console.problem(text))?;
        let only = selection.only();
        known(only.as_ref(), &config)?;
        let door: Arc<dyn Transport> = match &selection.sandbox {
            Some(world) => Arc::new(Sandbox::new(world_of(world, &paths.paths)?, SEED)),
            None => Arc::new(Http::open(&config.desired.settings, env)?),
        };
        let session = Session {
            config,
            door: door.clone(),
            sandbox: selection.sandbox.is_some(),
            only,
            confirm: confirmed.confirm(),
            exactness: *exactness,
            resend_secrets: false,
            trust: *trust,
            approved: None,
        };
        Ok((session, door))
    }

    /// Sends every declared secret of the selected accounts again.
    pub fn resend_secrets(&mut self, wanted: bool) {
        self.resend_secrets = wanted;
    }

    /// Does only what these plans contain.
    pub fn approve(&mut self, approved: Approved) {
        self.approved = Some(approved);
    }

    /// Whom this run addresses, as a plan file says it.
    pub fn addressed(&self) -> String {
        let settings = self.config.desired.settings.iter();
        let providers = settings.map(|(name, settings)| {
            let organization = settings.organization.as_ref().map(|(name, _)| name.as_str());
            ((*name).to_owned(), json!({ "site": settings.site, "organization": organization }))
        });
        addressed(self.sandbox, &providers.collect())
    }

    /// Guards, observes and plans. The embedded emulator's organization is nobody's, so there is nothing to guard there.
    ///
    /// # Errors
    /// The keys belong to another organization.
    pub async fn plan(&self) -> Result<Plan, CommandError> {
        if !self.sandbox {
            guard(self.door.as_ref(), &self.config.desired.settings).await?;
        }
        Ok(self.plan_again(self.resend_secrets).await)
    }

    /// Observes and plans, without the guard.
    pub async fn plan_again(&self, resend_secrets: bool) -> Plan {
        let readings = observe(self.door.as_ref(), &self.config.desired).await;
        let mut plan = planner::plan(&Input {
            desired: &self.config.desired,
            readings: &readings,
            sources: &self.config.sources,
            only: self.only.as_ref(),
            confirm: &self.confirm,
            exactness: self.exactness,
            approved: self.approved.as_ref(),
            resend_secrets,
        });
        if self.trust {
            plan.managed = managed(&self.config, &readings);
        }
        plan
    }

    /// The plan with all that is said around it.
    pub fn scene<'a>(&self, plan: &'a Plan) -> Scene<'a> {
        let settings = self.config.desired.settings.values();
        let providers = settings.map(|Settings { provider, site, via, organization, endpoint: _ }| Addressed {
            name: provider,
            site: site.clone(),
            via: via.clone().filter(|_| !self.sandbox),
            organization: organization.as_ref().map(|(name, _)| name.clone()),
        });
        Scene::new(plan, providers.collect(), self.sandbox, planner::digest::digest(plan, &self.worlds()))
    }

    /// Who is addressed, as the digest counts it.
    fn worlds(&self) -> Value {
        let settings = self.config.desired.settings.iter();
        settings
            .map(|(name, settings)| {
                let base = if self.sandbox { "sandbox" } else { settings.endpoint.base.as_str() };
                let organization = settings.organization.as_ref().map(|(name, _)| name.as_str());
                ((*name).to_owned(), json!({ "base": base, "organization": organization }))
            })
            .collect()
    }

    /// Says what the catalogs found, and whether it refuses the config.
    pub fn say_diagnostics(&self, plan: &Plan, console: &Console) -> bool {
        console.problem(&render::diagnostics::diagnostics(&plan.diagnostics, &self.config.sources));
        any_error(&plan.diagnostics)
    }
}

/// The endings that a plan alone brings about.
pub fn endings(plan: &Plan) -> Vec<Exit> {
    let mut endings = Vec::new();
    endings.extend(any_error(&plan.diagnostics).then_some(Exit::Invalid));
    endings.extend((plan.is_refused() || !plan.refusals.is_empty()).then_some(Exit::Refused));
    endings.extend((!plan.is_complete()).then_some(Exit::Failed));
    endings
}

/// The embedded emulator's luck: the same in every run.
pub const SEED: u64 = 1;

/// The world named, or the one beside the config, or an empty one.
///
/// # Errors
/// It cannot be read.
pub fn world_of(named: &OsStr, paths: &[PathBuf]) -> Result<World, CommandError> {
    if !named.is_empty() {
        return Ok(World::read(Path::new(named))?);
    }
    let here = [PathBuf::from("."), PathBuf::from("heeler")];
    let places = if paths.is_empty() { &here[..] } else { paths };
    let folder = |path: &PathBuf| if path.is_dir() { path.clone() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() };
    let beside = places.iter().map(|path| folder(path).join("world.json")).find(|path| path.is_file());
    beside.map_or(Ok(World::empty()), |path| Ok(World::read(&path)?))
}

fn known(only: Option<&BTreeSet<String>>, config: &Loaded) -> Result<(), CommandError> {
    let desired = &config.desired;
    let keys = desired.entries.keys().map(|key| key.name.as_str());
    let buried = desired.tombstones.iter().map(|tombstone| tombstone.identity());
    let known: BTreeSet<&str> = keys.chain(buried).chain(desired.named.iter().map(String::as_str)).collect();
    // Where the config owns every account, it also names those it does not mention.
    let unknown = |id: &&String| desired.exclusive.is_none() && !known.contains(id.as_str());
    match only.into_iter().flatten().find(unknown) {
        Some(id) => Err(CommandError::UnknownOnly(id.clone())),
        None => Ok(()),
    }
}

fn managed(config: &Loaded, readings: &BTreeMap<&'static str, Reading>) -> Vec<Managed> {
    let mut managed = Vec::new();
    for key in config.desired.entries.keys() {
        let row = readings.get(key.provider).and_then(|reading| reading.result.as_ref().ok()?.rows.get(key));
        let provider = providers::named(key.provider).zip(config.desired.settings.get(key.provider));
        if let (Some(row), Some((provider, settings))) = (row, provider)
            && let Some(trust) = provider.trust(settings, row)
        {
            managed.push(Managed { key: key.clone(), id: row.id.clone(), trust });
        }
    }
    managed
}

/// A runtime for one command.
///
/// # Errors
/// The system has no resources for one.
pub fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CommandError::Runtime)
}
