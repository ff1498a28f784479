//! The rate limiter alone: pure, so every moment is made up.

use std::time::Duration;

use heeler::model::settings::RateLimit;
use heeler::transport::rate_limit::headers::{Outcome, Quota, RateLimitHeaders};
use heeler::transport::rate_limit::limiter_state::{Answer, Limiter, PermitId, RouteKey};
use tokio::time::Instant;

use crate::{LIST, answer, get, millis, seconds};

fn told(remaining: u64, reset: u64) -> RateLimitHeaders {
    let quota = Quota { name: None, limit: Some(50), period: Some(seconds(10)), remaining, reset: seconds(reset) };
    RateLimitHeaders { quota: Some(quota), ..RateLimitHeaders::default() }
}

fn go(limiter: &mut Limiter, path: &str, now: Instant) -> PermitId {
    match limiter.before(&RouteKey::of(&get(path)), now) {
        Answer::Go(permit_id) => permit_id,
        other => panic!("{other:?}"),
    }
}

fn asked(limiter: &mut Limiter, path: &str, now: Instant) -> Answer {
    limiter.before(&RouteKey::of(&get(path)), now)
}

#[test]
fn answers_that_overtake_each_other_are_not_believed_twice() {
    let (mut limiter, start) = (Limiter::default(), Instant::now());
    let tickets: Vec<PermitId> = (0..4).map(|_| go(&mut limiter, LIST, start)).collect();
    // The last answer comes first: 3 left, 3 under way that it has counted or that it has not.
    for (permit_id, remaining) in tickets.iter().zip([2, 5, 3, 4]) {
        limiter.after(permit_id, &Outcome::Answer(told(remaining, 9)), start + millis(10));
    }
    let _two = [go(&mut limiter, LIST, start + millis(20)), go(&mut limiter, "/another/family", start + seconds(9))];
    // Both are under way, so nothing is left to give, whatever the larger numbers said.
    assert!(matches!(asked(&mut limiter, LIST, start + millis(30)), Answer::Soon(_)));
}

#[test]
fn an_answer_of_an_earlier_window_says_nothing_about_this_one() {
    let (mut limiter, start) = (Limiter::default(), Instant::now());
    let (early, straggler) = (go(&mut limiter, LIST, start), go(&mut limiter, LIST, start));
    limiter.after(&early, &Outcome::Answer(told(0, 5)), start);
    assert_eq!(asked(&mut limiter, LIST, start + seconds(1)), Answer::Wait(start + seconds(5), Some(50)));
    // One goes ahead; its answer opens the window for all.
    let ahead = go(&mut limiter, LIST, start + seconds(5));
    assert!(matches!(asked(&mut limiter, LIST, start + seconds(5)), Answer::Soon(_)));
    limiter.after(&straggler, &Outcome::Answer(told(0, 5)), start + millis(5_010));
    assert!(
        matches!(asked(&mut limiter, LIST, start + millis(5_010)), Answer::Soon(_)),
        "the straggler is not the one who went ahead"
    );
    limiter.after(&ahead, &Outcome::Answer(told(49, 10)), start + millis(5_020));
    let _many: Vec<PermitId> = (0..48).map(|_| go(&mut limiter, LIST, start + millis(5_030))).collect();
}

#[test]
fn who_goes_ahead_and_never_returns_holds_nobody_forever() {
    let (mut limiter, start) = (Limiter::default(), Instant::now());
    let first = go(&mut limiter, LIST, start);
    limiter.after(&first, &Outcome::Answer(told(0, 1)), start);
    let _gone = go(&mut limiter, LIST, start + seconds(1));
    let Answer::Soon(until) = asked(&mut limiter, LIST, start + seconds(1)) else { panic!("two went ahead") };
    assert!(until <= start + seconds(3));
    let next = go(&mut limiter, LIST, until);
    limiter.after(&next, &Outcome::Lost, until);
    let _third = go(&mut limiter, LIST, until);
}

#[test]
fn buckets_are_kept_apart_by_name() {
    let (mut limiter, start) = (Limiter::default(), Instant::now());
    let named = |name: &str, remaining| {
        let quota = told(remaining, 9).quota.map(|quota| Quota { name: Some(name.to_owned()), ..quota });
        Outcome::Answer(RateLimitHeaders { quota, ..RateLimitHeaders::default() })
    };
    let (one, other) = (go(&mut limiter, "/one/12345678", start), go(&mut limiter, "/other", start));
    limiter.after(&one, &named("one", 0), start);
    limiter.after(&other, &named("other", 10), start);
    assert!(
        matches!(asked(&mut limiter, "/one/87654321", start), Answer::Wait(..)),
        "an id does not make another family"
    );
    let _other = go(&mut limiter, "/other", start);
    let _new = go(&mut limiter, "/unheard/of", start);
}

#[test]
fn without_a_header_nothing_is_paced() {
    let (mut limiter, start) = (Limiter::default(), Instant::now());
    for _ in 0..10_000 {
        let permit_id = go(&mut limiter, LIST, start);
        limiter.after(&permit_id, &Outcome::Answer(RateLimitHeaders::default()), start);
    }
    let _under_way: Vec<PermitId> = (0..1000).map(|_| go(&mut limiter, LIST, start)).collect();
}

#[test]
fn a_429_stops_all_and_asks_for_a_second_at_least() {
    let (mut limiter, start) = (Limiter::default(), Instant::now());
    let refused =
        |later| Outcome::Answer(RateLimitHeaders { refused: true, retry_after: later, ..RateLimitHeaders::default() });
    for (later, until) in [(None, seconds(1)), (Some(seconds(7)), seconds(7)), (Some(millis(100)), seconds(1))] {
        let start = start + seconds(100) * u32::try_from(until.as_millis()).unwrap();
        let permit_id = go(&mut limiter, LIST, start);
        limiter.after(&permit_id, &refused(later), start);
        assert_eq!(asked(&mut limiter, "/another/family", start), Answer::Wait(start + until, None));
        let ahead = go(&mut limiter, LIST, start + until);
        limiter.after(&ahead, &Outcome::Answer(RateLimitHeaders::default()), start + until);
    }
    let with_quota = |later| Outcome::Answer(RateLimitHeaders { refused: true, retry_after: later, ..told(0, 3) });
    let start = start + seconds(1_000_000);
    let (first, second) = (go(&mut limiter, LIST, start), go(&mut limiter, LIST, start));
    limiter.after(&first, &with_quota(None), start);
    assert_eq!(asked(&mut limiter, LIST, start), Answer::Wait(start + seconds(3), Some(50)));
    limiter.after(&second, &with_quota(Some(seconds(8))), start);
    assert_eq!(asked(&mut limiter, LIST, start), Answer::Wait(start + seconds(8), Some(50)));
}

#[test]
fn headers_are_read_and_nonsense_is_not_believed() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let read = |headers: &[(&str, &str)]| RateLimitHeaders::of(&answer(429, headers), now);
    assert_eq!(read(&[("retry-after", "Fri, 20 Nov 2026 12:00:30 GMT")]).retry_after, Some(seconds(30)));
    assert_eq!(read(&[("retry-after", "Fri, 20 Nov 2026 11:00:00 GMT")]).retry_after, Some(Duration::ZERO));
    assert_eq!(read(&[("retry-after", "99999999")]).retry_after, Some(seconds(99_999_999)));
    for nonsense in ["soon", "-1", "NaN", "inf", ""] {
        assert_eq!(
            read(&[("retry-after", nonsense), ("x-ratelimit-reset", nonsense)]),
            RateLimitHeaders { refused: true, ..RateLimitHeaders::default() }
        );
    }
    let quota = read(&[("x-ratelimit-limit", "0"), ("x-ratelimit-period", "1e9"), ("x-ratelimit-reset", "1e9")]).quota;
    assert_eq!(
        quota,
        Some(Quota { name: None, limit: None, period: None, remaining: 0, reset: seconds(1_000_000_000) })
    );
}

const PUBLISHED: RateLimit = RateLimit { requests: 20, period: seconds(10), pause: seconds(60) };

#[test]
fn a_published_limit_holds_where_answers_say_nothing() {
    let (mut limiter, start) = (Limiter::new(Some(PUBLISHED)), Instant::now());
    let first: Vec<PermitId> = (0..20).map(|nth| go(&mut limiter, LIST, start + millis(10 * nth))).collect();
    first.iter().for_each(|permit_id| {
        limiter.after(permit_id, &Outcome::Answer(RateLimitHeaders::default()), start + millis(300))
    });
    // The first of them left 10 s before, and a little, since it may have arrived later than it seems.
    assert_eq!(asked(&mut limiter, LIST, start + millis(300)), Answer::Wait(start + millis(10_250), Some(20)));
    assert!(matches!(asked(&mut limiter, LIST, start + millis(10_249)), Answer::Wait(..)));
    let _one = go(&mut limiter, LIST, start + millis(10_250));
    assert_eq!(asked(&mut limiter, LIST, start + millis(10_250)), Answer::Wait(start + millis(10_260), Some(20)));
}

#[test]
fn a_published_limit_gives_way_to_what_answers_say() {
    let (mut limiter, start) = (Limiter::new(Some(PUBLISHED)), Instant::now());
    let first = go(&mut limiter, LIST, start);
    limiter.after(&first, &Outcome::Answer(told(49, 9)), start);
    let _many: Vec<PermitId> = (0..40).map(|_| go(&mut limiter, LIST, start + millis(5))).collect();
}

#[test]
fn a_429_that_does_not_say_waits_as_the_vendor_documents() {
    let start = Instant::now();
    let refused =
        |later| Outcome::Answer(RateLimitHeaders { refused: true, retry_after: later, ..RateLimitHeaders::default() });
    for (limit, later, waits) in [(Some(PUBLISHED), None, 60), (Some(PUBLISHED), Some(seconds(7)), 7), (None, None, 1)]
    {
        let mut limiter = Limiter::new(limit);
        let permit_id = go(&mut limiter, LIST, start);
        limiter.after(&permit_id, &refused(later), start);
        assert_eq!(asked(&mut limiter, LIST, start), Answer::Wait(start + seconds(waits), None));
        let _again = go(&mut limiter, LIST, start + seconds(waits));
    }
}

/// A vendor that wants pauses to grow, as AWS does: each is about twice as long as the one before, up to a limit, and a
/// request that goes through starts anew. Refusals of requests that were under way together are one.
#[test]
fn pauses_grow_where_the_protocol_wants_that() {
    let refused =
        || Outcome::Answer(RateLimitHeaders { refused: true, backs_off: true, ..RateLimitHeaders::default() });
    let (mut limiter, mut now) = (Limiter::default(), Instant::now());
    let pause_after = |limiter: &mut Limiter, now: &mut Instant, together: usize| {
        let under_way: Vec<PermitId> = (0..together).map(|_| go(limiter, LIST, *now)).collect();
        under_way.iter().for_each(|permit_id| limiter.after(permit_id, &refused(), *now));
        let Answer::Wait(until, None) = asked(limiter, LIST, *now) else { panic!("it may go") };
        let pause = until - *now;
        *now = until;
        pause.as_secs_f64()
    };
    let pauses: Vec<f64> =
        [3, 1, 1, 1, 1, 1].into_iter().map(|together| pause_after(&mut limiter, &mut now, together)).collect();
    for (pause, least) in pauses.iter().zip([1.0, 2.0, 4.0, 8.0, 16.0, 16.0]) {
        assert!((least..=least * 1.5).contains(pause), "{pauses:?}");
    }
    assert!(pauses[4] != pauses[5], "without jitter all that are refused come back together: {pauses:?}");
    let permit_id = go(&mut limiter, LIST, now);
    limiter.after(&permit_id, &Outcome::Answer(RateLimitHeaders::default()), now);
    assert!(pause_after(&mut limiter, &mut now, 1) <= 1.5);
}
