//! The types that a schema is made of: a block has fields, a field has a type, and a type may be a block again.
//!
//! What can be done with them stands beside: blocks in `block_schema`, the attributes of a field in `field_schema`, and
//! the list of a block's fields in `fields`.

use std::borrow::Cow;

use super::disruptive_when::DisruptiveWhen;
use super::value_type::{TextFormat, ValueType};

/// A map with known keys.
#[derive(Debug, Clone, Default)]
pub struct BlockSchema {
    /// What it is for, for people: the doc comment, one line for each of its lines.
    pub description: &'static str,
    /// What may stand in it.
    pub fields: Fields,
    /// If it has a one-of: the field names of each arm, each led by the field it cannot do without.
    pub arms: &'static [&'static [&'static str]],
    /// Whether switching the arm is refused by the vendor.
    pub immutable_arm: bool,
    /// Fields without which nothing can be created; one of an arm stands for its whole one-of.
    pub needs: &'static [&'static str],
}

/// The fields of a block, sorted by name.
#[derive(Debug, Clone, Default)]
pub struct Fields(pub(super) Cow<'static, [FieldSchema]>);

/// One field of a block. The methods that return `Self` are the attributes that a declaration may give it.
#[derive(Debug, Clone, Copy)]
pub struct FieldSchema {
    /// Its key in YAML.
    pub name: &'static str,
    /// What it is for, for people: the doc comment, one line for each of its lines.
    pub description: &'static str,
    /// What may stand there.
    pub field_type: FieldType,
    /// When a change here, or below, stops collection or can break it.
    pub disruptive_when: Option<DisruptiveWhen>,
    /// Whether a new row is costly that switches it on, has an empty list there that stands for everything, or leaves
    /// it to the vendor.
    pub billed: bool,
    /// The sibling whose change sends this secret along; only secrets have one.
    pub secret_with: Option<&'static str>,
    /// Whether the vendor makes the value up, so that nobody who writes a config from what is live would repeat it.
    pub assigned: bool,
    /// Whether it says how the vendor gets in: never changed on a protected account.
    pub auth: bool,
    /// The sibling without which the vendor refuses that this is on.
    pub requires: Option<&'static str>,
    /// Of a list to which the vendor adds what it gets to know: the values it knew at first, and each lot it has added
    /// since.
    pub added_over_time: &'static [&'static [&'static str]],
    /// What a new row has there until a request of its own has set it, where that is not nothing. It plays no part in
    /// comparing.
    pub default: Option<DefaultValue>,
    /// Values such as people write.
    pub examples: &'static [&'static str],
    /// What it must match where the provider's own rule refuses anything else: a regular expression for editors.
    pub pattern: Option<&'static str>,
    /// The only values that the provider's own rule takes; none if it takes others.
    pub legal_values: &'static [&'static str],
    /// Whether the block cannot stand without it.
    pub required: bool,
    /// Whether entries of a list are told apart by it.
    pub is_key: bool,
    /// Whether it says which row is meant, or is settled when one is made: then it is no part of a row's comparison.
    pub not_compared: bool,
}

/// What a new row has by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// A switch.
    Bool(bool),
    /// A number.
    UInt(u64),
}

/// What may stand in a field.
#[derive(Debug, Clone, Copy)]
pub enum FieldType {
    /// What is merged, compared and sent as a whole.
    Value(ValueType),
    /// A map of names to `true` or `false`, merged name by name: a name that nobody names is left alone, as a field is.
    /// The format is the names'.
    Switches(TextFormat),
    /// A list of texts whose order means nothing.
    Set(TextFormat),
    /// A list of blocks told apart by one of their fields.
    Keyed {
        /// That field.
        by: &'static str,
        /// Each entry.
        item: &'static BlockSchema,
    },
    /// A map with known keys.
    Block(&'static BlockSchema),
}
