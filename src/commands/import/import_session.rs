//! What an import begins with: the config, or none; a client; a complete snapshot.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::commands::CommandError;
use crate::commands::config_paths::{SEED, usual_place, world_is_named, world_of};
use crate::commands::console::Console;
use crate::commands::flags::{Paths, ProviderSelection, Selection};
use crate::config::files::{self, Text};
use crate::config::{Loaded, load_texts};
use crate::executor::{check_organization, observe, observe_unmanaged};
use crate::importer::fresh;
use crate::model::yaml::{Line, Yaml};
use crate::model::{Diagnostic, Diagnostics, Env, Observed, ReadClient};
use crate::planner::ProviderSnapshot;
use crate::planner::partitions::settled;
use crate::providers::{self, Organization, Provider};
use crate::render::diagnostics::diagnostics;
use crate::render::yaml;
use crate::sandbox::{Sandbox, World};
use crate::transport::Http;

/// Says what a config begins with, given the pretend world if there is one.
pub type Begin<'a> = dyn Fn(Option<&World>) -> Result<Vec<Line>, CommandError> + 'a;

/// Everything but the listing.
pub struct ImportSession {
    /// The config as it was read; nothing if there is none yet.
    pub texts: Vec<Text>,
    /// What a config begins with that does not exist yet.
    pub beginning: Vec<Line>,
    /// The config, or that beginning.
    pub loaded: Loaded,
    /// Whether the client is the sandbox.
    pub sandbox: bool,
    client: Arc<dyn ReadClient>,
}

impl ImportSession {
    /// Reads the config if there is one, and connects for reading.
    ///
    /// # Errors
    /// The config is invalid; or there is none, and no keys either; or the credentials are not there.
    pub fn open(
        paths: &Paths,
        selection: &Selection,
        providers: &ProviderSelection,
        env: &Env,
        console: &Console,
    ) -> Result<Self, CommandError> {
        world_is_named(selection.sandbox.as_deref(), &paths.paths)?;
        let world = selection.sandbox.as_ref().map(|world| world_of(world, &paths.paths, env)).transpose()?;
        let (texts, wrong) = config(paths, env);
        ImportSession::over(texts, wrong, world, &|world| beginning(world, providers, env), providers, env, console)
    }

    /// The same over texts that were read. `begin` says what a config begins with, if they say nothing.
    ///
    /// # Errors
    /// As for [`ImportSession::open`].
    pub fn over(
        texts: Vec<Text>,
        wrong: Diagnostics,
        world: Option<World>,
        begin: &Begin<'_>,
        providers: &ProviderSelection,
        env: &Env,
        console: &Console,
    ) -> Result<Self, CommandError> {
        // A shell that is told to put the result into a file makes it first.
        let says_nothing = wrong.is_empty() && texts.iter().all(|text| text.text.trim().is_empty());
        let beginning = if says_nothing { begin(world.as_ref())? } else { Vec::new() };
        let first = Text { name: "the environment".to_owned(), text: yaml::document(&beginning) };
        let all = if says_nothing { vec![first] } else { texts.clone() };
        let mut loaded = load_texts(all, env, wrong).map_err(|mut invalid| {
            if says_nothing {
                // Nobody wrote it, so nobody can look anything up in it.
                invalid.diagnostics.iter_mut().for_each(Diagnostic::take_out_places);
            }
            console.problem(&diagnostics(&invalid.diagnostics, &invalid.sources));
            CommandError::Invalid
        })?;
        providers.narrow(&mut loaded.desired)?;
        let sandbox = world.is_some();
        let client: Arc<dyn ReadClient> = match world {
            Some(world) => Arc::new(Sandbox::new(world, SEED)),
            None => Arc::new(Http::open(&loaded.desired.settings, env)?),
        };
        Ok(ImportSession { texts, beginning, loaded, sandbox, client })
    }

    /// Guards, and reads everything there is.
    ///
    /// # Errors
    /// The keys belong to another organization, or a provider cannot be read to the end.
    pub async fn read(&mut self) -> Result<BTreeMap<&'static str, ProviderSnapshot>, CommandError> {
        if !self.sandbox {
            check_organization(self.client.as_ref(), &self.loaded.desired.settings).await?;
            self.name_organizations().await;
        }
        let snapshots = whole(observe(self.client.as_ref(), &self.loaded.desired).await)?;
        let settled = match settled(&self.loaded.desired, &snapshots) {
            Cow::Owned(settled) => Some(settled),
            Cow::Borrowed(_) => None,
        };
        settled.into_iter().for_each(|settled| self.loaded.desired = settled);
        Ok(snapshots)
    }

    /// The same, and of accounts that nobody declares also what a plan would not ask for.
    ///
    /// # Errors
    /// As for [`ImportSession::read`].
    pub async fn read_new(
        &mut self,
        only: Option<&BTreeSet<String>>,
    ) -> Result<BTreeMap<&'static str, ProviderSnapshot>, CommandError> {
        let mut snapshots = self.read().await?;
        observe_unmanaged(self.client.as_ref(), &fresh(&self.loaded.desired, &snapshots, only), &mut snapshots).await;
        whole(snapshots)
    }

    /// Whether every account in `--only` is declared, removed or live.
    ///
    /// # Errors
    /// One is not.
    pub fn knows(
        &self,
        only: Option<&BTreeSet<String>>,
        snapshots: &BTreeMap<&'static str, ProviderSnapshot>,
    ) -> Result<(), CommandError> {
        let desired = &self.loaded.desired;
        let rows = snapshots
            .values()
            .filter_map(|snapshot| snapshot.result.as_ref().ok())
            .flat_map(|observation| observation.rows.values());
        let isolated = snapshots
            .values()
            .filter_map(|snapshot| snapshot.result.as_ref().ok())
            .flat_map(|observation| &observation.isolated);
        let isolated = isolated.flat_map(|row| row.names.iter().chain(&row.account).map(String::as_str));
        let live = rows.flat_map(Observed::names).chain(isolated);
        let tombstoned = desired.tombstones.iter().map(|tombstone| tombstone.identity());
        let declared =
            desired.entries.keys().map(|key| key.name.as_str()).chain(desired.named.iter().map(String::as_str));
        let known: BTreeSet<&str> = live.chain(tombstoned).chain(declared).collect();
        match only.into_iter().flatten().find(|id| !known.contains(id.as_str())) {
            Some(id) => Err(CommandError::UnknownLive(id.clone())),
            None => Ok(()),
        }
    }

    /// A first config is for the organization whose keys are set, where the vendor tells.
    async fn name_organizations(&mut self) {
        let Some(Line { value: Yaml::Map(settings), .. }) =
            self.beginning.iter_mut().find(|line| line.key == "providers")
        else {
            return;
        };
        for line in settings {
            let can_be_told =
                |provider: &&'static dyn Provider| provider.settings_block().fields.contains_key("organization");
            let Some(provider) = providers::named(&line.key).filter(can_be_told) else { continue };
            let Yaml::Map(block) = &mut line.value else { continue };
            if block.iter().any(|line| line.key == "organization") {
                continue;
            }
            if let Ok(Organization { name, public_id }) = provider.organization(self.client.as_ref()).await {
                block.push(Line::new("organization", Yaml::text(if name.is_empty() { public_id } else { name })));
            }
        }
    }
}

/// Readings, if all of them are complete.
fn whole(
    snapshots: BTreeMap<&'static str, ProviderSnapshot>,
) -> Result<BTreeMap<&'static str, ProviderSnapshot>, CommandError> {
    let unread =
        snapshots.iter().find_map(|(provider, snapshot)| Some((*provider, snapshot.result.as_ref().err()?.clone())));
    unread.map_or(Ok(snapshots), |(provider, error)| Err(CommandError::Unread(provider, error)))
}

/// What a first config begins with: the providers that can be reached, and of several with one backend the first.
fn beginning(world: Option<&World>, selected: &ProviderSelection, env: &Env) -> Result<Vec<Line>, CommandError> {
    let reached = |provider: &dyn Provider| match world {
        Some(world) => world.backends().any(|backend| backend == provider.backend()),
        None => provider.credentials().iter().all(|name| env.secret(name).is_some()),
    };
    let mut backends = BTreeSet::new();
    let selected = providers::ALL.iter().copied().filter(|provider| selected.selects(provider.name()));
    let found: Vec<_> = selected.filter(|provider| reached(*provider) && backends.insert(provider.backend())).collect();
    if found.is_empty() && world.is_none() {
        return Err(CommandError::NoProvider);
    }
    Ok(begun(found.into_iter().map(|provider| settings(provider, provider, world.is_some(), env)).collect()))
}

/// What a first config says of one provider, in the words of `speaker`. `pretend` is for where no site is known.
pub fn settings(provider: &dyn Provider, speaker: &dyn Provider, pretend: bool, env: &Env) -> Line {
    let said = speaker.settings_template(env, pretend);
    let line = Line::new(provider.name(), Yaml::of(&said));
    if pretend && said != speaker.settings_template(env, false) {
        line.under("The sandbox stands at no site: write your own.")
    } else {
        line
    }
}

/// A config that so far has providers only.
pub fn begun(providers: Vec<Line>) -> Vec<Line> {
    let version = Line::new("version", Yaml::Scalar(1.into()));
    vec![version, Line::new("providers", Yaml::Map(providers)).apart()]
}

/// The config that is named, or in its usual place; nothing if there is none.
pub fn config(paths: &Paths, env: &Env) -> (Vec<Text>, Diagnostics) {
    let places = if paths.paths.is_empty() { usual_place().unwrap_or_default() } else { paths.paths.clone() };
    let mut wrong = Diagnostics::new();
    let texts = if files::are_empty(&places) { Vec::new() } else { files::read(&places, env, &mut wrong) };
    (texts, wrong)
}
