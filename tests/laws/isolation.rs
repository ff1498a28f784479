//! Law 11: any one row made unreadable, doubled or taken out of the listing changes no update of another account, and
//! adds no create or delete of one. Over every provider; `PROPTEST_CASES` says how often.

use std::collections::BTreeSet;

use async_trait::async_trait;
use heeler::model::{Action, Failure, Op, ReadClient, ReadRequest, Response, Unique};
use heeler::providers::Provider;
use heeler::sandbox::Sandbox;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{Fleet, cases, config, two_fleets};
use crate::harness::{block_on, load, plan, sandbox, world_of};
use crate::kinds::generate as kinds;
use crate::vendors::named;

/// What becomes of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mishap {
    Nothing,
    TakenOut,
    /// As it is, and as a second row under another id.
    Doubled(bool),
    /// A field is gone, or another value stands there.
    Spoilt {
        field: usize,
        with: usize,
    },
    /// It is no object at all.
    NoRow,
}

fn mishaps() -> impl Strategy<Value = Mishap> {
    prop_oneof![
        Just(Mishap::TakenOut),
        any::<bool>().prop_map(Mishap::Doubled),
        (any::<u16>(), any::<u16>())
            .prop_map(|(field, with)| Mishap::Spoilt { field: field.into(), with: with.into() }),
        Just(Mishap::NoRow),
    ]
}

impl Mishap {
    fn befalls(self, rows: &mut Vec<Value>, victim: usize) {
        match self {
            Mishap::Nothing => {}
            Mishap::TakenOut => drop(rows.remove(victim)),
            Mishap::Doubled(same) => {
                let mut twin = rows[victim].clone();
                if let (Some(id), false) = (twin.get_mut("id"), same) {
                    *id = json!("ffffffff-0000-4000-8000-00000000000f");
                }
                rows.insert(victim, twin);
            }
            Mishap::Spoilt { field, with } => {
                let mut places = Vec::new();
                pointers(&rows[victim], String::new(), &mut places);
                let (above, name) = places[field % places.len()].rsplit_once('/').expect("a pointer");
                let holder = rows[victim].pointer_mut(above).and_then(Value::as_object_mut).expect("an object");
                let values = [
                    Value::Null,
                    json!(""),
                    json!(7),
                    json!([]),
                    json!({ "a": 1 }),
                    json!("one\u{0}two"),
                    json!("yes"),
                    json!([[1]]),
                ];
                match values.get(with % (values.len() + 1)) {
                    Some(value) => drop(holder.insert(name.to_owned(), value.clone())),
                    None => drop(holder.remove(name)),
                }
            }
            Mishap::NoRow => rows[victim] = json!(5),
        }
    }
}

/// Where there are fields in a row, at any depth.
fn pointers(value: &Value, above: String, found: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = format!("{above}/{name}");
        pointers(value, path.clone(), found);
        found.push(path);
    }
}

/// The sandbox, with a mishap in its listing. Its rows come in some order or other, so the victim is told by its text.
struct Bad<'a> {
    sandbox: &'a Sandbox,
    provider: &'static str,
    victim: usize,
    mishap: Mishap,
}

impl Bad<'_> {
    fn rows(&self, body: &mut Value) -> Option<Vec<Value>> {
        let rows = body.pointer_mut(named(self.provider).listing.1)?.as_array_mut()?;
        rows.sort_by_key(Value::to_string);
        let before = rows.clone();
        if !rows.is_empty() {
            self.mishap.befalls(rows, self.victim % before.len());
        }
        Some(before)
    }
}

#[async_trait]
impl ReadClient for Bad<'_> {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        let is_listing = ask.request().path == named(self.provider).listing.0;
        let response = self.sandbox.read(ask).await?;
        let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return Ok(response) };
        if !is_listing || self.rows(&mut body).is_none() {
            return Ok(response);
        }
        Ok(Response { body: body.to_string().into_bytes(), ..response })
    }
}

fn is_update(action: &Action) -> bool {
    matches!(action.op, Op::Update { .. })
}

fn op(action: &Action) -> (String, u8) {
    let op = match action.op {
        Op::Create { .. } => 0,
        Op::Update { .. } => 1,
        Op::Delete { .. } => 2,
    };
    (action.key.to_string(), op)
}

/// The law, for one provider, a world and a config.
fn holds(
    provider: &'static dyn Provider,
    rows: &[Value],
    text: &str,
    victim: usize,
    mishap: Mishap,
) -> Result<(), TestCaseError> {
    let (name, config) = (provider.name(), load(text));
    let see = |mishap| {
        let sandbox = sandbox(provider.backend(), rows.to_vec(), 3);
        plan(&config, &Bad { sandbox: &sandbox, provider: name, victim, mishap })
    };
    let (calm, shaken) = (see(Mishap::Nothing), see(mishap));
    prop_assert!(shaken.all_listings_read(), "{name}: {:?}", shaken.unreadable);
    let sandbox = sandbox(provider.backend(), rows.to_vec(), 3);
    let client = Bad { sandbox: &sandbox, provider: name, victim, mishap: Mishap::Nothing };
    let ask = ReadRequest::get(name, named(name).listing.0);
    let mut body =
        block_on(client.read(ask)).map_err(|error| TestCaseError::fail(error.to_string())).and_then(|answer| {
            serde_json::from_slice::<Value>(&answer.body).map_err(|error| TestCaseError::fail(error.to_string()))
        })?;
    let Some(before) = client.rows(&mut body).filter(|rows| !rows.is_empty()) else { return Ok(()) };
    let victim_text = before[victim % before.len()].to_string();
    let mine = |action: &Action| {
        let names = std::iter::once(action.key.name.as_str()).chain(action.account.as_deref());
        names.into_iter().any(|name| victim_text.contains(name))
    };
    let known: BTreeSet<_> = calm.actions.iter().map(op).collect();
    for action in &shaken.actions {
        let new = !known.contains(&op(action));
        let may_come = match action.op {
            Op::Create { .. } => mishap == Mishap::TakenOut || action.key.kind.unique == Unique::EnforcedByVendor,
            // What is spoilt in a row that can still be read is another value of its own account.
            Op::Update { .. } => matches!(mishap, Mishap::Spoilt { .. }),
            Op::Delete { .. } => false,
        };
        prop_assert!(
            !new || mine(action) && may_come,
            "{name}, {mishap:?}: {} {:?} came of {victim_text}",
            action.key,
            op(action)
        );
    }
    for action in calm.actions.iter().filter(|action| !mine(action)) {
        let same = shaken.actions.iter().find(|other| op(other) == op(action));
        let changes = |action: &Action| {
            format!("{:?}", action.changes().map(|change| (&change.path, &change.change)).collect::<Vec<_>>())
        };
        match same {
            Some(same) => prop_assert_eq!(changes(same), changes(action)),
            None => {
                prop_assert!(!is_update(action), "{name}, {mishap:?}: the update of {} is gone", action.key);
                let said = shaken.refusals.iter().any(|refusal| refusal.key == action.key)
                    || shaken.unread().any(|unread| unread.covers(&action.key, action.account.as_deref()));
                // A delete may wait: a row that says less may be anybody's.
                let waits = matches!(action.op, Op::Delete { .. });
                prop_assert!(said || waits, "{name}, {mishap:?}: nothing is said of {}", action.key);
            }
        }
    }
    if mishap != Mishap::TakenOut {
        let isolated = shaken.isolated.len();
        let odd = matches!(mishap, Mishap::Doubled(_) | Mishap::NoRow);
        prop_assert!(!odd || isolated > 0, "{name}, {mishap:?}: nobody is named");
    }
    Ok(())
}

/// What a config says besides its accounts: nothing, that somebody goes, or that it owns all.
fn rest(earlier: BTreeSet<&String>, later: BTreeSet<&String>, which: u8) -> Value {
    let gone: Vec<Value> =
        earlier.difference(&later).take(1).map(|id| json!({ "aws_account_id": id, "reason": "closed" })).collect();
    match which % 3 {
        0 => json!({}),
        1 => json!({ "removed": gone }),
        _ => json!({ "ownership": "exclusive" }),
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn one_bad_row_is_one_bad_row((each, earlier, later) in two_fleets(), mishap in mishaps(), victim in any::<usize>(), which in any::<u8>()) {
        let provider = each.0;
        let later = crate::generate::keeping_authentication(provider, &earlier, later);
        let rows = world_of(provider.backend(), &config(provider, &earlier, &json!({})), 9);
        let keys = |fleet: &Fleet| fleet.keys().cloned().collect::<BTreeSet<_>>();
        let (old, new) = (keys(&earlier), keys(&later));
        let text = config(provider, &later, &rest(old.iter().collect(), new.iter().collect(), which));
        holds(provider, &rows, &text, victim, mishap)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_bad_row_of_a_kind_is_one_bad_row((each, earlier, later) in kinds::two_fleets(), mishap in mishaps(), victim in any::<usize>(), which in any::<u8>()) {
        let provider = each.0;
        let rows = world_of(provider.backend(), &kinds::config(provider, &earlier, &json!({})), 9);
        let text = kinds::config(provider, &later, &rest(earlier.keys().collect(), later.keys().collect(), which));
        holds(provider, &rows, &text, victim, mishap)?;
    }
}
