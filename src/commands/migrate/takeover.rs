//! Who takes which account over, and what is known of it: what an import is narrowed to.

use std::collections::{BTreeMap, BTreeSet};

use super::origin::{Origin, SourceResource, adoption};
use crate::importer::LeftOutRow;
use crate::importer::takeover::{Managed, ManagedElsewhere};
use crate::model::{Key, Kind, Observation, ResourceSelection, SelectedResource};
use crate::planner::{ProviderSnapshot, comparable};
use crate::providers::{Adopted, Adoption, Meaning, NotAdopted, Provider};

/// What is taken over.
#[derive(Debug, Default)]
pub struct Takeover {
    /// What is managed, by row.
    pub managed: Managed,
    /// Which things said so.
    pub from: BTreeMap<Key, BTreeSet<usize>>,
    /// What means something else from now on, for which rows, and what of each it is about.
    pub meanings: BTreeMap<(&'static str, &'static str), BTreeMap<Key, BTreeSet<String>>>,
    /// What is not taken over, and why.
    pub left: Vec<LeftOutRow>,
    /// Whether something could not be taken over because what would tell whose it is is marked as sensitive.
    pub hidden: bool,
    /// The rows that something is about, whether they are selected or not.
    pub rows: Vec<TakenRow>,
}

/// The kind of a row, and the names that it goes by.
pub type TakenRow = (&'static Kind, Vec<String>);

/// What is live, by provider.
pub type Readings = BTreeMap<&'static str, ProviderSnapshot>;

/// Takes over what is live. Without `snapshots`, offline, the source's own values stand in for the live ones.
pub fn take(
    adopters: &[&'static dyn Provider],
    resources: &[SourceResource],
    origin: Origin,
    only: Option<&ResourceSelection>,
    snapshots: Option<&Readings>,
) -> (Takeover, Readings) {
    let mut taking = Takeover::default();
    let mut believed = Readings::new();
    for provider in adopters {
        let found = snapshots
            .map(|snapshots| snapshots.get(provider.name()).and_then(|snapshot| snapshot.result.as_ref().ok()));
        let live = found.map(|found| found.map(|found| &found.rows));
        let isolated = found.flatten().map_or(&[][..], |found| &found.isolated);
        let Adoption { accounts, unread } = adoption(*provider, resources, live.flatten());
        taking.hidden |= unread.iter().any(|untaken| untaken.hidden);
        taking.left.extend(
            unread.into_iter().map(|NotAdopted { at, why, hidden: _ }| LeftOutRow::unknown(&resources[at].label, why)),
        );
        let mut rows = BTreeMap::new();
        for account in accounts {
            taking.rows.push((account.row.key.kind, account.row.names().map(str::to_owned).collect()));
            if only.is_some_and(|only| !only.has_row(&account.row)) {
                continue;
            }
            let is_live = live.map(|live| live.is_some_and(|live| live.contains_key(&account.row.key)));
            let odd = isolated.iter().find(|row| row.goes_by(account.row.own_names()));
            if let Some(why) =
                odd.map(|row| row.why.clone()).or_else(|| not_taken(&account, is_live).map(str::to_owned))
            {
                let labels: Vec<&str> = account.from.iter().map(|at| resources[*at].label.as_str()).collect();
                let (key, label) = (&account.row.key, format!("{} ({})", account.row.key.name, labels.join(", ")));
                taking.left.push(LeftOutRow { keys: BTreeSet::from([key.clone()]), label, why });
                continue;
            }
            rows.insert(account.row.key.clone(), account.row.clone());
            taking.add(account, origin);
        }
        let observation = Observation { rows, ..Observation::default() };
        believed.insert(provider.name(), ProviderSnapshot { backend: provider.backend(), result: Ok(observation) });
    }
    taking.give_names(resources);
    (taking, believed)
}

fn not_taken(account: &Adopted, is_live: Option<bool>) -> Option<&'static str> {
    match is_live {
        Some(true) => None,
        Some(false) => Some("it is not live, so there is nothing to take over"),
        None if account.row.account.is_none() => {
            Some("whose key it is, only the vendor can tell: run it without --offline")
        }
        None => None,
    }
}

/// Whether one of these rows is selected.
pub fn is_about(rows: &BTreeMap<&str, Vec<&TakenRow>>, selected: &SelectedResource) -> bool {
    let only = ResourceSelection::from_iter([selected.clone()]);
    let mut named = rows.get(selected.account.as_str()).into_iter().flatten();
    named.any(|(kind, names)| only.has(kind, names.iter().map(String::as_str)))
}

impl Takeover {
    /// The rows that something is about, by the names they go by.
    pub fn rows_by_name(&self) -> BTreeMap<&str, Vec<&TakenRow>> {
        let mut by_name = BTreeMap::<&str, Vec<&TakenRow>>::new();
        for row in &self.rows {
            row.1.iter().for_each(|name| by_name.entry(name).or_default().push(row));
        }
        by_name
    }

    /// A name that several accounts could have is nobody's.
    fn give_names(&mut self, resources: &[SourceResource]) {
        let candidates = |key: &Key| -> Vec<&String> {
            let from = self.from.get(key).into_iter().flatten();
            let mut names = Vec::new();
            for name in from.flat_map(|at| &resources[*at].names) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names
        };
        let candidates: BTreeMap<Key, Vec<&String>> =
            self.managed.keys().map(|key| (key.clone(), candidates(key))).collect();
        let mut bearers = BTreeMap::<&String, usize>::new();
        candidates.values().flatten().for_each(|name| *bearers.entry(name).or_default() += 1);
        for (key, told) in &mut self.managed {
            let own = candidates.get(key).into_iter().flatten();
            told.name = own.copied().find(|name| bearers.get(name) == Some(&1)).cloned();
        }
    }

    fn add(&mut self, account: Adopted, origin: Origin) {
        let Adopted { row, from, meanings } = account;
        let Ok(says) = comparable(&row, row.key.kind.schema()) else { return };
        for (about, Meaning { says, names }) in meanings {
            self.meanings.entry((about, says)).or_default().insert(row.key.clone(), names);
        }
        self.managed.insert(row.key.clone(), ManagedElsewhere { says, whose: origin.whose(), name: None });
        self.from.insert(row.key, from);
    }
}
