//! The sandbox over HTTP, for any client: requests into plain values, answers back, and keys asked for as the vendors
//! do.
//!
//! No vendor's behaviour is here; whose path it is and what it answers is the sandbox's business. hyper is used without
//! a framework on top, because an answer may be that there is none: a service of hyper's may fail, and then the
//! connection is closed.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method as HttpMethod, Request as HttpRequest, Response as HttpResponse, StatusCode};
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::client::Sandbox;
use super::request_log::say;
use super::spoiled_answers::Reply;
use super::vendors;
use crate::model::{Body, Method, Request, Response};

/// The largest body that is read: 32 MB.
const MAX_BODY_BYTES: usize = 32 << 20;
/// How long requests in flight may take when the server ends.
const GRACE: Duration = Duration::from_secs(1);
/// How often in a row accepting may fail.
const MAX_FAILURES: usize = 10;
/// The pause after each failure: a machine without free descriptors may find some.
const PAUSE: Duration = Duration::from_millis(500);

type HttpBody = UnsyncBoxBody<Bytes, io::Error>;

/// Serves until `shutdown` is done, then gives requests in flight a second to end.
///
/// # Errors
/// The listener keeps failing.
pub async fn serve(
    sandbox: Arc<Sandbox>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut failures = 0;
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                failures = 0;
                let sandbox = sandbox.clone();
                let service = service_fn(move |request| handle(sandbox.clone(), request));
                connections
                    .spawn(graceful.watch(http1::Builder::new().serve_connection(TokioIo::new(stream), service)));
            }
            Err(error) if failures == MAX_FAILURES => return Err(error),
            Err(_) => {
                failures += 1;
                sleep(PAUSE).await;
            }
        }
    }
    // What is not done by then is cut off with the tasks.
    let _ = timeout(GRACE, graceful.shutdown()).await;
    Ok(())
}

/// An answer; an error closes the connection without one.
async fn handle(sandbox: Arc<Sandbox>, request: HttpRequest<Incoming>) -> io::Result<HttpResponse<HttpBody>> {
    let (head, body) = request.into_parts();
    let Some(method) = method(&head.method) else { return Ok(bare(StatusCode::METHOD_NOT_ALLOWED)) };
    let Ok(body) = Limited::new(body, MAX_BODY_BYTES).collect().await else {
        return Ok(bare(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let path = head.uri.path();
    let query = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let headers = texts(&head.headers);
    let body = body_of(&body.to_bytes(), headers.get(CONTENT_TYPE.as_str()).map(String::as_str));
    let mut request = Request { query, body, ..Request::new("", method, path) };
    if let Some(owner) = vendors::owner(path) {
        let Some(endpoint) = sandbox.endpoint(owner, &request, &headers) else {
            let refusal = owner.forbidden();
            say(&request, owner.only_reads(&request), Some(refusal.status));
            return Ok(whole(refusal));
        };
        request.endpoint = endpoint;
    }
    match sandbox.answer(&request).await {
        Reply::Whole(response) => Ok(whole(response)),
        Reply::Cut(response, arrived) => Ok(cut(response, arrived)),
        Reply::Nothing => Err(io::Error::other("no answer")),
    }
}

fn method(method: &HttpMethod) -> Option<Method> {
    [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete]
        .into_iter()
        .find(|known| known.as_str() == method.as_str())
}

/// Headers by name, in lower case.
fn texts(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// JSON, whatever it is said to be: `curl --data` calls everything a form. Else a form, if it is said to be one; and
/// else a JSON string, which no vendor takes for a document.
fn body_of(bytes: &[u8], content_type: Option<&str>) -> Option<Body> {
    let is_form = content_type.is_some_and(|said| said.starts_with("application/x-www-form-urlencoded"));
    let other = || match is_form {
        true => Body::form(form_urlencoded::parse(bytes).into_owned()),
        false => Body::plain(Value::String(String::from_utf8_lossy(bytes).into_owned())),
    };
    (!bytes.is_empty()).then(|| serde_json::from_slice(bytes).map_or_else(|_| other(), Body::plain))
}

fn whole(response: Response) -> HttpResponse<HttpBody> {
    let Response { status, headers, body, resent: _, throttled: _ } = response;
    answer(status, &headers, full(body))
}

/// An answer that promises all of its body, and after part of it the connection is closed.
fn cut(response: Response, arrived: usize) -> HttpResponse<HttpBody> {
    let Response { status, mut headers, mut body, resent: _, throttled: _ } = response;
    headers.push((CONTENT_LENGTH.to_string(), body.len().to_string()));
    body.truncate(arrived);
    let part = stream::iter([Ok(Frame::data(Bytes::from(body)))]);
    let broken = stream::once(async {
        // Lets what was said so far go out first.
        tokio::task::yield_now().await;
        Err(io::Error::other("the rest of the body"))
    });
    answer(status, &headers, StreamBody::new(part.chain(broken)).boxed_unsync())
}

fn answer(status: u16, headers: &[(String, String)], body: HttpBody) -> HttpResponse<HttpBody> {
    let mut answer = HttpResponse::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(name, value);
    }
    answer.body(body).unwrap_or_else(|_| bare(StatusCode::INTERNAL_SERVER_ERROR))
}

fn bare(status: StatusCode) -> HttpResponse<HttpBody> {
    let mut answer = HttpResponse::new(full(Vec::new()));
    *answer.status_mut() = status;
    answer
}

fn full(body: Vec<u8>) -> HttpBody {
    Full::from(body).map_err(|never| match never {}).boxed_unsync()
}
