//! That an edit changed what a field says, and no other byte.

use heeler::model::Node;
use heeler::model::schema::additions::field_of;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Panics unless everything but these fields of the first entry stands in both texts, written alike and in one order,
/// and unless only lines of those fields were taken out.
#[track_caller]
pub fn only_these_changed(before: &str, after: &str, fields: &[Vec<String>]) {
    let shown = || format!("{before}\n-----\n{after}");
    assert_eq!(pieces(before, fields), pieces(after, fields), "{}", shown());
    let (old, new) = (comments(before, fields), comments(after, fields));
    let mut left = old.iter().map(|(comment, _)| *comment);
    for (comment, _) in &new {
        assert!(left.any(|known| known == *comment), "{comment} is new, or stands elsewhere: {}", shown());
    }
    for (comment, _) in old.iter().filter(|(_, is_within)| !is_within) {
        assert!(new.iter().any(|(kept, _)| kept == comment), "{comment} has gone: {}", shown());
    }
    assert_eq!(before.contains('\r'), after.contains('\r'), "{}", shown());
    assert_eq!(before.ends_with('\n'), after.ends_with('\n'), "the end of the file: {}", shown());
    if before.contains('\r') {
        assert_eq!(after.matches('\n').count(), after.matches("\r\n").count(), "mixed line ends: {}", shown());
    }
    let allowed = lines_of(before, fields);
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if let DiffOp::Delete { old_index, old_len, .. } | DiffOp::Replace { old_index, old_len, .. } = op {
            for (line, went) in old.iter().enumerate().skip(old_index).take(old_len) {
                assert!(allowed.contains(&line), "line {} went: {went}\n{}", line + 1, shown());
            }
        }
    }
}

/// Keys, single values and comments as they are written, in the order of the text, without what belongs to the fields.
fn pieces(text: &str, fields: &[Vec<String>]) -> Vec<String> {
    let root = root(text);
    let mut found = Vec::new();
    for entry in root.entries() {
        if &*entry.key != "accounts" {
            found.push(text[entry.key_place.range()].to_owned());
            gather(text, &entry.node, &[], None, &mut found);
            continue;
        }
        for (at, account) in entry.node.items().iter().enumerate() {
            gather(text, account, &[], (at == 0).then_some(fields), &mut found);
        }
    }
    found
}

/// Comments in the order of the text, each with whether it stands beside or within one of the fields.
fn comments<'t>(text: &'t str, fields: &[Vec<String>]) -> Vec<(&'t str, bool)> {
    let within = ranges(text, fields);
    let comment = |at: usize| text[at..].split(['\r', '\n']).next().unwrap_or_default();
    let places = text.match_indices("# c").map(|(at, _)| at);
    places.map(|at| (comment(at), within.iter().any(|range| range.contains(&at)))).collect()
}

fn gather(text: &str, node: &Node, path: &[String], fields: Option<&[Vec<String>]>, found: &mut Vec<String>) {
    let place = node.place();
    if place != place.as_written() {
        return found
            .push(text[place.used_start()..].split([' ', '\r', '\n', ',']).next().unwrap_or_default().to_owned());
    }
    if node.text().is_some() {
        found.push(text[place.range()].trim_end().to_owned());
    }
    node.items().iter().for_each(|item| gather(text, item, path, None, found));
    for entry in node.entries() {
        let path = [path, &[field_of(&entry.key).to_owned()]].concat();
        let own = fields.into_iter().flatten().any(|field| path.starts_with(field));
        let on_the_way = fields.into_iter().flatten().any(|field| field.starts_with(&path));
        if own {
            continue;
        }
        if !on_the_way {
            found.push(text[entry.key_place.range()].to_owned());
        }
        gather(text, &entry.node, &path, fields, found);
    }
}

/// The bytes of whole lines in which the fields stand.
fn ranges(text: &str, fields: &[Vec<String>]) -> Vec<std::ops::Range<usize>> {
    let lines = lines_of_fields(text, fields);
    let mut at = 0;
    let mut found = Vec::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        // In an entry on one line the comment is not the field's.
        if lines.contains(&number) && !line.contains("- {") && !line.contains(": {") {
            found.push(at..at + line.len());
        }
        at += line.len();
    }
    found
}

fn lines_of_fields(text: &str, fields: &[Vec<String>]) -> Vec<usize> {
    let mut lines = Vec::new();
    for field in fields {
        if let (Some(range), _) = place_of(text, field) {
            lines.extend(lines_in(text, range));
        }
    }
    lines
}

/// The lines that may go: those of the fields, and those of the keys above them, where brackets are filled or emptied.
fn lines_of(text: &str, fields: &[Vec<String>]) -> Vec<usize> {
    let mut lines = lines_of_fields(text, fields);
    for field in fields {
        for key in place_of(text, field).1 {
            lines.extend(lines_in(text, key));
        }
    }
    lines
}

/// Where a field of the first entry stands, and the keys above it.
fn place_of(text: &str, field: &[String]) -> (Option<std::ops::Range<usize>>, Vec<std::ops::Range<usize>>) {
    let root = root(text);
    let mut node = root.get("accounts").expect("accounts").items()[0].clone();
    // A new key of an entry in braces stands on its line.
    let place = node.place().range();
    let mut above: Vec<_> = text[place.clone()].starts_with('{').then_some(place).into_iter().collect();
    for (at, name) in field.iter().enumerate() {
        let known = node.entries().iter().find(|entry| field_of(&entry.key) == name).cloned();
        let Some(entry) = known else { return (None, above) };
        if at + 1 == field.len() {
            let end = entry.node.place().range().end;
            return (Some(entry.key_place.range().start..end), above);
        }
        above.push(entry.key_place.range());
        node = entry.node;
    }
    (None, above)
}

fn lines_in(text: &str, range: std::ops::Range<usize>) -> std::ops::RangeInclusive<usize> {
    let line = |at: usize| text[..at].matches('\n').count();
    let end = range.start + text[range.clone()].trim_end().len();
    line(range.start)..=line(end)
}

fn root(text: &str) -> Node {
    Node::parse(text, 0).0.unwrap_or_else(|| panic!("no YAML:\n{text}"))
}
