//! Which live rows become new entries, which are declared already, and which are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::account_draft::Draft;
use super::declared_rows::{self, RowStatus};
use super::left_out_row::LeftOutRow;
use super::note::Note;
use super::row_reader;
use super::{ImportInput, takeover, variable};
use crate::model::value::Leaves;
use crate::model::{Desired, DesiredState, Isolated, Key, Kind, Observed, ResourceNames, ResourceSelection};
use crate::planner::{ProviderSnapshot, comparable};
use crate::providers::{self, Provider};

/// Rows, sorted.
pub struct Rows<'a> {
    /// What nobody declares, by account.
    pub drafts: Vec<Draft>,
    /// What is declared and was asked for by name, with its row.
    pub declared: Vec<(Arc<Desired>, &'a Observed)>,
    /// What is left out, and why.
    pub left: Vec<LeftOutRow>,
}

/// Sorts every row of every reading.
pub fn sort<'a>(input: &ImportInput<'a>, names: &ResourceNames) -> Rows<'a> {
    let mut rows = Rows { drafts: Vec::new(), declared: Vec::new(), left: Vec::new() };
    let mut accounts = BTreeMap::<String, Gathered<'_>>::new();
    let read = || input.snapshots.values().filter_map(|snapshot| snapshot.result.as_ref().ok());
    rows.left.extend(
        read().flat_map(|found| &found.unreadable).map(|(key, error)| LeftOutRow::of(key, names, error.to_string())),
    );
    rows.left.extend(unread_accounts(input));
    rows.left.extend(isolated(input));
    let wanted = |row: &Observed| input.adopted.is_none_or(|managed| managed.contains_key(&row.key));
    let all = declared_rows::rows(&input.loaded.desired, input.snapshots, input.only).into_iter();
    for (row, status) in all.filter(|(row, _)| wanted(row)) {
        match status {
            RowStatus::Declared(desired) if input.only.is_some() => match own_row(input, desired) {
                Some(row) if row.key == desired.key => rows.declared.push((desired.clone(), row)),
                Some(row) => {
                    let why = format!("it is live as {}", names.identity(&row.key));
                    rows.left.push(LeftOutRow::of(&desired.key, names, why));
                }
                None => {}
            },
            RowStatus::Declared(_) | RowStatus::Removed => {}
            RowStatus::LeftOut(why) => rows.left.push(LeftOutRow::of(&row.key, names, why)),
            RowStatus::New => {
                let identity = row.account.as_ref().unwrap_or(&row.key.name).clone();
                let added = One::read(row).and_then(|one| accounts.entry(identity).or_default().add(one, names));
                rows.left.extend(added.err().map(|why| LeftOutRow::of(&row.key, names, why)));
            }
        }
    }
    rows.drafts = accounts.into_values().filter(|account| !account.rows.is_empty()).map(Gathered::draft).collect();
    input.adopted.iter().for_each(|managed| rows.drafts.iter_mut().for_each(|draft| takeover::keep(draft, managed)));
    rows.left.extend(gone(input, names));
    rows
}

/// Rows that no entry can be about: of providers with one backend as the first of them lists them.
fn isolated(input: &ImportInput<'_>) -> Vec<LeftOutRow> {
    let mut backends = BTreeSet::new();
    let snapshots = providers::ALL.iter().filter_map(|provider| input.snapshots.get(provider.name()));
    let found =
        snapshots.filter_map(|snapshot| snapshot.result.as_ref().ok().filter(|_| backends.insert(snapshot.backend)));
    let wanted = |row: &&Isolated| input.only.is_none_or(|only| only.may_have(row));
    found.flat_map(|found| &found.isolated).filter(wanted).map(left_alone).collect()
}

/// Accounts that could not be entered.
fn unread_accounts(input: &ImportInput<'_>) -> Vec<LeftOutRow> {
    let read =
        input.snapshots.iter().filter_map(|(provider, snapshot)| Some((provider, snapshot.result.as_ref().ok()?)));
    let unread = read.flat_map(|(provider, found)| found.unread_accounts.iter().map(move |unread| (provider, unread)));
    unread
        .map(|(provider, (account, error))| LeftOutRow::unknown(format!("{account} {provider}"), error.to_string()))
        .collect()
}

/// A row that concerns itself alone, with all that tells it from the others.
fn left_alone(row: &Isolated) -> LeftOutRow {
    let id = row.id.as_ref().map_or_else(|| "a row without an id".to_owned(), |id| format!("row {id}"));
    let marks: Vec<String> =
        row.marks.iter().map(|(word, value)| format!("{} {value}", word.replace('_', " "))).collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join("; ")) };
    LeftOutRow::unknown(format!("{}, {id}", row.shown()), format!("{}{marks}", row.why))
}

/// Rows that would become new entries.
pub fn fresh(
    desired: &DesiredState,
    snapshots: &BTreeMap<&'static str, ProviderSnapshot>,
    only: Option<&ResourceSelection>,
) -> BTreeSet<Key> {
    let new = declared_rows::rows(desired, snapshots, only)
        .into_iter()
        .filter(|(_, status)| matches!(status, RowStatus::New));
    new.map(|(row, _)| row.key.clone()).collect()
}

/// The row of an entry as its own provider lists it.
fn own_row<'a>(input: &ImportInput<'a>, desired: &Desired) -> Option<&'a Observed> {
    let found = input.snapshots.get(desired.key.provider)?.result.as_ref().ok()?;
    desired.keys().find_map(|key| found.rows.get(&key))
}

/// Accounts that were asked for by name and are declared, but not live.
fn gone(input: &ImportInput<'_>, names: &ResourceNames) -> Vec<LeftOutRow> {
    let named = |desired: &&Arc<Desired>| input.only.is_some_and(|only| only.has_desired(desired));
    let gone = input.loaded.desired.entries.values().filter(named).filter(|desired| own_row(input, desired).is_none());
    gone.map(|desired| LeftOutRow::of(&desired.key, names, "it is declared, but not live")).collect()
}

/// One row, as far as an entry could say it.
struct One<'a> {
    provider: &'static dyn Provider,
    row: &'a Observed,
    partition: Option<String>,
    leaves: Leaves,
    empty: Vec<Vec<String>>,
    notes: Vec<Note>,
}

impl<'a> One<'a> {
    fn read(row: &'a Observed) -> Result<Self, String> {
        let provider = providers::named(row.key.provider).ok_or_else(|| "nothing is known of its form".to_owned())?;
        if provider.meta().needs_account && row.account.is_none() {
            return Err("the vendor does not say in which AWS account it is, and an entry needs that".to_owned());
        }
        let shape = row.key.kind.schema();
        let live = comparable(row, shape).map_err(|error| error.to_string())?;
        let identity = row.account.as_ref().unwrap_or(&row.key.name);
        let row_reader::ReadRow { leaves, empty, notes } =
            row_reader::read(&shape.block, &live, &|field| variable(provider.name(), field, identity));
        let place = row.key.kind.path_in_entry();
        let below = below(row.key.kind);
        let notes = notes.into_iter().map(|note| note.below(&place)).collect();
        let empty = empty.into_iter().map(|path| [below.as_slice(), path.as_slice()].concat()).collect();
        Ok(One { provider, row, partition: provider.partition(row, &live), leaves, empty, notes })
    }
}

/// The rows of one account, at most one of each kind.
#[derive(Default)]
struct Gathered<'a> {
    partition: Option<String>,
    rows: Vec<One<'a>>,
}

impl<'a> Gathered<'a> {
    /// Puts a row to the others.
    ///
    /// # Errors
    /// One entry cannot be about all of them.
    fn add(&mut self, one: One<'a>, names: &ResourceNames) -> Result<(), String> {
        let same =
            |other: &&One<'_>| (other.row.key.provider, other.row.key.kind) == (one.row.key.provider, one.row.key.kind);
        if let Some(other) = self.rows.iter().find(same) {
            return Err(format!(
                "its account has another row there, {}, and an entry is about one",
                names.name(&other.row.key)
            ));
        }
        match (&one.partition, &self.partition) {
            (Some(own), Some(other)) if own != other => {
                return Err(format!("it is in partition {own}, and its account in {other}"));
            }
            (Some(_), _) => self.partition.clone_from(&one.partition),
            (None, _) => {}
        }
        self.rows.push(one);
        Ok(())
    }

    fn draft(self) -> Draft {
        let Gathered { partition, rows } = self;
        let keys = rows.iter().map(|one| one.row.key.clone()).collect();
        let notes = rows.iter().flat_map(|one| one.notes.iter().cloned()).collect();
        let empty = rows.iter().flat_map(|one| one.empty.iter().map(|path| (one.provider.name(), path.clone())));
        let empty = empty.collect();
        let account = rows.iter().find_map(|one| one.row.account.clone());
        let blocks = written(rows.into_iter().map(|one| (one.provider, one.row, one.leaves)));
        Draft {
            account,
            partition: partition.unwrap_or_else(|| "aws".to_owned()),
            name: None,
            blocks,
            empty,
            keys,
            notes,
        }
    }
}

/// What an entry says of rows, by provider: the fields of each where the provider's block has them. Of a row in which
/// nothing is managed it says that it is there.
pub fn written<'a>(
    rows: impl Iterator<Item = (&'static dyn Provider, &'a Observed, Leaves)>,
) -> BTreeMap<&'static str, Leaves> {
    let mut by_provider = BTreeMap::<&'static str, Vec<(&Observed, Leaves)>>::new();
    for (provider, row, leaves) in rows {
        let below = below(row.key.kind);
        let leaves =
            leaves.into_iter().map(|(path, value)| ([below.as_slice(), path.as_slice()].concat(), value)).collect();
        by_provider.entry(provider.name()).or_default().push((row, leaves));
    }
    let to_config = |(name, rows): (&'static str, Vec<(&Observed, Leaves)>)| {
        let blocks: Vec<Vec<String>> = rows.iter().map(|(row, _)| below(row.key.kind)).collect();
        let mut leaves = providers::named(name)?.to_config(rows);
        for block in blocks.into_iter().filter(|block| !block.is_empty()) {
            if !leaves.keys().any(|path| path.starts_with(&block)) {
                leaves.insert(block, Value::Object(Map::new()));
            }
        }
        Some((name, leaves))
    };
    by_provider.into_iter().filter_map(to_config).collect()
}

/// Below which keys of its provider's block an entry says what it says of such a row.
fn below(kind: &Kind) -> Vec<String> {
    kind.block_path.iter().map(|name| (*name).to_owned()).collect()
}
