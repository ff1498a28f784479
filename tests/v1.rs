//! What Datadog's v1 API needs of heeler: writes one after the other, creates of several steps, word of what does not
//! work, rows that hide their account, and one API for one row.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

#[path = "support/in_process.rs"]
mod in_process;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use heeler::model::limits::{Confirm, LimitName};
use heeler::model::plan::VendorError;
use heeler::model::{Env, Failure, Plan, ReadClient, ReadRequest, Response, Status, WriteClient, WriteRequest};
use heeler::providers::datadog_v1::rows;
use heeler::providers::{self, Scope};
use heeler::run::{PlanOptions, Run};
use heeler::sandbox::{Sandbox, World};
use in_process::{apply, block_on, load, load_with, plan_with};
use serde_json::json;

const ID: &str = "210000000001";

fn config(text: &str) -> Run {
    load(text)
}

fn wrong(text: &str) -> Vec<String> {
    load_with(text, &Env::default()).err().expect("a mistake")
}

async fn plan(run: &Run, client: &dyn ReadClient) -> Plan {
    let confirm = Confirm::of(LimitName::Creates, usize::MAX);
    plan_with(run, client, PlanOptions { confirm, ..PlanOptions::default() }).await
}

/// A slow sandbox that counts writes under way at once, and may refuse one of them.
struct Slow {
    sandbox: Sandbox,
    under_way: AtomicUsize,
    most: AtomicUsize,
    refuses: Mutex<Option<&'static str>>,
}

impl Slow {
    fn new(refuses: Option<&'static str>) -> Self {
        Slow {
            sandbox: Sandbox::new(World::empty(), 1),
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            refuses: Mutex::new(refuses),
        }
    }
}

#[async_trait]
impl ReadClient for Slow {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        self.sandbox.read(ask).await
    }
}

#[async_trait]
impl WriteClient for Slow {
    async fn write(&self, tell: WriteRequest) -> Result<Response, Failure> {
        let refused = self.refuses.lock().unwrap().take_if(|path| tell.request.path.ends_with(*path)).is_some();
        if refused {
            return Ok(Response::new(400, br#"{"errors":["no"]}"#.to_vec()));
        }
        self.most.fetch_max(self.under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        self.sandbox.write(tell).await
    }
}

fn thirty(provider: &str, block: &str) -> Run {
    let accounts = (0..30).map(|n| format!("  - {{ aws_account_id: \"2100000000{n:02}\", {provider}: {block} }}\n"));
    config(&format!(
        "version: 1\nproviders: {{ {provider}: {{ site: datadoghq.eu }} }}\naccounts:\n{}",
        accounts.collect::<String>()
    ))
}

#[test]
fn v1_is_written_to_one_at_a_time_and_v2_is_not() {
    for (provider, block, most) in [
        ("datadog_v1", "{ role_name: dd, host_tags: [\"a:b\"] }", 1),
        ("datadog", "{ auth_config: { role_name: dd } }", 8),
    ] {
        let (config, client) = (thirty(provider, block), Slow::new(None));
        block_on(async {
            let first = plan(&config, &client).await;
            let outcomes = apply(&config, &client, &first, 8).await;
            assert!(outcomes.iter().all(|outcome| matches!(outcome.status, Status::Done)), "{outcomes:?}");
            assert!(plan(&config, &client).await.actions.is_empty());
        });
        assert_eq!(client.most.load(Ordering::SeqCst), most, "{provider}");
    }
}

#[test]
fn a_create_that_stops_in_between_tells_its_external_id_and_is_resumed() {
    let block =
        "{ role_name: dd, tag_filters: [{ namespace: elb, tag_filter_str: \"a:b\" }], logs: { services: [s3] } }";
    let head = "version: 1\nproviders: { datadog_v1: { site: datadoghq.eu } }\naccounts:\n";
    let config = config(&format!("{head}  - {{ aws_account_id: \"{ID}\", datadog_v1: {block} }}\n"));
    for step in ["/filtering", "/services"] {
        let client = Slow::new(Some(step));
        block_on(async {
            let first = plan(&config, &client).await;
            let [outcome] = &apply(&config, &client, &first, 1).await[..] else { panic!("one action") };
            assert!(
                matches!(&outcome.status, Status::Failed { unsure: true, why, .. } if why.contains("some of it is done")),
                "{outcome:?}"
            );
            assert!(outcome.trust.as_ref().is_some_and(|trust| trust.external_id.is_some() && trust.policy.is_some()));
            let second = plan(&config, &client).await;
            assert_eq!(second.counts(), (0, 1, 0), "the account is there, and something is left");
            apply(&config, &client, &second, 1).await;
            assert!(plan(&config, &client).await.actions.is_empty());
        });
    }
}

const AILING: &str = "Datadog is not authorized to perform action sts:AssumeRole";

fn health_issues() -> Sandbox {
    let rows = json!([{ "account_id": ID, "role_name": "dd", "errors": [AILING] }, { "access_key_id": "AKIAEXAMPLE000000001", "errors": [AILING] }]);
    Sandbox::new(World::parse(&json!({ "datadog_v1": { "accounts": rows } }).to_string()).unwrap(), 1)
}

#[test]
fn what_does_not_work_is_in_the_plan_and_changes_nothing() {
    let head = "version: 1\nproviders: { datadog_v1: { site: datadoghq.eu } }\naccounts:\n";
    let plan = block_on(plan(
        &config(&format!("{head}  - {{ aws_account_id: \"{ID}\", datadog_v1: {{ role_name: dd }} }}\n")),
        &health_issues(),
    ));
    assert!(plan.actions.is_empty() && plan.unchanged.total() == 1);
    assert_eq!(
        plan.health_issues
            .iter()
            .map(|health_issues| (health_issues.key.name.as_str(), health_issues.issues.as_slice()))
            .collect::<Vec<_>>(),
        [(ID, &[AILING.to_owned()][..])]
    );
}

#[test]
fn v2_can_be_told_what_v1_says_does_not_work() {
    let (client, provider) = (health_issues(), providers::named("datadog").unwrap());
    block_on(async {
        let mut observation = provider.observe(&client, &Scope::default()).await.unwrap();
        assert!(observation.rows.values().all(|row| row.health_issues.is_empty()), "v2 does not say");
        observation.note_health_issues(provider.health_issues(&client).await.unwrap());
        assert!(
            observation.rows.len() == 2 && observation.rows.values().all(|row| row.health_issues == [AILING]),
            "by account id, and by access key"
        );
    });
}

#[test]
fn one_row_is_declared_through_one_api() {
    let head =
        "version: 1\nproviders: { datadog: { site: datadoghq.eu }, datadog_v1: { site: datadoghq.eu } }\naccounts:\n";
    let keys = "access_key_id: AKIAEXAMPLE000000001, secret_access_key: { env: S }";
    let one = format!("{head}  - {{ aws_account_id: \"{ID}\", datadog: {{}}, datadog_v1: {{ role_name: dd }} }}\n");
    assert_eq!(wrong(&one), ["`datadog` and `datadog_v1` on one account"]);
    let two = format!(
        "{head}  - {{ aws_account_id: \"{ID}\", aws_partition: aws-us-gov, datadog: {{ auth_config: {{ {keys} }} }} }}\n  - {{ aws_partition: aws-us-gov, datadog_v1: {{ {keys} }} }}\n"
    );
    assert_eq!(wrong(&two), ["`datadog` and `datadog_v1` on one account"]);
}

#[test]
fn an_entry_without_an_account_id_needs_a_block_that_names_one() {
    let head =
        "version: 1\nproviders: { datadog: { site: datadoghq.eu }, datadog_v1: { site: datadoghq.eu } }\naccounts:\n";
    let keys = "access_key_id: AKIAEXAMPLE000000001, secret_access_key: { env: S }";
    for block in ["datadog_v1: { role_name: dd }", &format!("datadog: {{ auth_config: {{ {keys} }} }}")] {
        let found = wrong(&format!("{head}  - {{ aws_partition: aws-us-gov, {block} }}\n"));
        assert!(found.iter().any(|title| title == "an account without `aws_account_id`"), "{found:?}");
    }
    let logs =
        format!("{head}  - {{ aws_partition: aws-us-gov, datadog_v1: {{ {keys}, logs: {{ services: [s3] }} }} }}\n");
    assert_eq!(wrong(&logs), ["`logs` without an account id"]);
    let cspm =
        format!("{head}  - {{ aws_account_id: \"{ID}\", datadog_v1: {{ cspm_resource_collection_enabled: true }} }}\n");
    assert_eq!(wrong(&cspm), ["CSPM without extended collection"]);
}

/// What a listing with this status and body is taken for.
fn taken_for(status: u16, body: &str) -> Result<usize, VendorError> {
    rows::read_listing(&Response::new(status, body.as_bytes().to_vec())).map(|listed| listed.rows.len())
}

#[test]
fn refusals_are_read_in_every_recorded_form() {
    for body in [
        r#"{"errors":["Forbidden"]}"#,
        r#"{"status":"error","code":403,"errors":["Forbidden"],"statuspage":"http://status.example"}"#,
    ] {
        assert!(matches!(taken_for(403, body), Err(VendorError::Denied(why)) if why.contains("Forbidden")));
    }
    assert!(matches!(
        taken_for(400, r#"{"errors":["AWS account 1 does not exist in integration"]}"#),
        Err(VendorError::Gone(_))
    ));
    assert!(matches!(
        taken_for(400, r#"{"errors":["Could not update AWS Integration due to conflicting updates"]}"#),
        Err(VendorError::NotYet(_))
    ));
    assert!(matches!(
        taken_for(400, r#"{"errors":["Required parameter 'account_id' is missing"]}"#),
        Err(VendorError::Invalid { .. })
    ));
    assert!(matches!(
        taken_for(409, r#"{"errors":["This AWS account ID already exists."]}"#),
        Err(VendorError::Exists(_))
    ));
    let not_installed =
        r#"{"errors":["AWS Integration not yet installed. Please manually install it to add AWS accounts."]}"#;
    assert!(matches!(taken_for(400, not_installed), Ok(0)), "an organization that never had an account has none");
}

#[test]
fn a_listing_that_is_not_whole_is_none() {
    for body in [
        "",
        "{",
        "{}",
        "[]",
        r#"{"accounts":null}"#,
        r#"{"accounts":[],"accounts":[]}"#,
        r#"{"accounts":[],"meta":{"pagination":{"total":1}}}"#,
    ] {
        assert!(matches!(taken_for(200, body), Err(VendorError::Unreadable(_))), "{body}");
    }
    // A row that cannot be told concerns itself alone.
    for row in [r#"{"account_id":"1"}"#, r#"{"role_name":"a","account_id":""}"#, "5"] {
        assert!(
            matches!(
                taken_for(
                    200,
                    &format!("{{\"accounts\":[{row},{{\"account_id\":\"210000000002\",\"role_name\":\"a\"}}]}}")
                ),
                Ok(1)
            ),
            "{row}"
        );
    }
}
