//! How an error that ends a run is shown, and the one that many commands meet: a file cannot be written.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::model::Error;
use crate::model::error;
use crate::render::escape_untrusted::escaped_line;
use crate::render::style::{BAD, FAINT, paint};

/// The message, its causes, and what to do. Of an invalid config everything has been said.
pub fn shown(error: &Error) -> String {
    if error.kind() == error::ErrorKind::InvalidConfig {
        return String::new();
    }
    let hints: String =
        error.hints().iter().map(|hint| format!("\n{} {}", paint(FAINT, "do:"), escaped_line(hint))).collect();
    format!("{} {}{hints}\n", paint(BAD, "error:"), escaped_line(&error.with_causes()))
}

/// A file cannot be written.
pub fn cannot_write(path: &Path, error: io::Error) -> Error {
    let hint = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "is the folder there?",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "may the file, and the folder around it, be written?"
        }
        ErrorKind::AlreadyExists => "nothing that is there is overwritten: move it away, or write into another folder",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "is there room on the disk, and within quota and `ulimit -f`?"
        }
        _ => "what the system says is above: is it a limit of this shell (`ulimit -a`), or of the disk?",
    };
    Error::failed(format!("cannot write {}", path.display())).because(error).hint(hint)
}
