//! The runner's two parsers of workflow commands, restated: what a line of a step's log makes the runner do.

use std::collections::BTreeMap;

/// The commands that the runner obeys.
const OBEYED: [&str; 15] = [
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

/// Every command in a log, as `name` and the line it stands in. A bare carriage return ends a line too.
pub fn commands(log: &str) -> Vec<(String, String)> {
    let lines = log.split(['\n', '\r']);
    lines.filter_map(|line| Some((colons(line).or_else(|| hashes(line))?, line.to_owned()))).collect()
}

/// The outputs that a log sets by the older command, which still counts.
pub fn outputs_of(log: &str) -> BTreeMap<String, String> {
    let set = |line: &str| {
        let (name, value) = line.trim_start().strip_prefix("::set-output name=")?.split_once("::")?;
        Some((name.to_owned(), value.to_owned()))
    };
    log.split(['\n', '\r']).filter_map(set).collect()
}

/// Whether a log holds a command that the runner refuses, which fails the step.
pub fn refused(log: &str) -> bool {
    commands(log).iter().any(|(name, line)| match name.as_str() {
        "set-env" | "add-path" => true,
        "set-output" => !line.contains("name="),
        "echo" => !line.ends_with("::on") && !line.ends_with("::off"),
        _ => false,
    })
}

/// `::name key=value::text`, after any blanks.
fn colons(line: &str) -> Option<String> {
    let (head, _) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    obeyed(head)
}

/// `##[name key=value]text`, anywhere in a line.
fn hashes(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("##[")?;
    obeyed(rest.split_once(']')?.0)
}

fn obeyed(head: &str) -> Option<String> {
    let name = head.split(' ').next()?.to_ascii_lowercase();
    OBEYED.contains(&name.as_str()).then_some(name)
}

#[test]
fn it_reads_lines_as_the_runner_does() {
    let names = |log: &str| commands(log).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("a\n\u{2003}::Error file=x::y\r##[group]z\rtail ##[add-mask]q"), ["error", "group", "add-mask"]);
    assert_eq!(names("x ::error::y\n##[section]z\n##[x] ##[error]z\n::error:"), [""; 0]);
}
