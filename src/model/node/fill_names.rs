//! `${name}` in texts, filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Entry, Node, NodeKind};
use crate::model::diagnostic::{Diagnostic, Diagnostics, did_you_mean};

impl Node {
    /// Fills in `${name}` from `names` in every string below; `$${` is a literal `${`. Unknown names are reported.
    pub fn filled(&self, names: &BTreeMap<&str, Option<&str>>, out: &mut Diagnostics) -> Node {
        if !self.mentions_names {
            return self.clone();
        }
        let kind = match &self.kind {
            // What is filled in is text, whatever it looks like.
            NodeKind::Scalar { text, plain: _ } => {
                NodeKind::Scalar { text: fill(text, self, names, out), plain: false }
            }
            NodeKind::List(items) => NodeKind::List(items.iter().map(|item| item.filled(names, out)).collect()),
            // A literal secret is refused as it stands.
            NodeKind::Map(entries) => {
                let mut of = |entry: &Entry| {
                    if is_literal_secret(entry) { entry.node.clone() } else { entry.node.filled(names, out) }
                };
                NodeKind::Map(entries.iter().map(|entry| Entry { node: of(entry), ..entry.clone() }).collect())
            }
        };
        Node::new(self.place, kind)
    }

    /// How many values [`filled`](Node::filled) copies where the longest name has so many bytes. Long text counts as
    /// several values.
    pub fn copied_by_filling(&self, longest: usize) -> usize {
        const A_VALUE: usize = 64;
        let below = match &self.kind {
            _ if !self.mentions_names => return 0,
            NodeKind::Scalar { text, .. } => {
                (text.len() + text.matches("${").count().saturating_mul(longest)) / A_VALUE
            }
            NodeKind::List(items) => items.iter().map(|item| 1 + item.copied_by_filling(longest)).sum(),
            NodeKind::Map(entries) => entries.iter().map(|entry| 1 + entry.node.copied_by_filling(longest)).sum(),
        };
        below + 1
    }
}

fn is_literal_secret(entry: &Entry) -> bool {
    entry.node.text().is_some() && entry.key.contains("secret")
}

/// The text with every name filled in; as it was, if one cannot be.
fn fill(text: &str, node: &Node, names: &BTreeMap<&str, Option<&str>>, out: &mut Diagnostics) -> Arc<str> {
    let before = out.len();
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            filled.push_str(&rest[..at - 1]);
            filled.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        filled.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}') else {
            out.push(
                Diagnostic::error(node.place(), "`${` is not closed")
                    .label("no `}` follows")
                    .help("write `${name}`, or `$${` for a literal `${`"),
            );
            return text.into();
        };
        let name = &rest[at + 2..at + end];
        match names.get(name) {
            Some(Some(value)) => filled.push_str(value),
            Some(None) => out.push(
                Diagnostic::error(node.place(), format!("`${{{name}}}` has no value here"))
                    .label(format!("no `{name}` is there to be filled in"))
                    .help(format!("give the account a `{name}:`, or write the text without `${{{name}}}`")),
            ),
            None => out.push(unknown_name(node, name, names)),
        }
        rest = &rest[at + end + 1..];
    }
    filled.push_str(rest);
    if out.len() > before { text.into() } else { filled.as_str().into() }
}

fn unknown_name(node: &Node, name: &str, names: &BTreeMap<&str, Option<&str>>) -> Diagnostic {
    let known = names.keys().map(|name| format!("`${{{name}}}`")).collect::<Vec<_>>().join(", ");
    let guess = did_you_mean(name, names.keys().copied())
        .map_or(String::new(), |guess| format!("{} ", guess.replacen('`', "`${", 1).replacen("`?", "}`?", 1)));
    // What stands between the braces may be part of a secret, unless it looks like a name.
    let is_name = name.len() < 40 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
    let shown = if is_name { format!("`${{{name}}}`") } else { "in `${...}`".to_owned() };
    Diagnostic::error(node.place(), format!("unknown name {shown}"))
        .label("no such name")
        .help(format!("{guess}known are {known}; write `$${{` for a literal `${{`"))
}
