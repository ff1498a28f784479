//! Whether two paths lead to one file: through links, hard links and other spellings.

use std::fs;
use std::path::{Path, PathBuf};

/// What makes a file the one it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileId {
    /// Device and number, where the system has them.
    Number(u64, u64),
    /// The path without links.
    Path(PathBuf),
}

impl FileId {
    /// The file that is there; nothing if none is.
    pub fn of(path: &Path) -> Option<FileId> {
        let data = fs::metadata(path).ok()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Some(FileId::Number(data.dev(), data.ino()))
        }
        #[cfg(not(unix))]
        {
            let _ = data;
            fs::canonicalize(path).ok().map(FileId::Path)
        }
    }

    /// The file that is there, or the one that would be made.
    pub fn of_any(path: &Path) -> FileId {
        FileId::of(path).unwrap_or_else(|| FileId::Path(resolved(path)))
    }
}

/// A path without links, as far as it leads to something that is there. A link to nothing is replaced, not followed.
pub fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        folder.join(path.file_name().unwrap_or_default())
    })
}
