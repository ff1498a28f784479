//! How long to wait, and how long to try. Only numbers; the sending is in `retry`.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// One request, from connecting to the last byte.
pub const TIMEOUT: Duration = Duration::from_secs(60);
/// Connecting alone.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to look whether a server wants HTTPS.
pub const TLS_PROBE: Duration = Duration::from_secs(1);
/// The silence between two pieces of an answer, or before its first.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(25);
/// The shortest pause after a 429.
pub const MIN_WAIT: Duration = Duration::from_secs(1);
/// The longest pause after refusals in a row, where they are to grow, without jitter.
const MAX_BACKOFF: Duration = Duration::from_secs(16);
/// How long after its first 429 a request is still sent again. A vendor that asks for a longer wait is not waited for at
/// all, and whatever it asks for within it is waited in full.
pub const RATE_LIMIT_BUDGET: Duration = Duration::from_secs(300);
/// How long a read that fails is tried: requests and pauses, without what it waits for its turn.
pub const READ_RETRY_BUDGET: Duration = Duration::from_secs(60);
/// How long a write is tried whose answer was lost and that is harmless to repeat.
pub const WRITE_RETRY_BUDGET: Duration = Duration::from_secs(10);
/// How often such a write is sent again.
pub const MAX_RESENDS: u32 = 2;
/// How long an address that nobody answers at is tried: more often a wrong address than a short outage.
pub const CONNECT_RETRY_BUDGET: Duration = Duration::from_secs(12);

/// A wait that is longer than this is written to the log.
pub const LOG_WAIT_AFTER: Duration = Duration::from_secs(5);
/// How long the log is not told again that requests are tried again for a cause that it was told.
pub const LOG_RETRY_EVERY: Duration = Duration::from_secs(15);
/// How long the log is not told again that one endpoint makes everybody wait.
pub const LOG_WAIT_EVERY: Duration = Duration::from_secs(60);

/// Pauses between tries, without end: 0.4 s, doubled up to 6 s, and up to as much again of jitter.
pub fn backoff() -> ExponentialBackoff {
    let doubled = ExponentialBuilder::default().with_min_delay(Duration::from_millis(400)).with_factor(2.0);
    doubled.with_max_delay(Duration::from_secs(6)).without_max_times().with_jitter().build()
}

/// The pause after so many refusals in a row, where pauses are to grow: a second, doubled each time up to 16 s,
/// and up to half as much again of jitter, so that whoever else is refused does not come back at the same time.
pub fn backoff_when_refused(in_a_row: u32) -> Duration {
    let doubled = MIN_WAIT.saturating_mul(2_u32.saturating_pow(in_a_row.saturating_sub(1))).min(MAX_BACKOFF);
    doubled + doubled.mul_f64(fastrand::f64() / 2.0)
}
