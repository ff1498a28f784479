//! What an import begins with: the config, or none, and a connection.

use super::first_config::{beginning, name_organizations};
use crate::commands::arguments::config_paths::{usual_place, world_is_named, world_of};
use crate::commands::arguments::flags::{Paths, ProviderSelection, Selection};
use crate::commands::process::console::Console;
use crate::config::files::{self, Text};
use crate::config::load_texts;
use crate::importer::fresh;
use crate::model::suggestion::listed;
use crate::model::vendor_error::VendorError;
use crate::model::yaml::Line;
use crate::model::{Diagnostic, Diagnostics, Env, Error, ResourceSelection, SelectedResource};
use crate::planner::selectable::Selectable;
use crate::render::diagnostics::diagnostics;
use crate::render::yaml;
use crate::run::{Connection, Run, Snapshot};
use crate::sandbox::World;

/// Says what a config begins with, given the pretend world if there is one.
pub type Begin<'a> = dyn Fn(Option<&World>) -> Result<Vec<Line>, Error> + 'a;

/// Everything but the listing.
pub struct ImportSession {
    /// The config as it was read; nothing if there is none yet.
    pub texts: Vec<Text>,
    /// What a config begins with that does not exist yet.
    pub beginning: Vec<Line>,
    /// The config, or that beginning, and a client that reads.
    pub connection: Connection,
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
    ) -> Result<Self, Error> {
        world_is_named(selection.sandbox.as_deref(), &paths.paths)?;
        let world = selection.sandbox.as_ref().map(|world| world_of(world, &paths.paths, env)).transpose()?;
        let (texts, wrong) = config(paths, env)?;
        ImportSession::over(texts, wrong, world, &|world| beginning(world, providers, env), providers, env, console)
    }

    /// The same where there is no config: it begins with what `begin` says.
    ///
    /// # Errors
    /// As for [`ImportSession::open`].
    pub fn without_config(
        world: Option<World>,
        begin: &Begin<'_>,
        env: &Env,
        console: &Console,
    ) -> Result<Self, Error> {
        let providers = ProviderSelection::default();
        ImportSession::over(Vec::new(), Diagnostics::new(), world, begin, &providers, env, console)
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
    ) -> Result<Self, Error> {
        // A shell that is told to put the result into a file makes it first.
        let says_nothing = wrong.is_empty() && texts.iter().all(|text| text.text.trim().is_empty());
        let beginning = if says_nothing { begin(world.as_ref())? } else { Vec::new() };
        let first = Text { name: "the environment".to_owned(), text: yaml::document(&beginning) };
        let all = if says_nothing { vec![first] } else { texts.clone() };
        let loaded = load_texts(all, env, wrong).map_err(|mut invalid| {
            if says_nothing {
                // Nobody wrote it, so nobody can look anything up in it.
                invalid.diagnostics.iter_mut().for_each(Diagnostic::take_out_places);
            }
            console.problem(&diagnostics(&invalid.diagnostics, &invalid.sources));
            Error::invalid_config()
        })?;
        let mut run = Run::of(loaded);
        providers.narrow(&mut run)?;
        let connection = match world {
            Some(world) => run.connect_to_sandbox(world).0,
            None => run.connect(env)?,
        };
        Ok(ImportSession { texts, beginning, connection })
    }

    /// Guards, and reads everything there is.
    ///
    /// # Errors
    /// The keys belong to another organization, or a provider cannot be read to the end.
    pub async fn read(&mut self) -> Result<Snapshot, Error> {
        let snapshot = whole(self.connection.read().await?)?.with_live_partitions();
        if !self.connection.run().is_sandboxed() {
            name_organizations(&mut self.beginning, self.connection.client()).await;
        }
        Ok(snapshot)
    }

    /// The same, and of accounts that nobody declares also what a plan would not ask for.
    ///
    /// # Errors
    /// As for [`ImportSession::read`].
    pub async fn read_new(&mut self, only: Option<&ResourceSelection>) -> Result<Snapshot, Error> {
        let mut snapshot = self.read().await?;
        let fresh = fresh(&snapshot.run().config().desired, snapshot.providers(), only);
        self.connection.read_unmanaged(&fresh, &mut snapshot).await;
        whole(snapshot)
    }
}

/// A snapshot in which every provider was read to the end: nothing is imported by halves.
fn whole(snapshot: Snapshot) -> Result<Snapshot, Error> {
    let Some((provider, error)) = snapshot.unread() else { return Ok(snapshot) };
    let hint = match error {
        VendorError::Denied(_) => "may the application key read this integration?",
        _ => "nothing was changed; run it again",
    };
    Err(Error::failed(format!("cannot read {provider}, so nothing is imported")).because(error.clone()).hint(hint))
}

/// Whether every account and every resource in `--only` is declared, removed or live.
///
/// # Errors
/// One is not.
pub fn are_known(only: Option<&ResourceSelection>, snapshot: &Snapshot) -> Result<(), Error> {
    let Some(only) = only else { return Ok(()) };
    let desired = &snapshot.run().config().desired;
    let read = || snapshot.providers().values().filter_map(|provider| provider.result.as_ref().ok());
    let rows = read().flat_map(|found| found.rows.values());
    let there = Selectable::of(desired, rows, read().flat_map(|found| &found.isolated));
    for selected in only.iter() {
        let whole = SelectedResource { kind: None, identity: None, ..selected.clone() };
        let of_account = there.kinds(&whole);
        if of_account.is_empty() && !desired.named.contains(&selected.account) {
            return Err(Error::usage(format!("--only {selected}: no account of this id is declared or live"))
                .hint("--only takes AWS account ids, or the key where a vendor knows an account by its key only"));
        }
        if *selected != whole && !there.has(selected) {
            let known = if of_account.is_empty() {
                "nothing".to_owned()
            } else {
                listed(of_account.iter().map(String::as_str))
            };
            return Err(Error::usage(format!("--only {selected}: no such resource is declared or live"))
                .hint(format!("of this account there is {known}")));
        }
    }
    Ok(())
}

/// The config that is named, or in its usual place; nothing if there is none.
///
/// # Errors
/// A path that was named is not there.
pub fn config(paths: &Paths, env: &Env) -> Result<(Vec<Text>, Diagnostics), Error> {
    let places = if paths.paths.is_empty() { usual_place().unwrap_or_default() } else { paths.paths.clone() };
    files::check_there(&places)?;
    let mut wrong = Diagnostics::new();
    let texts = if files::are_empty(&places) { Vec::new() } else { files::read(&places, env, &mut wrong) };
    Ok((texts, wrong))
}
