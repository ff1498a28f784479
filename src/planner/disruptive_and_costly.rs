//! What a field change does to what is collected. Less counts against `limits.disruptive`, more against
//! `limits.costly`.
//!
//! A field's schema says when less is collected ([`DisruptiveWhen`]); the opposite is more. Where it cannot be told, the
//! change counts as both.

use serde_json::Value;

use super::lists_as_sets::minus;
use crate::model::Node;
use crate::model::effect::{Disruption, Effect};
use crate::model::schema::{BlockSchema, DisruptiveWhen, FieldSchema, FieldType};
use crate::model::value::{at, is_void};

/// Tags of what is collected: whatever is scoped to one that goes.
const TAGS: Effect = Effect { disruption: Some(Disruption::Monitors), costly: false };

/// What is collected less often.
const LESS_OFTEN: Effect = Effect { disruption: Some(Disruption::Frequency), costly: false };

/// A single value, or a map of them.
pub fn value(disruptive_when: DisruptiveWhen, before: &Value, after: &Value) -> Effect {
    let lost =
        |from: &Value, to: &Value| from.as_object().into_iter().flatten().any(|(name, value)| at(to, name) != value);
    match disruptive_when {
        DisruptiveWhen::Change => Effect::LESS,
        DisruptiveWhen::Exchange => Effect::BOTH,
        DisruptiveWhen::Off => Effect::of(after == &Value::Bool(false), after == &Value::Bool(true)),
        DisruptiveWhen::UnlessEmptied => filter(is_no_filter(before), is_no_filter(after)),
        DisruptiveWhen::Shrink => Effect::of(lost(before, after), lost(after, before)),
        DisruptiveWhen::Interval => match (before.as_u64(), after.as_u64()) {
            (Some(before), Some(after)) if after < before => Effect::MORE,
            (Some(_), Some(_)) => LESS_OFTEN,
            (None, _) | (_, None) => Effect::BOTH,
        },
        DisruptiveWhen::Tags if lost(before, after) => TAGS,
        DisruptiveWhen::Tags | DisruptiveWhen::Grow | DisruptiveWhen::Narrow => Effect::NONE,
    }
}

/// A list.
pub fn list(disruptive_when: DisruptiveWhen, before: &[Value], after: &[Value]) -> Effect {
    let (lost, gained) = (!minus(before, after).is_empty(), !minus(after, before).is_empty());
    match disruptive_when {
        DisruptiveWhen::Change => Effect::LESS,
        DisruptiveWhen::Exchange => Effect::BOTH,
        DisruptiveWhen::Shrink => Effect::of(lost, gained),
        DisruptiveWhen::Grow => Effect::of(gained, lost),
        DisruptiveWhen::UnlessEmptied => filter(before.is_empty(), after.is_empty()),
        DisruptiveWhen::Narrow => match (before.is_empty(), after.is_empty()) {
            (false, false) => Effect::of(lost, gained),
            (from_all, to_all) => filter(from_all, to_all),
        },
        DisruptiveWhen::Tags if lost => TAGS,
        DisruptiveWhen::Tags | DisruptiveWhen::Off | DisruptiveWhen::Interval => Effect::NONE,
    }
}

/// An entry of a keyed list that is there no longer.
pub fn entry_gone(disruptive_when: DisruptiveWhen) -> Effect {
    match disruptive_when {
        DisruptiveWhen::Change => Effect::LESS,
        DisruptiveWhen::Exchange => Effect::BOTH,
        DisruptiveWhen::UnlessEmptied => Effect::MORE,
        DisruptiveWhen::Shrink
        | DisruptiveWhen::Grow
        | DisruptiveWhen::Off
        | DisruptiveWhen::Narrow
        | DisruptiveWhen::Interval
        | DisruptiveWhen::Tags => Effect::NONE,
    }
}

/// Another arm of a one-of. To an include list it is disruptive always; to an exclude list if that names something
/// which was collected. It is costly unless all that is collected now was so before.
pub fn switching(node: &Node, block: &BlockSchema, live: &Value) -> Effect {
    let effect = |when: Option<DisruptiveWhen>, after: &Node| match when {
        Some(DisruptiveWhen::Grow) => match listed(block, live, DisruptiveWhen::Shrink) {
            Some(before) => Effect::of(minus(before, &values(after)).len() < before.len(), true),
            None => Effect::BOTH,
        },
        Some(DisruptiveWhen::Off) if after.json() == Value::Bool(true) => Effect::MORE,
        Some(DisruptiveWhen::Off | DisruptiveWhen::Change) => Effect::LESS,
        Some(DisruptiveWhen::Shrink) => Effect::of(true, !collected_all(block, live, &values(after))),
        Some(
            DisruptiveWhen::Exchange
            | DisruptiveWhen::UnlessEmptied
            | DisruptiveWhen::Narrow
            | DisruptiveWhen::Interval
            | DisruptiveWhen::Tags,
        )
        | None => Effect::BOTH,
    };
    let effects = node.entries().iter().filter_map(|entry| Some((block.fields.get(&entry.key)?, &entry.node)));
    let effects = effects.map(|(field, after)| effect(field.disruptive_when, after));
    effects.reduce(Effect::and).unwrap_or(Effect::BOTH)
}

/// A field of a new row: whether it says something that is billed, or empties a list of exceptions.
pub fn new(field: &FieldSchema, node: &Node) -> Effect {
    let is_on = || match field.field_type {
        FieldType::Switches(_) => node.entries().iter().any(|switch| switch.node.json() == Value::Bool(true)),
        FieldType::Set(_) => node.items().is_empty(),
        FieldType::Value(_) => node.json() == Value::Bool(true),
        FieldType::Keyed { .. } | FieldType::Block(_) => false,
    };
    let takes_all = field.disruptive_when == Some(DisruptiveWhen::Grow) && node.items().is_empty();
    Effect::of(false, takes_all || (field.billed && is_on()))
}

/// A filter, from nothing or to nothing.
fn filter(from_nothing: bool, to_nothing: bool) -> Effect {
    Effect::of(!to_nothing, !from_nothing)
}

fn is_no_filter(value: &Value) -> bool {
    is_void(value) || value == ""
}

fn values(list: &Node) -> Vec<Value> {
    list.items().iter().map(Node::json).collect()
}

/// Whether all of these were collected already. Where the live arm cannot be told, nobody knows.
fn collected_all(block: &BlockSchema, live: &Value, these: &[Value]) -> bool {
    let all = || {
        block.fields.iter().any(|(name, field)| {
            field.disruptive_when == Some(DisruptiveWhen::Off) && at(live, name) == &Value::Bool(true)
        })
    };
    match listed(block, live, DisruptiveWhen::Grow) {
        Some(excluded) => minus(these, excluded).len() == these.len(),
        None => these.is_empty() || all(),
    }
}

/// The live list of the arm whose field says so.
fn listed<'a>(block: &BlockSchema, live: &'a Value, when: DisruptiveWhen) -> Option<&'a Vec<Value>> {
    let lists = block.fields.iter().filter(|(_, field)| field.disruptive_when == Some(when));
    lists.filter_map(|(name, _)| at(live, name).as_array()).next()
}
