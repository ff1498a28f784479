//! Lists to which the vendor has added by itself since somebody wrote them: said once for all accounts that share one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::diff::VendorAdditions;
use crate::model::path::Step;
use crate::model::value::inline;
use crate::model::{Desired, Diagnostic, Diagnostics, Node, Place};

/// What was found, by where the list was written, its path, and what was added to it.
#[derive(Default)]
pub struct VendorAdditionFindings(BTreeMap<(Place, String, Vec<String>), Diagnostic>);

impl VendorAdditionFindings {
    /// Notes what the vendor has added to a list of this account, and how to write it.
    pub fn note(&mut self, desired: &Desired, grown: &VendorAdditions) {
        let VendorAdditions { path, place, added } = grown;
        let shown: Vec<String> = added.iter().map(inline).collect();
        let found = self
            .0
            .entry((place.as_written(), path.to_string(), shown))
            .or_insert_with_key(|(_, path, shown)| warning(desired, grown, path, shown));
        found.reach.add(desired.account.as_deref().unwrap_or(&desired.key.name));
    }

    /// What was found.
    pub fn diagnostics(self) -> Diagnostics {
        self.0.into_values().collect()
    }
}

fn warning(desired: &Desired, grown: &VendorAdditions, shown_path: &str, shown: &[String]) -> Diagnostic {
    let VendorAdditions { path, place, added } = grown;
    let title = format!("`{shown_path}` holds what the vendor has added to it since: {}", shown.join(", "));
    let list = path.steps().iter().try_fold(&desired.node, |node, step| match step {
        Step::Field(name) => node.get(name),
        Step::Entry(_) | Step::Index(_) => None,
    });
    let declared = list.map_or(&[][..], Node::items).iter().map(Node::json);
    let whole: Vec<String> = declared.chain(added.iter().cloned()).map(|value: Value| inline(&value)).collect();
    let field = path.top().unwrap_or_default();
    Diagnostic::warning(*place, title)
        .label("written without these; they are left as they are")
        .help(format!("to say so, write `{field}: [{}]`", whole.join(", ")))
}
