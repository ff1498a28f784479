//! What is said of waits, under a simulated clock: a line for more than five seconds, and nothing for less.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::{Mutex, Once};

use heeler::model::settings::RateLimit;
use heeler::model::{Failure, Response, Retry};
use heeler::transport::rate_limit::rate_limiter::RateLimiter;
use heeler::transport::retry::{RequestKind, SendError};

use crate::send;
use tokio::time::{Instant, sleep};

use crate::{LIST, answer, get, seconds};

thread_local! {
    /// What was logged on this thread, and so by one test.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The log of the thread that writes it.
struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins the log of this thread, at the level that heeler logs at by default. The subscriber is the whole process's:
/// where only one thread has one, tracing asks whichever thread comes first whether a line is wanted, and remembers a no.
fn begin_log() {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_ansi(false);
        subscriber.with_writer(|| ThreadLog).without_time().with_target(false).init();
        tracing::callsite::rebuild_interest_cache();
    });
    LOG.take();
}

fn logged_lines() -> Vec<String> {
    let said = String::from_utf8(LOG.take()).unwrap();
    said.lines().map(|line| line.trim().to_owned()).collect()
}

/// Reads from a vendor that gives these answers in turn, each after so long; says what came of it and what was logged.
async fn read(answers: Vec<(u64, Response)>) -> (Result<Response, Failure>, Vec<String>) {
    begin_log();
    let left = Mutex::new(answers.into_iter());
    let result = send(&RateLimiter::default(), &get(LIST), RequestKind::Read, || async {
        let (after, response) = left.lock().unwrap().next().unwrap();
        sleep(seconds(after)).await;
        Ok::<_, SendError>(response)
    })
    .await;
    (result, logged_lines())
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_vendor_asks_for_is_said() {
    let (result, said) = read(vec![(0, answer(429, &[("retry-after", "60")])), (0, answer(200, &[]))]).await;
    assert_eq!(
        (result.unwrap().status, said),
        (200, vec!["WARN datadog limits the rate of requests; waiting 60.0 s".to_owned()])
    );
    let (_, said) = read(vec![(0, answer(429, &[("retry-after", "4")])), (0, answer(200, &[]))]).await;
    assert!(said.is_empty(), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_published_limit_is_said_once_a_minute_and_not_once_a_window() {
    begin_log();
    let rate_limiter = RateLimiter::new(Some(RateLimit { requests: 1, period: seconds(10), pause: seconds(60) }));
    for _ in 0..13 {
        let asked = get(LIST);
        let read = send(&rate_limiter, &asked, RequestKind::Read, || async { Ok::<_, SendError>(answer(200, &[])) });
        read.await.unwrap();
    }
    let said = logged_lines();
    assert!(
        said.len() == 2
            && said.iter().all(|line| line.starts_with("WARN datadog allows 1 requests per window; waiting 10.")),
        "{said:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn many_short_waits_are_a_long_one() {
    let refusals = (0..30).map(|_| (0, answer(429, &[]))).chain([(0, answer(200, &[]))]).collect();
    let (_, said) = read(refusals).await;
    assert_eq!(said, [format!("WARN datadog still refuses GET {LIST} for now (429); trying for at most 300 s")]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_long_is_said() {
    let (_, said) = read(vec![(20, answer(200, &[]))]).await;
    assert_eq!(said, [format!("WARN datadog has not answered GET {LIST} for 5 s; still waiting")]);
    let (_, said) = read(vec![(4, answer(200, &[]))]).await;
    assert!(said.is_empty(), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_tried_again_for_one_cause_is_said_once_and_then_counted() {
    let (result, said) = read((0..100).map(|_| (0, answer(503, &[]))).collect()).await;
    assert_eq!(result.unwrap().status, 503);
    let [first, counted @ ..] = &said[..] else { panic!("nothing was said") };
    assert!(first.starts_with(&format!("WARN GET {LIST}: status 503; trying again in ")), "{first}");
    let is_count = |line: &String| line.starts_with("WARN datadog: status 503; tried again ");
    assert!((1..=4).contains(&counted.len()) && counted.iter().all(is_count), "{counted:?}");
    // Another cause is news.
    let (_, said) = read(vec![(0, answer(503, &[])), (0, answer(502, &[])), (0, answer(200, &[]))]).await;
    assert_eq!(said.len(), 2, "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_nobody_waits_is_given_up_at_once_and_by_everybody() {
    let rate_limiter = RateLimiter::default();
    let began = Instant::now();
    let refuse = || async { Ok::<_, SendError>(answer(429, &[("retry-after", "3600")])) };
    for _ in 0..3 {
        let failure = send(&rate_limiter, &get(LIST), RequestKind::Write(Retry::Never), refuse).await.unwrap_err();
        assert!(
            failure.to_string().ends_with("the vendor asks to wait 3600 s, and heeler waits at most 300 s"),
            "{failure}"
        );
    }
    // Another kind of request is not meant.
    let other = get("/api/v2/current_user");
    let other = send(&rate_limiter, &other, RequestKind::Read, || async { Ok::<_, SendError>(answer(200, &[])) });
    assert_eq!(other.await.unwrap().status, 200);
    assert!(began.elapsed() < seconds(5), "{:?}", began.elapsed());
    // When less is left than heeler waits, that is waited to its end.
    tokio::time::advance(seconds(3_500)).await;
    let accept = || async { Ok::<_, SendError>(answer(200, &[])) };
    send(&rate_limiter, &get(LIST), RequestKind::Read, accept).await.unwrap();
    assert!((seconds(3_600)..seconds(3_605)).contains(&began.elapsed()), "{:?}", began.elapsed());
}
