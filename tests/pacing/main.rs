//! The client under a rate limit and under failure. The clock is simulated wherever time decides.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

mod again;
mod budget;
mod limiter;
mod said;
mod wire;

use std::time::Duration;

use heeler::model::{Failure, Method, Request, Response};
use heeler::transport::rate_limit::rate_limiter::RateLimiter;
use heeler::transport::retry::{RequestKind, Resending, SendError, send_with_retry};

const LIST: &str = "/api/v2/integration/aws/accounts";

/// Sends what was not sent before.
async fn send<F, Fut>(limiter: &RateLimiter, request: &Request, kind: RequestKind, once: F) -> Result<Response, Failure>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Response, SendError>>,
{
    send_with_retry(limiter, request, kind, &mut Resending::default(), once).await
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn get(path: &str) -> Request {
    Request::new("datadog", Method::Get, path)
}

fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Response { headers, ..Response::new(status, b"{}".to_vec()) }
}
