//! Where the values of a field change were asked for, line by line.

use serde_json::Value;

use super::escape_untrusted::escaped_line;
use crate::model::{FieldChange, Source};

/// What a line shows of a value that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Shows {
    /// Nothing: it shows what goes.
    Nothing,
    /// The value, or some of its lines.
    Value,
    /// These elements of a list.
    Elements(Vec<Value>),
}

/// What stands behind each line: the place of what it shows, if that is not where the account stands (`near`). `shows`
/// has, line by line, what of the wanted value is shown there. Where all lines are about what goes, the place says why,
/// on the last of them.
pub fn origins(change: &FieldChange, shows: &[Shows], near: &Source) -> Vec<String> {
    let FieldChange { path: _, change: _, effect: _, source, element_sources } = change;
    let mut origins = vec![String::new(); shows.len()];
    if shows.iter().all(|shows| *shows == Shows::Nothing) {
        origins.last_mut().into_iter().for_each(|last| *last = bracketed("because of ", &[source], near));
        return origins;
    }
    let mut said = false;
    let mut once = || (!std::mem::replace(&mut said, true)).then_some(source);
    for (line, origin) in shows.iter().zip(&mut origins) {
        let mut places: Vec<&Source> = Vec::new();
        match line {
            Shows::Nothing => continue,
            Shows::Value => places.extend(once()),
            Shows::Elements(elements) => {
                for element in elements {
                    let own = element_sources.iter().find(|(value, _)| value == element).map(|(_, source)| source);
                    places.extend(own.or_else(&mut once));
                }
            }
        }
        *origin = bracketed("", &places, near);
    }
    origins
}

/// Places in brackets; nothing if all of them are where the account stands.
fn bracketed(because: &str, places: &[&Source], near: &Source) -> String {
    let mut words: Vec<String> = Vec::new();
    for place in places.iter().filter_map(|source| place_words(source, near)) {
        if !words.contains(&place) {
            words.push(place);
        }
    }
    if words.is_empty() { String::new() } else { format!("({because}{})", words.join("; ")) }
}

fn place_words(source: &Source, near: &Source) -> Option<String> {
    let place = match source.file == near.file {
        true => format!("line {}", source.line),
        false => escaped_line(&format!("{}:{}", source.file, source.line)),
    };
    match &source.layer {
        Some(layer) => Some(format!("{}, {place}", escaped_line(layer))),
        None => (source.file != near.file).then_some(place),
    }
}
