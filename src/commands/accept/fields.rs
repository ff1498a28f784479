//! Reads `--field`: the fields that are to be taken, by the names that plan shows.

use std::collections::BTreeSet;

use crate::config::Loaded;
use crate::model::schema::{BlockSchema, FieldType};
use crate::model::suggestion::{did_you_mean, listed};
use crate::model::{Error, Key, Path, ResourceSelection};

/// The fields that are taken; all of them if nothing was named.
#[derive(Debug)]
pub struct FieldSelection(Vec<String>);

impl FieldSelection {
    /// What the flag names, as fields of the selected accounts.
    ///
    /// # Errors
    /// None of them has a field of that name.
    pub fn read(named: &[String], config: &Loaded, only: Option<&ResourceSelection>) -> Result<Self, Error> {
        let entries = config.desired.entries.values();
        let rows = entries.filter(|desired| only.is_none_or(|only| only.has_desired(desired)));
        let mut known = BTreeSet::new();
        for desired in rows {
            let mut names = Vec::new();
            paths(&desired.schema().block, "", &mut names);
            known.extend(names.iter().flat_map(|name| spellings(&desired.key, name)));
        }
        let named: Vec<String> = named.iter().map(|name| name.trim().to_owned()).collect();
        if named.iter().any(String::is_empty) {
            let hint = "name a field as plan shows it, or leave --field out to take all that differs";
            return Err(Error::usage("--field: an empty name").hint(hint));
        }
        if let Some(unknown) = named.iter().find(|name| !is_known(name, &known)) {
            let short = || known.iter().map(String::as_str);
            let hint = did_you_mean(unknown, short()).unwrap_or_else(|| format!("known are {}", listed(short())));
            return Err(Error::usage(format!("--field {unknown}: the account has no such field")).hint(hint));
        }
        Ok(FieldSelection(named))
    }

    /// Whether a field of a row is taken.
    pub fn selects(&self, key: &Key, path: &Path) -> bool {
        let is_below = |name: &str, path: &str| {
            path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let spelled = spellings(key, &path.to_string());
        self.0.is_empty() || self.0.iter().any(|name| spelled.iter().any(|path| is_below(name, path)))
    }

    /// What was named.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// A field by itself, and below its provider or kind.
fn spellings(key: &Key, path: &str) -> BTreeSet<String> {
    let below = [key.provider.to_owned(), key.kind.label()].map(|prefix| format!("{prefix}.{path}"));
    below.into_iter().chain([path.to_owned()]).collect()
}

/// Whether a name is that of a field, of one of its entries, or of a switch.
fn is_known(name: &str, known: &BTreeSet<String>) -> bool {
    let plain: String = name.split(']').map(|part| part.split('[').next().unwrap_or_default()).collect();
    let switch = plain.rsplit_once('.').map(|(map, _)| format!("{map}.*"));
    known.contains(&plain) || switch.is_some_and(|switch| known.contains(&switch))
}

/// Every field of a block and below it; `.*` after one whose keys are the vendor's.
fn paths(block: &BlockSchema, above: &str, out: &mut Vec<String>) {
    for (name, field) in block.fields.iter().filter(|(_, field)| !field.is_key) {
        let path = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
        match field.field_type {
            FieldType::Block(inner) => paths(inner, &path, out),
            FieldType::Keyed { item, .. } => paths(item, &path, out),
            FieldType::Switches(_) => out.push(format!("{path}.*")),
            FieldType::Value(_) | FieldType::Set(_) => {}
        }
        out.push(path);
    }
}
