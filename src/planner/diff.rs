//! One declared block against one live row: which fields differ, and how.
//!
//! Silence means leave alone: only what the block names is compared. Lists are sets, keyed lists compare by key, and
//! `null`, `[]`, `{}` and absent are equal.

use std::collections::BTreeMap;

use serde_json::Value;

use super::disruptive_and_costly;
use super::element_sources::element_sources;
use super::lists_as_sets::{canonical, elements, same_words, sorted};
use super::live_values::{live_arms, without_field, without_secrets};
use crate::model::effect::Effect;
use crate::model::node::Entry;
use crate::model::path::Step;
use crate::model::schema::{BlockSchema, DisruptiveWhen, FieldSchema, FieldType};
use crate::model::update_body::{Arm, arm};
use crate::model::value::{at, is_void, without_void};
use crate::model::{Change, Desired, DesiredOutput, FieldChange, FixedAtCreation, Node, Path, Place, Sources};

/// What differs.
#[derive(Debug, Default)]
pub struct Difference {
    /// Field by field, in the order of their paths.
    pub changes: Vec<FieldChange>,
    /// How many named fields already match.
    pub matching: usize,
    /// A one-of whose arm cannot be switched, but would be.
    pub immutable_arm: Option<(Path, Place)>,
    /// Lists to which the vendor has added since they were written.
    pub vendor_additions: Vec<VendorAdditions>,
}

/// A list to which the vendor has added by itself since somebody wrote it. What it added is left as it is.
#[derive(Debug)]
pub struct VendorAdditions {
    /// Which list.
    pub path: Path,
    /// Where it was written.
    pub place: Place,
    /// What was added, sorted.
    pub added: Vec<Value>,
}

/// Compares. Without a live row, everything named is a change, and nothing is disruptive; what is billed is costly.
pub fn diff(desired: &Desired, live: Option<&Value>, sources: &Sources, resend_secrets: bool) -> Difference {
    let mut walk = Walk { sources, creating: live.is_none(), resend_secrets, found: Difference::default() };
    walk.block(&desired.node, &desired.schema().block, live.unwrap_or(&Value::Null), &Path::root(), None);
    // What the row is shown by is not said again.
    let name = desired.key.name.as_str();
    let is_shown_by = |value: &str| value == name && desired.account.as_deref().is_none_or(|account| account == name);
    for FixedAtCreation { field, value, place } in
        desired.fixed.iter().filter(|fixed| live.is_none() && !is_shown_by(&fixed.value))
    {
        walk.push(
            Path::dotted(field),
            Change::Set { before: Value::Null, after: value.as_str().into() },
            Effect::NONE,
            *place,
        );
    }
    // What is live shows its own value, whatever that is.
    for DesiredOutput { field, from, place, value } in desired.outputs.iter().filter(|_| live.is_none()) {
        let change = Change::Output { before: Value::Null, from: from.clone(), after: value.clone() };
        walk.push(Path::dotted(field), change, Effect::NONE, *place);
    }
    walk.found.changes.sort_by(|a, b| a.path.cmp(&b.path));
    walk.found
}

/// What is settled at creation and has come out otherwise, as the change that nobody can make.
pub fn fixed_otherwise(fixed: &FixedAtCreation, held: &Value, sources: &Sources) -> FieldChange {
    let change = Change::Set { before: canonical(held), after: fixed.value.as_str().into() };
    FieldChange {
        path: Path::dotted(fixed.field),
        change,
        effect: Effect::NONE,
        source: sources.locate(fixed.place),
        element_sources: Vec::new(),
    }
}

struct Walk<'a> {
    sources: &'a Sources,
    creating: bool,
    resend_secrets: bool,
    found: Difference,
}

impl Walk<'_> {
    fn block(
        &mut self,
        node: &Node,
        block: &BlockSchema,
        live: &Value,
        path: &Path,
        inherited: Option<DisruptiveWhen>,
    ) {
        let is_choice = !block.arms.is_empty() && !block.arms_in(node).is_empty();
        let held = if is_choice { arm(node, block, live) } else { Arm::Same };
        if held == Arm::Other && block.immutable_arm && block.has_fields_beside_arms() {
            let lead = node.entries().iter().find(|entry| block.is_in_arm(&entry.key));
            self.found.immutable_arm = lead.map(|lead| (path.key(&lead.key), lead.node.place()));
        } else if held == Arm::Other {
            return self.switch(node, block, live, path, inherited);
        }
        let before = self.found.changes.len();
        for entry in node.entries() {
            let Some(field) = block.fields.get(&entry.key) else { continue };
            if field.secret_with.is_none() {
                // Where the vendor does not say what it collects, a list of what to collect may stop anything.
                let from_unknown = held == Arm::Nothing && field.disruptive_when == Some(DisruptiveWhen::Shrink);
                let disruptive_when =
                    if from_unknown { Some(DisruptiveWhen::Exchange) } else { field.disruptive_when.or(inherited) };
                self.field(entry, field, at(live, &entry.key), &path.key(&entry.key), disruptive_when);
            }
        }
        for entry in node.entries() {
            let Some(sibling) = block.fields.get(&entry.key).and_then(|field| field.secret_with) else {
                continue;
            };
            let sibling = path.field(sibling);
            let sibling_changed = self.found.changes.iter().skip(before).any(|change| change.path == sibling);
            if sibling_changed || self.creating || self.resend_secrets {
                self.secret(entry, &path.key(&entry.key));
            }
        }
    }

    fn switch(
        &mut self,
        node: &Node,
        block: &BlockSchema,
        live: &Value,
        path: &Path,
        inherited: Option<DisruptiveWhen>,
    ) {
        if block.immutable_arm {
            self.found.immutable_arm = Some((path.clone(), node.place()));
        }
        let effect = match inherited {
            Some(DisruptiveWhen::Change) => Effect::LESS,
            _ => disruptive_and_costly::switching(node, block, live),
        };
        let change = Change::Set { before: live_arms(block, live), after: canonical(&without_secrets(node, block)) };
        self.push(path.clone(), change, effect, node.place());
    }

    fn field(
        &mut self,
        entry: &Entry,
        field: &FieldSchema,
        live: &Value,
        path: &Path,
        disruptive_when: Option<DisruptiveWhen>,
    ) {
        match &field.field_type {
            FieldType::Block(block) => self.block(&entry.node, block, live, path, disruptive_when),
            FieldType::Keyed { by, item } => self.keyed(entry, by, item, live, path, disruptive_when),
            FieldType::Switches(_) => self.switches(entry, field, live, path, disruptive_when),
            FieldType::Set(_) if !self.creating && same_words(entry.node.items(), live) => self.found.matching += 1,
            FieldType::Set(_) => {
                let (before, mut after) =
                    (elements(live), entry.node.items().iter().map(Node::json).collect::<Vec<_>>());
                let added: Vec<Value> = field.added_since(&after, &before).into_iter().cloned().collect();
                after.extend(added.iter().cloned());
                let (before, after) = (sorted(before), sorted(after));
                if !added.is_empty() {
                    self.found.vendor_additions.push(VendorAdditions {
                        path: path.clone(),
                        place: entry.node.place(),
                        added: sorted(added),
                    });
                }
                if before == after && !self.creating {
                    self.found.matching += 1;
                    return;
                }
                let effect = match disruptive_when {
                    _ if self.creating => disruptive_and_costly::new(field, &entry.node),
                    Some(when) => disruptive_and_costly::list(when, &before, &after),
                    None => Effect::NONE,
                };
                let (place, elsewhere) = element_sources(&entry.node, &before, self.sources);
                self.push(path.clone(), Change::Elements { before, after }, effect, place);
                if let Some(change) = self.found.changes.last_mut() {
                    change.element_sources = elsewhere;
                }
            }
            FieldType::Value(_) => {
                let (after, before) = (entry.node.json(), without_void(live));
                let is_same = after == *live || without_void(&after) == before || (is_void(&after) && is_void(live));
                if !self.creating && is_same {
                    self.found.matching += 1;
                    return;
                }
                let effect = match disruptive_when {
                    _ if self.creating => disruptive_and_costly::new(field, &entry.node),
                    Some(when) => disruptive_and_costly::value(when, live, &after),
                    None => Effect::NONE,
                };
                self.push(path.clone(), Change::Set { before: canonical(&before), after }, effect, entry.node.place());
            }
        }
    }

    /// Switch by switch; one that nobody names is left alone.
    fn switches(
        &mut self,
        map: &Entry,
        field: &FieldSchema,
        live: &Value,
        path: &Path,
        disruptive_when: Option<DisruptiveWhen>,
    ) {
        for Entry { key, node, .. } in map.node.entries() {
            let (before, after) = (at(live, key), node.json());
            if !self.creating && after == *before {
                self.found.matching += 1;
                continue;
            }
            let effect = match disruptive_when {
                _ if self.creating => Effect::of(false, field.billed && after == Value::Bool(true)),
                Some(when) => disruptive_and_costly::value(when, before, &after),
                None => Effect::NONE,
            };
            self.push(path.key(key), Change::Set { before: before.clone(), after }, effect, node.place());
        }
    }

    fn keyed(
        &mut self,
        list: &Entry,
        by: &str,
        item: &BlockSchema,
        live: &Value,
        path: &Path,
        disruptive_when: Option<DisruptiveWhen>,
    ) {
        // A key that is no text is none: `live_forms` has refused every other form.
        let mut rows: BTreeMap<Option<&str>, Vec<&Value>> = BTreeMap::new();
        for row in live.as_array().into_iter().flatten() {
            rows.entry(at(row, by).as_str()).or_default().push(row);
        }
        let known = self.found.changes.len();
        for wanted in list.node.items() {
            let key = wanted.get(by).and_then(Node::text).unwrap_or_default();
            let mut held = rows.remove(&Some(key)).unwrap_or_default().into_iter();
            let without_key = wanted.only(|field| field != by);
            let held_row = held.next().map_or(Value::Null, |row| without_field(row, by));
            self.block(&without_key, item, &held_row, &path.then(Step::Entry(key.to_owned())), disruptive_when);
            rows.extend(std::iter::once((Some(key), held.collect::<Vec<_>>())).filter(|(_, rest)| !rest.is_empty()));
        }
        for (key, rows) in rows {
            let says_something = |row: &&Value| {
                row.as_object().into_iter().flatten().any(|(field, value)| field != by && !is_void(value))
            };
            for row in rows.into_iter().filter(says_something) {
                let change = Change::Set { before: live_arms(item, &without_field(row, by)), after: Value::Null };
                let effect = disruptive_when.map_or(Effect::NONE, disruptive_and_costly::entry_gone);
                self.push(
                    path.then(Step::Entry(key.unwrap_or("(none)").to_owned())),
                    change,
                    effect,
                    list.node.place(),
                );
            }
        }
        if self.found.changes.len() == known && self.creating {
            self.push(
                path.clone(),
                Change::Elements { before: Vec::new(), after: Vec::new() },
                Effect::NONE,
                list.node.place(),
            );
        } else if self.found.changes.len() == known && list.node.items().is_empty() {
            self.found.matching += 1;
        }
    }

    fn secret(&mut self, entry: &Entry, path: &Path) {
        if let Some(env) = entry.node.get("env").and_then(Node::text) {
            self.push(path.clone(), Change::Secret { env: env.to_owned() }, Effect::NONE, entry.node.place());
        }
    }

    fn push(&mut self, path: Path, change: Change, effect: Effect, place: Place) {
        self.found.changes.push(FieldChange {
            path,
            change,
            effect,
            source: self.sources.locate(place),
            element_sources: Vec::new(),
        });
    }
}
