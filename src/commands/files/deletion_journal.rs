//! Deleted accounts as they were, on disk before they are deleted: in a new file of one run alone.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::commands::files::same_file::FileId;
use crate::commands::files::staging::flush;

/// What stands before the first record, between two, and after the last: the file is one JSON list.
const BEFORE: &str = "[\n";
const BETWEEN: &str = ",\n";
const AFTER: &str = "\n]\n";

/// More runs of one plan in one folder than anybody starts.
const MAX_FILES: usize = 1_000;

/// The records of one run.
#[derive(Debug)]
pub struct DeletedFile {
    /// The file's name, without its ending.
    name: String,
    records: Vec<Box<RawValue>>,
    file: Option<Made>,
}

/// A file that this run has made, and nobody else writes into.
#[derive(Debug)]
struct Made {
    path: PathBuf,
    id: Option<FileId>,
    file: File,
    /// Where its last record ends.
    end: u64,
}

impl DeletedFile {
    /// The file of a run of the plan with this digest. It is made with its first record.
    pub fn new(digest: &str) -> Self {
        let short: String = digest.chars().skip_while(|c| *c != ':').skip(1).take(12).collect();
        DeletedFile { name: format!("heeler-deleted-{short}"), records: Vec::new(), file: None }
    }

    /// Puts one more record on disk, flushed. Where somebody has taken the file away or put another in its place, all
    /// of them go into another new one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&mut self, record: &impl Serialize) -> io::Result<()> {
        let record = to_raw_value(record)?;
        if let Some(made) = self.file.as_mut().filter(|made| made.is_in_place()) {
            made.add(BETWEEN, [&record])?;
        } else {
            let mut made = Made::new(&self.name)?;
            made.add(BEFORE, self.records.iter().chain([&record]))
                .inspect_err(|_| drop(fs::remove_file(&made.path)))?;
            self.file = Some(made);
        }
        self.records.push(record);
        Ok(())
    }

    /// Where the records are, if there are any.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|made| made.path.as_path())
    }
}

impl Made {
    /// A file that was not there: neither a link nor a pipe that somebody laid there is followed or filled.
    fn new(name: &str) -> io::Result<Self> {
        for number in 1..=MAX_FILES {
            let path =
                PathBuf::from(if number == 1 { format!("{name}.json") } else { format!("{name}-{number}.json") });
            match File::create_new(&path) {
                Ok(file) => return Ok(Made { id: FileId::of(&path), path, file, end: 0 }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
            }
        }
        Err(io::Error::other(format!("{name}.json and {MAX_FILES} like it are there already")))
    }

    fn is_in_place(&self) -> bool {
        FileId::of(&self.path) == self.id
    }

    /// Writes over nothing but the end of the list; a record that does not fit is taken out again.
    fn add<'a>(&mut self, before: &str, records: impl IntoIterator<Item = &'a Box<RawValue>>) -> io::Result<()> {
        let records: Vec<&str> = records.into_iter().map(|record| record.get()).collect();
        let added = format!("{before}{}", records.join(BETWEEN));
        let written = self
            .file
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| self.file.write_all(format!("{added}{AFTER}").as_bytes()));
        if let Err(error) = written.and_then(|()| self.file.sync_all()).and_then(|()| flush(Path::new("."))) {
            let closed = self
                .file
                .set_len(self.end)
                .and_then(|()| self.file.seek(SeekFrom::Start(self.end)))
                .and_then(|_| self.file.write_all(AFTER.as_bytes()));
            // What is in the way of the record may be in the way of closing the list; the error is said either way.
            drop(closed);
            return Err(io::Error::new(error.kind(), format!("{}: {error}", self.path.display())));
        }
        self.end += added.len() as u64;
        Ok(())
    }
}
