//! A live block, compared with what a node says of it while its text is read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::live_values::{LiveScalar, LiveSet, LiveSwitches, Seen, ok_if, reads};
use super::texts::{Text, TextUnder, Unmanaged};
use super::unchanged_blocks::UnchangedBlocks;
use crate::model::node::Entry;
use crate::model::schema::{BlockSchema, FieldSchema, FieldType, ValueType};
use crate::model::{FixedAtCreation, Node};

/// Lists by key with more entries are left to `diff`.
const MAX_ROWS: usize = 256;

/// A block that holds every field that the node names, each once, and nothing of an arm that it does not name.
pub(super) struct LiveBlock<'a, 'h> {
    /// What is asked for.
    pub node: &'a Node,
    /// Its schema.
    pub schema: &'a BlockSchema,
    /// What was settled at creation has come out so, or is not shown.
    pub fixed: &'a [FixedAtCreation],
    /// What is known of blocks that accounts share.
    pub unchanged: &'h mut UnchangedBlocks,
}

/// What a field of a live block is to the node that is compared with it.
enum LiveField<'a> {
    /// The entry at this position names it.
    Named(usize, &'a Node, &'a FieldSchema),
    /// It has this value since the row was made.
    Fixed(&'a FixedAtCreation),
    /// It must not say anything.
    OfOtherArm,
    /// Nobody names it.
    Unmanaged,
}

impl<'a> LiveBlock<'a, '_> {
    /// What is compared of an entry: all but secrets and what no field is called.
    fn compared(&self, entry: &Entry) -> Option<&'a FieldSchema> {
        self.schema.fields.get(&entry.key).filter(|field| field.secret_with.is_none())
    }

    fn field(&self, name: &str, arm: Option<usize>) -> LiveField<'a> {
        let of_other_arm = |arm| {
            let mut others = self.schema.arms.iter().enumerate().filter(|(other, _)| *other != arm);
            others.any(|(_, names)| names.contains(&name))
        };
        if arm.is_some_and(of_other_arm) {
            return LiveField::OfOtherArm;
        }
        let fixed = self.fixed.iter().find(|fixed| fixed.field == name);
        let named = self.node.entries().iter().position(|entry| *entry.key == *name);
        let entry = named.and_then(|at| Some((at, self.node.entries().get(at)?)));
        let compared = entry.and_then(|(at, entry)| Some(LiveField::Named(at, &entry.node, self.compared(entry)?)));
        fixed.map(LiveField::Fixed).or(compared).unwrap_or(LiveField::Unmanaged)
    }
}

impl<'de> DeserializeSeed<'de> for LiveBlock<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, live: D) -> Result<(), D::Error> {
        live.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for LiveBlock<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a block")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut live: A) -> Result<(), A::Error> {
        let arms = if self.schema.arms.is_empty() { Vec::new() } else { self.schema.arms_in(self.node) };
        ok_if(arms.len() < 2)?;
        let arm = arms.first().copied();
        let mut seen = Seen::none_of(self.node.entries());
        while let Some(field) = live.next_key_seed(Text(|name: &str| self.field(name, arm)))? {
            match field {
                LiveField::Named(at, node, field) => {
                    ok_if(seen.is_first(at))?;
                    let FieldSchema { field_type, .. } = *field;
                    match self.unchanged.known(node, field) {
                        None => live.next_value_seed(LiveValue { node, field_type, unchanged: self.unchanged })?,
                        Some(key) => {
                            let live = live.next_value::<&RawValue>()?.get();
                            if !self.unchanged.is_unchanged(key, live) {
                                ok_if(reads(live, LiveValue { node, field_type, unchanged: self.unchanged }))?;
                                self.unchanged.remember(key, live);
                            }
                        }
                    }
                }
                LiveField::Fixed(fixed) => {
                    let value = live.next_value::<Option<Cow<'_, str>>>()?;
                    ok_if(value.is_none_or(|value| value == fixed.value))?;
                }
                LiveField::OfOtherArm => live.next_value::<()>()?,
                LiveField::Unmanaged => live.next_value_seed(Unmanaged)?,
            }
        }
        let mut entries = self.node.entries().iter().enumerate();
        ok_if(entries.all(|(at, entry)| seen.is_seen(at) || self.compared(entry).is_none()))
    }
}

/// A value that is as the node says.
struct LiveValue<'a, 'h> {
    node: &'a Node,
    field_type: FieldType,
    unchanged: &'h mut UnchangedBlocks,
}

impl<'de> DeserializeSeed<'de> for LiveValue<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, live: D) -> Result<(), D::Error> {
        let LiveValue { node, field_type, unchanged } = self;
        match field_type {
            FieldType::Block(schema) if node.is_map() => {
                LiveBlock { node, schema, fixed: &[], unchanged }.deserialize(live)
            }
            FieldType::Set(_) if node.is_list() => live.deserialize_seq(LiveSet(node.items())),
            FieldType::Keyed { by, item } if node.is_list() => {
                live.deserialize_seq(LiveRows { items: node.items(), by, schema: item, unchanged })
            }
            FieldType::Switches(_) if node.is_map() => live.deserialize_map(LiveSwitches(node.entries())),
            FieldType::Block(_) | FieldType::Set(_) | FieldType::Keyed { .. } | FieldType::Switches(_) => ok_if(false),
            FieldType::Value(ValueType::List(_) | ValueType::Map { .. } | ValueType::Secret) => ok_if(false),
            FieldType::Value(_) => LiveScalar(node).deserialize(live),
        }
    }
}

/// Rows told apart by one of their fields: each of these is live once, and no other is.
struct LiveRows<'a, 'h> {
    items: &'a [Node],
    by: &'a str,
    schema: &'a BlockSchema,
    unchanged: &'h mut UnchangedBlocks,
}

impl<'de> Visitor<'de> for LiveRows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let LiveRows { items, by, schema, unchanged } = self;
        ok_if(items.len() <= MAX_ROWS)?;
        let mut seen = Seen::none_of(items);
        let mut rows = 0;
        while let Some(row) = list.next_element::<&RawValue>()? {
            let key = TextUnder(by).deserialize(&mut serde_json::Deserializer::from_str(row.get())).ok().flatten();
            let goes_by =
                |item: &Node| item.get(by).and_then(Node::text).is_some_and(|text| key.as_deref() == Some(text));
            let item = items.iter().enumerate().find(|(_, item)| goes_by(item));
            ok_if(item.is_some_and(|(at, node)| {
                seen.is_first(at) && reads(row.get(), LiveBlock { node, schema, fixed: &[], unchanged })
            }))?;
            rows += 1;
        }
        ok_if(rows == items.len())
    }
}
