//! One backend's rows, as its vendor's emulators answer from them: reads may lag behind writes.

use std::time::Duration;

use tokio::time::Instant;

use super::late_effects::LateEffects;
use super::table::Table;
use super::vendor_emulator::VendorEmulator;
use super::vendors;
use crate::model::{Request, Response};

/// Rows, and what of them does not show yet.
pub(super) struct Backend {
    pub table: Table,
    hidden: LateEffects,
}

impl Backend {
    /// These rows, all of which show.
    pub fn new(table: Table) -> Self {
        Backend { table, hidden: LateEffects::default() }
    }

    /// Has a vendor answer. A read sees what shows; a write meets what is, and what it changes shows after a while, if
    /// it is told so.
    pub fn answer(
        &mut self,
        emulator: &dyn VendorEmulator,
        request: &Request,
        now: Instant,
        shows_after: Option<Duration>,
    ) -> Option<Response> {
        if emulator.only_reads(request) {
            let Some(seen) = self.hidden.view(&self.table.rows, now) else {
                return vendors::respond(emulator, &mut self.table, request);
            };
            let rows = std::mem::replace(&mut self.table.rows, seen);
            let answer = vendors::respond(emulator, &mut self.table, request);
            self.table.rows = rows;
            return answer;
        }
        let before = shows_after.map(|after| (self.table.rows.clone(), now + after));
        let answer = vendors::respond(emulator, &mut self.table, request);
        if let Some((before, shows_at)) = before {
            self.hidden.hide(&before, &self.table.rows, shows_at);
        }
        answer
    }
}
