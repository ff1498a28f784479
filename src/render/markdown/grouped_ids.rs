//! Very many accounts in very little room: ids of twelve digits by shared beginnings, in runs; whatever else names an
//! account in full.
//!
//! ```text
//! = 4: datadog account
//! 210: 000000001-000000003 000000009
//! = 1: wavefront role arn:aws:iam::#:role/Wavefront
//! 210000000001
//! = 1: datadog account
//! * something else
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::escape::Verbatim;

/// Digits of an AWS account id.
const DIGITS: usize = 12;
/// Where lines are wrapped.
const WIDTH: usize = 118;
/// Neighbours from which a run is worth its hyphen.
const RUN: usize = 3;

/// The lines, each with the number of accounts it names. `grouped` shares beginnings; without it every id can be
/// searched for.
pub fn lines<'a>(accounts: impl IntoIterator<Item = (String, &'a str)>, grouped: bool) -> Vec<(Verbatim, usize)> {
    let mut titles: BTreeMap<String, (BTreeSet<&str>, Vec<&str>)> = BTreeMap::new();
    for (title, identity) in accounts {
        match pattern(identity) {
            Some((around, id)) => titles.entry(titled(&title, &around)).or_default().0.insert(id),
            None => {
                titles.entry(title).or_default().1.push(identity);
                true
            }
        };
    }
    titles
        .into_iter()
        .flat_map(|(title, (ids, others))| section(&title, &ids.into_iter().collect::<Vec<_>>(), &others, grouped))
        .collect()
}

fn section(title: &str, ids: &[&str], others: &[&str], grouped: bool) -> Vec<(Verbatim, usize)> {
    let mut lines = vec![(Verbatim::line(&format!("= {}: {title}", ids.len() + others.len())), 0)];
    let widths = if grouped { 0..DIGITS } else { 0..1 };
    let ways = widths.map(|width| wrapped(ids, width));
    let shortest =
        ways.min_by_key(|lines| lines.iter().map(|(line, _)| line.len() + 1).sum::<usize>()).unwrap_or_default();
    lines.extend(shortest.into_iter().map(|(line, weight)| (Verbatim::line(&line), weight)));
    lines.extend(others.iter().map(|identity| (Verbatim::line(&format!("* {identity}")), 1)));
    lines
}

fn titled(title: &str, around: &str) -> String {
    if around == "#" { title.to_owned() } else { format!("{title} {around}") }
}

/// What stands around the only account id in an identity, with `#` in its place, and the id.
fn pattern(identity: &str) -> Option<(String, &str)> {
    let mut runs = identity.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == DIGITS);
    let (id, None) = (runs.next()?, runs.next()) else { return None };
    (!identity.contains('#')).then(|| (identity.replacen(id, "#", 1), id))
}

/// Sorted ids in lines that share the first `width` digits.
fn wrapped(ids: &[&str], width: usize) -> Vec<(String, usize)> {
    let mut lines: Vec<(String, usize)> = Vec::new();
    let mut open = "";
    for run in runs(ids, width) {
        let (start, tail) = run[0].split_at(width);
        let last = &run[run.len() - 1][width..];
        let words: Vec<String> = if run.len() < RUN {
            run.iter().map(|id| id[width..].to_owned()).collect()
        } else {
            vec![format!("{tail}-{last}")]
        };
        for word in &words {
            let weight = if words.len() == 1 { run.len() } else { 1 };
            match lines.last_mut().filter(|(line, _)| open == start && line.len() + word.len() < WIDTH) {
                Some((line, named)) => {
                    line.push(' ');
                    line.push_str(word);
                    *named += weight;
                }
                None if width == 0 => lines.push((word.clone(), weight)),
                None => lines.push((format!("{start}: {word}"), weight)),
            }
            open = start;
        }
    }
    lines
}

/// Ids that follow each other and share their first digits.
fn runs<'a, 'b>(ids: &'b [&'a str], width: usize) -> impl Iterator<Item = &'b [&'a str]> {
    let number = |id: &str| id.parse::<u64>().unwrap_or_default();
    ids.chunk_by(move |one, next| number(one) + 1 == number(next) && one[..width] == next[..width])
}
