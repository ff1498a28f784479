//! Live values without blocks in them, compared with what a node says of them while their text is read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::super::lists_as_sets::same_texts;
use super::texts::{Text, Unmanaged, WholeText};
use crate::model::Node;
use crate::model::node::Entry;

/// Whether this JSON text is read to its end.
pub(super) fn reads<'de>(json: &'de str, seed: impl DeserializeSeed<'de>) -> bool {
    seed.deserialize(&mut serde_json::Deserializer::from_str(json)).is_ok()
}

/// An error, with which reading ends, unless `same`. Nobody sees it.
pub(super) fn ok_if<E: Error>(same: bool) -> Result<(), E> {
    if same { Ok(()) } else { Err(E::custom("it differs")) }
}

/// A text, a number or a truth value that is as the node says.
pub(super) struct LiveScalar<'a>(pub &'a Node);

impl<'de> DeserializeSeed<'de> for LiveScalar<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, live: D) -> Result<(), D::Error> {
        live.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LiveScalar<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar")
    }

    fn visit_bool<E: Error>(self, live: bool) -> Result<(), E> {
        ok_if(self.0.json() == live)
    }

    fn visit_u64<E: Error>(self, live: u64) -> Result<(), E> {
        ok_if(self.0.json() == live)
    }

    fn visit_str<E: Error>(self, live: &str) -> Result<(), E> {
        ok_if(self.0.is_text() && self.0.text() == Some(live))
    }
}

/// Texts in any order.
pub(super) struct LiveSet<'a>(pub &'a [Node]);

impl<'de> Visitor<'de> for LiveSet<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut live = Vec::with_capacity(self.0.len());
        while let Some(text) = list.next_element_seed(WholeText)? {
            ok_if(live.len() < self.0.len())?;
            live.push(text);
        }
        ok_if(same_texts(self.0, live.iter().map(|text| Some(&**text))))
    }
}

/// Names that are switched as these entries say, each once.
pub(super) struct LiveSwitches<'a>(pub &'a [Entry]);

impl<'de> Visitor<'de> for LiveSwitches<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("switches by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut live: A) -> Result<(), A::Error> {
        let mut seen = Seen::none_of(self.0);
        let position = |name: &str| self.0.iter().position(|entry| *entry.key == *name);
        while let Some(at) = live.next_key_seed(Text(position))? {
            match at.and_then(|at| Some((at, self.0.get(at)?))) {
                Some((at, entry)) => {
                    ok_if(seen.is_first(at))?;
                    live.next_value_seed(LiveScalar(&entry.node))?;
                }
                None => live.next_value_seed(Unmanaged)?,
            }
        }
        ok_if(seen.are_all())
    }
}

/// Which of several have been seen.
pub(super) struct Seen(Vec<bool>);

impl Seen {
    pub(super) fn none_of<T>(all: &[T]) -> Self {
        Seen(vec![false; all.len()])
    }

    /// Sees one; whether it had not been seen before.
    pub(super) fn is_first(&mut self, at: usize) -> bool {
        self.0.get_mut(at).is_some_and(|seen| !std::mem::replace(seen, true))
    }

    pub(super) fn is_seen(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|seen| *seen)
    }

    pub(super) fn are_all(&self) -> bool {
        self.0.iter().all(|seen| *seen)
    }
}
