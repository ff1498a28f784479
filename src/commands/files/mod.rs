//! Files as this program writes and recognizes them: whole or not at all, its own and nobody else's. What stands in them is
//! for others to say.

pub mod atomic_files;
pub mod deletion_journal;
pub mod own_reports;
pub mod same_file;
pub mod staging;
