//! The fields a block names: values of their own, and what one block names and another does not.

use crate::model::node::Entry;
use crate::model::path::Step;
use crate::model::schema::additions::field_of;
use crate::model::schema::{BlockSchema, FieldType};
use crate::model::{Node, Path, Place};

/// Every value of its own in a block: single values, sets, keyed lists, secrets.
pub fn leaves<'a>(node: &'a Node, block: &BlockSchema) -> Vec<(Path, &'a Entry)> {
    let mut found = Vec::new();
    gather(node, block, &Path::root(), &mut found);
    found
}

fn gather<'a>(node: &'a Node, block: &BlockSchema, path: &Path, found: &mut Vec<(Path, &'a Entry)>) {
    for entry in node.entries() {
        let path = path.field(field_of(&entry.key));
        match block.fields.get(field_of(&entry.key)).map(|field| &field.field_type) {
            Some(FieldType::Block(inner)) => gather(&entry.node, inner, &path, found),
            Some(FieldType::Value(_) | FieldType::Set(_) | FieldType::Keyed { .. } | FieldType::Switches(_)) => {
                found.push((path, entry))
            }
            None => {}
        }
    }
}

/// Fields that `before` names and `after` does not. A one-of with another arm asks for something else, so nothing of it
/// is missing.
pub fn missing(before: &Node, after: &Node, block: &BlockSchema) -> Vec<(Path, Place)> {
    let mut found = Vec::new();
    Missing { found: &mut found }.block(before, after, block, &Path::root());
    found
}

struct Missing<'a> {
    found: &'a mut Vec<(Path, Place)>,
}

impl Missing<'_> {
    fn block(&mut self, before: &Node, after: &Node, block: &BlockSchema, path: &Path) {
        if block.arms_differ(after, before) {
            return;
        }
        for entry in before.entries() {
            let Some(field) = block.fields.get(&entry.key) else { continue };
            let path = path.key(&entry.key);
            match (&field.field_type, after.get(&entry.key)) {
                (FieldType::Block(inner), Some(after)) => self.block(&entry.node, after, inner, &path),
                (FieldType::Block(inner), None) => {
                    let mut below = Vec::new();
                    gather(&entry.node, inner, &path, &mut below);
                    self.found.extend(below.into_iter().map(|(path, entry)| (path, entry.key_place)));
                }
                (FieldType::Keyed { by, item }, Some(after)) => self.keyed(&entry.node, after, by, item, &path),
                (FieldType::Value(_) | FieldType::Set(_), Some(_)) => {}
                (FieldType::Switches(_), Some(after)) => {
                    let gone = entry.node.entries().iter().filter(|switch| after.get(&switch.key).is_none());
                    self.found.extend(gone.map(|switch| (path.key(&switch.key), switch.key_place)));
                }
                (FieldType::Value(_) | FieldType::Set(_) | FieldType::Keyed { .. } | FieldType::Switches(_), None) => {
                    self.found.push((path, entry.key_place))
                }
            }
        }
    }

    /// An entry that is gone is a change of the list; only fields within an entry can be given up.
    fn keyed(&mut self, before: &Node, after: &Node, by: &str, item: &BlockSchema, path: &Path) {
        let key = |row: &Node| row.get(by).and_then(Node::text).unwrap_or_default().to_owned();
        for row in before.items() {
            if let Some(kept) = after.items().iter().find(|kept| key(kept) == key(row)) {
                self.block(row, kept, item, &path.then(Step::Entry(key(row))));
            }
        }
    }
}
