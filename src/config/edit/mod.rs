//! A config's text with other values in one map of it, and every other byte as it was: comments, order, quotes, line ends.
//!
//! Places and wanted values go in, edited text comes out. What the result means is for others to prove; here is only how
//! YAML is written. Nothing is changed where a change would reach further than the place that it is made at.

mod block;
mod editor;
mod flow;
mod new_text;
mod positions;
mod text_changes;
mod text_edits;

use std::collections::BTreeMap;

use serde_json::Value;
use thiserror::Error;

pub use new_text::fragment;

use crate::model::Node;
use editor::Editor;
use text_changes::{applied, line_end};

/// What a place of a map becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// This value, whatever stands there. A list keeps the items that are wanted, each where it stands.
    Value {
        /// As it is meant: names in it are no names, and are written so that nobody fills them in.
        value: Value,
        /// The key by which entries of a list are told apart, if they are maps.
        by: Option<&'static str>,
    },
    /// A map in which these keys become so; its other keys stay.
    Keys(BTreeMap<String, Wanted>),
    /// Nothing.
    Absent,
}

/// Why a text is not edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Obstacle {
    /// The text stands at an anchor, and others may use it.
    #[error("an alias stands there, and a change where its anchor is would reach further")]
    Alias,
    /// Aliases elsewhere repeat it.
    #[error("an anchor stands there, and a change would reach whoever uses it")]
    Anchor,
    /// Its lines are its value.
    #[error("a text over several lines (`|` or `>`) stands there")]
    BlockScalar,
    /// Between its brackets are line breaks, and perhaps comments.
    #[error("brackets over several lines stand there")]
    FlowOverLines,
    /// It is laid out in a way that is legal and not understood here.
    #[error("it is laid out in an unusual way there")]
    Layout,
}

impl Wanted {
    /// A single value, or a list of such.
    pub fn value(value: Value) -> Self {
        Wanted::Value { value, by: None }
    }

    /// No other keys than these are meant, and none of these is new.
    pub fn is_nothing(&self) -> bool {
        match self {
            Wanted::Value { .. } => false,
            Wanted::Keys(keys) => keys.values().all(Wanted::is_nothing),
            Wanted::Absent => true,
        }
    }

    /// This and what `other` wants besides; where both say something, `other` counts.
    pub fn and(self, other: Wanted) -> Wanted {
        match (self, other) {
            (Wanted::Keys(mut known), Wanted::Keys(more)) => {
                for (key, wanted) in more {
                    let before = known.remove(&key);
                    known.insert(key, before.map_or(wanted.clone(), |before| before.and(wanted)));
                }
                Wanted::Keys(known)
            }
            (_, other) => other,
        }
    }

    /// A map in which this stands at the end of these keys.
    pub fn below(self, keys: &[&str]) -> Wanted {
        keys.iter().rev().fold(self, |wanted, key| Wanted::Keys([((*key).to_owned(), wanted)].into()))
    }
}

/// The text in which these items of lists, all of them maps, have become so; each stands beside the list it is in. They
/// were read from `text`; names in them may be filled in.
///
/// # Errors
/// Which of them cannot be edited, and why.
pub fn edited(text: &str, items: &[(&Node, &Node, &Wanted)]) -> Result<String, (usize, Obstacle)> {
    // Lines are put in and taken out whole. A file without a line end at its end is given one meanwhile.
    let end = if text.ends_with('\n') { "" } else { line_end(text) };
    let whole = format!("{text}{end}");
    let mut changes = Vec::new();
    for (at, (list, item, wanted)) in items.iter().enumerate() {
        let mut editor = Editor::new(&whole);
        editor.item_of(list, item, wanted).map_err(|obstacle| (at, obstacle))?;
        changes.extend(editor.into_changes());
    }
    let mut edited = applied(&whole, changes).ok_or((0, Obstacle::Layout))?;
    edited.truncate(edited.strip_suffix(end).map_or(edited.len(), str::len));
    Ok(edited)
}
