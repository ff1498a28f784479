//! What an answer's headers say about limits. Reading them only; what follows from it is `limiter_state`'s.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::model::Response;

/// Periods longer than a day are not believed.
const MAX_PERIOD: Duration = Duration::from_secs(86_400);

/// What became of a request, as far as the limiter needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An answer.
    Answer(RateLimitHeaders),
    /// None; it may have been counted.
    Lost,
    /// Nothing reached the vendor.
    NotSent,
}

/// What an answer says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RateLimitHeaders {
    /// The state of the request's window, if told.
    pub quota: Option<Quota>,
    /// Whether there were too many requests.
    pub refused: bool,
    /// Whether the vendor's protocol has no way to say for how long, and wants pauses that grow. AWS's do.
    pub backs_off: bool,
    /// `Retry-After`, however long that is.
    pub retry_after: Option<Duration>,
}

/// The window a request was counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// `X-RateLimit-Name`.
    pub name: Option<String>,
    /// Requests per window.
    pub limit: Option<u64>,
    /// A window's length.
    pub period: Option<Duration>,
    /// Requests left in this window when the answer was made.
    pub remaining: u64,
    /// From then to the window's end, rounded to seconds by the vendor.
    pub reset: Duration,
}

impl RateLimitHeaders {
    /// Reads an answer's headers; `now` is what a `Retry-After` with a date is held against.
    pub fn of(response: &Response, now: Timestamp) -> Self {
        let refused = response.is_limited();
        let whole = |name: &str| response.header(name).and_then(|value| value.trim().parse::<u64>().ok());
        let remaining = whole("x-ratelimit-remaining").or(refused.then_some(0));
        let quota =
            remaining.zip(response.header("x-ratelimit-reset").and_then(seconds)).map(|(remaining, reset)| Quota {
                name: response.header("x-ratelimit-name").map(str::to_owned),
                limit: whole("x-ratelimit-limit").filter(|limit| *limit > 0),
                period: response
                    .header("x-ratelimit-period")
                    .and_then(seconds)
                    .filter(|period| !period.is_zero() && *period <= MAX_PERIOD),
                remaining,
                reset,
            });
        let later = response.header("retry-after").and_then(|value| seconds(value).or_else(|| until(value, now)));
        let backs_off = response.throttled;
        RateLimitHeaders { quota, refused, backs_off, retry_after: later }
    }
}

/// How long an answer asks to wait, however long that is.
pub fn asked(response: &Response, now: Timestamp) -> Option<Duration> {
    /// Longer than anybody lives.
    const FOR_EVER: f64 = 1e10;
    let any = |value: &str| {
        value
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|seconds| *seconds >= 0.0)
            .map(|seconds| Duration::from_secs_f64(seconds.min(FOR_EVER)))
    };
    let later = response.header("retry-after").and_then(|value| any(value).or_else(|| until(value, now)));
    later.or_else(|| response.header("x-ratelimit-reset").and_then(any))
}

fn seconds(value: &str) -> Option<Duration> {
    value.trim().parse::<f64>().ok().filter(|seconds| (0.0..=1e9).contains(seconds)).map(Duration::from_secs_f64)
}

/// From now to an HTTP date; nothing if it is over.
fn until(date: &str, now: Timestamp) -> Option<Duration> {
    let date = DateTimeParser::new().parse_timestamp(date.trim()).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}
