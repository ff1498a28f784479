//! Pages that are no listing: nothing may be planned on them, and none may keep heeler reading for ever.

use heeler::providers::wavefront::wire;
use serde_json::{Value, json};

use crate::{Vendor, cloudwatch, envelope, one, page, plan, with};

/// Row number `number`, each with a role of its own.
fn row(number: u32) -> Value {
    let id = format!("5d1e0b77-{number:04}-4b2c-9d3e-0a1b2c3d4e5f");
    let block = json!({ "baseCredentials": { "roleArn": format!("arn:aws:iam::4000000{number:05}:role/observer") } });
    with(cloudwatch(), json!({ "id": id, "cloudWatch": block }))
}

async fn refused(pages: &[Value], why: &str) {
    let vendor = Vendor::saying(pages);
    let error = wire::list(&vendor).await.expect_err("no listing").to_string();
    assert!(error.contains(why), "{error}");
    // And so nothing is planned.
    let vendor = Vendor::saying(pages);
    let plan = plan(&one("{ role_name: observer, cloudwatch: { name: new } }"), &vendor).await;
    assert!(plan.actions.is_empty() && !plan.all_listings_read());
}

#[tokio::test(start_paused = true)]
async fn the_next_page_begins_where_the_limit_ends() {
    let rows: Vec<Value> = (0..5).map(row).collect();
    // The total is an estimate; a server may cap the limit; a page may hold less than its limit.
    let pages = [page(&rows[..2], 0, 2, 2, true), page(&rows[2..3], 2, 2, 0, true), page(&rows[3..], 4, 2, 99, false)];
    let vendor = Vendor::saying(&pages);
    assert_eq!(wire::list(&vendor).await.unwrap().rows.len(), 5);
    let offsets: Vec<String> = vendor.asked.lock().unwrap().iter().map(|request| request.query[0].1.clone()).collect();
    assert_eq!(offsets, ["0", "2", "4"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_another() {
    refused(
        &[page(&[row(1)], 0, 100, 2, true), page(&[row(2)], 0, 100, 2, false)],
        "begins at 0, and 100 was asked for",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_row_on_two_pages() {
    refused(
        &[page(&[row(1), row(2)], 0, 100, 3, true), page(&[row(2), row(3)], 100, 100, 3, false)],
        "shows 5d1e0b77-0002",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn pages_without_end() {
    refused(&[page(&[row(1)], 0, 100, 1, true), page(&[], 100, 100, 1, true)], "has no end").await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_say_whether_there_are_more() {
    let mut silent = page(&[row(1)], 0, 100, 1, false);
    silent["response"].as_object_mut().unwrap().remove("moreItems");
    refused(&[silent], "another form than expected").await;
    refused(&[envelope(&json!("a page"))], "another form than expected").await;
}

#[tokio::test(start_paused = true)]
async fn a_row_without_what_tells_it_from_the_others() {
    let without = |field: &str| {
        let mut row = row(1);
        row.as_object_mut().unwrap().remove(field);
        row
    };
    let unsure = with(row(1), json!({ "inTrash": "true" }));
    let vendor = Vendor::saying(&[page(&[unsure], 0, 100, 1, false), page(&[], 0, 1000, 0, false)]);
    let plan_of_unsure = plan(&one("{ role_name: observer, cloudwatch: { name: new } }"), &vendor).await;
    assert!(
        plan_of_unsure.actions.is_empty() && plan_of_unsure.isolated[0].why.contains("in the trash"),
        "{:?}",
        plan_of_unsure.isolated
    );
    for (field, why) in [("id", "it has no id"), ("service", "it names no service"), ("cloudWatch", "without a role")] {
        let vendor = Vendor::saying(&[page(&[without(field)], 0, 100, 1, false), page(&[], 0, 1000, 0, false)]);
        let plan = plan(&one("{ role_name: observer, cloudwatch: { name: new } }"), &vendor).await;
        // It may be the one that is declared, so none is made; and nobody else is concerned.
        assert!(
            plan.actions.is_empty() && plan.all_listings_read() && plan.isolated[0].why.contains(why),
            "{:?}",
            plan.isolated
        );
        assert_eq!(plan.refusals.len() + plan.unread().count(), 1, "{:?}", plan.refusals);
    }
}

#[tokio::test(start_paused = true)]
async fn pages_that_promise_more_for_ever_are_left() {
    // Each page holds another row, and none is the last: an estimate of three cannot be wrong by thousands.
    let endless: Vec<Value> =
        (0..60).map(|number| page(&[row(number)], u64::from(number) * 100, 100, 3, true)).collect();
    let vendor = Vendor::saying(&endless);
    let error = wire::list(&vendor).await.expect_err("no listing").to_string();
    assert!(error.contains("has no end"), "{error}");
    assert!(vendor.asked.lock().unwrap().len() < 30);
}

#[tokio::test(start_paused = true)]
async fn what_a_listing_shows_of_the_trash_is_not_live() {
    let dead = with(row(1), json!({ "inTrash": true, "deleted": true }));
    let vendor = Vendor::saying(&[page(&[dead], 0, 100, 1, false), page(&[], 0, 1000, 0, false)]);
    let plan = plan(&one("{ role_name: observer, cloudwatch: { name: new } }"), &vendor).await;
    assert_eq!((plan.counts(), plan.unmanaged.len()), ((1, 0, 0), 0));
}
