//! What is said of a value that is not what belongs there.

use super::remedy;
use super::spot::Spot;
use crate::model::diagnostic::{Diagnostic, brief, did_you_mean};
use crate::model::node::{Entry, Node};
use crate::model::schema::{FieldType, ValueType};

/// `key:` with nothing after it.
pub fn no_value(entry: &Entry, help: &str) -> Diagnostic {
    let place = if entry.node.place().range().is_empty() { entry.key_place } else { entry.node.place() };
    Diagnostic::error(place, format!("`{}` has no value", brief(&entry.key)))
        .label("null, or nothing after the colon")
        .help(help)
}

/// A value that is not what belongs there.
pub(super) fn wrong(spot: &Spot<'_>, expected: FieldType, node: &Node) -> Diagnostic {
    if let (FieldType::Value(ValueType::Enum(words)), true) = (expected, node.is_text()) {
        let text = node.text().unwrap_or_default();
        let list = format!("one of: {}", words.join(", "));
        let help = did_you_mean(text, words.iter().copied()).map_or(list.clone(), |guess| format!("{guess} ({list})"));
        return Diagnostic::error(node.place(), format!("`{}` cannot be `{}`", brief(spot.name), brief(text)))
            .label("not a legal value")
            .help(help);
    }
    wrong_type(spot, node, remedy::wanted(expected), remedy::of_value(expected, node))
}

pub(super) fn wrong_type(spot: &Spot<'_>, node: &Node, wanted: &str, help: String) -> Diagnostic {
    let name = brief(spot.name);
    let what = if spot.is_item { format!("an item of `{name}`") } else { format!("`{name}`") };
    let label = format!("this is {}, but {wanted} belongs here", remedy::described(node));
    Diagnostic::error(node.place(), format!("{what} has the wrong type")).label(label).help(help)
}
