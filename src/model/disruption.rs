//! What a change can disrupt: collection, or what people have built on what is collected.

/// What a change of a field can disrupt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disruption {
    /// Less is collected, or collecting can break.
    Collection,
    /// Tags go that monitors may be scoped to.
    Monitors,
}

impl Disruption {
    /// What it can do, as it is said beside the field.
    pub fn words(self) -> &'static str {
        match self {
            Disruption::Collection => "can stop collection",
            Disruption::Monitors => "monitors may be scoped to it",
        }
    }
}
