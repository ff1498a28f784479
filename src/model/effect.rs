//! What a change does to what is collected: less of it, or more, or both.

/// What a change of a field does to what is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effect {
    /// What it can disrupt, if anything.
    pub disruption: Option<Disruption>,
    /// Whether more is collected, which costs more.
    pub costly: bool,
}

/// What a change of a field can disrupt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disruption {
    /// Less is collected, or collecting can break.
    Collection,
    /// It is collected less often.
    Frequency,
    /// Tags go that monitors may be scoped to.
    Monitors,
}

impl Effect {
    /// Neither.
    pub const NONE: Effect = Effect { disruption: None, costly: false };
    /// Less is collected, or collecting can break.
    pub const LESS: Effect = Effect { disruption: Some(Disruption::Collection), costly: false };
    /// More is collected.
    pub const MORE: Effect = Effect { disruption: None, costly: true };
    /// Less of one thing and more of another, or nobody can tell which.
    pub const BOTH: Effect = Effect { disruption: Some(Disruption::Collection), costly: true };

    /// Less if so, and more if so.
    pub fn of(less: bool, more: bool) -> Self {
        Effect { disruption: less.then_some(Disruption::Collection), costly: more }
    }

    /// The effect of two changes at once.
    pub fn and(self, other: Self) -> Self {
        Effect { disruption: self.disruption.or(other.disruption), costly: self.costly || other.costly }
    }

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self == Effect::NONE
    }

    /// How it is marked: `!`, `$`, `!$`, or nothing.
    pub fn mark(self) -> &'static str {
        match (self.disruption.is_some(), self.costly) {
            (true, true) => "!$",
            (true, false) => "!",
            (false, true) => "$",
            (false, false) => "",
        }
    }

    /// The mark and what it means, as they are said beside the field; nothing if there is no effect.
    pub fn words(self) -> &'static str {
        match (self.disruption, self.costly) {
            (None, false) => "",
            (Some(Disruption::Collection), false) => "! can stop collection",
            (Some(Disruption::Frequency), false) => "! collects less often",
            (Some(Disruption::Monitors), false) => "! monitors may be scoped to it",
            (None, true) => "$ collects more",
            (Some(Disruption::Collection), true) => "!$ can stop collection, or collect more",
            (Some(Disruption::Frequency), true) => "!$ collects less often, or more",
            (Some(Disruption::Monitors), true) => "!$ monitors may be scoped to it; collects more",
        }
    }
}
