//! Whether a block of output is what was printed: the same lines, where `...` alone on a line stands for any number of
//! them.

/// Whether `block` is `printed`.
pub fn is(block: &str, printed: &str) -> bool {
    let block: Vec<&str> = block.lines().collect();
    let printed: Vec<&str> = printed.lines().collect();
    fits(&block, &printed)
}

fn fits(block: &[&str], printed: &[&str]) -> bool {
    match (block, printed) {
        ([], printed) => printed.is_empty(),
        (["...", rest @ ..], printed) => (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..])),
        ([one, rest @ ..], [line, more @ ..]) => one == line && fits(rest, more),
        ([_, ..], []) => false,
    }
}

#[test]
fn dots_alone_stand_for_lines_that_are_left_out() {
    assert!(is("a\n...\nc\n", "a\nb\nb\nc\n") && is("...\nc\n", "c\n") && is("a\n...\n", "a\nb\n"));
    assert!(!is("a\n", "a\nb\n") && !is("a\n...\nc\n", "a\nb\n") && !is("b\n", "a\n"));
}
