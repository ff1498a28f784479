//! What may befall a request, and which request it befalls: a pure function of the seed and of the request's number.
//!
//! How faults are written is in `faults_spec`, what an answer then looks like in `spoil`, rate limits by window in `limit`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::limit::Limit;
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
}

/// What can be given a rate. The order is the one in which they share out the dice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    TooMany,
    Failing,
    ResetBefore,
    ResetAfter,
    Truncated,
    Malformed,
    Halfway,
    Edited,
}

/// Which faults there are. The same sequence of requests meets the same ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// Which part of all requests; together at most 1, for a request meets one fault at most.
    pub(super) rates: BTreeMap<Kind, f64>,
    pub(super) latency: Duration,
    pub(super) limit: Option<Limit>,
    pub(super) seed: u64,
    placed: BTreeMap<usize, Fault>,
}

impl Faults {
    /// None at all.
    pub fn none() -> Self {
        Faults { rates: BTreeMap::new(), latency: Duration::ZERO, limit: None, seed: 1, placed: BTreeMap::new() }
    }

    /// The same, and this fault at the request of this number, the first being 1, whatever the dice say.
    pub fn at(mut self, request_number: usize, fault: Fault) -> Self {
        self.placed.insert(request_number, fault);
        self
    }

    /// How long every request is on its way.
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// What befalls the request of this number. [`Fault::Halfway`] and [`Fault::Edited`] still need it to be a listing.
    pub fn befalls(&self, number: usize, method: Method) -> Option<Fault> {
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
        let fault = fault(kind?, self.dice(number, 1));
        (method == Method::Get || !matches!(fault, Fault::Halfway | Fault::Edited)).then_some(fault)
    }

    /// The throw for this request's `nth` question (splitmix64). No throw depends on how often the dice were thrown before.
    pub(super) fn dice(&self, number: usize, nth: u64) -> u64 {
        mixed(mixed(self.seed.wrapping_add(number as u64)).wrapping_add(nth))
    }
}

fn fault(kind: Kind, dice: u64) -> Fault {
    match kind {
        Kind::TooMany => Fault::TooMany,
        Kind::Failing => Fault::Failing { status: [500, 502, 503, 504][(dice >> 1) as usize % 4], done: dice.is_multiple_of(2) },
        Kind::ResetBefore => Fault::Reset { done: false },
        Kind::ResetAfter => Fault::Reset { done: true },
        Kind::Truncated => Fault::Truncated,
        Kind::Malformed if dice.is_multiple_of(2) => Fault::Html,
        Kind::Malformed => Fault::HalfJson,
        Kind::Halfway => Fault::Halfway,
        Kind::Edited => Fault::Edited,
    }
}

fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
