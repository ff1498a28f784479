//! The sandbox over HTTP, for any client: requests into plain values, answers back, and keys asked for as the vendors do.
//!
//! No vendor's behaviour is here; whose path it is and what it answers is the sandbox's business.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderMap, Method as HttpMethod, StatusCode};
use axum::response::Response as HttpResponse;
use serde_json::Value;

use super::{Sandbox, owner};
use crate::model::{Body, Method, Request, Response};
use crate::providers::Provider;

/// The largest body that is read: 32 MB.
const LARGEST: usize = 32 << 20;

/// Serves until `shutdown` is done, then lets requests in flight end.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    sandbox: Arc<Sandbox>,
    listener: tokio::net::TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let app = Router::new().fallback(handle).with_state(sandbox);
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await
}

async fn handle(State(sandbox): State<Arc<Sandbox>>, request: HttpRequest) -> HttpResponse {
    let (head, body) = request.into_parts();
    let Some(method) = method(&head.method) else { return bare(StatusCode::METHOD_NOT_ALLOWED) };
    let Ok(bytes) = to_bytes(body, LARGEST).await else { return bare(StatusCode::PAYLOAD_TOO_LARGE) };
    let path = head.uri.path();
    let owner = owner(path);
    if let Some(owner) = owner
        && !has_keys(owner, &head.headers)
    {
        return http(owner.forbidden());
    }
    let query = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let name = owner.map_or("", |owner| owner.name());
    let request = Request { query, body: body_of(&bytes), ..Request::new(name, method, path) };
    http(sandbox.answer(&request))
}

fn method(method: &HttpMethod) -> Option<Method> {
    [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete].into_iter().find(|known| known.as_str() == method.as_str())
}

/// Any value will do, an empty one will not.
fn has_keys(provider: &dyn Provider, headers: &HeaderMap) -> bool {
    provider.credential_headers().iter().all(|name| headers.get(*name).is_some_and(|value| !value.as_bytes().trim_ascii().is_empty()))
}

/// A body that is not JSON becomes a JSON string, which no vendor takes for a document.
fn body_of(bytes: &[u8]) -> Option<Body> {
    let json = || serde_json::from_slice(bytes).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()));
    (!bytes.is_empty()).then(|| Body::plain(json()))
}

fn http(response: Response) -> HttpResponse {
    let mut answer = HttpResponse::builder().status(response.status);
    for (name, value) in &response.headers {
        answer = answer.header(name, value);
    }
    answer.body(HttpBody::from(response.body)).unwrap_or_else(|_| bare(StatusCode::INTERNAL_SERVER_ERROR))
}

fn bare(status: StatusCode) -> HttpResponse {
    let mut answer = HttpResponse::new(HttpBody::empty());
    *answer.status_mut() = status;
    answer
}
