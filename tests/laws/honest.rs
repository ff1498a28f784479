//! Law 13: honest endings. Whatever fails, whatever is approved and whenever it is told to stop: text, JSON, Markdown,
//! the outputs of a GitHub step and the exit code say the same; and who says that all is as the config has it, or as it
//! was approved, is right: a plan made afterwards, without any approval, holds nothing, or nothing but what was held
//! back or refused. Over every provider; `PROPTEST_CASES` says how often.

use std::path::Path;
use std::sync::{Arc, Once};

use heeler::commands::Exit;
use heeler::executor::interrupt::interrupt;
use heeler::model::Env;
use heeler::providers::{self, Provider};
use heeler::sandbox::{Fault, Faults, Sandbox};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::commands::{Ended, run_within};
use crate::folder;
use crate::generate::{Each, config, identity, keeping_authentication, two_fleets};
use crate::harness::{block_on, sandbox, world_of};
use crate::kinds::generate as kinds;
use crate::trouble::{Claim, Stop, Trouble, trouble};
use crate::vendors::vendor;
use crate::wired::{self, Wired};

/// A world, a config, and what of it was approved, if anything had to be.
struct Case {
    rows: Vec<Value>,
    text: String,
    reviewed: Option<String>,
}

/// The JSON of a plan that nobody has approved, against rows at a vendor that does nothing wrong.
async fn planned(backend: &str, rows: &[Value], config: &str, to: &str) -> Value {
    let calm = Arc::new(sandbox(backend, rows.to_vec(), 5));
    let client = Arc::new(Wired::to(&calm));
    run_within(["plan", config, "--json", to], &wired::env(), client, &interrupt()).await;
    serde_json::from_slice(&std::fs::read(to).expect("a plan")).expect("JSON")
}

/// Applies, with every output there is.
async fn applied(shaken: &Arc<Sandbox>, words: &[&str], trouble: &Trouble) -> Ended {
    let stop = interrupt();
    let outputs =
        [("GITHUB_OUTPUT", folder::write("outputs", "")), ("GITHUB_STEP_SUMMARY", folder::write("summary", ""))];
    let all = [wired::SECRET].map(|(name, value)| (name, value.to_owned())).into_iter().chain(outputs);
    let env: Env = all.map(|(name, value)| (name.to_owned(), value)).collect();
    let wired = Arc::new(Wired::to(shaken).stubborn(trouble.is_stubborn));
    let told = async {
        trouble.stop.comes(&wired).await;
        stop.0.now();
        std::future::pending::<Ended>().await
    };
    tokio::select! { ended = run_within(words.iter().copied(), &env, wired.clone(), &stop) => ended, ended = told => ended }
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder::path(name)).unwrap_or_default()
}

/// The actions of a plan without what a report names as held back, field for field, and without what it says was
/// refused or not read.
fn beyond<'a>(plan: &'a Value, report: &Value) -> Vec<&'a Value> {
    let held: Vec<&Value> = report["held_back"].as_array().into_iter().flatten().collect();
    let same = |a: &Value, b: &Value, names: &[&str]| names.iter().all(|name| a[*name] == b[*name]);
    let is_held = |left: &Value| {
        let held: Vec<&&Value> =
            held.iter().filter(|held| same(held, left, &["provider", "kind", "id", "row"])).collect();
        let fields = || held.iter().flat_map(|held| held["changes"].as_array().into_iter().flatten());
        let covers = |change: &Value| fields().any(|held| same(held, change, &["path", "after", "env"]));
        match left["op"] == "delete" {
            true => held.iter().any(|held| held["op"] == "delete"),
            false => !held.is_empty() && left["changes"].as_array().into_iter().flatten().all(covers),
        }
    };
    let is_aside = |left: &Value| {
        let aside = ["refusals", "unreadable"].iter().flat_map(|list| report[*list].as_array().into_iter().flatten());
        aside
            .into_iter()
            .any(|aside| aside["provider"] == left["provider"] && (aside["id"] == left["id"] || aside["id"].is_null()))
    };
    plan["actions"].as_array().into_iter().flatten().filter(|left| !is_held(left) && !is_aside(left)).collect()
}

/// The law.
async fn holds(provider: &'static dyn Provider, case: &Case, trouble: &Trouble) -> Result<(), TestCaseError> {
    let backend = provider.backend();
    let faults = Faults::parse(&trouble.faults).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let shaken = Arc::new(sandbox(backend, case.rows.clone(), 3).with_faults(faults));
    let config = folder::write("heeler.yaml", &case.text);
    let [json, markdown, approval, fresh] = ["applied.json", "applied.md", "approved.json", "fresh.json"]
        .map(|name| folder::path(name).display().to_string());
    let jobs = trouble.jobs.to_string();
    let mut words = vec!["apply", &config, "--json", &json, "--markdown", &markdown, "--github", "--jobs", &jobs];
    if let Some(reviewed) = &case.reviewed {
        planned(backend, &case.rows, &folder::write("reviewed.yaml", reviewed), &approval).await;
        words.extend(["--expect", &approval]);
    }
    let ended = applied(&shaken, &words, trouble).await;
    let report: Value = serde_json::from_str(&read("applied.json")).unwrap_or_default();
    let wrote = shaken.rows(backend) != case.rows;

    let texts = [ended.printed.clone(), read("applied.md"), read("summary")];
    let claims: Vec<Claim> = texts.iter().map(|text| Claim::of_text(text)).chain([Claim::of_json(&report)]).collect();
    let said = claims[0];
    prop_assert!(
        claims.iter().all(|claim| *claim == said),
        "text, Markdown, summary and JSON say {:?}\n{}",
        claims,
        ended.printed
    );
    let outputs = read("outputs");
    prop_assert_eq!(outputs.contains("converged=true\n"), said == Claim::Converged, "{}\n{}", &outputs, &ended.printed);
    prop_assert!(outputs.contains(&format!("exit={}\n", ended.exit.code())), "{:?}: {}", ended.exit, outputs);
    prop_assert_eq!(ended.exit == Exit::Done, said == Claim::Converged, "{}", &ended.printed);
    for text in texts.iter().chain([&report.to_string()]) {
        let denies = text.to_lowercase().contains("nothing was changed");
        prop_assert!(!(wrote && denies), "it wrote, and denies it: {}", text);
        prop_assert!(!text.contains(wired::SECRET.1), "a secret: {}", text);
    }
    prop_assert!(
        !wrote || [Exit::Done, Exit::Partial].contains(&ended.exit),
        "it wrote, and ends with {:?}",
        ended.exit
    );

    let left = planned(backend, &shaken.rows(backend), &config, &fresh).await;
    let is_empty = |name: &str| left[name].as_array().is_none_or(Vec::is_empty);
    if said == Claim::Converged {
        prop_assert!(
            is_empty("actions") && is_empty("refusals") && is_empty("unreadable"),
            "{}\nbut left is {}",
            ended.printed,
            left["actions"]
        );
    }
    if said == Claim::AsApproved {
        let more = beyond(&left, &report);
        prop_assert!(more.is_empty(), "{}\nbut beyond what was held back there is {:?}", ended.printed, more);
    }
    Ok(())
}

fn honest(provider: &'static dyn Provider, case: &Case, trouble: &Trouble) -> Result<(), TestCaseError> {
    work_above();
    let held = block_on(holds(provider, case, trouble));
    clear();
    held
}

/// Deleted accounts are kept in the working directory, which is the project's no more.
fn work_above() {
    static MOVED: Once = Once::new();
    MOVED
        .call_once(|| std::env::set_current_dir(folder::path("").parent().expect("a folder above")).expect("a folder"));
}

/// Takes away what a run has left.
fn clear() {
    let report: Value = serde_json::from_str(&read("applied.json")).unwrap_or_default();
    let digest: String =
        report["digest"].as_str().unwrap_or_default().chars().skip_while(|c| *c != ':').skip(1).take(12).collect();
    let files = std::iter::once(format!("heeler-deleted-{digest}.json"))
        .chain((2..).map(|at| format!("heeler-deleted-{digest}-{at}.json")));
    for file in files.take_while(|file| Path::new(file).exists()) {
        // Another thread may have taken it away.
        let _ = std::fs::remove_file(file);
    }
    folder::clear();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_says_converged_who_has_not(
        (Each(provider), earlier, later) in two_fleets(), approved in proptest::option::of(any::<[bool; 8]>()), trouble in trouble(),
    ) {
        let later = keeping_authentication(provider, &earlier, later);
        let gone = earlier.iter().filter(|(id, _)| !later.contains_key(*id)).take(1).map(|(id, block)| identity(provider, id, block));
        let removed: Vec<Value> = gone.map(|(key, name)| json!({ key: name, "reason": "closed" })).collect();
        let part = |approved: [bool; 8]| {
            let part = later.iter().zip(approved).filter(|(_, is_approved)| *is_approved).map(|((id, block), _)| (id.clone(), block.clone())).collect();
            config(provider, &part, &json!({ "removed": if approved[7] { removed.clone() } else { Vec::new() } }))
        };
        let case = Case {
            rows: world_of(provider.backend(), &config(provider, &earlier, &json!({})), 3),
            text: config(provider, &later, &json!({ "removed": removed })),
            reviewed: approved.map(part),
        };
        honest(provider, &case, &trouble)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_says_converged_of_services_that_have_not(
        (Each(provider), earlier, later) in kinds::two_fleets(), approved in proptest::option::of(any::<[bool; 8]>()), trouble in trouble(),
    ) {
        let removed: Vec<Value> = earlier.keys().filter(|id| !later.contains_key(*id)).take(1).map(|id| json!({ "aws_account_id": id, "reason": "closed" })).collect();
        let part = |approved: [bool; 8]| {
            let part = later.iter().zip(approved).filter(|(_, is_approved)| *is_approved).map(|((id, blocks), _)| (id.clone(), blocks.clone())).collect();
            kinds::config(provider, &part, &json!({ "removed": if approved[7] { removed.clone() } else { Vec::new() } }))
        };
        let case = Case {
            rows: world_of(provider.backend(), &kinds::config(provider, &earlier, &json!({})), 3),
            text: kinds::config(provider, &later, &json!({ "removed": removed })),
            reviewed: approved.map(part),
        };
        honest(provider, &case, &trouble)?;
    }
}

/// An update whose first answer is lost is sent again; that it is refused then, since there is nothing left of what it
/// addressed, says nothing of the first. v1 knows a row by its role, so there a renamed one is found by the final
/// listing only.
#[test]
fn an_update_that_was_done_and_refused_when_sent_again_is_not_denied() {
    for provider in providers::ALL {
        let before = crate::once::creating(*provider, "env:one");
        let faults = Faults::none().at_write(1, Fault::Reset { done: true });
        let shaken =
            Arc::new(sandbox(provider.backend(), world_of(provider.backend(), &before, 3), 3).with_faults(faults));
        let with_other_role = before.replace("\"dd\"", "\"other\"");
        let after = if with_other_role == before { before.replace("env:one", "env:two") } else { with_other_role };
        let config = folder::write("heeler.yaml", &after);
        let json = folder::path("applied.json").display().to_string();
        let trouble = Trouble { faults: String::new(), stop: Stop::Never, jobs: 4, is_stubborn: false };
        let ended = block_on(applied(&shaken, &["apply", &config, "--json", &json], &trouble));
        let exit = if provider.name() == "datadog_v1" { Exit::Partial } else { Exit::Done };
        assert_eq!(ended.exit, exit, "{}: {}", provider.name(), ended.printed);
        assert!(
            ended.printed.contains("shows no difference") && !ended.printed.contains("Nothing was changed"),
            "{}",
            ended.printed
        );
        folder::clear();
    }
}

/// A run that wrote and was stopped has not looked, at any provider; and its last action may have been its only one.
#[test]
fn a_run_that_wrote_and_was_stopped_is_not_proved_at_any_provider() {
    for provider in providers::ALL {
        let shaken = Arc::new(
            sandbox(provider.backend(), Vec::new(), 3).with_faults(Faults::parse("latency=1s").expect("faults")),
        );
        let config = folder::write("heeler.yaml", &crate::once::creating(*provider, "env:one"));
        let json = folder::path("applied.json").display().to_string();
        // Where something is issued first, which changes no row, a run that is told to stop then makes none.
        let stop = Stop::AtWrite(vendor(*provider).making_write);
        let trouble = Trouble { faults: String::new(), stop, jobs: 4, is_stubborn: false };
        let ended = block_on(applied(&shaken, &["apply", &config, "--json", &json, "--github"], &trouble));
        let report: Value = serde_json::from_str(&read("applied.json")).expect("a report");
        assert_eq!(ended.exit, Exit::Partial, "{}: {}", provider.name(), ended.printed);
        assert_eq!((&report["converged"], &report["proof"]), (&json!(false), &json!("stopped")), "{}", provider.name());
        assert!(
            ended.printed.contains("Not proved") && read("outputs").contains("converged=false"),
            "{}",
            ended.printed
        );
        folder::clear();
    }
}
