//! The fields of a block, sorted by name.

use std::borrow::Cow;

use super::types::{FieldSchema, Fields};

impl Fields {
    /// These fields; they must be [`sorted`].
    pub const fn of(fields: &'static [FieldSchema]) -> Self {
        Fields(Cow::Borrowed(fields))
    }

    /// They as they were declared; none if some were taken out since.
    pub(super) const fn declared(&self) -> &'static [FieldSchema] {
        match &self.0 {
            Cow::Borrowed(fields) => fields,
            Cow::Owned(_) => &[],
        }
    }

    /// The field of this name.
    pub fn get(&self, name: &str) -> Option<&FieldSchema> {
        // There are few, and most differ in length.
        self.0.iter().find(|field| field.name == name)
    }

    /// Whether there is a field of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Their names.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + Clone + '_ {
        self.0.iter().map(|field| field.name)
    }

    /// Each with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &FieldSchema)> + Clone {
        self.0.iter().map(|field| (field.name, field))
    }

    /// Those of them that `keep` says.
    pub fn only(&self, keep: impl Fn(&FieldSchema) -> bool) -> Self {
        Fields(self.0.iter().filter(|field| keep(field)).copied().collect())
    }
}

/// Fields in the order of their names. Two of one name do not compile.
pub const fn sorted<const N: usize>(mut fields: [FieldSchema; N]) -> [FieldSchema; N] {
    let mut end = 1;
    while end < N {
        let mut at = end;
        while at > 0 && is_less(fields[at].name, fields[at - 1].name) {
            (fields[at], fields[at - 1]) = (fields[at - 1], fields[at]);
            at -= 1;
        }
        end += 1;
    }
    fields
}

const fn is_less(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return a[at] < b[at];
        }
        at += 1;
    }
    assert!(a.len() != b.len(), "two fields of one name");
    a.len() < b.len()
}
