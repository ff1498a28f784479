//! YAML as a person would write it: blocks, short things on one line, quotes where some reader would take a word for
//! something else.
//!
//! What needs quotes is decided by serde-saphyr, which knows the traps of YAML 1.1 too. Only the layout is decided
//! here.

use serde_json::Value;
use serde_saphyr::{DoubleQuoted, FlowSeq};

use super::escape_untrusted::{escaped, escaped_line, marked};
use crate::model::yaml::{Line, Yaml};

/// Longer lines are broken up, where they can be.
const WIDTH: usize = 120;
/// The same for a row of a list: an account with four variables and two profiles fits.
const ROW_WIDTH: usize = 200;
/// Maps with more keys in them, counted at all depths, are not written on one line, unless they are rows.
const FEW: usize = 3;

/// A whole document.
pub fn document(lines: &[Line]) -> String {
    let mut out = String::new();
    map(lines, 0, &mut out);
    out
}

/// A comment on lines of its own.
pub fn comment(text: &str, indent: usize) -> String {
    text.lines().map(|line| format!("{:indent$}# {}\n", "", escaped_line(line))).collect()
}

fn map(lines: &[Line], indent: usize, out: &mut String) {
    for line in lines {
        before(line, indent, out);
        out.push_str(&" ".repeat(indent));
        entry(line, indent, out);
    }
}

/// What stands above a key.
fn before(line: &Line, indent: usize, out: &mut String) {
    if line.blank_line_above && !out.is_empty() && !out.ends_with(":\n") {
        out.push('\n');
    }
    line.above.iter().for_each(|text| out.push_str(&comment(text, indent)));
}

/// A key and its value, from the key on.
fn entry(line: &Line, indent: usize, out: &mut String) {
    let Line { key, value, above: _, beside, blank_line_above: _ } = line;
    out.push_str(&text(key));
    out.push(':');
    let start = out.rfind('\n').map_or(0, |at| at + 1);
    let width = out[start..].chars().count();
    let fits = |flow: &String| indent > 0 && width + 1 + flow.chars().count() <= WIDTH;
    match inline(value).filter(|flow| matches!(value, Yaml::Scalar(_)) || value.is_empty() || fits(flow)) {
        Some(flow) => {
            out.push(' ');
            out.push_str(&flow);
            beside.iter().for_each(|said| out.push_str(&format!("   # {}", escaped_line(said))));
            out.push('\n');
        }
        None => {
            beside.iter().for_each(|said| out.push_str(&format!("   # {}", escaped_line(said))));
            out.push('\n');
            match value {
                Yaml::Map(lines) | Yaml::Row(lines) => map(lines, indent + 2, out),
                Yaml::List(items) => list(items, indent + 2, out),
                Yaml::Scalar(_) => {}
            }
        }
    }
}

/// Between rows that stand on one line each there is no blank line.
fn list(items: &[Yaml], indent: usize, out: &mut String) {
    let mut is_below_block = false;
    for value in items {
        let width = if matches!(value, Yaml::Row(_)) { ROW_WIDTH } else { WIDTH };
        let fits = |flow: &String| matches!(value, Yaml::Scalar(_)) || indent + 2 + flow.chars().count() <= width;
        let flow = inline(value).filter(fits);
        match (flow, value) {
            (None, Yaml::Map(lines) | Yaml::Row(lines)) if !lines.is_empty() => {
                before(&lines[0], indent, out);
                out.push_str(&format!("{:indent$}- ", ""));
                entry(&lines[0], indent + 2, out);
                map(&lines[1..], indent + 2, out);
                is_below_block = true;
            }
            (flow, _) => {
                if is_below_block && matches!(value, Yaml::Row(_)) {
                    out.push('\n');
                }
                out.push_str(&format!("{:indent$}- {}\n", "", flow.unwrap_or_else(|| one_line(value))));
                is_below_block = false;
            }
        }
    }
}

/// The value on one line, if it is small and nothing is said about any part of it.
fn inline(value: &Yaml) -> Option<String> {
    let small = match value {
        Yaml::Scalar(_) => true,
        Yaml::List(items) => items.iter().all(|item| matches!(item, Yaml::Scalar(_))),
        Yaml::Map(_) => keys(value)? <= FEW,
        Yaml::Row(lines) => {
            let plain = |line: &Line| line.above.is_empty() && line.beside.is_none() && inline(&line.value).is_some();
            lines.iter().all(plain)
        }
    };
    small.then(|| one_line(value))
}

/// How many keys a value has at all depths; nothing if it cannot stand on one line.
fn keys(value: &Yaml) -> Option<usize> {
    match value {
        Yaml::Scalar(_) => Some(0),
        Yaml::List(items) => items.iter().all(|item| matches!(item, Yaml::Scalar(_))).then_some(0),
        Yaml::Map(lines) | Yaml::Row(lines) => {
            let plain = |line: &Line| line.above.is_empty() && line.beside.is_none() && !line.blank_line_above;
            lines.iter().map(|line| Some(1 + keys(&line.value).filter(|_| plain(line))?)).sum()
        }
    }
}

/// The value on one line, comments left out.
pub fn one_line(value: &Yaml) -> String {
    match value {
        Yaml::Scalar(Value::String(word)) => text(word),
        Yaml::Scalar(other) => other.to_string(),
        Yaml::List(items) => format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Yaml::Map(lines) | Yaml::Row(lines) if lines.is_empty() => "{}".to_owned(),
        Yaml::Map(lines) | Yaml::Row(lines) => {
            format!(
                "{{ {} }}",
                lines
                    .iter()
                    .map(|line| format!("{}: {}", text(&line.key), one_line(&line.value)))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
    }
}

/// A string so that every reader of YAML reads a string, and that string, wherever it stands.
pub fn text(word: &str) -> String {
    // Both are legal within a word; there are readers that trip over them on one line.
    let suspicious = word.contains([':', '?']) || marked(word).any(|(_, _, harmful)| harmful);
    let plain = serde_saphyr::to_string(&FlowSeq([word]))
        .ok()
        .and_then(|list| Some(list.trim_end().strip_prefix('[')?.strip_suffix(']')?.to_owned()));
    if let (false, Some(plain)) = (suspicious, plain)
        && plain == word
    {
        return plain;
    }
    let quoted = serde_saphyr::to_string(&FlowSeq([DoubleQuoted(word)])).unwrap_or_default();
    let quoted = quoted.trim_end().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
    // What a terminal or a runner acts on, or what nobody sees, is spelled out; within quotes that is the same string.
    escaped(quoted)
}
