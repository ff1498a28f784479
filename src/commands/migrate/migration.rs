//! What is to be migrated, from whichever of the three places, and the client for those who shall manage it.

use std::collections::BTreeSet;

use super::Args;
use super::origin::{self, Origin, SourceRead, SourceResource};
use super::report;
use super::terraform::{self, State};
use crate::commands::arguments::config_paths::{world_is_named, world_of};
use crate::commands::arguments::flags::ProviderSelection;
use crate::commands::import::first_config::no_provider;
use crate::commands::import::first_config::{begun, settings};
use crate::commands::import::import_session::{ImportSession, config};
use crate::commands::process::console::Console;
use crate::commands::process::runtime::runtime;
use crate::config::files::Text;
use crate::config::{Loaded, load_texts, symlinks};
use crate::importer::LeftOutRow;
use crate::model::yaml::{Line, Yaml};
use crate::model::{Diagnostics, Env, Error};
use crate::providers::{self, Provider};
use crate::render::diagnostics::diagnostics;
use crate::render::yaml;
use crate::run::{Run, Snapshot};
use crate::sandbox::World;

/// What is to be migrated, and the client for those who shall manage it.
pub struct Migration {
    /// Where it comes from.
    pub origin: Origin,
    /// All there is.
    pub resources: Vec<SourceResource>,
    /// Who takes it over.
    pub adopters: Vec<&'static dyn Provider>,
    /// The config there is, or its beginning, and the client.
    pub session: ImportSession,
    /// What a config says that is to be carried over by hand.
    pub by_hand: Vec<String>,
    /// Terraform's states, by name.
    pub states: Vec<String>,
    /// What Terraform will destroy at its next apply.
    pub deposed: Vec<SourceResource>,
    /// What is live; nothing if nobody was asked.
    pub snapshot: Option<Snapshot>,
}

impl Migration {
    /// The config there is, or its beginning, as far as it is known what is live.
    pub fn run(&self) -> &Run {
        self.snapshot.as_ref().map_or(self.session.connection.run(), Snapshot::run)
    }
}

/// Finds out what is to be migrated; nothing if there is nothing.
///
/// # Errors
/// The state, the config, the keys or the vendor stands in the way.
pub fn find(args: &Args, env: &Env, console: &Console) -> Result<Option<Migration>, Error> {
    world_is_named(args.selection.sandbox.as_deref(), &args.paths.paths)?;
    let (texts, wrong) = config(&args.paths, env)?;
    let world = args.selection.sandbox.as_ref().map(|world| world_of(world, &args.paths.paths, env)).transpose()?;
    // Offline, nothing is sent; the client is never used.
    let world = if args.offline { Some(World::empty()) } else { world };
    let job = match &args.terraform[..] {
        files @ [_, ..] => {
            files.iter().try_for_each(|path| symlinks::check_named(path, env))?;
            of_states(terraform::read(files)?, texts, wrong, world, env, console)?
        }
        [] if texts.iter().any(|text| !text.text.trim().is_empty()) || !wrong.is_empty() => {
            of_config(texts, wrong, world, env, console)?
        }
        [] if args.offline => {
            let message = "--offline, but neither --terraform nor a config: there is nothing to migrate from";
            return Err(
                Error::usage(message).hint("name a state with --terraform, or a config; or leave --offline out")
            );
        }
        [] => return of_listing(world, env, console),
    };
    let Some(mut job) = job else { return Ok(None) };
    if args.offline {
        unknown_site(&mut job.session);
    } else {
        job.snapshot = Some(runtime()?.block_on(job.session.read())?);
    }
    Ok(Some(job))
}

fn of_states(
    states: Vec<State>,
    texts: Vec<Text>,
    wrong: Diagnostics,
    world: Option<World>,
    env: &Env,
    console: &Console,
) -> Result<Option<Migration>, Error> {
    let nothing = states.iter().filter(|state| state.resources.is_empty() && state.deposed.is_empty());
    let nothing = nothing
        .map(|state| format!("{} holds no resource: was it printed in another folder or workspace?", state.name));
    console.problem(&report::warned(nothing));
    let names: Vec<String> = states.iter().map(|state| state.name.clone()).collect();
    let (resources, deposed): (Vec<_>, Vec<_>) =
        states.into_iter().map(|State { name: _, resources, deposed }| (resources, deposed)).unzip();
    let (resources, deposed) = (resources.concat(), deposed.concat());
    let adopters = origin::adopters(&resources);
    if adopters.is_empty() {
        let deposed = report::deposed(&origin::ours(&deposed), None);
        console.problem(&report::warned(deposed.iter().map(LeftOutRow::to_string)));
        return Ok(None);
    }
    let begin = |world: Option<&World>| {
        Ok(begun(adopters.iter().map(|provider| settings(*provider, *provider, world.is_some(), env)).collect()))
    };
    let session = ImportSession::over(texts, wrong, world, &begin, &ProviderSelection::default(), env, console)?;
    Ok(Some(Migration {
        origin: Origin::Terraform,
        deposed: origin::ours(&deposed),
        resources,
        adopters,
        session,
        by_hand: Vec::new(),
        states: names,
        snapshot: None,
    }))
}

fn of_config(
    texts: Vec<Text>,
    wrong: Diagnostics,
    world: Option<World>,
    env: &Env,
    console: &Console,
) -> Result<Option<Migration>, Error> {
    let loaded = load(texts.clone(), wrong, env, console)?;
    let resources = origin::declared(&loaded);
    let adopters = origin::adopters(&resources);
    if adopters.is_empty() {
        return Ok(None);
    }
    let migrated: BTreeSet<&str> =
        resources.iter().map(|thing| thing.kind.as_str()).filter(|kind| succeeded(kind, &adopters).is_some()).collect();
    let SourceRead { settings: said, lines, by_hand } = origin::kept(&texts, &loaded, &migrated);
    let begin = |world: Option<&World>| {
        let line = |provider: &&'static dyn Provider| {
            let before = said
                .iter()
                .find(|(name, _)| migrated.contains(name.as_str()) && succeeded(name, &[*provider]).is_some());
            before.map_or_else(
                || settings(*provider, *provider, world.is_some(), env),
                |(_, said)| Line::new(provider.name(), Yaml::of(said)),
            )
        };
        Ok(begun(adopters.iter().map(line).collect()).into_iter().chain(lines.iter().cloned()).collect())
    };
    let session = ImportSession::without_config(world, &begin, env, console)?;
    Ok(Some(Migration {
        origin: Origin::Config,
        resources,
        adopters,
        session,
        by_hand,
        states: Vec::new(),
        deposed: Vec::new(),
        snapshot: None,
    }))
}

/// The provider that a kind of block has its rows in common with, if it is another.
fn succeeded(kind: &str, adopters: &[&'static dyn Provider]) -> Option<&'static dyn Provider> {
    let backend = providers::named(kind)?.backend();
    adopters.iter().copied().find(|provider| provider.backend() == backend && provider.name() != kind)
}

/// Reads every API of a backend that has several; what one lists, another may take over.
fn of_listing(world: Option<World>, env: &Env, console: &Console) -> Result<Option<Migration>, Error> {
    let begin = |world: Option<&World>| {
        let reached = |provider: &&dyn Provider| match world {
            Some(world) => world.backends().any(|backend| backend == provider.backend()),
            None => provider.meta().credentials.iter().all(|name| env.secret(name).is_some()),
        };
        let several = |provider: &&dyn Provider| {
            providers::ALL.iter().filter(|other| other.backend() == provider.backend()).count() > 1
        };
        let all: Vec<_> =
            providers::ALL.iter().copied().filter(|provider| reached(provider) && several(provider)).collect();
        if all.is_empty() && world.is_none() {
            return Err(no_provider(env));
        }
        let first = |provider: &&'static dyn Provider| {
            all.iter().copied().find(|other| other.backend() == provider.backend()).unwrap_or(*provider)
        };
        Ok(begun(all.iter().map(|provider| settings(*provider, first(provider), world.is_some(), env)).collect()))
    };
    let mut session = ImportSession::without_config(world, &begin, env, console)?;
    let snapshot = runtime()?.block_on(session.read())?;
    let resources = origin::listed(snapshot.providers());
    let adopters = origin::adopters(&resources);
    if adopters.is_empty() {
        return Ok(None);
    }
    let stays = |name: &str| adopters.iter().any(|provider| provider.name() == name);
    if let Some(Line { value: Yaml::Map(providers), .. }) =
        session.beginning.iter_mut().find(|line| line.key == "providers")
    {
        providers.retain(|line| stays(&line.key));
    }
    let loaded = load(
        vec![Text { name: "the environment".to_owned(), text: yaml::document(&session.beginning) }],
        Diagnostics::new(),
        env,
        console,
    )?;
    let snapshot = snapshot.of_config(loaded);
    Ok(Some(Migration {
        origin: Origin::Listing,
        resources,
        adopters,
        session,
        by_hand: Vec::new(),
        states: Vec::new(),
        deposed: Vec::new(),
        snapshot: Some(snapshot),
    }))
}

fn load(texts: Vec<Text>, wrong: Diagnostics, env: &Env, console: &Console) -> Result<Loaded, Error> {
    load_texts(texts, env, wrong).map_err(|invalid| {
        console.problem(&diagnostics(&invalid.diagnostics, &invalid.sources));
        Error::invalid_config()
    })
}

/// Where nobody was asked, a site that nobody named is a guess.
fn unknown_site(session: &mut ImportSession) {
    let Some(Line { value: Yaml::Map(providers), .. }) =
        session.beginning.iter_mut().find(|line| line.key == "providers")
    else {
        return;
    };
    for line in providers.iter_mut().filter(|line| !line.above.is_empty()) {
        line.above = vec!["No site was named, so this is a guess: write your own.".to_owned()];
    }
}
