//! Two texts, compared line by line.

use std::convert::Infallible;
use std::fmt::Write;

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;
use similar::{Change, ChangeTag, DiffOp, group_diff_ops};

/// Lines around a change that a unified diff shows.
const CONTEXT: usize = 3;

/// The lines that one of the two texts alone has, without their ends, in the order of a diff.
pub fn changed_lines<'a>(old: &'a str, new: &'a str) -> Vec<(ChangeTag, &'a str)> {
    // The last line is no other for its lack of an end.
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let changed = changes(&ops(&old, &new), &old, &new).into_iter().filter(|line| line.tag() != ChangeTag::Equal);
    changed.map(|line| (line.tag(), line.value().trim_end())).collect()
}

/// A unified diff of two texts with these names; nothing where they are the same.
pub fn unified(old: (&str, &str), new: (&str, &str)) -> String {
    let ((old_name, old), (new_name, new)) = ((old.0, lines(old.1)), (new.0, lines(new.1)));
    let mut diff = String::new();
    for hunk in group_diff_ops(ops(&old, &new), CONTEXT) {
        if diff.is_empty() {
            let _ = writeln!(diff, "--- {old_name}\n+++ {new_name}");
        }
        let _ = writeln!(diff, "{}", UnifiedHunkHeader::new(&hunk));
        for line in changes(&hunk, &old, &new) {
            let end = if line.value().ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
            let _ = write!(diff, "{}{}{end}", line.tag(), line.value());
        }
    }
    diff
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn ops(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut compared = Compact::new(Replace::new(Capture::new()), old, new);
    let done: Result<(), Infallible> = myers::diff(&mut compared, old, 0..old.len(), new, 0..new.len());
    match done {
        Ok(()) => compared.into_inner().into_inner().into_ops(),
        Err(never) => match never {},
    }
}

fn changes<'a>(ops: &[DiffOp], old: &[&'a str], new: &[&'a str]) -> Vec<Change<&'a str>> {
    ops.iter().flat_map(|op| op.iter_changes(old, new)).collect()
}
