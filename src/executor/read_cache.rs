//! The client of one run, which remembers answers: a read that accepts an answer of a moment ago gets the one that is
//! there.
//!
//! Where a vendor has no way to ask for one row, every refresh is a listing of all of them, and one listing may serve
//! several refreshes. Which answers are too old is known here and nowhere else: after a write that must not be sent
//! twice, and after an answer that was lost, what was asked before says nothing any more; [`ReadCache::after_now`] is
//! for whoever wants to see what there is now.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

use crate::model::lock::lock;
use crate::model::{
    Endpoint, Failure, MaxAge, ReadClient, ReadRequest, Request, Response, Retry, WriteClient, WriteRequest,
};

/// The client, and what was answered in this run.
pub struct ReadCache<'a> {
    client: &'a dyn WriteClient,
    /// Counts reads and writes, so that it is known which came first. Times would not do: two may be the same.
    ticks: AtomicU64,
    kept: Mutex<Vec<(Request, Arc<Slot>)>>,
    /// After which tick a read must have been sent, by whose rows it is about.
    outdated: Mutex<BTreeMap<Endpoint, u64>>,
}

/// The answer to one read. Who sends the same read meanwhile waits for it.
type Slot = AsyncMutex<Option<CachedAnswer>>;

struct CachedAnswer {
    asked: u64,
    since: Instant,
    response: Response,
}

impl<'a> ReadCache<'a> {
    /// Remembers nothing yet.
    pub fn new(client: &'a dyn WriteClient) -> Self {
        ReadCache { client, ticks: AtomicU64::new(0), kept: Mutex::default(), outdated: Mutex::default() }
    }

    /// The same for reads that only an answer asked for from now on will do for. Those who ask at the same time share
    /// one.
    pub fn after_now(&self) -> AfterNow<'_> {
        AfterNow { cache: self, after: self.tick() }
    }

    /// The answer to a read that only an answer asked for after this tick will do for, where it accepts earlier ones.
    pub(super) async fn read_after(&self, request: ReadRequest, after: u64) -> Result<Response, Failure> {
        let within = match request.max_age() {
            MaxAge::None => return self.client.read(request).await,
            MaxAge::Within(within) => Some(within),
            MaxAge::Run => None,
        };
        let after = if within.is_some() { after.max(self.outdated_until(&request.request().endpoint)) } else { 0 };
        let came = self.tick();
        let slot = self.slot(request.request());
        let mut kept = slot.lock().await;
        let serves = |known: &&CachedAnswer| {
            known.asked > after && (known.asked > came || within.is_none_or(|within| known.since.elapsed() < within))
        };
        if let Some(known) = kept.as_ref().filter(serves) {
            return Ok(known.response.clone());
        }
        let (asked, since) = (self.tick(), Instant::now());
        let response = self.client.read(request).await?;
        *kept = (response.status == 200).then(|| CachedAnswer { asked, since, response: response.clone() });
        Ok(response)
    }

    fn slot(&self, request: &Request) -> Arc<Slot> {
        let mut kept = lock(&self.kept);
        if let Some((_, slot)) = kept.iter().find(|(known, _)| known == request) {
            return slot.clone();
        }
        let slot = Arc::new(Slot::default());
        kept.push((request.clone(), slot.clone()));
        slot
    }

    /// A moment, by the order of reads and writes.
    pub(super) fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn outdated_until(&self, endpoint: &Endpoint) -> u64 {
        lock(&self.outdated).get(endpoint).copied().unwrap_or_default()
    }
}

#[async_trait]
impl ReadClient for ReadCache<'_> {
    async fn read(&self, request: ReadRequest) -> Result<Response, Failure> {
        self.read_after(request, 0).await
    }
}

#[async_trait]
impl WriteClient for ReadCache<'_> {
    async fn write(&self, request: WriteRequest) -> Result<Response, Failure> {
        let (endpoint, retry) = (request.request.endpoint.clone(), request.retry);
        let answer = self.client.write(request).await;
        let is_lost = !answer.as_ref().is_ok_and(|response| response.status < 500);
        if (retry == Retry::Never && !is_undone(&answer)) || is_lost {
            lock(&self.outdated).insert(endpoint, self.tick());
        }
        answer
    }
}

/// Asks for what there is now.
pub struct AfterNow<'a> {
    cache: &'a ReadCache<'a>,
    after: u64,
}

#[async_trait]
impl ReadClient for AfterNow<'_> {
    async fn read(&self, request: ReadRequest) -> Result<Response, Failure> {
        self.cache.read_after(request, self.after).await
    }
}

/// Whether a write certainly had no effect: it was not sent, or it was refused.
pub fn is_undone(answer: &Result<Response, Failure>) -> bool {
    match answer {
        Err(Failure::NotSent { .. } | Failure::NotAuthorized { .. } | Failure::Limited { .. }) => true,
        Err(Failure::Lost { .. } | Failure::Withheld { .. } | Failure::NotTheVendor { .. }) => false,
        Ok(response) => (400..500).contains(&response.status) && response.status != 408,
    }
}
