//! The budgets, each with its figure: `cargo bench --bench budgets`. A table of ratios and peaks, which no timing
//! harness prints.
//!
//! The work is measured against the parser and serde_json in the same process, so that the figures mean the same on any
//! machine. Memory, round trips and start-up are measured on processes of their own. Reads /proc, so it runs on Linux.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use granit_parser::{Options, Parser};
use heeler::model::Env;
use serde_json::Value;
use support::fleet::{self, Form};
use support::{cpu, peak};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("--child") => child(&args[2], &args[3], &args[4]),
        // `cargo test --benches` only wants to know that it starts.
        _ if !args.iter().any(|arg| arg == "--bench") => {}
        _ => {
            println!("{:<58} {:>12} {:>10}", "what", "figure", "budget");
            let most =
                std::env::var("HEELER_BENCH_ACCOUNTS").ok().and_then(|most| most.parse().ok()).unwrap_or(usize::MAX);
            for form in Form::ALL {
                SIZES.into_iter().filter(|size| *size <= most).for_each(|size| work(form, size));
                SIZES.into_iter().filter(|size| *size <= most).for_each(|size| process(form, size));
            }
            round_trips();
            start_up();
        }
    }
}

/// One line of the table, and whether the budget is kept.
fn line(what: &str, figure: String, budget: Option<(f64, f64)>) {
    let (budget, verdict) = match budget {
        Some((found, most)) => (format!("{most}"), if found <= most { "" } else { "  OVER" }),
        None => (String::new(), ""),
    };
    println!("{what:<58} {figure:>12} {budget:>10}{verdict}");
}

/// User CPU of `work` in seconds, the least of three measurements of at least 0.6 s each.
fn measured(mut work: impl FnMut()) -> f64 {
    let once = |work: &mut dyn FnMut()| {
        let (start, mut rounds) = (cpu().0, 0);
        loop {
            work();
            rounds += 1;
            let used = cpu().0 - start;
            if used >= 0.6 {
                return used / f64::from(rounds);
            }
        }
    };
    (0..3).map(|_| once(&mut work)).fold(f64::INFINITY, f64::min)
}

/// CPU of a plan, of its parts, and of what it is measured against.
fn work(form: Form, accounts: usize) {
    let (files, listing) = (fleet::files(form, accounts), fleet::listing(accounts));
    let events = measured(|| {
        for (_, text) in &files {
            let mut options = Options::default();
            options.emit_comments = false;
            assert!(Parser::new_from_str_with_options(text, options).all(|event| std::hint::black_box(event).is_ok()));
        }
    });
    let values = measured(|| drop(std::hint::black_box(serde_json::from_slice::<Value>(&listing).unwrap())));
    let loading = measured(|| drop(support::load(files.clone())));
    let config = support::load(files.clone());
    let planning = measured(|| drop(support::plan_and_show(&config, listing.clone())));
    let ratio = (loading + planning) / (events + values);
    let title = format!("plan of {accounts} accounts, {}", form.name());
    line(
        &format!("{title}: CPU / (events + JSON)"),
        format!("{ratio:.2}"),
        (accounts == 10_000).then_some((ratio, 2.5)),
    );
    let micro = |seconds: f64| format!("{:.1} us", seconds * 1e6 / accounts as f64);
    for (part, seconds) in
        [("events", events), ("JSON value", values), ("load", loading), ("read, plan and show", planning)]
    {
        line(&format!("    {part}, per account"), micro(seconds), None);
    }
}

/// A whole `heeler plan` in a process of its own, against a vendor on a port: its peak memory and its requests.
fn process(form: Form, accounts: usize) {
    let folder = folder(form, accounts);
    let (url, requests) = support::serve(fleet::listing(accounts), Duration::ZERO);
    let said = run_child("plan", &folder, &url);
    let (memory, user) = (said[0] / accounts as f64, said[1] * 1e6 / accounts as f64);
    let title = format!("process planning {accounts}, {}", form.name());
    line(
        &format!("{title}: peak memory, KB per account"),
        format!("{memory:.1}"),
        (accounts == 10_000).then_some((memory, 20.0)),
    );
    line("    user CPU with HTTP and rendering, per account", format!("{user:.1} us"), None);
    let requests = requests.load(Ordering::Relaxed);
    line("    requests (a listing and two catalogs)", requests.to_string(), Some((requests as f64, 3.0)));
    fs::remove_dir_all(folder).unwrap();
}

/// 1,000 accounts against a vendor that takes 150 ms: wall clock of a plan, which is one round trip and 100 ms, and of
/// 1,000 creates by the ten workers of the default, which are a hundred round trips and 2 s.
fn round_trips() {
    let folder = folder(Form::Layered, 1_000);
    let (url, _) = support::serve(fleet::listing(1_000), Duration::from_millis(150));
    let least = (0..5).map(|_| run_child("plan", &folder, &url)[2] * 1e3).fold(f64::INFINITY, f64::min);
    line("plan of 1000 accounts, 150 ms per answer: wall, ms", format!("{least:.0}"), Some((least, 250.0)));
    let (mut sandbox, url) = support::sandbox("latency=150ms");
    let wall = run_child("apply", &folder, &url)[2];
    let _ = sandbox.kill();
    let _ = sandbox.wait();
    line("1000 creates, 150 ms per answer: wall, s", format!("{wall:.1}"), Some((wall, 17.0)));
    fs::remove_dir_all(folder).unwrap();
}

fn folder(form: Form, accounts: usize) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "bench-{}-{}-{accounts}",
        std::process::id(),
        form.name()
    ));
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in fleet::files(form, accounts) {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

/// Peak memory in KB, user CPU and wall clock in seconds of a `heeler plan`, or of an `apply`.
fn run_child(command: &str, folder: &std::path::Path, url: &str) -> Vec<f64> {
    let args = ["--child".as_ref(), command.as_ref(), folder.as_os_str(), url.as_ref()];
    let mut command = Command::new(std::env::current_exe().unwrap());
    let start = Instant::now();
    let output = command.args(args).output().unwrap();
    let wall = start.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("measured 0 "), "{said}");
    last.split(' ').skip(2).map(|word| word.parse().unwrap()).chain([wall]).collect()
}

/// heeler in this process, from the command line to the exit code.
fn child(command: &str, folder: &str, url: &str) {
    let env = [("DD_HOST", url), ("DD_API_KEY", "apikey"), ("DD_APP_KEY", "appkey")];
    let env: Env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let words: &[&str] =
        if command == "apply" { &["apply", "--confirm-creates", "1000", folder] } else { &["plan", folder] };
    let args = std::iter::once(&"heeler").chain(words).map(Into::into);
    let exit = heeler::commands::run(args, &env);
    eprintln!("measured {} {} {}", exit.code(), peak(), cpu().0);
}

/// The built binary: CPU to `--help`, and its size.
fn start_up() {
    const RUNS: u32 = 200;
    let binary = env!("CARGO_BIN_EXE_heeler");
    let start = cpu().1;
    for _ in 0..RUNS {
        assert!(Command::new(binary).arg("--help").stdout(Stdio::null()).status().unwrap().success());
    }
    let milli = (cpu().1 - start) * 1e3 / f64::from(RUNS);
    line("start-up to --help: user and system CPU, ms", format!("{milli:.2}"), Some((milli, 5.0)));
    let size = fs::metadata(binary).unwrap().len() as f64 / 1e6;
    line("binary, MB", format!("{size:.1}"), Some((size, 15.0)));
}
