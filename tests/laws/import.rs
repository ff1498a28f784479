//! Law 7: import is a fixpoint. `plan(live, import(live))` is empty, folded and flat, upon nothing and upon any config
//! there may be.

use std::collections::BTreeSet;

use heeler::config::files::Text;
use heeler::executor::{ReadPurpose, observe, observe_unmanaged};
use heeler::importer::{ImportInput, Imported, Layout, Unproved, fresh, import};
use heeler::model::schema::additions::adding_to;
use heeler::model::schema::{FieldSchema, FieldType, TextFormat};
use heeler::model::yaml::{Line, Yaml};
use heeler::model::{Env, ResourceSelection};
use heeler::providers::Provider;
use heeler::sandbox::Sandbox;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::generate::{
    Each, Fleet, account, block, cases, config, each, fleet, keeping_authentication, lawful, own_key, settings,
    two_fleets,
};
use crate::harness::{block_on, load, plan, sandbox, try_load, world_of};
use crate::mess::{mess, strays};

/// The config's head, as an import begins one.
fn beginning(provider: &dyn Provider) -> Vec<Line> {
    let settings = Yaml::of(&json!({ provider.name(): settings(provider) }));
    vec![Line::new("version", Yaml::Scalar(json!(1))), Line::new("providers", settings)]
}

/// Imports what the sandbox lists, upon these texts.
pub fn imported(
    provider: &dyn Provider,
    texts: &[String],
    sandbox: &Sandbox,
    flat: bool,
    only: Option<&BTreeSet<String>>,
) -> Imported {
    let only: Option<ResourceSelection> = only.map(|ids| ids.iter().cloned().collect());
    let only = only.as_ref();
    let head = heeler::render::yaml::document(&beginning(provider));
    let loaded = try_load(if texts.is_empty() { std::slice::from_ref(&head) } else { texts })
        .unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let loaded = loaded.config();
    let snapshots = block_on(async {
        let mut snapshots = observe(sandbox, &loaded.desired, ReadPurpose::Plan).await;
        observe_unmanaged(sandbox, &fresh(&loaded.desired, &snapshots, only), &mut snapshots).await;
        snapshots
    });
    let named: Vec<Text> =
        texts.iter().enumerate().map(|(at, text)| Text { name: format!("{at}.yaml"), text: text.clone() }).collect();
    let beginning = if texts.is_empty() { beginning(provider) } else { Vec::new() };
    let (env, layout) = (Env::default(), Layout::One);
    let (beginning, env, snapshots) = (&beginning, &env, &snapshots);
    let question = ImportInput { texts: &named, beginning, loaded, env, snapshots, only, adopted: None, flat, layout };
    match import(&question) {
        Ok(imported) => {
            assert!(imported.unfolded.is_none(), "the folded form failed: {:#?}", imported.unfolded);
            imported
        }
        Err(Unproved::Invalid(invalid)) => panic!("invalid: {:#?}", invalid.diagnostics),
        Err(Unproved::Differs(plan)) => panic!("differs: {:#?}", plan.actions),
    }
}

fn world(provider: &dyn Provider, fleet: &Fleet, luck: &[u8], seed: u64) -> Vec<Value> {
    let rows = world_of(provider.backend(), &config(provider, fleet, &json!({})), seed);
    rows.iter().zip(luck.iter().cycle()).map(|(row, luck)| mess(provider.backend(), row, *luck)).collect()
}

/// `defaults` and a profile of any content.
fn layers(Each(provider): Each) -> BoxedStrategy<Value> {
    let some = || block(provider.block());
    (some(), some(), any::<u8>())
        .prop_map(move |(mut defaults, mut profile, luck)| {
            // As a config has it that was imported already, or that somebody has written by hand.
            if let Some(field) = tag_field(provider).filter(|_| luck & 3 > 0) {
                defaults[field] =
                    json!(["env:${vars.env}", "by:terraform", "team.x:${vars.team}"][..usize::from(luck & 3)]);
                profile = match luck >> 2 & 3 {
                    0 => json!({ adding_to(field): ["pii:true"] }),
                    1 => json!({}),
                    _ => profile,
                };
            }
            let (low, high) = (json!({ "env": "prod" }), json!({ "env": "dev", "team": "t1" }));
            let vars = |given: &Value, bit: u8| if luck & bit > 0 { given.clone() } else { json!({}) };
            let (low, high) = (vars(&low, 16), vars(&high, 32));
            let clean = |mut block: Value| {
                block.as_object_mut().into_iter().for_each(|fields| drop(fields.remove("resources_config")));
                json!({ provider.name(): block })
            };
            let mut layers = json!({ "defaults": clean(defaults), "profiles": { "some": clean(profile) } });
            layers["defaults"]["vars"] = low;
            layers["profiles"]["some"]["vars"] = high;
            layers
        })
        .boxed()
}

/// A few accounts, or many that look alike: a few kinds, each account with something of another kind, and with ARNs of
/// its own.
fn herd(Each(provider): Each) -> BoxedStrategy<Fleet> {
    let kinds = proptest::collection::vec(account(provider), 1..4);
    let accounts = proptest::collection::vec((any::<Index>(), any::<Index>(), any::<Index>()), 4..16);
    let is_auth = |field: &str| provider.block().fields.get(field).is_some_and(|field| field.auth);
    let alike = (kinds, accounts).prop_map(move |(kinds, accounts)| {
        let one = |(at, (kind, other, field)): (usize, &(Index, Index, Index))| {
            let id = format!("2100000001{at:02}");
            let mut block = kind.get(&kinds).clone();
            let other = other
                .get(&kinds)
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(name, _)| !is_auth(name))
                .collect::<Vec<_>>();
            if !other.is_empty() && at % 3 == 0 {
                let (name, value) = field.get(&other);
                block[*name] = (*value).clone();
            }
            let block = serde_json::from_str(&block.to_string().replace("210000000001", &id)).expect("JSON");
            (id.clone(), lawful(own_key(block, &id)))
        };
        accounts.iter().enumerate().map(one).collect::<Fleet>()
    });
    let tagged = (alike.clone(), proptest::collection::vec(any::<u8>(), 16))
        .prop_map(move |(accounts, dice)| tagged(provider, accounts, &dice));
    prop_oneof![fleet(provider), alike, tagged, few_tags(provider)].boxed()
}

/// Alike but for a few tags of few keys, several of one key among them: lists of many accounts are the same or nearly,
/// and as many may have one list as another.
fn few_tags(provider: &'static dyn Provider) -> BoxedStrategy<Fleet> {
    const TAGS: &[&str] = &["team:a", "team:b", "team:c", "x:y", "env:prod"];
    let list = || proptest::sample::subsequence(TAGS, 0..4);
    let lists = proptest::collection::vec((any::<bool>(), list()), 4..9);
    let fleet = (account(provider), list(), any::<Index>(), lists).prop_map(move |(kind, common, usual, lists)| {
        let one = |(at, (has_common, own)): (usize, &(bool, Vec<&str>))| {
            let usual = usual.get(TAGS);
            let own: Vec<&str> = own.iter().chain((!own.contains(usual)).then_some(usual)).copied().collect();
            let tags = if *has_common { &common } else { &own };
            let id = format!("2100000001{at:02}");
            let mut block: Value = serde_json::from_str(&kind.to_string().replace("210000000001", &id)).expect("JSON");
            if let Some(field) = tag_field(provider) {
                block[field] = json!(tags);
            }
            (id.clone(), lawful(own_key(block, &id)))
        };
        lists.iter().enumerate().map(one).collect::<Fleet>()
    });
    fleet.boxed()
}

/// The field of a block that holds an account's tags.
fn tag_field(provider: &dyn Provider) -> Option<&'static str> {
    let is_tags = |field: &FieldSchema| matches!(field.field_type, FieldType::Set(TextFormat::Tag));
    provider.block().fields.iter().find(|(_, field)| is_tags(field)).map(|(name, _)| name)
}

/// Tags with common keys, as an organization has them: here and there one is missing, doubled, more than the others
/// have, the account's own, or such that a config has to spell it out.
fn tagged(provider: &dyn Provider, accounts: Fleet, dice: &[u8]) -> Fleet {
    let Some(field) = tag_field(provider) else { return accounts };
    let tags = |id: &str, dice: u8| {
        let mut tags = vec![
            format!("env:{}", ["prod", "dev", "012", "no"][usize::from(dice % 4)]),
            format!("team.x:t{}", dice / 4 % 3),
            "by:terraform".to_owned(),
        ];
        match dice % 13 {
            0 => drop(tags.pop()),
            1 => tags.push("env:more".to_owned()),
            2 | 3 => tags.push("pii:true".to_owned()),
            4 => tags[1] = "team.x:a$${vars.env}".to_owned(),
            5 => tags.push(format!("account:{id}")),
            6 => tags.truncate(1),
            7 => tags[0] = "env:-".to_owned(),
            8 => tags[0] = "env:a:b".to_owned(),
            9 => tags.clear(),
            _ => {}
        }
        tags
    };
    let one = |((id, mut block), dice): ((String, Value), &u8)| {
        block[field] = json!(tags(&id, *dice));
        (id, block)
    };
    accounts.into_iter().zip(dice).map(one).collect()
}

fn luck() -> BoxedStrategy<Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..5).boxed()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn an_import_plans_empty_and_a_second_finds_nothing(
        (Each(provider), fleet) in each().prop_flat_map(|each| (Just(each), herd(each))), luck in luck(), flat in any::<bool>(), seed in any::<u64>(),
    ) {
        let mut rows = world(provider, &fleet, &luck, seed);
        let strays = strays(provider.backend(), &rows, luck[0]);
        let own = rows.len();
        rows.extend(strays.clone());
        let sandbox = sandbox(provider.backend(), rows, seed);
        let first = imported(provider, &[], &sandbox, flat, None);
        prop_assert_eq!(first.left.len(), strays.len(), "{:?}", first.left);
        prop_assert_eq!(first.accounts, own);
        let text = first.texts.iter().map(|text| text.text.clone()).collect::<Vec<_>>();
        let config = try_load(&text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let plan = plan(&config, &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty() && plan.all_listings_read(), "{:#?}\n{}", plan, text[0]);
        prop_assert_eq!((plan.unchanged.total(), plan.unmanaged.len()), (own, strays.len()));
        let again = imported(provider, &text, &sandbox, flat, None);
        prop_assert!(again.texts.is_empty() && again.left.len() == strays.len(), "{:?}", again.left);
        prop_assert!(sandbox.log().iter().all(|request| request.only_reads && !request.write), "an import wrote");
        let all = config.config().desired.entries.keys().map(|key| key.name.clone()).collect();
        prop_assert_eq!(imported(provider, &text, &sandbox, flat, Some(&all)).accepted, own);
    }

    #[test]
    fn lists_with_several_tags_of_one_key_fold((Each(provider), fleet) in each().prop_flat_map(|each| (Just(each), few_tags(each.0))), seed in any::<u64>()) {
        let sandbox = sandbox(provider.backend(), world(provider, &fleet, &[0], seed), seed);
        prop_assert_eq!(imported(provider, &[], &sandbox, false, None).accounts, fleet.len());
    }

    #[test]
    fn upon_a_config_it_plans_empty_too(
        (Each(provider), fleet, layers) in each().prop_flat_map(|each| (Just(each), herd(each), layers(each))),
        luck in luck(), flat in any::<bool>(), seed in any::<u64>(),
    ) {
        let sandbox = sandbox(provider.backend(), world(provider, &fleet, &luck, seed), seed);
        let ground = config(provider, &Fleet::new(), &layers);
        if try_load(std::slice::from_ref(&ground)).is_err() {
            return Ok(());
        }
        let first = imported(provider, std::slice::from_ref(&ground), &sandbox, flat, None);
        let all: Vec<String> = [ground].into_iter().chain(first.texts.into_iter().map(|text| text.text)).collect();
        let config = try_load(&all).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let plan = plan(&config, &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty() && plan.unmanaged.is_empty(), "{:#?}\n{}", plan, all.join("\n---\n"));
        prop_assert_eq!(plan.unchanged.total(), fleet.len());
    }

    #[test]
    fn what_is_accepted_is_what_is_live((Each(provider), earlier, later) in two_fleets(), luck in luck(), seed in any::<u64>()) {
        let declared = keeping_authentication(provider, &earlier, later);
        let rows = world(provider, &earlier, &luck.iter().map(|luck| luck & 0b0010_0011).collect::<Vec<_>>(), seed);
        let sandbox = sandbox(provider.backend(), rows, seed);
        let text = config(provider, &declared, &json!({}));
        let only: BTreeSet<String> = declared.keys().filter(|id| earlier.contains_key(*id)).cloned().collect();
        let accepted = imported(provider, std::slice::from_ref(&text), &sandbox, false, Some(&only));
        prop_assert_eq!(accepted.accepted, only.len());
        if only.is_empty() {
            return Ok(());
        }
        // What is accepted takes the place of what was declared; fields it does not name any more are not there.
        let shown = heeler::model::Node::parse(&accepted.texts[0].text, 0).0.expect("YAML").json();
        let mut merged = declared.clone();
        for entry in shown["accounts"].as_array().into_iter().flatten() {
            merged.insert(entry["aws_account_id"].as_str().unwrap_or_default().to_owned(), entry[provider.name()].clone());
        }
        merged.retain(|id, _| only.contains(id));
        let plan = plan(&load(&config(provider, &merged, &json!({}))), &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty(), "{:#?}\n{}", plan, accepted.texts[0].text);
    }
}
