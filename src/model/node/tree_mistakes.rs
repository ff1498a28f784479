//! What is said of YAML that no node can be made of: tags, merge keys, keys that are no words or stand twice, and what
//! nests too deep.

use crate::model::diagnostic::{Diagnostic, brief};
use crate::model::source::Place;

pub(super) fn merge_key(place: Place) -> Diagnostic {
    Diagnostic::error(place, "a YAML merge key")
        .label("`<<` is not supported")
        .help("name the shared part under `profiles:` and list it in the account's `profiles: [...]`")
}

pub(super) fn twice(word: &str, again: Place, first: Place) -> Diagnostic {
    Diagnostic::error(again, format!("`{}` stands twice in one map", brief(word)))
        .label("again here")
        .also(first, "first here")
        .help("keep one of them; YAML would silently use only the last")
}

pub(super) fn no_word(place: Place) -> Diagnostic {
    Diagnostic::error(place, "a list or map as a key")
        .label("keys are words")
        .help("if these are the braces of a template: templates are not filled in, `${name}` in quotes is")
}

pub(super) fn a_tag(place: Place) -> Diagnostic {
    Diagnostic::error(place, "a YAML tag")
        .label("outside quotes `!` begins a tag, and tags are not supported")
        .help("put the value in quotes, `!` included; if a tag was meant, leave it out")
}

pub(super) fn too_deep(place: Place, most: usize) -> Diagnostic {
    Diagnostic::error(place, format!("nested more than {most} levels deep"))
        .label("one level too many")
        .help("nothing in a heeler config is nested that deep")
}
