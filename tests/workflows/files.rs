//! What the runner makes of a step's files: its outputs, its summary, and what an upload holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// More than this of a step's summary is lost as a whole; in bytes.
pub const MAX_SUMMARY_BYTES: usize = 1024 * 1024;

/// The outputs of a step: `name=value`, or `name<<END`, lines, `END`.
///
/// # Errors
/// The text is neither, as the runner says it.
pub fn outputs(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    let ends = text.is_empty() || text.ends_with('\n');
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (equals, heredoc) = (line.find('='), line.find("<<"));
        if line.is_empty() {
            continue;
        }
        match (equals, heredoc) {
            (Some(at), None) => _ = found.insert(line[..at].to_owned(), line[at + 1..].to_owned()),
            (Some(at), Some(other)) if at < other => _ = found.insert(line[..at].to_owned(), line[at + 1..].to_owned()),
            (_, Some(at)) => {
                let (name, end) = (&line[..at], &line[at + 2..]);
                let mut value = Vec::new();
                loop {
                    let line = lines.next().ok_or_else(|| format!("Matching delimiter not found '{end}'"))?;
                    if line == end {
                        if lines.clone().next().is_none() && !ends {
                            return Err(format!("Invalid value. EOF value must be followed by a newline: '{end}'"));
                        }
                        break;
                    }
                    value.push(line);
                }
                found.insert(name.to_owned(), value.join("\n"));
            }
            (None, None) => return Err(format!("Invalid format '{line}'")),
        }
    }
    Ok(found)
}

/// The files of an upload, and where each lies in the artifact: below the one folder that was named, else below the
/// deepest folder that holds them all. Hidden files are left out.
pub fn uploaded(workspace: &Path, paths: &str) -> Vec<(PathBuf, PathBuf)> {
    let named: Vec<PathBuf> = paths.lines().map(|path| workspace.join(path)).collect();
    let files: Vec<PathBuf> = named.iter().flat_map(|path| found(path)).collect();
    let root = match named.as_slice() {
        [one] if one.is_dir() => one.clone(),
        _ => common(&files),
    };
    files.into_iter().map(|file| (file.strip_prefix(&root).unwrap().to_path_buf(), file)).collect()
}

fn common(files: &[PathBuf]) -> PathBuf {
    let mut root = files.first().and_then(|file| file.parent()).map(Path::to_path_buf).unwrap_or_default();
    while !files.iter().all(|file| file.starts_with(&root)) {
        root.pop();
    }
    root
}

/// The files of a folder and below, or those of a pattern with one star in its last part.
fn found(path: &Path) -> Vec<PathBuf> {
    let pattern = path.file_name().unwrap().to_str().unwrap();
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let (folder, (begin, end)) = match pattern.split_once('*') {
        Some(parts) => (path.parent().unwrap(), parts),
        None => (path, ("", "")),
    };
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        !name.starts_with('.') && name.starts_with(begin) && name.ends_with(end)
    });
    paths.flat_map(|path| if path.is_dir() { found(&path) } else { vec![path] }).collect()
}

#[test]
fn outputs_are_read_as_the_runner_reads_them() {
    let read = outputs("a=1\nb<<END\nx=y\nz\nEND\nc=d<<e\n").unwrap();
    let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(read, [("a", "1"), ("b", "x=y\nz"), ("c", "d<<e")]);
    assert!(outputs("a=1\nb\n").unwrap_err().contains("Invalid format"));
    assert!(outputs("a<<END\nb\n").unwrap_err().contains("delimiter"));
    assert!(outputs("a<<END\nb\nEND").unwrap_err().contains("newline"));
}
