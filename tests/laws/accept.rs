//! Law 7, of `accept`: after live values were taken into the config, the plan for them is empty, what is declared of
//! everybody else is as before, and every other byte stays. In every layer, and however the config is written.

use std::collections::BTreeMap;

use heeler::importer::accept::{Accepted, SkipReason};
use heeler::model::{Env, Key, Node, ResourceSelection};
use heeler::providers::Provider;
use heeler::run::{PlanOptions, Run, Unproved};
use heeler::sandbox::Sandbox;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{Each, cases, config, keeping_authentication, two_fleets};
use crate::harness::{block_on, load, sandbox, world_of};
use crate::kinds::generate as kinds;
use crate::layered::layered;
use crate::written::written;

/// What becomes of a text in which all that differs of one account is accepted.
pub struct Taken {
    pub accepted: Accepted,
    pub before: Run,
    /// The edited text; nothing if none was edited.
    pub after: Option<String>,
}

/// Everything that differs of one account.
pub fn options(id: &str) -> PlanOptions {
    PlanOptions {
        only: Some(ResourceSelection::from_iter([id.to_owned()])),
        confirm_mode: heeler::ConfirmMode::NoLimits,
        ..PlanOptions::default()
    }
}

/// Accepts all that differs of one account, which must be proved.
pub fn take(text: &str, sandbox: &Sandbox, id: &str) -> Taken {
    let before = load(text);
    let snapshot = block_on(before.read_by(sandbox)).expect("a reading");
    let planned = snapshot.plan(&options(id));
    let again = |texts| Run::of_texts(texts, &Env::default());
    let (accepted, proof) = snapshot.accept(&planned, &|_, _| true, again);
    if let Err(unproved) = proof {
        let why = match unproved {
            Unproved::Invalid(invalid) => invalid.to_string(),
            Unproved::Touches(keys) => format!("touches {keys:?}"),
            Unproved::Differs(fields) => format!("differs: {fields:?}"),
            Unproved::Refused(why) => why,
        };
        panic!("{id}: {why}\n{text}\n-----\n{}", accepted.files[0].1.text);
    }
    let after = accepted.files.first().map(|(_, after)| after.text.clone());
    Taken { accepted, before, after }
}

/// The law, for one account. Answers whether anything was taken.
pub fn accepting_holds(text: &str, sandbox: &Sandbox, id: &str, anchors: bool) -> bool {
    let Taken { accepted, before, after } = take(text, sandbox, id);
    for left in &accepted.skipped {
        assert!(left.why != SkipReason::Authentication || is_authentication(&left.key, &left.field), "{left:?}");
        assert!(!matches!(left.why, SkipReason::Unsayable(_)), "{left:?}\n{text}");
    }
    assert!(anchors || accepted.manual_edits.is_empty(), "{:?}\n{text}", accepted.manual_edits);
    let Some(after) = after else { return false };
    let mine = |key: &Key| accepted.taken.contains_key(key);
    let run = load(&after);

    // What differs still is what was not taken, and nothing else does.
    let snapshot = block_on(run.read_by(sandbox)).expect("a reading");
    let plan = snapshot.plan(&options(id)).into_plan();
    let left: Vec<String> = accepted.skipped.iter().map(|left| left.field.to_string()).collect();
    for change in plan.actions.iter().filter(|action| mine(&action.key)).flat_map(|action| action.changes()) {
        let path = change.path.to_string();
        let is_secret = path.contains("secret");
        assert!(left.contains(&path) || is_secret, "{path} differs still\n{text}\n-----\n{after}");
    }

    // Everybody else is as before.
    let shown = |run: &Run| -> BTreeMap<Key, Value> {
        let entries = run.config().desired.entries.iter();
        entries.filter(|(key, _)| !mine(key)).map(|(key, desired)| (key.clone(), desired.node.json())).collect()
    };
    assert_eq!(shown(&before), shown(&run), "{text}\n-----\n{after}");

    // Every byte outside the entry, and every other field in it.
    let (old, new) = (entry(text, id), entry(&after, id));
    assert_eq!(text[..old.place().range().start], after[..new.place().range().start]);
    let rest = &text[old.place().range().end..];
    // A comment beside the last value goes with it, if that goes.
    let beside = rest.split_inclusive('\n').next().filter(|line| line.trim_start().starts_with('#'));
    let rest = &rest[beside.map_or(0, str::len)..];
    assert!(after.ends_with(rest), "{text}\n-----\n{after}");
    let taken: Vec<&String> = accepted.taken.values().flatten().filter_map(|field| field.first()).collect();
    let blocks = |entry: &Node, text: &str| -> BTreeMap<String, String> {
        let of_entry = entry.entries().iter().filter(|known| heeler::providers::named(&known.key).is_none());
        let blocks = entry.entries().iter().filter(|known| heeler::providers::named(&known.key).is_some());
        let fields = blocks.flat_map(|block| block.node.entries());
        let others = of_entry.chain(fields).filter(|known| {
            let name = known.key.trim_end_matches('+');
            !taken.iter().any(|field| *field == name)
                && !accepted.taken.keys().any(|key| key.kind.block_path.contains(&name))
        });
        others.map(|known| (known.key.to_string(), text[known.node.place().range()].to_owned())).collect()
    };
    if !anchors {
        assert_eq!(blocks(&old, text), blocks(&new, &after));
    }
    // A comment on a line of its own stays, but within an item or a field that goes.
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let goes = is_taken_at(&old, &taken, at);
        assert!(
            goes || !line.trim_start().starts_with('#') || after.contains(line.trim_end()),
            "{line}\n{text}\n-----\n{after}"
        );
        at += line.len();
    }
    assert_eq!(text.contains("\r\n"), after.contains("\r\n"));
    assert!(!text.contains("\r\n") || after.matches('\n').count() == after.matches("\r\n").count(), "mixed line ends");
    true
}

/// Whether a byte stands within a field of which something was taken.
fn is_taken_at(entry: &Node, taken: &[&String], at: usize) -> bool {
    let blocks = entry.entries().iter().filter(|known| heeler::providers::named(&known.key).is_some());
    let fields: Vec<_> = blocks.flat_map(|block| block.node.entries()).collect();
    let deeper = fields.iter().flat_map(|field| field.node.entries());
    let named = |key: &str| taken.iter().any(|field| *field == key.trim_end_matches('+'));
    let whole = |known: &heeler::model::node::Entry| known.key_place.range().start..known.node.place().range().end;
    fields.iter().copied().chain(deeper).any(|known| named(&known.key) && whole(known).contains(&at))
}

fn is_authentication(key: &Key, path: &heeler::model::Path) -> bool {
    key.kind.schema().block.is_authentication(path)
}

/// The account's entry, read again.
fn entry(text: &str, id: &str) -> Node {
    let root = Node::parse(text, 0).0.expect("YAML");
    let accounts = root.get("accounts").expect("accounts").items().to_vec();
    let is_it = |entry: &Node| entry.get("aws_account_id").and_then(Node::text) == Some(id);
    accounts.into_iter().find(is_it).expect("an entry")
}

/// As one line of JSON, as people write it, and with anchors; each flat and in layers.
fn each_style(provider: &dyn Provider, flat: &str, seed: u64) -> [(String, bool); 5] {
    let deep = layered(provider, flat, seed);
    [
        (written(flat, seed, false), false),
        (written(&deep, seed ^ 7, false), false),
        (written(&deep, seed ^ 13, true), true),
        (deep, false),
        (flat.to_owned(), false),
    ]
}

/// The law in every style, for an account that is declared and live.
pub fn in_every_style(provider: &dyn Provider, flat: &str, sandbox: &Sandbox, id: &str, seed: u64) -> usize {
    let styles = each_style(provider, flat, seed);
    styles.iter().filter(|(text, anchors)| accepting_holds(text, sandbox, id, *anchors)).count()
}

/// An eighth of the usual cases: each is tried in five styles.
fn fewer(config: ProptestConfig) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: (config.cases / 8).max(4), ..config }
}

proptest! {
    #![proptest_config(fewer(cases()))]

    #[test]
    fn what_was_accepted_plans_empty_and_everything_else_stays((Each(provider), earlier, later) in two_fleets(), seed in any::<u64>()) {
        let later = keeping_authentication(provider, &earlier, later);
        let sandbox = sandbox(provider.backend(), world_of(provider.backend(), &config(provider, &earlier, &json!({})), seed), seed);
        let flat = config(provider, &later, &json!({}));
        for id in later.keys().filter(|id| earlier.contains_key(*id)) {
            in_every_style(provider, &flat, &sandbox, id, seed);
        }
    }
}

proptest! {
    #![proptest_config(fewer(ProptestConfig::default()))]

    #[test]
    fn of_an_account_with_several_rows_each_is_accepted_by_itself((Each(provider), earlier, later) in kinds::two_fleets(), seed in any::<u64>()) {
        let rows = world_of(provider.backend(), &kinds::config(provider, &earlier, &json!({})), !seed);
        let sandbox = sandbox(provider.backend(), rows, seed);
        let flat = kinds::config(provider, &later, &json!({}));
        for id in later.keys().filter(|id| earlier.contains_key(*id)) {
            in_every_style(provider, &flat, &sandbox, id, seed);
        }
    }
}
