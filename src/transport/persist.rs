//! Sending, and sending again: which failures are tried again, and how long. How a request is sent is handed in.
//!
//! A read is tried again while the vendor is failing or its answers are lost. Any write is sent again where it certainly was not done:
//! after a 429, and when nothing reached the vendor. Where a write's answer is lost, it is sent again only if the vendor makes a second
//! one harmless, and twice at most; what has come of the others, the executor sees.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::limits::{self, Told};
use super::pace::{Closed, Pace};
use super::patience;
use crate::model::{Failure, Request, Response, Retry};

/// Why there is no answer.
#[derive(Debug, Clone)]
pub enum Silence {
    /// It cannot be sent at all, now or later: what is wrong is on this side.
    Unsendable(Failure),
    /// No connection, so nothing was sent.
    Unreached(Failure),
    /// It was sent, and the answer did not arrive, or not whole.
    Lost(Failure),
}

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only ask.
    Read,
    /// Change something.
    Write(Retry),
}

/// Sends by `once` until there is an answer that stands, or the time for trying is over; the last answer is returned as it is.
///
/// # Errors
/// There is no answer.
pub async fn persist<F, Fut>(pace: &Pace, request: &Request, kind: Kind, once: F) -> Result<Response, Failure>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Response, Silence>>,
{
    let mut pauses = patience::backoff();
    let mut tried = Duration::ZERO;
    let mut limited: Option<Instant> = None;
    let mut resent = 0;
    loop {
        let too_long = |Closed(asked)| Failure::Limited { what: what(request), asked, most: patience::LIMITED };
        let pass = pace.enter(request).await.map_err(too_long)?;
        let began = Instant::now();
        let answer = attended(pace, request, once()).await;
        tried += began.elapsed();
        match &answer {
            Ok(response) => pass.answered(response),
            Err(Silence::Unreached(_) | Silence::Unsendable(_)) => pass.not_sent(),
            Err(Silence::Lost(_)) => drop(pass),
        }
        // The gate makes the next try wait as long as the vendor said.
        if let Some(response) = answer.as_ref().ok().filter(|response| response.status == 429) {
            let since = limited.get_or_insert(began).elapsed();
            let asked = limits::asked(response, Timestamp::now()).unwrap_or_default();
            if asked > patience::LIMITED {
                pace.close(request, asked);
                return Err(too_long(Closed(asked)));
            }
            if since + asked < patience::LIMITED {
                if since > patience::SAID {
                    let (provider, most) = (request.realm.0, patience::LIMITED.as_secs());
                    pace.mention(|| format!("{provider} still refuses {} for now (429); trying for at most {most} s", what(request)));
                }
                continue;
            }
        }
        let again = again(kind, &answer, &mut resent).and_then(|(why, budget)| {
            let pause = pauses.next()?.max(asked(&answer));
            (tried + pause <= budget).then_some((why, pause))
        });
        let Some((why, pause)) = again else {
            let answer = answer.map_err(Silence::into_failure);
            return if resent > 0 { answer.map(Response::to_one_sent_again) } else { answer };
        };
        tracing::warn!("{}: {why}; trying again in {:.1} s", what(request), pause.as_secs_f64());
        tried += pause;
        sleep(pause).await;
    }
}

/// Waits for an answer, and says so where that takes long.
async fn attended<T>(pace: &Pace, request: &Request, answer: impl Future<Output = T>) -> T {
    let mut answer = std::pin::pin!(answer);
    tokio::select! {
        answer = &mut answer => return answer,
        () = sleep(patience::SAID) => {}
    }
    pace.mention(|| format!("{} has not answered {} for {} s; still waiting", request.realm.0, what(request), patience::SAID.as_secs()));
    answer.await
}

/// A request, for people.
fn what(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.path)
}

/// Why to try again, and for how long in all.
fn again(kind: Kind, answer: &Result<Response, Silence>, resent: &mut u32) -> Option<(String, Duration)> {
    let read = kind == Kind::Read;
    let why = match answer {
        Ok(response) if patience::is_failing(response.status) => Some(format!("status {}", response.status)),
        Err(Silence::Lost(failure)) => Some(failure.why()),
        Ok(_) | Err(Silence::Unreached(_) | Silence::Unsendable(_)) => None,
    };
    if let (Kind::Write(Retry::Safe), Some(why)) = (kind, why) {
        *resent += 1;
        return (*resent <= patience::MOST_RESENT).then_some((why, patience::RESENDING));
    }
    match answer {
        Ok(response) if read && patience::is_failing(response.status) => Some((format!("status {}", response.status), patience::TRYING)),
        Ok(response) if read && patience::is_cut_off(response) => Some(("the answer ends in the middle".to_owned(), patience::TRYING)),
        Err(Silence::Unreached(failure)) => Some((failure.why(), patience::UNREACHED)),
        Err(Silence::Lost(failure)) if read => Some((failure.why(), patience::TRYING)),
        Ok(_) | Err(Silence::Lost(_) | Silence::Unsendable(_)) => None,
    }
}

/// How long a failing vendor asks to be left alone.
fn asked(answer: &Result<Response, Silence>) -> Duration {
    answer.as_ref().ok().and_then(|response| Told::of(response, Timestamp::now()).retry_after).unwrap_or_default()
}

impl Silence {
    fn into_failure(self) -> Failure {
        match self {
            Silence::Unsendable(failure) | Silence::Unreached(failure) | Silence::Lost(failure) => failure,
        }
    }
}
