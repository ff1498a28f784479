//! Actions of several steps: the account, then its tag filters, then its log collection. What fails after something was
//! done ends the action there, and the next run finds what is left as a difference.

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::value::RawValue;

use super::{rows, tag_filters, wire};
use crate::model::path::Step;
use crate::model::plan::{Changes, VendorError};
use crate::model::value::at;
use crate::model::{Action, Desired, Node, Observed, Op, Path, WriteClient, WriteRequest};
use crate::providers::Performed;

/// A new account. The external id is told once, so it is put into the row before anything else can fail.
pub async fn create(client: &dyn WriteClient, desired: &Desired) -> Result<Performed, VendorError> {
    let external_id = wire::read_created(&client.write(wire::create(desired)).await?)?;
    let (row, failed) = match row_of(client, desired).await {
        Ok(row) => (Some(row), None),
        Err(error) => (presumed(desired), Some(error)),
    };
    let told = external_id.and_then(|id| RawValue::from_string(Value::String(id).to_string()).ok());
    let row = row.map(|row| told.iter().fold(row, |row, id| rows::with(row, "external_id", id)));
    let failed = match failed {
        None => all(client, after_creation(desired)).await.err(),
        failed => failed,
    };
    Ok(Performed { row, failed })
}

/// The row that a create must have made, out of what was sent: for as long as it has not been read.
fn presumed(desired: &Desired) -> Option<Observed> {
    let body = wire::create(desired).request.body?.json;
    let sent: serde_json::Map<String, Value> =
        body.as_object()?.iter().filter(|(_, value)| !value.is_null()).map(|(a, b)| (a.clone(), b.clone())).collect();
    let text = RawValue::from_string(Value::Object(sent).to_string()).ok()?;
    rows::observed(&text).ok()
}

/// Goes on with an account whose create was not answered.
pub async fn finish(client: &dyn WriteClient, action: &Action, row: Observed) -> Performed {
    let Op::Create { desired, .. } = &action.op else { return Performed::whole(Some(row)) };
    Performed { row: Some(row), failed: all(client, after_creation(desired)).await.err() }
}

/// What is written once the account is there.
fn after_creation(desired: &Desired) -> Vec<WriteRequest> {
    let filters = desired
        .node
        .get("tag_filters")
        .map_or(&[][..], Node::items)
        .iter()
        .filter_map(|filter| filter.get("namespace")?.text());
    let mut writes: Vec<WriteRequest> = filters
        .filter_map(|namespace| filter(desired, namespace).filter(|_| wanted(desired, namespace).is_some()))
        .collect();
    writes.extend(logs(desired, &Value::Null, |_| true));
    writes
}

/// A changed account: whatever the changes are about, and nothing else.
pub async fn update(
    client: &dyn WriteClient,
    desired: &Desired,
    now: &Observed,
    changes: &Changes,
) -> Result<Performed, VendorError> {
    let touches = |path: &str| {
        changes.iter().any(|change| change.path.covers(&Path::dotted(path)) || Path::dotted(path).covers(&change.path))
    };
    let mut writes = Vec::new();
    if changes.iter().filter_map(|change| change.path.top()).any(|top| !wire::SENT_SEPARATELY.contains(&top)) {
        writes.push(wire::update(desired, now, changes)?);
    }
    let filtered: BTreeSet<&str> = changes.iter().filter_map(|change| namespace(&change.path)).collect();
    writes.extend(filtered.into_iter().filter_map(|namespace| filter(desired, namespace)));
    let live = wire::spelled(now)?.remove("logs").unwrap_or_default();
    writes.extend(logs(desired, &live, touches));
    let mut writes = writes.into_iter();
    if let Some(first) = writes.next() {
        wire::read_done(&client.write(first).await?)?;
    }
    Ok(Performed { row: None, failed: all(client, writes).await.err() })
}

/// An account that goes. One that is gone already is done.
pub async fn delete(client: &dyn WriteClient, now: &Observed) -> Result<Performed, VendorError> {
    VendorError::gone_is_done(wire::read_done(&client.write(wire::delete(now)?).await?))?;
    Ok(Performed::whole(None))
}

/// The account id that log collection is about; v1 takes no access key there.
pub fn log_account(desired: &Desired) -> Option<&str> {
    desired.account.as_deref()
}

async fn all(client: &dyn WriteClient, writes: impl IntoIterator<Item = WriteRequest>) -> Result<(), VendorError> {
    for request in writes {
        wire::read_done(&client.write(request).await?)?;
    }
    Ok(())
}

async fn row_of(client: &dyn WriteClient, desired: &Desired) -> Result<Observed, VendorError> {
    let mut rows = rows::read_listing(&client.read(wire::list(Some(&desired.key.name))).await?)?.rows;
    rows.retain(|row| row.key == desired.key);
    rows.pop().ok_or_else(|| VendorError::Unreadable(format!("{} was made and is not listed", desired.key)))
}

/// The namespace whose tag filter a path is about.
fn namespace(path: &Path) -> Option<&str> {
    match path.steps() {
        [Step::Field(list), Step::Entry(namespace), ..] if &**list == "tag_filters" => Some(namespace),
        _ => None,
    }
}

/// The tag filter declared for a namespace.
fn wanted<'a>(desired: &'a Desired, namespace: &str) -> Option<&'a str> {
    let filters = desired.node.get("tag_filters")?.items();
    let filter = filters.iter().find(|filter| filter.get("namespace").and_then(Node::text) == Some(namespace))?;
    filter.get("tag_filter_str")?.text()
}

fn filter(desired: &Desired, namespace: &str) -> Option<WriteRequest> {
    Some(tag_filters::set(&desired.key.name, namespace, wanted(desired, namespace)))
}

fn held(logs: &Value, field: &str) -> BTreeSet<String> {
    at(logs, field).as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Forwarders first: services belong to an account that has one.
fn logs(desired: &Desired, live: &Value, touches: impl Fn(&str) -> bool) -> Vec<WriteRequest> {
    let (Some(logs), Some(account)) = (desired.node.get("logs"), log_account(desired)) else { return Vec::new() };
    let words = |field: &str| {
        logs.get(field)
            .map(|list| list.items().iter().filter_map(Node::text).map(str::to_owned).collect::<BTreeSet<_>>())
    };
    let mut writes = Vec::new();
    if let Some(wanted) = words("lambdas").filter(|_| touches("logs.lambdas")) {
        let live = held(live, "lambdas");
        writes.extend(wanted.difference(&live).map(|arn| super::logs::add_lambda(account, arn)));
        writes.extend(live.difference(&wanted).map(|arn| super::logs::remove_lambda(account, arn)));
    }
    if let Some(wanted) =
        words("services").filter(|wanted| touches("logs.services") && *wanted != held(live, "services"))
    {
        writes.push(super::logs::set_services(account, &wanted.into_iter().collect::<Vec<_>>()));
    }
    writes
}
