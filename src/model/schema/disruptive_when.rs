//! The attribute that says which changes of a field leave less collected, or can break collecting. The opposite leaves
//! more.

/// When a change stops collection or can break it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisruptiveWhen {
    /// Any change: it says how the vendor gets in. Nothing more is collected for it.
    Change,
    /// Any change: another source in place of one, so that more is collected as well.
    Exchange,
    /// A list loses an element, or a map a name or the value under it. What is gained is collected as well.
    Shrink,
    /// A list gains an element: a list of exceptions. What is lost is collected again.
    Grow,
    /// It is switched off. Switched on, more is collected.
    Off,
    /// Any change but emptying it: a filter. Emptied, more is collected; changed from one to another, nobody can tell.
    UnlessEmptied,
    /// A list that stands for everything while it is empty loses an element, or gains its first.
    Narrow,
    /// Minutes between two collections: more of them leave less collected, fewer leave more.
    Interval,
    /// Tags on what is collected: as for `Shrink`, but what is disrupted is what is scoped to them, and none costs more.
    Tags,
}
