//! Live values of differing managed fields, taken into the text of the account's own entry: the smallest edit after which
//! the plan for them is empty, and the proof that nothing else changes. No I/O.

mod changed_fields;
mod lists;
mod lower_layers;
mod own_entry;
pub mod unapplied;
pub mod verify_accept;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::config::Loaded;
use crate::config::edit::{Wanted, edited, fragment};
use crate::config::files::Text;
use crate::model::node::Entry;
use crate::model::{Desired, FieldChange, Key, Node, Observed, Path, Source, Sources};
use crate::planner::comparable;
use changed_fields::{Field, Form, fields, needed};
use own_entry::{Entries, OwnEntry};
use unapplied::Unapplied;

/// One declared row that differs, and in what. The fields are those that are to be taken.
pub struct Difference<'a> {
    /// What the config asks for.
    pub desired: &'a Arc<Desired>,
    /// What is live.
    pub observed: &'a Observed,
    /// Fields that differ.
    pub changes: Vec<&'a FieldChange>,
}

/// What taking live values comes to.
#[derive(Debug, Default)]
pub struct Accepted {
    /// Files with other text, each with what it held before.
    pub files: Vec<(Text, Text)>,
    /// The fields that were taken, by row, as keys of its block; none of an entry that is left to people.
    pub taken: BTreeMap<Key, Vec<Vec<String>>>,
    /// Fields that were not managed and are now, since a rule couples them with one that was taken.
    pub coupled: Vec<CoupledField>,
    /// Fields that no longer follow a layer below.
    pub unfollowed: Vec<Unfollowed>,
    /// Lines of layers that they no longer follow, and that most accounts differ from.
    pub unapplied: Vec<Unapplied>,
    /// Entries that are left for people to edit.
    pub manual_edits: Vec<ManualEdit>,
    /// Fields that are not taken.
    pub skipped: Vec<SkippedField>,
}

/// A field that is new in the config, since another one cannot be declared without it.
#[derive(Debug)]
pub struct CoupledField {
    /// The row.
    pub key: Key,
    /// The field.
    pub field: String,
    /// The one that was taken.
    pub needed_by: String,
}

/// A field that a layer below has said, and the account's own entry now says for itself.
#[derive(Debug)]
pub struct Unfollowed {
    /// The row.
    pub key: Key,
    /// The field.
    pub field: String,
    /// Where layers say it.
    pub sources: Vec<Source>,
}

/// An entry that is not edited.
#[derive(Debug)]
pub struct ManualEdit {
    /// Where it is.
    pub source: Source,
    /// Whose it is, for people.
    pub account: String,
    /// Why, as the end of a sentence.
    pub why: String,
    /// What to put there, as YAML.
    pub fragment: String,
}

/// A field that is not taken.
#[derive(Debug)]
pub struct SkippedField {
    /// The row.
    pub key: Key,
    /// The field.
    pub field: Path,
    /// Why.
    pub why: SkipReason,
}

/// Why a field is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// It says how the vendor gets in.
    Authentication,
    /// Nothing is there, and nothing that can be written means so.
    NothingLive,
    /// A config cannot say what is live, and why.
    Unsayable(String),
    /// Keys of a map that are not live, and where they are said: an entry cannot take them out of what other layers say.
    SaidElsewhere(String),
}

/// Everything that is to become of one entry.
struct Edit<'a> {
    desired: &'a Desired,
    entry: Option<OwnEntry>,
    /// The rows that it is about.
    keys: BTreeSet<Key>,
    wanted: Wanted,
}

/// Edits the config so that these fields say what is live.
pub fn accept(loaded: &Loaded, differences: &[Difference<'_>]) -> Accepted {
    let mut accepted = Accepted::default();
    let mut entries = Entries::of(&loaded.sources);
    let mut edits = BTreeMap::<_, Edit<'_>>::new();
    for Difference { desired, observed, changes } in differences {
        let schema = &desired.schema().block;
        let Ok(live) = comparable(observed, desired.schema()) else { continue };
        let (mut fields, left) = fields(&desired.key, schema, &live, changes);
        accepted.skipped.extend(left);
        for (field, needed_by) in needed(schema, &desired.node, &live, &fields) {
            let (key, name) = (desired.key.clone(), field.path.join("."));
            accepted.coupled.push(CoupledField { key, field: name, needed_by });
            fields.push(field);
        }
        let entry = entries.entry(loaded, desired);
        let row = Row { loaded, desired, below: lower_layers::below(loaded, desired), own: entry.as_ref() };
        for field in fields {
            if let Some(why) = row.stays(&field) {
                accepted.skipped.push(SkippedField {
                    key: desired.key.clone(),
                    field: Path::dotted(&field.path.join(".")),
                    why,
                });
                continue;
            }
            let wanted = row.wanted(&field, &mut accepted.unfollowed);
            let edit = edits.entry(desired.place).or_insert_with(|| Edit {
                desired,
                entry: entry.clone(),
                keys: BTreeSet::new(),
                wanted: Wanted::Keys(BTreeMap::new()),
            });
            let known = std::mem::replace(&mut edit.wanted, Wanted::Absent);
            edit.wanted = known.and(wanted);
            edit.keys.insert(desired.key.clone());
            accepted.taken.entry(desired.key.clone()).or_default().push(field.path);
        }
    }
    write(loaded, edits.into_values().collect(), &mut accepted);
    accepted
}

/// Makes the edits, file by file.
fn write(loaded: &Loaded, edits: Vec<Edit<'_>>, accepted: &mut Accepted) {
    let mut files = BTreeMap::<u32, Vec<(Edit<'_>, OwnEntry)>>::new();
    for edit in edits {
        match edit.entry.clone() {
            Some(entry) => files.entry(entry.item.place().file()).or_default().push((edit, entry)),
            None => {
                let why = "the account has no entry of its own there".to_owned();
                leave(loaded, &edit, why, accepted);
            }
        }
    }
    for (_, edits) in files {
        let Some((first, _)) = edits.first() else { continue };
        let (name, text) = (loaded.sources.name(first.desired.place), loaded.sources.text(first.desired.place));
        let before = Text { name: name.to_string(), text: text.to_owned() };
        let mut rest = edits;
        loop {
            let items: Vec<(&Node, &Node, &Wanted)> =
                rest.iter().map(|(edit, entry)| (&entry.list, &entry.item, &edit.wanted)).collect();
            match edited(&before.text, &items) {
                Ok(text) if text == before.text => break,
                Ok(text) => {
                    accepted.files.push((before.clone(), Text { text, ..before }));
                    break;
                }
                Err((at, obstacle)) => {
                    let (edit, _) = rest.remove(at);
                    leave(loaded, &edit, obstacle.to_string(), accepted);
                }
            }
        }
    }
}

/// Leaves an entry to people: nothing of its rows is taken.
fn leave(loaded: &Loaded, edit: &Edit<'_>, why: String, accepted: &mut Accepted) {
    let Edit { desired: Desired { key, account, place, .. }, entry: _, keys, wanted } = edit;
    accepted.taken.retain(|key, _| !keys.contains(key));
    accepted.coupled.retain(|beside| !keys.contains(&beside.key));
    accepted.unfollowed.retain(|unfollowed| !keys.contains(&unfollowed.key));
    let account = account.as_ref().unwrap_or(&key.name).clone();
    accepted.manual_edits.push(ManualEdit {
        source: loaded.sources.locate(*place),
        account,
        why,
        fragment: fragment(wanted),
    });
}

/// One row, its own entry, and what is below that.
struct Row<'a> {
    loaded: &'a Loaded,
    desired: &'a Desired,
    below: Option<Node>,
    own: Option<&'a OwnEntry>,
}

impl Row<'_> {
    /// Why an entry cannot say what is live of a field, if others say what it could not take back.
    fn stays(&self, field: &Field) -> Option<SkipReason> {
        let Form::Map = field.form else { return None };
        let Desired { key, node, .. } = self.desired;
        let path = [&[key.provider], key.kind.block_path].concat();
        let fields: Vec<&str> = field.path.iter().map(String::as_str).collect();
        let own = self.own.and_then(|entry| walk(&entry.item, &[path.as_slice(), fields.as_slice()].concat()));
        let stays = lists::said_elsewhere(own, walk(node, &fields), &field.live);
        let said = stays.iter().map(|Entry { key, node, .. }| {
            let Source { file, line, column: _, layer } = self.loaded.sources.locate(node.place());
            format!("`{key}` {}({file}:{line})", layer.map(|layer| format!("of {layer} ")).unwrap_or_default())
        });
        let said = said.collect::<Vec<_>>().join(", ");
        (!said.is_empty()).then_some(SkipReason::SaidElsewhere(said))
    }

    /// What the entry has to say so that the field is as it is live.
    fn wanted(&self, field: &Field, unfollowed: &mut Vec<Unfollowed>) -> Wanted {
        let Desired { key, node, .. } = self.desired;
        let path: Vec<&str> = std::iter::once(key.provider)
            .chain(key.kind.block_path.iter().copied())
            .chain(field.path.iter().map(String::as_str))
            .collect();
        let Some((name, above)) = path.split_last() else { return Wanted::Absent };
        let own = self.own.and_then(|entry| walk(&entry.item, above));
        let below = self.below.as_ref().and_then(|below| walk(below, path.get(1..)?));
        let merged = field.path.iter().try_fold(node, |node, key| node.get(key));
        let says = |name: &str| own.is_some_and(|own| own.get(name).is_some());
        let (wanted, follows_no_more) = match &field.form {
            Form::Single | Form::Whole if says(name) => (plain(name, field.live.clone(), None), None),
            Form::Single | Form::Whole => (plain(name, field.live.clone(), None), merged),
            Form::Map => (plain(name, lists::map(own.and_then(|own| own.get(name)), merged, &field.live), None), None),
            Form::Set => lists::set(name, own, below, &field.live),
            Form::Keyed { by, changed } => lists::keyed(name, own, (below, merged), by, changed, &field.live),
        };
        let sources = follows_no_more.map(|node| layers_of(&self.loaded.sources, node)).unwrap_or_default();
        if !sources.is_empty() {
            unfollowed.push(Unfollowed { key: key.clone(), field: field.path.join("."), sources });
        }
        wanted.below(above)
    }
}

/// Where layers that accounts share say this value, or parts of it.
fn layers_of(sources: &Sources, node: &Node) -> Vec<Source> {
    let mut places = Vec::new();
    leaves(node, &mut places);
    let mut found: Vec<Source> = places.into_iter().map(|place| sources.locate(place)).collect();
    found.retain(|source| source.layer.is_some());
    found.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    found.dedup_by(|a, b| (&a.layer, &a.file) == (&b.layer, &b.file));
    found
}

/// The one key that says a value.
fn plain(name: &str, value: Value, by: Option<&'static str>) -> Wanted {
    Wanted::Keys([(name.to_owned(), Wanted::Value { value, by })].into())
}

fn walk<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

fn leaves(node: &Node, places: &mut Vec<crate::model::Place>) {
    if node.items().is_empty() && node.entries().is_empty() {
        places.push(node.place());
    }
    node.items().iter().for_each(|item| leaves(item, places));
    node.entries().iter().for_each(|entry| leaves(&entry.node, places));
}
