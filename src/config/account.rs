//! One account as every other file of this folder knows it: its entry, with the layers below merged in.

use std::collections::BTreeMap;

use super::unmanaged_paths::UnmanagedPath;
use crate::model::lower_layers::LayersOfAccount;
use crate::model::node::vars::{Names, VarUse, Vars};
use crate::model::{AccountFacts, Diagnostic, Hold, Node, Path, Place};
use crate::providers;

/// One entry with its merged blocks.
pub struct Account {
    /// What the entry says apart from the blocks.
    pub facts: AccountFacts,
    /// Merged and filled in, by provider.
    pub blocks: BTreeMap<&'static str, Node>,
    /// The profiles it lists, in its order.
    pub profiles: Vec<String>,
    /// What it takes out of the layers below.
    pub unmanaged_paths: Vec<UnmanagedPath>,
    /// What of it is shown and never written, by provider.
    pub holds: BTreeMap<&'static str, Hold>,
    /// Providers whose rows are only looked at here, with where a layer says so.
    pub read_only: BTreeMap<&'static str, Place>,
    /// The variables of its layers, the nearest layer first.
    pub vars: Vec<Vars>,
    /// Where variables were filled in.
    pub uses: Vec<VarUse>,
    /// Lists that its entry or its profiles add to, by provider, as paths in the block.
    pub added: BTreeMap<&'static str, Vec<Path>>,
    /// Whether something that bears on it was not understood, in its layers or in a file: what seems to be missing may
    /// stand there.
    pub is_misread: bool,
    /// Where its id was written, or the entry.
    pub id_place: Place,
    /// The merged blocks before names were filled in, where the entry leaves its partition out: its rows may be in
    /// another one.
    pub unfilled: Option<BTreeMap<&'static str, Node>>,
}

impl Account {
    /// The identities this entry goes by.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let aliases = self.blocks.iter().filter_map(|(name, block)| providers::alias(providers::named(name)?, block));
        self.facts.account.as_deref().into_iter().chain(aliases)
    }

    /// What the account says of the layers below it, at one provider.
    pub fn stack(&self, provider: &str) -> Option<LayersOfAccount> {
        let cuts = self.unmanaged_paths.iter().filter(|cut| cut.provider == provider);
        let path = |cut: &UnmanagedPath| cut.steps.iter().fold(Path::root(), |path, step| path.field(step));
        let unmanaged: Vec<_> = cuts.map(|cut| (path(cut), cut.place)).collect();
        let says_nothing =
            self.profiles.is_empty() && unmanaged.is_empty() && self.vars.is_empty() && self.added.is_empty();
        (!says_nothing).then(|| LayersOfAccount {
            profiles: self.profiles.clone(),
            unmanaged,
            vars: self.vars.clone(),
            uses: self.uses.clone(),
            added: self.added.get(provider).cloned().unwrap_or_default(),
        })
    }
}

/// What stands for names in an account's texts, where its entry says this and its layers set these variables.
pub fn names<'a>(facts: &'a AccountFacts, vars: &'a [Vars]) -> Names<'a> {
    let AccountFacts { account, partition, name, place: _, partition_place: _ } = facts;
    Names { account: account.as_deref(), partition: Some(partition), name: name.as_deref(), vars }
}

/// Shows, of mistakes found where variables are filled in, what was filled in.
pub fn values_behind(uses: &[VarUse], found: &mut [Diagnostic]) {
    for found in found {
        let here = uses.iter().filter(|var| found.place == Some(var.used.as_written()));
        found.also.extend(here.map(|var| (var.value.as_written(), format!("filled in for `${{vars.{}}}`", var.name))));
    }
}

/// Notes whom mistakes found in an account's blocks concern.
pub fn concerns(facts: &AccountFacts, blocks: &BTreeMap<&'static str, Node>, found: &mut [Diagnostic]) {
    let alias = || blocks.iter().find_map(|(name, block)| providers::alias(providers::named(name)?, block));
    if let Some(account) = facts.account.as_deref().or_else(alias) {
        found.iter_mut().for_each(|found| found.reach.add(account));
    }
}
