//! The windows of a rate limit and the latency of every request, as a client meets them.

use crate::support::ACCOUNTS;
use crate::{faults, first, rows, sandbox, send, served};
use heeler::model::{Failure, ReadClient, ReadRequest, Response};
use heeler::sandbox::Sandbox;
use std::time::Duration;
use tokio::time::{Instant, advance};

#[test]
fn every_answer_says_what_is_left_of_the_window() {
    let (sandbox, host) = served(faults("limit=2/3600s,5xx=1"));
    let heard = [(); 3].map(|()| send(&host, "DELETE", &first()).unwrap());
    let remaining = heard.each_ref().map(|heard| heard.limits()[2]);
    assert_eq!((remaining, heard[0].limits()[..2].to_vec()), (["1", "0", "0"], vec!["2", "3600"]));
    assert!(heard[1].status >= 500 && heard[2].status == 429);
    assert!(heard.iter().all(|heard| (3590..=3600).contains(&heard.limits()[3].parse::<u64>().unwrap())));
    assert!(rows(&sandbox) >= 2);
}

pub async fn list(sandbox: &Sandbox) -> Result<Response, Failure> {
    sandbox.read(ReadRequest::get("datadog", ACCOUNTS)).await
}

#[tokio::test(start_paused = true)]
async fn windows_follow_each_other_without_a_gap() {
    let sandbox = sandbox(faults("limit=2/10s"));
    let mut seen = Vec::new();
    // Seconds to wait before each request: the second window is missed, the third is half over.
    for wait in [0, 3, 4, 2, 1, 15, 4, 0, 1] {
        advance(Duration::from_secs(wait)).await;
        let heard = list(&sandbox).await.unwrap();
        let said = |name: &str| heard.header(name).unwrap().parse::<u64>().unwrap();
        seen.push((heard.status, said("x-ratelimit-remaining"), said("x-ratelimit-reset")));
    }
    let expected = [
        (200, 1, 10),
        (200, 0, 7),
        (429, 0, 3),
        (429, 0, 1),
        (200, 1, 10),
        (200, 1, 5),
        (200, 0, 1),
        (429, 0, 1),
        (200, 1, 10),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test(start_paused = true)]
async fn who_waits_as_long_as_reset_says_finds_the_window_open() {
    let sandbox = sandbox(faults("limit=1/2s"));
    list(&sandbox).await.unwrap();
    advance(Duration::from_millis(300)).await;
    let refused = list(&sandbox).await.unwrap();
    assert_eq!((refused.status, refused.header("x-ratelimit-reset")), (429, Some("2")), "1.7 s are said to be 2");
    advance(Duration::from_secs(2)).await;
    assert_eq!(list(&sandbox).await.unwrap().status, 200);
}

#[tokio::test(start_paused = true)]
async fn latency_is_on_every_request() {
    let sandbox = sandbox(faults("latency=50ms,reset-before=1"));
    let began = Instant::now();
    assert!(list(&sandbox).await.is_err());
    assert_eq!(began.elapsed().as_millis(), 50);
}
