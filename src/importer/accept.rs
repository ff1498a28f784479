//! Declared accounts as they are live, of what the config manages: to be put in place of what it says.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::fit::{asked_for, locate};
use super::{Question, Unproved};
use crate::config::Invalid;
use crate::config::files::Text;
use crate::model::diagnostic::any_error;
use crate::model::yaml::{Line, Yaml};
use crate::model::{Action, Changes, Desired, Diagnostics, Key, Node, Observed, Op, Plan, Shape, Sources};
use crate::planner::comparable;
use crate::planner::diff::diff;
use crate::planner::import::accept::{Held, held};
use crate::planner::import::forms::Forms;
use crate::planner::import::sheet::Slot;
use crate::planner::import::{Draft, Schemas, document, live};
use crate::render::yaml;

/// One declared account, and what is live of it.
struct Managed<'a> {
    desired: &'a Arc<Desired>,
    row: &'a Observed,
    shape: &'static Shape,
    live: Value,
    held: Held,
}

/// Writes an entry for each, and proves that it is what is live.
///
/// # Errors
/// An entry is invalid; or laid over what the config says, it would not plan empty.
pub fn accept(declared: &[(Arc<Desired>, &Observed)], question: &Question<'_>, schemas: &Schemas) -> Result<Option<Text>, Unproved> {
    let mut managed: Vec<Managed<'_>> = declared.iter().filter_map(|(desired, row)| managed(desired, row, question)).collect();
    if managed.is_empty() {
        return Ok(None);
    }
    let first = write(&managed, question, schemas);
    for (at, path) in read(&first, question).faults() {
        managed[at].fill_in(&path);
    }
    let text = write(&managed, question, schemas);
    prove(&managed, &text, question)?;
    Ok(Some(text))
}

impl Managed<'_> {
    /// A rule joins what the config manages with what it does not: what is live beside it is said too.
    fn fill_in(&mut self, path: &[String]) {
        let Some(block) = path.get(1) else { return };
        let beside = live::read(&self.shape.block, &self.live, &|_| String::new()).leaves;
        for (path, value) in beside.into_iter().filter(|(path, _)| path.first() == Some(block)) {
            if let Entry::Vacant(missing) = self.held.leaves.entry(path) {
                self.held.notes.push(format!("{} is new here: a rule needs it", missing.key().join(".")));
                missing.insert(value);
            }
        }
    }
}

/// Entries as they are read back.
struct ReadBack {
    nodes: Vec<Node>,
    asked_for: BTreeMap<Key, Arc<Desired>>,
    wrong: Diagnostics,
}

fn read(text: &Text, question: &Question<'_>) -> ReadBack {
    let (root, mut wrong) = Node::parse(&text.text, 0);
    let nodes = root.and_then(|root| root.get("accounts").cloned()).map_or(Vec::new(), |list| list.items().to_vec());
    let asked_for = asked_for(&nodes, question, &mut wrong);
    ReadBack { nodes, asked_for, wrong }
}

impl ReadBack {
    fn faults(&self) -> Vec<(usize, Vec<String>)> {
        self.wrong.iter().filter(|found| found.is_error()).filter_map(|found| locate(&self.nodes, found.place?)).collect()
    }
}

fn write(managed: &[Managed<'_>], question: &Question<'_>, schemas: &Schemas) -> Text {
    let entries = managed.iter().map(|account| entry(account, question, schemas)).collect();
    Text { name: "the result".to_owned(), text: yaml::document(&[Line::new("accounts", Yaml::List(entries))]) }
}

fn managed<'a>(desired: &'a Arc<Desired>, row: &'a Observed, question: &Question<'_>) -> Option<Managed<'a>> {
    let shape = super::shape(question, &row.key).filter(|_| desired.key == row.key)?;
    let live = comparable(row, shape).ok()?;
    let held = held(&desired.node, &shape.block, &live);
    Some(Managed { desired, row, shape, live, held })
}

/// One declared account as it is live.
fn entry(account: &Managed<'_>, question: &Question<'_>, schemas: &Schemas) -> Yaml {
    let Managed { desired, row: _, shape, live, held: Held { leaves, gone, unsaid: _, notes } } = account;
    let provider = desired.key.provider;
    let source = question.loaded.sources.locate(desired.place);
    let differs = match diff(desired, shape, Some(live), &question.loaded.sources, false).changes.len() {
        0 => "nothing differs".to_owned(),
        1 => "1 field differs".to_owned(),
        many => format!("{many} fields differ"),
    };
    let mut said = vec![format!("Declared at {}:{}; {differs}. This is what is live of what it manages.", source.file, source.line)];
    said.extend(gone.iter().map(|path| format!("{provider}.{} is not there: leave it out, or declare what it shall be.", path.join("."))));
    said.extend(notes.iter().map(|note| format!("{provider}.{note}")));
    let draft = Draft {
        account: desired.account.clone(),
        partition: String::new(),
        name: None,
        blocks: BTreeMap::from([(provider, leaves.clone())]),
        keys: BTreeSet::from([desired.key.clone()]),
        notes: said,
    };
    let partition = desired.fixed.iter().find(|fixed| fixed.field == "aws_partition" && fixed.value != "aws");
    let mut own: Vec<(Slot, Value)> = partition.map(|fixed| (Slot::Partition, fixed.value.as_str().into())).into_iter().collect();
    own.extend(leaves.iter().map(|(path, value)| (Slot::Field(provider, path.clone()), Forms::of(value, None, "").plain)));
    document::entry(&draft, &[], &[], own.iter().map(|(slot, value)| (slot, value)), schemas)
}

/// Every entry over what the config says of its account, against what is live.
fn prove(managed: &[Managed<'_>], text: &Text, question: &Question<'_>) -> Result<(), Unproved> {
    let ReadBack { nodes: _, asked_for: fresh, wrong } = read(text, question);
    if any_error(&wrong) {
        let mut sources = Sources::default();
        sources.add(&text.name, text.text.clone());
        return Err(Unproved::Invalid(Box::new(Invalid { sources, diagnostics: wrong })));
    }
    let actions: Vec<Action> = managed.iter().filter_map(|account| difference(account, fresh.get(&account.desired.key)?, question)).collect();
    if actions.is_empty() { Ok(()) } else { Err(Unproved::Differs(Box::new(Plan { actions, ..Plan::default() }))) }
}

fn difference(account: &Managed<'_>, fresh: &Desired, question: &Question<'_>) -> Option<Action> {
    let Managed { desired, row, shape, live, held } = account;
    let sources = &question.loaded.sources;
    let without = |node: Node, path: &Vec<String>| node.without(&path.iter().map(String::as_str).collect::<Vec<_>>());
    let said = held.gone.iter().chain(&held.unsaid).fold(desired.node.clone(), without);
    let accepted = Arc::new(Desired { node: fresh.node.over(&said, Some(&shape.block)), ..(***desired).clone() });
    let changes = Changes::new(diff(&accepted, shape, Some(live), sources, false).changes)?;
    let op = Op::Update { desired: accepted, observed: (*row).clone(), changes, matching: 0 };
    Some(Action { key: desired.key.clone(), account: desired.account.clone(), name: desired.name.clone(), source: sources.locate(desired.place), op })
}
