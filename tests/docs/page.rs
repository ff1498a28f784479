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
    let mut inside: Option<(Block, &str)> = None;
    for (index, line) in read(page).lines().enumerate() {
        let text = line.trim_start();
        match (&mut inside, text.strip_prefix("```")) {
            (None, Some(language)) => {
                let block = Block { language: language.to_owned(), line: index + 2, text: String::new() };
                // What belongs to an item of a list is indented.
                inside = Some((block, if line == text { "" } else { "   " }));
            }
            (Some(_), Some("")) => blocks.extend(inside.take().map(|(block, _)| block)),
            (Some((block, indent)), _) => {
                block.text.push_str(line.strip_prefix(*indent).unwrap_or(line));
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(inside.is_none(), "{page}: a block without an end");
    blocks
}
