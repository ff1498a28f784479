//! Values of a form that vendors hold and a config had better not say: refused where they would be new to the account.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::diagnostic::{Reach, Said, Severity};
use crate::model::{Desired, DesiredState, Diagnostic, Diagnostics, Node, Place};

/// The doubtful values of a config, by where they stand and what they are.
pub struct Doubtful<'a>(BTreeMap<(Place, &'a str), &'a Diagnostic>);

impl<'a> Doubtful<'a> {
    /// All of them.
    pub fn of(desired: &'a DesiredState) -> Self {
        let known = desired.doubtful.iter().filter_map(|found| match (&found.said, found.place) {
            (Said::OfNewValue(text), Some(place)) => Some(((place, text.as_str()), found)),
            (Said::OfNewValue(_) | Said::Always | Said::OncePerFile, _) => None,
        });
        Doubtful(known.collect())
    }

    /// Judges those of an account by what it holds. One place may serve many accounts: it is said once, and as an error if it is one for
    /// any of them, with those it concerns.
    pub fn check(&self, desired: &Desired, live: Option<&Value>, out: &mut Diagnostics) {
        if !self.0.is_empty() {
            self.below(&desired.node, desired.account.as_deref().unwrap_or(&desired.key.name), live, out);
        }
    }

    fn below(&self, node: &Node, account: &str, live: Option<&Value>, out: &mut Diagnostics) {
        node.entries().iter().map(|entry| &entry.node).chain(node.items()).for_each(|inner| self.below(inner, account, live, out));
        let Some((text, found)) = node.text().and_then(|text| Some((text, self.0.get(&(node.place(), text))?))) else { return };
        let held = live.is_some_and(|live| holds(live, text));
        match out.iter().position(|said| said.place == found.place && said.said == found.said) {
            Some(said) if out[said].is_error() != held => return out[said].reach.add(account),
            Some(_) if held => return,
            Some(said) => drop(out.remove(said)),
            None => {}
        }
        let mut found = Diagnostic { reach: Reach::default(), ..(*found).clone() };
        found.reach.add(account);
        out.push(match held {
            true => Diagnostic { label: format!("{}, and the account holds it already", found.label), ..found },
            false => Diagnostic { severity: Severity::Error, ..found },
        });
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
