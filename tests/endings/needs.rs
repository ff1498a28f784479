//! What an action needs: it waits for it, is sent with what came out of it, and is skipped where it was not done.
//! Nothing is issued that cannot be used; what was not used after all is said.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use heeler::executor::interrupt::interrupt;
use heeler::executor::{self, ExecContext, KnownBeforeRun};
use heeler::model::desired::HoldCause;
use heeler::model::plan::{OnHold, OnHoldFinding};
use heeler::model::{Change, Changes, Method, Op, Outcome, OutputRef, Plan, Proof, Report, Status, WriteRequest};
use heeler::planner::unmet_needs::propagate_unmet_needs;
use heeler::render::{PlanView, json, markdown, report};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::between::{Between, Does, between};
use crate::in_process::{Nobody, load, plan};

const CONFIG: &str = "version: 1\nproviders: { wavefront: { address: acme.wavefront.com } }\naccounts:\n\
    \x20 - { aws_account_id: \"210000000001\", wavefront: { role_name: wf, name: one, ec2: {} } }\n\
    \x20 - { aws_account_id: \"210000000002\", wavefront: { role_name: wf, name: two, ec2: {} } }\n";

/// A sandbox that refuses the writes at which `refused` says a status, and the writes that were sent: what was issued,
/// and the bodies of creates.
fn watched(
    refused: impl Fn(&WriteRequest) -> Option<u16> + Send + Sync + 'static,
) -> (Between, Arc<Mutex<Vec<Value>>>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let writes = sent.clone();
    let does = move |write: &WriteRequest| {
        let body = write.request.body.as_ref().map_or(Value::Null, |body| body.json.clone());
        writes.lock().unwrap().push(body);
        refused(write).map_or_else(|| Does::Write(Box::new(write.clone())), Does::Refuse)
    };
    (between(&json!({}), "", does), sent)
}

fn is_issue(write: &WriteRequest) -> bool {
    write.request.method == Method::Post && write.request.path.ends_with("awsExternalId")
}

fn is_create(write: &WriteRequest) -> bool {
    write.request.method == Method::Post && write.request.path.ends_with("cloudintegration")
}

async fn execute(plan: &Plan, client: &Between, beforehand: &KnownBeforeRun) -> Vec<Outcome> {
    let config = load(CONFIG);
    let (settings, sources) = (&config.config().desired.settings, &config.config().sources);
    let context = ExecContext { client, settings, sources, jobs: 4, observer: &Nobody, interrupt: interrupt().1 };
    executor::execute(plan, &context, beforehand).await
}

/// The plan of two creates of which the second needs the first; with what it is told of its row, if `takes_its_id`.
async fn chained(client: &Between, takes_its_id: bool) -> Plan {
    let mut plan = plan(&load(CONFIG), client).await;
    let (first, id) = (plan.actions[0].key.clone(), plan.actions[0].id());
    plan.actions[1].needs.insert(id);
    if let (true, Op::Create { desired, changes, .. }) = (takes_its_id, &mut plan.actions[1].op) {
        let from = OutputRef { of: first, output: "id" };
        Arc::make_mut(desired).outputs[0].from = from.clone();
        let of_first = changes.iter().cloned().map(|mut change| {
            if let Change::Output { from: own, .. } = &mut change.change {
                *own = from.clone();
            }
            change
        });
        *changes = Changes::new(of_first.collect()).unwrap();
        plan.preparations.truncate(1);
        plan.actions[1].needs = BTreeSet::from([plan.actions[0].id()]);
    }
    plan
}

#[tokio::test(start_paused = true)]
async fn an_action_is_sent_with_what_came_out_of_another() {
    let (client, sent) = watched(|_| None);
    let plan = chained(&client, true).await;
    let outcomes = execute(&plan, &client, &KnownBeforeRun::default()).await;
    let made = outcomes[0].row.as_ref().unwrap().id.0.clone();
    // One id was issued, for the first; the second was sent with the id of the first's row.
    let sent = sent.lock().unwrap();
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert_eq!(sent[2]["ec2"]["baseCredentials"]["externalId"], json!(made));
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_failed_action_is_skipped_and_nothing_is_issued_for_it() {
    for takes_its_id in [true, false] {
        let (client, sent) = watched(|write| is_create(write).then_some(400));
        let plan = chained(&client, takes_its_id).await;
        let outcomes = execute(&plan, &client, &KnownBeforeRun::default()).await;
        assert!(matches!(&outcomes[0].status, Status::Failed { .. }), "{outcomes:?}");
        let Status::Skipped(why) = &outcomes[1].status else { panic!("{outcomes:?}") };
        assert!(why.starts_with("it needs ") && why.contains("210000000001") && why.ends_with("which failed"), "{why}");
        assert_eq!(sent.lock().unwrap().len(), 2, "what was issued for the first, and its create");
    }
}

/// Somebody else makes what is read only: what only has to come after it goes on, and what takes its id cannot.
#[tokio::test(start_paused = true)]
async fn what_needs_a_read_only_row_goes_on_unless_it_takes_something_of_it() {
    for takes_its_id in [true, false] {
        let (client, _) = watched(|_| None);
        let mut plan = chained(&client, takes_its_id).await;
        let first = plan.actions.remove(0);
        plan.read_only.push(OnHold {
            key: first.key.clone(),
            account: first.account.clone(),
            name: None,
            source: first.source.clone(),
            cause: HoldCause::ReadOnly,
            finding: OnHoldFinding::Differs(Box::new(first)),
        });
        propagate_unmet_needs(&mut plan);
        let outcomes = execute(&plan, &client, &KnownBeforeRun::default()).await;
        let done = outcomes.iter().map(|outcome| &outcome.status).filter(|status| matches!(status, Status::Done));
        assert_eq!(done.count(), usize::from(!takes_its_id), "{outcomes:?}");
        let why: Vec<&str> = plan.refusals.iter().map(|refusal| refusal.why.as_str()).collect();
        assert_eq!(why.len(), usize::from(takes_its_id), "{why:?}");
        assert!(why.iter().all(|why| why.ends_with("which is not there, and is read only")), "{why:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_issued_nothing_is_created() {
    let (client, sent) = watched(|write| is_issue(write).then_some(400));
    let plan = plan(&load(CONFIG), &client).await;
    let outcomes = execute(&plan, &client, &KnownBeforeRun::default()).await;
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome.status, Status::Failed { unsure: false, .. })),
        "{outcomes:?}"
    );
    assert_eq!(sent.lock().unwrap().len(), 2, "both were tried, and nothing was created");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_issued_for_what_is_withheld() {
    let (client, sent) = watched(|_| None);
    let plan = plan(&load(CONFIG), &client).await;
    let later = Timestamp::now() + jiff::SignedDuration::from_secs(60);
    let withheld = plan.actions.iter().map(|action| (action.key.clone(), later)).collect();
    let outcomes = execute(&plan, &client, &KnownBeforeRun { listed: None, withheld }).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome.status, Status::Withheld { .. })), "{outcomes:?}");
    assert!(sent.lock().unwrap().is_empty());
}

/// A run that is told to stop while an id is issued makes nothing with it.
#[tokio::test(start_paused = true)]
async fn what_was_issued_as_the_run_was_told_to_stop_is_said() {
    let (stop, interrupt) = interrupt();
    let stops = move |write: &WriteRequest| {
        if is_issue(write) {
            stop.now();
        }
        None
    };
    let (client, sent) = watched(stops);
    let (config, plan) = (load(CONFIG), plan(&load(CONFIG), &client).await);
    let (settings, sources) = (&config.config().desired.settings, &config.config().sources);
    let context = ExecContext { client: &client, settings, sources, jobs: 4, observer: &Nobody, interrupt };
    let outcomes = executor::execute(&plan, &context, &KnownBeforeRun::default()).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome.status, Status::Skipped(_))), "{outcomes:?}");
    assert_eq!((sent.lock().unwrap().len(), outcomes[0].unused().count(), outcomes[1].issued.len()), (1, 1, 0));
    let line = report::line(1, &plan, &plan.actions[0], &outcomes[0]);
    assert!(line.contains("heeler was told to stop; external id "), "{line}");
}

#[tokio::test(start_paused = true)]
async fn what_was_issued_and_not_used_is_said_everywhere() {
    let (client, _) = watched(|write| is_create(write).then_some(403));
    let config = load(CONFIG);
    let plan = plan(&config, &client).await;
    let report =
        Report { outcomes: execute(&plan, &client, &KnownBeforeRun::default()).await, proof: Proof::NotNeeded };
    let issued = report.outcomes[0].issued["external_id"].as_str().unwrap().to_owned();
    let said = format!("external id {issued} was issued for it and is not used");
    let view = PlanView::new(&plan, Vec::new(), true, String::new());
    let line = report::line(1, &plan, &plan.actions[0], &report.outcomes[0]);
    assert!(line.contains(&said), "{line}");
    let comment = markdown::applied(&view, &report, None).to_string().replace('`', "");
    assert!(comment.contains(&said), "{comment}");
    let outcomes = report.outcomes.iter().cloned().enumerate().collect();
    let (kept, made) = Default::default();
    let progress = json::Progress {
        outcomes: &outcomes,
        kept: &kept,
        made: &made as &Vec<_>,
        report: Some(&report),
        managed: None,
    };
    let document =
        serde_json::to_value(json::document(&view, "apply", &config.config().sources, Some(&progress))).unwrap();
    let result = &document["actions"][0]["result"];
    assert_eq!((&result["issued"], &result["unused"]), (&json!({ "external_id": issued }), &json!(["external_id"])));
    // The second was never tried, as the vendor refuses the kind: nothing was issued for it.
    assert!(report.outcomes[1].issued.is_empty() && document["actions"][1]["result"]["unused"].is_null());
}
