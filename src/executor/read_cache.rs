//! The client of one run, which remembers answers: a question that is content with an answer of a moment ago gets the one that is there.
//!
//! Where a vendor has no way to ask for one row, every look is a listing of all of them, and one listing may serve several looks. Which
//! answers are too old is known here and nowhere else: after a write that must not be sent twice, and after an answer that was lost,
//! what was asked before says nothing any more; [`ReadCache::from_now_on`] is for whoever wants to see what there is now.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

use crate::model::{Ask, Failure, MaxAge, Reader, Realm, Request, Response, Retry, Tell, Transport};

/// The client, and what was answered in this run.
pub struct ReadCache<'a> {
    client: &'a dyn Transport,
    /// Counts questions and writes, so that it is known which came first. Times would not do: two may be the same.
    ticks: AtomicU64,
    kept: Mutex<Vec<(Request, Arc<Slot>)>>,
    /// After which tick a question must have been asked, by whose rows it is about.
    outdated: Mutex<BTreeMap<Realm, u64>>,
}

/// The answer to one question. Who asks while it is under way waits for it.
type Slot = AsyncMutex<Option<Kept>>;

struct Kept {
    asked: u64,
    since: Instant,
    response: Response,
}

impl<'a> ReadCache<'a> {
    /// Remembers nothing yet.
    pub fn new(client: &'a dyn Transport) -> Self {
        ReadCache { client, ticks: AtomicU64::new(0), kept: Mutex::default(), outdated: Mutex::default() }
    }

    /// The same for questions that only an answer asked for from now on will do for. Those who ask at the same time share one.
    pub fn from_now_on(&self) -> FromNowOn<'_> {
        FromNowOn { cache: self, after: self.tick() }
    }

    async fn read_after(&self, ask: Ask, after: u64) -> Result<Response, Failure> {
        let within = match ask.max_age() {
            MaxAge::None => return self.client.read(ask).await,
            MaxAge::Within(within) => Some(within),
            MaxAge::Run => None,
        };
        let after = if within.is_some() { after.max(self.outdated_until(&ask.request().realm)) } else { 0 };
        let came = self.tick();
        let slot = self.slot(ask.request());
        let mut kept = slot.lock().await;
        let serves = |known: &&Kept| known.asked > after && (known.asked > came || within.is_none_or(|within| known.since.elapsed() < within));
        if let Some(known) = kept.as_ref().filter(serves) {
            return Ok(known.response.clone());
        }
        let (asked, since) = (self.tick(), Instant::now());
        let response = self.client.read(ask).await?;
        *kept = (response.status == 200).then(|| Kept { asked, since, response: response.clone() });
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

    fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn outdated_until(&self, realm: &Realm) -> u64 {
        lock(&self.outdated).get(realm).copied().unwrap_or_default()
    }
}

#[async_trait]
impl Reader for ReadCache<'_> {
    async fn read(&self, ask: Ask) -> Result<Response, Failure> {
        self.read_after(ask, 0).await
    }
}

#[async_trait]
impl Transport for ReadCache<'_> {
    async fn write(&self, tell: Tell) -> Result<Response, Failure> {
        let (realm, retry) = (tell.request.realm.clone(), tell.retry);
        let answer = self.client.write(tell).await;
        let is_lost = !answer.as_ref().is_ok_and(|response| response.status < 500);
        if (retry == Retry::Never && !is_undone(&answer)) || is_lost {
            lock(&self.outdated).insert(realm, self.tick());
        }
        answer
    }
}

/// Asks for what there is now.
pub struct FromNowOn<'a> {
    cache: &'a ReadCache<'a>,
    after: u64,
}

#[async_trait]
impl Reader for FromNowOn<'_> {
    async fn read(&self, ask: Ask) -> Result<Response, Failure> {
        self.cache.read_after(ask, self.after).await
    }
}

/// Whether a write certainly had no effect: it was not sent, or it was refused.
pub fn is_undone(answer: &Result<Response, Failure>) -> bool {
    match answer {
        Err(Failure::NotSent { .. } | Failure::Limited { .. }) => true,
        Err(Failure::Lost { .. } | Failure::Withheld { .. } | Failure::Elsewhere { .. }) => false,
        Ok(response) => (400..500).contains(&response.status) && response.status != 408,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
