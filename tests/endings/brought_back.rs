//! Rows that a create brings back from the trash: what was approved is what they held when that was planned.

use heeler::executor::preflight;
use heeler::model::WriteRequest;
use serde_json::json;

use super::between::{Does, between};
use super::in_process::{context, load, plan};
use super::{apply, fleet, wavefront};

#[tokio::test(start_paused = true)]
async fn what_was_changed_in_the_trash_meanwhile_has_moved() {
    let vendor = between(&json!({}), "", |tell: &WriteRequest| Does::Write(Box::new(tell.clone())));
    let config = load(&fleet(1, &[wavefront()], json!([])));
    apply(&config, &vendor, 1).await;
    let edit = |field: &str, value| vendor.sandbox.edit("wavefront", |rows| rows[0][field] = value);
    edit("inTrash", json!(true));
    let planned = plan(&config, &vendor).await;
    assert!(planned.actions[0].recovers().is_some(), "{planned:?}");

    let before = vendor.sandbox.rows("wavefront")[0]["additionalTags"].clone();
    edit("additionalTags", json!({ "team": "of somebody else" }));
    assert!(preflight(&planned, &context(config.config(), &vendor, 1)).await.len() == 1, "it has moved");
    edit("additionalTags", before);
    assert!(preflight(&planned, &context(config.config(), &vendor, 1)).await.is_empty(), "it is as it was");
}
