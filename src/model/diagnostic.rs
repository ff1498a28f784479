//! What can be wrong with a config, as data. How it looks is decided in `render`.

use std::collections::BTreeMap;

use super::source::Place;

/// Mistakes shown of one block, such as an account's block for one provider.
pub const MOST_OF_BLOCK: usize = 100;
/// Mistakes shown of one run.
pub const MOST_OF_RUN: usize = 1_000;

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
pub enum SaidWhen {
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
    /// The accounts it concerns, where it stands in a layer that they share, and how many mistakes it stands for.
    pub reach: Reach,
    /// When it is said.
    pub said_when: SaidWhen,
}

/// How far a mistake reaches: the accounts that it concerns, where it stands in a layer that they share, the first of them by name; and how
/// many mistakes it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach(Option<Box<ReachedAccounts>>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ReachedAccounts {
    named: Vec<String>,
    accounts: usize,
    mistakes: usize,
}

impl Reach {
    const MOST_NAMED: usize = 10;

    /// Adds an account. Accounts are added one after the other, so the same one twice in a row is one.
    pub fn add(&mut self, account: &str) {
        let counted = self.0.get_or_insert_default();
        if counted.named.last().is_some_and(|last| last == account) {
            return;
        }
        counted.accounts += 1;
        // The last one is kept beyond those shown, so that it is known when it comes again.
        counted.named.truncate(Reach::MOST_NAMED);
        counted.named.push(account.to_owned());
    }

    /// Adds all accounts that `other` has.
    fn extend(&mut self, other: Reach) {
        let Some(other) = other.0 else { return };
        other.named.iter().for_each(|account| self.add(account));
        self.0.get_or_insert_default().accounts += other.accounts.saturating_sub(other.named.len());
    }

    /// Lets it stand for so many mistakes of which the others are not shown.
    pub fn stand_for(&mut self, mistakes: usize) {
        self.0.get_or_insert_default().mistakes = mistakes;
    }

    /// How many mistakes it stands for: one, unless something else was said.
    pub fn mistakes(&self) -> usize {
        self.0.as_ref().map_or(1, |counted| counted.mistakes.max(1))
    }

    /// Forgets the accounts.
    pub fn forget_accounts(&mut self) {
        let mistakes = self.mistakes();
        self.0 = (mistakes > 1).then(|| Box::new(ReachedAccounts { mistakes, ..ReachedAccounts::default() }));
    }

    /// How many accounts it concerns.
    pub fn accounts(&self) -> usize {
        self.0.as_ref().map_or(0, |counted| counted.accounts)
    }

    /// The accounts in words; nothing if there are none.
    pub fn words(&self) -> Option<String> {
        let ReachedAccounts { named, accounts, mistakes: _ } = &**self.0.as_ref()?;
        let shown = &named[..named.len().min(Reach::MOST_NAMED)];
        let list = shown.join(", ");
        match *accounts {
            0 => None,
            1 => Some(format!("concerns account {list}")),
            all if all > shown.len() => Some(format!("concerns {all} accounts: {list} and {} more", all - shown.len())),
            all => Some(format!("concerns {all} accounts: {list}")),
        }
    }
}

/// Counts the mistakes of one block, and shows as many as one block may have.
#[derive(Debug)]
pub struct Tally {
    severity: Severity,
    found: usize,
    shown: usize,
    /// Where in the list the one stands that stands for the rest.
    rest: Option<usize>,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { severity: Severity::Error, found: 0, shown: 0, rest: None }
    }
}

impl Tally {
    /// Counts warnings.
    pub fn of_warnings() -> Self {
        Tally { severity: Severity::Warning, ..Tally::default() }
    }

    /// Adds a mistake to the list, or to those that are only counted. Nothing may be taken out of the list meanwhile.
    pub fn push(&mut self, place: Place, out: &mut Diagnostics, mistake: impl FnOnce() -> Diagnostic) {
        self.found += 1;
        // Far beyond what is shown of a run, the words are not worth finding either.
        if self.found <= MOST_OF_BLOCK && out.len() < 20 * MOST_OF_RUN {
            self.shown += 1;
            return out.push(mistake());
        }
        let at = *self.rest.get_or_insert_with(|| {
            let rest = Diagnostic::error(place, "").label("the first of them").help("mend those that are shown, and run it again");
            out.push(Diagnostic { severity: self.severity, ..rest });
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
            said_when: SaidWhen::Always,
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
        Diagnostic { said_when: SaidWhen::OncePerFile, ..self }
    }

    /// The same where the account holds this text already, and it is about nothing else.
    pub fn unless_held(self, text: impl Into<String>) -> Self {
        Diagnostic { said_when: SaidWhen::OfNewValue(text.into()), ..self }
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

/// Errors and warnings in the list, those counted that are not shown.
pub fn counts(list: &[Diagnostic]) -> (usize, usize) {
    let of = |severity: Severity| list.iter().filter(|found| found.severity == severity).map(|found| found.reach.mistakes()).sum();
    (of(Severity::Error), of(Severity::Warning))
}

/// Makes one of those that are the same, such as a mistake in `defaults` that every account shares; what they concern is joined.
pub fn joined(list: Diagnostics) -> Diagnostics {
    let mut at = BTreeMap::new();
    let mut kept: Diagnostics = Vec::with_capacity(list.len());
    for found in list {
        let known = found.place.map(|place| {
            let (place, words) = match &found.said_when {
                // What aliases repeat is said once.
                SaidWhen::Always => (place.as_written(), &found.label),
                SaidWhen::OncePerFile => (place.start_of_file(), &found.title),
                SaidWhen::OfNewValue(text) => (place, text),
            };
            *at.entry((place, words.clone(), found.severity)).or_insert(kept.len())
        });
        match known.and_then(|known| kept.get_mut(known)) {
            Some(known) => known.reach.extend(found.reach),
            None => kept.push(found),
        }
    }
    kept
}

/// Of a list in order, as many as one run shows, errors first; the last one says how many are left out.
pub fn capped(list: Diagnostics) -> Diagnostics {
    if list.len() <= MOST_OF_RUN {
        return list;
    }
    let mut shown = MOST_OF_RUN;
    let mut cap = |severity: Severity, list: Diagnostics| -> Diagnostics {
        let (mut kept, mut rest) = (Vec::new(), 0);
        for found in list {
            match found.severity == severity {
                true if shown == 0 => rest += found.reach.mistakes(),
                true => {
                    shown -= 1;
                    kept.push(found);
                }
                false => kept.push(found),
            }
        }
        if rest > 0 {
            let word = if severity == Severity::Error { "error" } else { "warning" };
            let plural = if rest == 1 { " is" } else { "s are" };
            let left_out = Diagnostic::nowhere(format!("{rest} more {word}{plural} not shown")).help("mend those that are shown, and run it again");
            let mut left_out = Diagnostic { severity, ..left_out };
            left_out.reach.stand_for(rest);
            kept.push(left_out);
        }
        kept
    };
    let list = cap(Severity::Error, list);
    cap(Severity::Warning, list)
}

/// A word as it may stand in a message: its beginning, if it is long.
pub fn brief(word: &str) -> String {
    const LONGEST: usize = 80;
    match word.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &word[..end]),
        None => word.to_owned(),
    }
}

/// Names with commas between them: the first twenty, and how many more there are.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 20;
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(MOST).map(brief).collect();
    let more = names.count();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// `"did you mean `x`?"` for the nearest of `known`, if one is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const MOST_COMPARED: usize = 1_000;
    const LONGEST: usize = 200;
    const NEAR: f64 = 0.8;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    let slips_of_one = (word.chars().count() / 3).max(1);
    let near = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let similar = strsim::jaro_winkler(&word, &candidate);
        let is_a_slip = similar <= NEAR && strsim::osa_distance(&word, &candidate) <= slips_of_one;
        if is_a_slip { NEAR + 0.01 } else { similar }
    };
    let candidates = known.into_iter().take(MOST_COMPARED).filter(|known| known.len() <= LONGEST);
    let (best, candidate) = candidates.map(|candidate| (near(candidate), candidate)).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best > NEAR).then(|| format!("did you mean `{candidate}`?"))
}
