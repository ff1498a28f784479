//! Law 9: what was shown is what is sent.

use std::collections::{BTreeMap, BTreeSet};

use heeler::model::value::is_void;
use heeler::model::{Action, Change, Method, Path, path::Step};
use heeler::planner::lists_as_sets::canonical;
use heeler::providers::Provider;
use heeler::sandbox::Logged;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{Each, cases, config, identity, keeping_authentication, two_fleets};
use crate::harness::{account_of, apply, load, plan, sandbox, view, world_of};

/// The value at a path of a plan, in a row or in a body: keyed entries are found by whichever field holds their key.
fn value_at<'a>(root: &'a Value, path: &Path) -> &'a Value {
    static NOTHING: Value = Value::Null;
    path.steps().iter().fold(root, |value, step| match step {
        Step::Field(name) => value.get(&**name).unwrap_or(&NOTHING),
        Step::Index(index) => value.get(index).unwrap_or(&NOTHING),
        Step::Entry(key) => {
            let rows = value.as_array().into_iter().flatten();
            rows.into_iter()
                .find(|row| row.as_object().into_iter().flatten().any(|(_, value)| value == key))
                .unwrap_or(&NOTHING)
        }
    })
}

fn same(a: &Value, b: &Value) -> bool {
    canonical(a) == canonical(b) || (is_void(a) && is_void(b))
}

/// Every leaf of a body that is not as it was, as a path of top-level field names deep enough to compare with the
/// plan's.
fn differing(before: &Value, sent: &Value, path: &str, out: &mut Vec<String>) {
    match sent {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            differing(before.get(name).unwrap_or(&Value::Null), value, &path, out);
        }),
        _ if same(before, sent) => {}
        _ => out.push(path.to_owned()),
    }
}

fn check(action: &Action, body: &Value, before: &Value) -> Result<(), TestCaseError> {
    let shown: Vec<String> = action.changes().map(|change| change.path.to_string()).collect();
    for change in action.changes() {
        let sent = value_at(body, &change.path);
        match &change.change {
            Change::Set { before: _, after: Value::Object(fields) } => {
                fields.iter().try_for_each(|(name, after)| {
                    prop_assert!(same(after, &sent[name]), "{}.{name}: shown {after}, sent {sent}", change.path);
                    Ok(())
                })?;
            }
            Change::Set { before: _, after } => {
                prop_assert!(same(after, sent), "{}: shown {after}, sent {sent}", change.path)
            }
            Change::Elements { before: _, after } => {
                prop_assert!(same(&Value::from(after.clone()), sent), "{}: shown {after:?}, sent {sent}", change.path)
            }
            Change::Output { .. } => {
                prop_assert!(sent.is_string(), "{}: nothing was sent in place of what is issued", change.path)
            }
            Change::Secret { env: _ } => prop_assert!(sent.is_null(), "a secret in a log"),
        }
    }
    let mut moved = Vec::new();
    differing(before, body, "", &mut moved);
    for path in moved {
        let covered = shown.iter().any(|known| {
            known.split('[').next().is_some_and(|known| path.starts_with(known) || known.starts_with(&path))
        });
        let fixed = path == "aws_account_id" || path == "account_id";
        prop_assert!(covered || fixed, "{path} is sent but not shown; shown are {shown:?}");
    }
    Ok(())
}

/// What was sent about each row, put together: as if all of it had been one body over the row as it was.
fn sent(
    provider: &dyn Provider,
    log: &[Logged],
    before: &BTreeMap<String, Value>,
    actions: &[Action],
) -> BTreeMap<String, Value> {
    let mut sent = BTreeMap::<String, Value>::new();
    for request in log {
        let body = request.body.clone().unwrap_or_default();
        if provider.name() == provider.backend() {
            // A body has the form of a row without its server's own fields.
            let body = if body.get("data").is_some() { body["data"].clone() } else { body };
            let action =
                actions.iter().find(|action| action.account == Some(account_of(&body))).expect("somebody planned it");
            let earlier = sent.insert(action.key.name.clone(), view(provider, &body));
            assert!(earlier.is_none(), "two writes about one row");
            continue;
        }
        let said = body["access_key_id"].as_str().or(body["account_id"].as_str()).unwrap_or_default();
        let about = actions.iter().find(|action| action.key.name == said || action.account.as_deref() == Some(said));
        let name = about.map_or(said, |action| &action.key.name).to_owned();
        let whole = sent.entry(name.clone()).or_insert_with(|| before.get(&name).cloned().unwrap_or(json!({})));
        put(whole, request.method, request.path.rsplit('/').next().unwrap_or_default(), &body);
    }
    sent
}

/// One write of v1's into what is sent about its row.
fn put(whole: &mut Value, method: Method, last: &str, body: &Value) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    match last {
        "aws" => body.as_object().into_iter().flatten().for_each(|(name, value)| whole[name] = value.clone()),
        "filtering" => {
            let mut filters = list(&whole["tag_filters"]);
            filters.retain(|filter| filter["namespace"] != body["namespace"]);
            filters.extend(
                (method == Method::Post)
                    .then(|| json!({ "namespace": body["namespace"], "tag_filter_str": body["tag_filter_str"] })),
            );
            whole["tag_filters"] = filters.into();
        }
        "logs" => {
            let mut lambdas = list(&whole["logs"]["lambdas"]);
            lambdas.retain(|arn| *arn != body["lambda_arn"]);
            lambdas.extend((method == Method::Post).then(|| body["lambda_arn"].clone()));
            whole["logs"]["lambdas"] = lambdas.into();
        }
        "services" => whole["logs"]["services"] = body["services"].clone(),
        other => panic!("nothing is known of {other}"),
    }
}

proptest! {
    #![proptest_config(cases())]

    /// Every field of every request is in the plan as it is sent, and nothing else differs from what was live.
    #[test]
    fn what_is_shown_is_what_is_sent((Each(provider), earlier, later) in two_fleets(), seed in any::<u64>()) {
        let later = if provider.meta().needs_account { later } else { keeping_authentication(provider, &earlier, later) };
        let rows = world_of(provider.backend(), &config(provider, &earlier, &json!({})), seed);
        let sandbox = sandbox(provider.backend(), rows.clone(), seed);
        let config = load(&config(provider, &later, &json!({})));
        let plan = plan(&config, &sandbox);
        apply(&config, &sandbox, &plan);
        let name = |row: &Value| {
            let id = account_of(row);
            let planned = plan.actions.iter().find(|action| provider.meta().needs_account && action.account.as_ref() == Some(&id));
            planned.map(|action| action.key.name.clone()).unwrap_or_else(|| earlier.get(&id).map_or(id.clone(), |block| identity(provider, &id, block).1))
        };
        let before: BTreeMap<String, Value> = rows.iter().map(|row| (name(row), view(provider, row))).collect();
        let writes: Vec<_> = sandbox.log().into_iter().filter(|request| request.write).collect();
        let made = writes.iter().filter(|request| request.method == Method::Post && !request.path.contains("/filtering") && !request.path.contains("/logs"));
        prop_assert_eq!(made.count(), plan.counts().0);
        let sent = sent(provider, &writes, &before, &plan.actions);
        prop_assert_eq!(sent.keys().collect::<Vec<_>>(), plan.actions.iter().map(|action| &action.key.name).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>());
        for action in &plan.actions {
            check(action, &sent[&action.key.name], before.get(&action.key.name).unwrap_or(&Value::Null))?;
        }
    }
}
