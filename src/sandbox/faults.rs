//! What may befall a request, and which request it befalls: a pure function of the seed and of the request's number.
//!
//! How faults are written is in `faults_spec`, what an answer then looks like in `spoiled_answers`, rate limits by
//! window in `rate_limits`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::rate_limits::Limit;
use super::table::Patch;
use crate::model::Method;

/// One thing that befalls one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429, nothing done; it may come again in a second.
    TooMany,
    /// The vendor fails.
    Failing {
        /// 500, 502, 503 or 504.
        status: u16,
        /// Whether the request took effect all the same.
        done: bool,
    },
    /// The connection is closed without an answer.
    Reset {
        /// Whether the request took effect before.
        done: bool,
    },
    /// The request took effect, and the connection is closed in the middle of the answer's body.
    Truncated,
    /// 200 and an HTML page from something that stands in between: the request never arrived, nothing was done.
    Html,
    /// The request took effect, and the answer is 200 with the first half of its JSON as if that were all.
    HalfJson,
    /// A listing is 200 with half of its rows and no end, as if that were all. Nothing befalls any other request.
    Halfway,
    /// After a listing was answered, one row is changed behind the caller's back. Nothing befalls any other request.
    Edited,
    /// A write is refused because somebody else is writing at the same time, who changes one row behind the caller's
    /// back. Nothing befalls a read, or a vendor that never refuses for that.
    Conflict,
    /// A write takes effect, and no read shows it before this time has passed. Nothing befalls a read.
    Late {
        /// How long after the request arrived.
        after: Duration,
        /// How the writer is answered at once.
        reply: LateReply,
    },
}

/// How a write is answered whose effect shows late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateReply {
    /// The vendor's answer.
    Answer,
    /// This status of the 500s in its place.
    Status(u16),
    /// Nothing: the connection is closed.
    Nothing,
}

/// Kinds of faults that have a rate. Their order partitions the random number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FaultKind {
    TooMany,
    Failing,
    ResetBefore,
    ResetAfter,
    Truncated,
    Malformed,
    Halfway,
    Edited,
    Conflict,
    Late,
}

/// Which faults there are. The same sequence of requests meets the same ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// Which part of all requests; together at most 1, for a request meets one fault at most.
    pub(super) rates: BTreeMap<FaultKind, f64>,
    pub(super) latency: Duration,
    pub(super) limit: Option<Limit>,
    pub(super) patch: Patch,
    /// The longest time after which a late effect shows.
    pub(super) latest: Duration,
    pub(super) seed: u64,
    placed: BTreeMap<usize, Fault>,
    placed_writes: BTreeMap<usize, Fault>,
}

/// After this time the latest effect shows, unless the faults say otherwise.
const LATEST: Duration = Duration::from_secs(90);

impl Faults {
    /// None at all.
    pub fn none() -> Self {
        Faults {
            rates: BTreeMap::new(),
            latency: Duration::ZERO,
            limit: None,
            patch: Patch::Deep,
            latest: LATEST,
            seed: 1,
            placed: BTreeMap::new(),
            placed_writes: BTreeMap::new(),
        }
    }

    /// The same, and this fault at the request of this number, the first being 1, whatever the dice say.
    pub fn at(mut self, request_number: usize, fault: Fault) -> Self {
        self.placed.insert(request_number, fault);
        self
    }

    /// The same, and this fault at the write of this number, the first being 1: reads are not counted.
    pub fn at_write(mut self, write_number: usize, fault: Fault) -> Self {
        self.placed_writes.insert(write_number, fault);
        self
    }

    /// The fault placed at the write of this number, if any.
    pub(super) fn placed_at_write(&self, write_number: usize) -> Option<Fault> {
        self.placed_writes.get(&write_number).copied()
    }

    /// How long every request is on its way.
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// What fault_for the request of this number. [`Fault::Halfway`] and [`Fault::Edited`] still need it to be a listing,
    /// and [`Fault::Late`] and [`Fault::Conflict`] a write.
    pub fn fault_for(&self, number: usize, method: Method) -> Option<Fault> {
        if let Some(placed) = self.placed.get(&number) {
            return Some(*placed);
        }
        // 53 bits are what an f64 holds exactly.
        let chance = (self.dice(number, 0) >> 11) as f64 / (1u64 << 53) as f64;
        let mut reached = 0.0;
        let kind = self.rates.iter().find_map(|(kind, rate)| {
            reached += rate;
            (chance < reached).then_some(*kind)
        });
        let fault = self.fault(kind?, number);
        let about_reads = matches!(fault, Fault::Halfway | Fault::Edited);
        let about_writes = matches!(fault, Fault::Late { .. } | Fault::Conflict);
        (if method == Method::Get { !about_writes } else { !about_reads }).then_some(fault)
    }

    fn fault(&self, kind: FaultKind, number: usize) -> Fault {
        let dice = self.dice(number, 1);
        let status = || [500, 502, 503, 504][(dice >> 1) as usize % 4];
        match kind {
            FaultKind::TooMany => Fault::TooMany,
            FaultKind::Failing => Fault::Failing { status: status(), done: dice.is_multiple_of(2) },
            FaultKind::ResetBefore => Fault::Reset { done: false },
            FaultKind::ResetAfter => Fault::Reset { done: true },
            FaultKind::Truncated => Fault::Truncated,
            FaultKind::Malformed if dice.is_multiple_of(2) => Fault::Html,
            FaultKind::Malformed => Fault::HalfJson,
            FaultKind::Halfway => Fault::Halfway,
            FaultKind::Edited => Fault::Edited,
            FaultKind::Conflict => Fault::Conflict,
            FaultKind::Late => {
                let longest = u64::try_from(self.latest.as_millis()).unwrap_or(u64::MAX).max(1);
                let reply = match dice >> 3 & 3 {
                    0 | 1 => LateReply::Answer,
                    2 => LateReply::Status(status()),
                    _ => LateReply::Nothing,
                };
                Fault::Late { after: Duration::from_millis(self.dice(number, 3) % longest), reply }
            }
        }
    }

    /// The throw for this request's `nth` use. No throw depends on how often the dice were thrown before, so this is a
    /// mixing function (splitmix64) and no generator: one that is seeded with consecutive numbers throws alike.
    pub(super) fn dice(&self, number: usize, nth: usize) -> u64 {
        mixed(mixed(self.seed.wrapping_add(number as u64)).wrapping_add(nth as u64))
    }
}

fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
