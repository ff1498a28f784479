//! What can be wrong with a config, as data. How it looks is decided in `render`.

use super::source::Place;

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
pub enum Said {
    /// Wherever it was found.
    Always,
    /// Once for each file, however often it was found there.
    OncePerFile,
    /// As an error where this text would be new to the account, and as a warning where the account holds it already.
    OfNewValue(String),
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
    /// When it is said.
    pub said: Said,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(place: Place, title: impl Into<String>) -> Self {
        Diagnostic { place: Some(place), ..Diagnostic::nowhere(title) }
    }

    /// An error that has no place.
    pub fn nowhere(title: impl Into<String>) -> Self {
        let (title, label) = (title.into(), String::new());
        Diagnostic { severity: Severity::Error, title, place: None, label, help: None, also: Vec::new(), said: Said::Always }
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
        self.also.push((place, label.into()));
        self
    }

    /// Says it once for each file.
    pub fn once_per_file(self) -> Self {
        Diagnostic { said: Said::OncePerFile, ..self }
    }

    /// The same where the account holds this text already, and it is about nothing else.
    pub fn unless_held(self, text: impl Into<String>) -> Self {
        Diagnostic { said: Said::OfNewValue(text.into()), ..self }
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

/// `"did you mean `x`?"` for the nearest of `known`, if one is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let fold = |text: &str| text.to_lowercase();
    let near = |candidate: &&str| {
        let (word, candidate) = (fold(word), fold(candidate));
        let slips = strsim::osa_distance(&word, &candidate);
        let a_slip = if slips <= (word.chars().count() / 3).max(1) { 0.81 } else { 0.0 };
        strsim::jaro_winkler(&word, &candidate).max(a_slip)
    };
    let best = known.into_iter().max_by(|a, b| near(a).total_cmp(&near(b)))?;
    (near(&best) > 0.8).then(|| format!("did you mean `{best}`?"))
}
