//! Folded drafts as YAML: `defaults`, `profiles`, `accounts`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::account_draft::{Draft, Leaves, Schemas};
use super::layers::existing_config::{self, FieldPath, ProfileFit, fit_existing};
use super::layers::fold::{CellState, Cells, Folded, Group, fold};
use super::layers::profile_names::titles;
use super::layers::table::{Table, build_table};
use super::layers::{ColumnKey, ExistingConfig};
use super::note::Note;
use super::tags::tags;
use crate::model::schema::{BlockSchema, FieldSchema, FieldType};
use crate::model::yaml::{Line, Yaml};

/// What is said above a secret.
const SECRET: &str = "Cannot be read: set this variable where apply runs.";

/// The keys of a layer that are no provider's.
const PARTITION: &str = "aws_partition";
const VARS: &str = "vars";

/// The parts of a config, as top-level keys.
#[derive(Debug, Default)]
pub struct Parts {
    /// `defaults`, if anything was lifted there.
    pub defaults: Option<Line>,
    /// `profiles`, if there are any.
    pub profiles: Option<Line>,
    /// The entries of `accounts`.
    pub entries: Vec<Entry>,
    /// How many profiles.
    pub groups: usize,
}

/// One entry of `accounts`, and what tells in which file it belongs.
#[derive(Debug)]
pub struct Entry {
    /// The entry.
    pub yaml: Yaml,
    /// The profiles that it lists.
    pub profiles: Vec<String>,
    /// The tags of the account.
    pub tags: Vec<String>,
    /// What it takes out of the layers below.
    pub unmanaged: Vec<String>,
}

/// Writes drafts as new entries of the config there is. With `flat`, nothing is folded.
pub fn write(drafts: &[Draft], existing: &ExistingConfig, schemas: &Schemas, flat: bool) -> Parts {
    if drafts.is_empty() {
        return Parts::default();
    }
    let table = build_table(drafts, schemas, existing, flat);
    let ProfileFit { cell_states, profiles, cuts } = fit_existing(drafts, &table, existing, schemas, flat);
    let folded = if flat {
        Folded::nothing(&table, cell_states, &[])
    } else {
        let made = |names: &Vec<String>| {
            let layers = names.iter().filter_map(|name| existing.profiles.get(name));
            layers.flat_map(|layer| layer.blocks.keys().copied()).collect()
        };
        let made: Vec<BTreeSet<&str>> = profiles.iter().map(made).collect();
        fold(&table, Folded::nothing(&table, cell_states, &made), existing.open)
    };
    let taken: BTreeSet<String> = existing.profiles.keys().cloned().collect();
    let titles = titles(&folded.groups, drafts, &table, schemas, &taken);
    let mut said_below = existing_config::paths(&existing.defaults, schemas);
    said_below.extend(folded.defaults.keys().filter_map(|at| field(&table.columns[*at].column_key)));
    let entries = drafts.iter().enumerate().map(|(line, draft)| {
        let groups = folded.groups.iter().zip(&titles);
        let joined: Vec<(&Group, &String)> =
            groups.filter(|(group, _)| group.members.binary_search(&line).is_ok()).collect();
        let listed: Vec<&String> = profiles[line].iter().chain(joined.iter().map(|(_, title)| *title)).collect();
        let managed = folded.blockless[line].clone();
        let own = table.lines[line].iter().filter(|(at, _)| {
            folded.cell_states[line].at(**at) != CellState::Inherited
                || (flat && table.columns[**at].column_key != ColumnKey::Partition)
        });
        let lifted = folded.cuts[line].iter().filter_map(|at| field(&table.columns[*at].column_key));
        let cuts = cuts[line].iter().cloned().chain(lifted).collect();
        let unmanaged = tidied(&cuts, draft, &said_below);
        let yaml = entry(
            draft,
            &OnLayers { profiles: &listed, unmanaged: &unmanaged, managed },
            own.map(|(at, cell)| (&table.columns[*at].column_key, &cell.plain)),
            schemas,
        );
        let tags = tags(draft, schemas).into_iter().map(str::to_owned).collect();
        Entry { yaml, profiles: listed.into_iter().cloned().collect(), tags, unmanaged }
    });
    Parts {
        entries: entries.collect(),
        defaults: (!folded.defaults.is_empty()).then(|| {
            Line::new("defaults", Yaml::Map(blocks(said(&folded.defaults, &table), &BTreeSet::new(), schemas)))
                .below_blank_line()
        }),
        profiles: (!folded.groups.is_empty())
            .then(|| Line::new("profiles", profiles_of(&folded.groups, &titles, &table, schemas)).below_blank_line()),
        groups: folded.groups.len(),
    }
}

fn profiles_of(groups: &[Group], titles: &[String], table: &Table, schemas: &Schemas) -> Yaml {
    let profiles = groups.iter().zip(titles).map(|(group, title)| {
        let members = group.members.len();
        let own = blocks(said(&group.cells, table), &group.blocks, schemas);
        Line { beside: Some(format!("{members} accounts")), ..Line::new(title, Yaml::Map(own)).below_blank_line() }
    });
    Yaml::Map(profiles.collect())
}

/// What a layer says.
fn said<'a>(cells: &'a Cells, table: &'a Table) -> impl Iterator<Item = (&'a ColumnKey, &'a Value)> {
    cells.iter().map(|(at, number)| (&table.columns[*at].column_key, &table.columns[*at].values[*number]))
}

/// What an entry says of the layers below it.
pub struct OnLayers<'a> {
    /// The profiles that it lists.
    pub profiles: &'a [&'a String],
    /// What it leaves alone.
    pub unmanaged: &'a [String],
    /// The providers whose block it has, be it an empty one.
    pub managed: BTreeSet<&'static str>,
}

/// One entry of `accounts`.
pub fn entry<'a>(
    draft: &Draft,
    layers: &OnLayers<'_>,
    own: impl Iterator<Item = (&'a ColumnKey, &'a Value)>,
    schemas: &Schemas,
) -> Yaml {
    let OnLayers { profiles, unmanaged, managed } = layers;
    let own = blocks(own, managed, schemas);
    let (partition, own): (Vec<Line>, Vec<Line>) = own.into_iter().partition(|line| line.key == PARTITION);
    let (vars, own): (Vec<Line>, Vec<Line>) = own.into_iter().partition(|line| line.key == VARS);
    let mut lines: Vec<Line> = draft.account.iter().map(|id| Line::new("aws_account_id", Yaml::text(id))).collect();
    lines.extend(partition);
    lines.extend(draft.name.iter().map(|name| Line::new("name", Yaml::text(name))));
    lines.extend(vars);
    if !profiles.is_empty() {
        lines.push(Line::new("profiles", Yaml::texts(profiles.iter().copied())));
    }
    if !unmanaged.is_empty() {
        lines.push(Line::new("unmanaged", Yaml::texts(*unmanaged)));
    }
    lines.extend(own);
    if let Some(first) = lines.first_mut() {
        first.blank_line_above = true;
        first.above = draft.notes.iter().map(Note::to_string).collect();
    }
    Yaml::Row(lines)
}

/// `aws_partition`, `vars`, then a block for each provider that something is said about, or that `managed` names.
fn blocks<'a>(
    said: impl Iterator<Item = (&'a ColumnKey, &'a Value)>,
    managed: &BTreeSet<&'static str>,
    schemas: &Schemas,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut vars = Vec::new();
    let mut by_provider: BTreeMap<&'static str, Leaves> =
        managed.iter().map(|provider| (*provider, Leaves::new())).collect();
    for (column_key, value) in said {
        match column_key {
            ColumnKey::Partition => lines.push(Line::new(PARTITION, Yaml::of(value))),
            ColumnKey::Field(provider, path) => {
                drop(by_provider.entry(provider).or_default().insert(path.clone(), value.clone()))
            }
            ColumnKey::Var(name) => vars.push(Line::new(name, Yaml::of(value))),
            ColumnKey::Added(provider, path, _) => {
                let leaves = by_provider.entry(provider).or_default();
                // A list of its own has all elements already; it comes first, as fields come before what is added.
                if leaves.contains_key(path) {
                    continue;
                }
                let list = leaves.entry(added(path)).or_insert_with(|| Value::Array(Vec::new()));
                list.as_array_mut().into_iter().for_each(|list| list.push(value.clone()));
            }
        }
    }
    lines.extend((!vars.is_empty()).then(|| Line::new(VARS, Yaml::Row(vars))));
    for (provider, leaves) in by_provider {
        if let Some(schema) = schemas.get(provider) {
            lines.push(Line::new(provider, block(schema, &leaves, &mut Vec::new())));
        }
    }
    lines
}

/// The path of `KEY+`, which adds to what `KEY` says below.
fn added(path: &[String]) -> Vec<String> {
    let mut path = path.to_vec();
    path.last_mut().into_iter().for_each(|key| key.push('+'));
    path
}

/// The leaves below a path as a block: single values first, else in the order of the schema.
pub fn block(shape: &BlockSchema, leaves: &Leaves, path: &mut Vec<String>) -> Yaml {
    let mut lines = Vec::new();
    for (name, field) in shape.fields.iter() {
        path.push(name.to_owned());
        match (leaves.get(path), &field.field_type) {
            (said, FieldType::Block(inner)) if said.is_none_or(is_empty_map) => {
                let inner = block(inner, leaves, path);
                lines.extend((!inner.is_empty() || said.is_some()).then(|| Line::new(name, inner)));
            }
            (Some(value), _) => lines.push(line(name, field, value)),
            (None, FieldType::Switches(_)) => {
                let switches = leaves.iter().filter_map(|(leaf, on)| match leaf.strip_prefix(path.as_slice()) {
                    Some([name]) => Some(Line::new(name, Yaml::of(on))),
                    _ => None,
                });
                let switches: Vec<Line> = switches.collect();
                lines.extend((!switches.is_empty()).then(|| Line::new(name, Yaml::Map(switches))));
            }
            (None, FieldType::Block(_) | FieldType::Value(_) | FieldType::Set(_) | FieldType::Keyed { .. }) => {}
        }
        lines.extend(leaves.get(&added(path)).map(|value| Line::new(format!("{name}+"), yaml(field, value))));
        path.pop();
    }
    lines.sort_by_key(|line| !matches!(line.value, Yaml::Scalar(_)));
    Yaml::Map(lines)
}

/// Whether it says of a block no more than that it is there.
fn is_empty_map(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| fields.is_empty())
}

fn line(name: &str, field: &FieldSchema, value: &Value) -> Line {
    let line = Line::new(name, yaml(field, value));
    if field.secret_with.is_some() { line.under(SECRET) } else { line }
}

/// One value; an entry of a keyed list begins with its key.
fn yaml(field: &FieldSchema, value: &Value) -> Yaml {
    let fields = |block: &BlockSchema, value: &Value| -> Vec<Line> {
        let held = value.as_object().into_iter().flatten();
        held.map(|(name, value)| {
            block.fields.get(name).map_or_else(|| Line::new(name, Yaml::of(value)), |field| line(name, field, value))
        })
        .collect()
    };
    match &field.field_type {
        FieldType::Block(block) => Yaml::Map(fields(block, value)),
        FieldType::Keyed { by, item } => {
            let entries = value.as_array().into_iter().flatten().map(|entry| {
                let mut lines = fields(item, entry);
                lines.sort_by_key(|line| line.key != *by);
                Yaml::Map(lines)
            });
            Yaml::List(entries.collect())
        }
        FieldType::Value(_) | FieldType::Set(_) | FieldType::Switches(_) => Yaml::of(value),
    }
}

fn field(column_key: &ColumnKey) -> Option<FieldPath> {
    if let ColumnKey::Field(provider, path) = column_key { Some((*provider, path.clone())) } else { None }
}

/// Paths to leave alone, as few as say the same: a whole block, where the account has nothing in it. `said` is what
/// `defaults` says.
fn tidied(cuts: &BTreeSet<FieldPath>, draft: &Draft, said: &BTreeSet<FieldPath>) -> Vec<String> {
    let mut paths = BTreeSet::new();
    for (provider, path) in cuts {
        let held = |above: &[String]| {
            draft.blocks.get(provider).is_some_and(|leaves| leaves.keys().any(|path| path.starts_with(above)))
        };
        let below = |above: &[String]| {
            said.iter().filter(|(of, path)| of == provider && path.starts_with(above)).all(|path| cuts.contains(path))
        };
        let whole = |above: &[String]| !held(above) && below(above);
        let shortest = (1..=path.len()).find(|length| whole(&path[..*length])).unwrap_or(path.len());
        paths.insert(format!("{provider}.{}", path[..shortest].join(".")));
    }
    paths.into_iter().collect()
}
