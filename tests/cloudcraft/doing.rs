//! What befalls a write: a role that is not there yet, answers that are lost, and looks that share a listing. The clock
//! is simulated.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use heeler::executor::interrupt::interrupt;
use heeler::executor::{ExecContext, KnownBeforeRun, execute};
use heeler::model::{Failure, Status};
use heeler::sandbox::{Fault, Faults, Sandbox, World};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::in_process::{self, context};
use crate::{OWNER, Vendor, apply, load, one, parameters, plan, row};

/// A vendor that refuses the first creates with this, and then accepts.
fn reluctant(times: usize, status: u16, body: &'static str) -> Vendor {
    let tried = AtomicUsize::new(0);
    Vendor::new(move |request| {
        Ok(match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/aws/account") => (200, "{\"accounts\":[]}".to_owned()),
            ("GET", _) => (200, parameters().to_string()),
            _ if tried.fetch_add(1, Ordering::Relaxed) < times => (status, body.to_owned()),
            _ => (201, row(1, "400000000001", "cloudcraft", "Web").to_string()),
        })
    })
}

const ACCOUNT: &str = "{ name: Web, role_name: cloudcraft }";

#[tokio::test(start_paused = true)]
async fn a_role_that_is_not_there_yet_is_waited_for() {
    let told = [
        "{\"error\":\"Unable to verify AWS account\",\"code\":400}",
        "<html>",
        "{\"error\":\"no\",\"reason\":\"role_not_assumable\"}",
    ];
    for (status, body) in told.iter().flat_map(|body| [(400, *body), (403, *body)]) {
        let (vendor, config) = (reluctant(3, status, body), one("400000000001", ACCOUNT));
        let (planned, began) = (plan(&config, &vendor).await, Instant::now());
        let outcome = apply(&config, &vendor, &planned).await.pop().unwrap();
        assert!(matches!(outcome.status, Status::Done), "{status} {body}: {outcome:?}");
        assert_eq!((vendor.count("POST /aws/account"), began.elapsed()), (4, Duration::from_secs(1 + 2 + 4)));
        // What the key's owner is, is asked once for the plan and once for the run.
        assert_eq!(vendor.count("GET /aws/account/iamParameters"), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn and_no_longer_than_half_a_minute() {
    let (vendor, config) =
        (reluctant(100, 400, "{\"error\":\"Unable to verify AWS account\"}"), one("400000000001", ACCOUNT));
    let (planned, began) = (plan(&config, &vendor).await, Instant::now());
    let Status::Failed { why, fields, unsure } = apply(&config, &vendor, &planned).await.pop().unwrap().status else {
        panic!("it is refused")
    };
    assert_eq!((vendor.count("POST /aws/account"), began.elapsed()), (6, Duration::from_secs(30)));
    assert_eq!((fields, unsure), (vec!["roleArn".to_owned()], false));
    assert!(why.contains("968898580625") && why.contains(OWNER), "what the role must trust: {why}");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_about_the_role_is_not_tried_again() {
    let known = [
        (400, "{\"error\":\"Invalid region parameter: x\",\"reason\":\"invalid_parameter\",\"code\":400}"),
        (400, "{\"error\":\"Invalid parameter format: roleArn\",\"reason\":\"invalid_property\",\"code\":400}"),
        (
            403,
            "{\"error\":\"API key does not have sufficient permissions\",\"reason\":\"insufficient_privileges\",\"code\":403}",
        ),
        (401, "{\"error\":\"Unauthorized\"}"),
    ];
    for (status, body) in known {
        let vendor = reluctant(100, status, body);
        let config = load(
            "version: 1\ndefaults: { cloudcraft: { role_name: cloudcraft, name: n } }\naccounts:\n  - { aws_account_id: \"400000000001\", cloudcraft: {} }\n  - { aws_account_id: \"400000000002\", cloudcraft: {} }\n",
        );
        let (planned, began) = (plan(&config, &vendor).await, Instant::now());
        let outcomes = apply(&config, &vendor, &planned).await;
        // Keys that are refused are refused for the others too.
        let sent = if status == 400 { 2 } else { 1 };
        assert_eq!((vendor.count("POST /aws/account"), began.elapsed()), (sent, Duration::ZERO), "{outcomes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_told_to_stop_does_not_wait_for_a_role() {
    let (vendor, config) =
        (reluctant(100, 400, "{\"error\":\"Unable to verify AWS account\"}"), one("400000000001", ACCOUNT));
    let planned = plan(&config, &vendor).await;
    let (stop, interrupt) = interrupt();
    let began = Instant::now();
    let context = ExecContext { interrupt, ..context(config.config(), &vendor, 1) };
    let beforehand = KnownBeforeRun::default();
    let (outcomes, ()) = tokio::join!(execute(&planned, &context, &beforehand), async {
        sleep(Duration::from_secs(5)).await;
        stop.now();
    });
    assert!(matches!(outcomes[0].status, Status::Failed { unsure: false, .. }), "{outcomes:?}");
    assert_eq!(began.elapsed(), Duration::from_secs(5));
}

fn sandbox(rows: &[serde_json::Value], faults: Faults) -> Sandbox {
    let world = json!({ "cloudcraft": { "accounts": rows, "iamParameters": parameters() } });
    Sandbox::new(World::parse(&world.to_string()).unwrap(), 1).with_faults(faults)
}

fn sent(sandbox: &Sandbox) -> Vec<String> {
    sandbox.log().iter().map(|request| format!("{} {}", request.method.as_str(), request.path)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_was_lost_is_settled_by_listing() {
    let config = one("400000000001", ACCOUNT);
    for (fault, is_made) in [
        (Fault::Reset { done: true }, true),
        (Fault::Failing { status: 502, done: true }, true),
        (Fault::Truncated, true),
        (Fault::HalfJson, true),
        (Fault::Reset { done: false }, false),
        (Fault::Html, false),
    ] {
        let sandbox = sandbox(&[], Faults::none().at_write(1, fault));
        let planned = plan(&config, &sandbox).await;
        let outcome = apply(&config, &sandbox, &planned).await.pop().unwrap();
        match &outcome.status {
            Status::Done => assert!(is_made, "{fault:?}: {outcome:?}"),
            Status::Unsure { not_before, .. } => assert!(!is_made && not_before.is_some(), "{fault:?}: {outcome:?}"),
            _ => panic!("{fault:?}: {outcome:?}"),
        }
        let log = sent(&sandbox);
        assert_eq!(log.iter().filter(|line| *line == "POST /aws/account").count(), 1, "{fault:?}: {log:?}");
        assert_eq!(
            (sandbox.rows("cloudcraft").len(), plan(&config, &sandbox).await.actions.is_empty()),
            (usize::from(is_made), is_made)
        );
    }
}

fn renames(number: u32) -> (String, Vec<serde_json::Value>) {
    let account = |at: u32| format!("4000000000{at:02}");
    let rows = (1..=number).map(|at| row(at, &account(at), "cloudcraft", "Old")).collect();
    let entry = |at| format!("  - {{ aws_account_id: \"{}\", cloudcraft: {{}} }}\n", account(at));
    let head = "version: 1\ndefaults: { cloudcraft: { role_name: cloudcraft, name: New } }\naccounts:\n";
    (format!("{head}{}", (1..=number).map(entry).collect::<String>()), rows)
}

#[tokio::test(start_paused = true)]
async fn one_listing_serves_the_looks_of_five_seconds() {
    for (seconds, jobs, listings) in [(0, 1, 1), (0, 4, 1), (2, 1, 6)] {
        let (text, rows) = renames(12);
        let (config, sandbox) =
            (load(&text), sandbox(&rows, Faults::parse(&format!("latency={seconds}s")).unwrap_or(Faults::none())));
        let planned = plan(&config, &sandbox).await;
        let before = sandbox.requests();
        let outcomes = in_process::apply(&config, &sandbox, &planned, jobs).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome.status, Status::Done)), "{outcomes:?}");
        let log = sent(&sandbox)[before..].to_vec();
        // With answers after 2 s, a listing is 2 s old when it is there, and serves the looks before two writes.
        assert_eq!(
            log.iter().filter(|line| *line == "GET /aws/account").count(),
            listings,
            "{seconds} s, {jobs} jobs: {log:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_after_a_lost_answer_is_not_answered_from_before() {
    let (text, rows) = renames(2);
    let config = load(&text);
    // 1 and 2 are the plan's, 3 the listing for the looks, 4 the first PUT.
    let sandbox = sandbox(&rows, Faults::none().at(4, Fault::Reset { done: true }));
    let planned = plan(&config, &sandbox).await;
    let outcomes = apply(&config, &sandbox, &planned).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome.status, Status::Done)), "{outcomes:?}");
    let verbs: Vec<String> =
        sent(&sandbox)[2..].iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(verbs, ["GET", "PUT", "GET", "PUT"]);
}

#[tokio::test(start_paused = true)]
async fn half_a_listing_is_none() {
    let (text, rows) = renames(4);
    let config = load(&text);
    for fault in [
        Fault::Halfway,
        Fault::HalfJson,
        Fault::Html,
        Fault::Failing { status: 500, done: false },
        Fault::Reset { done: false },
    ] {
        let sandbox = sandbox(&rows, Faults::none().at(1, fault));
        let planned = plan(&config, &sandbox).await;
        assert_eq!((planned.actions.len(), planned.all_listings_read()), (0, false), "{fault:?}");
    }
}

#[tokio::test]
async fn one_vendor_unreachable_does_not_stop_the_other() {
    let datadog = json!({ "data": [crate::support::row("400000000001")] }).to_string();
    let vendor = Vendor::new(move |request| match request.endpoint.provider {
        "cloudcraft" => Err(Failure::NotSent { what: request.path.clone(), why: "nobody is there".to_owned() }),
        _ => Ok((200, datadog.clone())),
    });
    let config = load(
        "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\naccounts:\n  - { aws_account_id: \"400000000001\", datadog: { account_tags: [\"a:b\"] }, cloudcraft: { role_name: r, name: n } }\n",
    );
    let planned = plan(&config, &vendor).await;
    assert_eq!(planned.actions.iter().map(|action| action.key.provider).collect::<Vec<_>>(), ["datadog"]);
    assert_eq!(planned.unreadable.iter().map(|unreadable| unreadable.provider).collect::<Vec<_>>(), ["cloudcraft"]);
}

/// However young the listing is that the plan was made from: nothing keeps Cloudcraft from adding it twice.
#[tokio::test(start_paused = true)]
async fn what_somebody_else_has_just_added_is_not_added_again() {
    let (sandbox, config) = (sandbox(&[], Faults::none()), one("400000000001", ACCOUNT));
    for (name, is_as_planned) in [("Web", true), ("Other", false)] {
        sandbox.edit("cloudcraft", Vec::clear);
        let planned = plan(&config, &sandbox).await;
        sandbox.edit("cloudcraft", |rows| rows.push(row(1, "400000000001", "cloudcraft", name)));
        let outcome = apply(&config, &sandbox, &planned).await.pop().unwrap();
        let ended = if is_as_planned {
            matches!(outcome.status, Status::AlreadySo)
        } else {
            matches!(outcome.status, Status::Stale(_))
        };
        assert!(ended && sandbox.rows("cloudcraft").len() == 1, "{name}: {outcome:?}");
        assert!(sent(&sandbox).iter().all(|request| !request.starts_with("POST")), "{:?}", sent(&sandbox));
    }
}
