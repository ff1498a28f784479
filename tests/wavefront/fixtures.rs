//! What is known of Wavefront's requests and answers, file by file of the collected fixtures, with data of our own: a
//! request is produced exactly so, an answer is accepted by heeler, and where the sandbox gives it, produced there too.
//! `UNVERIFIED` files are tolerated.

use heeler::model::{Body, Method, Outcome, ReadClient, Request, Status};
use heeler::providers::wavefront::{rows, trash, wire};
use heeler::sandbox::vendors::wavefront::Emulator;
use heeler::sandbox::{Table, VendorEmulator};
use serde_json::{Value, json};

use crate::{ISSUED, ROLE, Vendor, apply, cloudwatch, listing, one, page, plan, with};

pub const INTEGRATIONS: &str = "/api/v2/cloudintegration";
pub const CLOUDWATCH: &str = "{ role_name: observer, cloudwatch: { name: Web - CloudWatch } }";

/// The sandbox's answer, as status and JSON.
pub fn sandbox(table: &mut Table, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = Request { body: body.map(Body::plain), ..Request::new("wavefront", method, path) };
    let answer = Emulator.respond(table, &request).expect("Wavefront's path");
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
}

pub fn table(rows: &[Value]) -> Table {
    Table::new(Emulator.seed(&listing(rows)).unwrap(), 1)
}

fn envelope_of(response: &Value) -> Value {
    crate::envelope(response)
}

pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    keys.sort_unstable();
    keys
}

pub fn response(status: u16, body: &str) -> heeler::model::Response {
    heeler::model::Response::new(status, body.as_bytes().to_vec())
}

/// The body of the create that a block leads to. It is accepted by the sandbox too, with an id that it issued.
async fn created(block: &str, kind: &str) -> Value {
    let (none, issued) = (listing(&[]), envelope_of(&json!(ISSUED)));
    let answer = envelope_of(&with(cloudwatch(), json!({})));
    let vendor = Vendor::saying(&[none.clone(), none.clone(), none, issued, answer]);
    let config = one(block);
    let plan = plan(&config, &vendor).await;
    apply(&config, &vendor, &plan).await;
    let (line, body) = vendor.log().pop().unwrap();
    assert_eq!(line, format!("POST {INTEGRATIONS}"));
    let mut table = table(&[]);
    let (_, issued) = sandbox(&mut table, Method::Post, wire::EXTERNAL_IDS, None);
    let mut accepted = body.clone();
    accepted[kind]["baseCredentials"]["externalId"] = issued["response"].clone();
    assert_eq!(sandbox(&mut table, Method::Post, INTEGRATIONS, Some(accepted)).0, 200);
    body
}

#[tokio::test(start_paused = true)]
async fn create_cloudwatch_request() {
    let block = "{ role_name: observer, cloudwatch: { name: Web - CloudWatch, refresh_rate_minutes: 5, additional_tags: { stage: live }, \
                 namespaces: [AWS/SNS, AWS/EC2], metric_filter_regex: '^aws.(sns|ec2).*$', point_tag_filter_regex: (zone), \
                 instance_selection_tags: { stage: live }, volume_selection_tags: {} } }";
    let expected = json!({
        "name": "Web - CloudWatch", "service": "CLOUDWATCH", "serviceRefreshRateInMins": 5, "additionalTags": { "stage": "live" },
        "cloudWatch": {
            "baseCredentials": { "roleArn": ROLE, "externalId": ISSUED }, "namespaces": ["AWS/SNS", "AWS/EC2"],
            "metricFilterRegex": "^aws.(sns|ec2).*$", "pointTagFilterRegex": "(zone)", "instanceSelectionTags": { "stage": "live" },
            "volumeSelectionTags": {},
        },
    });
    assert_eq!(created(block, "cloudWatch").await, expected);
}

#[tokio::test(start_paused = true)]
async fn create_cloudtrail_request() {
    let block = "{ role_name: observer, cloudtrail: { name: Web - CloudTrail, refresh_rate_minutes: 5, region: eu-west-3, bucket_name: web-trail, prefix: Logs } }";
    let expected = json!({
        "name": "Web - CloudTrail", "service": "CLOUDTRAIL", "serviceRefreshRateInMins": 5,
        "cloudTrail": { "baseCredentials": { "roleArn": ROLE, "externalId": ISSUED }, "region": "eu-west-3", "bucketName": "web-trail", "prefix": "Logs" },
    });
    assert_eq!(created(block, "cloudTrail").await, expected);
}

#[tokio::test(start_paused = true)]
async fn create_ec2_request() {
    let block = "{ role_name: observer, ec2: { name: Web - Metrics+, refresh_rate_minutes: 5, host_name_tags: [hostname, host, name] } }";
    let expected = json!({
        "name": "Web - Metrics+", "service": "EC2", "serviceRefreshRateInMins": 5,
        "ec2": { "baseCredentials": { "roleArn": ROLE, "externalId": ISSUED }, "hostNameTags": ["hostname", "host", "name"] },
    });
    assert_eq!(created(block, "ec2").await, expected);
}

#[test]
fn aws_external_id_response() {
    let answer = envelope_of(&json!(ISSUED));
    assert_eq!(wire::read_external_id(&response(200, &answer.to_string())).unwrap(), ISSUED);
    let (status, issued) = sandbox(&mut table(&[]), Method::Post, wire::EXTERNAL_IDS, None);
    assert_eq!((status, keys(&issued), &issued["status"]), (200, keys(&answer), &answer["status"]));
    assert_eq!(issued["response"].as_str().unwrap().len(), 16);
    // Ids of other forms have been issued.
    for id in ["wave0f1e2d3c", "uJ7dkH3k"] {
        assert!(wire::read_external_id(&response(200, &envelope_of(&json!(id)).to_string())).is_ok());
    }
    assert!(wire::read_external_id(&response(200, &envelope_of(&json!({})).to_string())).is_err());
}

#[tokio::test(start_paused = true)]
async fn create_cloudwatch_response_200() {
    let mut answer = cloudwatch();
    for never_yet in ["lastReceivedDataPointMs", "lastMetricCount", "lastProcessorId", "lastProcessingTimestamp"] {
        answer.as_object_mut().unwrap().remove(never_yet);
    }
    answer["cloudWatch"]["baseCredentials"]["externalId"] = json!(ISSUED);
    let (none, issued) = (listing(&[]), envelope_of(&json!(ISSUED)));
    let vendor = Vendor::saying(&[none.clone(), none.clone(), none, issued, envelope_of(&answer)]);
    let config = one(CLOUDWATCH);
    let outcome = apply(&config, &vendor, &plan(&config, &vendor).await).await.pop().unwrap();
    assert!(matches!(outcome.status, Status::Done), "{outcome:?}");
    let trust = outcome.trust.expect("a role");
    assert_eq!((trust.role_name.as_str(), trust.external_id.as_deref()), ("observer", Some(ISSUED)));
    let statement = &trust.policy.expect("a policy")["Statement"][0];
    assert_eq!(statement["Principal"]["AWS"], "arn:aws:iam::301213811993:root");
    assert_eq!(statement["Condition"]["StringEquals"]["sts:ExternalId"], ISSUED);

    let mut table = table(&[]);
    table.issued.insert(ISSUED.to_owned());
    let body = json!({
        "name": "Web - CloudWatch", "service": "CLOUDWATCH", "additionalTags": { "stage": "live" }, "forceSave": true,
        "cloudWatch": answer["cloudWatch"],
    });
    let (status, made) = sandbox(&mut table, Method::Post, INTEGRATIONS, Some(body));
    assert_eq!((status, keys(&made["response"])), (200, keys(&answer)));
    assert_eq!(
        (&made["response"]["cloudWatch"], &made["response"]["forceSave"]),
        (&answer["cloudWatch"], &json!(false))
    );
}

/// A plan for one declared row that is live as `row`, done; its writes, and how it ended.
async fn updated(row: &Value, block: &str, answers: &[Value]) -> (Vec<(String, Value)>, Outcome) {
    let vendor = Vendor::saying(&[&[listing(std::slice::from_ref(row)), envelope_of(row)], answers].concat());
    let config = one(block);
    let plan = plan(&config, &vendor).await;
    let outcome = apply(&config, &vendor, &plan).await.pop().expect("an action");
    (vendor.log().into_iter().filter(|(line, _)| !line.starts_with("GET")).collect(), outcome)
}

#[tokio::test(start_paused = true)]
async fn update_cloudwatch_request_and_response_200() {
    let mut row = with(
        cloudwatch(),
        json!({ "lastErrorEvent": { "name": "an error", "runningState": "ENDED" }, "forceSave": true }),
    );
    row["cloudWatch"]["baseCredentials"]["externalId"] = json!(ISSUED);
    let answer = with(cloudwatch(), json!({ "serviceRefreshRateInMins": 10, "updatedEpochMillis": 1701000000000i64 }));
    let (writes, outcome) =
        updated(&row, "{ role_name: observer, cloudwatch: { refresh_rate_minutes: 10 } }", &[envelope_of(&answer)])
            .await;
    let expected = json!({
        "id": row["id"], "name": "Web - CloudWatch", "service": "CLOUDWATCH", "serviceRefreshRateInMins": 10,
        "additionalTags": { "stage": "live" }, "cloudWatch": cloudwatch()["cloudWatch"],
    });
    let path = format!("{INTEGRATIONS}/{}", row["id"].as_str().unwrap());
    assert_eq!(writes, [(format!("PUT {path}"), expected.clone())]);
    assert!(matches!(outcome.status, Status::Done), "{outcome:?}");

    let (status, put) = sandbox(&mut table(&[cloudwatch()]), Method::Put, &path, Some(expected));
    assert_eq!(
        (status, keys(&put["response"]), &put["response"]["serviceRefreshRateInMins"]),
        (200, keys(&answer), &json!(10))
    );
    assert_eq!(put["response"]["cloudWatch"], answer["cloudWatch"]);
}

#[tokio::test(start_paused = true)]
async fn enable_and_disable_responses_200() {
    let broken = with(
        cloudwatch(),
        json!({ "disabled": true, "lastErrorEvent": {
            "name": "Credentials Error", "startTime": 1700000000000i64, "annotations": { "errorMessage": "no way in", "service": "CLOUDWATCH" },
            "hosts": [], "id": "1700000000000:Credentials Error:0", "runningState": "ONGOING", "creatorType": ["SYSTEM"],
        } }),
    );
    for (row, block, verb) in [(broken, "true", "enable"), (cloudwatch(), "false", "disable")] {
        let answer = with(row.clone(), json!({ "disabled": block == "false" }));
        let (writes, outcome) = updated(
            &row,
            &format!("{{ role_name: observer, cloudwatch: {{ enabled: {block} }} }}"),
            &[envelope_of(&answer)],
        )
        .await;
        let path = format!("{INTEGRATIONS}/{}/{verb}", row["id"].as_str().unwrap());
        assert_eq!(writes, [(format!("POST {path}"), Value::Null)]);
        assert!(matches!(outcome.status, Status::Done), "{outcome:?}");
        assert_eq!(sandbox(&mut table(&[row]), Method::Post, &path, None), (200, envelope_of(&answer)));
    }
}

#[tokio::test(start_paused = true)]
async fn get_cloudwatch_with_and_without_external_id() {
    let mut shown = cloudwatch();
    shown["cloudWatch"]["baseCredentials"]["externalId"] = json!(ISSUED);
    for (row, external_id) in [(cloudwatch(), None), (shown, Some(ISSUED))] {
        let answer = envelope_of(&row);
        let read = wire::read_row(&response(200, &answer.to_string())).unwrap();
        assert_eq!((rows::trust(&read.observed).unwrap().external_id.as_deref(), read.is_dead), (external_id, false));
        let path = format!("{INTEGRATIONS}/{}", row["id"].as_str().unwrap());
        assert_eq!(sandbox(&mut table(std::slice::from_ref(&row)), Method::Get, &path, None), (200, answer));
        // A declared id that is not told is no difference; one that is told must be the same.
        let declared = one(&format!("{{ role_name: observer, external_id: {ISSUED}, cloudwatch: {{}} }}"));
        let plan = plan(&declared, &Vendor::saying(&[listing(&[row])])).await;
        assert!(plan.actions.is_empty() && plan.refusals.is_empty());
    }
}

#[test]
fn get_trashed_unverified_flags() {
    for flags in [json!({ "deleted": true, "inTrash": true }), json!({ "deleted": true }), json!({ "inTrash": true })] {
        let answer = envelope_of(&with(cloudwatch(), flags));
        assert!(wire::read_row(&response(200, &answer.to_string())).unwrap().is_dead);
    }
}

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
