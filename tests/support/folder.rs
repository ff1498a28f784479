//! Where the files of a test stand that runs commands in its own process: by the thousand, so not on a disk.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

thread_local! {
    static FOLDER: OnceCell<PathBuf> = const { OnceCell::new() };
}

/// A folder of this thread's own, in memory where the system has such a place: files are flushed to disk as a matter of
/// course.
pub fn path(name: &str) -> PathBuf {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| {
            let memory = Path::new("/dev/shm");
            let above = if memory.is_dir() { memory.to_owned() } else { PathBuf::from(env!("CARGO_TARGET_TMPDIR")) };
            let thread =
                format!("{:?}", std::thread::current().id()).chars().filter(char::is_ascii_digit).collect::<String>();
            above.join(format!("heeler-tests-{}-{thread}", std::process::id()))
        });
        fs::create_dir_all(folder).expect("a folder");
        folder.join(name)
    })
}

/// Writes a file there and says where it is.
pub fn write(name: &str, text: &str) -> String {
    let path = path(name);
    fs::write(&path, text).expect("written");
    path.to_str().expect("UTF-8").to_owned()
}

/// Takes the folder away.
pub fn clear() {
    let _ = fs::remove_dir_all(path(""));
}
