//! How long to wait, and how long to try. Only numbers; the sending is in `retry`.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::model::Response;

/// One request, from connecting to the last byte.
pub const TIMEOUT: Duration = Duration::from_secs(60);
/// Connecting alone.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to look whether a server wants HTTPS.
pub const TLS_PROBE: Duration = Duration::from_secs(1);
/// The silence between two pieces of an answer, or before its first.
pub const SILENCE: Duration = Duration::from_secs(25);
/// The longest that one "come back later" of a vendor is believed.
pub const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// The shortest pause after a 429.
pub const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// The longest pause after refusals in a row, where they are to grow, without jitter.
const LONGEST_BACKOFF: Duration = Duration::from_secs(16);
/// How long after its first 429 a request is still sent again.
pub const LIMITED: Duration = Duration::from_secs(300);
/// How long a read that fails is tried: requests and pauses, without what it waits for its turn.
pub const TRYING: Duration = Duration::from_secs(60);
/// How long a write is tried whose answer was lost and that is harmless to repeat.
pub const RESENDING: Duration = Duration::from_secs(10);
/// How often such a write is sent again.
pub const MOST_RESENT: u32 = 2;
/// How long an address that nobody answers at is tried: more often a wrong address than a short outage.
pub const UNREACHED: Duration = Duration::from_secs(12);

/// A wait longer than this is said.
pub const SAID: Duration = Duration::from_secs(5);
/// How long nobody is told again that requests are tried again for a cause that was told.
pub const RETRIED_AGAIN: Duration = Duration::from_secs(15);
/// How long nobody is told again that one endpoint makes everybody wait.
pub const SAID_AGAIN: Duration = Duration::from_secs(60);

/// Pauses between tries, without end: 0.4 s, doubled up to 6 s, and up to as much again of jitter.
pub fn backoff() -> ExponentialBackoff {
    let doubled = ExponentialBuilder::default().with_min_delay(Duration::from_millis(400)).with_factor(2.0);
    doubled.with_max_delay(Duration::from_secs(6)).without_max_times().with_jitter().build()
}

/// The pause after so many refusals in a row, where pauses are to grow: a second, doubled each time up to 16 s,
/// and up to half as much again of jitter, so that whoever else is refused does not come back at the same time.
pub fn backoff_when_refused(in_a_row: u32) -> Duration {
    let doubled = SHORTEST_WAIT.saturating_mul(2_u32.saturating_pow(in_a_row.saturating_sub(1))).min(LONGEST_BACKOFF);
    doubled + doubled.mul_f64(fastrand::f64() / 2.0)
}

/// Whether a status says that the vendor is failing now. 501 and 505 say of what was asked that it is never done there.
pub fn is_failing(status: u16) -> bool {
    status == 408 || ((500..=599).contains(&status) && !matches!(status, 501 | 505))
}

/// Whether a good answer visibly ends in the middle of its JSON. One that hides it is left to the dialect.
pub fn is_cut_off(response: &Response) -> bool {
    let close =
        |open: &u8| [(b'{', b'}'), (b'[', b']')].into_iter().find_map(|(left, right)| (*open == left).then_some(right));
    let body = response.body.trim_ascii();
    response.status < 300 && body.first().and_then(close).is_some_and(|close| body.last() != Some(&close))
}
