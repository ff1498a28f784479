//! Nodes out of parser events, one by one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, ScalarStyle, Span};

use super::tree_mistakes::{a_tag, merge_key, no_word, too_deep, twice};
use super::{Entry, Node, NodeKind};
use crate::model::diagnostic::{Diagnostic, Diagnostics, Tally};
use crate::model::source::Place;

/// Nodes a file may have once its aliases are followed.
pub const MAX_NODES: usize = 5_000_000;
/// Nodes that all files of a run may have together.
pub const MAX_NODES_OF_RUN: usize = 20_000_000;
/// Of those of a file, how many know by which alias they are used.
const MAX_PLACED: usize = 250_000;
/// How deep a value may nest; the deepest legal one is below ten.
pub const MAX_DEPTH: usize = 32;

/// A node and how many nodes it stands for once its aliases are followed.
#[derive(Clone)]
pub(super) struct Weighed {
    pub(super) node: Node,
    pub(super) weight: usize,
}

pub(super) enum Open {
    List {
        start: Place,
        last: Option<Place>,
        items: Vec<Node>,
        anchor: usize,
        weight: usize,
    },
    Map {
        start: Place,
        last: Option<Place>,
        entries: Vec<Entry>,
        key: Option<(Arc<str>, Place)>,
        seen: HashMap<Arc<str>, usize>,
        tally: Tally,
        anchor: usize,
        weight: usize,
    },
}

/// Where in a map a key stands already. A few keys are compared one by one; a map with many gets an index.
fn known_key(entries: &[Entry], seen: &mut HashMap<Arc<str>, usize>, word: &Arc<str>) -> Option<usize> {
    const FEW: usize = 16;
    if entries.len() < FEW {
        return entries.iter().position(|entry| entry.key == *word);
    }
    for (at, entry) in entries.iter().enumerate().skip(seen.len()) {
        seen.insert(entry.key.clone(), at);
    }
    seen.get(word).copied()
}

pub(super) struct Builder<'a> {
    pub(super) file: u32,
    pub(super) start: usize,
    pub(super) text: &'a str,
    pub(super) open: Vec<Open>,
    pub(super) root: Option<Weighed>,
    pub(super) anchors: HashMap<usize, Weighed>,
    pub(super) words: HashSet<Arc<str>>,
    pub(super) nodes: usize,
    pub(super) room: usize,
    pub(super) placed: usize,
    pub(super) wrong: Diagnostics,
    pub(super) tags: Tally,
    /// Where the last thing ended that was understood.
    pub(super) understood: usize,
}

impl<'a> Builder<'a> {
    /// An error here ends the reading: the structure can no longer be trusted, or is too large to go on.
    pub(super) fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Diagnostic>> {
        let place = self.place(&span);
        let before = self.understood;
        self.understood = place.range().end.max(before);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                let wrong = Diagnostic::error(place, "a second YAML document").label("starts here");
                return Err(Box::new(wrong.help("put it in a file of its own: a file holds one document")));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tagged = tag.map(|_| self.tag(before, place));
                let plain = style == ScalarStyle::Plain && tagged.is_none();
                // A value that is a tag alone was meant as text.
                let word = self.word(tagged.filter(|_| text.is_empty()).unwrap_or(&text));
                return self.add(
                    Weighed { node: Node::new(place, NodeKind::Scalar { text: word, plain }), weight: 1 },
                    anchor,
                    1,
                    place,
                );
            }
            Event::SequenceStart(_, anchor, tag) => {
                if tag.is_some() {
                    self.tag(before, place);
                }
                self.deeper(place)?;
                self.open.push(Open::List { start: place, last: None, items: Vec::new(), anchor, weight: 1 });
            }
            Event::MappingStart(_, anchor, tag) => {
                if tag.is_some() {
                    self.tag(before, place);
                }
                self.deeper(place)?;
                self.open.push(Open::Map {
                    start: place,
                    last: None,
                    entries: Vec::new(),
                    key: None,
                    seen: HashMap::new(),
                    tally: Tally::default(),
                    anchor,
                    weight: 1,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(place),
            Event::Alias(id) => {
                let Some(target) = self.anchors.get(&id).cloned() else {
                    return Err(Box::new(
                        Diagnostic::error(place, "an alias to itself")
                            .label("its anchor is around it")
                            .help("write the value out"),
                    ));
                };
                let repeated = target.weight;
                let used = self.used_at(target, place);
                return self.add(used, 0, repeated, place);
            }
            _ => {}
        }
        Ok(())
    }

    /// Puts a value where it belongs. `fresh` is how many values it adds to what the file stands for: one, or all that
    /// an alias repeats, which then stands `at` another place than its own.
    pub(super) fn add(
        &mut self,
        value: Weighed,
        anchor: usize,
        fresh: usize,
        at: Place,
    ) -> Result<(), Box<Diagnostic>> {
        self.nodes = self.nodes.saturating_add(fresh);
        if self.nodes > MAX_NODES {
            let title = format!("the file stands for more than {MAX_NODES} values once its aliases are followed");
            return Err(Box::new(
                Diagnostic::error(value.node.place, title)
                    .help("use `profiles` instead of aliases of aliases, or split the file"),
            ));
        }
        if self.nodes > self.room {
            let title = format!("the files stand for more than {MAX_NODES_OF_RUN} values together");
            return Err(Box::new(
                Diagnostic::error(value.node.place, title)
                    .help("split the config into several roots, each run by itself"),
            ));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        if let Some(Open::List { last, .. } | Open::Map { last, .. }) = self.open.last_mut() {
            *last = Some(at);
        }
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::List { items, weight, .. }) => {
                items.push(value.node);
                *weight = weight.saturating_add(value.weight);
            }
            Some(Open::Map { entries, key, seen, weight, tally, .. }) => match key.take() {
                None => match &value.node.kind {
                    NodeKind::Scalar { text, .. } => *key = Some((text.clone(), value.node.place)),
                    NodeKind::List(_) | NodeKind::Map(_) => {
                        return Err(Box::new(no_word(value.node.place)));
                    }
                },
                Some((word, key_place)) => {
                    *weight = weight.saturating_add(value.weight);
                    if &*word == "<<" {
                        tally.push(key_place, &mut self.wrong, || merge_key(key_place));
                    } else if let Some(first) = known_key(entries, seen, &word) {
                        let also = entries[first].key_place;
                        tally.push(key_place, &mut self.wrong, || twice(&word, key_place, also));
                    } else {
                        entries.push(Entry { key: word, key_place, node: value.node });
                    }
                }
            },
        }
        Ok(())
    }

    pub(super) fn close(&mut self, end: Place) -> Result<(), Box<Diagnostic>> {
        // Where nothing closes it, it ends with what stands last in it.
        let place =
            |start: Place, last: Option<Place>| start.to(last.filter(|_| end.range().is_empty()).unwrap_or(end));
        let (node, weight, anchor) = match self.open.pop() {
            Some(Open::List { start, last, items, anchor, weight }) => {
                (Node::new(place(start, last), NodeKind::List(items.into())), weight, anchor)
            }
            Some(Open::Map { start, last, entries, anchor, weight, .. }) => {
                (Node::new(place(start, last), NodeKind::Map(entries.into())), weight, anchor)
            }
            None => return Ok(()),
        };
        let whole = node.place;
        self.add(Weighed { node, weight }, anchor, 1, whole)
    }

    /// What an alias stands for, as used at its place. So much of it is copied that bombs cost nothing; the rest is
    /// shared, and keeps the place where it was written.
    pub(super) fn used_at(&mut self, target: Weighed, alias: Place) -> Weighed {
        if self.placed.saturating_add(target.weight) > MAX_PLACED {
            return target;
        }
        self.placed += target.weight;
        Weighed { node: target.node.used_at(alias), ..target }
    }

    fn deeper(&mut self, place: Place) -> Result<(), Box<Diagnostic>> {
        if self.open.len() < MAX_DEPTH {
            return Ok(());
        }
        Err(Box::new(too_deep(place, MAX_DEPTH)))
    }

    /// Reports a tag and returns it: it stands somewhere between what was understood before and the value it belongs
    /// to.
    fn tag(&mut self, before: usize, value: Place) -> &'a str {
        let range = value.range();
        let at = self
            .text
            .get(before..range.start)
            .and_then(|between| Some(before + between.find('!')?))
            .unwrap_or(range.start);
        let text: &'a str = self.text;
        let word = text[at..].split(|c: char| c.is_whitespace() || ",[]{}".contains(c)).next().unwrap_or_default();
        let place = Place::new(self.file, at..at + word.len());
        self.tags.push(place, &mut self.wrong, || a_tag(place));
        word
    }

    pub(super) fn word(&mut self, text: &str) -> Arc<str> {
        const WORTH_SHARING: usize = 48;
        if text.len() > WORTH_SHARING {
            return text.into();
        }
        if let Some(known) = self.words.get(text) {
            return known.clone();
        }
        let word: Arc<str> = text.into();
        self.words.insert(word.clone());
        word
    }

    pub(super) fn place(&self, span: &Span) -> Place {
        let range = span.byte_range().unwrap_or(0..0);
        Place::new(self.file, range.start + self.start..range.end + self.start)
    }
}
