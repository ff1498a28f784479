//! Law 7, of `accept`, field by field: every field of every provider's schema, declared in every layer and written in every
//! style, says what is live after `heeler accept --write`, and nothing else has changed. Nothing is drawn: the fields come
//! from the schema, and each is tried with each layer and each style.

mod bytes;
mod cases;
mod layers;
mod styles;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use heeler::commands::Exit;
use heeler::importer::accept::SkipReason;
use heeler::model::Env;
use heeler::providers::{self, Provider};
use heeler::run::Run;
use heeler::sandbox::Sandbox;
use serde_json::{Map, Value, json};

use crate::accept::{Taken, options, take};
use crate::commands::run;
use crate::folder;
use crate::generate::{own_key, settings};
use crate::harness::{block_on, load, sandbox, world_of};
use crate::in_process::plan_with;
use crate::schema_leaves::leaves;
use crate::vendors::named;
use bytes::only_these_changed;
use cases::{Fate, Field, Form, at, fields, without};
use layers::{LAYERS, Layer, Layers, layers};
use styles::{Config, Ordered, STYLES, Style, written};

/// Whose live values are accepted, and somebody else in the same file with the same layers.
const ACCOUNTS: [(&str, &str); 2] = [("210000000001", "data"), ("210000000002", "web")];

/// A config of both accounts.
fn config(provider: &dyn Provider, layers: &Layers) -> Config {
    let name = provider.name();
    let Layers { defaults, default_vars, profiles, entry, entry_vars } = layers;
    let mut head: Ordered = vec![("version".to_owned(), json!(1))];
    head.push(("providers".to_owned(), json!({ name: settings(provider) })));
    let limits = json!({ "creates": 1000, "deletes": 1000, "disruptive": 1000, "costly": 1000 });
    head.push(("limits".to_owned(), limits));
    let layer = |vars: &Map<String, Value>, block: &Value| {
        let mut layer = Map::new();
        layer.extend((!vars.is_empty()).then(|| ("vars".to_owned(), vars.clone().into())));
        layer.extend((!block.is_null()).then(|| (name.to_owned(), block.clone())));
        Value::from(layer)
    };
    head.push(("defaults".to_owned(), layer(default_vars, defaults)));
    let named: Vec<String> = (0..profiles.len()).map(|at| format!("p{at}")).collect();
    let known = named.iter().zip(profiles).map(|(name, block)| (name.clone(), layer(&Map::new(), block)));
    head.push(("profiles".to_owned(), known.collect::<Map<_, _>>().into()));
    let account = |(id, called): (&str, &str)| {
        let mut account: Ordered = vec![("aws_account_id".to_owned(), json!(id)), ("name".to_owned(), json!(called))];
        account.extend((!entry_vars.is_empty()).then(|| ("vars".to_owned(), entry_vars.clone().into())));
        account.extend((!named.is_empty()).then(|| ("profiles".to_owned(), json!(named))));
        // An access key belongs to one account.
        account.extend(entry.clone().map(|entry| (name.to_owned(), own_key(entry, id))));
        account
    };
    Config { head, accounts: ACCOUNTS.map(account).into() }
}

/// A world in which both are as `live` says, which is a block of the provider's.
fn world(provider: &dyn Provider, live: &Value) -> Vec<Value> {
    let flat = Layers { entry: Some(live.clone()), ..Layers::default() };
    world_of(provider.backend(), &written(&config(provider, &flat), Style::Json, &[]), 7)
}

/// The world as a file has it.
fn world_file(provider: &dyn Provider, rows: &[Value]) -> String {
    let backend = provider.backend();
    folder::write("world.json", &json!({ backend: { named(backend).rows_in_world: rows } }).to_string())
}

/// What a config asks for of others, and of the account without the field.
fn rest(run: &Run, fields: &[Vec<String>]) -> BTreeMap<String, Value> {
    let shown = |desired: &heeler::model::Desired| {
        let mut node = desired.node.json();
        if desired.account.as_deref() == Some(ACCOUNTS[0].0) {
            let below = desired.key.kind.block_path.len();
            node = fields.iter().fold(node, |node, field| without(node, field.get(below..).unwrap_or_default()));
        }
        json!([node, desired.name, desired.alias])
    };
    run.config().desired.entries.iter().map(|(key, desired)| (key.to_string(), shown(desired))).collect()
}

struct Case<'a> {
    provider: &'static dyn Provider,
    field: &'a Field,
    world: &'a str,
    sandbox: &'a Sandbox,
}

impl Case<'_> {
    /// Where the field stands in an entry.
    fn in_entry(&self) -> Vec<Vec<String>> {
        let below = |path: &Vec<String>| [&[self.provider.name().to_owned()], path.as_slice()].concat();
        self.field.compared_at.iter().map(below).collect()
    }

    fn holds(&self, config: &Config, style: Style, fate: Fate) -> String {
        let Case { field, sandbox, .. } = self;
        let before = written(config, style, &self.in_entry());
        let Taken { accepted, before: old, after } = take(&before, sandbox, ACCOUNTS[0].0);
        let shown = || format!("{:?} {style:?} {accepted:?}\n{before}", field.path);
        let is_refused = accepted.skipped.iter().any(|left| left.why == SkipReason::Authentication);
        assert_eq!(is_refused, fate == Fate::Refused, "{}", shown());
        assert_eq!(after.is_some(), fate == Fate::Taken, "{}", shown());
        let Some(after) = after else { return before };
        let new = load(&after);
        let plan = block_on(plan_with(&new, *sandbox, options(ACCOUNTS[0].0)));
        assert!(plan.actions.is_empty() && plan.refusals.is_empty(), "{}\n-----\n{after}", shown());
        assert_eq!(rest(&old, &field.compared_at), rest(&new, &field.compared_at), "{}\n-----\n{after}", shown());
        only_these_changed(&before, &after, &self.in_entry());
        after
    }

    /// The same by the command: what stands in the file afterwards.
    fn command_holds(&self, config: &Config, style: Style, fate: Fate, wanted: &str) {
        let before = written(config, style, &self.in_entry());
        let file = folder::write("heeler.yaml", &before);
        let sandbox = format!("--sandbox={}", self.world);
        let ended = run(["accept", &file, &sandbox, "--only", ACCOUNTS[0].0, "--write"], &Env::default());
        let (exit, says) = match fate {
            Fate::Taken => (Exit::Done, "Wrote"),
            Fate::NotCompared => (Exit::Done, "Nothing to accept"),
            Fate::Refused => (Exit::Refused, "Nothing was written"),
            Fate::NamesRow | Fate::SaidElsewhere => (Exit::Failed, "Nothing was written"),
        };
        assert!(ended.exit == exit && ended.printed.contains(says), "{ended:?}\n{before}");
        assert_eq!(fs::read_to_string(&file).expect("the config"), wanted);
    }
}

/// Whether a map lacks a key that is said elsewhere than in the entry's own map.
fn loses_key(field: &Field, layer: Layer, declared: &Value, live: &Value) -> bool {
    let [declared, live] = [declared, live].map(|block| at(block, &field.path));
    let keys = |value: Option<&Value>| value.and_then(Value::as_object).map(|fields| fields.keys().cloned().collect());
    let is_map = field.form == Form::Map;
    let [declared, live]: [BTreeSet<String>; 2] = [declared, live].map(|value| keys(value).unwrap_or_default());
    let is_own = matches!(layer, Layer::Entry | Layer::EntryWithVars) && field.compared_at == [field.path.clone()];
    is_map && !is_own && !declared.is_subset(&live)
}

/// What was tried of one field.
#[derive(Debug)]
struct Tried {
    fate: Fate,
    /// Each layer with each style.
    ways: BTreeSet<(Layer, Style)>,
    runs: usize,
    commands: usize,
}

/// Every field of a provider in every layer that can say it, in every style.
fn every_field(provider: &'static dyn Provider) -> BTreeMap<String, Tried> {
    let mut counted = BTreeMap::<String, Tried>::new();
    for field in fields(provider) {
        let none = || Tried { fate: field.fate, ways: BTreeSet::new(), runs: 0, commands: 0 };
        let tried = counted.entry(field.path.join(".")).or_insert_with(none);
        for (at, (declared, live)) in field.pairs.iter().enumerate() {
            let rows = world(provider, live);
            let world = world_file(provider, &rows);
            let sandbox = sandbox(provider.backend(), rows, 7);
            let case = Case { provider, field: &field, world: &world, sandbox: &sandbox };
            // An access key belongs to one account.
            let is_own = |layer: &Layer| *layer == Layer::Entry || !declared.to_string().contains("access_key_id");
            for (number, layer) in LAYERS.into_iter().enumerate().filter(|(_, layer)| is_own(layer)) {
                let Some(layers) = layers(provider, layer, &field.path, declared, live) else { continue };
                let config = config(provider, &layers);
                let fate = if loses_key(&field, layer, declared, live) { Fate::SaidElsewhere } else { field.fate };
                // The first difference in every style, the way back and others in one after the other.
                let another = (number + at) % STYLES.len();
                for style in if at == 0 { &STYLES[..] } else { &STYLES[another..=another] } {
                    let after = case.holds(&config, *style, fate);
                    tried.ways.insert((layer, *style));
                    tried.runs += 1;
                    if tried.runs % 10 == 1 {
                        case.command_holds(&config, *style, fate, &after);
                        tried.commands += 1;
                    }
                }
            }
        }
    }
    counted
}

/// The law for one provider. `refused` are the fields that are never taken, `fields` and `runs` how many there are at
/// least.
fn check(name: &str, refused: &[&str], fields: usize, runs: usize) {
    let provider = providers::named(name).expect("a provider");
    let counted = every_field(provider);
    let mut all = Vec::new();
    leaves(provider.block(), &[], &mut all);
    for leaf in all {
        // What stands in a list of maps is a part of the list.
        let is_tried = (1..=leaf.len()).any(|length| counted.contains_key(&leaf[..length].join(".")));
        assert!(is_tried, "{leaf:?} was not tried");
    }
    for (field, Tried { fate, ways, commands, .. }) in &counted {
        // Those that can say any field; the rest depends on what stands in it.
        let layers = if *fate == Fate::Taken { &LAYERS[..5] } else { &LAYERS[..1] };
        for (layer, style) in layers.iter().flat_map(|layer| STYLES.map(|style| (*layer, style))) {
            assert!(ways.contains(&(layer, style)), "{field}: {layer:?} {style:?}");
        }
        assert!(*commands > 0, "{field}");
    }
    let of = |fate: Fate| counted.iter().filter(move |(_, tried)| tried.fate == fate).map(|(field, _)| field.as_str());
    assert_eq!(of(Fate::Refused).collect::<Vec<_>>(), refused, "says how {name} gets in");
    let lists = counted.values().filter(|tried| tried.ways.contains(&(Layer::AddedInEntry, Style::Comments))).count();
    let texts = counted.values().filter(|tried| tried.ways.contains(&(Layer::EntryWithVars, Style::Comments))).count();
    assert!(lists > 1 && texts > 2, "{lists} lists, {texts} texts");
    let (tried, sum) = (counted.len(), counted.values().map(|tried| tried.runs).sum::<usize>());
    assert!(tried >= fields && sum >= runs, "only {tried} fields, {sum} runs");
}

#[test]
fn every_field_of_datadog() {
    let refused = ["auth_config.access_key_id", "auth_config.external_id", "auth_config.role_name"];
    check("datadog", &refused, 24, 1400);
}

#[test]
fn every_field_of_datadog_v1() {
    check("datadog_v1", &["role_name"], 13, 700);
}

#[test]
fn every_field_of_cloudcraft() {
    check("cloudcraft", &["role_arn", "role_name"], 6, 300);
}

#[test]
fn every_field_of_wavefront() {
    check("wavefront", &[], 47, 2000);
}
