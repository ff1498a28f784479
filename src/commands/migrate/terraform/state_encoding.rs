//! The forms in which people have the output of `terraform show -json`: saved by PowerShell, with lines of a wrapper
//! around it, several of them in one file. What it is if it is none of these is said, and nothing of it is repeated: it
//! may hold secrets.

use serde_json::Value;

use thiserror::Error as ThisError;

/// Why a file is not what Terraform prints of a state.
#[derive(Debug, ThisError)]
pub enum NotAState {
    /// Another tool keeps it, whose accounts are taken over without a state.
    #[error("it is {0}")]
    OfAnotherTool(&'static str),
    /// Terraform prints it in another form than the one that is read.
    #[error("its `format_version` is not 1.x, the only one that this heeler reads")]
    OtherFormat,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl<T: Into<String>> From<T> for NotAState {
    fn from(why: T) -> Self {
        NotAState::Other(why.into())
    }
}

/// What shows a document: every state has it, and no line of a log.
const MARK: &str = "format_version";
/// What shows a template of CloudFormation, in JSON and in YAML.
const TEMPLATE_MARK: &str = "AWSTemplateFormatVersion";
const CLOUDFORMATION: NotAState = NotAState::OfAnotherTool("CloudFormation's");

/// The documents in a file.
///
/// # Errors
/// What it is instead.
pub fn documents(bytes: &[u8]) -> Result<Vec<Value>, NotAState> {
    let text = decoded(bytes)?;
    if text.trim().is_empty() {
        return Err("it is empty".into());
    }
    let found = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Array(items)) => items,
        Ok(one) => vec![one],
        Err(_) if text.contains(TEMPLATE_MARK) && !text.contains(MARK) => return Err(CLOUDFORMATION),
        Err(error) => among_others(&text, &error)?,
    };
    if found.is_empty() {
        return Err("it is an empty list".into());
    }
    found.iter().try_for_each(is_state)?;
    Ok(found)
}

/// The text: UTF-8, or UTF-16 as PowerShell writes it.
fn decoded(bytes: &[u8]) -> Result<String, String> {
    let wide = |of: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| "it begins as UTF-16 and is not".to_owned())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        [b'{' | b'[', 0, ..] => wide(u16::from_le_bytes, bytes),
        [0, b'{' | b'[', ..] => wide(u16::from_be_bytes, bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => {
            String::from_utf8(rest.to_vec()).map_err(|_| "it is no text: neither UTF-8 nor UTF-16".to_owned())
        }
    }
}

/// Documents one after the other, or with lines of somebody else's before, between and after them.
fn among_others(text: &str, error: &serde_json::Error) -> Result<Vec<Value>, String> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('{').map(|offset| at + offset) {
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        let next_line = text[start..].find('\n').map_or(text.len(), |offset| start + offset + 1);
        at = match values.next() {
            Some(Ok(value)) => {
                let end = start + values.byte_offset();
                found.extend(Some(value).filter(|value| value.get(MARK).is_some()));
                end
            }
            Some(Err(error)) if error.is_eof() && text[start..].contains(MARK) => {
                return Err("it ends in the middle: the file is cut off".to_owned());
            }
            _ => next_line,
        };
    }
    match found.is_empty() {
        true => Err(format!("it is not JSON: line {}, column {}", error.line(), error.column())),
        false => Ok(found),
    }
}

/// Whether it is a state as it is shown.
fn is_state(json: &Value) -> Result<(), NotAState> {
    let root = json.as_object().ok_or("it is JSON, but no object")?;
    let has = |key: &str| root.contains_key(key);
    if has("planned_values") || has("resource_changes") {
        return Err("it is a plan, not a state: name no plan file when you print it".into());
    }
    if has("deployment") {
        return Err(NotAState::OfAnotherTool("a state of Pulumi's"));
    }
    if has("lineage") || has("resources") {
        return Err("it is the state as Terraform stores it".into());
    }
    if has("resource") {
        return Err("it is one resource, not the whole state: name no address when you print it".into());
    }
    if has(TEMPLATE_MARK) || has("Stacks") || has("StackResources") {
        return Err(CLOUDFORMATION);
    }
    let format = root.get(MARK).ok_or("it has no `format_version`")?;
    // Before the format was promised it was counted from 0.1, and had this form already.
    let major = format.as_str().and_then(|format| format.split('.').next());
    if major.is_some_and(|major| ["0", "1"].contains(&major)) { Ok(()) } else { Err(NotAState::OtherFormat) }
}
