//! What a history of runs keeps, whatever happens between and during them. This is the one place where it is said:
//!
//! 1. Nothing is written that no approved plan of this history contains.
//! 2. Nothing that nobody manages changes.
//! 3. Nothing is deleted without a tombstone in the config of the run that deletes it, and without standing in that
//!    run's report as it was; nothing leaves a trash for good, unless two runs at once delete it; then the one that
//!    took it out says so.
//! 4. No secret stands in any output.
//! 5. Who says "converged", or "done as approved", is right, what was held back or refused aside; all outputs and the
//!    exit code say the same; who says that nothing was changed has changed nothing.
//! 6. Nothing is there twice, unless two runs at once made it, at a vendor that lets them; then whoever looked after
//!    that says so.
//!
//! 1 to 3 are judged write by write, on what each write changed at the vendor.

use std::collections::BTreeMap;

use heeler::commands::Exit;
use heeler::config::Loaded;
use heeler::model::Key;
use heeler::model::value::is_void;
use heeler::render::report::NOT_IN_TRASH;
use heeler::sandbox::Sandbox;
use serde_json::Value;

use crate::commands::Ended;
use crate::config::{Config, Resource};
use crate::people;
use crate::vendors::Effect;
use crate::views::{foreign_leaves, is_in_trash, leaves, leaves_of, living_rows, out_of_trash, seen};

/// A plan that was approved, and the config it was made of.
pub struct Approved {
    pub plan: Value,
    pub config: Loaded,
}

/// Why a promise was broken.
pub type Kept = Result<(), String>;

/// Whether a run has the vendors to itself.
#[derive(Clone, Copy)]
pub enum Beside<'a> {
    Nobody,
    AnotherRun(&'a Ended),
}

impl Beside<'_> {
    fn is_another(self) -> bool {
        matches!(self, Beside::AnotherRun(_))
    }

    /// What another run has changed of a row, leaf by leaf.
    async fn changes(self, resource: Resource, id: &str) -> Vec<[BTreeMap<String, Value>; 2]> {
        let Beside::AnotherRun(other) = self else { return Vec::new() };
        let mut changes = Vec::new();
        for effect in other.effects.iter().filter(|effect| effect.backend == resource.provider().backend()) {
            if let (Some(before), Some(after)) = (&effect.before, &effect.after)
                && after["id"] == id
                && !is_in_trash(before)
                && !is_in_trash(after)
            {
                changes.push([leaves(&seen(resource, before).await.1), leaves(&seen(resource, after).await.1)]);
            }
        }
        changes
    }
}

/// 1 to 4 of one run, and that it does not deny what it did.
pub async fn run_keeps(ended: &Ended, beside: Beside<'_>, config: &Config, approved: &[Approved]) -> Kept {
    if ended.says(crate::SECRET.1) {
        return Err(format!("a secret was shown\n{}", ended.printed));
    }
    if !ended.effects.is_empty() && ended.printed.to_lowercase().contains("nothing was changed") {
        return Err(format!("it wrote, and says that nothing was changed\n{}", ended.printed));
    }
    for effect in &ended.effects {
        write_keeps(effect, (ended, beside), config, approved)
            .await
            .map_err(|why| format!("{}: {why}\n{effect}", effect.request))?;
    }
    Ok(())
}

/// 5: text, Markdown, JSON and the exit code of an apply that came to its end agree on whether all is as the config has
/// it.
pub fn all_say_the_same(ended: &Ended) -> Kept {
    let Some(exit) = ended.exit else { return Ok(()) };
    let says = |text: &str| [" Converged:", "Apply: nothing to do"].iter().any(|words| text.contains(words));
    let claims = [says(&ended.printed), says(&ended.files), ended.json["converged"] == true, exit == Exit::Done];
    if claims.iter().all(|claim| *claim == claims[0]) {
        Ok(())
    } else {
        Err(format!("converged, by text, Markdown, JSON and exit: {claims:?}\n{}", ended.printed))
    }
}

/// 1 to 3 of one write.
async fn write_keeps(
    effect: &Effect,
    (run, beside): (&Ended, Beside<'_>),
    config: &Config,
    approved: &[Approved],
) -> Kept {
    let Effect { backend, before, after, request: _, at: _ } = effect;
    let row = before.as_ref().or(after.as_ref()).unwrap_or(&Value::Null);
    let resource = Resource::of_row(backend, row).ok_or("a row of nobody here")?;
    let id = row["id"].as_str().unwrap_or_default().to_owned();
    let living = |row: &Option<Value>| row.clone().filter(|row| !is_in_trash(row));
    match (living(before), living(after)) {
        (Some(before), Some(after)) => {
            let (key, before_seen) = seen(resource, &before).await;
            let (_, after_seen) = seen(resource, &after).await;
            if foreign_leaves(&before) != foreign_leaves(&after) {
                return Err("what nobody here knows has changed".to_owned());
            }
            let elsewhere = beside.changes(resource, &id).await;
            only_approved((&key, &id), &["create", "update"], (approved, beside, &elsewhere), &before_seen, &after_seen)
        }
        (None, Some(after)) => {
            let (key, after_seen) = seen(resource, &after).await;
            let base = match before {
                Some(trashed) => seen(resource, &out_of_trash(trashed)).await.1,
                None => people::untouched(resource, &key).await,
            };
            only_approved((&key, &id), &["create"], (approved, beside, &[]), &base, &after_seen)
        }
        (Some(before), None) => {
            let (key, _) = seen(resource, &before).await;
            if !config.removed.contains(&resource) && !config.surplus.contains(&(resource, id.clone())) {
                return Err(format!("{key} was deleted without a tombstone"));
            }
            if !is_reported((&before, beside), &key, &run.json) {
                return Err(format!("{key} was deleted, and the report of the run does not say what it was"));
            }
            let is_approved =
                approved.iter().any(|approved| action(&approved.plan, (&key, &id), &["delete"]).is_some());
            if is_approved { Ok(()) } else { Err(format!("no approved plan deletes {key}")) }
        }
        (None, None) => match after {
            Some(_) => Ok(()),
            // A run that was told to stop looks no more.
            None if beside.is_another()
                && (run.exit.is_none() || run.says(NOT_IN_TRASH) || run.json["proof"] == "stopped") =>
            {
                Ok(())
            }
            None => Err("something left the trash for good".to_owned()),
        },
    }
}

/// The approved plans, whether another run goes on beside this one, and what that has changed of the row.
type Allowed<'a> = (&'a [Approved], Beside<'a>, &'a [[BTreeMap<String, Value>; 2]]);

/// Every leaf that differs is one that an approved plan sets, from what it was to what that plan's config says. What
/// another run did right before a write is overwritten by it, or put back where a vendor is sent whole rows or blocks.
fn only_approved(
    (key, id): (&Key, &str),
    ops: &[&str],
    (approved, beside, elsewhere): Allowed<'_>,
    before: &Value,
    after: &Value,
) -> Kept {
    let allowed: Vec<(&Value, BTreeMap<String, Value>)> = approved
        .iter()
        .filter_map(|approved| {
            Some((action(&approved.plan, (key, id), ops)?, approved.config.desired.entries.get(key)?.node.json()))
        })
        .map(|(action, wanted)| (action, leaves(&wanted)))
        .collect();
    if allowed.is_empty() {
        return Err(format!("no approved plan says {ops:?} of {key}"));
    }
    let (before, after) = (leaves(before), leaves(after));
    for leaf in before.keys().chain(after.keys()) {
        let (was, is) = (before.get(leaf), after.get(leaf));
        let approves = |(action, wanted): &(&Value, BTreeMap<String, Value>)| {
            sets(action, leaf, (was, beside)) && wanted.get(leaf) == is
        };
        let is_put_back = elsewhere.iter().any(|[before, after]| before.get(leaf) == is && after.get(leaf) == was);
        if was != is && !is_put_back && !allowed.iter().any(approves) {
            return Err(format!("{leaf} of {key} became {is:?}, and no approved plan says so; it was {was:?}"));
        }
    }
    Ok(())
}

/// 5 and 6, for what a config says: each entry is live as it says, once; what it buried is not live. Keys in `aside`
/// are left out.
pub async fn live_is(sandbox: &Sandbox, config: &Config, aside: &dyn Fn(&Key) -> bool) -> Kept {
    let mut live = BTreeMap::<Key, Vec<Value>>::new();
    for (resource, row) in living_rows(sandbox) {
        let (key, row) = seen(resource, &row).await;
        live.entry(key).or_default().push(row);
    }
    for (key, desired) in &config.load().desired.entries {
        let wanted = leaves(&desired.node.json());
        match live.get(key).map_or(&[][..], Vec::as_slice) {
            _ if aside(key) => {}
            [row] => {
                let is = leaves(row);
                let same = |(leaf, value): (&String, &Value)| is.get(leaf).map_or(is_void(value), |is| is == value);
                if let Some((leaf, value)) = wanted.iter().find(|(leaf, value)| !same((*leaf, *value))) {
                    return Err(format!("{leaf} of {key} should be {value} and is {:?}", is.get(leaf)));
                }
            }
            rows => return Err(format!("{key} is live {} times", rows.len())),
        }
    }
    for (key, _) in live {
        let tombstoned = config
            .removed
            .iter()
            .any(|resource| resource.0 == key.provider && key.to_string().contains(&resource.account_id()));
        if tombstoned && !aside(&key) {
            return Err(format!("{key} is live, and a tombstone stands for it"));
        }
    }
    Ok(())
}

/// 6: what is live more than once.
pub async fn doubled(sandbox: &Sandbox) -> BTreeMap<Key, Vec<String>> {
    let mut live = BTreeMap::<Key, Vec<String>>::new();
    for (resource, row) in living_rows(sandbox) {
        live.entry(seen(resource, &row).await.0).or_default().push(row["id"].as_str().unwrap_or_default().to_owned());
    }
    live.retain(|_, ids| ids.len() > 1);
    live
}

/// 6, for two runs at once: whoever looked when both rows were there names both.
pub fn race_is_told(key: &Key, ids: &[String], ended: [&Ended; 2]) -> Kept {
    let makes = |effect: &&Effect| {
        effect.before.is_none()
            && effect.after.as_ref().is_some_and(|row| ids.iter().any(|id| row["id"] == id.as_str()))
    };
    let made = ended.iter().flat_map(|ended| ended.effects.iter().filter(makes)).map(|effect| effect.at).max();
    for run in ended {
        let told = ids.iter().all(|id| run.says(id));
        if run.exit.is_some() && run.last_read.get(key.provider).copied() > made && !told {
            return Err(format!(
                "{ids:?} are {key} twice, made by two runs at once, and one that looked does not say so\n{}",
                run.printed
            ));
        }
    }
    Ok(())
}

/// The action of a plan that is about this row; one that makes it is about whichever row it makes. v1 knows no ids.
fn action<'a>(plan: &'a Value, (key, id): (&Key, &str), ops: &[&str]) -> Option<&'a Value> {
    let is_named = |action: &Value| {
        action["provider"] == key.provider && action["kind"] == key.kind.name && action["id"] == key.name
    };
    let is_row = |action: &Value| action["op"] == "create" || key.provider == "datadog_v1" || action["row"] == id;
    let is_it = |action: &&Value| ops.iter().any(|op| action["op"] == *op) && is_named(action) && is_row(action);
    plan["actions"].as_array()?.iter().find(is_it)
}

/// Whether a report holds a deleted row as it was. v1 shows another form of it; another run may change it right before.
fn is_reported((row, beside): (&Value, Beside<'_>), key: &Key, report: &Value) -> bool {
    let deleted = report["actions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|action| action["id"] == key.name)
        .map(|action| &action["deleted"]);
    let same = |deleted: &Value| match key.provider {
        _ if beside.is_another() => deleted["id"] == row["id"] || key.provider == "datadog_v1" && deleted.is_object(),
        "datadog" => deleted["attributes"] == row["attributes"] && deleted["id"] == row["id"],
        "datadog_v1" => deleted.is_object(),
        _ => deleted == row,
    };
    deleted.into_iter().any(same)
}

/// Whether an action sets a leaf that was so: the leaf itself, something around it, or part of it. What a create sets
/// had no value of anybody's before.
fn sets(action: &Value, leaf: &str, (was, beside): (Option<&Value>, Beside<'_>)) -> bool {
    let changes = action["changes"].as_array().into_iter().flatten();
    changes.map(|change| (change["path"].as_str().unwrap_or_default(), &change["before"])).any(|(path, before)| {
        let from_there =
            beside.is_another() || action["op"] == "create" || path != leaf || leaves_of(leaf, before).get(leaf) == was;
        let path = path.split('[').next().unwrap_or_default();
        (path.starts_with(leaf) || leaf.starts_with(path)) && from_there
    })
}

/// Whether a list of a report has this row in it, or all of its provider's.
pub fn mentions(list: &Value, key: &Key) -> bool {
    let is_it = |entry: &Value| entry["provider"] == key.provider && (entry["id"] == key.name || entry["id"].is_null());
    list.as_array().into_iter().flatten().any(is_it)
}
