//! What a plan is read from is asked for at once.

use std::time::Duration;

use async_trait::async_trait;
use heeler::executor::{ReadPurpose, observe_checked};
use heeler::model::{Failure, ReadClient, ReadRequest, Response};
use heeler::sandbox::{Sandbox, World};
use tokio::sync::Barrier;
use tokio::time::timeout;

use crate::load;

/// Answers when three requests are under way: whose the keys are, the listing, and a catalog.
struct Together {
    sandbox: Sandbox,
    all: Barrier,
}

#[async_trait]
impl ReadClient for Together {
    async fn read(&self, request: ReadRequest) -> Result<Response, Failure> {
        self.all.wait().await;
        self.sandbox.read(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn the_organization_the_listing_and_the_catalogs_are_asked_for_at_once() {
    let text = "version: 1\nproviders: { datadog: { site: datadoghq.eu, organization: sandbox } }\naccounts:\n  - aws_account_id: \"400000000001\"\n    \
        datadog: { metrics_config: { namespace_filters: { exclude_only: [AWS/SQS] } } }\n";
    let config = load(&[("heeler.yaml", text)]).expect("a config");
    let client = Together { sandbox: Sandbox::new(World::empty(), 1), all: Barrier::new(3) };
    let read = timeout(Duration::from_secs(3600), observe_checked(&client, &config.desired, ReadPurpose::Plan)).await;
    assert!(read.expect("one of them waits for another").is_ok_and(|snapshots| snapshots["datadog"].result.is_ok()));
}
