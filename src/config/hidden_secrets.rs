//! What no message shows of a config: values that are secrets, or stand where secrets do.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::rules::is_variable;
use crate::model::aws::access_key_id::is_meant_as_access_key_id;
use crate::model::check::spelling::assignment;
use crate::model::node::Entry;
use crate::model::source::{SECRET_WORDS, sounds_secret};
use crate::model::{Node, Place, Sources};

/// Hides every value under a key that sounds like a secret; of a reference, the variable's name is shown, if it can be
/// one.
pub fn hide(root: &Node, sources: &mut Sources) {
    Search { sources, known: HashMap::default() }.node(root);
}

/// Hides, in a file that is not YAML, the rest of every line that names something like a secret, and the line below it
/// where nothing is left of its own.
pub fn hide_in_text(text: &str, file: u32, sources: &mut Sources) {
    let (mut start, mut is_below) = (0, false);
    for line in text.split_inclusive('\n') {
        let lower = line.to_ascii_lowercase();
        if is_below && !line.trim().is_empty() {
            sources.hide(Place::new(file, start..start + line.trim_end().len()));
            is_below = false;
        }
        if let Some(at) = SECRET_WORDS.iter().filter_map(|word| Some(lower.find(word)? + word.len())).min() {
            let rest = lower[at..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(lower.len(), |end| at + end);
            sources.hide(Place::new(file, start + rest..start + line.trim_end().len().max(rest)));
            is_below = line[rest..].trim_matches([':', '"', '\'']).trim().is_empty();
        }
        start += line.len();
    }
}

struct Search<'a> {
    sources: &'a mut Sources,
    /// What keys sound like, by their address: the nodes of a file have each of its words once.
    known: HashMap<usize, Sound, FxBuildHasher>,
}

/// What a key sounds like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sound {
    /// Nothing that is hidden.
    Harmless,
    /// An access key id is no secret, and its secret is pasted under such a key.
    AccessKey,
    /// A secret.
    Secret,
}

impl Search<'_> {
    fn node(&mut self, node: &Node) {
        for Entry { key, node, .. } in node.entries() {
            let sound = *self.known.entry(key.as_ptr().addr()).or_insert_with(|| Sound::of(key));
            let is_pasted = || node.text().is_some_and(|text| !is_meant_as_access_key_id(text));
            if sound == Sound::Secret || (sound == Sound::AccessKey && is_pasted()) {
                self.scalars(node);
            } else {
                self.node(node);
            }
        }
        node.items().iter().for_each(|item| self.node(item));
        // `secret_access_key=...`, as in the files of other tools.
        if let Some((key, _)) = node.text().and_then(assignment)
            && sounds_secret(key)
        {
            self.sources.hide(node.place());
        }
    }

    fn scalars(&mut self, node: &Node) {
        for Entry { key, node, .. } in node.entries() {
            if &**key != "env" || !node.text().is_some_and(is_variable) {
                self.scalars(node);
            }
        }
        node.items().iter().for_each(|item| self.scalars(item));
        if node.text().is_some() {
            self.sources.hide(node.place());
        }
    }
}

impl Sound {
    fn of(key: &str) -> Self {
        match sounds_secret(key) {
            true => Sound::Secret,
            false if key.to_ascii_lowercase().contains("access_key") => Sound::AccessKey,
            false => Sound::Harmless,
        }
    }
}
