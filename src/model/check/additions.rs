//! What can be wrong with `KEY+` where it stands.

use crate::model::diagnostic::Diagnostic;
use crate::model::node::{Entry, Node};
use crate::model::schema::{BlockSchema, FieldSchema, FieldType};

/// Whether `KEY+` may add to lists here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Additions {
    /// There are layers below.
    Allowed,
    /// This is the lowest layer.
    NothingBelow,
    /// This is no layer.
    Unknown,
}

/// Why this `KEY+` cannot stand in this node, and what to write instead.
pub(super) fn mistake(
    additions: Additions,
    in_row: bool,
    block: &BlockSchema,
    field: &FieldSchema,
    node: &Node,
    entry: &Entry,
) -> Option<Diagnostic> {
    let FieldSchema { name, field_type, .. } = *field;
    let wrong = |title: String| Diagnostic::error(entry.key_place, title);
    if block.added_list(&entry.key).is_none() {
        let (what, help) = match field_type {
            FieldType::Block(_) | FieldType::Switches(_) => {
                ("a map, and layers merge maps by themselves", format!("write `{name}:`"))
            }
            _ => ("one value", format!("write `{name}:`; the nearest layer decides")),
        };
        return Some(
            wrong(format!("`{name}+`: only lists can be added to")).label(format!("`{name}` is {what}")).help(help),
        );
    }
    if in_row {
        let label = "an entry of a list replaces a lower one with its key whole";
        return Some(
            wrong(format!("`{name}+` in an entry of a list"))
                .label(label)
                .help(format!("write `{name}:` with all of them")),
        );
    }
    if additions == Additions::NothingBelow {
        let label = "no layer is below this one";
        return Some(
            wrong(format!("`{name}+` in `defaults`"))
                .label(label)
                .help(format!("write `{name}:`; profiles and accounts may add to it")),
        );
    }
    let whole = node.entry(name)?;
    Some(
        wrong(format!("`{name}` and `{name}+` in one block"))
            .label("one of the two")
            .also(whole.key_place, "the other")
            .help(format!(
                "put all of them under `{name}:`, or keep `{name}+:` alone to add to what the layers below say"
            )),
    )
}
