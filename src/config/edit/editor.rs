//! From what is wanted to changes of the text: which keys and items stay, which go, which are new.

use std::collections::BTreeMap;

use serde_json::Value;

use super::block::{block_list, block_map, column_of_keys};
use super::flow::{flow_list, flow_map};
use super::new_text::{Quotes, scalar};
use super::positions::{dash, end, is_flow, may_change, may_go, no_anchor_in, span};
use super::text_changes::TextChange;
use super::text_edits::{Parts, Spot, TextEdits};
use super::{Obstacle, Wanted};
use crate::model::Node;
use crate::model::node::Entry;
use crate::model::schema::additions::{adding_to, field_of};

/// Collects changes of one text.
pub struct Editor<'a> {
    edits: TextEdits<'a>,
}

impl<'a> Editor<'a> {
    /// Nothing changed yet.
    pub fn new(text: &'a str) -> Self {
        Editor { edits: TextEdits::new(text) }
    }

    /// What was collected.
    pub fn into_changes(self) -> Vec<TextChange> {
        self.edits.into_changes()
    }

    /// Makes an item of this list so.
    ///
    /// # Errors
    /// Why it cannot be edited.
    pub fn item_of(&mut self, list: &Node, item: &Node, wanted: &Wanted) -> Result<(), Obstacle> {
        let from = self.before_item(list, item)?;
        self.value(item, Spot { from, column: None }, wanted)
    }

    /// The byte after which an item's own text begins.
    fn before_item(&self, list: &Node, item: &Node) -> Result<usize, Obstacle> {
        if !is_flow(self.edits.text, list) {
            return Ok(dash(self.edits.text, item)? + 1);
        }
        let start = span(self.edits.text, item).start;
        let before =
            list.items().iter().map(|other| span(self.edits.text, other).end).filter(|end| *end <= start).max();
        Ok(before.unwrap_or_else(|| span(self.edits.text, list).start))
    }

    /// Makes the value at a spot so.
    fn value(&mut self, own: &Node, spot: Spot, wanted: &Wanted) -> Result<(), Obstacle> {
        match wanted {
            Wanted::Value { value, by: _ } if own.json() == *value => Ok(()),
            Wanted::Value { value: Value::Array(items), by } if own.is_list() => self.list(own, spot, items, *by),
            Wanted::Value { value: Value::Object(fields), by: _ } if own.is_map() => self.whole_map(own, spot, fields),
            Wanted::Value { value, by: _ } if own.text().is_some() && !value.is_array() && !value.is_object() => {
                may_change(self.edits.text, own, spot.from)?;
                let range = span(self.edits.text, own);
                let new = scalar(value, Quotes::of(&self.edits.text[range.clone()]));
                self.edits.change(range, new);
                Ok(())
            }
            Wanted::Keys(keys) if own.is_map() => self.map(own, spot, keys),
            Wanted::Value { .. } | Wanted::Keys(_) | Wanted::Absent => Err(Obstacle::Layout),
        }
    }

    /// Makes a map say exactly this.
    fn whole_map(&mut self, own: &Node, spot: Spot, fields: &serde_json::Map<String, Value>) -> Result<(), Obstacle> {
        let known = own.entries().iter().map(|entry| (entry.key.to_string(), Wanted::Absent));
        let mut keys: BTreeMap<String, Wanted> = known.collect();
        keys.extend(fields.iter().map(|(name, value)| (name.clone(), Wanted::value(value.clone()))));
        self.map(own, spot, &keys)
    }

    fn map(&mut self, own: &Node, spot: Spot, keys: &BTreeMap<String, Wanted>) -> Result<(), Obstacle> {
        may_change(self.edits.text, own, spot.from)?;
        let entries = own.entries();
        // A key that is an alias has the place of its anchor, which is somebody else's.
        if entries.iter().any(|entry| entry.key_place.as_written() != entry.key_place) {
            return Err(Obstacle::Alias);
        }
        let column = column_of_keys(self.edits.text, own);
        let mut parts = Parts { gone: Vec::new(), new: Vec::new() };
        for (key, wanted) in keys {
            let at = entries.iter().position(|entry| *entry.key == **key);
            match at.map(|at| (at, &entries[at])) {
                None if wanted.is_nothing() => {}
                None => match self.renamed(entries, keys, key) {
                    Some(entry) => {
                        self.rename(entry, key)?;
                        self.value(&entry.node, Spot { from: entry.key_place.range().end, column }, wanted)?;
                    }
                    None => parts.new.push((key.as_str(), wanted)),
                },
                Some((at, _)) if *wanted == Wanted::Absent && self.renamed_to(entries, keys, key).is_none() => {
                    parts.gone.push(at);
                }
                Some(_) if *wanted == Wanted::Absent => {}
                Some((_, entry)) => {
                    self.value(&entry.node, Spot { from: entry.key_place.range().end, column }, wanted)?;
                }
            }
        }
        parts.gone.sort_unstable();
        for at in &parts.gone {
            let Entry { key: _, key_place, node } = &entries[*at];
            let before = at
                .checked_sub(1)
                .map_or(span(self.edits.text, own).start, |at| end(self.edits.text, &entries[at].node));
            no_anchor_in(self.edits.text, before..key_place.range().start)?;
            may_go(self.edits.text, node, key_place.range().end)?;
        }
        if parts.gone.is_empty() && parts.new.is_empty() {
            Ok(())
        } else if is_flow(self.edits.text, own) {
            flow_map(&mut self.edits, own, spot, &parts)
        } else {
            block_map(&mut self.edits, own, spot, &parts)
        }
    }

    /// The entry whose `KEY+` becomes this `KEY`.
    fn renamed<'n>(&self, entries: &'n [Entry], keys: &BTreeMap<String, Wanted>, key: &str) -> Option<&'n Entry> {
        let adding = adding_to(key);
        let entry = entries.iter().find(|entry| *entry.key == *adding)?;
        (keys.get(&adding) == Some(&Wanted::Absent)).then_some(entry)
    }

    /// The `KEY` that this `KEY+` becomes.
    fn renamed_to<'n>(&self, entries: &'n [Entry], keys: &BTreeMap<String, Wanted>, key: &str) -> Option<&'n Entry> {
        let field = field_of(key);
        let is_new = !entries.iter().any(|entry| &*entry.key == field)
            && keys.get(field).is_some_and(|wanted| !wanted.is_nothing());
        if field == key || !is_new { None } else { self.renamed(entries, keys, field) }
    }

    /// Another key where a key stands.
    fn rename(&mut self, entry: &Entry, key: &str) -> Result<(), Obstacle> {
        let range = entry.key_place.range();
        let written = self.edits.text.get(range.clone()).filter(|written| written.contains(&*entry.key));
        let new = written.ok_or(Obstacle::Layout)?.replacen(&*entry.key, key, 1);
        self.edits.change(range, new);
        Ok(())
    }

    fn list(&mut self, own: &Node, spot: Spot, items: &[Value], by: Option<&'static str>) -> Result<(), Obstacle> {
        may_change(self.edits.text, own, spot.from)?;
        let is_same = |node: &Node, value: &Value| match by {
            Some(by) => node.get(by).and_then(Node::text) == value.get(by).and_then(Value::as_str),
            None => node.json() == *value,
        };
        let mut parts = Parts { gone: Vec::new(), new: Vec::new() };
        for (at, node) in own.items().iter().enumerate() {
            match items.iter().find(|value| is_same(node, value)) {
                None => {
                    may_go(self.edits.text, node, self.before_item(own, node)?)?;
                    parts.gone.push(at);
                }
                Some(value) if node.json() == *value => {}
                Some(value) => {
                    let from = self.before_item(own, node)?;
                    self.value(node, Spot { from, column: None }, &Wanted::value(value.clone()))?;
                }
            }
        }
        let new = items.iter().filter(|value| !own.items().iter().any(|node| is_same(node, value)));
        parts.new = new.map(|value| Wanted::Value { value: value.clone(), by }).collect();
        if parts.gone.is_empty() && parts.new.is_empty() {
            Ok(())
        } else if is_flow(self.edits.text, own) {
            flow_list(&mut self.edits, own, spot, &parts)
        } else {
            block_list(&mut self.edits, own, spot, &parts)
        }
    }
}
