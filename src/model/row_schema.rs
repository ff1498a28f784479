//! What the planner needs to know of a schema, as plain data read once off a struct's own JSON Schema.
//!
//! The attributes that matter here stand on the field's own line in `account.rs`:
//! `x-list` (`set`, or `{"by": key}`), `x-switches` (a map of names to switches), `x-one-of` (the arms, each led by the
//! field it cannot do without), `x-rigid` (an arm that cannot be switched), `x-auth` (authentication: what `protect`
//! keeps as it is), `x-needs` (fields a create cannot do without; one of an arm stands for its whole one-of),
//! `x-catalog` and `x-format` (what a value is checked against), `x-secret` (sent when the named sibling changes),
//! `x-stops` (when a change stops collection), `x-requires` (the switch without which the vendor refuses that this one
//! is on), `x-assigned` (the vendor makes it up), `x-default` (what a new row has there until a request of its own has
//! set it), `x-generations` (values that a list may hold, by when the vendor got to know them: it adds newer ones by
//! itself).

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::Disruption;
use super::node::Node;
use super::path::{Path, Step};
use super::value::at;

/// The schema of one kind of row.
#[derive(Debug, Clone)]
pub struct RowSchema {
    /// Where in a listed row the comparable part begins, as field names.
    pub pointer: &'static [&'static str],
    /// From the vendor's spelling of that part to YAML's, where the two differ.
    pub to_yaml_form: fn(Value) -> Value,
    /// The field of the provider's block in YAML that is about rows of this kind, where a block is about several; what
    /// stands beside it then counts for each of them.
    pub within: Option<&'static str>,
    /// What of the block under the provider's name in YAML is about such a row.
    pub block: BlockSchema,
}

/// A map with known fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BlockSchema {
    /// By name.
    pub fields: BTreeMap<String, FieldSchema>,
    /// If it is a one-of: the field names of each arm.
    pub arms: Vec<Vec<String>>,
    /// Whether switching the arm is refused by the vendor.
    pub immutable_arm: bool,
    /// Fields without which nothing can be created.
    pub needs: Vec<String>,
}

/// One field of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldSchema {
    /// What may stand there.
    pub field_type: FieldType,
    /// When a change here, or below, stops collection or can break it.
    pub disruptive_when: Option<DisruptiveWhen>,
    /// The sibling whose change sends this secret along; only secrets have one.
    pub secret_with: Option<String>,
    /// Whether the vendor makes the value up, so that nobody who writes a config from what is live would repeat it.
    pub assigned: bool,
    /// Whether it says how the vendor gets in: never changed on a protected account.
    pub auth: bool,
    /// The sibling without which the vendor refuses that this is on.
    pub requires: Option<String>,
    /// Of a list to which the vendor adds what it gets to know: the values it knew at first, and each lot it has added
    /// since.
    pub added_over_time: Vec<Vec<String>>,
    /// What a new row has there until a request of its own has set it, where that is not nothing. It plays no part in
    /// comparing.
    pub default: Option<Value>,
}

impl FieldSchema {
    /// What the vendor has added to a live list since somebody wrote the declared one: values newer than every one that
    /// it names.
    pub fn added_since<'a>(&self, declared: &[Value], live: &'a [Value]) -> Vec<&'a Value> {
        let generation = |value: &Value| {
            let knows = |known: &Vec<String>| known.iter().any(|word| value == word.as_str());
            self.added_over_time.iter().position(knows).unwrap_or(self.added_over_time.len())
        };
        let Some(newest) = declared.iter().map(generation).max().filter(|_| !self.added_over_time.is_empty()) else {
            return Vec::new();
        };
        live.iter().filter(|value| !declared.contains(value) && generation(value) > newest).collect()
    }
}

/// What may stand in a field.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldType {
    /// One value.
    Scalar(LeafType),
    /// A list whose order means nothing.
    Set(LeafType),
    /// A list of blocks told apart by one of their fields.
    Keyed {
        /// That field.
        by: String,
        /// Each entry.
        item: BlockSchema,
    },
    /// A map of names to switches. A name nobody names is left alone, as a field is; the leaf is what names are checked
    /// against.
    Switches(LeafType),
    /// A block.
    Block(BlockSchema),
}

/// What a single value is checked against.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeafType {
    /// A list the vendor publishes.
    pub catalog: Option<String>,
    /// A form that can be checked offline, such as `arn`.
    pub format: Option<String>,
}

/// When a change stops collection or can break it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisruptiveWhen {
    /// Any change.
    Change,
    /// A list loses an element, or a map a name or the value under it.
    Shrink,
    /// A list gains an element.
    Grow,
    /// It is switched off.
    Off,
    /// Any change but emptying it.
    UnlessEmptied,
    /// A list that stands for everything while it is empty loses an element, or gains its first.
    Narrow,
    /// Tags on what is collected: as for `Shrink`, but what is disrupted is what is scoped to them.
    Tags,
}

impl DisruptiveWhen {
    /// What such a change can disrupt.
    pub fn disruption(self) -> Disruption {
        match self {
            DisruptiveWhen::Tags => Disruption::Monitors,
            DisruptiveWhen::Change
            | DisruptiveWhen::Shrink
            | DisruptiveWhen::Grow
            | DisruptiveWhen::Off
            | DisruptiveWhen::UnlessEmptied
            | DisruptiveWhen::Narrow => Disruption::Collection,
        }
    }
}

impl RowSchema {
    /// Reads the shape off a JSON Schema without references.
    pub fn of_schema(root: &'static [&'static str], schema: &Value) -> Self {
        RowSchema {
            pointer: root,
            to_yaml_form: std::convert::identity,
            within: None,
            block: BlockSchema::of_schema(schema),
        }
    }

    /// The same for rows that are spelled otherwise than YAML.
    pub fn with_yaml_form(self, spell: fn(Value) -> Value) -> Self {
        RowSchema { to_yaml_form: spell, ..self }
    }
}

impl BlockSchema {
    /// Reads a block off a JSON Schema without references.
    pub fn of_schema(schema: &Value) -> Self {
        block_of(schema)
    }

    /// The block in the named field, if it is one.
    pub fn block(&self, field: &str) -> Option<&BlockSchema> {
        match &self.fields.get(field)?.field_type {
            FieldType::Block(block) => Some(block),
            FieldType::Scalar(_) | FieldType::Set(_) | FieldType::Keyed { .. } | FieldType::Switches(_) => None,
        }
    }

    /// Whether a field stands in an arm of the one-of. A block may have fields beside its arms.
    pub fn is_in_arm(&self, field: &str) -> bool {
        self.arms.iter().flatten().any(|name| name == field)
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
        let named = |arm: &&Vec<String>| present.clone().any(|field| arm.iter().any(|known| known == field));
        self.arms.iter().enumerate().filter(|(_, arm)| named(arm)).map(|(at, _)| at).collect()
    }

    /// Which arms of the one-of a node names.
    pub fn arms_in(&self, node: &Node) -> Vec<usize> {
        self.arms_among(node.entries().iter().map(|entry| &*entry.key).collect::<Vec<_>>().into_iter())
    }

    /// Whether a path is, or lies below, a field that says how the vendor gets in.
    pub fn is_authentication(&self, path: &Path) -> bool {
        let mut block = Some(self);
        for step in path.steps() {
            let (Step::Field(name), Some(here)) = (step, block) else { return false };
            if here.fields.get(&**name).is_some_and(|field| field.auth) {
                return true;
            }
            block = here.block(name);
        }
        false
    }

    /// What a new row has at this path by itself, where that is not nothing.
    pub fn default_at(&self, path: &Path) -> Option<&Value> {
        let (last, above) = path.steps().split_last()?;
        let name = |step: &Step| if let Step::Field(name) = step { Some(name.to_string()) } else { None };
        let block = above.iter().try_fold(self, |block, step| block.block(&name(step)?))?;
        block.fields.get(&name(last)?)?.default.as_ref()
    }

    /// Whether a node names values out of this catalog.
    pub fn uses(&self, node: &Node, catalog: &str) -> bool {
        let is_it = |leaf: &LeafType| leaf.catalog.as_deref() == Some(catalog);
        node.entries().iter().any(|entry| match self.fields.get(&*entry.key).map(|field| &field.field_type) {
            Some(FieldType::Scalar(leaf)) => is_it(leaf),
            Some(FieldType::Set(leaf)) => is_it(leaf) && !entry.node.items().is_empty(),
            Some(FieldType::Switches(leaf)) => is_it(leaf) && !entry.node.entries().is_empty(),
            Some(FieldType::Keyed { item, .. }) => entry.node.items().iter().any(|row| item.uses(row, catalog)),
            Some(FieldType::Block(block)) => block.uses(&entry.node, catalog),
            None => false,
        })
    }

    /// Whether two layers name different arms of this one-of.
    pub fn arms_differ(&self, upper: &Node, lower: &Node) -> bool {
        let (upper, lower) = (self.arms_in(upper), self.arms_in(lower));
        !upper.is_empty() && !lower.is_empty() && upper != lower
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn block_of(schema: &Value) -> BlockSchema {
    let properties = at(schema, "properties").as_object().into_iter().flatten();
    BlockSchema {
        fields: properties.map(|(name, field)| (name.clone(), field_of(field))).collect(),
        arms: at(schema, "x-one-of").as_array().into_iter().flatten().map(strings).collect(),
        immutable_arm: at(schema, "x-rigid") == &Value::Bool(true),
        needs: strings(at(schema, "x-needs")),
    }
}

fn field_of(schema: &Value) -> FieldSchema {
    let inner = without_null(schema);
    let own = |name: &str| schema.get(name).or_else(|| inner.get(name));
    let word = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let leaf = |value: &Value| LeafType { catalog: word(value, "x-catalog"), format: word(value, "x-format") };
    let form = match (own("x-list"), inner.get("properties")) {
        _ if own("x-switches").is_some() => FieldType::Switches(leaf(inner)),
        (Some(Value::Object(keyed)), _) => FieldType::Keyed {
            by: keyed.get("by").and_then(Value::as_str).unwrap_or_default().to_owned(),
            item: block_of(at(inner, "items")),
        },
        (Some(_), _) => FieldType::Set(leaf(at(inner, "items"))),
        (None, Some(_)) => FieldType::Block(block_of(inner)),
        (None, None) => FieldType::Scalar(leaf(inner)),
    };
    let disruptive_when = own("x-stops").and_then(Value::as_str).and_then(|word| match word {
        "change" => Some(DisruptiveWhen::Change),
        "shrink" => Some(DisruptiveWhen::Shrink),
        "grow" => Some(DisruptiveWhen::Grow),
        "off" => Some(DisruptiveWhen::Off),
        "unless-emptied" => Some(DisruptiveWhen::UnlessEmptied),
        "narrow" => Some(DisruptiveWhen::Narrow),
        "tags" => Some(DisruptiveWhen::Tags),
        _ => None,
    });
    let [auth, assigned] = ["x-auth", "x-assigned"].map(|name| own(name) == Some(&Value::Bool(true)));
    let generations = own("x-generations").and_then(Value::as_array).into_iter().flatten().map(strings).collect();
    let requires = own("x-requires").and_then(Value::as_str).map(str::to_owned);
    let secret_with = own("x-secret").and_then(Value::as_str).map(str::to_owned);
    FieldSchema {
        field_type: form,
        disruptive_when,
        secret_with,
        assigned,
        auth,
        default: own("x-default").cloned(),
        requires,
        added_over_time: generations,
    }
}

/// An optional field's schema is "this or null"; the shape is that of "this".
fn without_null(schema: &Value) -> &Value {
    let arms = at(schema, "anyOf").as_array().into_iter().flatten();
    arms.clone().find(|arm| at(arm, "type") != "null").unwrap_or(schema)
}
