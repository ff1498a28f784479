//! What `terraform show -json` prints of a state: every resource of every module, as its provider sees it. What a type
//! of resource is about, its vendor's dialect knows.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::address;
use super::state_encoding::{self, NotAState};
use crate::commands::migrate::origin::SourceResource;
use crate::model::Error;
use crate::model::value::at;

/// What a state holds.
#[derive(Debug, Default)]
pub struct State {
    /// Whose it is, for people.
    pub name: String,
    /// Every resource that Terraform manages.
    pub resources: Vec<SourceResource>,
    /// What is left of resources that were replaced, and is to be destroyed at Terraform's next apply.
    pub deposed: Vec<SourceResource>,
}

/// The fields of an object.
type Fields = serde_json::Map<String, Value>;

/// Reads files, or stdin for `-`. A file may hold several states.
///
/// # Errors
/// One cannot be read, or is no such output.
pub fn read(paths: &[PathBuf]) -> Result<Vec<State>, Error> {
    let mut states = Vec::new();
    for path in paths {
        let name = if path.as_os_str() == "-" { Path::new("stdin") } else { path };
        let bytes = bytes(path).map_err(|error| {
            let wrong = format!("cannot read {}", name.display());
            let is_missing = error.kind() == io::ErrorKind::NotFound;
            if is_missing { Error::usage(wrong) } else { Error::failed(wrong) }
                .because(error)
                .hint("write it with `terraform show -json > state.json`")
        })?;
        states.extend(parse(&bytes, &name.display().to_string()).map_err(|why| not_a_state(name, &why))?);
    }
    for (number, State { name: _, resources, deposed }) in states.iter_mut().enumerate() {
        resources.iter_mut().chain(deposed).for_each(|thing| thing.state = number);
    }
    Ok(states)
}

fn not_a_state(path: &Path, why: &NotAState) -> Error {
    let hint = match why {
        NotAState::OfAnotherTool(_) => "run `heeler import`: it takes over what is live, without a state",
        NotAState::OtherFormat => {
            "a newer heeler may read it; `heeler import` takes over what is live, without a state"
        }
        NotAState::Other(_) => "run `terraform show -json > state.json` where the configuration is, and name that file",
    };
    Error::failed(format!("{} is not what `terraform show -json` prints: {why}", path.display())).hint(hint)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if path.as_os_str() != "-" {
        return fs::read(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads such output.
///
/// # Errors
/// What it is instead. Nothing of it is repeated: it may hold secrets.
fn parse(bytes: &[u8], name: &str) -> Result<Vec<State>, NotAState> {
    let documents = state_encoding::documents(bytes)?;
    let many = documents.len() > 1;
    let state = |(number, json): (usize, &Value)| {
        let name = if many { format!("{name} ({})", number + 1) } else { name.to_owned() };
        let mut state = State { name, ..State::default() };
        module(at(at(json, "values"), "root_module"), &mut state)?;
        Ok(state)
    };
    documents.iter().enumerate().map(state).collect()
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
    // What data sources read is nobody's.
    if at(resource, "mode") == "data" {
        return Ok(());
    }
    let text = |field: &str| at(resource, field).as_str().ok_or_else(|| format!("a resource has no `{field}`"));
    let (address, kind) = (text("address")?, text("type")?);
    let mut says = at(resource, "values").clone();
    let mut hidden = Vec::new();
    take_out(&mut says, at(resource, "sensitive_values"), &mut hidden);
    // An address is copied into a shell; Terraform spells such characters out.
    if address.contains(char::is_control) {
        return Err("the address of a resource has a control character in it".to_owned());
    }
    let names = address::names(address);
    let thing = SourceResource {
        label: address.to_owned(),
        state: 0,
        kind: kind.to_owned(),
        account: None,
        names,
        says,
        whole: true,
        hidden,
    };
    if at(resource, "deposed_key").is_null() { &mut state.resources } else { &mut state.deposed }.push(thing);
    Ok(())
}

/// Takes out what is marked as sensitive, and notes where it was. Where marks and values have not the same form down to
/// the field that is marked, all that stands there goes: of a list, one such value takes all of it out.
fn take_out(says: &mut Value, marks: &Value, hidden: &mut Vec<String>) {
    match (says, marks) {
        (Value::Object(fields), Value::Object(marks)) => take_out_of(fields, marks, &mut Vec::new(), hidden),
        (Value::Object(fields), marks) if marked(marks) => {
            hidden
                .extend(std::mem::take(fields).into_iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name));
        }
        (says, marks) if marked(marks) => *says = Value::Null,
        _ => {}
    }
}

fn take_out_of(fields: &mut Fields, marks: &Fields, path: &mut Vec<String>, hidden: &mut Vec<String>) {
    for (name, mark) in marks.iter().filter(|(_, mark)| marked(mark)) {
        path.push(name.clone());
        match (fields.get_mut(name), mark) {
            (None | Some(Value::Null), _) => {}
            (Some(Value::Object(inner)), Value::Object(marks)) => take_out_of(inner, marks, path, hidden),
            (Some(Value::Array(items)), Value::Array(marks)) if are_objects(items) && are_objects(marks) => {
                let pairs =
                    items.iter_mut().filter_map(Value::as_object_mut).zip(marks.iter().filter_map(Value::as_object));
                pairs.for_each(|(item, marks)| take_out_of(item, marks, path, hidden));
            }
            (Some(_), _) => {
                fields.remove(name);
                hidden.push(path.join("."));
            }
        }
        path.pop();
    }
}

fn are_objects(items: &[Value]) -> bool {
    items.iter().all(Value::is_object)
}

fn marked(mark: &Value) -> bool {
    match mark {
        Value::Bool(marked) => *marked,
        Value::Array(marks) => marks.iter().any(self::marked),
        Value::Object(marks) => marks.values().any(self::marked),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}
