//! The account's own entry as it stands in its file.

use std::collections::BTreeMap;

use crate::config::Loaded;
use crate::model::lower_layers::LayersOfAccount;
use crate::model::node::Entry;
use crate::model::node::vars::{Names, Vars};
use crate::model::{Desired, Diagnostics, Node, Sources};
use crate::providers;

/// An entry, and the list it stands in.
#[derive(Debug, Clone)]
pub struct OwnEntry {
    /// What stands under `accounts:` of its file.
    pub list: Node,
    /// The entry, with names filled in, each value at the place where it is written.
    pub item: Node,
}

/// The lists of entries of files, each read once.
pub struct Entries<'a> {
    sources: &'a Sources,
    lists: BTreeMap<u32, Option<Node>>,
}

impl<'a> Entries<'a> {
    /// None read yet.
    pub fn of(sources: &'a Sources) -> Self {
        Entries { sources, lists: BTreeMap::new() }
    }

    /// The entry that asks for this row; nothing if none stands in the text.
    pub fn entry(&mut self, loaded: &Loaded, desired: &Desired) -> Option<OwnEntry> {
        let (file, place) = (desired.place.file(), desired.place);
        let read = || Node::parse(self.sources.text(place), file).0?.get("accounts").cloned();
        let list = self.lists.entry(file).or_insert_with(read).clone()?;
        let item = list.items().iter().find(|item| item.place().covers_use_of(place))?;
        let names = names(loaded, desired);
        let fill = |entry: &Entry| match providers::named(&entry.key) {
            Some(provider) => {
                let is_secret = |keys: &[&str]| provider.block().is_secret(keys);
                let node = entry.node.filled(&names, &is_secret, &mut Vec::new(), &mut Diagnostics::new());
                Entry { node, ..entry.clone() }
            }
            None => entry.clone(),
        };
        let item = item.with_entries(item.entries().iter().map(fill).collect());
        Some(OwnEntry { list, item })
    }
}

/// What stands for names in the texts of this row's account.
pub fn names<'a>(loaded: &'a Loaded, desired: &'a Desired) -> Names<'a> {
    const NONE: &[Vars] = &[];
    let stack: Option<&LayersOfAccount> = loaded.layers.stacks.get(&desired.key);
    let account = desired.account.as_deref();
    let partition = account.and_then(|account| loaded.desired.partitions.get(account));
    let fixed = desired.fixed.iter().find(|fixed| fixed.field == "aws_partition").map(|fixed| fixed.value.as_str());
    Names {
        account,
        partition: fixed.or(partition.map(|partition| partition.name.as_str())),
        name: desired.name.as_deref(),
        vars: stack.map_or(NONE, |stack| stack.vars.as_slice()),
    }
}
