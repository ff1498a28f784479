//! The same on the wire: a few lines of a vendor on a loopback port.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use heeler::model::settings::{Credential, Protocol};
use heeler::model::{
    Body, EndpointConfig, Env, Failure, Method, Path, ReadClient, ReadRequest, Request, Retry, Settings, WriteClient,
    WriteRequest,
};
use heeler::transport::Http;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use crate::{LIST, seconds};

/// A vendor on a loopback port: the nth request gets the nth text, the last of them from then on, and then the
/// connection ends.
async fn vendor(answers: &'static [&'static str]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, count) = (format!("http://{}", listener.local_addr().unwrap()), Arc::new(AtomicUsize::new(0)));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            if !comes(&mut stream).await {
                continue;
            }
            let nth = counted.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1);
            let _ = stream.write_all(answers[nth].as_bytes()).await;
        }
    });
    (url, count)
}

/// Reads a request; whether one came. Where an answer was lost, heeler tries once whether TLS is spoken there.
async fn comes(stream: &mut TcpStream) -> bool {
    const TLS_HANDSHAKE: u8 = 0x16;
    let mut said = Vec::new();
    while !said.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) if byte != TLS_HANDSHAKE || !said.is_empty() => said.push(byte),
            Ok(_) | Err(_) => return false,
        }
    }
    true
}

fn client(base: &str) -> Http {
    let endpoint = EndpointConfig {
        base: base.to_owned(),
        host_variable: "DD_HOST",
        protocol: Protocol::Json,
        credentials: vec![Credential { header: "dd-api-key", scheme: None, variable: "DD_API_KEY" }],
        headers: Vec::new(),
        limit: None,
    };
    let settings = Settings {
        provider: "datadog",
        endpoint,
        services: BTreeMap::new(),
        login: None,
        site: "datadoghq.com".to_owned(),
        via: None,
        organization: None,
    };
    let env: Env = [("DD_API_KEY".to_owned(), "0123456789abcdef".to_owned())].into_iter().collect();
    Http::open(&[("datadog", settings)].into_iter().collect(), &env).unwrap()
}

fn update() -> WriteRequest {
    WriteRequest::new(Request::new("datadog", Method::Patch, LIST), Retry::Safe)
}

const WHOLE: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 11\r\n\r\n{\"data\":[]}";
const CUT_OFF: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 11\r\n\r\n{\"dat";
const ENDS: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\n{\"dat";

#[tokio::test]
async fn a_truncated_answer_is_read_again_and_never_a_shorter_one() {
    for cut in [&[CUT_OFF, WHOLE][..], &[ENDS, WHOLE], &["", WHOLE]] {
        let (url, count) = vendor(cut).await;
        let response = client(&url).read(ReadRequest::get("datadog", LIST)).await.unwrap();
        assert_eq!((response.body.as_slice(), count.load(Ordering::Relaxed)), (&b"{\"data\":[]}"[..], 2));
    }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_sent_again_only_where_that_is_harmless() {
    for answers in
        [&[""][..], &[CUT_OFF], &["HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}"]]
    {
        for (retry, times) in [(Retry::Never, 1), (Retry::Safe, 3)] {
            let (url, count) = vendor(answers).await;
            match client(&url).write(WriteRequest { retry, ..update() }).await {
                Ok(response) => assert_eq!(response.status, 502),
                Err(failure) => assert!(matches!(failure, Failure::Lost { .. }), "{failure}"),
            }
            assert_eq!(count.load(Ordering::Relaxed), times);
        }
    }
}

#[tokio::test]
async fn a_secret_that_is_missing_is_missing_at_once() {
    let (url, count) = vendor(&[WHOLE]).await;
    let secrets = vec![(Path::default(), "NOT_SET".to_owned())];
    let request = update().request.with_body(Body::with_secrets(json!(null), secrets));
    let began = Instant::now();
    let failure = client(&url).write(WriteRequest::new(request, Retry::Safe)).await.unwrap_err();
    assert_eq!(failure.to_string(), format!("PATCH {LIST} was not sent: NOT_SET is not set"));
    assert_eq!(count.load(Ordering::Relaxed), 0);
    println!("a missing secret took {:?}", began.elapsed());
}

/// Answers a byte every ten seconds, without end.
#[tokio::test(start_paused = true)]
async fn a_vendor_that_dribbles_holds_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        comes(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await.unwrap();
        while stream.write_all(b"{").await.is_ok() {
            sleep(seconds(10)).await;
        }
    });
    let began = Instant::now();
    assert!(matches!(client(&url).write(update()).await, Err(Failure::Lost { .. })));
    assert!(began.elapsed() <= seconds(61), "{:?}", began.elapsed());
}
