//! Faults as people write them: `429=0.1,latency=50ms,limit=50/10s,seed=7`.

use std::collections::BTreeSet;
use std::time::Duration;

use thiserror::Error;

use super::faults::{FaultKind, Faults};
use super::rate_limits::Limit;
use super::table::Patch;
use crate::model::diagnostic::did_you_mean;

/// The words that take a rate.
const RATES: &[(&str, FaultKind)] = &[
    ("429", FaultKind::TooMany),
    ("5xx", FaultKind::Failing),
    ("reset-before", FaultKind::ResetBefore),
    ("reset-after", FaultKind::ResetAfter),
    ("truncate", FaultKind::Truncated),
    ("malformed", FaultKind::Malformed),
    ("halfway", FaultKind::Halfway),
    ("edit", FaultKind::Edited),
    ("conflict", FaultKind::Conflict),
];
/// The words that take something else.
const OTHERS: &[&str] = &["late", "patch", "latency", "limit", "seed"];

/// Why a list of faults cannot be used.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum FaultsError {
    /// A word that is no fault.
    #[error("unknown fault `{name}`: {hint}")]
    Unknown {
        /// What was written before the `=`.
        name: String,
        /// What to write instead.
        hint: String,
    },
    /// A fault without a value, or with one that is none.
    #[error("`{word}`: {form}")]
    Value {
        /// What was written.
        word: String,
        /// What it should look like.
        form: &'static str,
    },
    /// A fault given again.
    #[error("`{0}` is given twice; keep one of them")]
    Twice(String),
    /// A request can meet one fault only.
    #[error("the rates add up to {0}: a request meets one fault at most, so together they are at most 1")]
    TooOften(f64),
}

impl Faults {
    /// Reads words with commas between them.
    ///
    /// # Errors
    /// A word is unknown, given twice, or has a value it does not take; or the rates are more than 1 together.
    pub fn parse(text: &str) -> Result<Faults, FaultsError> {
        let mut faults = Faults::none();
        let mut given = BTreeSet::new();
        for word in text.split(',').map(str::trim) {
            let (name, value) = word.split_once('=').map_or((word, ""), |(name, value)| (name.trim(), value.trim()));
            faults.set(word, name, value)?;
            if !given.insert(name) {
                return Err(FaultsError::Twice(name.to_owned()));
            }
        }
        let sum: f64 = faults.rates.values().sum();
        // Ten times 0.1 is a little more than 1.
        if sum > 1.0 + 1e-9 { Err(FaultsError::TooOften(sum)) } else { Ok(faults) }
    }

    fn set(&mut self, word: &str, name: &str, value: &str) -> Result<(), FaultsError> {
        let wants = |form| FaultsError::Value { word: word.to_owned(), form };
        if let Some((_, kind)) = RATES.iter().find(|(known, _)| *known == name) {
            self.rates.insert(*kind, rate(value).ok_or_else(|| wants("a rate lies between 0 and 1, such as 0.1"))?);
            return Ok(());
        }
        match name {
            "late" => {
                let (rate, latest) = late(value)
                    .ok_or_else(|| wants("a rate, and perhaps the longest delay, such as 0.1 or 0.1/30s"))?;
                self.rates.insert(FaultKind::Late, rate);
                self.latest = latest.unwrap_or(self.latest);
            }
            "patch" => {
                self.patch = patch(value).ok_or_else(|| wants("what a PATCH does to a block is `deep` or `shallow`"))?
            }
            "latency" => {
                self.latency =
                    latency(value).ok_or_else(|| wants("a latency is a whole number of ms or s, such as 50ms"))?
            }
            "limit" => {
                self.limit = Some(
                    limit(value)
                        .ok_or_else(|| wants("a limit is requests per seconds, both at least 1, such as 50/10s"))?,
                )
            }
            "seed" => self.seed = value.parse().map_err(|_| wants("a seed is a whole number, such as 7"))?,
            _ => return Err(unknown(name)),
        }
        Ok(())
    }
}

fn unknown(name: &str) -> FaultsError {
    let known = || RATES.iter().map(|(name, _)| *name).chain(OTHERS.iter().copied());
    let near = did_you_mean(name, known()).map_or(String::new(), |near| format!("{near} "));
    FaultsError::Unknown {
        name: name.to_owned(),
        hint: format!("{near}known are {}", known().collect::<Vec<_>>().join(", ")),
    }
}

fn rate(value: &str) -> Option<f64> {
    value.parse().ok().filter(|rate| (0.0..=1.0).contains(rate))
}

/// A rate; what follows a slash is the longest time until an effect shows.
fn late(value: &str) -> Option<(f64, Option<Duration>)> {
    match value.split_once('/') {
        None => Some((rate(value)?, None)),
        Some((often, longest)) => Some((rate(often.trim())?, Some(latency(longest.trim())?))),
    }
}

fn patch(value: &str) -> Option<Patch> {
    match value {
        "deep" => Some(Patch::Deep),
        "shallow" => Some(Patch::Shallow),
        _ => None,
    }
}

fn latency(value: &str) -> Option<Duration> {
    match value.strip_suffix("ms") {
        Some(milliseconds) => milliseconds.parse().ok().map(Duration::from_millis),
        None => value.strip_suffix('s')?.parse().ok().map(Duration::from_secs),
    }
}

fn limit(value: &str) -> Option<Limit> {
    let (quota, seconds) = value.strip_suffix('s')?.split_once('/')?;
    let limit = Limit { quota: quota.trim().parse().ok()?, seconds: seconds.trim().parse().ok()? };
    (limit.quota > 0 && limit.seconds > 0).then_some(limit)
}
