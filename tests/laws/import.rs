//! Law 7: import is a fixpoint. `plan(live, import(live))` is empty, folded and flat, upon nothing and upon any config there may be.

use std::collections::BTreeSet;

use heeler::config::files::Text;
use heeler::executor::observe;
use heeler::importer::{Imported, Layout, Question, Unproved, import};
use heeler::model::Env;
use heeler::model::yaml::{Line, Yaml};
use heeler::providers::{self, Provider};
use heeler::sandbox::Sandbox;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{Fleet, account, config, field_value, fleet, keeping_authentication, unwrapped};
use crate::harness::{block_on, load, plan, sandbox, try_load, world_of};

fn provider() -> &'static dyn Provider {
    providers::ALL[0]
}

/// The config's head, as an import begins one.
fn beginning() -> Vec<Line> {
    let settings = Yaml::of(&json!({ provider().name(): { "site": "datadoghq.eu" } }));
    vec![Line::new("version", Yaml::Scalar(json!(1))), Line::new("providers", settings)]
}

/// Imports what the sandbox lists, upon these texts.
fn imported(texts: &[String], sandbox: &Sandbox, flat: bool, only: Option<&BTreeSet<String>>) -> Imported {
    let head = heeler::render::yaml::document(&beginning());
    let loaded = try_load(if texts.is_empty() { std::slice::from_ref(&head) } else { texts }).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let readings = block_on(observe(sandbox, &loaded.desired));
    let named: Vec<Text> = texts.iter().enumerate().map(|(at, text)| Text { name: format!("{at}.yaml"), text: text.clone() }).collect();
    let beginning = if texts.is_empty() { beginning() } else { Vec::new() };
    let (env, layout) = (Env::default(), Layout::One);
    let question =
        Question { texts: &named, beginning: &beginning, loaded: &loaded, env: &env, readings: &readings, only, adopted: None, flat, layout };
    match import(&question) {
        Ok(imported) => imported,
        Err(Unproved::Invalid(invalid)) => panic!("invalid: {:#?}", invalid.diagnostics),
        Err(Unproved::Differs(plan)) => panic!("differs: {:#?}", plan.actions),
    }
}

/// What another day's server may list: fields and arms that nobody knows, nulls for what is empty, doubles, entries that say nothing.
fn mess(row: &Value, luck: u8) -> Value {
    fn nulls(value: &Value) -> Value {
        match value {
            Value::Array(items) if items.is_empty() => Value::Null,
            Value::Array(items) => items.iter().chain(items.first()).map(nulls).collect(),
            Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), nulls(value))).collect::<serde_json::Map<_, _>>().into(),
            scalar => scalar.clone(),
        }
    }
    let mut row = row.clone();
    let attributes = &mut row["attributes"];
    for (name, value) in attributes.as_object_mut().into_iter().flatten() {
        if luck & 1 != 0 && (name == "account_tags" || name == "aws_regions") {
            *value = nulls(value);
        }
        if luck & 2 != 0 && value.is_object() && !name.starts_with("auth") {
            value["some_future_switch"] = json!({ "a": [3, 1], "b": null });
        }
    }
    if luck & 4 != 0 {
        attributes["aws_regions"] = json!({ "exclude_only": ["us-east-1"] });
    }
    if luck & 8 != 0 {
        attributes["aws_partition"] = json!("aws-us-gov");
        attributes["auth_config"] = json!({ "access_key_id": "AKIAEXAMPLE00000009", "some_future_field": 1 });
    }
    if luck & 16 != 0 {
        attributes["account_tags"] = json!(["key:${aws_account_id}", "on:NO", "~", "no way", "line\nbreak", "🐕:012", "a:12:30", "$${x}:y"]);
    }
    if luck & 32 != 0 {
        attributes["metrics_config"]["tag_filters"] =
            json!([{ "namespace": "AWS/EC2", "tags": null }, { "namespace": "AWS/RDS", "some_future_filter": ["x"] }]);
        attributes["brand_new"] = json!({ "list": [] });
    }
    if luck & 64 != 0 {
        attributes["metrics_config"]["namespace_filters"] = json!({ "exclude_only": ["AWS/SQS"], "include_only": ["AWS/EC2"] });
        attributes["traces_config"] = json!({ "xray_services": { "include_all": false, "include_only": ["one"] } });
    }
    if luck & 128 != 0 {
        attributes["resources_config"] = json!({ "cloud_security_posture_management_collection": true });
        attributes["metrics_config"]["enabled"] = json!("yes");
    }
    row
}

fn world(fleet: &Fleet, luck: &[u8], seed: u64) -> Vec<Value> {
    let rows = world_of(provider().backend(), &config(provider(), fleet, &json!({})), seed);
    rows.iter().zip(luck.iter().cycle()).map(|(row, luck)| mess(row, *luck)).collect()
}

/// `defaults` and a profile of any content.
fn layers() -> BoxedStrategy<Value> {
    let block = || field_value(&unwrapped(provider().schema()));
    (block(), block())
        .prop_map(|(defaults, profile)| {
            let clean = |mut block: Value| {
                block.as_object_mut().into_iter().for_each(|fields| drop(fields.remove("resources_config")));
                json!({ provider().name(): block })
            };
            json!({ "defaults": clean(defaults), "profiles": { "some": clean(profile) } })
        })
        .boxed()
}

/// A few accounts, or many that look alike: a few kinds, each account with something of another kind, and with ARNs of its own.
fn herd() -> BoxedStrategy<Fleet> {
    let kinds = proptest::collection::vec(account(provider()), 1..4);
    let accounts = proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()), 4..16);
    let alike = (kinds, accounts).prop_map(|(kinds, accounts)| {
        let one = |(at, (kind, other, field)): (usize, &(prop::sample::Index, prop::sample::Index, prop::sample::Index))| {
            let id = format!("2100000001{at:02}");
            let mut block = kind.get(&kinds).clone();
            let other = other.get(&kinds).as_object().into_iter().flatten().filter(|(name, _)| *name != "auth_config").collect::<Vec<_>>();
            if !other.is_empty() && at % 3 == 0 {
                let (name, value) = field.get(&other);
                block[*name] = (*value).clone();
            }
            (id.clone(), serde_json::from_str(&block.to_string().replace("210000000001", &id)).expect("JSON"))
        };
        accounts.iter().enumerate().map(one).collect::<Fleet>()
    });
    prop_oneof![fleet(provider()), alike].boxed()
}

fn ids(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().filter_map(|row| row["attributes"]["aws_account_id"].as_str().map(str::to_owned)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_import_plans_empty_and_a_second_finds_nothing(
        fleet in herd(), luck in proptest::collection::vec(any::<u8>(), 1..5), flat in any::<bool>(), seed in any::<u64>(),
    ) {
        let rows = world(&fleet, &luck, seed);
        let sandbox = sandbox(provider().backend(), rows.clone(), seed);
        let first = imported(&[], &sandbox, flat, None);
        prop_assert_eq!(&first.left, &Vec::<String>::new());
        prop_assert_eq!(first.accounts, rows.len());
        let text = first.texts.iter().map(|text| text.text.clone()).collect::<Vec<_>>();
        let config = try_load(&text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let plan = plan(&config, &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty() && plan.unmanaged.is_empty(), "{:#?}\n{}", plan, text[0]);
        prop_assert!(imported(&text, &sandbox, flat, None).texts.is_empty());
        prop_assert!(sandbox.log().iter().all(|request| !request.write), "an import wrote");
        let all = ids(&rows);
        prop_assert_eq!(imported(&text, &sandbox, flat, Some(&all)).accepted, rows.len());
    }

    #[test]
    fn upon_a_config_it_plans_empty_too(
        fleet in herd(), luck in proptest::collection::vec(any::<u8>(), 1..5), layers in layers(), flat in any::<bool>(), seed in any::<u64>(),
    ) {
        let sandbox = sandbox(provider().backend(), world(&fleet, &luck, seed), seed);
        let ground = config(provider(), &Fleet::new(), &layers);
        if try_load(std::slice::from_ref(&ground)).is_err() {
            return Ok(());
        }
        let first = imported(std::slice::from_ref(&ground), &sandbox, flat, None);
        let all: Vec<String> = [ground].into_iter().chain(first.texts.into_iter().map(|text| text.text)).collect();
        let config = try_load(&all).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let plan = plan(&config, &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty() && plan.unmanaged.is_empty(), "{:#?}\n{}", plan, all.join("\n---\n"));
        prop_assert_eq!(plan.unchanged, fleet.len());
    }

    #[test]
    fn what_is_accepted_is_what_is_live(
        earlier in fleet(provider()), later in fleet(provider()), luck in proptest::collection::vec(any::<u8>(), 1..5), seed in any::<u64>(),
    ) {
        let declared = keeping_authentication(provider(), &earlier, later);
        let rows = world(&earlier, &luck.iter().map(|luck| luck & 0b0010_0011).collect::<Vec<_>>(), seed);
        let sandbox = sandbox(provider().backend(), rows, seed);
        let text = config(provider(), &declared, &json!({}));
        let only: BTreeSet<String> = declared.keys().filter(|id| earlier.contains_key(*id)).cloned().collect();
        let accepted = imported(std::slice::from_ref(&text), &sandbox, false, Some(&only));
        prop_assert_eq!(accepted.accepted, only.len());
        if only.is_empty() {
            return Ok(());
        }
        // What is accepted takes the place of what was declared; fields it does not name any more are not there.
        let shown = heeler::model::Node::parse(&accepted.texts[0].text, 0).0.expect("YAML").json();
        let mut merged = declared.clone();
        for entry in shown["accounts"].as_array().into_iter().flatten() {
            merged.insert(entry["aws_account_id"].as_str().unwrap_or_default().to_owned(), entry[provider().name()].clone());
        }
        merged.retain(|id, _| only.contains(id));
        let plan = plan(&load(&config(provider(), &merged, &json!({}))), &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty(), "{:#?}\n{}", plan, accepted.texts[0].text);
    }
}
