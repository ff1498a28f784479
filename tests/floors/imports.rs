//! Reads which modules the files of `src` name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file of `src`, with its module path from the crate's root.
pub fn all_modules() -> BTreeMap<PathBuf, Vec<String>> {
    let mut files = BTreeMap::new();
    modules(&src(), &[], &mut files);
    files
}

fn modules(folder: &Path, above: &[String], found: &mut BTreeMap<PathBuf, Vec<String>>) {
    for entry in fs::read_dir(folder).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let mut module = above.to_vec();
        if path.is_dir() {
            module.push(name);
            modules(&path, &module, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            if name != "mod" {
                module.push(name);
            }
            found.insert(path, module);
        }
    }
}

/// A file's text without its comments, and without the tests at its end.
pub fn code(text: &str) -> String {
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    product.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The module paths that a file's text names, as absolute paths from the crate's root.
pub fn imports(text: &str, module: &[String]) -> Vec<Vec<String>> {
    let code = code(text);
    let mut found = Vec::new();
    for start in ["crate::", "heeler::", "super::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut rest = &code[at..];
            let mut base = if start == "super::" { module.to_vec() } else { Vec::new() };
            while let Some(up) = rest.strip_prefix("super::") {
                base.pop();
                rest = up;
            }
            rest = rest.trim_start_matches("crate::").trim_start_matches("heeler::");
            found.extend(paths(rest).into_iter().map(|path| [base.clone(), path].concat()));
        }
    }
    found
}

/// `a::b::C` is one path; `a::{b::C, d}` is two, `a::b::C` and `a::d`.
pub fn paths(rest: &str) -> Vec<Vec<String>> {
    let head = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
    let steps: Vec<String> =
        rest[..head].split("::").filter(|step| !step.is_empty() && *step != "self").map(str::to_owned).collect();
    match rest[head..].strip_prefix('{').filter(|_| head == 0 || rest[..head].ends_with("::")) {
        Some(list) => parts(list).flat_map(paths).map(|path| [steps.clone(), path].concat()).collect(),
        None => vec![steps],
    }
}

/// What stands between commas up to the brace that closes.
pub fn parts(list: &str) -> impl Iterator<Item = &str> {
    let mut open = 1usize;
    let end = list.find(|c: char| {
        open = if c == '{' { open + 1 } else { open.saturating_sub(usize::from(c == '}')) };
        open == 0
    });
    let mut level = 0usize;
    let parts = list[..end.unwrap_or(list.len())].split(move |c: char| {
        level = if c == '{' { level + 1 } else { level.saturating_sub(usize::from(c == '}')) };
        c == ',' && level == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}
