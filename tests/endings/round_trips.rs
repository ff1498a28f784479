//! How many round trips a run takes, on the paused clock: no time passes but what the vendor takes to answer, so a
//! worker that idles shows as a round trip too many.

use std::time::Duration;

use heeler::executor::{KnownBeforeRun, execute};
use heeler::sandbox::{Faults, Sandbox, World};
use tokio::time::Instant;

use crate::in_process::{context, load, plan};

/// What the vendor takes to answer.
const ANSWER: Duration = Duration::from_millis(150);

fn fleet(block: &str, accounts: usize) -> String {
    let entry = |n: usize| format!("  - {{ aws_account_id: \"400000{n:06}\", {block} }}\n");
    format!(
        "version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu, organization: sandbox }} }}\naccounts:\n{}",
        (0..accounts).map(entry).collect::<String>()
    )
}

async fn round_trips(text: &str, workers: usize) -> (f64, f64) {
    let run = load(text);
    let client = Sandbox::new(World::empty(), 1).with_faults(Faults::parse("latency=150ms").unwrap());
    let begun = Instant::now();
    run.read_by(&client).await.unwrap();
    let (read, listed) = (begun.elapsed(), Instant::now());
    let plan = plan(&run, &client).await;
    let beforehand = KnownBeforeRun { listed: Some(listed), ..KnownBeforeRun::default() };
    let begun = Instant::now();
    let outcomes = execute(&plan, &context(run.config(), &client, workers), &beforehand).await;
    assert!(outcomes.iter().all(|outcome| outcome.status.is_success()));
    let trips = |took: Duration| took.as_secs_f64() / ANSWER.as_secs_f64();
    (trips(read), trips(begun.elapsed()))
}

/// The organization, the listing and the catalog are one round trip; creates are as many as there are, by ten workers,
/// and one more in every five seconds: what was listed longer ago is listed anew, once for all workers.
#[tokio::test(start_paused = true)]
async fn reading_is_one_round_trip_and_workers_do_not_idle() {
    let block = "datadog: { auth_config: { role_name: dd }, metrics_config: { namespace_filters: { exclude_only: [AWS/SQS] } } }";
    let (read, written) = round_trips(&fleet(block, 400), 10).await;
    assert!(read < 1.1, "{read}");
    assert!((40.0..42.0).contains(&written), "{written}");
}
