//! Every vendor's emulator, one folder each. No folder knows another, and none knows `providers/`; what the emulators of
//! Datadog's two APIs share is in `datadog_rows`.

pub mod cloudcraft;
pub mod datadog;
pub mod datadog_rows;
pub mod datadog_v1;
pub mod wavefront;

use super::table::Table;
use super::vendor_emulator::VendorEmulator;
use crate::model::{Method, Request, Response};

/// Every emulator. Adding one is a folder and a line here.
pub static ALL: &[&dyn VendorEmulator] =
    &[&datadog::Emulator, &datadog_v1::Emulator, &cloudcraft::Emulator, &wavefront::Emulator];

/// The emulator of this provider's vendor.
pub fn named(name: &str) -> Option<&'static dyn VendorEmulator> {
    ALL.iter().copied().find(|emulator| emulator.name() == name)
}

/// The emulator that answers a path at all. A read of an empty table changes nothing.
pub fn owner(path: &str) -> Option<&'static dyn VendorEmulator> {
    let answers = |emulator: &&dyn VendorEmulator| {
        let question = Request::new(emulator.name(), Method::Get, path);
        emulator.respond(&mut Table::new(Vec::new(), 0), &question).is_some()
    };
    ALL.iter().copied().find(answers)
}

/// Whether a request only reads, going by the routes of the emulator it is for; a path that nobody serves goes by its
/// method.
pub fn only_reads(emulator: Option<&dyn VendorEmulator>, request: &Request) -> bool {
    emulator.map_or(request.method == Method::Get, |emulator| emulator.only_reads(request))
}

/// The answer of this emulator, or of another at the same backend: one host serves all of their paths.
pub fn respond(emulator: &dyn VendorEmulator, table: &mut Table, request: &Request) -> Option<Response> {
    let others =
        ALL.iter().copied().filter(|other| other.backend() == emulator.backend() && other.name() != emulator.name());
    std::iter::once(emulator)
        .chain(others.map(|other| other as &dyn VendorEmulator))
        .find_map(|emulator| emulator.respond(table, request))
}
