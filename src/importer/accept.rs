//! Declared accounts as they are live, of what the config manages: to be put in place of what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fit::asked_for;
use super::{Question, Unproved};
use crate::config::Invalid;
use crate::config::files::Text;
use crate::model::diagnostic::any_error;
use crate::model::path::Step;
use crate::model::value::inline;
use crate::model::yaml::{Line, Yaml};
use crate::model::{Action, Changes, Desired, Node, Observed, Op, Plan, Sources};
use crate::planner::comparable;
use crate::planner::diff::diff;
use crate::planner::import::accept::{Held, held};
use crate::planner::import::forms::Forms;
use crate::planner::import::sheet::Slot;
use crate::planner::import::{Draft, Shapes, document};
use crate::render::yaml;

/// Writes an entry for each, and proves that it is what is live.
///
/// # Errors
/// Laid over what the config says, an entry would not plan empty.
pub fn accept(declared: &[(Arc<Desired>, &Observed)], question: &Question<'_>, shapes: &Shapes) -> Result<Option<Text>, Unproved> {
    let mut entries = Vec::new();
    let mut managed = Vec::new();
    for (desired, row) in declared {
        let Some(shape) = shapes.get(row.key.provider).filter(|_| desired.key == row.key) else { continue };
        let Ok(live) = comparable(row, shape) else { continue };
        let found = held(&desired.node, &shape.block, &live);
        let differing = diff(desired, shape, Some(&live), &question.loaded.sources, false).changes.len();
        entries.push(entry(desired, &found, differing, question, shapes));
        managed.push((desired, *row, live, found));
    }
    if entries.is_empty() {
        return Ok(None);
    }
    let text = yaml::document(&[Line::new("accounts", Yaml::List(entries))]);
    let (root, mut wrong) = Node::parse(&text, 0);
    let mut sources = Sources::default();
    sources.add("the result", text.clone());
    let nodes = root.and_then(|root| root.get("accounts").cloned()).map_or(Vec::new(), |list| list.items().to_vec());
    let fresh = asked_for(&nodes, question, &mut wrong);
    if any_error(&wrong) {
        return Err(Unproved::Invalid(Box::new(Invalid { sources, diagnostics: wrong })));
    }
    let mut actions = Vec::new();
    for (desired, row, live, found) in managed {
        let (Some(shape), Some(fresh)) = (shapes.get(row.key.provider), fresh.get(&desired.key)) else { continue };
        let unsaid = found.gone.iter().fold(desired.node.clone(), |node, path| node.without(&path.iter().map(String::as_str).collect::<Vec<_>>()));
        let node = fresh.node.over(&unsaid, Some(&shape.block));
        let accepted = Arc::new(Desired { node, ..(**desired).clone() });
        let changes = diff(&accepted, shape, Some(&live), &question.loaded.sources, false).changes;
        let noted = |path: &[Step]| {
            found.notes.iter().any(|note| path.first().is_some_and(|step| matches!(step, Step::Field(name) if note.starts_with(&**name))))
        };
        let changes: Vec<_> = changes.into_iter().filter(|change| !noted(change.path.steps())).collect();
        let op = |changes| Op::Update { desired: accepted.clone(), observed: row.clone(), changes, matching: 0 };
        let source = question.loaded.sources.locate(desired.place);
        actions.extend(Changes::new(changes).map(|changes| Action {
            key: desired.key.clone(),
            account: desired.account.clone(),
            name: desired.name.clone(),
            source,
            op: op(changes),
        }));
    }
    if actions.is_empty() {
        Ok(Some(Text { name: "the result".to_owned(), text }))
    } else {
        Err(Unproved::Differs(Box::new(Plan { actions, ..Plan::default() })))
    }
}

/// One declared account as it is live.
fn entry(desired: &Desired, found: &Held, differing: usize, question: &Question<'_>, shapes: &Shapes) -> Yaml {
    let at = question.loaded.sources.locate(desired.place);
    let differs = match differing {
        0 => "nothing differs".to_owned(),
        1 => "1 field differs".to_owned(),
        many => format!("{many} fields differ"),
    };
    let mut notes = vec![format!("Declared at {}:{}; {differs}. This is what is live of what it manages.", at.file, at.line)];
    notes.extend(found.gone.iter().map(|path| format!("{} is not there: leave it out, or declare what it shall be", path.join("."))));
    notes.extend(found.notes.iter().cloned());
    let draft = Draft {
        account: desired.account.clone(),
        partition: desired
            .fixed
            .iter()
            .find(|fixed| fixed.field == "aws_partition")
            .map_or("aws".to_owned(), |fixed| inline(&fixed.value.as_str().into())),
        name: None,
        blocks: BTreeMap::from([(desired.key.provider, found.leaves.clone())]),
        keys: BTreeSet::from([desired.key.clone()]),
        notes,
    };
    let said: Vec<_> =
        found.leaves.iter().map(|(path, value)| (Slot::Field(desired.key.provider, path.clone()), Forms::of(value, None, "").plain)).collect();
    document::entry(&draft, &[], &[], said.iter().map(|(slot, value)| (slot, value)), shapes)
}
