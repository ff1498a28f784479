//! Where the values of a field change were asked for, line by line.

use super::escape_untrusted::escaped_line;
use crate::model::value::inline;
use crate::model::{FieldChange, Source};

/// What stands behind each line: the place of what it shows, if that is not where the account stands (`near`). `shows`
/// has, line by line, what of the wanted value is shown there; several elements of a list stand with commas between
/// them. Where all lines are about what goes, the place says why, on the last of them.
pub fn origins(change: &FieldChange, shows: &[Option<&str>], near: &Source) -> Vec<String> {
    let FieldChange { path: _, change: _, effect: _, source, element_sources } = change;
    let mut origins = vec![String::new(); shows.len()];
    if shows.iter().all(Option::is_none) {
        origins.last_mut().into_iter().for_each(|last| *last = bracketed("because of ", &[source], near));
        return origins;
    }
    let mut said = false;
    for (line, origin) in shows.iter().zip(&mut origins) {
        let Some(shown) = line else { continue };
        let mut places: Vec<&Source> = Vec::new();
        for element in shown.split(", ").map(|element| element.trim_end_matches(',')) {
            let own = element_sources.iter().find(|(value, _)| inline(value) == element).map(|(_, source)| source);
            let place = own.or_else(|| (!std::mem::replace(&mut said, true)).then_some(source));
            places.extend(place);
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
