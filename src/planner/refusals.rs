//! Why a declared account is refused, if it is, while the others go on.

use serde_json::Value;

use super::diff::{Difference, fixed_otherwise};
use super::missing_fields::missing_for_create;
use super::partitions::PartitionConflicts;
use super::{PlanInput, isolation};
use crate::model::node::Entry;
use crate::model::plan::{Refusal, RefusedOp};
use crate::model::schema::BlockSchema;
use crate::model::value::{at, inline};
use crate::model::{Desired, FieldChange, FixedAtCreation, Isolated, Node, Observed, OutputRef, Path, Place};

/// One declared account, and what would be changed.
#[derive(Clone, Copy)]
pub struct Proposed<'a> {
    /// What the plan is made of.
    pub input: &'a PlanInput<'a>,
    /// The account.
    pub desired: &'a Desired,
    /// Which accounts are live in another partition.
    pub otherwise: &'a PartitionConflicts<'a>,
    /// From what is live, or from nothing.
    pub difference: &'a Difference,
}

/// Where, why, and what to do instead: a refusal without what was asked for.
type RefusalText = (Place, String, String);

impl Proposed<'_> {
    /// Why it cannot be made, or brought back as `trashed`.
    pub fn refused_create(self, trashed: Option<&Value>) -> Option<Refusal> {
        let create = |more: Vec<FieldChange>| RefusedOp::Create { changes: self.changes(more) };
        if let Some((why, unfixable)) = trashed.and_then(|trashed| self.fixed_field_conflict(trashed)) {
            return Some(self.refusal(create(unfixable), why));
        }
        if let Some(why) = self.partition() {
            return Some(self.refusal(create(Vec::new()), why));
        }
        if let Some((why, protected)) = self.second_row() {
            let because_of = Some(self.input.sources.locate(protected));
            return Some(Refusal { because_of, ..self.refusal(create(Vec::new()), why) });
        }
        let missing = missing_for_create(&self.desired.node, &self.desired.schema().block)?;
        let why = format!("it does not exist yet and cannot be created: `{missing}` is missing");
        let help = format!("declare `{missing}`, in the account, a profile or `defaults`");
        Some(self.refusal(create(Vec::new()), (self.desired.place, why, help)))
    }

    /// It cannot be told whether it is there, and the vendor would make a second one.
    pub fn may_exist(self, row: &Isolated) -> Refusal {
        let why = format!(
            "it may exist already: {} cannot be told from others ({}), and the vendor would make a second row of one name",
            isolation::id(row),
            row.why
        );
        let help = "put that row right at the vendor, or delete it there; until then nothing of its kind is created";
        self.refusal(
            RefusedOp::Create { changes: self.changes(Vec::new()) },
            (self.desired.place, why, help.to_owned()),
        )
    }

    /// It takes something of a row that is not live, and that nobody makes.
    pub fn needs_undeclared(self, from: &OutputRef) -> Refusal {
        let OutputRef { of, output } = from;
        let why = format!("it needs the {} of {of}, which is neither declared nor live", output.replace('_', " "));
        let help = format!("declare {of} too");
        self.refusal(RefusedOp::Create { changes: self.changes(Vec::new()) }, (self.desired.place, why, help))
    }

    /// Why this live row cannot become so.
    pub fn refused_update(self, observed: &Observed, live: &Value) -> Option<Refusal> {
        let update =
            |more: Vec<FieldChange>| RefusedOp::Update { row: observed.id.clone(), changes: self.changes(more) };
        if let (None, Some((why, unfixable))) = (observed.not_manageable, self.fixed_field_conflict(live)) {
            return Some(self.refusal(update(unfixable), why));
        }
        let why = self
            .not_manageable(observed)
            .or_else(|| self.partition())
            .or_else(|| self.immutable_arm())
            .or_else(|| self.required(live))
            .or_else(|| self.elsewhere(observed));
        if let Some(why) = why {
            return Some(self.refusal(update(Vec::new()), why));
        }
        let (why, protected) = self.protected()?;
        let because_of = Some(self.input.sources.locate(protected));
        Some(Refusal { because_of, ..self.refusal(update(Vec::new()), why) })
    }

    /// Why this live row is refused although it is as it is declared.
    pub fn refused_unchanged(self, observed: &Observed) -> Option<Refusal> {
        let why = self.not_manageable(observed).or_else(|| self.partition()).or_else(|| self.elsewhere(observed))?;
        Some(self.refusal(RefusedOp::Update { row: observed.id.clone(), changes: Vec::new() }, why))
    }

    fn refusal(self, op: RefusedOp, (place, why, help): RefusalText) -> Refusal {
        let Desired { key, account, name, place: _, node: _, fixed: _, outputs: _, alias: _ } = self.desired;
        let (key, account, name) = (key.clone(), account.clone(), name.clone());
        let source = self.input.sources.locate(place);
        Refusal { key, account, name, source, op, why, because_of: None, help }
    }

    fn changes(self, more: Vec<FieldChange>) -> Vec<FieldChange> {
        self.difference.changes.iter().cloned().chain(more).collect()
    }

    /// What was settled when the row was made, live or to be brought back, cannot be declared otherwise.
    fn fixed_field_conflict(self, row: &Value) -> Option<(RefusalText, Vec<FieldChange>)> {
        let otherwise = |fixed: &&FixedAtCreation| {
            let held = at(row, fixed.field);
            !held.is_null() && held != &Value::String(fixed.value.clone())
        };
        let fixed = self.desired.fixed.iter().find(otherwise)?;
        let told = |change: &FieldChange| self.difference.changes.iter().any(|known| known.path == change.path);
        let unfixable = self
            .desired
            .fixed
            .iter()
            .filter(otherwise)
            .map(|fixed| fixed_otherwise(fixed, at(row, fixed.field), self.input.sources));
        let held = inline(at(row, fixed.field));
        let why =
            format!("`{}` is {held} and cannot be changed to {}: it is fixed at creation", fixed.field, fixed.value);
        let help =
            format!("write `{}: {held}`, or remove the account and add it again in a second change", fixed.field);
        Some(((fixed.place, why, help), unfixable.filter(|change| !told(change)).collect()))
    }

    /// An account is in one partition, whichever vendor's row says so.
    fn partition(self) -> Option<RefusalText> {
        let (told, row) = self.otherwise.about(self.desired.account.as_deref())?;
        let declared = self.input.desired.partitions.get(self.desired.account.as_deref()?)?;
        let live = format!("its account is live in partition {told} ({}, row {})", row.key.provider, row.id);
        let why = match &declared.in_other_partition {
            None => format!("{live}, and declared in {}", declared.name),
            Some(_) => format!("{live}, and not everything that is live or declared of it can be there"),
        };
        let help = format!(
            "an account is in one partition: write `aws_partition: {told}`, or take that row out under `removed:` if it is the wrong one"
        );
        Some((declared.place, why, help))
    }

    fn not_manageable(self, observed: &Observed) -> Option<RefusalText> {
        let why = format!("it cannot be changed from here: {}", observed.not_manageable?);
        Some((self.desired.place, why, "take the block out of the account".to_owned()))
    }

    fn immutable_arm(self) -> Option<RefusalText> {
        let (path, place) = self.difference.immutable_arm.as_ref()?;
        let why = format!("`{path}` would switch from one kind to the other, which the vendor refuses");
        let help = "take the account out under `removed:` in one change and declare it anew in a second; it will get a new external id";
        Some((*place, why, help.to_owned()))
    }

    /// Refuses to switch off a field that another one, on and not declared, requires.
    fn required(self, live: &Value) -> Option<RefusalText> {
        if self.difference.changes.is_empty() {
            return None;
        }
        let (needs, path, place) = required(&self.desired.node, &self.desired.schema().block, live, &Path::root())?;
        self.difference.changes.iter().find(|change| change.path == path)?;
        let why =
            format!("`{path}` would be switched off, and `{needs}`, which is on, needs it: the vendor refuses that");
        Some((place, why, format!("write `{needs}: false` beside it, or leave it on")))
    }

    /// Live under another of its names.
    fn elsewhere(self, observed: &Observed) -> Option<RefusalText> {
        let why = || format!("it is live as {}, and declared as {}", observed.key.name, self.desired.key.name);
        let help = "declare it as it is live, or take that one out under `removed:` in a change of its own first";
        (observed.key != self.desired.key).then(|| (self.desired.place, why(), help.to_owned()))
    }

    /// Where a row is known by its role, another role is another row: a second one would be made beside the one that is
    /// live and that no entry names any more, although the account is protected; and where that is said.
    fn second_row(self) -> Option<(RefusalText, Place)> {
        let Desired { key, account, place, .. } = self.desired;
        let protected = protection(self.input, self.desired.names())?;
        let observation = self.input.snapshots.get(key.provider)?.result.as_ref().ok()?;
        let is_first = |row: &&Observed| {
            row.key.kind == key.kind && row.account == *account && !self.input.desired.entries.contains_key(&row.key)
        };
        let first = observation.rows.values().filter(|_| account.is_some()).find(is_first)?;
        let why = format!(
            "a second one would be made beside row {}, which is live with {} and which no entry declares, but the account is protected",
            first.id, first.key.name
        );
        let help = "declare the one that is live, or take the account off `protect:` in a change of its own first";
        Some(((*place, why, help.to_owned()), protected))
    }

    /// Its authentication would change although it is protected, and where that is said.
    fn protected(self) -> Option<(RefusalText, Place)> {
        let protected = protection(self.input, self.desired.names())?;
        let touched = self
            .difference
            .changes
            .iter()
            .find(|change| self.desired.schema().block.is_authentication(&change.path))?;
        let why = format!("`{}` would change, but it is protected", touched.path);
        let help = "take it off `protect:` in a change of its own first".to_owned();
        Some(((self.desired.place, why, help), protected))
    }
}

/// A switch that is declared off although another that is on, and that the block does not name, needs it: which needs
/// which, and where.
fn required<'a>(node: &'a Node, block: &'a BlockSchema, live: &Value, path: &Path) -> Option<(&'a str, Path, Place)> {
    let is_off = |needed: &str| node.get(needed).filter(|node| node.json() == Value::Bool(false));
    let here = block.fields.iter().find_map(|(name, field)| {
        let needed = field.requires.filter(|_| node.get(name).is_none() && at(live, name) == true)?;
        Some((name, path.field(needed), is_off(needed)?.place()))
    });
    let below =
        |entry: &'a Entry| required(&entry.node, block.block(&entry.key)?, at(live, &entry.key), &path.key(&entry.key));
    here.or_else(|| node.entries().iter().find_map(below))
}

/// Where a row of these names is protected, if it is.
pub fn protection<'a>(input: &PlanInput<'_>, mut names: impl Iterator<Item = &'a str>) -> Option<Place> {
    names.find_map(|name| input.desired.protect.get(name)).copied()
}
