//! Declared accounts as they are live, of what the config manages: to be put in place of what it says.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::account_draft::{Draft, Schemas};
use super::classify_rows::written;
use super::layers::ColumnKey;
use super::layers::value_forms::ValueForms;
use super::managed_values::{ManagedValues, held};
use super::note::Note;
use super::unrepresentable::{Unrepresentable, asked_for, located};
use super::{ImportInput, Unproved};
use super::{config_yaml, row_reader};
use crate::config::Invalid;
use crate::config::files::Text;
use crate::model::diagnostic::any_error;
use crate::model::yaml::{Line, Yaml};
use crate::model::{Action, Changes, Desired, Diagnostics, Key, Node, Observed, Op, Plan, RowSchema, Sources};
use crate::planner::comparable;
use crate::planner::diff::diff;
use crate::providers::{self, Provider};
use crate::render::yaml;

/// One declared row, and what is live of it.
struct Managed<'a> {
    desired: &'a Arc<Desired>,
    provider: &'static dyn Provider,
    row: &'a Observed,
    shape: &'static RowSchema,
    live: Value,
    held: ManagedValues,
}

/// Writes an entry for each account, and proves that it is what is live. With it comes what is said above the entries.
///
/// # Errors
/// An entry is invalid; or laid over what the config says, it would not plan empty.
pub fn accept(
    declared: &[(Arc<Desired>, &Observed)],
    input: &ImportInput<'_>,
    schemas: &Schemas,
) -> Result<Option<(Text, Vec<Note>)>, Unproved> {
    let mut accounts: Vec<Vec<Managed<'_>>> = by_account(declared);
    if accounts.is_empty() {
        return Ok(None);
    }
    for fault in faults(&accounts, input, schemas) {
        accounts[fault.entry].iter_mut().for_each(|managed| managed.fill_in(&fault));
    }
    // What is wrong with one field may hide what is wrong with another.
    let mut is_any_left_out = true;
    while is_any_left_out {
        is_any_left_out = false;
        for fault in faults(&accounts, input, schemas) {
            accounts[fault.entry].iter_mut().for_each(|managed| is_any_left_out |= managed.leave_out(&fault));
        }
    }
    let text = write(&accounts, input, schemas);
    prove(&accounts, &text, input)?;
    let notes = accounts.iter().flat_map(|rows| notes(rows, input)).collect();
    Ok(Some((text, notes)))
}

/// What the entries say and a config cannot.
fn faults(accounts: &[Vec<Managed<'_>>], input: &ImportInput<'_>, schemas: &Schemas) -> Vec<Unrepresentable> {
    let ReadBack { nodes, asked_for: _, wrong } = read(&write(accounts, input, schemas), input);
    located(&nodes, &wrong)
}

/// What there is to accept, one entry's rows together.
fn by_account<'a>(declared: &'a [(Arc<Desired>, &'a Observed)]) -> Vec<Vec<Managed<'a>>> {
    let mut accounts = BTreeMap::<&str, Vec<Managed<'_>>>::new();
    for (desired, row) in declared {
        let name = desired.account.as_deref().unwrap_or(&desired.key.name);
        accounts.entry(name).or_default().extend(managed(desired, row));
    }
    accounts.into_values().filter(|rows| !rows.is_empty()).collect()
}

fn managed<'a>(desired: &'a Arc<Desired>, row: &'a Observed) -> Option<Managed<'a>> {
    let provider = providers::named(desired.key.provider)?;
    let shape = desired.schema();
    let live = comparable(row, shape).ok()?;
    let held = held(&desired.node, &shape.block, &live);
    Some(Managed { desired, provider, row, shape, live, held })
}

impl Managed<'_> {
    /// Where a rule couples managed fields with others, the live values of those are written, too.
    fn fill_in(&mut self, fault: &Unrepresentable) {
        let here = self.place();
        let Some([block, ..]) = fault.path.strip_prefix(here.as_slice()) else { return };
        let beside = row_reader::read(&self.shape.block, &self.live, &|_| String::new()).leaves;
        for (path, value) in beside.into_iter().filter(|(path, _)| path.first() == Some(block)) {
            if let Entry::Vacant(missing) = self.held.leaves.entry(path) {
                self.held.notes.push(Note::NeededByRule { field: missing.key().clone() });
                missing.insert(value);
            }
        }
    }

    /// What is live may be what no config can say. Answers whether anything is left out.
    fn leave_out(&mut self, fault: &Unrepresentable) -> bool {
        let here = self.place();
        let known = self.held.unsaid.len();
        let path = fault.path.strip_prefix(here.as_slice()).filter(|path| !path.is_empty());
        let Some(path) = path else { return false };
        for (leaf, _) in self.held.leaves.extract_if(.., |leaf, _| path.starts_with(leaf) || leaf.starts_with(path)) {
            self.held.notes.push(Note::left_out(&leaf, fault.why.as_str()));
            self.held.unsaid.push(leaf);
        }
        self.held.unsaid.len() > known
    }

    /// The keys of an entry under which it is written.
    fn place(&self) -> Vec<String> {
        self.row.key.kind.path_in_entry()
    }

    /// What is said above the entry.
    fn notes(&self) -> Vec<Note> {
        let place = self.place();
        let gone = self.held.gone.iter().map(|path| Note::NothingLive { field: path.clone() });
        gone.chain(self.held.notes.iter().cloned()).map(|note| note.below(&place)).collect()
    }

    fn partition(&self) -> Option<String> {
        let fixed =
            self.desired.fixed.iter().find(|fixed| fixed.field == "aws_partition").map(|fixed| fixed.value.clone());
        self.provider.partition(self.row, &self.live).or(fixed)
    }
}

/// Entries as they are read back.
struct ReadBack {
    nodes: Vec<Node>,
    asked_for: BTreeMap<Key, Arc<Desired>>,
    wrong: Diagnostics,
}

fn read(text: &Text, input: &ImportInput<'_>) -> ReadBack {
    let (root, mut wrong) = Node::parse(&text.text, 0);
    let nodes = root.and_then(|root| root.get("accounts").cloned()).map_or(Vec::new(), |list| list.items().to_vec());
    let asked_for = asked_for(&nodes, input, &mut wrong);
    ReadBack { nodes, asked_for, wrong }
}

impl ReadBack {
    /// What the entry asks for in place of `desired`: the same row, be it under the name that it has since got.
    fn of(&self, desired: &Desired) -> Option<&Arc<Desired>> {
        let (kind, account) = (desired.key.kind, &desired.account);
        let same = |other: &&Arc<Desired>| {
            (other.key.provider, other.key.kind) == (desired.key.provider, kind)
                && account.is_some()
                && other.account == *account
        };
        self.asked_for.get(&desired.key).or_else(|| self.asked_for.values().find(same))
    }
}

fn write(accounts: &[Vec<Managed<'_>>], input: &ImportInput<'_>, schemas: &Schemas) -> Text {
    let entries = accounts.iter().map(|rows| entry(rows, input, schemas)).collect();
    Text { name: "the result".to_owned(), text: yaml::document(&[Line::new("accounts", Yaml::List(entries))]) }
}

/// One declared account as it is live.
fn entry(rows: &[Managed<'_>], input: &ImportInput<'_>, schemas: &Schemas) -> Yaml {
    let blocks = written(rows.iter().map(|managed| (managed.provider, managed.row, managed.held.leaves.clone())));
    let partition = rows.iter().find_map(Managed::partition).filter(|partition| partition != "aws");
    let mut own: Vec<(ColumnKey, Value)> =
        partition.into_iter().map(|partition| (ColumnKey::Partition, partition.into())).collect();
    let fields =
        blocks.iter().flat_map(|(provider, leaves)| leaves.iter().map(|(path, value)| (*provider, path, value)));
    own.extend(fields.map(|(provider, path, value)| {
        (ColumnKey::Field(provider, path.clone()), ValueForms::of(value, None, "").plain)
    }));
    let draft = Draft {
        account: rows.iter().find_map(|managed| managed.desired.account.clone()),
        partition: String::new(),
        name: None,
        blocks,
        empty: BTreeSet::new(),
        keys: BTreeSet::new(),
        notes: notes(rows, input),
    };
    let managed = draft.blocks.keys().copied().collect();
    let layers = config_yaml::OnLayers { profiles: &[], unmanaged: &[], managed };
    config_yaml::entry(&draft, &layers, own.iter().map(|(column_key, value)| (column_key, value)), schemas)
}

/// What is said above the entry of an account.
fn notes(rows: &[Managed<'_>], input: &ImportInput<'_>) -> Vec<Note> {
    declared_at(rows, input).into_iter().chain(rows.iter().flat_map(Managed::notes)).collect()
}

/// Where the entry is, and how much of it is different live.
fn declared_at(rows: &[Managed<'_>], input: &ImportInput<'_>) -> Option<Note> {
    let sources = &input.loaded.sources;
    let source = sources.locate(rows.first()?.desired.place);
    let differing =
        rows.iter().map(|managed| diff(managed.desired, Some(&managed.live), sources, false).changes.len()).sum();
    Some(Note::DeclaredAt { file: source.file.to_string(), line: source.line, differing })
}

/// Every entry in place of what the config says of its account, against what is live.
fn prove(accounts: &[Vec<Managed<'_>>], text: &Text, input: &ImportInput<'_>) -> Result<(), Unproved> {
    let read = read(text, input);
    if any_error(&read.wrong) {
        let mut sources = Sources::default();
        sources.add(&text.name, text.text.clone());
        return Err(Unproved::Invalid(Box::new(Invalid { sources, diagnostics: read.wrong })));
    }
    let actions: Vec<Action> =
        accounts.iter().flatten().filter_map(|managed| difference(managed, read.of(managed.desired), input)).collect();
    if actions.is_empty() { Ok(()) } else { Err(Unproved::Differs(Box::new(Plan { actions, ..Plan::default() }))) }
}

/// What would change. An entry that does not ask for the row leaves it as the config has it.
fn difference(managed: &Managed<'_>, fresh: Option<&Arc<Desired>>, input: &ImportInput<'_>) -> Option<Action> {
    let Managed { desired, provider: _, row, shape, live, held } = managed;
    let sources = &input.loaded.sources;
    let without = |node: Node, path: &Vec<String>| node.without(&path.iter().map(String::as_str).collect::<Vec<_>>());
    let said = held.leaves.keys().chain(&held.gone).chain(&held.unsaid).fold(desired.node.clone(), without);
    let node = fresh.map_or(desired.node.clone(), |fresh| fresh.node.over(&said, Some(&shape.block)));
    let accepted = Arc::new(Desired { node, ..(***desired).clone() });
    let changes = Changes::new(diff(&accepted, Some(live), sources, false).changes)?;
    let op = Op::Update { desired: accepted, observed: (*row).clone(), changes, matching: 0 };
    Some(Action {
        needs: BTreeSet::new(),
        key: desired.key.clone(),
        account: desired.account.clone(),
        name: desired.name.clone(),
        source: sources.locate(desired.place),
        op,
    })
}
