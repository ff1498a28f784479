//! What to write instead of a key that is not known where it stands.

use super::text_forms::has_form;
use crate::model::diagnostic::brief;
use crate::model::node::{Entry, Node};
use crate::model::schema::BlockSchema;

/// For a key that is not known where it stands: where it belongs, if it is known by exactly this name elsewhere below
/// `root`, or is a wrapper around keys that belong here. `path` leads from the root to the block it stands in.
pub(super) fn of_key(entry: &Entry, block: &BlockSchema, root: &BlockSchema, path: &[&str]) -> Option<String> {
    let snake = snake_case(&entry.key);
    if block.fields.contains_key(&snake) {
        return Some(format!("write `{snake}`"));
    }
    if let Some(meant) = entry.node.text().and_then(|text| begun(&snake, block, text)) {
        return Some(format!("did you mean `{meant}`?"));
    }
    let wraps = |node: &Node| node.entries().iter().any(|inner| block.fields.contains_key(&inner.key));
    if wraps(&entry.node) || entry.node.entries().iter().any(|inner| wraps(&inner.node)) {
        return Some(format!("write here what stands below `{}`, without it", brief(&entry.key)));
    }
    let found = root.paths_to(&snake);
    if let [only] = &found[..]
        && let Some([beside, ..]) = path.strip_prefix(&only[..])
    {
        return Some(format!("move it out of `{beside}`, to stand beside it"));
    }
    let below = |found: &Vec<&str>| {
        format!("`{}`", found.strip_prefix(path).filter(|rest| !rest.is_empty()).unwrap_or(found).join(": "))
    };
    let is_telling = (1..=3).contains(&found.len());
    is_telling.then(|| format!("put it under {}", found.iter().map(below).collect::<Vec<_>>().join(" or ")))
}

/// The field that a key is the beginning of, by the form of what stands there: of a role's name and its ARN, the one
/// that was written.
fn begun(key: &str, block: &BlockSchema, text: &str) -> Option<&'static str> {
    let longer =
        block.fields.iter().filter(|(name, _)| name.strip_prefix(key).is_some_and(|rest| rest.starts_with('_')));
    longer.filter(|(_, field)| has_form(field.field_type, text)).map(|(name, _)| name).next()
}

/// `awsRegions`, `AWSRegions` and `aws-regions` as `aws_regions`.
fn snake_case(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let mut snake = String::with_capacity(word.len() + 4);
    for (at, c) in chars.iter().enumerate() {
        let starts_a_word = c.is_uppercase()
            && at > 0
            && (chars[at - 1].is_lowercase() || chars.get(at + 1).is_some_and(|next| next.is_lowercase()));
        if starts_a_word && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(if *c == '-' { '_' } else { *c }.to_lowercase());
    }
    snake
}
