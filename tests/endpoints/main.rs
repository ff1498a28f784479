//! A vendor as the next ones will be, and as none of the shipped ones is: every account has an endpoint and credentials
//! of its own, which expire; requests are forms that are signed, also those that only ask; answers are XML; too many
//! requests are a 400. It is called Ledger, keeps entries, and exists here alone: its server is in `server`, heeler's
//! side of it in `dialect`, and the tests are about `transport`, over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

mod addressed;
mod dialect;
mod failing;
mod renewed;
mod secrecy;
mod server;

use std::sync::Arc;

use dialect::client;
use heeler::transport::Http;
use server::Server;

const FIRST: &str = "210000000001";
const SECOND: &str = "210000000002";

/// A server with these accounts, and a client for it.
async fn ledger(server: Server) -> (Arc<Server>, Http) {
    let server = Arc::new(server);
    let base = server::serve(server.clone()).await;
    (server, client(&base))
}
