//! Values of a doubtful form: an error where they would be new to the account and a warning where it holds them already,
//! or a warning where they would be new and nothing where it holds them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::diagnostic::{Reach, Repeat, Severity};
use crate::model::{Desired, DesiredState, Diagnostic, Diagnostics, Node, Place};

/// The doubtful values of a config, by where they stand and what they are.
pub struct GrandfatheredValues<'a>(BTreeMap<(Place, &'a str), Judged<'a>>);

/// What is said of one of them, and of whom it was found to be so.
struct Judged<'a> {
    said: &'a Diagnostic,
    when_new: Severity,
    held: Reach,
    new: Reach,
}

impl<'a> GrandfatheredValues<'a> {
    /// All of them, before anything is known of accounts.
    pub fn of(desired: &'a DesiredState) -> Self {
        let known = desired.doubtful.iter().filter_map(|said| match (&said.repeat, said.place) {
            (Repeat::OfNewValue { text, when_new }, Some(place)) => {
                let judged = Judged { said, when_new: *when_new, held: Reach::default(), new: Reach::default() };
                Some(((place, text.as_str()), judged))
            }
            (Repeat::OfNewValue { .. } | Repeat::Always | Repeat::OncePerFile | Repeat::OncePerTitle, _) => None,
        });
        GrandfatheredValues(known.collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Judges those of an account by what it holds.
    pub fn judge(&mut self, desired: &'a Desired, live: Option<&Value>) {
        if !self.0.is_empty() {
            self.below(&desired.node, desired.account.as_deref().unwrap_or(&desired.key.name), live);
        }
    }

    fn below(&mut self, node: &'a Node, account: &str, live: Option<&Value>) {
        node.entries()
            .iter()
            .map(|entry| &entry.node)
            .chain(node.items())
            .for_each(|inner| self.below(inner, account, live));
        let Some((text, judged)) = node.text().and_then(|text| Some((text, self.0.get_mut(&(node.place(), text))?)))
        else {
            return;
        };
        let held = live.is_some_and(|live| holds(live, text));
        if held { judged.held.add(account) } else { judged.new.add(account) }
    }

    /// What was found. One place may serve many accounts: it is said once, and as an error if it is one for any of
    /// them.
    pub fn diagnostics(self) -> Diagnostics {
        let found = self.0.into_values().filter_map(|Judged { said, when_new, held, new }| {
            let said = said.clone();
            match (new.accounts(), held.accounts()) {
                (0, 0) => None,
                (0, _) if when_new == Severity::Warning => None,
                (0, _) => Some(Diagnostic {
                    label: format!("{}, and the account holds it already", said.label),
                    reach: held,
                    ..said
                }),
                (_, _) => Some(Diagnostic { severity: when_new, reach: new, ..said }),
            }
        });
        found.collect()
    }
}

fn holds(live: &Value, text: &str) -> bool {
    match live {
        Value::String(held) => held == text,
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(fields) => fields.values().any(|value| holds(value, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
