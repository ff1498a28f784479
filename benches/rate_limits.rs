//! The rate-limit budget: 120 creates against a sandbox that lets 50 requests through in 10 s. Prints how much of each
//! window's quota was used while work waited, how late the first request of each next window came, and how many
//! requests met a 429.
//!
//! It takes as long as the windows do: about half a minute.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a benchmark may stop where it stands

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const QUOTA: usize = 50;
const WINDOW: Duration = Duration::from_secs(10);
const CREATES: usize = 120;

fn main() {
    let folder = std::env::temp_dir().join(format!("heeler-limits-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let entries = (0..CREATES).map(|n| {
        format!("  - {{ aws_account_id: \"400000000{n:03}\", datadog: {{ auth_config: {{ role_name: dd }} }} }}\n")
    });
    let config = format!(
        "version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu }} }}\naccounts:\n{}",
        entries.collect::<String>()
    );
    fs::write(folder.join("heeler.yaml"), config).unwrap();

    let (mut sandbox, url) = support::sandbox("limit=50/10s,latency=20ms");
    let mut apply = Command::new(env!("CARGO_BIN_EXE_heeler"));
    apply.args(["apply", "--confirm-creates", &CREATES.to_string(), "-vv"]).current_dir(&folder);
    apply
        .envs([("DD_HOST", url.as_str()), ("DD_API_KEY", "k"), ("DD_APP_KEY", "a")])
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut apply = apply.spawn().unwrap();
    let answers = answers(&mut apply);
    let exit = apply.wait().unwrap();
    let _ = sandbox.kill();
    let _ = sandbox.wait();
    fs::remove_dir_all(&folder).unwrap();
    report(&answers, exit.code());
}

/// When each answer came, and whether it was a 429, off the lines that `-vv` prints.
fn answers(apply: &mut Child) -> Vec<(Instant, bool)> {
    let lines = BufReader::new(apply.stderr.take().unwrap()).lines().map_while(Result::ok);
    lines.filter(|line| line.contains("status=")).map(|line| (Instant::now(), line.contains("status=429"))).collect()
}

fn report(answers: &[(Instant, bool)], exit: Option<i32>) {
    let start = answers.first().expect("an answer").0;
    let refused = answers.iter().filter(|(_, refused)| *refused).count();
    let last = answers.last().expect("an answer").0 - start;
    println!(
        "{CREATES} creates, quota {QUOTA} in {} s: {} requests in {:.1} s, exit {exit:?}",
        WINDOW.as_secs(),
        answers.len(),
        last.as_secs_f64()
    );
    println!(
        "429s: {refused} of {} ({:.2} %; budget under 1 %)",
        answers.len(),
        100.0 * refused as f64 / answers.len() as f64
    );
    let windows = last.as_secs() / WINDOW.as_secs() + 1;
    for window in 0..windows {
        let opens = WINDOW * u32::try_from(window).unwrap_or(0);
        let within: Vec<Duration> =
            answers.iter().map(|(at, _)| *at - start).filter(|at| *at >= opens && *at < opens + WINDOW).collect();
        let late = within.first().map_or(Duration::ZERO, |at| *at - opens);
        let used = 100.0 * within.len() as f64 / QUOTA as f64;
        let waited = if window + 1 < windows { "work waited: budget 95 %" } else { "the rest" };
        println!(
            "window {}: {used:.0} % of its quota used ({waited}), first answer {:.2} s after it opened (budget 1 s)",
            window + 1,
            late.as_secs_f64()
        );
    }
}
