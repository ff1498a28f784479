//! Characters that look like others, or like nothing: in keys, and around values that stand without quotes.

use std::collections::HashMap;

use crate::model::characters::odd_character;
use crate::model::diagnostic::{Diagnostic, Diagnostics, Tally, brief};
use crate::model::{Node, Place};

/// Reports them. Where something is wrong with a key already, this is why; where something is wrong with a value, that
/// has been said.
pub fn check(roots: &[Node], out: &mut Diagnostics) {
    let said = out.iter().enumerate().filter_map(|(at, found)| Some((found.place?, at))).collect();
    let mut search = Search { said, tally: Tally::default(), out };
    roots.iter().for_each(|root| search.node(root));
}

struct Search<'a> {
    said: HashMap<Place, usize>,
    tally: Tally,
    out: &'a mut Diagnostics,
}

impl Search<'_> {
    fn node(&mut self, node: &Node) {
        for entry in node.entries() {
            if let Some(name) = first_odd(&entry.key) {
                self.key(&entry.key, entry.key_place, &name);
            }
            self.node(&entry.node);
        }
        node.items().iter().for_each(|item| self.node(item));
        let text = node.text().filter(|text| !text.is_ascii() && node.is_plain()).unwrap_or_default();
        let ends = [text.chars().next(), text.chars().next_back()].into_iter().flatten();
        if let Some(name) = ends.into_iter().find_map(odd_character)
            && !self.said.contains_key(&node.place())
        {
            self.tally.push(node.place(), self.out, || {
                let help = if name.contains("quote") {
                    "write straight quotes: `\"` or `'`"
                } else {
                    "type the value anew, without it"
                };
                Diagnostic::error(node.place(), "a character that is not what it looks like")
                    .label(format!("{name} would be part of the value"))
                    .help(help)
            });
        }
    }

    fn key(&mut self, key: &str, place: Place, name: &str) {
        let clean: String = key.chars().filter(|c| odd_character(*c).is_none()).collect();
        let wrong = || {
            let wrong =
                Diagnostic::error(place, format!("there is {name} in a key")).label("it is not what it looks like");
            wrong.help(format!("write `{}`", brief(clean.trim())))
        };
        match self.said.get(&place).and_then(|at| self.out.get_mut(*at)) {
            Some(known) => *known = wrong(),
            None => self.tally.push(place, self.out, wrong),
        }
    }
}

fn first_odd(text: &str) -> Option<String> {
    if text.is_ascii() && !text.contains('\t') { None } else { text.chars().find_map(odd_character) }
}
