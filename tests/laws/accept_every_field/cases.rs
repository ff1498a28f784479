//! Every field of every provider's schema, with values that it is declared with and others that are live.

use heeler::model::schema::{BlockSchema, FieldType, ValueType};
use heeler::model::{Kind, Path};
use heeler::providers::Provider;
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::generate::word;
use crate::schema_leaves::{complete, drawn, leaf_value, leaves, two_values, with};

/// What is to become of a difference in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// The config says what is live.
    Taken,
    /// It says how the vendor gets in: nothing is written.
    Refused,
    /// It is sent when a row is made and never compared: nothing differs.
    NotCompared,
    /// A map lacks a key that another layer says: nothing is written.
    SaidElsewhere,
    /// It says which row is meant: another value is a row that is not live, and nothing is written.
    NamesRow,
}

/// What stands in a field, as far as that makes a difference to what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A map with free keys, which merges key by key.
    Map,
    Other,
}

/// A field of an entry.
#[derive(Debug, Clone)]
pub struct Field {
    /// The keys that lead to it in the provider's block: to a value, a list, or a one-of of which another arm is live.
    pub path: Vec<String>,
    /// Where it is compared, as keys of the provider's block: the same, or below each of the kinds that it counts for.
    pub compared_at: Vec<Vec<String>>,
    pub fate: Fate,
    pub form: Form,
    /// Blocks of the provider: as declared, and as live.
    pub pairs: Vec<(Value, Value)>,
}

/// Every field of a provider: each leaf, each list of maps as a whole, and each one-of that has another arm live.
pub fn fields(provider: &'static dyn Provider) -> Vec<Field> {
    let schema = provider.block();
    let mut all = Vec::new();
    leaves(schema, &[], &mut all);
    let mut found: Vec<Field> = all.iter().map(|leaf| of_leaf(provider, leaf)).collect();
    let (mut keyed, mut choices) = (Vec::new(), Vec::new());
    lists_and_choices(schema, &[], &mut keyed, &mut choices);
    found.extend(keyed.iter().map(|path| field(provider, path, entries(provider, path))));
    let choices = choices.iter().filter(|path| !schema.is_authentication(&Path::dotted(&path.join("."))));
    found.extend(choices.map(|path| field(provider, path, arms(provider, path))));
    found
}

fn of_leaf(provider: &'static dyn Provider, leaf: &[String]) -> Field {
    let schema = provider.block();
    let values = values(schema, leaf);
    let block = |value: &Value| completed(provider, leaf, with(schema, leaf, value));
    let mut pairs: Vec<(Value, Value)> = values.iter().map(|(one, other)| (block(one), block(other))).collect();
    if leaf.last().is_some_and(|name| name == "external_id") {
        // Only one that the vendor has issued can be live.
        pairs.iter_mut().for_each(|(declared, live)| *live = without(declared.clone(), leaf));
    }
    field(provider, &entered(schema, leaf), pairs)
}

fn field(provider: &'static dyn Provider, path: &[String], pairs: Vec<(Value, Value)>) -> Field {
    let of_kind = |kind: &Kind| {
        let below: Vec<String> = kind.block_path.iter().map(|name| (*name).to_owned()).collect();
        path.starts_with(&below).then_some(below)
    };
    let declared = |kind: &&Kind| kind.block_path.iter().try_fold(&pairs[0].0, |block, name| block.get(name)).is_some();
    let below: Vec<Vec<String>> = match provider.kinds().iter().find_map(of_kind) {
        Some(_) => vec![path.to_vec()],
        // It stands beside the kinds and counts for each of them.
        None => {
            let kinds = provider.kinds().iter().filter(declared);
            let path = |kind: &Kind| {
                kind.block_path.iter().map(|name| (*name).to_owned()).chain(path.iter().cloned()).collect()
            };
            kinds.map(path).collect()
        }
    };
    let (name, above) = path.split_last().expect("a path");
    let around = above.iter().try_fold(provider.block(), |block, name| block.block(name));
    let is_map = around
        .and_then(|block| block.fields.get(name))
        .is_some_and(|field| matches!(field.field_type, FieldType::Value(ValueType::Map { .. })));
    let form = if is_map { Form::Map } else { Form::Other };
    Field { path: path.to_vec(), fate: fate(provider, path), form, compared_at: below, pairs }
}

fn fate(provider: &'static dyn Provider, path: &[String]) -> Fate {
    let is_below = |kind: &&Kind| kind.block_path.iter().copied().eq(path.iter().take(kind.block_path.len()));
    // What stands beside the kinds counts for each of them.
    let (kind, own) = match provider.kinds().iter().find(is_below) {
        Some(kind) => (kind, &path[kind.block_path.len()..]),
        None => (&provider.kinds()[0], path),
    };
    let row = &kind.schema().block;
    let top = own[0].as_str();
    let alias = provider.meta().alias_field.filter(|_| !provider.meta().needs_account);
    let names_row = alias == Some(&*path.join(".")) || (provider.kinds().len() > 1 && top.starts_with("role_"));
    match row.fields.contains_key(top) {
        _ if names_row => Fate::NamesRow,
        // A role's name may be told as its ARN.
        false if top == "role_name" && row.fields.contains_key("role_arn") => Fate::Refused,
        false => Fate::NotCompared,
        true if row.is_authentication(&Path::dotted(&own.join("."))) => Fate::Refused,
        true => Fate::Taken,
    }
}

/// The keys to what an entry says of a leaf: of one in a list of maps, to the list.
fn entered(schema: &BlockSchema, leaf: &[String]) -> Vec<String> {
    let mut block = schema;
    for (at, name) in leaf.iter().enumerate() {
        match block.fields.get(name).map(|field| field.field_type) {
            Some(FieldType::Block(inner)) => block = inner,
            Some(FieldType::Keyed { .. }) => return leaf[..=at].to_vec(),
            _ => break,
        }
    }
    leaf.to_vec()
}

/// What a leaf says, and what is live instead: each way round; a list grows, shrinks at either end, and is emptied.
fn values(schema: &BlockSchema, leaf: &[String]) -> Vec<(Value, Value)> {
    let words = words(schema, leaf);
    if words.len() < 2 {
        let (one, other) = two_values(&leaf_value(schema, leaf), &mut TestRunner::deterministic());
        return vec![(one.clone(), other.clone()), (other, one)];
    }
    let (all, most) = (json!(words), json!(words[..words.len() - 1]));
    let mut pairs = vec![(most.clone(), all.clone()), (all.clone(), most), (all.clone(), json!(words[1..]))];
    if !is_in_arm(schema, leaf) {
        pairs.push((all, json!([])));
    }
    pairs
}

/// Texts that a list may hold; none if it is no list of texts.
fn words(schema: &BlockSchema, leaf: &[String]) -> Vec<String> {
    let (name, above) = leaf.split_last().expect("a path");
    let inner = |block: &'static BlockSchema, name: &String| match block.fields.get(name)?.field_type {
        FieldType::Block(inner) => Some(inner),
        FieldType::Keyed { item, .. } => Some(item),
        _ => None,
    };
    let around = above.split_first().and_then(|(first, rest)| {
        let first = match schema.fields.get(first)?.field_type {
            FieldType::Block(block) => block,
            FieldType::Keyed { item, .. } => item,
            _ => return None,
        };
        rest.iter().try_fold(first, inner)
    });
    let block = if above.is_empty() { Some(schema) } else { around };
    let Some(field) = block.and_then(|block| block.fields.get(name)) else { return Vec::new() };
    match field.field_type {
        FieldType::Set(_) | FieldType::Value(ValueType::List(_)) => distinct(&word(field)),
        _ => Vec::new(),
    }
}

/// Up to four texts, in the order in which they are drawn.
fn distinct(strategy: &BoxedStrategy<String>) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let mut found = Vec::new();
    for _ in 0..100 {
        let drawn = strategy.new_tree(&mut runner).expect("a word").current();
        if !found.contains(&drawn) && found.len() < 4 {
            found.push(drawn);
        }
    }
    found
}

fn is_in_arm(schema: &BlockSchema, leaf: &[String]) -> bool {
    let (mut block, mut found) = (schema, false);
    for name in leaf {
        found |= block.is_in_arm(name);
        match block.fields.get(name).map(|field| field.field_type) {
            Some(FieldType::Block(inner) | FieldType::Keyed { item: inner, .. }) => block = inner,
            _ => break,
        }
    }
    found
}

fn lists_and_choices(
    schema: &BlockSchema,
    above: &[String],
    lists: &mut Vec<Vec<String>>,
    choices: &mut Vec<Vec<String>>,
) {
    for (name, field) in schema.fields.iter() {
        let path = [above, &[name.to_owned()]].concat();
        match field.field_type {
            FieldType::Keyed { .. } => lists.push(path),
            FieldType::Block(inner) => {
                choices.extend(inner.is_choice().then(|| path.clone()));
                lists_and_choices(inner, &path, lists, choices);
            }
            FieldType::Value(_) | FieldType::Set(_) | FieldType::Switches(_) => {}
        }
    }
}

/// A list of maps of which one has changed, one has gone and one is new.
fn entries(provider: &'static dyn Provider, path: &[String]) -> Vec<(Value, Value)> {
    let (list, above) = path.split_last().expect("a path");
    let block = above.iter().fold(provider.block(), |block, name| block.block(name).expect("a block"));
    let Some(FieldType::Keyed { by, item }) = block.fields.get(list).map(|field| field.field_type) else {
        return Vec::new();
    };
    let keys = distinct(&word(item.fields.get(by).expect("a key")));
    let mut says = Vec::new();
    leaves(item, &[], &mut says);
    let (one, other) = two_values(&leaf_value(item, &says[0]), &mut TestRunner::deterministic());
    let entry = |key: &String, value: &Value| {
        let mut entry = with(item, &says[0], value);
        entry[by] = json!(key);
        entry
    };
    let declared = json!([entry(&keys[0], &one), entry(&keys[1], &one)]);
    let live = json!([entry(&keys[1], &other), entry(&keys[2], &one)]);
    let whole = |list: Value| completed(provider, path, nested(path, list));
    vec![(whole(declared.clone()), whole(live.clone())), (whole(live), whole(declared))]
}

/// A one-of with one arm declared and another live.
fn arms(provider: &'static dyn Provider, path: &[String]) -> Vec<(Value, Value)> {
    let block = path.iter().fold(provider.block(), |block, name| block.block(name).expect("a block"));
    let arm = |arm: &&[&str]| {
        let lead = block.fields.get(arm[0]).expect("a field");
        let says = match lead.field_type {
            FieldType::Value(ValueType::Bool) => json!(true),
            _ => json!(distinct(&word(lead))[..2]),
        };
        completed(provider, path, nested(path, json!({ arm[0]: says })))
    };
    let arms: Vec<Value> = block.arms.iter().map(arm).collect();
    vec![(arms[0].clone(), arms[1].clone()), (arms[1].clone(), arms[0].clone())]
}

/// A block without what stands at a path, and without the maps that only held it.
pub fn without(mut block: Value, path: &[String]) -> Value {
    let Some((name, rest)) = path.split_first() else { return block };
    if let Some(inner) = block.get(name).cloned() {
        let left = if rest.is_empty() { json!({}) } else { without(inner, rest) };
        match left == json!({}) {
            true => drop(block.as_object_mut().map(|fields| fields.remove(name))),
            false => block[name] = left,
        }
    }
    block
}

/// What stands at the end of these keys.
pub fn at<'a>(block: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(block, |value, name| value.get(name))
}

pub fn nested(path: &[String], value: Value) -> Value {
    path.iter().rev().fold(value, |value, name| json!({ name: value }))
}

/// The same with what else a row needs. Of a provider with several kinds there is at least one.
fn completed(provider: &'static dyn Provider, path: &[String], block: Value) -> Value {
    let mut block = complete(provider.block(), path, block);
    let kinds: Vec<&str> = provider.kinds().iter().filter_map(|kind| kind.block_path.first().copied()).collect();
    if !kinds.is_empty() && !kinds.iter().any(|kind| block.get(kind).is_some()) {
        kinds.iter().for_each(|kind| block[kind] = json!({}));
    }
    for kind in kinds.iter().filter(|kind| block.get(**kind).is_some()).collect::<Vec<_>>() {
        let schema = provider.block().block(kind).expect("a block");
        let missing = schema.needs.iter().filter(|need| block[kind].get(**need).is_none()).copied();
        for need in missing.collect::<Vec<_>>() {
            if block.get(need).is_none() {
                block[kind][need] = drawn(schema, need);
            }
        }
    }
    block
}
