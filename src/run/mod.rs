//! Floor 4: the library's public interface. A config becomes a connection, a connection a snapshot of what is live, a
//! snapshot a plan, and a plan is applied and proved.
//!
//! Every step is a value of its own, and none prints or ends the process: the commands do that, and nothing else.

mod accept;
mod apply;
mod connection;
mod managed_rows;
mod options;
mod planned;
mod row_descriptions;
mod snapshot;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

pub use crate::executor::ReadPurpose;
pub use accept::Unproved;
pub use apply::{Applied, ApplyOptions, NotApplied};
pub use connection::Connection;
pub use options::PlanOptions;
pub use planned::Planned;
pub use snapshot::Snapshot;

use crate::config::files::Text;
use crate::config::{self, Invalid, Loaded};
use crate::executor::{observe, observe_checked};
use crate::model::desired::{LeftOut, LeftOutReason};
use crate::model::{Diagnostics, Env, Error, ReadClient, WriteClient};
use crate::planner::approval::{Address, Addressee, Approved};
use crate::providers;
use crate::sandbox::{ExternalIds, Sandbox, World};
use crate::transport::Http;
use tokio::time::Instant;

/// The seed of the embedded emulator's ids and of the order of its listings: the same in every run.
pub const SEED: u64 = 1;

/// A config that was read, merged and checked. Cheap to clone.
#[derive(Clone)]
pub struct Run {
    config: Arc<Loaded>,
    sandbox: bool,
}

impl Run {
    /// Reads files, and folders of `*.yaml`, as one config. `env` tells what a config may leave to the environment, such
    /// as `DD_SITE`.
    ///
    /// # Errors
    /// Every mistake in every file.
    pub fn load(paths: &[PathBuf], env: &Env) -> Result<Self, Box<Invalid>> {
        config::load(paths, env).map(Run::of)
    }

    /// The same of texts that are in memory, each with the name that messages give it.
    ///
    /// # Errors
    /// Every mistake in every text.
    pub fn of_texts<N, T>(texts: impl IntoIterator<Item = (N, T)>, env: &Env) -> Result<Self, Box<Invalid>>
    where
        N: Into<String>,
        T: Into<String>,
    {
        let texts = texts.into_iter().map(|(name, text)| Text { name: name.into(), text: text.into() }).collect();
        config::load_texts(texts, env, Diagnostics::new()).map(Run::of)
    }

    /// A run of a config that was loaded.
    pub fn of(config: Loaded) -> Self {
        Run { config: Arc::new(config), sandbox: false }
    }

    /// The config.
    pub fn config(&self) -> &Loaded {
        &self.config
    }

    /// Whether clients of this run lead to the embedded emulator.
    pub fn is_sandboxed(&self) -> bool {
        self.sandbox
    }

    /// The same, where clients lead to the embedded emulator: there nobody's organization is guarded, and every output
    /// says so.
    pub fn in_sandbox(self) -> Self {
        Run { sandbox: true, ..self }
    }

    /// Leaves providers out: they are neither read nor planned, and need no keys. What the config declares there stays
    /// declared.
    pub fn leave_out(&mut self, leaves_out: impl Fn(&str) -> bool, why: LeftOutReason) {
        let desired = &mut Arc::make_mut(&mut self.config).desired;
        let names: Vec<&'static str> = desired.settings.keys().copied().filter(|name| leaves_out(name)).collect();
        for provider in names.into_iter().filter_map(providers::named) {
            desired.leave_out(provider.name(), LeftOut { backend: provider.backend(), why });
        }
    }

    /// Leaves out what none of the approved plans has planned.
    pub fn leave_out_unplanned(&mut self, approved: &Approved) {
        self.leave_out(|provider| approved.leaves_out(provider), LeftOutReason::NotPlanned);
    }

    /// Connects for reading, with the keys that the environment holds.
    ///
    /// # Errors
    /// Keys are missing, or HTTPS cannot be set up.
    pub fn connect(self, env: &Env) -> Result<Connection, Error> {
        Ok(self.connect_to_write(env)?.0)
    }

    /// Connects for reading, and returns a client that writes beside it: [`Planned::apply`] takes that one.
    ///
    /// # Errors
    /// As for [`Run::connect`].
    pub fn connect_to_write(self, env: &Env) -> Result<(Connection, Arc<dyn WriteClient>), Error> {
        let client = Arc::new(Http::open(&self.config.desired.settings, env)?);
        Ok((self.connect_with(client.clone()), client))
    }

    /// Connects to an embedded emulator of every vendor that lists what `world` holds. It needs no keys and no network,
    /// and forgets everything when it is dropped.
    pub fn connect_to_sandbox(self, world: World) -> (Connection, Arc<Sandbox>) {
        let sandbox = Arc::new(Sandbox::new(world, SEED).with_external_ids(ExternalIds::Any));
        (self.in_sandbox().connect_with(sandbox.clone()), sandbox)
    }

    /// Connects by a client of one's own.
    pub fn connect_with(self, client: Arc<dyn ReadClient>) -> Connection {
        Connection { run: self, client }
    }

    /// Reads every provider in use by this client, and checks whose the keys are. A provider that cannot be read does
    /// not keep the others from being read.
    ///
    /// # Errors
    /// The keys belong to another organization than the config is for, or it cannot be told.
    pub async fn read_by(&self, client: &dyn ReadClient) -> Result<Snapshot, Error> {
        self.read_for(ReadPurpose::Plan, client).await
    }

    /// The same for another purpose than a plan to be applied.
    ///
    /// # Errors
    /// As for [`Run::read_by`].
    pub async fn read_for(&self, purpose: ReadPurpose, client: &dyn ReadClient) -> Result<Snapshot, Error> {
        if self.sandbox {
            return Ok(self.read_unguarded_for(purpose, client).await);
        }
        let listed = Instant::now();
        let providers = observe_checked(client, &self.config.desired, purpose).await?;
        Ok(Snapshot { run: self.clone(), providers, listed })
    }

    /// Reads for a plan, whosever the keys are.
    pub async fn read_unguarded(&self, client: &dyn ReadClient) -> Snapshot {
        self.read_unguarded_for(ReadPurpose::Plan, client).await
    }

    /// The same for another purpose.
    pub async fn read_unguarded_for(&self, purpose: ReadPurpose, client: &dyn ReadClient) -> Snapshot {
        let listed = Instant::now();
        let providers = observe(client, &self.config.desired, purpose).await;
        Snapshot { run: self.clone(), providers, listed }
    }

    /// Whom this run addresses, as plan files say it.
    pub fn addressee(&self) -> Addressee {
        let settings = &self.config.desired.settings;
        let addresses = settings.iter().map(|(name, settings)| {
            let organization = settings.organization.as_ref().map(|(name, _)| name.clone());
            let address = Address {
                base: settings.base(self.sandbox).to_owned(),
                site: settings.site.clone(),
                organization,
                services: settings.service_bases(self.sandbox),
            };
            ((*name).to_owned(), address)
        });
        Addressee { sandbox: self.sandbox, providers: addresses.collect() }
    }

    /// Whom this run addresses, as digests count it: the site too where an address of the environment's leads to it, and
    /// the addresses of services that have their own.
    pub fn addressee_digested(&self) -> Value {
        let settings = self.config.desired.settings.iter();
        settings
            .map(|(name, settings)| {
                let base = settings.base(self.sandbox);
                let organization = settings.organization.as_ref().map(|(name, _)| name.as_str());
                let mut addressed = json!({ "base": base, "organization": organization });
                if settings.via.is_some() && !self.sandbox {
                    addressed["site"] = json!(settings.site);
                }
                let services = settings.service_bases(self.sandbox);
                if !services.is_empty() {
                    addressed["services"] = json!(services);
                }
                ((*name).to_owned(), addressed)
            })
            .collect()
    }
}
