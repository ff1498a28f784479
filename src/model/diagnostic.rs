//! What can be wrong with a config, as data. How it looks is decided in `render`.

pub use super::affected_accounts::Reach;
use super::source::Place;
pub use super::suggestion::{brief, did_you_mean, listed};

/// Mistakes shown of one block, such as an account's block for one provider.
pub const MAX_PER_BLOCK: usize = 100;
/// Mistakes shown of one run.
pub const MAX_PER_RUN: usize = 1_000;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The config is refused.
    Error,
    /// Worth knowing; nothing is refused.
    Warning,
}

/// When something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// Wherever it was found.
    Always,
    /// Once for each file, however often it was found there.
    OncePerFile,
    /// Once for each title; further places are named beside the first.
    OncePerTitle,
    /// Where this text would be new to the account. What would be an error there is a warning where the account holds it
    /// already, and what would be a warning is not said.
    OfNewValue {
        /// The text.
        text: String,
        /// What it is where it is new.
        when_new: Severity,
    },
}

/// One thing wrong, where it was written, why, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// One line, naming the thing.
    pub title: String,
    /// Where; nothing for what has no place, such as a file that cannot be read.
    pub place: Option<Place>,
    /// Why, said under the underlined place.
    pub label: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Further places that belong to it, such as the first of two duplicates.
    pub also: Vec<(Place, String)>,
    /// The accounts it concerns, where it stands in a layer that they share, and how many mistakes it stands for.
    pub reach: Reach,
    /// When it is said.
    pub repeat: Repeat,
    /// Whether it is true only if everything that could bear on it was understood: it says that something is missing,
    /// which may stand where a key is misspelt.
    pub presumes_all_read: bool,
    /// Whether it is shown before all others: it says why the rest was not looked at.
    pub comes_first: bool,
}

/// Counts the mistakes of one block, and shows as many as one block may have.
#[derive(Debug)]
pub struct Tally {
    severity: Severity,
    found: usize,
    shown: usize,
    /// Where in the list the one stands that stands for the rest.
    rest: Option<usize>,
    /// Whether the rest is true only if everything was understood.
    presumes_all_read: bool,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { severity: Severity::Error, found: 0, shown: 0, rest: None, presumes_all_read: false }
    }
}

impl Tally {
    /// Counts warnings.
    pub fn of_warnings() -> Self {
        Tally { severity: Severity::Warning, ..Tally::default() }
    }

    /// Counts mistakes of which some may be none where something was not understood; the rest is not said then.
    pub fn if_all_is_read() -> Self {
        Tally { presumes_all_read: true, ..Tally::default() }
    }

    /// Adds a mistake to the list, or to those that are only counted. Nothing may be taken out of the list meanwhile.
    pub fn push(&mut self, place: Place, out: &mut Diagnostics, mistake: impl FnOnce() -> Diagnostic) {
        self.found += 1;
        // Far beyond what is shown of a run, the words are not worth finding either.
        if self.found <= MAX_PER_BLOCK && out.len() < 20 * MAX_PER_RUN {
            self.shown += 1;
            return out.push(mistake());
        }
        let at = *self.rest.get_or_insert_with(|| {
            let rest = Diagnostic::error(place, "")
                .label("the first of them")
                .help("mend those that are shown, and run it again");
            out.push(Diagnostic { severity: self.severity, presumes_all_read: self.presumes_all_read, ..rest });
            out.len() - 1
        });
        if let Some(rest) = out.get_mut(at) {
            let more = self.found - self.shown;
            rest.reach.stand_for(more);
            let word = if self.severity == Severity::Error { "mistake" } else { "warning" };
            rest.title = match more {
                1 => format!("1 more {word} in this block is not shown"),
                _ => format!("{more} more {word}s in this block are not shown"),
            };
        }
    }
}

impl Diagnostic {
    /// An error at a place. What an alias repeats is wrong where it was written.
    pub fn error(place: Place, title: impl Into<String>) -> Self {
        Diagnostic { place: Some(place.as_written()), ..Diagnostic::nowhere(title) }
    }

    /// An error that has no place.
    pub fn nowhere(title: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            title: title.into(),
            place: None,
            label: String::new(),
            help: None,
            also: Vec::new(),
            reach: Reach::default(),
            repeat: Repeat::Always,
            presumes_all_read: false,
            comes_first: false,
        }
    }

    /// A warning at a place.
    pub fn warning(place: Place, title: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(place, title) }
    }

    /// Says why, under the place.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Says what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place.
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Self {
        self.also.push((place.as_written(), label.into()));
        self
    }

    /// Leaves out where: for a text that nobody has before them.
    pub fn take_out_places(&mut self) {
        self.place = None;
        self.label.clear();
        self.also.clear();
    }

    /// Says it once for each file.
    pub fn once_per_file(self) -> Self {
        Diagnostic { repeat: Repeat::OncePerFile, ..self }
    }

    /// Says it once, wherever else the same is found; the first few places are shown.
    pub fn once_per_title(self) -> Self {
        Diagnostic { repeat: Repeat::OncePerTitle, ..self }
    }

    /// Says it only if everything that could bear on it was understood.
    pub fn if_all_is_read(self) -> Self {
        Diagnostic { presumes_all_read: true, ..self }
    }

    /// Shows it before all others.
    pub fn first(self) -> Self {
        Diagnostic { comes_first: true, ..self }
    }

    /// The same where the account holds this text already, and it is about nothing else.
    pub fn unless_held(self, text: impl Into<String>, when_new: Severity) -> Self {
        Diagnostic { repeat: Repeat::OfNewValue { text: text.into(), when_new }, ..self }
    }

    /// Takes in the same mistake, found elsewhere or for another account: whom it concerns, and a few further places.
    pub(super) fn take_in(&mut self, other: Diagnostic) {
        const MAX_PLACES: usize = 4;
        let elsewhere = other.place.filter(|_| self.repeat == Repeat::OncePerTitle);
        let places = elsewhere.map(|place| (place, "and here".to_owned())).into_iter().chain(other.also);
        for (place, label) in places {
            let is_known = self.place == Some(place) || self.also.iter().any(|(known, _)| *known == place);
            if !is_known && self.also.len() < MAX_PLACES {
                self.also.push((place, label));
            }
        }
        self.reach.extend(other.reach);
    }

    /// Whether the config is refused for it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Everything found wrong so far.
pub type Diagnostics = Vec<Diagnostic>;

/// Whether anything in the list refuses the config.
pub fn any_error(list: &[Diagnostic]) -> bool {
    list.iter().any(Diagnostic::is_error)
}

/// Of what was found, what is true although something was not understood.
pub fn despite_misread(mut found: Diagnostics) -> Diagnostics {
    found.retain(|found| !found.presumes_all_read);
    found
}

/// Errors and warnings in the list, those counted that are not shown.
pub fn counts(list: &[Diagnostic]) -> (usize, usize) {
    let of = |severity: Severity| {
        list.iter().filter(|found| found.severity == severity).map(|found| found.reach.mistakes()).sum()
    };
    (of(Severity::Error), of(Severity::Warning))
}
