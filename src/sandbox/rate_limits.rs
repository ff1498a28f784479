//! A rate limit in fixed windows, as Datadog's headers describe it: so many requests, then none until the window ends.

use std::time::Duration;

use tokio::time::Instant;

/// So many requests in so many seconds, neither of them 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub quota: u64,
    pub seconds: u64,
}

/// The limit in the headers of an injected 429 where no `limit=` is set.
pub(super) const ANY: Limit = Limit { quota: 100, seconds: 10 };

/// The window that is open. The first request opens the first; from then on they follow each other without a gap.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    opened: Instant,
    used: u64,
}

/// Headers of an answer.
pub(super) type Headers = Vec<(String, String)>;

impl Limit {
    /// Counts a request. Answers whether it is within the quota, and what the answer's headers say.
    pub fn admit(self, window: &mut Option<Window>, now: Instant) -> (bool, Headers) {
        let window = window.get_or_insert(Window { opened: now, used: 0 });
        let since = now.saturating_duration_since(window.opened);
        let over = since.as_secs() / self.seconds * self.seconds;
        if over > 0 {
            *window = Window { opened: window.opened + Duration::from_secs(over), used: 0 };
        }
        window.used = window.used.saturating_add(1);
        let left = Duration::from_secs(self.seconds).saturating_sub(now.saturating_duration_since(window.opened));
        // Rounded up: who waits that long finds the next window open.
        let reset = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        (window.used <= self.quota, self.headers(self.quota.saturating_sub(window.used), reset))
    }

    /// The headers, in lower case.
    pub fn headers(self, remaining: u64, reset: u64) -> Headers {
        let said = [("limit", self.quota), ("period", self.seconds), ("remaining", remaining), ("reset", reset)];
        said.map(|(name, number)| (format!("x-ratelimit-{name}"), number.to_string())).into()
    }
}
