//! The budget of a rate limit: workers against a pretended vendor with fixed windows, under a simulated clock.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::join_all;
use heeler::model::{Failure, Method, Request, Response, Retry};
use heeler::transport::rate_limit::rate_limiter::RateLimiter;
use heeler::transport::retry::{RequestKind, SendError};

use crate::send;
use tokio::time::{Instant, sleep, sleep_until};

use crate::{LIST, answer, get, millis, seconds};

#[derive(Debug, Clone, Copy)]
struct Rules {
    quota: u64,
    period: Duration,
    /// How long the first window has been open when the run begins.
    begun: Duration,
    /// There and back, each between this and twice as long.
    way: Duration,
    /// Whether seconds are rounded up.
    up: bool,
    /// One answer in so many is lost on its way back; 0 is none.
    lost: u64,
}

/// What the vendor saw of a window: requests it allowed, requests it refused, when the first came.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    allowed: u64,
    refused: u64,
    first: Duration,
}

struct Vendor {
    rules: Rules,
    opened: Instant,
    windows: Mutex<BTreeMap<u128, Seen>>,
    dice: Mutex<u64>,
}

impl Vendor {
    fn new(rules: Rules) -> Self {
        // A clock that has just started has no past, so the first window opens a period early.
        let opened = Instant::now() + rules.period - rules.begun;
        Vendor { rules, opened, windows: Mutex::default(), dice: Mutex::new(7) }
    }

    fn way(&self) -> Duration {
        let mut dice = self.dice.lock().unwrap();
        *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.rules.way.mul_f64(1.0 + f64::from(u32::try_from(*dice >> 33).unwrap()) / f64::from(u32::MAX >> 1))
    }

    async fn answer(&self) -> Result<Response, SendError> {
        sleep(self.way()).await;
        let response = self.count();
        sleep(self.way()).await;
        let lost = self.rules.lost > 0 && u64::try_from(self.way().as_nanos()).unwrap().is_multiple_of(self.rules.lost);
        if lost {
            Err(SendError::Lost(Failure::Lost { what: String::new(), why: String::new() }))
        } else {
            Ok(response)
        }
    }

    fn count(&self) -> Response {
        let Rules { quota, period, up, .. } = self.rules;
        let since = Instant::now().duration_since(self.opened - period);
        let (number, into) =
            (since.as_nanos() / period.as_nanos(), Duration::from_nanos((since.as_nanos() % period.as_nanos()) as u64));
        let mut windows = self.windows.lock().unwrap();
        let seen = windows.entry(number).or_insert(Seen { first: into, ..Seen::default() });
        let allowed = seen.allowed < quota;
        if allowed {
            seen.allowed += 1
        } else {
            seen.refused += 1
        }
        let left = (period - into).as_secs_f64();
        let reset = if up { left.ceil() } else { left.floor() };
        let (limit, period, remaining) =
            (quota.to_string(), period.as_secs().to_string(), (quota - seen.allowed).to_string());
        let headers =
            [("x-ratelimit-limit", limit), ("x-ratelimit-period", period), ("x-ratelimit-remaining", remaining)];
        let headers = headers.into_iter().chain([("x-ratelimit-reset", reset.to_string())]);
        let headers: Vec<(&str, String)> = headers.collect();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        answer(if allowed { 200 } else { 429 }, &headers)
    }
}

/// The share of requests that were refused, the least used window in which work waited, and the latest first request of
/// a window.
#[derive(Debug)]
struct Figures {
    refused: f64,
    used: f64,
    late: Duration,
}

/// 8 workers of 200 requests each, reads and writes.
async fn run(rules: Rules) -> Figures {
    let (vendor, rate_limiter) = (Vendor::new(rules), RateLimiter::default());
    let worker = async |worker: usize| {
        for turn in 0..200 {
            let id = format!("/api/v2/integration/aws/accounts/{:08}", worker * 1000 + turn);
            let (request, kind) = match turn % 4 {
                // A read whose answer is lost pauses at random, and the windows in which it does are not full.
                0 if rules.lost == 0 => (get(&id), RequestKind::Read),
                1 => (Request::new("datadog", Method::Patch, id), RequestKind::Write(Retry::Never)),
                2 => (
                    Request::new("datadog", Method::Post, "/api/v2/integration/aws/accounts"),
                    RequestKind::Write(Retry::Never),
                ),
                _ => (Request::new("datadog", Method::Delete, id), RequestKind::Write(Retry::Never)),
            };
            // A write whose answer was lost is somebody else's to settle.
            let response = send(&rate_limiter, &request, kind, || vendor.answer()).await;
            assert!(response.map_or(rules.lost > 0, |response| response.status == 200));
        }
    };
    join_all((0..8).map(worker)).await;
    let windows = vendor.windows.into_inner().unwrap();
    let (first, last) = (*windows.keys().next().unwrap(), *windows.keys().last().unwrap());
    assert_eq!(u128::try_from(windows.len()).unwrap(), last - first + 1, "a window was left out");
    let (allowed, refused) =
        windows.values().fold((0, 0), |(allowed, refused), seen| (allowed + seen.allowed, refused + seen.refused));
    assert!(allowed == 1600 || rules.lost > 0);
    let waited = windows.iter().filter(|(number, _)| **number != last);
    let used = waited.clone().map(|(_, seen)| seen.allowed as f64 / rules.quota as f64).fold(1.0, f64::min);
    let late =
        windows.iter().filter(|(number, _)| **number != first).map(|(_, seen)| seen.first).max().unwrap_or_default();
    Figures { refused: refused as f64 / (allowed + refused) as f64, used, late }
}

const FIFTY: Rules = Rules { quota: 50, period: seconds(10), begun: Duration::ZERO, way: millis(1), up: true, lost: 0 };

#[tokio::test(start_paused = true)]
async fn the_quota_is_used_and_not_overdrawn() {
    for way in [millis(0), millis(1), millis(40), millis(75)] {
        for begun in [0, 1, 250, 500, 730, 990, 999, 4321] {
            let figures = run(Rules { way, begun: millis(begun), ..FIFTY }).await;
            println!("way {way:?}, begun {begun} ms: {figures:?}");
            assert!(figures.refused < 0.01, "{way:?} {begun}: {figures:?}");
            assert!(figures.used >= 0.95, "{way:?} {begun}: {figures:?}");
            assert!(figures.late <= seconds(1), "{way:?} {begun}: {figures:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_rounds_down_refuses_hardly_more() {
    for begun in [0, 250, 730, 999] {
        let figures = run(Rules { begun: millis(begun), way: millis(20), up: false, ..FIFTY }).await;
        println!("rounded down, begun {begun} ms: {figures:?}");
        assert!(figures.refused < 0.01 && figures.used >= 0.95, "{begun}: {figures:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_lost_were_counted() {
    for lost in [7, 20] {
        let figures = run(Rules { way: millis(20), begun: millis(250), lost, ..FIFTY }).await;
        println!("one answer in {lost} lost: {figures:?}");
        assert!(figures.refused < 0.01 && figures.used >= 0.95 && figures.late <= seconds(1), "{lost}: {figures:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_recorded_limit_of_the_old_api_is_no_obstacle() {
    let began = Instant::now();
    let figures = run(Rules { quota: 12_000, period: seconds(60), way: millis(40), ..FIFTY }).await;
    assert_eq!(figures.refused, 0.0);
    assert!(began.elapsed() < seconds(30), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_broken_off_leaves_the_gate_open() {
    let (vendor, rate_limiter, request, other) =
        (Vendor::new(FIFTY), RateLimiter::default(), get(LIST), get("/api/v2/other"));
    for _ in 0..49 {
        send(&rate_limiter, &request, RequestKind::Read, || vendor.answer()).await.unwrap();
    }
    let until = Instant::now() + seconds(11);
    let waiting = (0..20)
        .map(|_| send(&rate_limiter, &other, RequestKind::Read, std::future::pending::<Result<Response, SendError>>));
    tokio::select! {
        _ = join_all(waiting) => panic!("nobody answers"),
        () = sleep_until(until) => {}
    }
    let again = send(&rate_limiter, &request, RequestKind::Read, || vendor.answer());
    assert_eq!(tokio::time::timeout(seconds(10), again).await.unwrap().unwrap().status, 200);
}
