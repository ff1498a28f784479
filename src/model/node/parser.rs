//! Text to [`Node`]: one pass over parser events, every structural mistake in the file reported where it stands.
//!
//! Bombs are refused by counting: an alias is shared, not copied, but every use of it counts, in a file and in a run
//! (`tree_builder`).

use std::collections::{HashMap, HashSet};

use granit_parser::{ErrorKind, Options, Parser, ScanError};

use super::Node;
use super::parser_stop::ParserStop;
use super::tree_builder::{Builder, MAX_NODES_OF_RUN, Open};
use super::tree_mistakes::merge_key;
use crate::model::diagnostic::{Diagnostic, Diagnostics, Tally};
use crate::model::source::Place;

impl Node {
    /// Reads one YAML document, file number `file` of the run, and everything wrong with its structure.
    ///
    /// There is no node where the structure cannot be trusted, or the file says nothing; the former has errors.
    pub fn parse(text: &str, file: u32) -> (Option<Node>, Diagnostics) {
        let mut room = MAX_NODES_OF_RUN;
        Node::parse_within(text, file, &mut room)
    }

    /// The same for one of several files, of which `room` nodes are left; it takes its own from them.
    pub fn parse_within(text: &str, file: u32, room: &mut usize) -> (Option<Node>, Diagnostics) {
        if let Some(at) = lone_carriage_return(text) {
            let wrong = Diagnostic::error(Place::new(file, at..at + 1), "a carriage return by itself");
            let wrong = wrong.label("it ends a line for YAML, and editors and reviews may not show that");
            return (None, vec![wrong.help("save the file with line ends of one kind, LF or CRLF")]);
        }
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut options = Options::default();
        options.emit_comments = false;
        let mut builder = Builder {
            file,
            start,
            text,
            open: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            words: HashSet::new(),
            nodes: 0,
            room: *room,
            placed: 0,
            wrong: Vec::new(),
            tags: Tally::default(),
            understood: 0,
        };
        for next in Parser::new_from_str_with_options(&text[start..], options) {
            let fatal = match next {
                Ok((event, span)) => builder.event(event, span).err(),
                Err(error) => Some(Box::new(not_yaml(&builder, &error))),
            };
            if let Some(fatal) = fatal {
                *room = room.saturating_sub(builder.nodes);
                builder.wrong.push(*fatal);
                return (None, builder.wrong);
            }
        }
        *room = room.saturating_sub(builder.nodes);
        (builder.root.map(|shared| shared.node), builder.wrong)
    }
}

/// What is wrong with text that is no YAML.
fn not_yaml(builder: &Builder<'_>, error: &ScanError) -> Diagnostic {
    let at = error
        .marker()
        .byte_offset()
        .map_or(builder.text.len(), |offset| offset + builder.start)
        .min(builder.text.len());
    let at = (0..=at).rev().find(|at| builder.text.is_char_boundary(*at)).unwrap_or(0);
    if let Some(Open::Map { key: Some((word, place)), .. }) = builder.open.last()
        && &**word == "<<"
        && *error.kind() == ErrorKind::UnknownAnchor
    {
        return merge_key(*place);
    }
    let within = builder.open.last().map(|open| match open {
        Open::List { start, .. } => (start.range().start, true),
        Open::Map { start, .. } => (start.range().start, false),
    });
    let (kind, says) = (error.kind(), &error.info());
    ParserStop { file: builder.file, text: builder.text, at, understood: builder.understood, within, kind, says }
        .explained()
}

fn lone_carriage_return(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().find(|(at, byte)| **byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')).map(|(at, _)| at)
}
