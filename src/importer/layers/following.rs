//! An account's own list beside a shared one: which of its elements the shared one stands for, and what is left.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::pattern::{OwnList, Pattern};

/// Fewer accounts than this share nothing.
pub const MIN_ACCOUNTS: usize = 3;
/// What naming a list costs an account, in characters, beside its elements.
const FRAME: usize = 18;
/// What quotes and a comma cost.
const QUOTES: usize = 4;

/// What a follower says beside the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Follower {
    /// What the variables in the list stand for.
    pub vars: BTreeMap<String, String>,
    /// What it has beyond the list, as a config writes it.
    pub added: Vec<Value>,
}

/// A list that has followed every element of a shared one so far.
pub struct Following<'l, 'a> {
    list: &'l OwnList<'a>,
    taken: BTreeSet<usize>,
    vars: BTreeMap<String, String>,
    /// What its elements cost that the shared one does not stand for.
    rest: usize,
}

impl<'l, 'a> Following<'l, 'a> {
    /// It follows nothing yet.
    pub fn of(list: &'l OwnList<'a>) -> Self {
        let rest = list.elements.iter().map(|element| length(&element.written)).sum();
        Following { list, taken: BTreeSet::new(), vars: BTreeMap::new(), rest }
    }

    /// Follows one element more; nothing if it has none that this stands for.
    pub fn follow(&mut self, pattern: &Pattern) -> Option<()> {
        let (at, value) = pattern.find(self.list)?;
        self.taken.insert(at).then_some(())?;
        self.rest -= length(&self.list.elements[at].written);
        if let Some((var, value)) = pattern.var().zip(value) {
            let known = self.vars.insert(var.to_owned(), value.to_owned());
            known.is_none_or(|known| known == value).then_some(())?;
        }
        Some(())
    }

    /// What the account says beside the shared list.
    pub fn follower(self) -> Follower {
        let rest = self.list.elements.iter().enumerate().filter(|(at, _)| !self.taken.contains(at));
        let added = rest.map(|(_, element)| element.written.clone()).collect();
        Follower { vars: self.vars, added }
    }

    /// Roughly what that costs, in characters.
    fn cost(&self) -> usize {
        let vars = self.vars.iter().map(|(name, value)| name.len() + value.len() + QUOTES).sum::<usize>();
        vars + if self.taken.len() == self.list.elements.len() { 0 } else { FRAME + self.rest }
    }
}

/// Roughly what lists cost where they are written out, in characters.
pub struct ListCosts {
    /// By line, the number of its text and what it costs.
    own: BTreeMap<usize, (usize, usize)>,
    /// How many texts differ.
    texts: usize,
}

impl ListCosts {
    /// Of these lists, by line.
    pub fn of(lists: &BTreeMap<usize, OwnList<'_>>) -> Self {
        let mut numbers = BTreeMap::<String, usize>::new();
        let mut own = BTreeMap::new();
        for (line, list) in lists {
            let written: Vec<String> = list.elements.iter().map(|element| element.written.to_string()).collect();
            let cost = written.iter().map(|text| text.len() + QUOTES).sum::<usize>() + FRAME;
            let new = numbers.len();
            own.insert(*line, (*numbers.entry(written.join(",")).or_insert(new), cost));
        }
        ListCosts { own, texts: numbers.len() }
    }

    /// Roughly what accounts say if these follow a shared list. A list that several have is written once.
    pub fn sum(&self, following: &BTreeMap<usize, Following<'_, '_>>) -> usize {
        let mut whole = vec![(0, 0); self.texts];
        for (line, (number, cost)) in &self.own {
            if !following.contains_key(line) {
                whole[*number] = (whole[*number].0 + 1, *cost);
            }
        }
        let once = |(many, own): &(usize, usize)| if *many >= MIN_ACCOUNTS { own + many * QUOTES } else { many * own };
        following.values().map(Following::cost).sum::<usize>() + whole.iter().map(once).sum::<usize>()
    }
}

/// Roughly what an element costs, in characters.
pub fn length(value: &Value) -> usize {
    value.to_string().len() + QUOTES
}
