//! What one account cannot do concerns that account alone; too many requests are waited for, and a quota is not.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use heeler::executor::circuit_breaker::{CircuitBreaker, LastAnswer};
use heeler::model::plan::VendorError;
use heeler::model::{Failure, Kind};
use heeler::providers::{self, wavefront};
use serde_json::json;

use crate::dialect::{add, list};
use crate::server::{Server, refusal};
use crate::{FIRST, SECOND, ledger};

#[tokio::test]
async fn credentials_that_fail_concern_their_account_alone() {
    let closed = BTreeSet::from([FIRST.to_owned()]);
    let (server, http) = ledger(Server { closed, ..Server::of(&[FIRST, SECOND]) }).await;
    let (refused, listed) =
        join(join_all((0..10).map(|_| list(&http, FIRST))), join_all((0..10).map(|_| list(&http, SECOND)))).await;
    assert!(listed.iter().all(Result::is_ok));
    assert_eq!(server.count(&format!("login {FIRST}")), 1, "one refusal answers all that wait for it");
    assert_eq!(server.count(&format!("List {FIRST}")), 0);

    // Of some kind or other: what ends writes goes by the vendor.
    let kind = &providers::ALL[0].kinds()[0];
    let breaker = CircuitBreaker::default();
    for error in refused {
        let error = error.unwrap_err();
        assert!(matches!(error, VendorError::NoAnswer(Failure::NotAuthorized { .. })) && !error.is_lost());
        assert!(error.to_string().starts_with(&format!("POST / was not sent: account {FIRST}: no login: ")), "{error}");
        breaker.went_wrong(&kind.key(FIRST), &error, &LastAnswer::default());
    }
    assert_eq!(breaker.reason(&kind.key(SECOND), Some(SECOND)), None);
    // Whoever comes later asks again.
    list(&http, FIRST).await.unwrap_err();
    assert_eq!(server.count(&format!("login {FIRST}")), 2);
}

/// A refusal ends writes at the endpoint that it came from: of one account, or of all that share one.
#[test]
fn refused_keys_end_writes_where_they_were_refused() {
    let [kind, other] = [&wavefront::kinds::SERVICES[0], &wavefront::kinds::SERVICES[1]];
    let denied = VendorError::Denied("not for these keys".to_owned());
    let ended = |account: Option<&str>, is_unknown: bool| {
        let breaker = CircuitBreaker::default();
        let last = LastAnswer { account: account.map(str::to_owned), is_unknown };
        breaker.went_wrong(&kind.key(FIRST), &denied, &last);
        let is_ended = |kind: &'static Kind, account: &str| breaker.reason(&kind.key(account), Some(account)).is_some();
        [is_ended(kind, FIRST), is_ended(other, FIRST), is_ended(kind, SECOND), is_ended(other, SECOND)]
    };
    assert_eq!(ended(Some(FIRST), false), [true, false, false, false]);
    assert_eq!(ended(Some(FIRST), true), [true, true, false, false]);
    assert_eq!(ended(None, false), [true, false, true, false]);
    assert_eq!(ended(None, true), [true; 4]);
}

#[tokio::test]
async fn too_many_requests_are_waited_for_whatever_the_status() {
    let began = Instant::now();
    let throttled = json!({ "__type": "ledger.example#TooManyRequestsException" }).to_string();
    let server = Server { instead_of_login: vec![(400, throttled)].into(), ..Server::of(&[FIRST]) };
    let (server, http) = ledger(server).await;
    let codes = ["Throttling", "RequestLimitExceeded"];
    server.instead.lock().unwrap().extend([refusal(400, codes[0], "slow down"), refusal(503, codes[1], "slow down")]);
    add(&http, FIRST, "patience").await.unwrap();
    assert_eq!((server.count("login"), server.count("Add")), (2, 3));
    assert!(began.elapsed() >= Duration::from_secs(3), "each is waited for: {:?}", began.elapsed());
}

#[tokio::test]
async fn a_quota_is_no_limit_that_passes() {
    let (server, http) = ledger(Server::of(&[FIRST])).await;
    server.instead.lock().unwrap().push(refusal(409, "LimitExceeded", "100 entries at most"));
    assert!(matches!(add(&http, FIRST, "more").await, Err(VendorError::Invalid { .. })));
    assert_eq!(server.count("Add"), 1);
}

/// A read is one because it was made as one: by POST as well, it is sent again while the vendor fails. A write is not.
#[tokio::test]
async fn a_read_by_post_is_sent_again_and_a_write_is_not() {
    let (server, http) = ledger(Server::of(&[FIRST])).await;
    let broken = || server.instead.lock().unwrap().push(refusal(500, "InternalFailure", "no luck"));
    broken();
    assert_eq!(list(&http, FIRST).await.unwrap().len(), 1);
    broken();
    assert!(matches!(add(&http, FIRST, "more").await, Err(VendorError::Failing(_))));
    assert_eq!((server.count("List"), server.count("Add")), (2, 1));
}

/// XML that makes no sense is an answer that makes no sense, and no shorter list.
#[tokio::test]
async fn xml_is_read_whole_or_not_at_all() {
    let (server, http) = ledger(Server::of(&[FIRST])).await;
    let instead = |body: &str| server.instead.lock().unwrap().push((200, body.to_owned()));
    instead("<ListResponse><ListResult><Entries/></ListResult></ListResponse>");
    assert_eq!(list(&http, FIRST).await.unwrap(), [""; 0]);
    let cut_off = "<ListResponse><ListResult><Entries><member><Name>a</Name></member>";
    for nonsense in [cut_off, "<ListResponse/>", "", "{}", "\u{feff}<a>&bomb;</a>"] {
        instead(nonsense);
        let error = list(&http, FIRST).await.unwrap_err();
        assert!(matches!(error, VendorError::Unreadable(_)), "{nonsense}: {error}");
    }
    instead("<!DOCTYPE html><html><title>Please log in</title></html>");
    let error = list(&http, FIRST).await.unwrap_err();
    assert!(matches!(error, VendorError::NoAnswer(Failure::NotTheVendor { .. })), "{error}");
}
