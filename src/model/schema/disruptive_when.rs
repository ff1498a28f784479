//! The attribute that says which changes of a field can disrupt collection.

use crate::model::disruption::Disruption;

/// When a change stops collection or can break it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisruptiveWhen {
    /// Any change.
    Change,
    /// A list loses an element, or a map a name or the value under it.
    Shrink,
    /// A list gains an element.
    Grow,
    /// It is switched off.
    Off,
    /// Any change but emptying it.
    UnlessEmptied,
    /// A list that stands for everything while it is empty loses an element, or gains its first.
    Narrow,
    /// Tags on what is collected: as for `Shrink`, but what is disrupted is what is scoped to them.
    Tags,
}

impl DisruptiveWhen {
    /// What such a change can disrupt.
    pub fn disruption(self) -> Disruption {
        match self {
            DisruptiveWhen::Tags => Disruption::Monitors,
            DisruptiveWhen::Change
            | DisruptiveWhen::Shrink
            | DisruptiveWhen::Grow
            | DisruptiveWhen::Off
            | DisruptiveWhen::UnlessEmptied
            | DisruptiveWhen::Narrow => Disruption::Collection,
        }
    }
}
