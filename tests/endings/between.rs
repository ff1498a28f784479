//! A client that stands between the executor and the sandbox, and answers some writes otherwise.

use async_trait::async_trait;
use heeler::model::{Failure, ReadClient, ReadRequest, Response, WriteClient, WriteRequest};
use heeler::sandbox::{Faults, Sandbox, World};
use serde_json::Value;

/// The sandbox behind something that does as it likes with writes.
pub struct Between {
    pub sandbox: Sandbox,
    pub write: Box<dyn Fn(&WriteRequest) -> Does + Send + Sync>,
}

/// What becomes of a write: a create that is done twice is one that another run made at the same moment.
pub enum Does {
    /// This in its place.
    Write(Box<WriteRequest>),
    /// It is done twice, as if two runs had sent it at once.
    Twice,
    /// It is refused with this status.
    Refuse(u16),
}

#[async_trait]
impl ReadClient for Between {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        self.sandbox.read(ask).await
    }
}

#[async_trait]
impl WriteClient for Between {
    async fn write(&self, tell: WriteRequest) -> Result<Response, Failure> {
        match (self.write)(&tell) {
            Does::Write(tell) => self.sandbox.write(*tell).await,
            Does::Twice => {
                self.sandbox.write(tell.clone()).await?;
                self.sandbox.write(tell).await
            }
            Does::Refuse(status) => {
                Ok(Response::new(status, b"{\"errors\":[\"Forbidden\"],\"error\":\"no\"}".to_vec()))
            }
        }
    }
}

pub fn between(world: &Value, faults: &str, write: impl Fn(&WriteRequest) -> Does + Send + Sync + 'static) -> Between {
    let faults = if faults.is_empty() { Faults::none() } else { Faults::parse(faults).unwrap() };
    Between {
        sandbox: Sandbox::new(World::parse(&world.to_string()).unwrap(), 1).with_faults(faults),
        write: Box::new(write),
    }
}

pub fn between_as_is(sandbox: Sandbox) -> Between {
    Between { sandbox, write: Box::new(|tell| Does::Write(Box::new(tell.clone()))) }
}
