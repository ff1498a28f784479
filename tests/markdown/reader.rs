//! A comment read back: its structure, its words, and the accounts it names.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

use crate::fleet::BASE;

/// What GitHub understands, and some of what others do.
fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    (extension.table, extension.autolink, extension.strikethrough, extension.tasklist) = (true, true, true, true);
    (extension.footnotes, extension.alerts, extension.math_dollars, extension.math_code) = (true, true, true, true);
    options
}

/// Everything a comment is made of except words and links to the repository: blocks and marks, in order and nested.
pub fn skeleton(comment: &str) -> String {
    let arena = Arena::new();
    let mut out = String::new();
    bones(parse_document(&arena, comment, &options()), 0, &mut out);
    out
}

fn bones<'a>(node: &'a AstNode<'a>, depth: usize, out: &mut String) {
    let known = format!("{BASE}/");
    let name = match &node.data.borrow().value {
        NodeValue::Text(_) | NodeValue::Code(_) | NodeValue::SoftBreak => return,
        NodeValue::Link(link) if link.url.starts_with(&known) => return,
        NodeValue::Link(link) => format!("FOREIGN Link {}", link.url),
        NodeValue::CodeBlock(block) if block.literal.contains(&"`".repeat(block.fence_length)) => {
            "ODD fence, no longer than what it holds".to_owned()
        }
        NodeValue::CodeBlock(block) => format!("CodeBlock {}", block.info),
        NodeValue::Table(table) => format!("Table of {} columns, {} rows", table.num_columns, table.num_rows),
        NodeValue::Heading(heading) => format!("Heading {}", heading.level),
        NodeValue::HtmlBlock(html) => format!("HtmlBlock {}", html.literal.trim()),
        NodeValue::HtmlInline(html) => format!("HtmlInline {html}"),
        NodeValue::Document
        | NodeValue::Paragraph
        | NodeValue::TableRow(_)
        | NodeValue::TableCell
        | NodeValue::Strong
        | NodeValue::LineBreak
        | NodeValue::BlockQuote
        | NodeValue::List(_)
        | NodeValue::Item(_) => format!("{:?}", node.data.borrow().value).split(['(', ' ']).next().unwrap().to_owned(),
        NodeValue::Alert(alert) if alert.title.is_none() => format!("Alert {:?}", alert.alert_type),
        odd => format!("ODD {odd:?}"),
    };
    out.push_str(&format!("{}{name}\n", "  ".repeat(depth)));
    node.children().for_each(|child| bones(child, depth + 1, out));
}

/// The words outside code, each run of text as GitHub's filters would see it.
pub fn words(comment: &str) -> Vec<String> {
    let arena = Arena::new();
    let mut found = vec![String::new()];
    for node in parse_document(&arena, comment, &options()).descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(text) => found.last_mut().unwrap().push_str(text),
            NodeValue::Strong => {}
            _ => found.push(String::new()),
        }
    }
    found.retain(|text| !text.is_empty());
    found
}

/// What a comment holds that GitHub would act upon, wherever it came from.
pub fn acted_upon(comment: &str) -> Vec<String> {
    let next = |text: &str, sign: char, wanted: fn(char) -> bool| {
        text.split(sign).skip(1).any(|rest| rest.starts_with(wanted))
    };
    let hash = |text: &str| {
        let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
        runs.into_iter().any(|run| (7..=40).contains(&run.len()) && run.chars().all(|c| c.is_ascii_hexdigit()))
    };
    let emoji = |text: &str| {
        let parts: Vec<&str> = text.split(':').collect();
        let word =
            |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c));
        parts.len() > 2 && parts[1..parts.len() - 1].iter().any(word)
    };
    let acts = |text: &String| {
        let folded = text.to_lowercase();
        let number = folded.split("gh-").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        next(text, '@', char::is_alphanumeric)
            || next(text, '#', char::is_alphanumeric)
            || ["://", "www.", "$"].iter().any(|mark| folded.contains(mark))
            || number
            || hash(&folded)
            || emoji(text)
    };
    words(comment).into_iter().filter(acts).collect()
}

/// Every code span.
pub fn codes(comment: &str) -> Vec<String> {
    let arena = Arena::new();
    let nodes = parse_document(&arena, comment, &options()).descendants();
    nodes
        .filter_map(|node| {
            if let NodeValue::Code(code) = &node.data.borrow().value { Some(code.literal.clone()) } else { None }
        })
        .collect()
}

/// The accounts that a comment names as deleted, or as losing something; in its table, or in its lists under such a
/// title.
pub fn named(comment: &str, word: &str, title: &str) -> Vec<String> {
    let arena = Arena::new();
    let (mut ids, mut last) = (Vec::new(), String::new());
    for node in parse_document(&arena, comment, &options()).children() {
        match &node.data.borrow().value {
            NodeValue::Paragraph => last = text(node),
            NodeValue::CodeBlock(block) if block.info == "text" && last.starts_with(title) => {
                ids.extend(listed(&block.literal))
            }
            NodeValue::Table(_) => {
                let rows = node.children().filter(|row| row.first_child().is_some_and(|cell| text(cell) == word));
                ids.extend(rows.flat_map(|row| account_ids(&text(row.children().nth(1).unwrap()))));
            }
            _ => {}
        }
    }
    ids
}

fn text<'a>(node: &'a AstNode<'a>) -> String {
    let words = node.descendants().map(|node| match &node.data.borrow().value {
        NodeValue::Text(text) => text.to_string(),
        NodeValue::Code(code) => code.literal.clone(),
        _ => String::new(),
    });
    words.collect()
}

/// Runs of twelve digits.
fn account_ids(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 12).map(str::to_owned).collect()
}

/// The accounts of a list: one on each line, or in groups and runs as the comment explains them.
pub fn listed(block: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut around = None;
    for line in block.lines() {
        if let Some(title) = line.strip_prefix("= ") {
            let pattern = title.split(' ').find(|word| word.contains('#')).unwrap_or("#");
            around = Some(pattern.trim_end_matches(',').to_owned());
        } else if let Some(identity) = line.strip_prefix("* ") {
            ids.push(identity.to_owned());
        } else if let Some(around) = &around {
            let (start, rest) = line.split_once(": ").unwrap_or(("", line));
            for word in rest.split(' ') {
                let (first, last) = word.split_once('-').unwrap_or((word, word));
                let number = |tail: &str| format!("{start}{tail}").parse::<u64>().unwrap();
                ids.extend((number(first)..=number(last)).map(|id| around.replace('#', &format!("{id:012}"))));
            }
        } else {
            ids.extend(account_ids(line).into_iter().next());
        }
    }
    ids
}
