//! Law 9: what was shown is what is sent.

use heeler::model::value::is_void;
use heeler::model::{Action, Change, Method, Op, Path, path::Step};
use heeler::planner::diff::canonical;
use heeler::providers;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{config, fleet};
use crate::harness::{apply, load, plan, sandbox, world_of};

/// The value at a path of a plan, in a row or in a body: keyed entries are found by whichever field holds their key.
fn value_at<'a>(root: &'a Value, path: &Path) -> &'a Value {
    static NOTHING: Value = Value::Null;
    path.steps().iter().fold(root, |value, step| match step {
        Step::Field(name) => value.get(&**name).unwrap_or(&NOTHING),
        Step::Index(index) => value.get(index).unwrap_or(&NOTHING),
        Step::Entry(key) => {
            let rows = value.as_array().into_iter().flatten();
            rows.into_iter().find(|row| row.as_object().into_iter().flatten().any(|(_, value)| value == key)).unwrap_or(&NOTHING)
        }
    })
}

fn same(a: &Value, b: &Value) -> bool {
    canonical(a) == canonical(b) || (is_void(a) && is_void(b))
}

/// Every leaf of a body that is not as it was, as a path of top-level field names deep enough to compare with the plan's.
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
            Change::Set { before: _, after } => prop_assert!(same(after, sent), "{}: shown {after}, sent {sent}", change.path),
            Change::Elements { before: _, after } => {
                prop_assert!(same(&Value::from(after.clone()), sent), "{}: shown {after:?}, sent {sent}", change.path)
            }
            Change::Secret { env: _ } => prop_assert!(sent.is_null(), "a secret in a log"),
        }
    }
    let mut moved = Vec::new();
    differing(before, body, "", &mut moved);
    for path in moved {
        let covered = shown.iter().any(|known| known.split('[').next().is_some_and(|known| path.starts_with(known) || known.starts_with(&path)));
        let fixed = path == "aws_account_id";
        prop_assert!(covered || fixed, "{path} is sent but not shown; shown are {shown:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every field of every request is in the plan as it is sent, and nothing else differs from what was live.
    #[test]
    fn what_is_shown_is_what_is_sent(earlier in fleet(providers::ALL[0]), later in fleet(providers::ALL[0]), seed in any::<u64>()) {
        let provider = providers::ALL[0];
        let rows = world_of(provider.backend(), &config(provider, &earlier, &json!({})), seed);
        let sandbox = sandbox(provider.backend(), rows.clone(), seed);
        let config = load(&config(provider, &later, &json!({})));
        let plan = plan(&config, &sandbox);
        apply(&config, &sandbox, &plan);
        let writes: Vec<_> = sandbox.log().into_iter().filter(|request| request.write).collect();
        prop_assert_eq!(writes.len(), plan.actions.len());
        for request in writes {
            let body = request.body.clone().unwrap_or_default()["data"]["attributes"].clone();
            let id = body["aws_account_id"].as_str().unwrap_or_default();
            let action = plan.actions.iter().find(|action| action.key.name == id);
            let action = action.ok_or_else(|| TestCaseError::fail(format!("nobody planned {request:?}")))?;
            let before = rows.iter().map(|row| &row["attributes"]).find(|row| row["aws_account_id"] == id).cloned().unwrap_or_default();
            prop_assert_eq!(request.method == Method::Post, matches!(action.op, Op::Create { .. }));
            check(action, &body, &before)?;
        }
    }
}
