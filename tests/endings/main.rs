//! How an apply ends: what is said of writes that did not stick, of vendors that fail, of a run that was stopped, and
//! what is withheld.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may stop where it stands

#[path = "../support/in_process.rs"]
mod in_process;
#[path = "../support/mod.rs"]
mod support;

mod between;
mod brought_back;
mod catalogs;
mod needs;
mod refused_for_now;
mod round_trips;
mod silent;
mod stopped;

use std::sync::Arc;
use std::time::Duration;

use between::{Does, between, between_as_is};
use heeler::model::{Method, Plan, Proof, Report, Retry, Status, WriteClient, WriteRequest};
use heeler::planner::verify_apply::proof;
use heeler::render::json::{Progress, document};
use heeler::render::{PlanView, markdown, report};
use heeler::run::Run;
use in_process::{load, plan};
use serde_json::{Value, json};
use tokio::time::Instant;

async fn apply(config: &Run, client: &dyn WriteClient, jobs: usize) -> (Plan, Report) {
    let planned = plan(config, client).await;
    let done = Report { outcomes: in_process::apply(config, client, &planned, jobs).await, proof: Proof::NotNeeded };
    let shown = proof(&planned, plan(config, client).await);
    let ended = done.proved(&planned, shown);
    (planned, ended)
}

fn said(planned: &Plan, ended: &Report) -> (String, String) {
    let view = PlanView::new(planned, Vec::new(), true, String::new());
    (report::status(&view, ended, None), markdown::applied(&view, ended, None).to_string())
}

fn account(number: u32) -> String {
    format!("2100000000{number:02}")
}

/// A config with so many accounts of each provider, each with its block.
fn fleet(number: u32, blocks: &[(&str, Value)], removed: Value) -> String {
    let settings = |provider: &str| match provider {
        "wavefront" => json!({ "address": "acme.wavefront.com" }),
        "cloudcraft" => json!({}),
        _ => json!({ "site": "datadoghq.eu" }),
    };
    let entry = |at: u32| {
        let mut entry = json!({ "aws_account_id": account(at), "name": "one" });
        blocks.iter().for_each(|(provider, block)| entry[*provider] = block.clone());
        entry
    };
    let providers: serde_json::Map<String, Value> =
        blocks.iter().map(|(provider, _)| ((*provider).to_owned(), settings(provider))).collect();
    let limits = json!({ "creates": 100, "deletes": 100 });
    json!({ "version": 1, "providers": providers, "limits": limits, "accounts": (1..=number).map(entry).collect::<Vec<_>>(), "removed": removed })
        .to_string()
}

fn wavefront() -> (&'static str, Value) {
    ("wavefront", json!({ "role_name": "wf", "name": "one", "ec2": {} }))
}

fn v2_rows(accounts: &[u32]) -> Value {
    json!({ "datadog": { "data": accounts.iter().map(|at| support::row(&account(*at))).collect::<Vec<_>>() } })
}

#[tokio::test(start_paused = true)]
async fn what_the_vendor_keeps_in_a_form_of_its_own_is_said_and_holds_deletes_back() {
    // Tags are kept in lower case.
    let lower = |tell: &WriteRequest| {
        let mut tell = tell.clone();
        if let Some(tags) =
            tell.request.body.as_mut().and_then(|body| body.json.pointer_mut("/data/attributes/account_tags"))
        {
            *tags = serde_json::from_str(&tags.to_string().to_lowercase()).unwrap();
        }
        Does::Write(Box::new(tell))
    };
    let vendor = between(&v2_rows(&[1, 9]), "", lower);
    let removed = json!([{ "aws_account_id": account(9), "reason": "closed" }]);
    let config = load(&fleet(1, &[("datadog", json!({ "account_tags": ["Env:Prod", "team:data"] }))], removed));
    let (planned, ended) = apply(&config, &vendor, 4).await;
    assert!(
        matches!(ended.outcomes[0].status, Status::Differs(_))
            && matches!(ended.outcomes[1].status, Status::Skipped(_)),
        "{ended:?}"
    );
    assert_eq!(vendor.sandbox.rows("datadog").len(), 2, "a delete beside a change that differs");
    let (text, markdown) = said(&planned, &ended);
    for words in [
        "accepted but did not stick",
        "wanted [Env:Prod, team:data], got [env:prod, team:data]",
        "running it again does not change that",
        "Not converged",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(markdown.contains("accepted but did not stick") && markdown.contains("Not converged"), "{markdown}");
    assert!(!ended.has_converged(&planned));
}

/// What a write changes beside what it was sent for contradicts it as well, where the config says that field.
#[tokio::test(start_paused = true)]
async fn an_answer_with_another_value_in_a_declared_field_holds_deletes_back() {
    let hijacks = |tell: &WriteRequest| {
        let mut tell = tell.clone();
        if let Some(fields) = tell.request.body.as_mut().and_then(|body| body.json.pointer_mut("/data/attributes")) {
            fields["auth_config"] = json!({ "role_name": "Another" });
        }
        Does::Write(Box::new(tell))
    };
    let vendor = between(&v2_rows(&[1, 9]), "", hijacks);
    let removed = json!([{ "aws_account_id": account(9), "reason": "closed" }]);
    let block = json!({ "auth_config": { "role_name": "ObserverRole" }, "account_tags": ["team:data"] });
    let (planned, ended) = apply(&load(&fleet(1, &[("datadog", block)], removed)), &vendor, 4).await;
    assert!(
        matches!(ended.outcomes[0].status, Status::Differs(_))
            && matches!(ended.outcomes[1].status, Status::Skipped(_)),
        "{ended:?}"
    );
    let (text, _) = said(&planned, &ended);
    assert!(
        text.contains("auth_config.role_name: wanted ObserverRole, got Another")
            && text.contains("running it again is the resume"),
        "{text}"
    );
}

/// A conflict is what it says where something exists already; of anything else it is a refusal, and nothing may have
/// been done.
#[tokio::test(start_paused = true)]
async fn a_conflict_of_an_update_or_a_delete_is_a_refusal() {
    let removed = json!([{ "aws_account_id": account(9), "reason": "closed" }]);
    for tags in [json!(["team:data"]), json!(["env:prod"])] {
        let vendor = between(&v2_rows(&[1, 9]), "", |_| Does::Refuse(409));
        let config = load(&fleet(1, &[("datadog", json!({ "account_tags": tags }))], removed.clone()));
        let (planned, ended) = apply(&config, &vendor, 4).await;
        assert!(
            matches!(&ended.outcomes[0].status, Status::Failed { why, unsure: false, .. } if why.starts_with("Datadog answered 409")),
            "{ended:?}"
        );
        let (text, _) = said(&planned, &ended);
        assert!(text.contains("1 failed") && !text.contains("may have been done"), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_refuses_stops_nobody_else() {
    for (status, kind) in [(403, "of the kind"), (401, "there")] {
        let refuses = move |tell: &WriteRequest| {
            if tell.request.endpoint.provider == "wavefront" {
                Does::Refuse(status)
            } else {
                Does::Write(Box::new(tell.clone()))
            }
        };
        let vendor = between(&json!({}), "", refuses);
        let config =
            load(&fleet(6, &[("datadog", json!({ "auth_config": { "role_name": "dd" } })), wavefront()], json!([])));
        let (planned, ended) = apply(&config, &vendor, 4).await;
        let of = |provider: &str| {
            planned
                .actions
                .iter()
                .zip(&ended.outcomes)
                .filter(|(action, _)| action.key.provider == provider)
                .map(|(_, outcome)| &outcome.status)
                .collect::<Vec<_>>()
        };
        assert!(of("datadog").iter().all(|status| matches!(status, Status::Done)), "{ended:?}");
        let skipped = of("wavefront")
            .iter()
            .filter(|status| matches!(status, Status::Skipped(why) if why.contains(kind)))
            .count();
        assert_eq!(skipped, 5, "{status}: {:?}", of("wavefront"));
    }
}

#[tokio::test(start_paused = true)]
async fn five_lost_in_a_row_end_that_vendor_alone() {
    let fails = |tell: &WriteRequest| {
        if tell.request.endpoint.provider == "wavefront" {
            Does::Refuse(503)
        } else {
            Does::Write(Box::new(tell.clone()))
        }
    };
    let vendor = between(&json!({}), "", fails);
    let config = load(&fleet(8, &[("cloudcraft", json!({ "role_name": "cc" })), wavefront()], json!([])));
    let (planned, ended) = apply(&config, &vendor, 4).await;
    let skipped = ended
        .outcomes
        .iter()
        .filter(|outcome| matches!(&outcome.status, Status::Skipped(why) if why.contains("in a row")))
        .count();
    let done = planned
        .actions
        .iter()
        .zip(&ended.outcomes)
        .filter(|(action, outcome)| action.key.provider == "cloudcraft" && matches!(outcome.status, Status::Done));
    assert_eq!((skipped, done.count()), (3, 8), "{ended:?}");
}

/// A serial vendor's queue does not hold the places of another's.
#[tokio::test(start_paused = true)]
async fn no_vendor_waits_for_another() {
    let blocks = [("cloudcraft", json!({ "role_name": "cc" })), wavefront()];
    let mut took = Vec::new();
    for blocks in [&blocks[..1], &blocks[1..], &blocks[..]] {
        let vendor = between(&json!({}), "latency=1s", |tell| Does::Write(Box::new(tell.clone())));
        let config = load(&fleet(12, blocks, json!([])));
        let planned = plan(&config, &vendor).await;
        let began = Instant::now();
        let outcomes = in_process::apply(&config, &vendor, &planned, 4).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome.status, Status::Done)));
        took.push(began.elapsed());
    }
    assert_eq!(took[2], took[0].max(took[1]), "{took:?}");
    assert!(took[0] < Duration::from_secs(12 * 3 / 2), "four at once: {took:?}");
}

#[tokio::test(start_paused = true)]
async fn what_two_runs_made_at_once_is_named_with_the_entry_that_removes_one() {
    for block in [("cloudcraft", json!({ "role_name": "cc" })), wavefront()] {
        let twice = |tell: &WriteRequest| {
            if tell.retry == Retry::Never { Does::Twice } else { Does::Write(Box::new(tell.clone())) }
        };
        let vendor = between(&json!({}), "", twice);
        let config = load(&fleet(1, std::slice::from_ref(&block), json!([])));
        let (planned, ended) = apply(&config, &vendor, 1).await;
        let rows = vendor.sandbox.rows(block.0);
        let (text, markdown) = said(&planned, &ended);
        let outcomes = ended.outcomes.iter().cloned().enumerate().collect();
        let progress =
            Progress { outcomes: &outcomes, kept: &Default::default(), made: &[], report: Some(&ended), managed: None };
        let view = PlanView::new(&planned, Vec::new(), true, String::new());
        let document =
            serde_json::to_value(document(&view, "apply", &config.config().sources, Some(&progress))).unwrap();
        assert_eq!(
            (rows.len(), document["isolated"].as_array().unwrap().len(), &document["converged"]),
            (2, 2, &json!(false)),
            "{document:#}"
        );
        for row in &rows {
            let id = row["id"].as_str().unwrap();
            assert!(text.contains(id) && markdown.contains(id), "{id} in {text} and {markdown}");
        }
        // The second one goes by the line that is shown for it, and nothing else does.
        let second = rows[1]["id"].as_str().unwrap();
        let entry = text
            .lines()
            .find(|line| line.contains("aws_account_id") && line.contains(second))
            .unwrap_or_else(|| panic!("{text}"));
        let config =
            load(&format!("version: 1\nproviders: {{ {} }}\nremoved:\n  {}\n", setting(block.0), entry.trim()));
        let (_, ended) = apply(&config, &between_as_is(vendor.sandbox), 1).await;
        assert!(
            ended.outcomes.iter().all(|outcome| matches!(outcome.status, Status::Done)) && ended.outcomes.len() == 1,
            "{ended:?}"
        );
    }
}

fn setting(provider: &str) -> &'static str {
    if provider == "wavefront" { "wavefront: { address: acme.wavefront.com }" } else { "cloudcraft: {}" }
}

#[tokio::test(start_paused = true)]
async fn what_a_second_delete_took_out_of_the_trash_is_said() {
    let vendor = Arc::new(between(&json!({}), "", |tell| {
        if tell.request.method == Method::Delete { Does::Twice } else { Does::Write(Box::new(tell.clone())) }
    }));
    apply(&load(&fleet(1, &[wavefront()], json!([]))), vendor.as_ref(), 1).await;
    let gone = json!({
        "version": 1, "providers": { "wavefront": { "address": "acme.wavefront.com" } },
        "removed": [{ "aws_account_id": account(1), "reason": "closed" }],
    });
    let (planned, ended) = apply(&load(&gone.to_string()), vendor.as_ref(), 1).await;
    assert!(
        matches!(ended.outcomes[0].status, Status::NotInTrash) && vendor.sandbox.rows("wavefront").is_empty(),
        "{ended:?}"
    );
    let (text, markdown) = said(&planned, &ended);
    assert!(text.contains("not in the vendor's trash") && text.contains("1 deleted row is not in the trash"), "{text}");
    assert!(markdown.contains("is gone for good"), "{markdown}");
}
