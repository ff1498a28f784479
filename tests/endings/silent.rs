//! Through the library: what is applied of a plan without limits, and of one whose vendor has fallen silent.

use async_trait::async_trait;
use heeler::executor::interrupt::interrupt;
use heeler::model::{Failure, ReadClient, ReadRequest, Response, Status, WriteClient, WriteRequest};
use heeler::planner::ConfirmMode;
use heeler::run::{ApplyOptions, NotApplied, PlanOptions, Planned};
use serde_json::json;

use crate::between::between_as_is;
use crate::in_process::load;
use crate::{fleet, v2_rows};
use heeler::sandbox::{Sandbox, World};

/// A vendor that never answers.
struct Silent;

#[async_trait]
impl ReadClient for Silent {
    async fn read(&self, _: ReadRequest) -> Result<Response, Failure> {
        std::future::pending().await
    }
}

#[async_trait]
impl WriteClient for Silent {
    async fn write(&self, request: WriteRequest) -> Result<Response, Failure> {
        panic!("{} {} was sent", request.request.method.as_str(), request.request.path)
    }
}

/// One update.
async fn planned(options: &PlanOptions) -> Planned {
    let config = load(&fleet(1, &[("datadog", json!({ "account_tags": ["env:new"] }))], json!([])));
    let vendor = between_as_is(Sandbox::new(World::parse(&v2_rows(&[1]).to_string()).unwrap(), 1));
    let planned = config.read_unguarded(&vendor).await.plan(options);
    assert_eq!(planned.plan().actions.len(), 1);
    planned
}

#[tokio::test(start_paused = true)]
async fn a_plan_without_limits_is_not_applied() {
    let planned = planned(&PlanOptions { confirm_mode: ConfirmMode::NoLimits, ..PlanOptions::default() }).await;
    let ended = planned.apply(&Silent, &ApplyOptions::default()).await;
    assert!(matches!(ended, Err(NotApplied::WithoutLimits)), "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn told_to_stop_while_rows_are_read_again_it_stops() {
    let planned = planned(&PlanOptions::default()).await;
    let (stop, interrupt) = interrupt();
    let options = ApplyOptions { interrupt, all_or_nothing: true, ..ApplyOptions::default() };
    let (ended, ()) = tokio::join!(planned.apply(&Silent, &options), async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        stop.now();
    });
    let report = ended.unwrap().report;
    assert!(matches!(&report.outcomes[..], [outcome] if matches!(outcome.status, Status::Skipped(_))), "{report:?}");
}
