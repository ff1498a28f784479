//! A page of documentation, and its fenced blocks.

use std::fs;
use std::path::Path;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

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

/// Every page that somebody reads.
pub fn all() -> Vec<String> {
    let others = ["README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md"];
    in_docs().into_iter().chain(others.map(str::to_owned)).collect()
}

/// The headings of a text as they are linked to, such as `exit-codes-in-full`.
pub fn headings(text: &str) -> Vec<String> {
    let titles = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |title: &str| -> String {
        let kept =
            title.to_lowercase().chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c)).collect::<String>();
        kept.replace(' ', "-")
    };
    titles.map(anchor).collect()
}

/// The fenced blocks of a page, in their order.
pub fn blocks(page: &str) -> Vec<Block> {
    let (arena, text) = (Arena::new(), read(page));
    let block = |node: &AstNode<'_>| {
        let data = node.data.borrow();
        let NodeValue::CodeBlock(block) = &data.value else { return None };
        assert!(block.fenced && block.closed, "{page}:{}: a block without fences", data.sourcepos.start.line);
        let line = data.sourcepos.start.line + 1;
        Some(Block { language: block.info.clone(), line, text: block.literal.clone() })
    };
    parse_document(&arena, &text, &Options::default()).descendants().filter_map(block).collect()
}
