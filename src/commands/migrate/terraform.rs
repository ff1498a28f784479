//! What `terraform show -json` prints of a state: every resource of every module, as its provider sees it. What a type of resource is
//! about, its vendor's dialect knows.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use serde_json::Value;

use super::source::Thing;
use crate::commands::CommandError;
use crate::model::value::at;
use crate::render::clean::{clean, escaped};

/// What a state holds.
#[derive(Debug, Default)]
pub struct State {
    /// Every resource that Terraform manages.
    pub things: Vec<Thing>,
    /// Values that were not read, since the state marks them as sensitive: address and path.
    pub hidden: Vec<(String, String)>,
}

/// Reads a file, or stdin for `-`.
///
/// # Errors
/// It cannot be read, or is no such output.
pub fn read(path: &Path) -> Result<State, CommandError> {
    let name = if path.as_os_str() == "-" { Path::new("stdin") } else { path };
    let cannot = |error| CommandError::ReadState(name.to_path_buf(), error);
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(cannot)?;
        bytes
    } else {
        fs::read(path).map_err(cannot)?
    };
    parse(&bytes).map_err(|why| CommandError::NoState(name.to_path_buf(), why))
}

/// Reads such output.
///
/// # Errors
/// What it is instead. Nothing of it is repeated: it may hold secrets.
pub fn parse(bytes: &[u8]) -> Result<State, String> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("it is empty".to_owned());
    }
    let json: Value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("it is not JSON: line {line}, column {column}")
    })?;
    let root = json.as_object().ok_or("it is JSON, but no object")?;
    if ["planned_values", "resource_changes"].iter().any(|key| root.contains_key(*key)) {
        return Err("it is a plan, not a state".to_owned());
    }
    if root.contains_key("lineage") || root.contains_key("resources") {
        return Err("it is the state as Terraform stores it".to_owned());
    }
    if !root.contains_key("format_version") {
        return Err("it has no `format_version`".to_owned());
    }
    let mut state = State::default();
    module(at(at(&json, "values"), "root_module"), &mut state)?;
    Ok(state)
}

/// A module's own resources, then those of the modules in it.
fn module(module: &Value, state: &mut State) -> Result<(), String> {
    for resource in list(module, "resources")? {
        self::resource(resource, state)?;
    }
    list(module, "child_modules")?.iter().try_for_each(|child| self::module(child, state))
}

fn list<'a>(module: &'a Value, field: &str) -> Result<&'a [Value], String> {
    match at(module, field) {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        _ => Err(format!("a module's `{field}` is no list")),
    }
}

fn resource(resource: &Value, state: &mut State) -> Result<(), String> {
    // What data sources read is nobody's; a deposed object is to be destroyed beside its successor, under the same address.
    if at(resource, "mode") == "data" || !at(resource, "deposed_key").is_null() {
        return Ok(());
    }
    let text = |field: &str| at(resource, field).as_str().ok_or_else(|| format!("a resource has no `{field}`"));
    let (address, kind) = (text("address")?, text("type")?);
    let mut says = at(resource, "values").clone();
    let mut hidden = Vec::new();
    open(&mut says, at(resource, "sensitive_values"), &mut Vec::new(), &mut hidden);
    state.hidden.extend(hidden.into_iter().map(|path| (address.to_owned(), path)));
    // An address is copied into a shell; Terraform spells such characters out.
    if address.contains(char::is_control) {
        return Err("the address of a resource has a control character in it".to_owned());
    }
    state.things.push(Thing { label: address.to_owned(), kind: kind.to_owned(), account: None, name: None, says, whole: true });
    Ok(())
}

/// Takes out what is marked as sensitive. Of a list, one such value takes all of it out.
fn open(value: &mut Value, marks: &Value, path: &mut Vec<String>, hidden: &mut Vec<String>) {
    let (Value::Object(fields), Some(marks)) = (value, marks.as_object()) else { return };
    for (name, mark) in marks {
        path.push(name.clone());
        match (fields.get_mut(name), mark) {
            (None | Some(Value::Null), _) => {}
            (Some(Value::Object(_)), Value::Object(_)) => open(fields.get_mut(name).unwrap_or(&mut Value::Null), mark, path, hidden),
            (Some(Value::Array(items)), Value::Array(marks)) if items.iter().all(Value::is_object) => {
                items.iter_mut().zip(marks).for_each(|(item, mark)| open(item, mark, path, hidden));
            }
            _ if marked(mark) => {
                fields.remove(name);
                hidden.push(path.join("."));
            }
            _ => {}
        }
        path.pop();
    }
}

fn marked(mark: &Value) -> bool {
    match mark {
        Value::Bool(marked) => *marked,
        Value::Array(marks) => marks.iter().any(self::marked),
        Value::Object(marks) => marks.values().any(self::marked),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}

/// The commands that make Terraform forget, as a script.
pub fn script(addresses: &[&str], kept: &[String]) -> String {
    const HEAD: &str = "\
#!/bin/sh
# Terraform forgets what heeler manages from now on. Nothing is destroyed by it. Run it where the configuration of that state is, once
# `heeler plan` shows no changes; then take the resources out of the configuration, before anybody applies it again.
set -eu
";
    let kept: String = kept.iter().map(|line| format!("# {}\n", clean(line))).collect();
    let commands: String = addresses.iter().map(|address| format!("{}\n", command(address))).collect();
    format!("{HEAD}{kept}{commands}")
}

/// The command for one address. What nobody would see in a key stands there as an escape, which is the same to Terraform.
pub fn command(address: &str) -> String {
    format!("terraform state rm '{}'", escaped(address).replace('\'', "'\\''"))
}
