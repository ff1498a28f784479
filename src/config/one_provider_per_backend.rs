//! An account is managed through one of the APIs of a backend, never through two: two blocks on one account would
//! write the same rows.

use std::collections::BTreeMap;

use crate::model::{Diagnostic, Diagnostics, Node};
use crate::providers;

/// Reports each pair of blocks of one account whose providers write to the same backend, at the later one.
pub fn one_per_backend(entry: &Node, blocks: &BTreeMap<&'static str, Node>, out: &mut Diagnostics) {
    let mut backends = BTreeMap::new();
    for provider in providers::ALL.iter().filter(|provider| blocks.contains_key(provider.name())) {
        if let Some(other) = backends.insert(provider.backend(), provider.name()) {
            let place = entry.entry(provider.name()).map_or(entry.place(), |block| block.key_place);
            let wrong = Diagnostic::error(place, format!("`{other}` and `{}` on one account", provider.name()))
                .label("the same rows through two APIs");
            let both = [other, provider.name()].into_iter().filter_map(|name| Some((blocks.get(name)?.place(), name)));
            let elsewhere = both.filter(|(block, _)| !entry.place().covers(*block));
            let wrong = elsewhere.fold(wrong, |wrong, (block, name)| wrong.also(block, format!("`{name}` is here")));
            out.push(wrong.help("keep one of them"));
        }
    }
}
