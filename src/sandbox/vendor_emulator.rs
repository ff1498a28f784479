//! What the sandbox asks of each vendor's emulator.

use std::collections::BTreeMap;

use serde_json::Value;

use super::table::Table;
use crate::model::{Endpoint, Method, Request, Response};

/// One vendor's API as the sandbox answers it. It works on a [`Table`] and does no I/O. It shares no code with the
/// provider that speaks to the real vendor: a misreading on one side shows as a difference between the two.
pub trait VendorEmulator: Send + Sync {
    /// The provider whose requests it answers; its key in a world.
    fn name(&self) -> &'static str;

    /// Whose rows it works on. Emulators with one backend share them.
    fn backend(&self) -> &'static str {
        self.name()
    }

    /// The headers, in lower case, without which a request over HTTP is refused. Any value will do, an empty one will
    /// not.
    fn credential_headers(&self) -> &'static [&'static str];

    /// The endpoint that a request over HTTP is for, by the credentials in its headers (names in lower case): where
    /// each account has its own, they tell the account. In process the client says it. Nothing if they are missing or
    /// unknown: then the answer is [`forbidden`](VendorEmulator::forbidden).
    fn endpoint(&self, _table: &Table, _request: &Request, headers: &BTreeMap<String, String>) -> Option<Endpoint> {
        let is_there = |name: &&str| headers.get(*name).is_some_and(|value| !value.trim().is_empty());
        self.credential_headers().iter().all(is_there).then(|| Endpoint::of(self.name()))
    }

    /// The listing a world holds, as rows of the table.
    ///
    /// # Errors
    /// What is wrong with the listing, and what to save instead, for people.
    fn seed(&self, listing: &Value) -> Result<Vec<Value>, String>;

    /// What a world says of this vendor besides its rows, by the names under which the table remembers it.
    fn seed_metadata(&self, _listing: &Value) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }

    /// The answer to a request; nothing if the path is not this vendor's.
    fn respond(&self, table: &mut Table, request: &Request) -> Option<Response>;

    /// Whether a request only reads, going by this vendor's own routes. What a client sends as a read must be one.
    fn only_reads(&self, request: &Request) -> bool {
        request.method == Method::Get
    }

    /// The answer to a write of a row that somebody else is writing at the same moment; nothing if this vendor is not
    /// known to refuse that.
    fn conflict(&self) -> Option<Response> {
        None
    }

    /// The answer to a request without credentials.
    fn forbidden(&self) -> Response;
}
