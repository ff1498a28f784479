//! FIELD of `heeler explain`: a path as plan and `unmanaged` spell it, or without the provider before it.

use crate::config::{hold, read_only};
use crate::model::Error;
use crate::model::node::vars::is_var_name;
use crate::model::schema::{BlockSchema, FieldType, ValueType};
use crate::model::suggestion::{brief, did_you_mean, listed};
use crate::providers;

/// Reads it: the full path, the provider included. `managed` are the providers that the accounts asked about have.
///
/// # Errors
/// There is no such field, or several providers have one.
pub fn read(field: &str, managed: &[&str]) -> Result<String, Error> {
    let keys = keys(field);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    match keys[..] {
        ["aws_partition" | "vars" | hold::KEY] | [hold::KEY, "reason" | "until"] => return Ok(field.to_owned()),
        ["vars", name] if is_var_name(name) => return Ok(field.to_owned()),
        _ => {}
    }
    if let Some((provider, below)) =
        keys.split_first().and_then(|(first, below)| Some((providers::named(first)?, below)))
        && stands_in_block(provider.block(), below)
    {
        return Ok(whole_value(provider.block(), below, field).to_owned());
    }
    let having: Vec<&str> = providers::ALL
        .iter()
        .filter(|provider| !keys.is_empty() && stands_in_block(provider.block(), &keys))
        .map(|provider| provider.name())
        .collect();
    let here: Vec<&str> = having.iter().copied().filter(|name| managed.contains(name)).collect();
    match (&here[..], &having[..]) {
        ([only], _) | ([], [only]) => {
            let block = providers::named(only).map(|provider| provider.block());
            Ok(format!("{only}.{}", block.map_or(field, |block| whole_value(block, &keys, field))))
        }
        ([], []) => Err(unknown(field)),
        ([], several) | (several, _) => {
            let paths: Vec<String> = several.iter().map(|name| format!("{name}.{field}")).collect();
            Err(Error::usage(format!("{}: several providers have such a field", brief(field)))
                .hint(format!("write one of: {}", listed(paths.iter().map(String::as_str)))))
        }
    }
}

/// The keys of a path, without the entries of lists: of `tag_filters[AWS/EC2].tags`, `tag_filters` and `tags`.
fn keys(field: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut in_brackets = false;
    for c in field.chars() {
        match c {
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            _ if in_brackets => {}
            '.' => keys.push(String::new()),
            c => keys.last_mut().into_iter().for_each(|key| key.push(c)),
        }
    }
    keys
}

/// Whether these keys lead to something that may stand in a provider's block, or to what keeps it from being written.
fn stands_in_block(block: &BlockSchema, keys: &[&str]) -> bool {
    matches!(keys, [read_only::KEY | hold::KEY] | [hold::KEY, "reason" | "until"]) || stands_in(block, keys)
}

/// Whether these keys lead to something that may stand in a block; none lead to the block itself.
fn stands_in(block: &BlockSchema, keys: &[&str]) -> bool {
    let Some((first, below)) = keys.split_first() else { return true };
    match block.fields.get(first).map(|field| field.field_type) {
        Some(FieldType::Block(inner) | FieldType::Keyed { item: inner, .. }) => stands_in(inner, below),
        // Their names are free.
        Some(FieldType::Switches(_) | FieldType::Value(ValueType::Map { .. })) => below.len() < 2,
        Some(FieldType::Set(_) | FieldType::Value(_)) => below.is_empty(),
        None => false,
    }
}

/// The path of what is merged and compared as a whole: of one key of a map whose keys are free, the map.
fn whole_value<'a>(block: &BlockSchema, keys: &[&str], field: &'a str) -> &'a str {
    let map = field.rsplit_once('.').map(|(map, _)| map);
    map.filter(|_| is_in_map(block, keys)).unwrap_or(field)
}

/// Whether these keys lead to one key of a map whose keys are free.
fn is_in_map(block: &BlockSchema, keys: &[&str]) -> bool {
    let Some((first, below)) = keys.split_first() else { return false };
    match block.fields.get(first).map(|field| field.field_type) {
        Some(FieldType::Block(inner) | FieldType::Keyed { item: inner, .. }) => is_in_map(inner, below),
        Some(FieldType::Value(ValueType::Map { .. })) => below.len() == 1,
        Some(FieldType::Switches(_) | FieldType::Set(_) | FieldType::Value(_)) | None => false,
    }
}

fn unknown(field: &str) -> Error {
    let mut full = Vec::new();
    for provider in providers::ALL {
        full.push(provider.name().to_owned());
        gather(provider.block(), provider.name(), &mut full);
    }
    let bare: Vec<&str> = full.iter().filter_map(|path| Some(path.split_once('.')?.1)).collect();
    let last: Vec<&str> = bare.iter().copied().filter(|path| path.rsplit('.').next() == Some(field)).collect();
    let guess = || did_you_mean(field, bare.iter().copied().chain(full.iter().map(String::as_str)));
    let hint = match last.is_empty() {
        false => format!("it stands at {}", listed(last)),
        true => guess().unwrap_or_else(|| {
            "write a path as plan shows it, such as `metrics_config.enabled`, or `vars.NAME`".to_owned()
        }),
    };
    Error::usage(format!("there is no field `{}`", brief(field))).hint(hint)
}

fn gather(block: &BlockSchema, above: &str, paths: &mut Vec<String>) {
    for (name, field) in block.fields.iter() {
        let path = format!("{above}.{name}");
        if let FieldType::Block(inner) | FieldType::Keyed { item: inner, .. } = field.field_type {
            gather(inner, &path, paths);
        }
        paths.push(path);
    }
}
