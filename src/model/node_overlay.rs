//! One layer of a config over another.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::list_additions::joined;
use super::node::{Entry, Node};
use super::path::{Path, Step};
use super::schema::additions::{adding_to, field_of};
use super::schema::{BlockSchema, FieldSchema};
use super::source::Place;

impl Node {
    /// This layer over `base`: maps merge, scalars and lists replace, `KEY+` adds to a list, a one-of is replaced whole
    /// when this layer names another arm.
    pub fn over(&self, base: &Node, block: Option<&BlockSchema>) -> Node {
        Overlay::default().over(self, base, block, &Path::root())
    }
}

/// Layers that are laid over each other, and what is known of them meanwhile.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// How many entries and list items were copied.
    pub copied: usize,
    /// Lists that some layer has added to, and where each says so, the nearest last.
    pub added: BTreeMap<Path, Vec<Place>>,
    /// What is wrong with `KEY+`, or odd.
    pub found: Diagnostics,
}

impl Overlay {
    /// `upper` over `base`, at this path of the block. A `KEY+` that has no `KEY` below it yet stays as it is.
    pub fn over(&mut self, upper: &Node, base: &Node, block: Option<&BlockSchema>, path: &Path) -> Node {
        if !upper.is_map() || !base.is_map() {
            return upper.clone();
        }
        let replaced = block.filter(|block| block.replaces_arm(upper, base));
        let stays = |entry: &&Entry| {
            replaced.is_none_or(|block| block.has_fields_beside_arms() && !block.is_in_arm(field_of(&entry.key)))
        };
        let mut merged: Vec<Entry> = base.entries().iter().filter(stays).cloned().collect();
        if let Some(block) = replaced {
            let added = self.forget(path, |field| !merged.iter().any(|entry| field_of(&entry.key) == field));
            let waiting = base.entries().iter().filter(|entry| entry.key.ends_with('+') && !stays(entry));
            if let Some(arm) = upper.entries().iter().find(|entry| block.is_in_arm(&entry.key)) {
                self.found.extend(waiting.map(|waiting| hidden_and_added_to_nothing(waiting, arm)));
                self.found.extend((!added.is_empty()).then(|| another_arm_over(arm, &added)));
            }
        }
        let positions = positions(&merged);
        for entry in upper.entries() {
            let field = block.and_then(|block| block.fields.get(field_of(&entry.key)));
            if let Some(field) = field.filter(|field| field.field_type.takes_additions()) {
                match block.filter(|_| entry.key.ends_with('+')) {
                    Some(block) => self.add(entry, field, block, &mut merged, path),
                    None => self.replace_list(entry, &mut merged, path),
                }
                continue;
            }
            let inner = block.and_then(|block| block.block(&entry.key));
            let known = match &positions {
                Some(positions) => positions.get(&entry.key).copied(),
                None => merged.iter().position(|known| known.key == entry.key),
            };
            match known.and_then(|at| merged.get_mut(at)) {
                Some(known) => {
                    let below = if inner.is_some() { &path.key(&entry.key) } else { path };
                    *known = entry.with_node(self.over(&entry.node, &known.node, inner, below));
                }
                None => merged.push(entry.clone()),
            }
        }
        self.copied += merged.len();
        upper.with_entries(merged)
    }

    /// `KEY+` over what is below it.
    fn add(&mut self, entry: &Entry, field: &FieldSchema, block: &BlockSchema, merged: &mut Vec<Entry>, path: &Path) {
        let name = field.name;
        if let Some(other) = merged.iter().find(|below| block.is_in_another_arm(field_of(&below.key), name)) {
            self.found.push(in_another_arm(entry, other));
            return;
        }
        match merged.iter_mut().find(|below| field_of(&below.key) == name) {
            Some(below) => {
                let node = joined(&below.node, &entry.node, field.field_type);
                self.copied += node.items().len();
                if *below.key == *name {
                    self.added.entry(path.field(name)).or_default().push(entry.key_place);
                }
                *below = Entry { key: below.key.clone(), key_place: entry.key_place, node };
            }
            None => merged.push(entry.clone()),
        }
    }

    /// `KEY` over what is below it. It takes away what `KEY+` below it has added, and that is odd; a `KEY+` that still had
    /// nothing to add to is wrong, and hiding it does not make it right.
    fn replace_list(&mut self, entry: &Entry, merged: &mut Vec<Entry>, path: &Path) {
        let known = merged.iter_mut().find(|known| field_of(&known.key) == &*entry.key);
        let waiting = known.as_ref().filter(|known| known.key.ends_with('+'));
        self.found.extend(waiting.map(|waiting| hidden_and_added_to_nothing(waiting, entry)));
        let added = if self.added.is_empty() { None } else { self.added.remove(&path.key(&entry.key)) };
        match known {
            Some(known) => *known = entry.clone(),
            None => merged.push(entry.clone()),
        }
        if let Some(places) = added {
            self.found.push(replaced_additions(entry, &places));
        }
    }

    /// Forgets what was added to lists that are there no longer: in those fields directly below `path`. Returns where it
    /// was added.
    fn forget(&mut self, path: &Path, gone: impl Fn(&str) -> bool) -> Vec<Place> {
        let below = path.steps().len();
        let is_gone = |list: &Path| matches!(list.steps().get(below), Some(Step::Field(field)) if gone(field));
        self.added.extract_if(.., |list, _| path.covers(list) && is_gone(list)).flat_map(|(_, places)| places).collect()
    }

    /// Takes out what stands at `path` and below it, `KEY+` included.
    pub fn cut(&mut self, block: &Node, path: &[&str]) -> Node {
        self.copied += block.copied_by_cutting(path);
        let Some((last, above)) = path.split_last() else { return block.clone() };
        let whole = path.iter().fold(Path::root(), |path, step| path.field(step));
        self.added.retain(|list, _| !whole.covers(list));
        let adding = adding_to(last);
        block.without(path).without(&[above, &[adding.as_str()]].concat())
    }
}

fn in_another_arm(entry: &Entry, other: &Entry) -> Diagnostic {
    let (key, name, below) = (&entry.key, field_of(&entry.key), field_of(&other.key));
    Diagnostic::error(entry.key_place, format!("`{key}` adds to nothing"))
        .label(format!("the layers below say `{below}`"))
        .also(other.key_place, "here")
        .help(format!("write `{name}:` to say so in place of `{below}`"))
}

/// A `KEY+` that had nothing to add to when a nearer layer said `nearer` over it.
fn hidden_and_added_to_nothing(waiting: &Entry, nearer: &Entry) -> Diagnostic {
    let name = field_of(&waiting.key);
    let both = format!(
        "; to have both, say `{name}: []` in `defaults`, or in a profile listed before, and write `{name}+:` at both places"
    );
    let both = if *nearer.key == *name { both } else { String::new() };
    added_to_nothing(waiting)
        .also(nearer.key_place, "this hides it, and is all that the account has")
        .help(format!("take one of the two out{both}"))
}

/// A `KEY+` with no `KEY` in any layer below it. Something that was not read may say it.
pub fn added_to_nothing(entry: &Entry) -> Diagnostic {
    let (key, name) = (&entry.key, field_of(&entry.key));
    Diagnostic::error(entry.key_place, format!("`{key}` adds to nothing"))
        .label(format!("no layer below says `{name}`"))
        .if_all_is_read()
}

fn another_arm_over(entry: &Entry, added: &[Place]) -> Diagnostic {
    let key = &entry.key;
    let wrong = Diagnostic::warning(entry.key_place, format!("`{key}` takes away what a layer below it adds"))
        .label("it excludes the list that was added to: this is all that the account has");
    let wrong = added.iter().fold(wrong, |wrong, place| wrong.also(*place, "added here"));
    wrong.help("keep one of the two, or do not list the profile")
}

fn replaced_additions(entry: &Entry, added: &[Place]) -> Diagnostic {
    let key = &entry.key;
    let wrong = Diagnostic::warning(entry.key_place, format!("`{key}` takes away what `{key}+` below it adds"))
        .label("this list is all that the account has");
    let wrong = added.iter().fold(wrong, |wrong, place| wrong.also(*place, "added here"));
    wrong.help(format!("write `{key}+:` to add to it too, or do not list the profile"))
}

/// Where each key stands, for maps with many of them; in one with few, keys are compared one by one.
fn positions(entries: &[Entry]) -> Option<HashMap<Arc<str>, usize>> {
    const FEW: usize = 32;
    (entries.len() > FEW).then(|| entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect())
}
