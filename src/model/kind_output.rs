//! What the rows of a kind have for other rows: values by name, and where each comes from.

/// The output that every row has: the vendor's handle for it.
pub const ROW_ID: &str = "id";

/// A value that rows of a kind have for others. A kind lists its own by name; [`ROW_ID`] goes without saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// Its name, such as `external_id`.
    pub name: &'static str,
    /// Where its value comes from.
    pub source: OutputSource,
}

/// Where the value of an output comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputSource {
    /// It stands in the row as the vendor lists it, at this JSON pointer; so it is known once the row is there.
    Row(&'static str),
    /// The vendor issues it in a request of its own, before the row is made.
    Issued,
}
