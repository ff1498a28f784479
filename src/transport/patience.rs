//! How long to wait, and how often to try. Only numbers; the sending is next door.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::model::Response;

/// One request, from connecting to the last byte.
pub const TIMEOUT: Duration = Duration::from_secs(60);
/// Connecting alone.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that a vendor's "come back later" is believed.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// How often a request waits for a rate limit before it gives up.
pub const MOST_WAITS: usize = 10;

/// Pauses between tries of a read: four of them, jittered, about eight seconds in all.
pub fn backoff() -> ExponentialBackoff {
    ExponentialBuilder::default().with_min_delay(Duration::from_millis(400)).with_factor(2.0).with_max_times(4).with_jitter().build()
}

/// Whether a status says that the vendor is failing, not that the request is wrong.
pub fn is_failing(status: u16) -> bool {
    status == 408 || (500..=599).contains(&status)
}

/// How long a 429 asks to wait. `X-RateLimit-Reset` is Datadog's header and counts seconds; `Retry-After` is everyone's.
pub fn asked_to_wait(response: &Response) -> Duration {
    let seconds =
        |header: &str| response.header(header).and_then(|value| value.trim().parse::<f64>().ok()).filter(|seconds| (0.0..=1e9).contains(seconds));
    let asked = seconds("retry-after").into_iter().chain(seconds("x-ratelimit-reset")).fold(0.0, f64::max);
    Duration::from_secs_f64(asked.max(1.0)).min(LONGEST_WAIT)
}
