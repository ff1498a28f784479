//! Where a setting can come from: an account's block spread over defaults, profiles and the entry.

use heeler::model::schema::additions::adding_to;
use heeler::providers::Provider;
use serde_json::{Map, Value, json};

use super::cases::{at, nested, without};

/// Which layer says the field, as declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    Entry,
    Defaults,
    Profile,
    /// The account has the provider from its profile alone.
    ProfileAlone,
    /// The nearer of two profiles hides what the other one says.
    NearerProfile,
    /// The entry, with a variable in it.
    EntryWithVars,
    /// Defaults, with a variable that the entry gives.
    DefaultsWithVars,
    /// A list that defaults begin, and a profile and the entry add to.
    AddedInEntry,
    /// A list that defaults begin and a profile adds to.
    AddedInProfile,
}

pub const LAYERS: [Layer; 9] = [
    Layer::Entry,
    Layer::Defaults,
    Layer::Profile,
    Layer::ProfileAlone,
    Layer::NearerProfile,
    Layer::EntryWithVars,
    Layer::DefaultsWithVars,
    Layer::AddedInEntry,
    Layer::AddedInProfile,
];

/// A block in layers; each is the provider's block there, and what the layer's `vars` say.
#[derive(Debug, Default)]
pub struct Layers {
    pub defaults: Value,
    pub default_vars: Map<String, Value>,
    /// The nearer one last.
    pub profiles: Vec<Value>,
    /// Nothing if the entry does not name the provider.
    pub entry: Option<Value>,
    pub entry_vars: Map<String, Value>,
}

/// The block with what stands at `path` in this layer, and the rest of it beside that or in the entry. `other` is
/// another block, whose value is hidden where one is. Nothing if the field cannot be said so.
pub fn layers(provider: &dyn Provider, layer: Layer, path: &[String], block: &Value, other: &Value) -> Option<Layers> {
    let value = at(block, path)?.clone();
    let rest = without(block.clone(), path);
    let with = |value: Value| merged(rest.clone(), nested(path, value));
    let alone = |value: Value| nested(path, value);
    let layers = match layer {
        Layer::Entry => Layers { entry: Some(with(value)), ..Layers::default() },
        Layer::Defaults => Layers { defaults: with(value), entry: Some(json!({})), ..Layers::default() },
        Layer::Profile => Layers { profiles: vec![alone(value)], entry: Some(rest), ..Layers::default() },
        Layer::ProfileAlone => Layers { profiles: vec![with(value)], ..Layers::default() },
        Layer::NearerProfile => {
            let hidden = match &value {
                // Maps with free keys merge key by key.
                Value::Object(fields) if !is_choice(provider, path) => {
                    fields.keys().map(|key| (key.clone(), json!("hidden"))).collect()
                }
                _ => at(other, path)?.clone(),
            };
            Layers { profiles: vec![alone(hidden), alone(value)], entry: Some(rest), ..Layers::default() }
        }
        Layer::EntryWithVars | Layer::DefaultsWithVars => {
            let (varied, text) = varied(&value)?;
            let vars = Map::from_iter([("v".to_owned(), json!(text))]);
            match layer {
                Layer::EntryWithVars => Layers { entry: Some(with(varied)), default_vars: vars, ..Layers::default() },
                _ => Layers { defaults: alone(varied), entry: Some(rest), entry_vars: vars, ..Layers::default() },
            }
        }
        Layer::AddedInEntry | Layer::AddedInProfile => {
            let (name, above) = path.split_last()?;
            let around = above.iter().try_fold(provider.block(), |block, name| block.block(name))?;
            around.fields.get(name).filter(|field| field.field_type.takes_additions())?;
            let items = value.as_array().filter(|items| items.len() > 1)?;
            let third = |n: usize| {
                json!(
                    items.iter().skip(n).step_by(if layer == Layer::AddedInEntry { 3 } else { 2 }).collect::<Vec<_>>()
                )
            };
            let adding = |items: Value| {
                let is_empty = items == json!([]);
                if is_empty { json!({}) } else { nested(above, json!({ adding_to(name): items })) }
            };
            let (low, middle) = (alone(third(0)), adding(third(1)));
            let entry = match layer {
                Layer::AddedInEntry => merged(rest, adding(third(2))),
                _ => rest,
            };
            Layers { defaults: low, profiles: vec![middle], entry: Some(entry), ..Layers::default() }
        }
    };
    Some(layers)
}

fn is_choice(provider: &dyn Provider, path: &[String]) -> bool {
    path.iter().try_fold(provider.block(), |block, name| block.block(name)).is_some()
}

/// The first text in a value with a variable for a part of it, and that part.
fn varied(value: &Value) -> Option<(Value, String)> {
    match value {
        Value::String(text) if text.len() > 2 && text.is_ascii() && !text.contains('$') => {
            let (head, tail) = text.split_at(text.len() / 2);
            Some((json!(format!("{head}${{vars.v}}")), tail.to_owned()))
        }
        Value::Array(items) => {
            let (first, rest) = items.split_first()?;
            let (first, text) = varied(first)?;
            Some((std::iter::once(first).chain(rest.iter().cloned()).collect(), text))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            // What entries of a list are told apart by is no place for a name.
            let (varied, text) =
                Some(value).filter(|_| !["namespace", "source"].contains(&name.as_str())).and_then(varied)?;
            let mut fields = fields.clone();
            fields.insert(name.clone(), varied);
            Some((fields.into(), text))
        }),
        _ => None,
    }
}

/// Both, map by map; where both say something, the second counts.
pub fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, value) in other {
                let known = one.remove(&name);
                one.insert(name, known.map_or(value.clone(), |known| merged(known, value)));
            }
            one.into()
        }
        (_, other) => other,
    }
}
