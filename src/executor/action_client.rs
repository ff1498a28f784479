//! The client of one action: it notes what was written, so that nobody has to guess what may have been done.

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;

use super::circuit_breaker::LastAnswer;
use super::read_cache::{ReadCache, is_undone};
use crate::model::lock::lock;
use crate::model::{Failure, ReadClient, ReadRequest, Request, Response, Retry, WriteClient, WriteRequest};

/// The run's client, and what one action wrote through it.
pub struct ActionClient<'a> {
    cache: &'a ReadCache<'a>,
    noted: Mutex<WrittenSoFar>,
}

#[derive(Default)]
struct WrittenSoFar {
    /// The last write that may have had an effect.
    write: Option<(Request, Retry)>,
    /// The last answer.
    answer: LastAnswer,
    /// Whether the last write had been sent before, without an answer.
    sent_again: bool,
    /// After which tick of the cache a read must have been sent to be an answer to this action.
    reads_after: u64,
}

impl<'a> ActionClient<'a> {
    /// Has written nothing yet.
    pub fn new(cache: &'a ReadCache<'a>) -> Self {
        ActionClient { cache, noted: Mutex::default() }
    }

    /// The last write that may have had an effect, though no answer may say so, and whether the vendor makes a second
    /// one harmless. Nothing if nothing was written, or all that was written was refused.
    pub fn written(&self) -> Option<(Request, Retry)> {
        self.noted().write.clone()
    }

    /// Whether the last write had been sent before, without an answer.
    pub fn has_sent_again(&self) -> bool {
        self.noted().sent_again
    }

    /// Where its last answer came from, and whether the credentials are unknown there.
    pub fn last_answer(&self) -> LastAnswer {
        self.noted().answer.clone()
    }

    /// From now on no answer will do that was asked for before.
    pub fn read_anew(&self) {
        self.noted().reads_after = self.cache.tick();
    }

    fn noted(&self) -> MutexGuard<'_, WrittenSoFar> {
        lock(&self.noted)
    }
}

#[async_trait]
impl ReadClient for ActionClient<'_> {
    async fn read(&self, request: ReadRequest) -> Result<Response, Failure> {
        let account = request.request().endpoint.account.clone();
        let after = self.noted().reads_after;
        let answer = self.cache.read_after(request, after).await;
        self.noted().answer = last_answer(account, &answer);
        answer
    }
}

#[async_trait]
impl WriteClient for ActionClient<'_> {
    async fn write(&self, request: WriteRequest) -> Result<Response, Failure> {
        // Noted before it is sent: whoever is cut off while it is under way must know of it.
        let before = self.noted().write.clone();
        self.noted().write = Some((request.request.clone(), request.retry));
        let account = request.request.endpoint.account.clone();
        let answer = self.cache.write(request).await;
        let mut noted = self.noted();
        noted.answer = last_answer(account, &answer);
        noted.sent_again = answer.as_ref().is_ok_and(|response| response.resent);
        // Where a request that was sent again is refused, the first may have taken effect all the same.
        if is_undone(&answer) && !noted.sent_again {
            noted.write = before;
        }
        answer
    }
}

fn last_answer(account: Option<String>, answer: &Result<Response, Failure>) -> LastAnswer {
    LastAnswer { account, is_unknown: answer.as_ref().is_ok_and(|response| response.status == 401) }
}
