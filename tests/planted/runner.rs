//! What GitHub's runner takes for a command in the output of a step, restated: it is done, and not shown.

/// The lines that are commands. A bare carriage return ends a line, too.
pub fn commands(text: &str) -> Vec<&str> {
    text.split(['\n', '\r']).filter(|line| is_command(line.trim_start()) || is_older_command(line)).collect()
}

/// `::name key=value::message`, after blanks.
fn is_command(line: &str) -> bool {
    let Some((command, _)) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")) else { return false };
    is_known(command)
}

/// `##[name key=value]message`, anywhere in the line; the first one counts.
fn is_older_command(line: &str) -> bool {
    let Some((command, _)) = line.split_once("##[").and_then(|(_, rest)| rest.split_once(']')) else { return false };
    is_known(command)
}

fn is_known(command: &str) -> bool {
    const NAMES: [&str; 15] = [
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    ];
    let name = command.split(' ').next().unwrap_or_default();
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[test]
fn the_restated_parser_finds_both_forms() {
    let text = "a ##[debug]b\n\t ::warning file=a::b\n::unknown::x\n##[unknown]\nx ::debug::y\r::debug::z";
    assert_eq!(commands(text), ["a ##[debug]b", "\t ::warning file=a::b", "::debug::z"]);
}
