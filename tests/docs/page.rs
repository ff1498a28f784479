//! A page of documentation, and its fenced blocks.

use std::fs;
use std::path::Path;

use super::ROOT;

/// What stands between two fences.
pub struct Block {
    /// The word behind the first fence.
    pub language: String,
    /// The line of the page that the text begins at.
    pub line: usize,
    pub text: String,
}

pub fn read(page: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(page)).unwrap()
}

/// The pages in `docs/`, such as `docs/ci.md`.
pub fn in_docs() -> Vec<String> {
    let files = fs::read_dir(Path::new(ROOT).join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut pages: Vec<String> =
        files.map(|name| format!("docs/{}", name.to_str().unwrap())).filter(|page| page.ends_with(".md")).collect();
    pages.sort();
    pages
}

/// The blocks of a page, in their order.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut inside: Option<Block> = None;
    for (index, line) in read(page).lines().enumerate() {
        // What belongs to an item of a list is indented by three.
        let line = line.strip_prefix("   ").filter(|line| line.starts_with("```") || inside.is_some()).unwrap_or(line);
        match (&mut inside, line.strip_prefix("```")) {
            (None, Some(language)) => {
                inside = Some(Block { language: language.to_owned(), line: index + 2, text: String::new() });
            }
            (Some(_), Some("")) => blocks.extend(inside.take()),
            (Some(block), _) => block.text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    assert!(inside.is_none(), "{page}: a block without an end");
    blocks
}
