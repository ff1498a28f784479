//! Where something was written: files, places in them, and the layer a place belongs to.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

/// A stretch of one file's text. Sixteen bytes, because every node has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    file: u32,
    start: u32,
    end: u32,
    /// Where it is used: its own start, or that of an alias in the same file.
    used: u32,
}

impl Place {
    /// The bytes `range` of file number `file`; files are capped far below 4 GiB.
    pub(crate) fn new(file: u32, range: Range<usize>) -> Self {
        Place { file, start: range.start as u32, end: range.end as u32, used: range.start as u32 }
    }

    /// The same text, used by an alias at another place.
    pub(crate) fn used_at(self, alias: Place) -> Self {
        Place { used: alias.start, ..self }
    }

    /// Where it was written, whoever uses it.
    pub fn as_written(self) -> Self {
        Place { used: self.start, ..self }
    }

    /// The byte at which it is used: where it begins, or where the alias does that repeats it.
    pub fn used_start(self) -> usize {
        self.used as usize
    }

    /// The number of its file.
    pub fn file(self) -> u32 {
        self.file
    }

    /// From the start of this place to the end of `other`.
    pub(crate) fn to(self, other: Place) -> Self {
        Place { end: other.end.max(self.start), ..self }
    }

    /// The start of the file it is in: the same for every place of one file.
    pub fn start_of_file(self) -> Self {
        Place { start: 0, end: 0, ..self }
    }

    /// The bytes of the file that this place covers.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies within this place.
    pub fn covers(&self, other: Place) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Whether `other` is used within this place. What an alias repeats covers what that alias repeats, and nothing
    /// else.
    pub fn covers_use_of(&self, other: Place) -> bool {
        match (self.is_repeated(), other.is_repeated()) {
            (true, _) => self.file == other.file && self.used == other.used,
            (false, true) => self.file == other.file && self.start <= other.used && other.used < self.end,
            (false, false) => self.covers(other),
        }
    }

    fn is_repeated(&self) -> bool {
        self.used != self.start
    }
}

/// Which layer of the config a value came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Layer 1, under every account.
    Defaults,
    /// Layer 2, by name.
    Profile(Arc<str>),
    /// Layer 3, the account's own entry, and everything outside the layers.
    Account,
}

/// A place as people read it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Source {
    /// The file as it was named on the command line, or found in the folder.
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// `defaults`, `profile NAME`, or nothing for the account's own entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
}

#[derive(Clone)]
struct File {
    name: Arc<str>,
    text: String,
    lines: OnceLock<Vec<usize>>,
    /// Characters before every so many bytes.
    characters: OnceLock<Vec<usize>>,
}

impl File {
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
        })
    }

    /// How many characters stand before a byte. A config may be one long line, so that is not counted from its
    /// beginning every time.
    fn characters_before(&self, at: usize) -> usize {
        const STRETCH: usize = 1 << 14;
        // Characters, counted by their first bytes.
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        let counts = self.characters.get_or_init(|| {
            let stretches = self.text.as_bytes().chunks(STRETCH).map(count);
            let sums = stretches.scan(0, |before, here| {
                *before += here;
                Some(*before)
            });
            std::iter::once(0).chain(sums).collect()
        });
        let stretch = (at / STRETCH).min(counts.len().saturating_sub(1));
        let rest = self.text.as_bytes().get(stretch * STRETCH..at).unwrap_or_default();
        counts.get(stretch).copied().unwrap_or_default() + count(rest)
    }
}

/// Words in a key whose value is never shown, whatever else is wrong with it.
pub const SECRET_WORDS: [&str; 11] =
    ["secret", "secert", "sercet", "sec_", "password", "passwd", "token", "api_key", "app_key", "apikey", "credential"];

/// Whether a key sounds as if a secret stood under it.
pub fn sounds_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| key.contains(word))
}

/// Every file that was read, and which stretches of them are layers.
#[derive(Clone, Default)]
pub struct Sources {
    files: Vec<File>,
    layers: Vec<(Place, Layer)>,
    hidden: Vec<Place>,
}

impl Sources {
    /// Adds a file and returns its number.
    pub fn add(&mut self, name: &str, text: String) -> u32 {
        self.files.push(File { name: name.into(), text, lines: OnceLock::new(), characters: OnceLock::new() });
        (self.files.len() - 1) as u32
    }

    /// Gives file number `file` its text, once it has been parsed.
    pub fn fill(&mut self, file: u32, text: String) {
        if let Some(known) = self.files.get_mut(file as usize) {
            known.text = text;
        }
    }

    /// Remembers that everything at `place` belongs to `layer`.
    pub fn mark(&mut self, place: Place, layer: Layer) {
        self.layers.push((place, layer));
    }

    /// Never shows what stands at `place`.
    pub fn hide(&mut self, place: Place) {
        self.hidden.push(place);
    }

    /// The hidden parts of a stretch of the file that `place` is in, counted from the stretch's start.
    pub fn hidden_in(&self, place: Place, stretch: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let here = self.hidden.iter().filter(move |hidden| hidden.file == place.file).map(Place::range);
        here.filter_map(move |hidden| {
            let (from, to) = (hidden.start.max(stretch.start), hidden.end.min(stretch.end));
            (from < to).then(|| from - stretch.start..to - stretch.start)
        })
    }

    /// The layer a place belongs to: that of its use.
    pub fn layer(&self, place: Place) -> Layer {
        let layer = self.layers.iter().find(|(range, _)| range.covers_use_of(place));
        layer.map_or(Layer::Account, |(_, layer)| layer.clone())
    }

    /// The names of all files that were read.
    pub fn names(&self) -> Vec<&str> {
        self.files.iter().map(|file| &*file.name).collect()
    }

    /// Every file that was read: its name and its text.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|file| (&*file.name, file.text.as_str()))
    }

    /// The file's name.
    pub fn name(&self, place: Place) -> &Arc<str> {
        &self.files[place.file as usize].name
    }

    /// The file's whole text.
    pub fn text(&self, place: Place) -> &str {
        &self.files[place.file as usize].text
    }

    /// The place as people read it: of what an alias repeats, where the alias stands.
    pub fn locate(&self, place: Place) -> Source {
        let (line, column) = self.line_and_column(Place { start: place.used, ..place });
        let layer = match self.layer(place) {
            Layer::Account => None,
            Layer::Defaults => Some("defaults".to_owned()),
            Layer::Profile(name) => Some(format!("profile {name}")),
        };
        Source { file: self.name(place).clone(), line, column, layer }
    }

    /// Line and column, both counted from 1, the column in characters.
    pub fn line_and_column(&self, place: Place) -> (usize, usize) {
        let file = &self.files[place.file as usize];
        let line = file.lines().partition_point(|start| *start <= place.start as usize);
        let start = file.lines()[line - 1];
        let mark = usize::from(start == 0 && file.text.starts_with('\u{feff}') && place.start > 0);
        (line, file.characters_before(place.start as usize) - file.characters_before(start) - mark + 1)
    }

    /// The bytes of the line in which a place begins, without its end.
    pub fn line(&self, place: Place) -> Range<usize> {
        let file = &self.files[place.file as usize];
        let line = file.lines().partition_point(|start| *start <= place.start as usize);
        let (start, end) = (file.lines()[line - 1], file.lines().get(line).map_or(file.text.len(), |next| next - 1));
        start..start + file.text[start..end].trim_end_matches('\r').len()
    }
}
