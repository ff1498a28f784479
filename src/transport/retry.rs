//! Sending, and sending again: which failures are tried again, and how long. How a request is sent is handed in.
//!
//! A read is tried again while the vendor is failing or its answers are lost. Any write is sent again where it
//! certainly was not done: after a 429, and when nothing reached the vendor. Where a write's answer is lost, it is sent
//! again only if the vendor makes a second one harmless, and twice at most; what has come of the others, the executor
//! sees.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::rate_limit::headers::{self, RateLimitHeaders};
use super::rate_limit::rate_limiter::{RateLimiter, RetryAfterTooLong};
use super::timeouts;
use crate::model::{Failure, Request, Response, Retry};

/// Why there is no answer.
#[derive(Debug, Clone)]
pub enum SendError {
    /// It cannot be sent at all, now or later: what is wrong is on this side.
    Unsendable(Failure),
    /// No connection, so nothing was sent.
    Unreached(Failure),
    /// It was sent, and the answer did not arrive, or not whole.
    Lost(Failure),
}

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// Only ask.
    Read,
    /// Change something.
    Write(Retry),
}

/// What is known of a write that was sent again: later tries must not deny what an earlier one may have done.
#[derive(Debug, Default)]
pub struct Resending {
    /// How often it was sent again without knowing what came of it before.
    count: u32,
    /// Why that is not known.
    untold: Option<String>,
}

impl Resending {
    /// How it ends: an answer says that it was sent again, and a try that was not sent leaves the earlier one untold.
    pub fn ending(&self, request: &Request, answer: Result<Response, Failure>) -> Result<Response, Failure> {
        match (answer, &self.untold) {
            (Ok(response), _) => Ok(Response { resent: self.count > 0, ..response }),
            (Err(failure @ Failure::Lost { .. }), _) | (Err(failure), None) => Err(failure),
            (Err(failure), Some(untold)) => {
                let why = format!("{untold}; sent again: {}", failure.why());
                Err(Failure::Lost { what: what(request), why })
            }
        }
    }
}

/// Sends by `once` until there is an answer that stands, or the time for trying is over; the last answer is returned as
/// it is. What `resending` knows of a write that was sent before counts, and is added to.
///
/// # Errors
/// There is no answer.
pub async fn send_with_retry<F, Fut>(
    rate_limiter: &RateLimiter,
    request: &Request,
    kind: RequestKind,
    resending: &mut Resending,
    once: F,
) -> Result<Response, Failure>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Response, SendError>>,
{
    let known = &mut *resending;
    let until_it_stands = async move {
        let mut pauses = timeouts::backoff();
        let mut tried = Duration::ZERO;
        let mut limited: Option<Instant> = None;
        loop {
            let too_long = |RetryAfterTooLong(asked)| Failure::Limited {
                what: what(request),
                asked,
                most: timeouts::RATE_LIMIT_BUDGET,
            };
            let permit = rate_limiter.acquire(request).await.map_err(too_long)?;
            let began = Instant::now();
            let answer = attended(rate_limiter, request, once()).await;
            tried += began.elapsed();
            match &answer {
                Ok(response) => permit.answered(response),
                Err(SendError::Unreached(_) | SendError::Unsendable(_)) => permit.not_sent(),
                Err(SendError::Lost(_)) => drop(permit),
            }
            // The limiter makes the next try wait as long as the vendor said.
            if let Some(response) = answer.as_ref().ok().filter(|response| response.is_limited()) {
                let since = limited.get_or_insert(began).elapsed();
                let asked = headers::asked(response, Timestamp::now()).unwrap_or_default();
                if asked > timeouts::RATE_LIMIT_BUDGET {
                    rate_limiter.close(request, asked);
                    return Err(too_long(RetryAfterTooLong(asked)));
                }
                if since + asked < timeouts::RATE_LIMIT_BUDGET {
                    if since > timeouts::LOG_WAIT_AFTER {
                        let (provider, most) = (request.endpoint.provider, timeouts::RATE_LIMIT_BUDGET.as_secs());
                        let why = if response.throttled { "too many requests" } else { "429" };
                        rate_limiter.log_throttled(|| {
                            format!(
                                "{provider} still refuses {} for now ({why}); trying for at most {most} s",
                                what(request)
                            )
                        });
                    }
                    continue;
                }
            }
            let again = again(kind, &answer, known.count).and_then(|(why, budget)| {
                let pause = pauses.next()?.max(asked(&answer));
                (tried + pause <= budget).then_some((why, pause))
            });
            let Some((why, pause)) = again else {
                return answer.map_err(SendError::into_failure);
            };
            if kind != RequestKind::Read && !matches!(answer, Err(SendError::Unreached(_))) {
                known.count += 1;
                known.untold.get_or_insert_with(|| why.clone());
            }
            rate_limiter.log_retry(request.endpoint.provider, &why, || {
                format!("{}: {why}; trying again in {:.1} s", what(request), pause.as_secs_f64())
            });
            tried += pause;
            sleep(pause).await;
        }
    };
    let answer = until_it_stands.await;
    resending.ending(request, answer)
}

/// Waits for an answer, and says so where that takes long.
async fn attended<T>(rate_limiter: &RateLimiter, request: &Request, answer: impl Future<Output = T>) -> T {
    let mut answer = std::pin::pin!(answer);
    tokio::select! {
        answer = &mut answer => return answer,
        () = sleep(timeouts::LOG_WAIT_AFTER) => {}
    }
    rate_limiter.log_throttled(|| {
        format!(
            "{} has not answered {} for {} s; still waiting",
            request.endpoint.provider,
            what(request),
            timeouts::LOG_WAIT_AFTER.as_secs()
        )
    });
    answer.await
}

/// A request, for people.
fn what(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.path)
}

/// Why to try again, and for how long in all.
fn again(kind: RequestKind, answer: &Result<Response, SendError>, resent: u32) -> Option<(String, Duration)> {
    let read = kind == RequestKind::Read;
    let why = match answer {
        Ok(response) if is_failing(response.status) => Some(format!("status {}", response.status)),
        Err(SendError::Lost(failure)) => Some(failure.why()),
        Ok(_) | Err(SendError::Unreached(_) | SendError::Unsendable(_)) => None,
    };
    if let (RequestKind::Write(Retry::Safe), Some(why)) = (kind, why) {
        return (resent < timeouts::MAX_RESENDS).then_some((why, timeouts::WRITE_RETRY_BUDGET));
    }
    match answer {
        Ok(response) if read && is_failing(response.status) => {
            Some((format!("status {}", response.status), timeouts::READ_RETRY_BUDGET))
        }
        Ok(response) if read && is_cut_off(response) => {
            Some(("the answer ends in the middle".to_owned(), timeouts::READ_RETRY_BUDGET))
        }
        Err(SendError::Unreached(failure)) => Some((failure.why(), timeouts::CONNECT_RETRY_BUDGET)),
        Err(SendError::Lost(failure)) if read => Some((failure.why(), timeouts::READ_RETRY_BUDGET)),
        Ok(_) | Err(SendError::Lost(_) | SendError::Unsendable(_)) => None,
    }
}

/// How long a failing vendor asks to be left alone.
fn asked(answer: &Result<Response, SendError>) -> Duration {
    answer
        .as_ref()
        .ok()
        .and_then(|response| RateLimitHeaders::of(response, Timestamp::now()).retry_after)
        .unwrap_or_default()
}

impl SendError {
    fn into_failure(self) -> Failure {
        match self {
            SendError::Unsendable(failure) | SendError::Unreached(failure) | SendError::Lost(failure) => failure,
        }
    }
}

/// Whether a status says that the vendor is failing now. 501 and 505 say of what was asked that it is never done there.
pub fn is_failing(status: u16) -> bool {
    status == 408 || ((500..=599).contains(&status) && !matches!(status, 501 | 505))
}

/// Whether a good answer visibly ends in the middle of its JSON. One that hides it is left to the dialect.
pub fn is_cut_off(response: &Response) -> bool {
    let close =
        |open: &u8| [(b'{', b'}'), (b'[', b']')].into_iter().find_map(|(left, right)| (*open == left).then_some(right));
    let body = response.body.trim_ascii();
    response.status < 300 && body.first().and_then(close).is_some_and(|close| body.last() != Some(&close))
}
