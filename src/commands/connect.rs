//! From the flags of plan, apply and drift to a connection and to what a plan is asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::config_paths::{world_is_named, world_of};
use super::expect::Expected;
use super::flags::{Confirmed, Paths, ProviderSelection, Selection};
use super::load_config::load;
use super::reporter::Reporter;
use crate::config::Loaded;
use crate::model::{Env, Error, WriteClient};
use crate::planner::ConfirmMode;
use crate::run::{Connection, PlanOptions};

/// The flags that decide what is read and planned.
pub struct ConnectFlags<'a> {
    /// Where the config is.
    pub paths: &'a Paths,
    /// Which accounts, which world.
    pub selection: &'a Selection,
    /// Which providers.
    pub providers: &'a ProviderSelection,
    /// What is confirmed.
    pub confirmed: &'a Confirmed,
    /// How exactly.
    pub confirm_mode: ConfirmMode,
    /// What was reviewed.
    pub expected: &'a Expected,
    /// Another config, whose accounts `--only` may name, too.
    pub beside: Option<&'a Loaded>,
    /// Whether role, external id and trust policy of every managed account are wanted.
    pub trust: bool,
}

/// Reads the config and connects for reading: whoever holds the result cannot write.
///
/// # Errors
/// The config is missing or invalid, `--only` names nothing, or the credentials are not there.
pub fn connect(
    flags: &ConnectFlags<'_>,
    env: &Env,
    reporter: &Reporter<'_>,
) -> Result<(Connection, PlanOptions), Error> {
    let (connection, options, _) = connect_to_write(flags, env, reporter)?;
    Ok((connection, options))
}

/// The same, and a client that writes beside it.
///
/// # Errors
/// As for [`connect`].
pub fn connect_to_write(
    flags: &ConnectFlags<'_>,
    env: &Env,
    reporter: &Reporter<'_>,
) -> Result<(Connection, PlanOptions, Arc<dyn WriteClient>), Error> {
    let ConnectFlags { paths, selection, providers, confirmed, confirm_mode, expected, beside, trust } = flags;
    world_is_named(selection.sandbox.as_deref(), &paths.paths)?;
    let run = load(paths, env, reporter)?;
    let mut run = if selection.sandbox.is_some() { run.in_sandbox() } else { run };
    providers.narrow(&mut run)?;
    let reviewed = expected.approved(&run.addressee())?;
    let (approved, warnings) = reviewed.map_or((None, Vec::new()), |(approved, warnings)| (Some(approved), warnings));
    approved.iter().for_each(|approved| run.leave_out_unplanned(approved));
    let only = selection.only();
    known(only.as_ref(), [Some(run.config()), *beside])?;
    let options = PlanOptions {
        only,
        confirm: confirmed.confirm(),
        confirm_mode: *confirm_mode,
        approved: approved.map(Arc::new),
        warnings,
        resend_secrets: false,
        trust: *trust,
    };
    let (connection, client): (_, Arc<dyn WriteClient>) = match &selection.sandbox {
        Some(world) if env.injected_client().is_none() => {
            let (connection, sandbox) = run.connect_to_sandbox(world_of(world, &paths.paths, env)?);
            (connection, sandbox)
        }
        Some(_) | None => run.connect_to_write(env)?,
    };
    Ok((connection, options, client))
}

/// `--only` must name accounts that some config does.
fn known(only: Option<&BTreeSet<String>>, configs: [Option<&Loaded>; 2]) -> Result<(), Error> {
    let configs = || configs.into_iter().flatten().map(|config| &config.desired);
    let keys = configs().flat_map(|desired| desired.entries.keys().map(|key| key.name.as_str()));
    let tombstoned = configs().flat_map(|desired| desired.tombstones.iter().map(|tombstone| tombstone.identity()));
    let known: BTreeSet<&str> =
        keys.chain(tombstoned).chain(configs().flat_map(|desired| desired.named.iter().map(String::as_str))).collect();
    // Where the config owns every account, it also names those it does not mention.
    let owns_all = configs().any(|desired| desired.exclusive.is_some());
    match only.into_iter().flatten().find(|id| !owns_all && !known.contains(id.as_str())) {
        Some(id) => Err(Error::usage(format!("--only {id}: no entry of the config names this account"))
            .hint("--only takes ids of accounts that stand under `accounts:` or `removed:`")),
        None => Ok(()),
    }
}
