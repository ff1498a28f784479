//! Lists of what is wrong with a config: the same is said once, and no more than one run shows.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Diagnostics, MAX_PER_RUN, Repeat, Severity};
use super::source::Place;

/// Makes one of those that are the same, such as a mistake in `defaults` that every account shares; what they concern
/// is joined.
pub fn joined(list: Diagnostics) -> Diagnostics {
    let mut kept = Diagnostics::with_capacity(list.len());
    Joiner::default().add(list, &mut kept);
    kept
}

/// What is known of a list, so that more of the same is joined to it instead of kept.
#[derive(Default)]
pub struct Joiner(BTreeMap<(Place, String, Severity), usize>);

impl Joiner {
    /// Adds these to the list, or joins them to what was added before. Nothing may be taken out of the list meanwhile.
    pub fn add(&mut self, more: Diagnostics, list: &mut Diagnostics) {
        for found in more {
            let (place, words) = match (found.place, &found.repeat) {
                // What aliases repeat is said once.
                (Some(place), Repeat::Always) => (place.as_written(), &found.label),
                (Some(place), Repeat::OncePerFile) => (place.start_of_file(), &found.title),
                (Some(place), Repeat::OfNewValue { text, when_new: _ }) => (place, text),
                // Two providers may miss one variable.
                (Some(_), Repeat::OncePerTitle) | (None, _) => (Place::new(0, 0..0), &found.title),
            };
            let known = *self.0.entry((place, words.clone(), found.severity)).or_insert(list.len());
            match list.get_mut(known) {
                Some(known) => known.take_in(found),
                None => list.push(found),
            }
        }
    }
}

/// Of a list in order, as many as one run shows, errors first; the last one says how many are left out.
pub fn capped(list: Diagnostics) -> Diagnostics {
    if list.len() <= MAX_PER_RUN {
        return list;
    }
    let mut shown = MAX_PER_RUN;
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
            let left_out = Diagnostic::nowhere(format!("{rest} more {word}{plural} not shown"))
                .help("mend those that are shown, and run it again");
            let mut left_out = Diagnostic { severity, ..left_out };
            left_out.reach.stand_for(rest);
            kept.push(left_out);
        }
        kept
    };
    let list = cap(Severity::Error, list);
    cap(Severity::Warning, list)
}
