//! Stories: one folder each under `tests/scenarios/`, told through the library against the in-process sandbox.
//!
//! A folder holds the config (`*.yaml`) and, each optional: `world.json` (what the vendor lists; else an empty
//! organization), `live.json` (rows put there unchecked: Datadog's, or by backend), `meanwhile.json` (rows that take
//! their place between plan and apply), `args` (flags), `crowd.json` (a row to be listed so many times more, `{n}`
//! being its number), `faults` (`NUMBER WORD`: what befalls which request).
//! What came of it is in `plan.snap`, `requests.snap` and `after.snap` beside them. Adding a story is adding a folder
//! and running `INSTA_UPDATE=always cargo test --test scenarios`. Each story is a test by its folder's name: `cargo
//! test --test scenarios rotated`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use heeler::commands::Exit;
use heeler::commands::arguments::flags::{Confirmed, Selection};
use heeler::commands::process::exit::{applied, endings};
use heeler::executor::{ProgressObserver, check_organization};
use heeler::model::{Action, Env, Observed, Outcome};
use heeler::planner::ConfirmMode;
use heeler::providers;
use heeler::render;
use heeler::run::{ApplyOptions, PlanOptions, Planned, Run};
use heeler::sandbox::{Fault, Faults, Logged, Sandbox, World, vendors};
use libtest_mimic::{Arguments, Trial};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

const SEED: u64 = 1;

fn main() -> ExitCode {
    let mut folders: Vec<PathBuf> =
        fs::read_dir("tests/scenarios").unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 40, "stories are missing: {} found", folders.len());
    let test = |folder: PathBuf| {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        Trial::test(name, move || {
            compare(&folder);
            Ok(())
        })
    };
    libtest_mimic::run(&Arguments::from_args(), folders.into_iter().map(test).collect()).exit_code()
}

fn compare(folder: &Path) {
    let told = tell(folder);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("scenarios").join(folder.file_name().unwrap()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // Shown as a reader in the folder would see it; the digest moves whenever any value does.
    settings.add_filter(&format!("{}/", folder.display()), "");
    settings.add_filter("sha256:[0-9a-f]{64}", "sha256:DIGEST");
    settings.bind(|| {
        insta::assert_snapshot!("plan", told.plan);
        insta::assert_snapshot!("requests", told.requests);
        insta::assert_snapshot!("after", told.after);
    });
}

#[derive(Default)]
struct Told {
    plan: String,
    requests: String,
    after: String,
}

/// The flags of plan and apply that mean something here.
#[derive(Parser)]
#[command(no_binary_name = true)]
struct Flags {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    confirmed: Confirmed,
    #[arg(long)]
    resend_secrets: bool,
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn tell(folder: &Path) -> Told {
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let json = |name: &str| read(name).map(|text| serde_json::from_str::<Value>(&text).expect(name));
    let rows = |name: &str| json(name).map(by_backend);
    let flags = Flags::parse_from(read("args").unwrap_or_default().split_whitespace());
    let run = match Run::load(&[folder.to_owned()], &Env::default()) {
        Ok(run) => run.in_sandbox(),
        Err(invalid) => {
            let said = render::diagnostics::diagnostics(&invalid.diagnostics, &invalid.sources);
            let nothing = "the config is invalid\n".to_owned();
            return Told {
                plan: plain(&said),
                requests: nothing.clone(),
                after: format!("{nothing}exit {}\n", Exit::Invalid.code()),
            };
        }
    };
    let world = read("world.json").map_or_else(World::empty, |text| World::parse(&text).expect("a world"));
    let sandbox = Sandbox::new(world, SEED).with_faults(faults(&read("faults").unwrap_or_default()));
    let put = |rows: Option<BTreeMap<String, Vec<Value>>>| {
        rows.into_iter().flatten().for_each(|(backend, rows)| sandbox.edit(&backend, |table| *table = rows));
    };
    put(rows("live.json"));
    for (backend, crowd) in json("crowd.json").iter().filter_map(Value::as_object).flatten() {
        let row = |number: u64| {
            serde_json::from_str::<Value>(&crowd["row"].to_string().replace("{n}", &format!("{number:04}"))).unwrap()
        };
        sandbox.edit(backend, |table| table.extend((1..=crowd["count"].as_u64().unwrap()).map(row)));
    }

    let (only, confirm) = (flags.selection.only(&[]).unwrap(), flags.confirmed.confirm());
    let plan = async |confirm_mode| {
        let (only, confirm, resend_secrets) = (only.clone(), confirm.clone(), flags.resend_secrets);
        let options = PlanOptions { only, confirm, confirm_mode, resend_secrets, ..PlanOptions::default() };
        run.read_unguarded(&sandbox).await.plan(&options)
    };
    let said = |planned: &Planned, verb: &str| {
        let notes = render::diagnostics::diagnostics(&planned.plan().diagnostics, &run.config().sources);
        let text = if planned.is_invalid() { String::new() } else { render::text::plan(&planned.view(), verb) };
        plain(&format!("{notes}{text}"))
    };
    let mut told = Told::default();
    check_organization(&sandbox, &run.config().desired.settings).await.expect("no story has an organization");

    let shown = plan(ConfirmMode::Exact).await;
    let pending = (!shown.plan().actions.is_empty()).then_some(Exit::Pending);
    let code = Exit::first_of(endings(shown.plan()).into_iter().chain(pending)).code();
    told.plan = format!("{}exit {code}\n", said(&shown, "plan"));
    let asked = sandbox.log();
    assert!(asked.iter().all(|request| !request.write), "a plan wrote");
    told.requests = format!("plan\n{}", written(&asked));

    let planned = plan(ConfirmMode::AtMost).await;
    let before = sandbox.log().len();
    put(rows("meanwhile.json"));
    let world = all_rows(&sandbox);
    let observer = Kept { sandbox: &sandbox };
    let options = ApplyOptions { jobs: 1, observer: &observer, ..ApplyOptions::default() };
    let Ok(report) = planned.execute(&sandbox, &options).await else {
        let code = Exit::first_of(endings(planned.plan())).code();
        told.after = format!("apply is refused\nexit {code}\n");
        return told;
    };
    told.requests += &format!("\napply\n{}", written(&sandbox.log()[before..]));
    let report = planned.prove(report, &sandbox, &options.interrupt).await.report;
    let (view, actions) = (planned.view(), &planned.plan().actions);
    for (index, (action, outcome)) in actions.iter().zip(&report.outcomes).enumerate() {
        let timeless = Outcome { millis: 0, ..outcome.clone() };
        told.after += &plain(&render::report::line(index + 1, planned.plan(), action, &timeless));
    }
    told.after += &plain(&render::report::status(&view, &report, None));
    told.after += &format!("exit {}\n{}", applied(planned.plan(), &report).code(), moved(&world, &all_rows(&sandbox)));
    told
}

/// Rows by backend; a list by itself is Datadog's.
fn by_backend(rows: Value) -> BTreeMap<String, Vec<Value>> {
    let list = |rows: &Value| rows.as_array().expect("a list of rows").clone();
    match &rows {
        Value::Object(backends) => backends.iter().map(|(name, rows)| (name.clone(), list(rows))).collect(),
        rows => [("datadog".to_owned(), list(rows))].into(),
    }
}

fn all_rows(sandbox: &Sandbox) -> Vec<Value> {
    let backends: BTreeSet<&str> = providers::ALL.iter().map(|provider| provider.backend()).collect();
    backends.into_iter().flat_map(|backend| sandbox.rows(backend)).collect()
}

/// Sees to it that a row is still there when it is to be kept, and that it is the whole row.
struct Kept<'a> {
    sandbox: &'a Sandbox,
}

impl ProgressObserver for Kept<'_> {
    fn ended(&self, _: usize, _: &Action, _: &Outcome) {}

    fn keep(&self, _: usize, _: &Action, row: &Observed) -> io::Result<()> {
        let kept: Value = serde_json::from_str(row.row.get())?;
        let rows = all_rows(self.sandbox);
        // v1's form of the row is made of several answers; the first is the account.
        let is_it = |row: &Value| *row == kept || vendors::datadog_rows::in_v1_form(row) == kept["account"];
        assert!(rows.iter().any(is_it), "the row was gone, or cut, before it was kept");
        Ok(())
    }
}

fn written(log: &[Logged]) -> String {
    let line = |Logged { method, path, query, body, .. }: &Logged| {
        let query: String = query.iter().map(|(name, value)| format!("?{name}={value}")).collect();
        let body = body.as_ref().map_or(String::new(), |body| format!("{body:#}\n"));
        format!("{} {path}{query}\n{body}", method.as_str())
    };
    if log.is_empty() { "nothing was sent\n".to_owned() } else { log.iter().map(line).collect() }
}

/// Rows before against rows after, a line per leaf; what did not move is not shown.
fn moved(before: &[Value], after: &[Value]) -> String {
    let body = |row: &Value| row.get("attributes").unwrap_or(row).clone();
    let in_arn = |row: &Value| row["roleArn"].as_str().and_then(|arn| arn.split(':').nth(4)).unwrap_or("?").to_owned();
    let known =
        |row: &Value| row["attributes"]["aws_account_id"].as_str().or(row["service"].as_str()).map(str::to_owned);
    let which = |row: &Value| known(row).unwrap_or_else(|| in_arn(row));
    let names = |row: &Value| format!("{} {}", which(row), row["id"].as_str().unwrap_or("?"));
    let by_name =
        |rows: &[Value]| rows.iter().map(|row| (names(row), leaves(&body(row), ""))).collect::<BTreeMap<_, _>>();
    let (before, after) = (by_name(before), by_name(after));
    let mut out = String::new();
    for name in before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))) {
        match (before.get(name), after.get(name)) {
            (Some(old), Some(new)) if old == new => {}
            (Some(_), None) => out += &format!("\nrow {name} is gone\n"),
            (old, new) => {
                let [old, new] = [old, new].map(|text| text.map_or("", String::as_str));
                out += &format!("\nrow {name}{}\n", if old.is_empty() { " is new" } else { "" });
                let diff = TextDiff::from_lines(old, new);
                out.extend(
                    diff.iter_all_changes()
                        .filter(|part| part.tag() != ChangeTag::Equal)
                        .map(|part| format!("{} {}", part.tag(), part.value())),
                );
            }
        }
    }
    if out.is_empty() { "\nno row has changed\n".to_owned() } else { out }
}

fn leaves(value: &Value, path: &str) -> String {
    match value.as_object().filter(|fields| !fields.is_empty()) {
        Some(fields) => fields.iter().map(|(name, value)| leaves(value, &format!("{path}.{name}"))).collect(),
        None => format!("{}  {value}\n", path.trim_start_matches('.')),
    }
}

/// Faults at single requests, counted from 1 over plan and apply.
fn faults(text: &str) -> Faults {
    text.lines().fold(Faults::none(), |faults, line| {
        let (number, word) = line.split_once(' ').expect("NUMBER WORD");
        let fault = match word {
            "failing" => Fault::Failing { status: 503, done: false },
            "halfway" => Fault::Halfway,
            "lost" => Fault::Reset { done: true },
            _ => panic!("no fault is called {word}"),
        };
        faults.at(number.parse().expect("a number"), fault)
    })
}

fn plain(styled: &str) -> String {
    let text = anstream::adapter::strip_str(styled).to_string();
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
