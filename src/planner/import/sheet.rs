//! Drafts laid out as a sheet: a line per account, a column per field, and in each cell a number for what stands there.
//!
//! The same number in one column is the same text in a layer. A value is written with names in it, such as `${aws_account_id}`, only
//! where that makes it the same for several accounts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::forms::Forms;
use super::{Draft, Schemas};
use crate::model::shape::{Block, Form};

/// Which field a column is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The account's `aws_partition`.
    Partition,
    /// A path below a provider's block.
    Field(&'static str, Vec<String>),
}

/// One field over all accounts.
pub struct Column {
    /// Which.
    pub slot: Slot,
    /// The values that occur, by number.
    pub values: Vec<Value>,
    /// What writing each of them out costs, in characters.
    pub costs: Vec<usize>,
    /// Whether a value in a higher layer takes the place of one in a lower layer completely.
    pub folds: bool,
}

/// All fields over all accounts.
pub struct Sheet {
    /// In the order of their slots.
    pub columns: Vec<Column>,
    /// One per draft: the number in each column, if it has the field.
    pub lines: Vec<Vec<Option<usize>>>,
    /// One per draft: its value in each column as it is, without names in it.
    pub plain: Vec<Vec<Option<Value>>>,
    /// One per draft: the providers whose block it has.
    pub managed: Vec<BTreeSet<&'static str>>,
}

/// Lays drafts out. With `named`, values may be written with names in them.
pub fn lay_out(drafts: &[Draft], schemas: &Schemas, named: bool) -> Sheet {
    let paths = drafts.iter().flat_map(|draft| draft.blocks.iter().flat_map(|(provider, leaves)| leaves.keys().map(|path| (*provider, path))));
    let mut slots: BTreeSet<Slot> = paths.map(|(provider, path)| Slot::Field(provider, path.clone())).collect();
    slots.insert(Slot::Partition);
    let managed = drafts.iter().map(|draft| draft.blocks.keys().copied().collect()).collect();
    let mut sheet = Sheet { columns: Vec::new(), lines: vec![Vec::new(); drafts.len()], plain: vec![Vec::new(); drafts.len()], managed };
    for slot in slots {
        let forms: Vec<Option<Forms>> = drafts.iter().map(|draft| forms(draft, &slot)).collect();
        let chosen = chosen(&forms, named);
        let mut numbers = BTreeMap::<String, usize>::new();
        let mut values = Vec::new();
        for ((line, plain), (form, chosen)) in sheet.lines.iter_mut().zip(&mut sheet.plain).zip(forms.iter().zip(chosen)) {
            line.push(chosen.map(|value| {
                *numbers.entry(value.to_string()).or_insert_with(|| {
                    values.push(value.clone());
                    values.len() - 1
                })
            }));
            plain.push(form.as_ref().map(|form| form.plain.clone()));
        }
        let costs = values.iter().map(|value| cost(&slot, value)).collect();
        let folds = replaces_whole(&slot, &values, schemas);
        sheet.columns.push(Column { slot, values, costs, folds });
    }
    sheet
}

fn forms(draft: &Draft, slot: &Slot) -> Option<Forms> {
    match slot {
        Slot::Partition => {
            let partition = Value::from(draft.partition.as_str());
            Some(Forms { plain: partition.clone(), by_account: partition.clone(), by_partition: partition })
        }
        Slot::Field(provider, path) => Some(Forms::of(draft.blocks.get(provider)?.get(path)?, draft.account.as_deref(), &draft.partition)),
    }
}

/// The form of each that most of them share: with names only where several accounts become the same by it.
fn chosen(forms: &[Option<Forms>], named: bool) -> Vec<Option<&Value>> {
    let kinds = |of: fn(&Forms) -> &Value, finer: fn(&Forms) -> &Value| {
        let mut kinds = BTreeMap::<String, BTreeSet<String>>::new();
        for form in forms.iter().flatten().filter(|_| named) {
            kinds.entry(of(form).to_string()).or_default().insert(finer(form).to_string());
        }
        kinds.into_iter().filter(|(_, finer)| finer.len() > 1).map(|(kind, _)| kind).collect::<BTreeSet<String>>()
    };
    let by_partition = kinds(|form| &form.by_partition, |form| &form.by_account);
    let by_account = kinds(|form| &form.by_account, |form| &form.plain);
    let choose = |form: &Forms| -> usize {
        match () {
            () if by_partition.contains(&form.by_partition.to_string()) => 2,
            () if by_account.contains(&form.by_account.to_string()) => 1,
            () => 0,
        }
    };
    let choose = |form| match choose(form) {
        2 => &form.by_partition,
        1 => &form.by_account,
        _ => &form.plain,
    };
    forms.iter().map(|form| form.as_ref().map(choose)).collect()
}

/// Roughly what the field costs where it is written out: its own text, its key, and its share of the keys above.
fn cost(slot: &Slot, value: &Value) -> usize {
    const INDENT: usize = 8;
    let keys = match slot {
        Slot::Partition => 13,
        Slot::Field(_, path) => path.iter().map(|name| name.len() + INDENT).sum(),
    };
    keys + value.to_string().len()
}

/// A map in a higher layer is merged with the lower one, field by field, and so is a one-of that names the same arm: it takes its place
/// completely only if all have the same fields.
fn replaces_whole(slot: &Slot, values: &[Value], schemas: &Schemas) -> bool {
    let Slot::Field(provider, path) = slot else { return true };
    let block = schemas.get(provider).and_then(|block| one_of(block, path));
    let mut fields_by_arm = BTreeMap::<Vec<usize>, BTreeSet<Vec<&str>>>::new();
    for value in values.iter().filter_map(Value::as_object) {
        let fields: Vec<&str> = value.keys().map(String::as_str).collect();
        let arms = block.map_or_else(Vec::new, |block| block.arms_among(fields.iter().copied()));
        fields_by_arm.entry(arms).or_default().insert(fields);
    }
    fields_by_arm.values().all(|fields| fields.len() == 1)
}

/// The one-of at a path.
pub fn one_of<'a>(block: &'a Block, path: &[String]) -> Option<&'a Block> {
    let (first, rest) = path.split_first()?;
    match &block.fields.get(first)?.form {
        Form::Block(inner) if rest.is_empty() => Some(inner),
        Form::Block(inner) => one_of(inner, rest),
        Form::Scalar(_) | Form::Set(_) | Form::Keyed { .. } | Form::Switches(_) => None,
    }
}

impl Sheet {
    /// Whether `defaults` reaches this account in this field: it has the provider's block.
    pub fn reaches(&self, line: usize, slot: &Slot) -> bool {
        match slot {
            Slot::Partition => true,
            Slot::Field(provider, _) => self.managed[line].contains(provider),
        }
    }
}
