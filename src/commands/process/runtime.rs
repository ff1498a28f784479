//! The runtime that a command runs on.

use std::io;

use crate::model::Error;

/// A runtime for one command.
///
/// # Errors
/// The system has no resources for one.
pub fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    descriptors_are_left().and_then(|()| tokio::runtime::Builder::new_current_thread().enable_all().build()).map_err(
        |error| {
            let hint =
                "heeler needs a dozen open files and a thread: does a limit of this shell (`ulimit -a`) forbid them?";
            Error::failed("cannot start").because(error).hint(hint)
        },
    )
}

/// Where a runtime lacks file descriptors for its signals, it panics; so they are asked for before.
fn descriptors_are_left() -> io::Result<()> {
    let held: io::Result<Vec<_>> = (0..3).map(|_| io::pipe()).collect();
    held.map(drop)
}
