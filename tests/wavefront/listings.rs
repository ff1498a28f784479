//! Listings and searches as the vendor answers them.

use crate::fixtures::{INTEGRATIONS, sandbox, table};
use crate::{ROLE, Vendor, cloudwatch, listing, one, page, plan, with};
use heeler::model::{Method, ReadClient, Request};
use heeler::providers::wavefront::{trash, wire};
use heeler::sandbox::vendors::wavefront::Emulator;
use heeler::sandbox::{Table, VendorEmulator};
use serde_json::{Value, json};

#[tokio::test(start_paused = true)]
async fn list_empty() {
    let vendor = Vendor::saying(&[listing(&[])]);
    assert!(wire::list(&vendor).await.unwrap().rows.is_empty());
    let (status, answer) = sandbox(&mut table(&[]), Method::Get, INTEGRATIONS, None);
    assert_eq!((status, answer), (200, listing(&[])));
}

/// One row of each kind, one disabled, one with few fields, one that is not AWS's.
fn six() -> Vec<Value> {
    let row = |number: u32, service: &str, block: &str, fields: Value| {
        let mut row = with(
            cloudwatch(),
            json!({ "id": format!("5d1e0b77-{number:04}-4b2c-9d3e-0a1b2c3d4e5f"), "service": service }),
        );
        row.as_object_mut().unwrap().remove("cloudWatch");
        row[block] = fields;
        row
    };
    let role = json!({ "roleArn": ROLE });
    let mut sparse = row(
        4,
        "EC2",
        "ec2",
        json!({ "baseCredentials": { "roleArn": "arn:aws:iam::400000000003:role/observer", "externalId": "wave0f1e2d3c" } }),
    );
    sparse.as_object_mut().unwrap().remove("serviceRefreshRateInMins");
    vec![
        cloudwatch(),
        row(
            2,
            "CLOUDTRAIL",
            "cloudTrail",
            json!({ "region": "eu-west-3", "prefix": "Logs", "baseCredentials": role, "bucketName": "web-trail", "filterRule": "" }),
        ),
        row(
            3,
            "EC2",
            "ec2",
            json!({ "hostNameTags": ["host"], "baseCredentials": role, "metricFilterRegex": "", "pointTagFilterRegex": "" }),
        ),
        with(
            row(
                5,
                "CLOUDWATCH",
                "cloudWatch",
                json!({ "baseCredentials": { "roleArn": "arn:aws:iam::400000000002:role/observer" } }),
            ),
            json!({ "disabled": true }),
        ),
        sparse,
        row(
            6,
            "GCPBILLING",
            "gcpBilling",
            json!({ "gcpApiKey": "saved_api_key", "gcpJsonKey": "{\"project_id\": \"web\"}", "projectId": "web" }),
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn list() {
    let config = one(
        "{ role_name: observer, cloudwatch: {}, cloudtrail: { filter_rule: '' }, ec2: { metric_filter_regex: '' } }",
    );
    let plan = plan(&config, &Vendor::saying(&[listing(&six())])).await;
    assert!(plan.actions.is_empty() && plan.all_listings_read() && plan.refusals.is_empty(), "{plan:#?}");
    assert_eq!((plan.unchanged.total(), plan.unmanaged.len(), plan.row_counts["wavefront"].live), (3, 3, 6));
    let foreign: Vec<&str> =
        plan.unmanaged.iter().filter(|row| row.not_manageable.is_some()).map(|row| row.key.name.as_str()).collect();
    assert_eq!(foreign, ["5d1e0b77-0006-4b2c-9d3e-0a1b2c3d4e5f"]);
    assert_eq!(sandbox(&mut table(&six()), Method::Get, INTEGRATIONS, None), (200, listing(&six())));
}

#[tokio::test(start_paused = true)]
async fn list_pages_0_to_2() {
    let rows = six();
    let pages = [page(&rows[..2], 0, 2, 5, true), page(&rows[2..4], 2, 2, 5, true), page(&rows[4..5], 4, 2, 5, false)];
    let vendor = Vendor::saying(&pages);
    assert_eq!(wire::list(&vendor).await.unwrap().rows.len(), 5);
    let offsets: Vec<String> = vendor.asked.lock().unwrap().iter().map(|request| request.query[0].1.clone()).collect();
    assert_eq!(offsets, ["0", "2", "4"]);
    // A world may be saved page by page; the sandbox gives the same pages again.
    let mut table = Table::new(Emulator.seed(&json!(pages)).unwrap(), 1);
    for (offset, page) in [(0, &pages[0]), (2, &pages[1]), (4, &pages[2])] {
        let query = [("offset", offset.to_string()), ("limit", "2".to_owned())]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec();
        let answer = Emulator
            .respond(&mut table, &Request { query, ..Request::new("wavefront", Method::Get, INTEGRATIONS) })
            .unwrap();
        assert_eq!(&serde_json::from_slice::<Value>(&answer.body).unwrap(), page);
    }
}

#[tokio::test(start_paused = true)]
async fn search_request_and_response() {
    let rows = six();
    let wanted = json!({ "query": [{ "key": "id", "value": rows[0]["id"], "matchingMethod": "EXACT" }], "limit": 100, "offset": 0 });
    let (status, found) = sandbox(&mut table(&rows), Method::Post, "/api/v2/search/cloudintegration", Some(wanted));
    assert_eq!((status, found), (200, listing(&rows[..1])));
    // What heeler searches is the trash, in the same form and without a key.
    let vendor = Vendor::saying(&[listing(&rows[..1])]);
    assert_eq!(trash::list(&vendor).await.unwrap().rows.len(), 1);
    assert_eq!(
        vendor.log(),
        [(
            "POST /api/v2/search/cloudintegration/deleted".to_owned(),
            json!({ "query": [], "limit": 1000, "offset": 0 })
        )]
    );
    let question = vendor.asked.lock().unwrap()[0].clone();
    assert!(Emulator.only_reads(&question));
    let _: &dyn ReadClient = &vendor;
}
