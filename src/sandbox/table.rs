//! What a vendor's half of the sandbox works on: rows, and a source of ids and times that can be repeated.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Options of the emulator: behavior of a vendor that is not known for certain, or that a rehearsal wants otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Behavior {
    /// What a PATCH does to the blocks it names.
    pub patch: Patch,
    /// Which external ids a write may name.
    pub external_ids: ExternalIds,
}

/// What a PATCH does to a block of which it names some fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Patch {
    /// The fields it does not name stay.
    #[default]
    Deep,
    /// The block becomes what was sent; everything else in it is lost.
    Shallow,
}

/// Which external ids a write may name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExternalIds {
    /// Those that the vendor issued, and those its rows have.
    #[default]
    Issued,
    /// Others too: they count as issued.
    Any,
}

/// One backend's rows and whatever else its emulator remembers.
#[derive(Debug, Clone)]
pub struct Table {
    /// The rows in the vendor's own form, in the order they were made.
    pub rows: Vec<Value>,
    /// Identifiers the vendor has handed out and not yet seen again.
    pub issued: BTreeSet<String>,
    /// Anything else, by name.
    pub extra: BTreeMap<String, Value>,
    /// What may be one way or the other.
    pub behavior: Behavior,
    random: fastrand::Rng,
    writes: i64,
}

impl Table {
    /// A table of these rows; the same seed gives the same ids and the same order of listings.
    pub fn new(rows: Vec<Value>, seed: u64) -> Self {
        Table {
            rows,
            issued: BTreeSet::new(),
            extra: BTreeMap::new(),
            behavior: Behavior::default(),
            random: fastrand::Rng::with_seed(seed),
            writes: 0,
        }
    }

    /// Whether nothing was ever in it.
    pub fn is_untouched(&self) -> bool {
        self.rows.is_empty() && self.writes == 0
    }

    /// So many small letters and digits.
    pub fn letters(&mut self, count: usize) -> String {
        let random = &mut self.random;
        std::iter::repeat_with(|| random.alphanumeric().to_ascii_lowercase()).take(count).collect()
    }

    /// Whether this external id may be used for the first time. One that was handed out is used up by this.
    pub fn takes_new(&mut self, external_id: &str) -> bool {
        self.issued.remove(external_id) || self.behavior.external_ids == ExternalIds::Any
    }

    /// A random UUID in its usual spelling, which is no row's id: a world may have been saved from a sandbox with the
    /// same luck.
    pub fn uuid(&mut self) -> String {
        loop {
            let bytes = self.random.u128(..).to_be_bytes();
            let id = uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
            if !self.rows.iter().any(|row| row.get("id").is_some_and(|known| known == id.as_str())) {
                return id;
            }
        }
    }

    /// 32 hexadecimal digits.
    pub fn hex32(&mut self) -> String {
        format!("{:032x}", self.random.u128(..))
    }

    /// Brings `items` into some order or other.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        self.random.shuffle(items);
    }

    /// The sandbox's own time, in nanoseconds since 1970: it moves on by a second and a bit with each call.
    pub fn tick(&mut self) -> i128 {
        const START: i128 = 1_767_225_600_000_000_000;
        self.writes += 1;
        START + i128::from(self.writes) * 1_000_123_457
    }
}
