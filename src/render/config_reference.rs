//! The reference of the config as Markdown: tables of every key, made of the config's JSON Schema.
//!
//! A table has a row for each key of a block; keys of blocks within it follow under their whole path.

use std::fmt::Write;

use serde_json::Value;

/// A row names so many words; of more words, [`EXAMPLES`] are named.
const LISTED: usize = 9;
const EXAMPLES: usize = 3;

/// What `defaults` and profiles are, where one table stands for both.
const LAYERS: &str = "What accounts have under their own entries. `defaults` are under every account: they fill a provider's block and never \
                      make one. A profile is under the accounts that list it, and a provider's block in it is theirs.";

/// The page, of the JSON Schema of the config.
pub fn page(schema: &Value) -> String {
    let top = &schema["properties"];
    // `defaults` is the same, but for what adds to a layer below.
    let layer = &top["profiles"]["additionalProperties"];
    let providers: Vec<&str> = keys(&top["providers"]).map(|(name, _)| name).collect();
    let mut page = "# Every key of the config\n\n`heeler schema reference` prints this page. [config.md](config.md) \
                    explains how the parts work together.\nA path such as `metrics_config.enabled` is `enabled` inside \
                    of `metrics_config`; `[]` stands for each element of a list.\n`KEY+`, in profiles and entries, adds \
                    to the list of the layers below.\n"
        .to_owned();
    let mut section = |title: &str, block: &Value, deep: bool, apart: &[&str]| {
        let mut rows = String::new();
        write_rows(&mut rows, block, "", deep, apart);
        if !rows.is_empty() {
            let _ =
                write!(page, "\n## {title}\n\n{}\n\n| key | value | meaning |\n|---|---|---|\n{rows}", about(block));
        }
    };
    section("A config", schema, false, &[]);
    section("`limits`", &top["limits"], true, &[]);
    section("`confirm`", &top["confirm"], true, &[]);
    for name in &providers {
        section(&format!("`providers: {name}:`"), &top["providers"]["properties"][name], true, &[]);
    }
    let mut both = top["defaults"].clone();
    both["description"] = LAYERS.into();
    section("A layer: `defaults`, and each of `profiles`", &both, false, &[]);
    section("An entry of `accounts`", &top["accounts"]["items"], true, &providers);
    section("An entry of `removed`", &top["removed"]["items"], true, &[]);
    for name in &providers {
        let block = in_entry(&top["accounts"]["items"]["properties"][name], &layer["properties"][name]);
        section(&format!("`{name}:` in a layer or an entry"), &block, true, &[]);
    }
    page
}

/// A provider's block as an entry may have it; keys that a layer cannot have are called so.
fn in_entry(entry: &Value, layer: &Value) -> Value {
    let mut block = entry.clone();
    for (key, schema) in block["properties"].as_object_mut().into_iter().flatten() {
        if layer["properties"][key].is_null() {
            schema["description"] = format!("In an entry only. {}", about(schema)).into();
        }
    }
    block
}

/// A row for each key of a block; if `deep`, for those of blocks within it too, but of the ones that have a table of
/// their own.
fn write_rows(rows: &mut String, block: &Value, above: &str, deep: bool, apart: &[&str]) {
    for (key, schema) in keys(block) {
        let path = format!("{above}{key}");
        let required = block["required"].as_array().is_some_and(|required| required.iter().any(|name| name == key));
        let needed = if required { ", required" } else { "" };
        let adding = format!("{key}+");
        let adds = if block["properties"][&adding].is_null() { String::new() } else { format!("; `{adding}` adds") };
        let _ = writeln!(rows, "| `{path}` | {}{needed}{adds} | {} |", value(schema), about(schema));
        let deep = deep && !apart.contains(&key);
        if deep && is_block(schema) {
            write_rows(rows, schema, &format!("{path}."), deep, &[]);
        } else if deep && is_block(&schema["items"]) {
            write_rows(rows, &schema["items"], &format!("{path}[]."), deep, &[]);
        }
    }
}

/// The keys of a block, without those that are only read for old files and those that add to another (`KEY+`).
fn keys(block: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let keys = block["properties"].as_object().into_iter().flatten();
    keys.filter(|(key, schema)| schema["deprecated"] != true && !key.ends_with('+'))
        .map(|(key, schema)| (&**key, schema))
}

/// What may stand there, in words.
fn value(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array() {
        return one_of(words);
    }
    if let Some(words) = schema["anyOf"][0]["enum"].as_array() {
        return format!("text, such as {}", listed(words.iter().take(EXAMPLES)));
    }
    match schema["type"].as_str() {
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => number(schema),
        Some("array") if is_block(&schema["items"]) => "list of blocks".to_owned(),
        Some("array") => format!("list of {}", value(&schema["items"]).replacen("text", "texts", 1)),
        Some("object") if is_secret(schema) => "`{ env: NAME }`".to_owned(),
        Some("object") if schema["additionalProperties"]["type"] == "boolean" => "`true` or `false` by name".to_owned(),
        Some("object") if schema["additionalProperties"]["type"] == "string" => "text by name".to_owned(),
        Some("object") if schema["additionalProperties"].is_object() => "block by name".to_owned(),
        Some("object") => "block".to_owned(),
        _ => "text".to_owned(),
    }
}

fn one_of(words: &[Value]) -> String {
    if words.len() <= LISTED {
        return listed(words.iter());
    }
    format!("one of {} words, such as {}", words.len(), listed(words.iter().take(EXAMPLES)))
}

fn listed<'a>(words: impl Iterator<Item = &'a Value>) -> String {
    let mut words: Vec<String> =
        words.map(|word| format!("`{}`", word.as_str().map_or(word.to_string(), str::to_owned))).collect();
    words.dedup(); // `1` and `"1"`
    words.join(", ")
}

/// A number, with its bounds if it has any that matter.
fn number(schema: &Value) -> String {
    match (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        (Some(min), Some(max)) if max < u64::from(u32::MAX) => format!("number from {min} to {max}"),
        (Some(min), _) if min > 0 => format!("number from {min}"),
        _ => "number".to_owned(),
    }
}

fn is_block(schema: &Value) -> bool {
    schema["properties"].as_object().is_some_and(|fields| !fields.is_empty())
        && schema["additionalProperties"] == false
        && !is_secret(schema)
}

fn is_secret(schema: &Value) -> bool {
    schema["required"][0] == "env"
}

/// The description, so that it stays in its cell.
fn about(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().replace('|', "\\|")
}
