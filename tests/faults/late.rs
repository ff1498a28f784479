//! Effects that show late: what took effect is there for writes at once, and for questions only after a while, at every
//! vendor.

use std::time::Duration;

use heeler::model::{Body, Method, ReadClient, ReadRequest, Request, Retry, WriteClient, WriteRequest};
use heeler::sandbox::{Fault, Faults, LateReply, Sandbox, World};
use serde_json::{Value, json};
use tokio::time::advance;

use crate::faults;
use crate::support::{self, ACCOUNTS};

/// How one vendor makes and deletes a row, and how many there are once a second create and a second delete were sent
/// too.
struct Vendor {
    provider: &'static str,
    backend: &'static str,
    listing: &'static str,
    create: fn() -> Value,
    delete: fn(&Value) -> Request,
    /// The status of a second create while the first does not show.
    second_create: u16,
}

fn by_id(provider: &'static str, base: &str, row: &Value) -> Request {
    Request::new(provider, Method::Delete, format!("{base}/{}", row["id"].as_str().unwrap()))
}

const V1: &str = "/api/v1/integration/aws";
const CLOUDCRAFT: &str = "/aws/account";
const WAVEFRONT: &str = "/api/v2/cloudintegration";

fn vendors() -> Vec<Vendor> {
    let v2 = || {
        let account =
            json!({ "aws_account_id": "210000000001", "aws_partition": "aws", "auth_config": { "role_name": "dd" } });
        json!({ "data": { "type": "account", "attributes": account } })
    };
    let v1 = || json!({ "account_id": "210000000001", "role_name": "dd" });
    let cloudcraft = || json!({ "name": "one", "roleArn": "arn:aws:iam::210000000001:role/drawing" });
    let wavefront = || {
        let credentials =
            json!({ "roleArn": "arn:aws:iam::210000000001:role/observer", "externalId": "anyOneAtAll12345" });
        json!({ "name": "one", "service": "EC2", "ec2": { "baseCredentials": credentials } })
    };
    let delete_v1 = |_: &Value| {
        let body = json!({ "account_id": "210000000001", "role_name": "dd" });
        Request::new("datadog_v1", Method::Delete, V1).with_body(Body::plain(body))
    };
    vec![
        Vendor {
            provider: "datadog",
            backend: "datadog",
            listing: ACCOUNTS,
            create: v2,
            delete: |row| by_id("datadog", ACCOUNTS, row),
            second_create: 409,
        },
        Vendor {
            provider: "datadog_v1",
            backend: "datadog",
            listing: V1,
            create: v1,
            delete: delete_v1,
            second_create: 409,
        },
        Vendor {
            provider: "cloudcraft",
            backend: "cloudcraft",
            listing: CLOUDCRAFT,
            create: cloudcraft,
            delete: |row| by_id("cloudcraft", CLOUDCRAFT, row),
            second_create: 201,
        },
        Vendor {
            provider: "wavefront",
            backend: "wavefront",
            listing: WAVEFRONT,
            create: wavefront,
            delete: |row| by_id("wavefront", WAVEFRONT, row),
            second_create: 200,
        },
    ]
}

async fn told(sandbox: &Sandbox, request: Request) -> Option<u16> {
    sandbox.write(WriteRequest::new(request, Retry::Never)).await.ok().map(|response| response.status)
}

/// How many rows a listing shows.
async fn listed(sandbox: &Sandbox, Vendor { provider, listing, .. }: &Vendor) -> usize {
    let response = sandbox.read(ReadRequest::get(*provider, *listing)).await.unwrap();
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    let places = ["/data", "/accounts", "/response/items"];
    places.iter().find_map(|place| body.pointer(place)?.as_array().map(Vec::len)).unwrap()
}

fn late(seconds: u64, reply: LateReply) -> Fault {
    Fault::Late { after: Duration::from_secs(seconds), reply }
}

#[tokio::test(start_paused = true)]
async fn a_write_takes_effect_at_once_and_shows_when_its_time_has_come() {
    for vendor in vendors() {
        for (reply, heard) in [(LateReply::Status(504), Some(504)), (LateReply::Nothing, None)] {
            let Vendor { provider, backend, listing, create, delete, second_create } = &vendor;
            let faults = Faults::none().at_write(1, late(20, reply)).at_write(3, late(90, reply));
            let sandbox = Sandbox::new(World::empty(), 1)
                .with_faults(faults)
                .with_external_ids(heeler::sandbox::ExternalIds::Any);
            let post = || Request::new(*provider, Method::Post, *listing).with_body(Body::plain(create()));
            assert_eq!(told(&sandbox, post()).await, heard, "{provider}");
            advance(Duration::from_secs(19)).await;
            assert_eq!(
                (listed(&sandbox, &vendor).await, sandbox.rows(backend).len()),
                (0, 1),
                "{provider}: it does not show, and is there"
            );
            assert_eq!(told(&sandbox, post()).await, Some(*second_create), "{provider}");
            advance(Duration::from_secs(1)).await;
            let all = sandbox.rows(backend);
            assert_eq!(listed(&sandbox, &vendor).await, all.len(), "{provider}");

            assert_eq!(told(&sandbox, delete(&all[0])).await, heard, "{provider}");
            advance(Duration::from_secs(89)).await;
            assert_eq!(listed(&sandbox, &vendor).await, all.len(), "{provider}: it does not show");
            advance(Duration::from_secs(1)).await;
            assert_eq!(listed(&sandbox, &vendor).await, all.len() - 1, "{provider}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_sent_again_before_it_shows_takes_an_integration_out_of_the_trash() {
    let vendor = vendors().pop().unwrap();
    let sandbox = Sandbox::new(World::empty(), 1).with_external_ids(heeler::sandbox::ExternalIds::Any);
    told(&sandbox, Request::new("wavefront", Method::Post, WAVEFRONT).with_body(Body::plain((vendor.create)()))).await;
    let sandbox = sandbox.with_faults(Faults::none().at_write(2, late(30, LateReply::Nothing)));
    let row = sandbox.rows("wavefront").pop().unwrap();
    assert_eq!(told(&sandbox, (vendor.delete)(&row)).await, None);
    assert_eq!((listed(&sandbox, &vendor).await, sandbox.rows("wavefront").len()), (1, 1));
    told(&sandbox, (vendor.delete)(&row)).await;
    assert_eq!(sandbox.rows("wavefront").len(), 0, "gone for good");
}

#[test]
fn a_rate_of_late_effects_is_about_writes_and_keeps_to_its_longest_time() {
    let faults = faults("late=1/10s,seed=5");
    let mut heard = [0; 3];
    for fault in (1..=300).filter_map(|number| faults.fault_for(number, Method::Put)) {
        let Fault::Late { after, reply } = fault else { panic!("{fault:?}") };
        assert!(after < Duration::from_secs(10));
        heard[match reply {
            LateReply::Answer => 0,
            LateReply::Status(500..=504) => 1,
            LateReply::Nothing => 2,
            LateReply::Status(other) => panic!("{other}"),
        }] += 1;
    }
    assert!(heard.iter().sum::<i32>() == 300 && heard[0] > 100 && heard[1] > 40 && heard[2] > 40, "{heard:?}");
    assert!((1..=300).all(|number| faults.fault_for(number, Method::Get).is_none()));
}

#[tokio::test]
async fn a_shallow_patch_loses_what_a_block_does_not_name_and_a_deep_one_keeps_it() {
    for (patch, wanted) in [
        ("patch=deep", json!(["AWS/Lambda"])),
        ("patch=shallow", json!(["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"])),
    ] {
        let mut row = support::row("400000000001");
        row["attributes"]["metrics_config"]["namespace_filters"] = json!({ "exclude_only": ["AWS/Lambda"] });
        let world = json!({ "datadog": { "data": [row] } }).to_string();
        let sandbox = Sandbox::new(World::parse(&world).unwrap(), 1).with_faults(faults(patch));
        let attributes = json!({ "aws_account_id": "400000000001", "metrics_config": { "enabled": false }, "auth_config": { "role_name": "other" } });
        let path = format!("{ACCOUNTS}/{}", row["id"].as_str().unwrap());
        let request = Request::new("datadog", Method::Patch, path);
        let status = told(
            &sandbox,
            request.with_body(Body::plain(json!({ "data": { "type": "account", "attributes": attributes } }))),
        )
        .await;
        let now = &sandbox.rows("datadog")[0]["attributes"];
        assert_eq!(
            (status, &now["metrics_config"]["namespace_filters"]["exclude_only"]),
            (Some(200), &wanted),
            "{patch}"
        );
        assert_eq!(
            now["auth_config"]["external_id"], row["attributes"]["auth_config"]["external_id"],
            "{patch}: recorded to stay"
        );
        assert_eq!(now["account_tags"], row["attributes"]["account_tags"], "{patch}: not named");
    }
}
