//! What any dialect's block can be refused for offline: one-ofs with two arms, keys twice in a keyed list, malformed
//! values, secrets.
//!
//! Which field is what comes from the `RowSchema`; nothing here knows a vendor.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rustc_hash::FxBuildHasher;

use super::value_formats::{FormatCheck, judge};
use crate::model::aws::partition::PARTITIONS;
use crate::model::diagnostic::{Tally, brief};
use crate::model::node::Entry;
use crate::model::node::interpolation::mentions_a_name;
use crate::model::schema::additions::field_of;
use crate::model::schema::{BlockSchema, FieldSchema, FieldType, TextFormat, ValueType};
use crate::model::{AccountFacts, Diagnostic, Diagnostics, Node, Severity};
use crate::providers::{self, Meta};

/// Checks one layer by itself. Values that still hold `${...}` are left for [`merged`].
pub fn layer(block: &BlockSchema, node: &Node, out: &mut Diagnostics) {
    Rules {
        partition: None,
        account: None,
        filled: false,
        checked: &mut Checked::default(),
        tally: Tally::default(),
        warnings: Tally::of_warnings(),
        out,
    }
    .block(block, node);
}

/// Blocks that have been checked, by what shares them, by their schema and by partition, and which mistakes were found
/// in each: one out of `defaults` is not checked for every account.
pub type Checked = HashMap<(usize, usize, Option<usize>), Range<usize>, FxBuildHasher>;

/// Checks a merged block with its names filled in. The nodes of one `checked` must live as long as it does.
pub fn merged(block: &BlockSchema, node: &Node, facts: &AccountFacts, checked: &mut Checked, out: &mut Diagnostics) {
    let (partition, account) = (Some(&*facts.partition), facts.account.as_deref());
    Rules { partition, account, filled: true, checked, tally: Tally::default(), warnings: Tally::of_warnings(), out }
        .block(block, node);
}

struct Rules<'a> {
    partition: Option<&'a str>,
    account: Option<&'a str>,
    filled: bool,
    checked: &'a mut Checked,
    tally: Tally,
    warnings: Tally,
    out: &'a mut Diagnostics,
}

impl Rules<'_> {
    fn block(&mut self, block: &BlockSchema, node: &Node) {
        self.once(std::ptr::from_ref(block).addr(), node, |rules| rules.fields(block, node));
    }

    /// Checks what several accounts share once; the others are added to whom its mistakes concern.
    fn once(&mut self, schema: usize, node: &Node, check: impl FnOnce(&mut Self)) {
        let partition = PARTITIONS.iter().position(|known| Some(*known) == self.partition);
        let is_empty = node.entries().is_empty() && node.items().is_empty();
        let key = node.shared().filter(|_| !is_empty).map(|shared| (shared, schema, partition));
        if let Some(known) = key.and_then(|key| self.checked.get(&key)) {
            let found = self.out.get_mut(known.clone()).into_iter().flatten();
            found.zip(self.account.into_iter().cycle()).for_each(|(found, account)| found.reach.add(account));
            return;
        }
        let before = self.out.len();
        check(self);
        if let Some(key) = key {
            self.checked.insert(key, before..self.out.len());
        }
    }

    fn fields(&mut self, block: &BlockSchema, node: &Node) {
        self.arms(block, node);
        for entry in node.entries() {
            let Some(field) = block.fields.get(field_of(&entry.key)) else { continue };
            if field.secret_with.is_some() {
                self.secret(entry);
                continue;
            }
            match field.field_type {
                FieldType::Value(ValueType::List(format)) | FieldType::Set(format) => {
                    self.once(address(field), &entry.node, |rules| {
                        entry.node.items().iter().for_each(|item| rules.text(format, item));
                    })
                }
                FieldType::Value(ValueType::Map { .. }) => self.free_keys(&entry.node),
                FieldType::Value(value) => self.text(form(value), &entry.node),
                FieldType::Block(block) => self.block(block, &entry.node),
                // Its names are checked against the catalog, its values by their type.
                FieldType::Switches(_) => self.free_keys(&entry.node),
                FieldType::Keyed { by, item } => self.once(address(field), &entry.node, |rules| {
                    rules.keys(by, &entry.node);
                    entry.node.items().iter().for_each(|row| rules.block(item, row));
                }),
            }
        }
    }

    fn arms(&mut self, block: &BlockSchema, node: &Node) {
        let of_arm = |arm: &usize| node.entries().iter().find(|entry| block.arms[*arm].contains(&field_of(&entry.key)));
        let named: Vec<&Entry> = block.arms_in(node).iter().filter_map(of_arm).collect();
        if let [first, second, ..] = named[..] {
            self.out.push(
                Diagnostic::error(second.key_place, format!("`{}` and `{}` exclude each other", first.key, second.key))
                    .label("one of the two")
                    .also(first.key_place, "the other")
                    .help(format!("keep either `{}` or `{}`", first.key, second.key)),
            );
        }
    }

    /// Keys that are not in the schema: nothing is filled in in them.
    fn free_keys(&mut self, map: &Node) {
        for entry in map.entries().iter().filter(|entry| mentions_a_name(&entry.key)) {
            self.tally.push(entry.key_place, self.out, || {
                Diagnostic::error(entry.key_place, format!("`${{...}}` in a key: `{}`", brief(&entry.key)))
                    .label("nothing is filled in in keys: they stay as they are written")
                    .help("write the key itself; names are filled in in values")
            });
        }
    }

    fn keys(&mut self, by: &str, list: &Node) {
        let mut first = BTreeMap::new();
        for row in list.items() {
            let Some(key) = row.get(by) else { continue };
            let text = key.text().unwrap_or_default();
            if let Some(earlier) = first.insert(text, key.place()) {
                self.tally.push(key.place(), self.out, || {
                    let wrong = Diagnostic::error(key.place(), format!("two entries for {by} `{}`", brief(text)))
                        .label("again here");
                    wrong.also(earlier, "first here").help("put both into one entry")
                });
            }
        }
    }

    fn text(&mut self, format: TextFormat, node: &Node) {
        // A name that could not be filled in has been reported; so has what is no text.
        let Some(text) = node.text().filter(|_| !node.mentions_names() && !node.is_null()) else { return };
        if format != TextFormat::Any && !node.is_text() {
            return;
        }
        match judge(format, text, self.partition) {
            FormatCheck::Fine => {}
            FormatCheck::Wrong { title, label, help } => {
                self.tally
                    .push(node.place(), self.out, || Diagnostic::error(node.place(), title).label(label).help(help));
            }
            FormatCheck::UnlessHeld { title, label, help } => {
                let help = format!("{help}; it is taken only where the account holds it already");
                // Not counted: a plan judges each of them.
                let found = Diagnostic::warning(node.place(), title).label(label).help(help);
                self.out.push(found.unless_held(text, Severity::Error));
            }
            FormatCheck::OddIfNew { title, label, help } => {
                let found = Diagnostic::warning(node.place(), title).label(label).help(help);
                self.out.push(found.unless_held(text, Severity::Warning));
            }
            FormatCheck::Odd { title, label, help } => {
                self.warnings
                    .push(node.place(), self.out, || Diagnostic::warning(node.place(), title).label(label).help(help));
            }
        }
    }

    fn secret(&mut self, entry: &Entry) {
        let Some(name) = entry.node.get("env") else { return };
        let Some(text) = name.text().filter(|text| self.filled || !text.contains("${")) else { return };
        let holding = |of: fn(&Meta) -> &'static [&'static str]| {
            providers::ALL.iter().map(|provider| provider.meta()).find(|meta| of(meta).contains(&text))
        };
        let whose = match holding(|meta| meta.credentials) {
            Some(_) => Some("heeler's own key".to_owned()),
            None => {
                holding(|meta| meta.personal_credentials).map(|meta| format!("somebody's own key for {}", meta.backend))
            }
        };
        if let Some(whose) = whose {
            let wrong = Diagnostic::error(name.place(), format!("`{text}` holds {whose}"))
                .label("this would send the key itself to the vendor");
            self.out.push(wrong.help("name the variable that holds this account's secret"));
        } else if !is_variable(text) {
            // The text may be the secret itself, pasted in the wrong place.
            let wrong = Diagnostic::error(entry.key_place, format!("`{}` names no environment variable", entry.key))
                .label("not a variable's name");
            self.out.push(wrong.help("write `{ env: NAME }`, where NAME consists of letters, digits and `_`"));
        }
    }
}

/// What tells a field from all others.
fn address(field: &FieldSchema) -> usize {
    std::ptr::from_ref(field).addr()
}

/// The form of what is no text, too: an empty value is one everywhere.
fn form(value: ValueType) -> TextFormat {
    FieldType::Value(value).text_format().unwrap_or(TextFormat::Any)
}

/// Whether an environment variable can have this name.
pub fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
