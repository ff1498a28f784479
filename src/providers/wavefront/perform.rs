//! Actions of several steps, from top to bottom. Each step is known to be harmless to repeat, or is never sent twice.

use serde_json::Value;
use serde_json::value::RawValue;

use super::account::{ENABLED, EXTERNAL_ID};
use super::service::Service;
use super::{rows, trash, wire, yaml_form};
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::model::{Action, Changes, Desired, Failure, Observed, Op, WriteClient};
use crate::providers::Performed;
use crate::providers::complete_listing::parsed;

/// Makes an integration with the external id that was issued for it or is declared, or brings one back from the trash; then switches it
/// as declared.
///
/// # Errors
/// Nothing was made: it is there already, or a step before was refused.
pub async fn create(
    client: &dyn WriteClient,
    desired: &Desired,
    trashed: Option<&Observed>,
) -> Result<Performed, VendorError> {
    let service = service(desired)?;
    match trashed {
        Some(trashed) => recover(client, service, desired, trashed).await,
        None => make(client, service, desired).await,
    }
}

/// Goes on with an integration whose create was not answered. Nobody but us knows its external id.
pub async fn finish(client: &dyn WriteClient, action: &Action, row: Observed) -> Performed {
    let Op::Create { desired, .. } = &action.op else { return Performed::whole(Some(row)) };
    let row = match (Service::of_kind(row.key.kind), external_id(desired)) {
        (Some(service), Ok((external_id, _))) => with_external_id(row, service, external_id),
        _ => row,
    };
    switched(client, desired, row).await
}

async fn make(client: &dyn WriteClient, service: Service, desired: &Desired) -> Result<Performed, VendorError> {
    let (external_id, is_issued) = external_id(desired)?;
    is_not_there(client, desired).await?;
    let answer =
        client.write(wire::create(yaml_form::created(service, desired, external_id))).await.map_err(VendorError::from);
    let row = match answer.and_then(|answer| wire::read_row(&answer)) {
        Ok(row) => row.observed,
        Err(VendorError::Invalid { message, fields }) if is_issued => {
            let message = format!(
                "{message}. External id {external_id} was issued for it: if the role does not let Wavefront in yet, put that into its trust \
                 policy, write `external_id: {external_id}`, and apply again"
            );
            return Err(VendorError::Invalid { message, fields });
        }
        Err(error) => return Err(noting(error, external_id)),
    };
    Ok(switched(client, desired, with_external_id(row, service, external_id)).await)
}

/// Where the answer was lost, nobody but us knows the external id that was sent.
fn noting(error: VendorError, external_id: &str) -> VendorError {
    let noted = |said: String| format!("{said}; it was sent with external id {external_id}");
    match error {
        VendorError::Failing(said) => VendorError::Failing(noted(said)),
        VendorError::Unreadable(said) => VendorError::Unreadable(noted(said)),
        VendorError::NoAnswer(Failure::Lost { what, why }) => Failure::Lost { what, why: noted(why) }.into(),
        other => other,
    }
}

/// The external id that an integration is made with, and whether Wavefront issued it for that.
fn external_id(desired: &Desired) -> Result<(&str, bool), VendorError> {
    let declared = desired.fixed.iter().find(|fixed| fixed.field == EXTERNAL_ID).map(|fixed| fixed.value.as_str());
    let issued = || desired.outputs.iter().find(|output| output.field == EXTERNAL_ID)?.value.as_ref()?.as_str();
    let known = declared.map(|id| (id, false)).or_else(|| issued().map(|id| (id, true)));
    known.ok_or_else(|| VendorError::Unreadable("no external id was issued for it".to_owned()))
}

/// An external id of Wavefront's. Without one nothing is made, so a lost answer to this is no lost create.
///
/// # Errors
/// None was issued, as far as anybody knows.
pub async fn issue(client: &dyn WriteClient) -> Result<Value, VendorError> {
    let answer = client.write(wire::issue()).await.map_err(VendorError::from);
    answer.and_then(|answer| wire::read_external_id(&answer)).map(Value::String).map_err(|error| {
        match error.is_lost() {
            true => Failure::NotSent {
                what: "the create".to_owned(),
                why: format!("no external id was issued for it: {error}"),
            }
            .into(),
            false => error,
        }
    })
}

/// No key is enforced, so whoever does not look right before a create makes a second one.
async fn is_not_there(client: &dyn WriteClient, desired: &Desired) -> Result<(), VendorError> {
    let known = wire::list_recent(client).await?.live().rows.into_iter().find(|row| row.key == desired.key);
    known.map_or(Ok(()), |known| Err(VendorError::Exists(format!("it is there already, as {}", known.id))))
}

async fn recover(
    client: &dyn WriteClient,
    service: Service,
    desired: &Desired,
    trashed: &Observed,
) -> Result<Performed, VendorError> {
    is_not_there(client, desired).await?;
    let row = wire::read_row(&client.write(trash::undelete(&trashed.id)).await?)?.observed;
    let live = json(&row, service)?;
    let stale = yaml_form::differing(service, &live, &desired.node).only(|field| field != ENABLED);
    if stale.entries().is_empty() {
        return Ok(switched(client, desired, row).await);
    }
    let mut body = yaml_form::writable(service, &live);
    yaml_form::lay(&mut body, service, &stale);
    match put(client, &row, body).await {
        Ok(row) => Ok(switched(client, desired, row).await),
        Err(error) => Ok(Performed { row: Some(row), failed: Some(error) }),
    }
}

/// Writes the changed fields of an integration, and switches it where that is planned.
///
/// # Errors
/// Nothing was changed.
pub async fn update(
    client: &dyn WriteClient,
    desired: &Desired,
    now: &Observed,
    changes: &Changes,
) -> Result<Performed, VendorError> {
    let service = service(desired)?;
    let changed = |field: &str| changes.iter().any(|change| change.path.top() == Some(field));
    let written = desired.node.only(|field| field != ENABLED && changed(field));
    let (row, is_written) = match written.entries() {
        [] => (now.clone(), false),
        _ => {
            let mut body = yaml_form::writable(service, &json(now, service)?);
            yaml_form::lay(&mut body, service, &written);
            (put(client, now, body).await?, true)
        }
    };
    if !changed(ENABLED) {
        return Ok(Performed::whole(Some(row)));
    }
    match switched(client, desired, row).await {
        Performed { failed: Some(error), .. } if !is_written => Err(error),
        performed => Ok(performed),
    }
}

async fn put(client: &dyn WriteClient, row: &Observed, body: Value) -> Result<Observed, VendorError> {
    Ok(wire::read_row(&client.write(wire::put(&row.id, body)).await?)?.observed)
}

/// Switches a row as its block declares, if it is not so.
async fn switched(client: &dyn WriteClient, desired: &Desired, row: Observed) -> Performed {
    let wanted = yaml_form::wants_enabled(&desired.node);
    let is_on = service(desired).and_then(|service| json(&row, service)).map(|row| yaml_form::is_enabled(&row));
    let on = match (wanted, is_on) {
        (Some(wanted), Ok(is_on)) if wanted != is_on => wanted,
        _ => return Performed::whole(Some(row)),
    };
    let answer = client.write(wire::switch(&row.id, on)).await.map_err(VendorError::from);
    match answer.and_then(|answer| wire::read_row(&answer)) {
        Ok(after) => Performed::whole(Some(keeping_external_id(after.observed, &row))),
        Err(error) => Performed { row: Some(row), failed: Some(error) },
    }
}

fn service(desired: &Desired) -> Result<Service, VendorError> {
    Service::of_kind(desired.key.kind)
        .ok_or_else(|| VendorError::Unreadable(format!("{} is no service of Wavefront's", desired.key.kind)))
}

/// A row that has the block of its service.
fn json(row: &Observed, service: Service) -> Result<Value, VendorError> {
    let row: Value = parsed("the integration", row.row.get().as_bytes())?;
    let block = at(&row, service.block());
    if at(block, "baseCredentials").is_object() {
        Ok(row)
    } else {
        Err(VendorError::Unreadable(format!("the integration has no `{}`", service.block())))
    }
}

/// The row with the external id it was made with, should the answer not repeat it: nobody will ever tell it again.
fn with_external_id(row: Observed, service: Service, external_id: &str) -> Observed {
    let Ok(mut value) = json(&row, service) else { return row };
    let credentials = &mut value[service.block()]["baseCredentials"];
    if credentials.get("externalId").is_none_or(Value::is_null) {
        credentials["externalId"] = external_id.into();
    }
    match RawValue::from_string(value.to_string()) {
        Ok(text) => Observed { row: text, ..row },
        Err(_) => row,
    }
}

fn keeping_external_id(after: Observed, before: &Observed) -> Observed {
    let known = rows::external_id(before);
    match (Service::of_kind(after.key.kind), known) {
        (Some(service), Some(known)) => with_external_id(after, service, &known),
        _ => after,
    }
}
