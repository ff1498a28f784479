//! `--faults`: each fault as a client meets it on the wire, what it leaves behind, the windows of a rate limit, and the
//! luck of a seed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "faults/late.rs"]
mod late;
#[path = "faults/served.rs"]
mod served;
#[path = "faults/spec.rs"]
mod spec;
mod support;
#[path = "faults/windows.rs"]
mod windows;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use heeler::model::{Failure, Method, Request, Retry, WriteClient, WriteRequest};
use heeler::sandbox::{Fault, Faults, Sandbox, World, http_server};
use serde_json::Value;
use support::ACCOUNTS;
use tokio::time::Instant;
use windows::list;

const ROWS: [&str; 3] = ["400000000001", "400000000002", "400000000003"];

fn sandbox(faults: Faults) -> Sandbox {
    Sandbox::new(World::parse(&support::world(&ROWS.map(support::row))).unwrap(), 1).with_faults(faults)
}

fn faults(text: &str) -> Faults {
    Faults::parse(text).unwrap()
}

/// The sandbox's server on a port, as long as the test runs.
fn served(faults: Faults) -> (Arc<Sandbox>, String) {
    let sandbox = Arc::new(sandbox(faults));
    let (listener, host) = listening();
    let served = sandbox.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            http_server::serve(served, tokio::net::TcpListener::from_std(listener).unwrap(), std::future::pending())
                .await
        })
    });
    (sandbox, host)
}

fn listening() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let host = listener.local_addr().unwrap().to_string();
    (listener, host)
}

/// All that a client hears before the connection is closed.
struct Heard {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn promised(&self) -> usize {
        self.header("content-length").parse().unwrap()
    }

    fn limits(&self) -> [&str; 4] {
        ["limit", "period", "remaining", "reset"].map(|name| self.header(&format!("x-ratelimit-{name}")))
    }
}

/// A request by hand; nothing if the connection is closed without an answer.
fn send(host: &str, method: &str, path: &str) -> Option<Heard> {
    let mut stream = asking(host, method, path);
    let mut heard = String::new();
    stream.read_to_string(&mut heard).unwrap();
    let (head, body) = heard.split_once("\r\n\r\n")?;
    let (first, headers) = head.split_once("\r\n").unwrap();
    let headers = headers
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Some(Heard {
        status: first.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: headers.collect(),
        body: body.to_owned(),
    })
}

fn asking(host: &str, method: &str, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(host).unwrap();
    let keys = "DD-API-KEY: any\r\nDD-APPLICATION-KEY: any\r\nConnection: close";
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{keys}\r\nContent-Length: 0\r\n\r\n").unwrap();
    stream
}

fn first() -> String {
    format!("{ACCOUNTS}/{}", support::row(ROWS[0])["id"].as_str().unwrap())
}

fn rows(sandbox: &Sandbox) -> usize {
    sandbox.rows("datadog").len()
}

#[test]
fn too_many_is_answered_before_anything_is_done() {
    let (sandbox, host) = served(faults("429=1"));
    let heard = send(&host, "DELETE", &first()).unwrap();
    assert_eq!((heard.status, heard.limits()), (429, ["100", "10", "0", "1"]));
    assert_eq!((rows(&sandbox), sandbox.requests()), (3, 1));
}

#[test]
fn a_failure_comes_before_or_after_the_request_took_effect() {
    for status in [500, 502, 503, 504] {
        for done in [false, true] {
            let (sandbox, host) = served(Faults::none().at(1, Fault::Failing { status, done }));
            let heard = send(&host, "DELETE", &first()).unwrap();
            assert_eq!((heard.status, rows(&sandbox)), (status, if done { 2 } else { 3 }));
        }
    }
}

#[test]
fn a_reset_is_no_answer_before_or_after_the_request_took_effect() {
    for (words, left) in [("reset-before=1", 3), ("reset-after=1", 2)] {
        let (sandbox, host) = served(faults(words));
        assert!(send(&host, "DELETE", &first()).is_none(), "{words}");
        assert_eq!(rows(&sandbox), left, "{words}");
    }
}

#[test]
fn after_a_reset_the_next_connection_is_served() {
    let (_, host) = served(Faults::none().at(1, Fault::Reset { done: false }));
    assert!(send(&host, "GET", ACCOUNTS).is_none());
    assert_eq!(send(&host, "GET", ACCOUNTS).unwrap().status, 200);
}

#[test]
fn a_truncated_body_is_shorter_than_promised() {
    let (_, host) = served(faults("truncate=1"));
    let heard = send(&host, "GET", ACCOUNTS).unwrap();
    assert_eq!((heard.status, heard.body.len()), (200, heard.promised() / 2));
    assert!(heard.body.starts_with("{\"data\":[{"), "{}", heard.body);
}

#[test]
fn an_answer_without_a_body_cannot_be_truncated() {
    let (sandbox, host) = served(faults("truncate=1"));
    assert_eq!(send(&host, "DELETE", &first()).unwrap().status, 204);
    assert_eq!(rows(&sandbox), 2);
}

#[test]
fn a_malformed_answer_is_as_long_as_it_says() {
    for (fault, start) in
        [(Fault::Html, "<!DOCTYPE html>"), (Fault::HalfJson, "{\"data\":"), (Fault::Halfway, "{\"data\":[{")]
    {
        let (_, host) = served(Faults::none().at(1, fault));
        let heard = send(&host, "GET", ACCOUNTS).unwrap();
        assert_eq!((heard.status, heard.body.len()), (200, heard.promised()), "{fault:?}");
        assert!(heard.body.starts_with(start), "{fault:?}: {}", heard.body);
        assert!(serde_json::from_str::<Value>(&heard.body).is_err(), "{fault:?}: {}", heard.body);
    }
}

#[test]
fn html_comes_in_place_of_the_vendor_and_half_a_json_from_it() {
    for (fault, left) in [(Fault::Html, 3), (Fault::HalfJson, 2)] {
        let (sandbox, host) = served(Faults::none().at(1, fault));
        let heard = send(&host, "DELETE", &first()).unwrap();
        assert_eq!((heard.status, rows(&sandbox)), (if fault == Fault::Html { 200 } else { 204 }, left), "{fault:?}");
    }
}

#[test]
fn a_listing_ends_after_half_of_its_rows_and_nothing_else_does() {
    let (_, host) = served(faults("halfway=1"));
    let heard = send(&host, "GET", ACCOUNTS).unwrap();
    assert!(heard.body.ends_with("},"), "{}", heard.body);
    let rows: Value = serde_json::from_str(&format!("{}]}}", heard.body.trim_end_matches(','))).unwrap();
    assert_eq!(rows["data"].as_array().unwrap().len(), 1);
    for path in [first().as_str(), "/api/v2/current_user", "/api/v2/integration/aws/available_namespaces"] {
        assert!(serde_json::from_str::<Value>(&send(&host, "GET", path).unwrap().body).is_ok(), "{path}");
    }
}

#[test]
fn an_edit_follows_a_listing_and_changes_one_leaf() {
    let (sandbox, host) = served(faults("edit=1"));
    for _ in 0..20 {
        let before = sandbox.rows("datadog");
        send(&host, "GET", &first()).unwrap();
        assert_eq!(sandbox.rows("datadog"), before, "a row by its id is no listing");
        let listed: Value = serde_json::from_str(&send(&host, "GET", ACCOUNTS).unwrap().body).unwrap();
        assert!(
            listed["data"].as_array().unwrap().iter().all(|row| before.contains(row)),
            "the answer is from before the edit"
        );
        let after = sandbox.rows("datadog");
        let changed: Vec<_> = before.iter().zip(&after).filter(|(before, after)| before != after).collect();
        let [(before, after)] = changed.as_slice() else { panic!("{changed:?}") };
        let differs = |path: &str| before.pointer(path) != after.pointer(path);
        assert!(
            differs("/attributes/account_tags") != differs("/attributes/metrics_config/enabled"),
            "{before} {after}"
        );
    }
}

#[tokio::test]
async fn in_process_a_reset_is_a_lost_answer_and_a_broken_body_is_handed_on() {
    for done in [false, true] {
        let sandbox = sandbox(Faults::none().at(1, Fault::Reset { done }));
        let tell = WriteRequest::new(Request::new("datadog", Method::Delete, first()), Retry::Safe);
        assert!(matches!(sandbox.write(tell).await, Err(Failure::Lost { .. })));
        assert_eq!(rows(&sandbox), if done { 2 } else { 3 });
    }
    for fault in [Fault::Truncated, Fault::Html, Fault::HalfJson, Fault::Halfway] {
        let sandbox = sandbox(Faults::none().at(2, fault));
        assert!(serde_json::from_slice::<Value>(&list(&sandbox).await.unwrap().body).is_ok());
        let broken = list(&sandbox).await.unwrap();
        assert_eq!((broken.status, sandbox.requests()), (200, 2));
        assert!(serde_json::from_slice::<Value>(&broken.body).is_err(), "{fault:?}");
    }
}

#[test]
fn the_same_seed_meets_the_same_requests_with_the_same_faults() {
    let words = "429=0.1,5xx=0.1,reset-before=0.1,truncate=0.1,malformed=0.1,halfway=0.1,edit=0.1,seed=";
    let luck = |seed: &str| {
        let (_, host) = served(faults(&format!("{words}{seed}")));
        let heard = (0..60).map(|_| send(&host, "GET", ACCOUNTS).map(|heard| (heard.status, heard.body)));
        heard.collect::<Vec<_>>()
    };
    let seven = luck("7");
    assert_eq!(seven, luck("7"));
    assert_ne!(seven, luck("8"));
}

#[tokio::test(start_paused = true)]
async fn at_the_end_a_request_in_flight_gets_a_second() {
    let sandbox = Arc::new(sandbox(faults("latency=3600s")));
    let (listener, host) = listening();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut stream = asking(&host, "GET", ACCOUNTS);
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let serving = tokio::spawn(http_server::serve(sandbox.clone(), listener, async { drop(stopped.await) }));
    while sandbox.requests() == 0 {
        // Not idle, so the paused clock stands still.
        tokio::task::yield_now().await;
    }
    let began = Instant::now();
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert_eq!(began.elapsed().as_secs(), 1);
    let mut heard = Vec::new();
    assert_eq!(stream.read_to_end(&mut heard).unwrap_or_default(), 0);
}
