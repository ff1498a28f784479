//! What is sent again, and for how long.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use heeler::model::{Failure, Response, Retry};
use heeler::transport::rate_limit::rate_limiter::RateLimiter;
use heeler::transport::retry::{RequestKind, SendError};

use crate::send;
use tokio::time::{Instant, sleep};

use crate::{LIST, answer, get, millis, seconds};

/// Sends under a clock of its own; answers what came, how often it was sent, and after how long.
async fn sent(
    kind: RequestKind,
    outcome: impl Fn(usize) -> Result<Response, SendError>,
) -> (Result<Response, Failure>, usize, Duration) {
    let (rate_limiter, count, began) = (RateLimiter::default(), AtomicUsize::new(0), Instant::now());
    let request = get(LIST);
    let result = send(&rate_limiter, &request, kind, || {
        let outcome = outcome(count.fetch_add(1, Ordering::Relaxed));
        async {
            sleep(millis(50)).await;
            outcome
        }
    });
    (result.await, count.load(Ordering::Relaxed), began.elapsed())
}

fn lost() -> Result<Response, SendError> {
    Err(SendError::Lost(Failure::Lost { what: "it".to_owned(), why: "reset".to_owned() }))
}

fn shadowed() -> Result<Response, SendError> {
    Err(SendError::Unreached(Failure::NotSent { what: "it".to_owned(), why: "refused".to_owned() }))
}

#[tokio::test(start_paused = true)]
async fn a_read_is_tried_for_a_minute_and_no_longer() {
    for failing in [
        Ok(answer(503, &[])),
        Ok(answer(408, &[])),
        lost(),
        Ok(Response { body: b"{\"data\":[{\"id\"".to_vec(), ..answer(200, &[]) }),
    ] {
        let (result, tries, took) = sent(RequestKind::Read, |_| failing.clone()).await;
        println!("a read that keeps failing: {tries} tries in {took:?}");
        assert!((6..=16).contains(&tries) && took > seconds(40) && took <= seconds(61), "{tries} in {took:?}");
        assert_eq!(
            result.map_err(|failure| failure.to_string()),
            failing.clone().map_err(|_| "the answer to it was lost: reset".to_owned())
        );
        let (result, tries, _) =
            sent(RequestKind::Read, |nth| if nth < 3 { failing.clone() } else { Ok(answer(200, &[])) }).await;
        assert_eq!((result.unwrap().status, tries), (200, 4));
    }
    let (_, tries, took) = sent(RequestKind::Read, |_| shadowed()).await;
    assert!(tries > 2 && took <= seconds(13), "{tries} in {took:?}");
    for status in [400, 401, 403, 404, 409] {
        assert_eq!(sent(RequestKind::Read, |_| Ok(answer(status, &[]))).await.1, 1);
    }
    let (_, tries, took) = sent(RequestKind::Read, |nth| {
        Ok(if nth == 0 { answer(503, &[("retry-after", "20")]) } else { answer(200, &[]) })
    })
    .await;
    assert!(tries == 2 && took >= seconds(20));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_harmless_to_repeat_is_sent_again_twice_at_most_within_ten_seconds() {
    for failing in [Ok(answer(503, &[])), Ok(answer(408, &[])), lost()] {
        let (_, tries, took) = sent(RequestKind::Write(Retry::Safe), |_| failing.clone()).await;
        assert!(tries == 3 && took <= seconds(10), "{tries} in {took:?}");
    }
    let (_, tries, _) = sent(RequestKind::Write(Retry::Safe), |_| Ok(answer(503, &[("retry-after", "20")]))).await;
    assert_eq!(tries, 1, "the vendor asks for more than will be waited");
}

/// What is not sent, refused, or put off the second time says nothing of the first.
#[tokio::test(start_paused = true)]
async fn a_write_whose_first_answer_was_lost_is_not_denied_by_a_later_try() {
    let limited = Ok(answer(429, &[("retry-after", "100000")]));
    for first in [lost(), Ok(answer(503, &[]))] {
        for later in [shadowed(), limited.clone()] {
            let tried = |nth| if nth == 0 { first.clone() } else { later.clone() };
            let (result, tries, _) = sent(RequestKind::Write(Retry::Safe), tried).await;
            assert!(tries > 1 && matches!(result, Err(Failure::Lost { .. })), "{result:?} after {tries}");
        }
    }
    let (result, _, _) = sent(RequestKind::Write(Retry::Safe), |_| shadowed()).await;
    assert!(matches!(result, Err(Failure::NotSent { .. })), "nothing was sent: {result:?}");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_might_be_done_twice_is_sent_again_only_if_it_was_not_done() {
    for failing in [Ok(answer(503, &[])), Ok(answer(408, &[])), lost()] {
        assert_eq!(sent(RequestKind::Write(Retry::Never), |_| failing.clone()).await.1, 1);
    }
    for undone in [Ok(answer(429, &[])), shadowed()] {
        let (result, tries, _) =
            sent(RequestKind::Write(Retry::Never), |nth| if nth == 0 { undone.clone() } else { Ok(answer(200, &[])) })
                .await;
        assert_eq!((result.unwrap().status, tries), (200, 2));
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_is_waited_for_and_given_back_when_it_never_ends() {
    let (result, tries, took) =
        sent(RequestKind::Read, |nth| Ok(answer(if nth == 0 { 429 } else { 200 }, &[("retry-after", "30")]))).await;
    assert_eq!((result.unwrap().status, tries), (200, 2));
    assert!(took >= seconds(30) && took < seconds(31), "{took:?}");
    let (result, tries, took) =
        sent(RequestKind::Write(Retry::Never), |_| Ok(answer(429, &[("retry-after", "60")]))).await;
    println!("a 429 without end: {tries} tries in {took:?}");
    assert_eq!(result.unwrap().status, 429);
    assert!((5..=7).contains(&tries) && took <= seconds(361), "{tries} in {took:?}");
}

/// Whatever a vendor asks for is waited in full, or not at all.
#[tokio::test(start_paused = true)]
async fn a_wait_is_never_cut_short() {
    for asked in [119_u64, 121, 200, 299] {
        let header = asked.to_string();
        let refused = |headers: &[(&str, &str)]| Ok(answer(429, headers));
        for headers in [vec![("retry-after", &*header)], vec![("x-ratelimit-reset", &*header)]] {
            let (result, tries, took) = sent(RequestKind::Read, |nth| match nth {
                0 => refused(&headers),
                _ => Ok(answer(200, &[])),
            })
            .await;
            assert_eq!((result.unwrap().status, tries), (200, 2), "{headers:?}");
            assert!((seconds(asked)..seconds(asked + 3)).contains(&took), "{headers:?}: {took:?}");
        }
    }
}

/// The same where an answer says beforehand that nothing is left.
#[tokio::test(start_paused = true)]
async fn an_empty_quota_is_waited_for_to_its_end_or_not_at_all() {
    for (reset, waits) in [(200, true), (4_000, false)] {
        let (rate_limiter, began) = (RateLimiter::default(), Instant::now());
        let header = reset.to_string();
        let empty = [("x-ratelimit-limit", "100"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &*header)];
        let last = || async { Ok::<_, SendError>(answer(200, &empty)) };
        send(&rate_limiter, &get(LIST), RequestKind::Read, last).await.unwrap();
        let next = || async { Ok::<_, SendError>(answer(200, &[])) };
        let next = send(&rate_limiter, &get(LIST), RequestKind::Read, next).await;
        if waits {
            next.unwrap();
            assert!(began.elapsed() >= seconds(reset), "{:?}", began.elapsed());
        } else {
            let failure = next.unwrap_err().to_string();
            assert!(failure.ends_with("and heeler waits at most 300 s"), "{failure}");
            assert!(began.elapsed() < seconds(1), "{:?}", began.elapsed());
        }
    }
}
