//! What can go wrong in a run of the law of honest endings, and what a run claims.

use crate::wired::Wired;
use proptest::prelude::*;
use serde_json::Value;
use std::time::Duration;
use tokio::time::sleep;

/// What an output says of how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    Nothing,
    /// What is left was held back or refused.
    AsApproved,
    /// All is as the config has it.
    Converged,
}

impl Claim {
    /// The last line that names the command is how it ended.
    pub fn of_text(text: &str) -> Claim {
        let line = text.lines().rfind(|line| line.contains("Apply: ")).unwrap_or_default();
        let says = |words: &[&str]| words.iter().any(|words| line.contains(words));
        match () {
            () if says(&[" Converged:", "nothing to do"]) => Claim::Converged,
            () if says(&["Done as approved", "has converged", "no difference", "is as planned"]) => Claim::AsApproved,
            () => Claim::Nothing,
        }
    }

    pub fn of_json(report: &Value) -> Claim {
        match () {
            () if report["converged"] == true => Claim::Converged,
            () if report["proof"] == "as_planned" => Claim::AsApproved,
            () => Claim::Nothing,
        }
    }
}

/// What befalls an apply.
#[derive(Debug, Clone)]
pub struct Trouble {
    pub faults: String,
    pub stop: Stop,
    pub jobs: u8,
    /// Whether the vendor keeps some values in a form of its own.
    pub is_stubborn: bool,
}

/// When it is told to stop.
#[derive(Debug, Clone, Copy)]
pub enum Stop {
    Never,
    /// So many milliseconds after it began.
    After(u64),
    /// While the write of this number is under way.
    AtWrite(usize),
}

impl Stop {
    pub async fn comes(self, wired: &Wired) {
        match self {
            Stop::Never => std::future::pending().await,
            Stop::After(millis) => sleep(Duration::from_millis(millis)).await,
            Stop::AtWrite(number) => {
                while wired.sent() < number {
                    sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }
}

pub fn trouble() -> impl Strategy<Value = Trouble> {
    const KINDS: [&str; 5] = [
        "latency=100ms",
        "5xx=RATE,reset-before=RATE,reset-after=RATE,late=RATE,latency=100ms",
        "late=RATE/30s,reset-after=RATE,latency=50ms,patch=shallow",
        "429=RATE,truncate=RATE,malformed=RATE,halfway=RATE,latency=100ms",
        "conflict=RATE,reset-after=RATE,latency=100ms",
    ];
    let stop = prop_oneof![2 => Just(Stop::Never), 1 => (0..6000u64).prop_map(Stop::After), 1 => (1..6usize).prop_map(Stop::AtWrite)];
    let jobs = prop::sample::select(&[1u8, 2, 4, 10][..]);
    (prop::sample::select(&KINDS[..]), 0..8u8, any::<u32>(), stop, jobs, prop::bool::weighted(0.2)).prop_map(
        |(kinds, rate, seed, stop, jobs, is_stubborn)| {
            let faults = format!("{},seed={seed}", kinds.replace("RATE", &(f64::from(rate) * 0.03).to_string()));
            Trouble { faults, stop, jobs, is_stubborn }
        },
    )
}
