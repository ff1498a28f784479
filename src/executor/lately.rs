//! A door that remembers, for one run: a question that is content with an answer of lately gets the one that is there.
//!
//! Where a vendor has no way to ask for one row, every look is a listing of all of them, and one listing may serve the looks of a few
//! seconds. That is neither the dialect's to do, which is a value without a memory and serves many runs, nor the transport's, which
//! cannot know that the look after a lost answer must not be answered from before. The executor knows, and tells it to [forget].
//!
//! [forget]: Lately::forget

use async_trait::async_trait;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::model::{Ask, Failure, Reader, Request, Response, Tell, Transport};

/// The door, and what was answered lately.
pub struct Lately<'a> {
    door: &'a dyn Transport,
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    request: Request,
    asked: Instant,
    response: Response,
}

impl<'a> Lately<'a> {
    /// Remembers nothing yet.
    pub fn new(door: &'a dyn Transport) -> Self {
        Lately { door, kept: Mutex::new(Vec::new()) }
    }

    /// From now on everything is asked anew. Waits for an answer that is under way, so that it is not remembered either.
    pub async fn forget(&self) {
        self.kept.lock().await.clear();
    }
}

#[async_trait]
impl Reader for Lately<'_> {
    /// Who asks while the same question is under way waits for its answer.
    async fn read(&self, ask: Ask) -> Result<Response, Failure> {
        if ask.stale_after().is_zero() {
            return self.door.read(ask).await;
        }
        let mut kept = self.kept.lock().await;
        let known = kept.iter().find(|known| known.request == *ask.request() && known.asked.elapsed() < ask.stale_after());
        if let Some(known) = known {
            return Ok(known.response.clone());
        }
        let (request, asked) = (ask.request().clone(), Instant::now());
        let response = self.door.read(ask).await?;
        kept.retain(|known| known.request != request);
        if response.status == 200 {
            kept.push(Kept { request, asked, response: response.clone() });
        }
        Ok(response)
    }
}

#[async_trait]
impl Transport for Lately<'_> {
    async fn write(&self, tell: Tell) -> Result<Response, Failure> {
        self.door.write(tell).await
    }
}
