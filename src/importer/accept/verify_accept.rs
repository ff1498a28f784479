//! The proof that an edit reaches the fields that were taken and nothing else.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::config::Loaded;
use crate::model::path::Step;
use crate::model::{Action, Desired, Key, Node, Path, Plan};

/// The fields that were taken, by row, as keys of its block.
pub type Taken = BTreeMap<Key, Vec<Vec<String>>>;

/// Rows of which the edited config asks for something else than the one before, in other fields than those that were
/// taken.
pub fn touched(before: &Loaded, after: &Loaded, taken: &Taken) -> Vec<Key> {
    let (before, after) = (&before.desired, &after.desired);
    let keys = before.entries.keys().chain(after.entries.keys());
    let mut touched: Vec<Key> = keys
        .filter(|key| {
            let shown = |desired: Option<&std::sync::Arc<Desired>>| desired.map(|desired| shown(desired, taken));
            shown(before.entries.get(*key)) != shown(after.entries.get(*key))
                || before.holds.get(*key).map(|hold| &hold.cause) != after.holds.get(*key).map(|hold| &hold.cause)
        })
        .cloned()
        .collect();
    touched.sort();
    touched.dedup();
    touched
}

/// Of the fields that were taken, those that a plan would still change.
pub fn differing<'a>(plan: &'a Plan, taken: &Taken) -> Vec<(&'a Key, &'a Path)> {
    let actions: Vec<&Action> = plan.actions.iter().chain(plan.withheld()).collect();
    let mut found = Vec::new();
    for action in actions {
        let Some(fields) = taken.get(&action.key) else { continue };
        let is_taken = |path: &&Path| fields.iter().any(|field| lies_in(path, field));
        found.extend(action.changes().map(|change| &change.path).filter(is_taken).map(|path| (&action.key, path)));
    }
    found
}

fn lies_in(path: &Path, field: &[String]) -> bool {
    let names: Vec<&str> =
        path.steps().iter().map_while(|step| if let Step::Field(name) = step { Some(&**name) } else { None }).collect();
    names.len() >= field.len() && names.iter().zip(field).all(|(name, field)| name == field)
}

/// All that a row is asked for, without the fields that were taken and without places.
fn shown(desired: &Desired, taken: &Taken) -> Value {
    let Desired { key, account, name, place: _, node, fixed, outputs, alias } = desired;
    let fields = taken.get(key).map_or(&[][..], Vec::as_slice);
    let rest = fields.iter().fold(node.clone(), |node, path| without(node, path));
    let fixed: Vec<(&str, &str)> = fixed.iter().map(|fixed| (fixed.field, fixed.value.as_str())).collect();
    let outputs: Vec<&str> = outputs.iter().map(|output| output.field).collect();
    json!([account, name, rest.json(), fixed, outputs, alias])
}

/// Without a field, and without the maps that only held it.
fn without(node: Node, path: &[String]) -> Node {
    (1..=path.len()).rev().fold(node, |node, length| {
        let path: Vec<&str> = path[..length].iter().map(String::as_str).collect();
        let held = path.iter().try_fold(&node, |node, key| node.get(key));
        let goes = length == path.len() || held.is_some_and(|held| held.is_map() && held.entries().is_empty());
        if goes { node.without(&path) } else { node }
    })
}
