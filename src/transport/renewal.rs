//! Renewing credentials once for all requests that find them expired at the same time.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

/// What came of the renewals so far.
#[derive(Debug)]
pub struct Renewal {
    /// How many there were.
    count: AtomicU64,
    /// What came of the last one. Held while one is under way.
    last: Mutex<Result<(), String>>,
}

impl Renewal {
    /// None so far.
    pub fn new() -> Self {
        Renewal { count: AtomicU64::new(0), last: Mutex::new(Ok(())) }
    }

    /// How many renewals there were; to be asked before a request is authorized.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// Renews by `renew`, unless somebody has done so since there were `seen` of them: then that one counts, whatever
    /// came of it.
    ///
    /// # Errors
    /// What `renew` says.
    pub async fn since<F>(&self, seen: u64, renew: impl FnOnce() -> F) -> Result<(), String>
    where
        F: Future<Output = Result<(), String>>,
    {
        let mut last = self.last.lock().await;
        if self.count() == seen {
            *last = renew().await;
            self.count.fetch_add(1, Ordering::Release);
        }
        last.clone()
    }
}
