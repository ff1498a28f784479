//! Law 7 where an account has several rows: they become one entry, and a plan of it is empty.

use std::collections::BTreeSet;

use heeler::importer::Imported;
use heeler::providers::Provider;
use heeler::providers::wavefront::service::Service;
use heeler::providers::wavefront::{NAME, Wavefront};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::generate::{Fleet, config, declared, fleet};
use super::{noisy, world};
use crate::generate::block;
use crate::harness::{load, plan, sandbox, try_load};
use crate::import::imported;

/// The same rows, some with a role of another name, with a path, or in another partition, as luck has it.
fn moved(rows: Vec<Value>, luck: u8) -> Vec<Value> {
    let role = |at: usize, arn: &str| match luck >> (at % 4) & 0b11 {
        0 => arn.replace("role/observer", "role/other"),
        1 => arn.replace("role/observer", "role/some/path/observer"),
        _ if luck & 64 != 0 => arn.replace("arn:aws:", "arn:aws-us-gov:"),
        _ => arn.to_owned(),
    };
    let moved = rows.into_iter().enumerate().map(|(at, mut row)| {
        if let Some(service) = row["service"].as_str().and_then(Service::of_word) {
            let arn = &mut row[service.block()]["baseCredentials"]["roleArn"];
            *arn = json!(role(at, arn.as_str().unwrap_or_default()));
        }
        if luck & 128 != 0 { noisy(&row) } else { row }
    });
    moved.collect()
}

fn layers() -> BoxedStrategy<Value> {
    let some = || block((Wavefront.meta().block)());
    (some(), some())
        .prop_map(
            |(defaults, profile)| json!({ "defaults": { NAME: defaults }, "profiles": { "some": { NAME: profile } } }),
        )
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_import_plans_empty_and_a_second_finds_nothing(fleet in fleet(&Wavefront), luck in any::<u8>(), flat in any::<bool>(), seed in any::<u64>()) {
        let sandbox = sandbox(NAME, moved(world(&fleet, seed), luck), seed);
        let first = imported(&Wavefront, &[], &sandbox, flat, None);
        let text = first.texts.iter().map(|text| text.text.clone()).collect::<Vec<_>>();
        if text.is_empty() {
            prop_assert!(fleet.is_empty() || !first.left.is_empty());
            return Ok(());
        }
        // What is none of AWS's is named. An account whose rows are in several partitions is left out, and its rows are named.
        let left = |imported: &Imported| imported.left.iter().filter(|row| row.keys.iter().all(|key| key.kind.name != "other")).count();
        prop_assert_eq!(first.left.len() - left(&first), 1, "{:?}", &first.left);
        prop_assert!(left(&first) == 0 || luck & 64 != 0, "{:?}", first.left);
        let loaded = try_load(&text).unwrap_or_else(|wrong| panic!("{wrong:?}\n{}", text[0]));
        let plan = plan(&loaded, &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty() && plan.all_listings_read(), "{:#?}\n{}", plan, text[0]);
        prop_assert_eq!(plan.unchanged.total() + left(&first), declared(&Wavefront, &fleet).len());
        let again = imported(&Wavefront, &text, &sandbox, flat, None);
        prop_assert!(again.texts.is_empty() && again.left.len() == first.left.len(), "{:?}", again.left);
        prop_assert!(sandbox.log().iter().all(|request| request.only_reads && !request.write), "an import wrote");
        let all: BTreeSet<String> = loaded.config().desired.entries.keys().map(|key| key.name.clone()).collect();
        prop_assert_eq!(imported(&Wavefront, &text, &sandbox, flat, Some(&all)).accepted, plan.unchanged.total());
    }

    #[test]
    fn upon_a_config_it_plans_empty_too(fleet in fleet(&Wavefront), luck in any::<u8>(), layers in layers(), flat in any::<bool>(), seed in any::<u64>()) {
        let sandbox = sandbox(NAME, moved(world(&fleet, seed), luck & !64), seed);
        let ground = config(&Wavefront, &Fleet::new(), &layers);
        if try_load(std::slice::from_ref(&ground)).is_err() {
            return Ok(());
        }
        let first = imported(&Wavefront, std::slice::from_ref(&ground), &sandbox, flat, None);
        let all: Vec<String> = [ground].into_iter().chain(first.texts.into_iter().map(|text| text.text)).collect();
        let loaded = try_load(&all).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let plan = plan(&loaded, &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty(), "{:#?}\n{}", plan, all.join("\n---\n"));
        prop_assert_eq!(plan.unchanged.total(), declared(&Wavefront, &fleet).len());
    }

    #[test]
    fn what_is_accepted_is_what_is_live(earlier in fleet(&Wavefront), later in fleet(&Wavefront), luck in any::<u8>(), seed in any::<u64>()) {
        let sandbox = sandbox(NAME, moved(world(&earlier, seed), luck & 128 | 0b11_1111), seed);
        let text = config(&Wavefront, &later, &json!({}));
        let only: BTreeSet<String> = later.keys().filter(|id| earlier.contains_key(*id)).cloned().collect();
        let accepted = imported(&Wavefront, std::slice::from_ref(&text), &sandbox, false, Some(&only));
        let (live, wanted) = (declared(&Wavefront, &earlier), declared(&Wavefront, &later));
        prop_assert_eq!(accepted.accepted, wanted.keys().filter(|key| live.contains_key(*key)).count());
        if accepted.accepted == 0 {
            return Ok(());
        }
        let mut document: Value = serde_json::from_str(&config(&Wavefront, &Fleet::new(), &json!({}))).expect("JSON");
        document["accounts"] = heeler::model::Node::parse(&accepted.texts[0].text, 0).0.expect("YAML").json()["accounts"].clone();
        let plan = plan(&load(&document.to_string()), &sandbox);
        prop_assert!(plan.actions.is_empty() && plan.refusals.is_empty(), "{:#?}\n{}", plan, accepted.texts[0].text);
        prop_assert_eq!(plan.unchanged.total(), accepted.accepted);
    }
}
