//! From the flags of plan, apply and drift to a connection and to what a plan is asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::commands::arguments::config_paths::{world_is_named, world_of};
use crate::commands::arguments::expect::Expected;
use crate::commands::arguments::flags::{ConfigSelection, Confirmed};
use crate::commands::loading::load_config::load;
use crate::commands::output::reporter::Reporter;
use crate::config::Loaded;
use crate::model::suggestion::listed;
use crate::model::{Env, Error, ResourceSelection, WriteClient};
use crate::planner::ConfirmMode;
use crate::run::{Connection, PlanOptions};

/// The flags that decide what is read and planned.
pub struct ConnectFlags<'a> {
    /// Which config, and how much of it.
    pub config: &'a ConfigSelection,
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
    /// The client that reaches the vendors, in place of one over the network or of a sandbox of this run's own.
    pub client: Option<&'a Arc<dyn WriteClient>>,
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
    let ConnectFlags { config, confirmed, confirm_mode, expected, beside, trust, client } = flags;
    let ConfigSelection { paths, selection, providers } = config;
    world_is_named(selection.sandbox.as_deref(), &paths.paths)?;
    let run = load(paths, env, reporter)?;
    let mut run = if selection.sandbox.is_some() { run.in_sandbox() } else { run };
    providers.narrow(&mut run)?;
    let reviewed = expected.approved(&run.addressee())?;
    let (approved, warnings) = reviewed.map_or((None, Vec::new()), |(approved, warnings)| (Some(approved), warnings));
    approved.iter().for_each(|approved| run.leave_out_unplanned(approved));
    let configs: Vec<&Loaded> = std::iter::once(run.config()).chain(*beside).collect();
    let only = selection.only(&configs)?;
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
    let (connection, client): (_, Arc<dyn WriteClient>) = match (client, &selection.sandbox) {
        (Some(client), _) => (run.connect_with((*client).clone()), (*client).clone()),
        (None, Some(world)) => {
            let (connection, sandbox) = run.connect_to_sandbox(world_of(world, &paths.paths, env)?);
            (connection, sandbox)
        }
        (None, None) => run.connect_to_write(env)?,
    };
    Ok((connection, options, client))
}

/// `--only` must name what some config does.
fn known(only: Option<&ResourceSelection>, configs: [Option<&Loaded>; 2]) -> Result<(), Error> {
    let configs = || configs.into_iter().flatten().map(|config| &config.desired);
    // Where the config owns every account, it also names those it does not mention.
    if configs().any(|desired| desired.exclusive.is_some()) {
        return Ok(());
    }
    let by_name: Vec<_> =
        configs().map(|desired| (desired, desired.entries_by_name(), desired.tombstones_by_name())).collect();
    for selected in only.into_iter().flat_map(ResourceSelection::iter) {
        let alone = ResourceSelection::from_iter([selected.clone()]);
        let is_whole = selected.kind.is_none() && selected.identity.is_none();
        let account = selected.account.as_str();
        let entries = || by_name.iter().flat_map(|(_, entries, _)| entries.get(account)).flatten().copied();
        let tombstones = || by_name.iter().flat_map(|(_, _, tombstones)| tombstones.get(account)).flatten().copied();
        let is_named = || by_name.iter().any(|(desired, ..)| desired.named.contains(account));
        // Which of several rows a tombstone means only the vendor knows; an account's name is not one of them.
        let may_be_removed = selected.kind.is_some() || entries().next().is_none();
        let is_there = || {
            is_whole
                || entries().any(|entry| alone.has_desired(entry))
                || may_be_removed && tombstones().any(|tombstone| alone.has_tombstone(tombstone))
        };
        if entries().next().is_none() && tombstones().next().is_none() && !is_named() {
            let message = format!("--only {selected}: no entry of the config names this account");
            return Err(Error::usage(message).hint(
                "--only takes accounts that stand under `accounts:` or `removed:`, by id or name, and `profile:NAME`",
            ));
        }
        if !is_there() {
            let own: BTreeSet<String> = entries().map(|entry| entry.key.kind.label()).collect();
            let message = format!("--only {selected}: no entry of the config is about this resource");
            return Err(Error::usage(message).hint(format!("of this account, the config has {}", listed_or_none(&own))));
        }
    }
    Ok(())
}

fn listed_or_none(words: &BTreeSet<String>) -> String {
    if words.is_empty() { "nothing but a tombstone".to_owned() } else { listed(words.iter().map(String::as_str)) }
}
