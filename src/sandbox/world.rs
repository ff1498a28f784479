//! What a sandbox begins with: each vendor's own listing, as saved, under the provider's name.
//!
//! Which rows a listing holds is for its vendor's emulator to say (`VendorEmulator::seed`); this file knows the frame around them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use thiserror::Error;

use super::vendor_emulator::VendorEmulator;
use super::vendors;
use crate::model::diagnostic::did_you_mean;

/// Rows by backend, and what listings say beside them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    rows: BTreeMap<&'static str, Vec<Value>>,
    beside: BTreeMap<&'static str, BTreeMap<String, Value>>,
}

/// Why there is no world.
#[derive(Debug, Error)]
pub enum WorldError {
    /// The file cannot be opened or is no text.
    #[error("cannot read the world {}: {error}; name a JSON file, or leave it out for an empty world", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Something is wrong within a file.
    #[error("cannot use the world {}: {error}", path.display())]
    Within {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        error: Box<WorldError>,
    },
    /// It is not JSON, or not an object.
    #[error("it is not a JSON object: {0}; write {form}", form = form(None))]
    NotAnObject(serde_json::Error),
    /// It is a listing by itself.
    #[error("it is a listing without its provider; wrap it: {}", form(*provider))]
    Bare {
        /// The provider whose listing it can be read as.
        provider: Option<&'static str>,
    },
    /// A key that is no provider.
    #[error("unknown provider `{name}`: {hint}")]
    Unknown {
        /// The key.
        name: String,
        /// What to write instead.
        hint: String,
    },
    /// Two listings of one backend.
    #[error("`{first}` and `{second}` both give the rows of backend {backend}; keep one of them")]
    Twice {
        /// What it was given by.
        first: &'static str,
        /// What it was given by again.
        second: &'static str,
        /// Whose rows they are.
        backend: &'static str,
    },
    /// The provider cannot make rows of its listing.
    #[error("the listing under `{provider}` cannot be used: {why}")]
    Rows {
        /// Whose listing.
        provider: &'static str,
        /// What is wrong with it, and what to do, in the provider's words.
        why: String,
    },
}

impl From<WorldError> for crate::model::Error {
    fn from(error: WorldError) -> Self {
        let is_missing =
            matches!(&error, WorldError::Unreadable { path: _, error } if error.kind() == std::io::ErrorKind::NotFound);
        match is_missing {
            true => crate::model::Error::usage(error.to_string()),
            false => crate::model::Error::failed(error.to_string()),
        }
    }
}

impl World {
    /// Nothing anywhere.
    pub fn empty() -> Self {
        World::default()
    }

    /// The world in a file.
    ///
    /// # Errors
    /// The file cannot be read, or holds no world.
    pub fn read(path: &Path) -> Result<World, WorldError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| WorldError::Unreadable { path: path.to_owned(), error })?;
        World::parse(&text).map_err(|error| WorldError::Within { path: path.to_owned(), error: Box::new(error) })
    }

    /// The world in a text.
    ///
    /// # Errors
    /// It is no JSON object, names a provider there is not or a backend twice, or holds a listing its provider cannot
    /// use.
    pub fn parse(text: &str) -> Result<World, WorldError> {
        let Entries(entries) = match serde_json::from_str(text) {
            Ok(entries) => entries,
            Err(_) if serde_json::from_str::<Vec<Value>>(text).is_ok() => {
                return Err(WorldError::Bare { provider: None });
            }
            Err(error) => return Err(WorldError::NotAnObject(error)),
        };
        let mut world = World::empty();
        let mut given = BTreeMap::<&'static str, &'static str>::new();
        for (name, listing) in &entries {
            let emulator = vendors::named(name).ok_or_else(|| unknown(name, &entries))?;
            let (backend, second) = (emulator.backend(), emulator.name());
            if let Some(first) = given.insert(backend, second) {
                return Err(WorldError::Twice { first, second, backend });
            }
            let rows = emulator.seed(listing).map_err(|why| WorldError::Rows { provider: second, why })?;
            world.rows.insert(backend, rows);
            world.beside.insert(backend, emulator.seed_metadata(listing));
        }
        Ok(world)
    }

    /// The backends that it has a listing of.
    pub fn backends(&self) -> impl Iterator<Item = &'static str> {
        self.rows.keys().copied()
    }

    /// A backend's rows; none the second time.
    pub(super) fn take_rows(&mut self, backend: &str) -> Vec<Value> {
        self.rows.remove(backend).unwrap_or_default()
    }

    /// What its listing says beside them; nothing the second time.
    pub(super) fn take_beside(&mut self, backend: &str) -> BTreeMap<String, Value> {
        self.beside.remove(backend).unwrap_or_default()
    }
}

/// A key that is no provider: either misspelt, or the file is a listing that lacks its frame.
fn unknown(name: &str, entries: &[(String, Value)]) -> WorldError {
    let listing: Value = entries.iter().cloned().collect::<serde_json::Map<_, _>>().into();
    let reads = |emulator: &&&dyn VendorEmulator| emulator.seed(&listing).is_ok();
    let provider = vendors::ALL.iter().find(reads).map(|emulator| emulator.name());
    if provider.is_some() || listing.get("data").is_some() {
        return WorldError::Bare { provider };
    }
    let known = || vendors::ALL.iter().map(|emulator| emulator.name());
    let hint =
        did_you_mean(name, known()).unwrap_or_else(|| format!("known are {}", known().collect::<Vec<_>>().join(", ")));
    WorldError::Unknown { name: name.to_owned(), hint }
}

/// What a world looks like.
fn form(provider: Option<&str>) -> String {
    let names =
        provider.map_or_else(|| vendors::ALL.iter().map(|emulator| emulator.name()).collect(), |name| vec![name]);
    let forms = names.iter().map(|name| format!("{{ \"{name}\": LISTING }}")).collect::<Vec<_>>().join(" or ");
    format!("{forms}, where LISTING is the body of the vendor's listing as it came")
}

/// The entries of a JSON object in their order, doubles included: a map would keep the last one silently.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of listings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Each)
    }
}
