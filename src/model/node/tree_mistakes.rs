//! What is said of YAML that no node can be made of: tags, merge keys, keys that are no words or stand twice, what nests
//! too deep, and what is no YAML.

use granit_parser::ScanError;

use super::tree_builder::{Builder, MAX_DEPTH, Open};
use super::yaml_errors::Stop;
use crate::model::diagnostic::{Diagnostic, brief};
use crate::model::source::Place;

impl<'a> Builder<'a> {
    pub(super) fn deeper(&mut self, place: Place) -> Result<(), Box<Diagnostic>> {
        if self.open.len() < MAX_DEPTH {
            return Ok(());
        }
        let wrong =
            Diagnostic::error(place, format!("nested more than {MAX_DEPTH} levels deep")).label("one level too many");
        Err(Box::new(wrong.help("nothing in a heeler config is nested that deep")))
    }

    /// Reports a tag and returns it: it stands somewhere between what was understood before and the value it belongs
    /// to.
    pub(super) fn tag(&mut self, before: usize, value: Place) -> &'a str {
        let range = value.range();
        let at = self
            .text
            .get(before..range.start)
            .and_then(|between| Some(before + between.find('!')?))
            .unwrap_or(range.start);
        let text: &'a str = self.text;
        let word = text[at..].split(|c: char| c.is_whitespace() || ",[]{}".contains(c)).next().unwrap_or_default();
        let place = Place::new(self.file, at..at + word.len());
        self.tags.push(place, &mut self.wrong, || {
            let wrong = Diagnostic::error(place, "a YAML tag")
                .label("outside quotes `!` begins a tag, and tags are not supported");
            wrong.help("put the value in quotes, `!` included; if a tag was meant, leave it out")
        });
        word
    }

    pub(super) fn not_yaml(&self, error: &ScanError) -> Diagnostic {
        let at =
            error.marker().byte_offset().map_or(self.text.len(), |offset| offset + self.start).min(self.text.len());
        let at = (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        if let Some(Open::Map { key: Some((word, place)), .. }) = self.open.last()
            && &**word == "<<"
            && error.info().contains("unknown anchor")
        {
            return merge_key(*place);
        }
        let within = self.open.last().map(|open| match open {
            Open::List { start, .. } => (start.range().start, true),
            Open::Map { start, .. } => (start.range().start, false),
        });
        Stop { file: self.file, text: self.text, at, understood: self.understood, within, says: &error.info() }
            .explained()
    }
}

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
