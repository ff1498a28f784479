//! The entries under `accounts:`: what each says itself, checked, and the account that comes of it with the layers below.

use std::collections::{BTreeMap, HashMap};

use super::account::{Account, concerns, names};
use super::account_identity::identity;
use super::defaults_and_profiles::{ConfigLayer, ConfigLayers, names_account_id, read_layer, unknown_keys, vars_of};
use super::document::Document;
use super::hold;
use super::keys::{ACCOUNT_KEYS as HEAD, IN_OWN_BLOCK};
use super::merge_layers::{Merged, Merger};
use super::one_provider_per_backend::one_per_backend;
use super::{unmanaged_paths, vars};
use crate::model::aws::access_key_id::is_access_key_id;
use crate::model::check::spelling::{as_text, assignment};
use crate::model::check::{Additions, check, no_value};
use crate::model::diagnostic::{MAX_PER_RUN, Repeat, Tally, any_error, brief, despite_misread, did_you_mean, listed};
use crate::model::diagnostic_list::Joiner;
use crate::model::node::Entry;
use crate::model::schema::{Block, List, Text, View};
use crate::model::source::sounds_secret;
use crate::model::{AccountFacts, Diagnostic, Diagnostics, Node, Place};
use crate::{providers, schema};

/// Values that all accounts together may come to once layers are merged and names filled in.
const MAX_VALUES: usize = 20_000_000;

schema! {
    /// One account, and a block for every provider that manages it.
    pub Head [] {
        /// For people; never sent.
        name: Text,
        /// Layers between `defaults` and this entry, in this order.
        profiles: List<Text>,
        /// Paths that lower layers name and this account leaves alone, such as `datadog.logs_config`.
        unmanaged: List<Text>,
    }
}

/// Reads and merges every entry.
pub fn read(document: &Document, layers: &ConfigLayers, out: &mut Diagnostics) -> Vec<Account> {
    let mut accounts = Vec::with_capacity(document.accounts.len());
    let mut first = HashMap::<String, Place>::new();
    let mut wrong = Tally::default();
    let mut merger = Merger::new(&layers.defaults, MAX_VALUES);
    let mut known = Joiner::default();
    for entry in &document.accounts {
        if !entry.is_map() {
            wrong.push(entry.place(), out, || no_entry(entry));
            continue;
        }
        let found_before = out.len();
        let account = read_one(entry, layers, document.is_misread, &mut merger, out);
        let (of_values, of_account) = out
            .split_off(found_before)
            .into_iter()
            .partition(|found| matches!(found.repeat, Repeat::OfNewValue { .. }));
        // What accounts share is kept once: there may be thousands of them.
        known.add(of_account, out);
        out.extend::<Diagnostics>(of_values);
        if merger.room == 0 {
            let wrong = Diagnostic::error(
                entry.place(),
                format!("the accounts come to more than {MAX_VALUES} values once layers are merged"),
            );
            out.push(
                wrong
                    .label("from here on nothing was read")
                    .first()
                    .help("write in the accounts only what is theirs; split the config into several roots"),
            );
            break;
        }
        let Some(account) = account else { continue };
        if let Some(id) = &account.facts.account {
            if let Some(earlier) = first.get(id) {
                let wrong = Diagnostic::error(account.id_place, format!("account {id} is declared twice"))
                    .label("again here")
                    .also(*earlier, "first here");
                out.push(wrong.help("keep one entry; what they share belongs in `defaults` or a profile"));
                continue;
            }
            first.insert(id.clone(), account.id_place);
        }
        accounts.push(account);
    }
    accounts
}

fn read_one<'a>(
    entry: &Node,
    layers: &'a ConfigLayers,
    file_is_misread: bool,
    merger: &mut Merger<'a>,
    out: &mut Diagnostics,
) -> Option<Account> {
    let found_before = out.len();
    let holds = hold::read(entry, out);
    let entry = &hold::without(entry);
    unknown_keys(entry, HEAD, "an account", out);
    let said_here = |key: &str| HEAD.contains(&key) && key != vars::KEY;
    let nulls = entry.entries().iter().filter(|known| said_here(&known.key) && known.node.is_null());
    let remedy = |key: &str| {
        if key == "aws_account_id" { "write the account's id, twelve digits in quotes" } else { "leave the key out" }
    };
    out.extend(nulls.map(|known| no_value(known, remedy(&known.key))));
    let written = |field: &str| entry.get(field).is_some_and(|node| !node.is_null());
    let head = entry.only(|key| Head::SCHEMA.fields.contains_key(key) && written(key));
    let head = check("", Head::SCHEMA, &head, out).unwrap_or(head);
    let head = View::<Head>::of(&head);
    let name = head.value(Head::name).map(str::to_owned);
    if let Some(text) = head.get(Head::name).filter(|text| text.value.contains("${")) {
        out.push(not_filled_in(text.place()));
    }
    let listed_profiles = head.value(Head::profiles).unwrap_or_default();
    let own = read_layer(
        &entry.only(|key| {
            key == vars::KEY || providers::named(key).is_some() || (key == "aws_partition" && written(key))
        }),
        Additions::Allowed,
        IN_OWN_BLOCK,
        out,
    );
    let own_is_misread = any_error(&out[found_before..]);
    let id = match entry.get("aws_account_id").filter(|node| !node.is_null()) {
        Some(node) => account_id(node, out).map(|id| (id, node.place())),
        None => None,
    };
    let profiles = profiles(listed_profiles, layers, file_is_misread, out);
    let one_is_undeclared = profiles.len() < listed_profiles.len();
    let lower_is_misread =
        one_is_undeclared || layers.defaults.is_misread || profiles.iter().any(|layer| layer.is_misread);
    let is_misread = file_is_misread || own_is_misread || lower_is_misread;
    let partition = std::iter::once(&own)
        .chain(profiles.iter().rev().copied())
        .chain([&layers.defaults])
        .find_map(|layer| layer.partition.clone());
    let is_left_out = partition.is_none();
    let (partition, partition_place) = partition.unwrap_or_else(|| ("aws".to_owned(), entry.place()));
    let (account, id_place) = id.map_or((None, entry.place()), |(id, place)| (Some(id), place));
    let facts = AccountFacts { account, partition, name, place: id_place, partition_place };
    let cuts = unmanaged_paths::read_paths(head.value(Head::unmanaged).unwrap_or_default(), out);
    let mut of_merged = Diagnostics::new();
    let Merged { mut blocks, added } = merger.merge(&own, &profiles, &cuts, &mut of_merged);
    let unfilled = (is_left_out && facts.account.is_some()).then(|| blocks.clone());
    let may_be_id = |known: &Entry| known.key.as_ref() == "aws_account_id" || names_account_id(&known.key);
    let wrong_id = facts.account.is_none() && entry.entries().iter().any(may_be_id);
    let vars = vars_of(&own, &profiles, &layers.defaults);
    let mut names = names(&facts, &vars);
    // An id that is wrong, or stands under a misspelt name, has been reported, and nothing more is said where it is filled in.
    names.account = names.account.or(wrong_id.then_some("${aws_account_id}"));
    let layers_up = || std::iter::once(&own).chain(profiles.iter().rev().copied()).chain([&layers.defaults]);
    let says = |provider: &'static str| layers_up().find_map(|layer| layer.read_only.get(provider).copied());
    let read_only = blocks.keys().filter_map(|provider| Some((*provider, says(provider)?)));
    let read_only = read_only.filter(|(_, (says, _))| *says).map(|(provider, (_, place))| (provider, place)).collect();
    let mut uses = Vec::new();
    for (provider, block) in &mut blocks {
        let schema = providers::named(provider).map(|provider| provider.block());
        let is_secret = |keys: &[&str]| schema.is_none_or(|schema| schema.is_secret(keys));
        *block = block.filled_within(&mut merger.room, &names, &is_secret, &mut uses, &mut of_merged);
    }
    if merger.room == 0 {
        return None;
    }
    out.extend(if is_misread { despite_misread(of_merged) } else { of_merged });
    concerns(&facts, &blocks, &mut out[found_before..]);
    one_per_backend(entry, &blocks, out);
    if blocks.is_empty()
        && !any_error(&out[found_before..])
        && !is_misread
        && cuts.iter().all(|cut| !cut.steps.is_empty())
    {
        out.push(managed_by_nobody(facts.account.as_deref(), id_place));
    }
    if facts.account.is_none() && !wrong_id && !names_itself(&blocks) {
        missing_id(entry, out);
    }
    let profiles = listed_profiles.iter().filter_map(Node::text).map(str::to_owned).collect();
    Some(Account {
        facts,
        blocks,
        profiles,
        unmanaged_paths: cuts,
        holds,
        read_only,
        vars,
        uses,
        added,
        is_misread,
        id_place,
        unfilled,
    })
}

fn no_entry(entry: &Node) -> Diagnostic {
    let wrong = Diagnostic::error(entry.place(), format!("an entry of `accounts` is {}", entry.describe()))
        .label("a map of keys belongs here");
    if let Some((key, value)) = entry.text().and_then(assignment) {
        let value = if sounds_secret(key) { "...".to_owned() } else { as_text(value) };
        return wrong.help(format!("write `- {key}: {value}`: a colon, not `=`"));
    }
    let id = entry.text().filter(|_| !entry.is_null()).map_or("\"210000000003\"".to_owned(), as_text);
    wrong.help(format!("write `- aws_account_id: {id}`, and below it a block for each provider that manages it"))
}

/// `defaults` fills blocks and never makes one, so it is easy to declare an account and manage nothing of it.
fn managed_by_nobody(account: Option<&str>, place: Place) -> Diagnostic {
    let title =
        account.map_or("no provider manages this account".to_owned(), |id| format!("no provider manages account {id}"));
    let first = providers::ALL.first().map_or("", |provider| provider.name());
    let wrong =
        Diagnostic::warning(place, title).label("neither the entry nor a profile it lists has a provider's block");
    wrong.help(format!(
        "add `{first}: {{}}` or another provider's block; to leave the account alone, say `unmanaged: [{first}]`"
    ))
}

fn not_filled_in(place: Place) -> Diagnostic {
    Diagnostic::warning(place, "`${` in an account's name")
        .label("nothing is filled in here: this is the name as it stands")
        .help("write the name itself")
}

fn account_id(node: &Node, out: &mut Diagnostics) -> Option<String> {
    let id = identity(node, "`aws_account_id`").map_err(|wrong| out.push(*wrong)).ok()?;
    if is_access_key_id(&id) {
        let wrong =
            Diagnostic::error(node.place(), "an access key where the account id belongs").label("not twelve digits");
        out.push(wrong.help("write the AWS account's id, twelve digits in quotes"));
        return None;
    }
    Some(id)
}

/// Whether every block names the account in a way that its vendor takes for its id.
fn names_itself(blocks: &BTreeMap<&'static str, Node>) -> bool {
    let named = |(name, block): (&&str, &Node)| {
        providers::named(name)
            .is_some_and(|provider| !provider.meta().needs_account && providers::alias(provider, block).is_some())
    };
    !blocks.is_empty() && blocks.iter().all(named)
}

fn missing_id(entry: &Node, out: &mut Diagnostics) {
    let place = entry.entries().first().map_or(entry.place(), |first| first.key_place);
    out
        .push(Diagnostic::error(place, "an account without `aws_account_id`").label("this entry names no account").help(
        "add `aws_account_id: \"...\"`, twelve digits in quotes; if this belongs to the entry above, take its dash out",
    ));
}

fn profiles<'a>(
    names: &[Node],
    layers: &'a ConfigLayers,
    is_misread: bool,
    out: &mut Diagnostics,
) -> Vec<&'a ConfigLayer> {
    let mut found = Vec::new();
    let mut unknown = Tally::default();
    for (name, place) in names.iter().filter_map(|node| Some((node.text()?, node.place()))) {
        match layers.profiles.get(name) {
            Some(layer) => found.push(layer),
            None if !is_misread => {
                // The remedy looks at every profile, so there is none for what will not be shown.
                let is_shown = out.len() < MAX_PER_RUN;
                unknown.push(place, out, || {
                    let known = layers.profiles.keys().map(String::as_str).filter(|_| is_shown);
                    let list = if layers.profiles.is_empty() {
                        "no profile is declared".to_owned()
                    } else {
                        format!("declared are: {}", listed(known.clone()))
                    };
                    let help = did_you_mean(name, known).map_or(list.clone(), |guess| format!("{guess} ({list})"));
                    Diagnostic::error(place, format!("undeclared profile `{}`", brief(name)))
                        .label("no such profile")
                        .help(help)
                        .once_per_title()
                });
            }
            None => {}
        }
    }
    found
}
