//! The walk over a node and its schema side by side.

use super::additions::Additions;
use super::messages::{no_value, wrong, wrong_type};
use super::spot::Spot;
use super::valid_part::{Fit, Kept};
use super::{additions, container_remedy, key_remedy, remedy};
use crate::model::diagnostic::{Diagnostic, Diagnostics, Tally, brief, did_you_mean, listed};
use crate::model::node::{Entry, Node};
use crate::model::schema::attribute_types::whole_number;
use crate::model::schema::{AttributeType, BlockSchema, Bool, FieldType, TextFormat, ValueType};

/// What is known of keys that the schema of the checked block does not have.
pub struct Outside<'a> {
    /// Keys that may stand in the block all the same, since somebody else has read them and taken them out.
    pub beside: &'a [&'static str],
    /// Where else a key belongs, in words; nothing if nowhere.
    pub elsewhere: &'a dyn Fn(&str) -> Option<String>,
}

/// What is being checked, and what was found.
pub(super) struct Check<'a> {
    pub(super) root: &'a BlockSchema,
    pub(super) outside: &'a Outside<'a>,
    pub(super) additions: Additions,
    /// Whether an entry of a list is being checked.
    pub(super) in_row: bool,
    /// The keys that lead from the root to the block under way.
    pub(super) path: Vec<&'a str>,
    pub(super) tally: Tally,
    pub(super) out: &'a mut Diagnostics,
}

impl<'a> Check<'a> {
    fn value(&mut self, spot: &Spot<'_>, expected: FieldType, node: &Node) -> Fit {
        match expected {
            FieldType::Value(value) => self.single(spot, value, node),
            FieldType::Block(block) if node.is_map() => self.block(spot, block, node),
            FieldType::Set(format) if node.is_list() => self.list(spot, format, node),
            FieldType::Keyed { by, item } if node.is_list() => self.rows(spot, by, item, node),
            FieldType::Switches(_) if node.is_map() => self.map(ValueType::Bool, node),
            FieldType::Block(_) | FieldType::Set(_) | FieldType::Keyed { .. } | FieldType::Switches(_) => {
                self.wrong(spot, expected, node)
            }
        }
    }

    fn single(&mut self, spot: &Spot<'_>, expected: ValueType, node: &Node) -> Fit {
        let fits = match expected {
            ValueType::Secret => return self.secret(spot, node),
            ValueType::List(format) if node.is_list() => return self.list(spot, format, node),
            ValueType::Map { .. } if node.is_map() => return self.map(ValueType::Text(TextFormat::Any), node),
            ValueType::List(_) | ValueType::Map { .. } => false,
            ValueType::Bool => Bool::read(node).is_some(),
            ValueType::Text(_) => node.is_text(),
            ValueType::UInt { min, max } => whole_number(node).is_some_and(|number| (min..=max).contains(&number)),
            ValueType::Enum(words) => node.is_text() && words.iter().any(|word| node.text() == Some(word)),
        };
        if fits { Fit::Whole } else { self.wrong(spot, FieldType::Value(expected), node) }
    }

    fn wrong(&mut self, spot: &Spot<'_>, expected: FieldType, node: &Node) -> Fit {
        self.tally.push(node.place(), self.out, || wrong(spot, expected, node));
        Fit::Nothing
    }

    pub(super) fn no_block(&mut self, spot: &Spot<'_>, schema: &BlockSchema, node: &Node) -> Fit {
        let help = container_remedy::of_block(schema, node);
        self.tally.push(node.place(), self.out, || wrong_type(spot, node, "a map of keys", help));
        Fit::Nothing
    }

    pub(super) fn block(&mut self, spot: &Spot<'_>, block: &'a BlockSchema, node: &Node) -> Fit {
        let mut kept = Kept::default();
        let (mut unknown, mut lacks) = (false, false);
        for entry in node.entries() {
            let added = block.added_field(&entry.key).filter(|_| self.additions != Additions::Unknown);
            if let Some(wrong) =
                added.and_then(|field| additions::mistake(self.additions, self.in_row, block, field, node, entry))
            {
                self.tally.push(entry.key_place, self.out, || wrong);
                kept.leaves_out();
                continue;
            }
            let Some(field) = added.or_else(|| block.fields.get(&entry.key)) else {
                unknown = true;
                self.unknown(spot, block, entry);
                kept.leaves_out();
                continue;
            };
            if entry.node.is_null() {
                let help = match added {
                    Some(_) => "write the elements to add, or leave the key out".to_owned(),
                    None => remedy::of_null(field.field_type),
                };
                self.tally.push(entry.key_place, self.out, || no_value(entry, &help));
                kept.leaves_out();
                lacks |= field.required;
                continue;
            }
            self.path.push(field.name);
            let spot = Spot { name: field.name, key_place: entry.key_place, is_item: false };
            let fit = self.value(&spot, field.field_type, &entry.node);
            self.path.pop();
            lacks |= matches!(fit, Fit::Nothing) && field.required;
            kept.add(fit, entry.clone(), |entry, node| Entry { node, ..entry });
        }
        let required = block.fields.iter().filter(|(_, field)| field.required).map(|(name, _)| name);
        for missing in required.filter(|name| node.entry(name).is_none()) {
            // What is missing may be there under a misspelt name, and that has been said.
            if !unknown {
                self.tally.push(node.place(), self.out, || {
                    let wrong = Diagnostic::error(node.place(), format!("`{missing}` is missing"))
                        .label(format!("has no `{missing}`"));
                    wrong.help(format!("add `{missing}: ...`"))
                });
            }
            lacks = true;
        }
        if lacks { Fit::Nothing } else { kept.fit(|entries| node.with_entries(entries)) }
    }

    fn list(&mut self, spot: &Spot<'_>, format: TextFormat, list: &Node) -> Fit {
        let spot = Spot { is_item: true, ..*spot };
        let mut kept = Kept::default();
        for node in list.items() {
            if node.is_null() {
                self.empty_item(&spot, node);
                kept.leaves_out();
            } else {
                let fit = self.single(&spot, ValueType::Text(format), node);
                kept.add(fit, node.clone(), |_, node| node);
            }
        }
        kept.fit(|items| list.with_items(items))
    }

    fn rows(&mut self, spot: &Spot<'_>, by: &str, row: &'a BlockSchema, list: &Node) -> Fit {
        let spot = Spot { is_item: true, ..*spot };
        let mut kept = Kept::default();
        for node in list.items() {
            if node.is_null() {
                self.empty_item(&spot, node);
                kept.leaves_out();
            } else if node.is_map() {
                let around = std::mem::replace(&mut self.in_row, true);
                let fit = self.block(&spot, row, node);
                self.in_row = around;
                kept.add(fit, node.clone(), |_, node| node);
            } else {
                let help = container_remedy::of_row(by, row, node);
                self.tally.push(node.place(), self.out, || wrong_type(&spot, node, "a map of keys", help));
                kept.leaves_out();
            }
        }
        kept.fit(|items| list.with_items(items))
    }

    fn map(&mut self, value: ValueType, map: &Node) -> Fit {
        let mut kept = Kept::default();
        for entry in map.entries() {
            let spot = Spot { name: &entry.key, key_place: entry.key_place, is_item: false };
            if entry.node.is_null() {
                self.tally.push(entry.key_place, self.out, || no_value(entry, "write a value, or leave the key out"));
                kept.leaves_out();
            } else {
                let fit = self.single(&spot, value, &entry.node);
                kept.add(fit, entry.clone(), |entry, node| Entry { node, ..entry });
            }
        }
        kept.fit(|entries| map.with_entries(entries))
    }

    /// Nothing of what stands there is shown: it may be the secret.
    fn secret(&mut self, spot: &Spot<'_>, node: &Node) -> Fit {
        let name = spot.name;
        if let [Entry { key, node: variable, .. }] = node.entries()
            && &**key == "env"
            && variable.is_text()
        {
            return Fit::Whole;
        }
        let is_literal = node.text().is_some();
        let place =
            node.entries().iter().find(|entry| &*entry.key != "env").map_or(spot.key_place, |entry| entry.key_place);
        self.tally.push(place, self.out, || {
            let (title, label) = match is_literal {
                true => (format!("a literal secret under `{name}`"), "a secret does not belong into a file"),
                false => (format!("`{name}` is no reference to a secret"), "not of the form `{ env: NAME }`"),
            };
            let help = match is_literal {
                true => "write `{ env: NAME }`, and set NAME in the environment of apply; if this one was ever committed, replace it",
                false => "write `{ env: NAME }` and nothing else, and set NAME in the environment of apply",
            };
            Diagnostic::error(place, title).label(label).help(help)
        });
        Fit::Nothing
    }

    fn empty_item(&mut self, spot: &Spot<'_>, node: &Node) {
        let place = if node.place().range().is_empty() { spot.key_place } else { node.place() };
        self.tally.push(place, self.out, || {
            let label = if place == node.place() {
                "null, or nothing after the dash"
            } else {
                "nothing stands after a dash, or between two commas"
            };
            Diagnostic::error(place, format!("an empty item of `{}`", brief(spot.name)))
                .label(label)
                .help("leave the item out")
        });
    }

    fn unknown(&mut self, spot: &Spot<'_>, block: &BlockSchema, entry: &Entry) {
        let Check { root, outside: Outside { beside, elsewhere }, additions: _, in_row: _, path, tally, out } = self;
        tally.push(entry.key_place, out, || {
            let beside = if path.is_empty() { *beside } else { &[] };
            let known = listed(block.fields.keys().chain(beside.iter().copied()));
            let known =
                if known.is_empty() { "nothing may stand here".to_owned() } else { format!("known here: {known}") };
            let other = || elsewhere(&entry.key);
            let help = key_remedy::of_key(entry, block, root, path)
                .or_else(|| if path.is_empty() { other() } else { None })
                .or_else(|| did_you_mean(&entry.key, block.fields.keys().chain(beside.iter().copied())))
                .or_else(other);
            let help = help.map_or(known.clone(), |help| format!("{help} ({known})"));
            let within = if spot.name.is_empty() { String::new() } else { format!(" in `{}`", brief(spot.name)) };
            Diagnostic::error(entry.key_place, format!("unknown key `{}`{within}", brief(&entry.key)))
                .label("nothing is known under this name")
                .help(help)
        });
    }
}
