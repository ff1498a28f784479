//! A result that could not be delivered is a failure, whichever command and format; a closed pipe is nobody's error.
//! What is no file is written through.

use std::fs::{self, File};
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::support::{BIN, Folder, QUICKSTART, Run, Served};

/// With stdout at this file.
fn into(folder: &Folder, args: &str, stdout: impl Into<Stdio>) -> Run {
    let mut child = folder.heeler(args).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    Run { code: child.wait().unwrap().code().unwrap_or(-1), out: String::new(), err }
}

#[test]
fn a_full_disk_is_a_failure_of_every_command() {
    let folder = Folder::new("full");
    let sandbox = format!("--sandbox {QUICKSTART}");
    for (args, code) in [
        (format!("plan {sandbox}"), 1),
        (format!("plan {sandbox} --detailed-exitcode"), 1),
        (format!("plan {sandbox} --json -"), 1),
        (format!("plan {sandbox} --markdown -"), 1),
        (format!("plan {sandbox} --json /dev/stdout"), 1),
        (format!("plan {sandbox} --json /dev/full"), 1),
        (format!("plan {sandbox} --markdown /dev/full"), 1),
        (format!("apply {sandbox}"), 3),
        (format!("apply {sandbox} --json -"), 3),
        (format!("apply {sandbox} --markdown -"), 3),
        (format!("drift {sandbox}"), 1),
        (format!("drift {sandbox} --json -"), 1),
        (format!("validate {QUICKSTART}"), 1),
        (format!("validate {QUICKSTART} --format sarif"), 1),
        (format!("import --sandbox={QUICKSTART}/world.json"), 1),
        (format!("migrate --sandbox={QUICKSTART}/world.json"), 1),
        ("schema".to_owned(), 1),
        ("schema plan".to_owned(), 1),
        ("completions bash".to_owned(), 1),
        ("--help".to_owned(), 1),
        ("--version".to_owned(), 1),
        ("plan --help".to_owned(), 1),
    ] {
        let run = into(&folder, &args, File::options().write(true).open("/dev/full").unwrap());
        assert_eq!(run.code, code, "{args}: {}", run.err);
        assert!(run.err.contains("error: cannot write"), "{args}: {}", run.err);
    }
}

#[test]
fn an_apply_over_http_whose_report_is_lost_is_done_in_part() {
    let folder = Folder::new("lost-report");
    let served = Served::world(&folder, &format!("{QUICKSTART}/world.json"));
    let run = Run::of(crate::support::keyed(
        &mut folder.heeler(&format!("apply {QUICKSTART} --json /dev/full")),
        &served.url,
    ));
    run.exits(3).says(&["cannot write /dev/full", "Converged"]);
}

#[test]
fn a_closed_pipe_is_nobodys_error() {
    let folder = Folder::new("pipe");
    for args in [
        format!("plan --sandbox {QUICKSTART}"),
        format!("import --sandbox={QUICKSTART}/world.json"),
        "schema".to_owned(),
        "--help".to_owned(),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = into(&folder, &args, writer);
        assert_eq!((run.code, run.err.contains("error")), (0, false), "{args}: {}", run.err);
    }
}

#[test]
fn a_file_cut_by_a_quota_is_a_failure_and_leaves_nothing_beside_it() {
    let folder = Folder::new("quota");
    let within = |blocks: u32, args: &str| {
        let script = format!("ulimit -f {blocks}; exec {BIN} {args}");
        Run::of(Command::new("sh").args(["-c", &script]).current_dir(folder.path(".")).env_clear().stdin(Stdio::null()))
    };
    within(1, &format!("apply --sandbox {QUICKSTART} --json big.json")).exits(1).says(&["cannot write big.json"]);
    within(1, &format!("import --sandbox={QUICKSTART}/world.json --write new")).exits(1).says(&["cannot write new/"]);
    within(1, &format!("import --sandbox={QUICKSTART}/world.json > cut.yaml"))
        .exits(1)
        .says(&["cannot write to stdout", "is not complete"]);
    within(1, "schema > cut.json").exits(1);
    within(1, "man --dir man").exits(1);
    let left = [
        folder.names(),
        fs::read_dir(folder.path("man"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect(),
    ];
    assert!(left.iter().flatten().all(|name| !name.ends_with(".writing")), "{left:?}");
    assert!(!folder.path("big.json").exists() && !folder.path("new").exists(), "{left:?}");
}

#[test]
fn what_is_no_file_is_written_through_and_once() {
    let folder = Folder::new("through");
    assert!(Command::new("mkfifo").arg(folder.path("fifo")).status().unwrap().success());
    let fifo = folder.path("fifo");
    let reader = thread::spawn(move || fs::read_to_string(fifo).unwrap());
    folder.run(&format!("apply --sandbox {QUICKSTART} --json fifo")).exits(0).says(&["Converged"]);
    let document: Value = serde_json::from_str(&reader.join().unwrap()).expect("one document");
    assert_eq!(document["converged"], true);

    let run = folder.run(&format!("plan --sandbox {QUICKSTART} --markdown /dev/stderr")).exits(0);
    assert!(run.err.starts_with("### heeler plan") && run.out.contains("Plan: "), "{run:?}");
    let run = folder.run(&format!("plan --sandbox {QUICKSTART} --json /dev/stdout")).exits(0);
    assert!(serde_json::from_str::<Value>(&run.out).is_ok(), "{}", run.out);

    folder.write("summary", "before\n");
    let mut command = folder.heeler(&format!("plan --sandbox {QUICKSTART} --markdown summary"));
    Run::of(command.env("GITHUB_STEP_SUMMARY", folder.path("summary"))).exits(0);
    let summary = fs::read_to_string(folder.path("summary")).unwrap();
    assert!(summary.starts_with("before\n### heeler plan"), "{summary}");
    assert_eq!(folder.names().len(), 2, "{:?}", folder.names());
}
