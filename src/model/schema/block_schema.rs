//! What can be asked of a block: its attributes, the arms of its one-of, and what stands below it.

use super::additions::field_of;
use super::types::{BlockSchema, DefaultValue, FieldSchema, FieldType, Fields};
use super::value_type::TextFormat;
use crate::model::node::Node;
use crate::model::path::{Path, Step};

impl BlockSchema {
    /// A block without attributes.
    pub const fn new(description: &'static str, fields: &'static [FieldSchema]) -> Self {
        let fields = Fields::of(fields);
        BlockSchema { description, fields, arms: &[], immutable_arm: false, needs: &[] }
    }

    /// Fields that exclude each other, arm by arm. A block may have fields beside them.
    pub const fn one_of(mut self, arms: &'static [&'static [&'static str]]) -> Self {
        self.arms = arms;
        self
    }

    /// The vendor refuses to switch the arm.
    pub const fn immutable_arm(mut self) -> Self {
        self.immutable_arm = true;
        self
    }

    /// Nothing can be created without these.
    pub const fn needs(mut self, needs: &'static [&'static str]) -> Self {
        self.needs = needs;
        self
    }

    /// The field by which entries of a list of such blocks are told apart. A block without one does not compile there.
    pub const fn key(&self) -> &'static str {
        let fields = self.fields.declared();
        let mut at = 0;
        while at < fields.len() {
            if fields[at].is_key {
                return fields[at].name;
            }
            at += 1;
        }
        panic!("entries of a list are told apart by a field that is declared as their `key`")
    }

    /// What of it is compared with a live row. An arm that no longer has a field is gone, and with it a one-of that
    /// then has less than two.
    pub fn compared(&self) -> Self {
        let fields = self.fields.only(|field| !field.not_compared);
        let left = self.arms.iter().filter(|arm| arm.iter().any(|name| fields.contains_key(name))).count();
        BlockSchema { fields, arms: if left < 2 { &[] } else { self.arms }, ..self.clone() }
    }

    /// The block in the named field, if it is one.
    pub fn block(&self, field: &str) -> Option<&'static BlockSchema> {
        match self.fields.get(field)?.field_type {
            FieldType::Block(block) => Some(block),
            _ => None,
        }
    }

    /// Whether a field stands in an arm of the one-of. A block may have fields beside its arms.
    pub fn is_in_arm(&self, field: &str) -> bool {
        self.arms.iter().any(|arm| arm.contains(&field))
    }

    /// Whether the block is more than its one-of: then switching the arm replaces the arm and not the block.
    pub fn has_fields_beside_arms(&self) -> bool {
        !self.arms.is_empty() && self.fields.keys().any(|field| !self.is_in_arm(field))
    }

    /// Whether the block is its one-of and nothing else: then it is one value.
    pub fn is_choice(&self) -> bool {
        !self.arms.is_empty() && !self.has_fields_beside_arms()
    }

    /// Which arms of the one-of have a field among `present`.
    pub fn arms_among<'a>(&self, present: impl Iterator<Item = &'a str> + Clone) -> Vec<usize> {
        let named = |arm: &&[&str]| present.clone().any(|field| arm.contains(&field));
        self.arms.iter().enumerate().filter(|(_, arm)| named(arm)).map(|(at, _)| at).collect()
    }

    /// Which arms of the one-of a node names.
    pub fn arms_in(&self, node: &Node) -> Vec<usize> {
        self.arms_among(node.entries().iter().map(|entry| field_of(&entry.key)))
    }

    /// Whether an upper layer names another arm of this one-of than a lower one. What it only adds to an arm does not
    /// switch to it.
    pub fn replaces_arm(&self, upper: &Node, lower: &Node) -> bool {
        let plain = upper.entries().iter().map(|entry| &*entry.key).filter(|key| !key.ends_with('+'));
        let (upper, lower) = (self.arms_among(plain), self.arms_in(lower));
        !upper.is_empty() && !lower.is_empty() && upper != lower
    }

    /// Whether two fields stand in arms of the one-of that exclude each other.
    pub fn is_in_another_arm(&self, one: &str, other: &str) -> bool {
        let together = self.arms.iter().any(|arm| arm.contains(&one) && arm.contains(&other));
        self.is_in_arm(one) && self.is_in_arm(other) && !together
    }

    /// Whether two layers name different arms of this one-of.
    pub fn arms_differ(&self, upper: &Node, lower: &Node) -> bool {
        let (upper, lower) = (self.arms_in(upper), self.arms_in(lower));
        !upper.is_empty() && !lower.is_empty() && upper != lower
    }

    /// Whether a path is, or lies below, a field that says how the vendor gets in.
    pub fn is_authentication(&self, path: &Path) -> bool {
        let mut block = Some(self);
        for step in path.steps() {
            let (Step::Field(name), Some(here)) = (step, block) else { return false };
            if here.fields.get(name).is_some_and(|field| field.auth) {
                return true;
            }
            block = here.block(name);
        }
        false
    }

    /// What a new row has at this path by itself, where that is not nothing.
    pub fn default_at(&self, path: &Path) -> Option<DefaultValue> {
        let (last, above) = path.steps().split_last()?;
        let name = |step: &Step| if let Step::Field(name) = step { Some(name.to_string()) } else { None };
        let block = above.iter().try_fold(self, |block, step| block.block(&name(step)?))?;
        block.fields.get(&name(last)?)?.default
    }

    /// What is billed and a node says nothing of, so that a new row has there what the vendor makes of it. The field of
    /// an arm is left out for the other arm's sake.
    pub fn left_to_vendor(&self, node: Option<&Node>) -> Vec<Path> {
        let mut found = Vec::new();
        self.gather_left_out(node, &Path::root(), &mut found);
        found
    }

    fn gather_left_out(&self, node: Option<&Node>, path: &Path, found: &mut Vec<Path>) {
        for (name, field) in self.fields.iter().filter(|(name, _)| !self.is_in_arm(name)) {
            let said = node.and_then(|node| node.get(name));
            let is_open = match field.field_type {
                FieldType::Block(inner) => inner.is_choice() && said.is_none_or(|said| inner.arms_in(said).is_empty()),
                FieldType::Value(_) | FieldType::Set(_) | FieldType::Keyed { .. } => said.is_none(),
                // One that is not named is as the vendor has it for everybody.
                FieldType::Switches(_) => false,
            };
            if field.billed && is_open {
                found.push(path.field(name));
            } else if let FieldType::Block(inner) = field.field_type {
                inner.gather_left_out(said, &path.field(name), found);
            }
        }
    }

    /// Whether a node names values out of this catalog.
    pub fn uses(&self, node: &Node, catalog: &str) -> bool {
        node.entries().iter().any(|entry| match self.fields.get(&entry.key).map(|field| field.field_type) {
            Some(FieldType::Keyed { item, .. }) => entry.node.items().iter().any(|row| item.uses(row, catalog)),
            Some(FieldType::Block(block)) => block.uses(&entry.node, catalog),
            Some(form @ (FieldType::Value(_) | FieldType::Set(_) | FieldType::Switches(_))) => {
                let is_empty =
                    entry.node.text().is_none() && entry.node.items().is_empty() && entry.node.entries().is_empty();
                form.text_format().and_then(TextFormat::catalog) == Some(catalog) && !is_empty
            }
            None => false,
        })
    }

    /// Where below here a key stands that is written as `key` is: the keys that lead there, `key` not included.
    pub fn paths_to(&self, key: &str) -> Vec<Vec<&'static str>> {
        let mut found = Vec::new();
        if self.fields.contains_key(key) {
            found.push(Vec::new());
        }
        for (name, field) in self.fields.iter() {
            if let FieldType::Block(inner) = field.field_type {
                found.extend(inner.paths_to(key).into_iter().map(|path| [vec![name], path].concat()));
            }
        }
        found
    }
}
