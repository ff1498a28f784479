//! Endpoints are connected to when they are first used, and credentials are renewed once for whoever needs them.

use futures_util::future::join_all;
use tokio::sync::Barrier;

use crate::dialect::{add, list};
use crate::server::Server;
use crate::{FIRST, SECOND, ledger};

#[tokio::test]
async fn an_account_is_connected_to_when_it_is_first_used() {
    let (server, http) = ledger(Server::of(&[FIRST, SECOND])).await;
    assert!(server.log.lock().unwrap().is_empty());
    for _ in 0..2 {
        assert_eq!(list(&http, SECOND).await.unwrap(), [format!("first of {SECOND}")]);
    }
    assert_eq!(server.count("login"), 1);
    // A write has credentials of its own.
    add(&http, SECOND, "a & b = c").await.unwrap();
    assert_eq!(server.entries.lock().unwrap()[SECOND][1], "a & b = c");
    assert_eq!((server.count("login"), server.count(&format!("login {FIRST}"))), (2, 0));
}

/// Twenty requests find their token expired at the same time. One login serves them all, and each is sent once more.
#[tokio::test]
async fn what_expires_is_renewed_once_for_all_requests_in_flight() {
    const MANY: usize = 20;
    let (server, http) = ledger(Server { gathers: Some(Barrier::new(MANY)), ..Server::of(&[FIRST, SECOND]) }).await;
    let all = || join_all((0..MANY).map(|_| list(&http, FIRST)));
    assert!(all().await.iter().all(Result::is_ok));
    list(&http, SECOND).await.unwrap();
    assert_eq!(server.count(&format!("login {FIRST}")), 1, "the first login is one for all of them too");

    server.expire();
    assert!(all().await.iter().all(Result::is_ok));
    assert_eq!((server.count(&format!("login {FIRST}")), server.count(&format!("List {FIRST}"))), (2, 3 * MANY));
    assert_eq!(server.count(&format!("login {SECOND}")), 1, "and of nobody else");
}

/// A refused token was never used: a write that must not be sent twice is sent with the next one.
#[tokio::test]
async fn a_write_with_an_expired_token_is_done_once() {
    let (server, http) = ledger(Server::of(&[FIRST])).await;
    add(&http, FIRST, "one").await.unwrap();
    server.expire();
    add(&http, FIRST, "two").await.unwrap();
    assert_eq!(server.entries.lock().unwrap()[FIRST][1..], ["one", "two"]);
}
