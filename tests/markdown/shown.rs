//! What comments look like.

use std::fs;
use std::path::Path;

use heeler::commands::arguments::flags::Paths;
use heeler::model::base_comparison::{Origin, Shadowed, Weakened};
use heeler::model::drift::{Class, Drift, Drifted, Refused};
use heeler::model::limits::{LimitCheck, LimitName};
use heeler::model::plan::{ObsoleteTombstone, Refusal, UnreadPart, Unreadable};
use heeler::model::refusal::RefusedOp;
use heeler::model::{
    BaseComparison, Key, Path as Field, Plan, Proof, RemoteId, Report, RowTally, Source, Status,
    vendor_error::VendorError,
};
use heeler::providers::datadog::kinds::ACCOUNT;
use heeler::render::{Links, markdown};
use serde_json::Value;

use crate::fleet::{BASE, Fleet, Run};

fn quickstart() -> Run {
    let text = fs::read_to_string("examples/configs/quickstart/heeler.yaml").unwrap();
    let world: Value =
        serde_json::from_str(&fs::read_to_string("examples/configs/quickstart/world.json").unwrap()).unwrap();
    Run::of(&[("examples/configs/quickstart/heeler.yaml", &text)], world["datadog"]["data"].as_array().unwrap().clone())
}

fn matching(accounts: usize) -> RowTally {
    std::iter::repeat_n(&ACCOUNT.key("210000000001"), accounts).collect()
}

fn shown(name: &str, comment: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter("sha256:[0-9a-f]{64}", "sha256:DIGEST");
    settings.add_filter(BASE, "BASE");
    settings.bind(|| insta::assert_snapshot!(name, comment));
}

#[test]
fn the_quickstart() {
    let run = quickstart();
    let plan = run.plan();
    shown("quickstart", &markdown::plan(&run.view(&plan)));
    let mut view = run.view(&plan);
    (view.sandbox, view.links) = (true, Links::default());
    shown("quickstart_in_the_sandbox", &markdown::plan(&view));
    let report = run.apply(&plan);
    shown(
        "quickstart_applied",
        &markdown::applied(&run.view(&plan), &report, Some(Path::new("heeler-deleted-0123.json"))),
    );
    let plan = run.plan();
    shown("quickstart_without_changes", &markdown::plan(&run.view(&plan)));
}

#[test]
fn a_compared_plan() {
    let run = quickstart();
    let plan = run.plan();
    let mut view = run.view(&plan);
    view.base_comparison = Some(comparison(&plan));
    shown("compared", &markdown::plan(&view));
    // A change that only gives something up is not "no changes".
    let empty = Plan { unchanged: matching(41), ..Plan::default() };
    let mut view = run.view(&empty);
    view.base_comparison = Some(BaseComparison { origins: Vec::new(), ..comparison(&plan) });
    shown("compared_without_changes", &markdown::plan(&view));
}

fn comparison(plan: &Plan) -> BaseComparison {
    let was = |line: usize| Source { file: "main/heeler.yaml".into(), line, column: 5, layer: None };
    let name = |name: &str| Some(name.to_owned());
    let mut origins = vec![Origin::Pending; plan.actions.len()];
    (origins[0], origins[1]) = (Origin::ThisChange, Origin::Both { pending: [Field::dotted("account_tags")].into() });
    BaseComparison {
        base: "main/heeler.yaml".to_owned(),
        weakened: vec![
            Weakened::Account { key: key("210000000021"), name: name("gone-missing"), was: was(7) },
            Weakened::Account { key: key("210000000022"), name: None, was: was(9) },
            Weakened::Fields {
                key: key("210000000001"),
                name: name("platform"),
                paths: vec![Field::dotted("logs_config.lambda_forwarder")],
                was: was(12),
            },
            Weakened::Protection { identity: "210000000001".to_owned(), was: was(3) },
            Weakened::Withheld { what: "hold", key: key("210000000004"), name: name("lab"), now: was(60) },
            Weakened::DeletePutOff { key: key("210000000023"), name: None, now: was(2) },
            Weakened::Released { what: "read_only", provider: "datadog", rows: 1, was: was(2) },
            Weakened::Limit { name: LimitName::Deletes, from: 3, to: Some(30) },
            Weakened::Confirmed { name: LimitName::Disruptive, number: 137 },
            Weakened::Ownership,
            Weakened::Guard { provider: "datadog", organization: "acme-prod".to_owned() },
        ],
        shadowed: vec![Shadowed {
            key: key("210000000003"),
            name: name("data-prod"),
            layer: "defaults".to_owned(),
            path: Field::dotted("aws_regions.include_only"),
            by: Source { file: "heeler.yaml".into(), line: 56, column: 7, layer: None },
        }],
        origins,
    }
}

fn key(name: &str) -> Key {
    ACCOUNT.key(name.to_owned())
}

fn refusal() -> Refusal {
    Refusal {
        key: key("210000000001"),
        account: Some("210000000001".to_owned()),
        name: Some("platform".to_owned()),
        op: RefusedOp::Create { changes: Vec::new() },
        source: Source { file: "heeler/accounts.yaml".into(), line: 3, column: 1, layer: None },
        why: "it is protected, and `removed:` names it".to_owned(),
        because_of: None,
        help: "take it out of `protect:` first, in a change of its own".to_owned(),
    }
}

#[test]
fn a_refused_plan() {
    let run = Fleet::of(1, 1, 0, 0).world();
    let mut plan = run.plan();
    plan.limit_checks = vec![LimitCheck {
        name: LimitName::Deletes,
        provider: "datadog",
        used: 1,
        limit: 0,
        refused: Some("deletes planned: 1, limit: 0; confirm `--confirm-deletes 1`".to_owned()),
    }];
    plan.refusals.push(refusal());
    shown("refused", &markdown::plan(&run.view(&plan)));
    let words = "the plan is `sha256:1`, and `sha256:2` was expected";
    shown("refused_by_apply", &markdown::refused(&run.view(&plan), Some(words)));
}

#[test]
fn an_incomplete_plan() {
    let run = Fleet::of(0, 0, 0, 1).world();
    let mut plan = run.plan();
    let unread = |part| Unreadable {
        provider: "datadog",
        part,
        error: VendorError::Failing("503 Service Unavailable after 5 tries".to_owned()),
    };
    plan.unreadable = vec![
        unread(UnreadPart::Provider),
        unread(UnreadPart::Row(key("210000000001"))),
        unread(UnreadPart::Account("210000000002".to_owned())),
    ];
    shown("incomplete", &markdown::plan(&run.view(&plan)));
    plan.actions.clear();
    let comment = markdown::plan(&run.view(&plan));
    assert!(comment.contains("nothing could be read") && comment.contains("Incomplete"), "{comment}");
    let in_sync = markdown::drift(&run.view(&plan), &Drift::default());
    assert!(!in_sync.contains("in sync") && in_sync.contains("not everything could be read"), "{in_sync}");
}

#[test]
fn what_is_held_back_or_spent_is_said() {
    let run = Fleet::of(1, 1, 0, 1).world();
    let mut plan = run.plan();
    plan.held_back = plan.actions.split_off(1);
    let source = Source { file: "heeler/removed.yaml".into(), line: 5, column: 1, layer: None };
    plan.obsolete_tombstones =
        vec![ObsoleteTombstone { identity: "210000000009".to_owned(), from: Vec::new(), source: source.clone() }];
    let comment = markdown::plan(&run.view(&plan));
    assert!(!comment.contains("merging applies"), "{comment}");
    shown("held_back", &comment);
    let quiet =
        Plan { unchanged: matching(1), obsolete_tombstones: plan.obsolete_tombstones.clone(), ..Plan::default() };
    let line = markdown::plan(&run.view(&quiet));
    assert_eq!(
        &*line,
        format!(
            "heeler plan for `acme-prod`: no changes. 1 Datadog account matches. 1 obsolete tombstone to take out: [`heeler/removed.yaml:5`]({BASE}/heeler/removed.yaml#L5).\n"
        )
    );
}

#[test]
fn an_apply_that_ended_partially() {
    let run = Fleet::of(2, 1, 2, 1).varied().world();
    let plan = run.plan();
    let mut report = run.apply(&plan);
    let failed = |why: &str, unsure| Status::Failed {
        why: why.to_owned(),
        fields: vec!["attributes.aws_regions".to_owned()],
        unsure,
    };
    let stale = Status::Stale(plan.actions[1].changes().cloned().collect());
    let skipped = Status::Skipped("an earlier change failed".to_owned());
    let endings = [
        failed("400: invalid regions: [eu-west-1]", false),
        stale,
        skipped,
        Status::Done,
        Status::Done,
        failed("no answer", true),
    ];
    assert_eq!(report.outcomes.len(), endings.len());
    report.outcomes.iter_mut().zip(endings).for_each(|(outcome, status)| outcome.status = status);
    // Two were accepted, and are nevertheless not so.
    let left = Plan { actions: vec![plan.actions[3].clone(), plan.actions[4].clone()], ..Plan::default() };
    report.proof = Proof::Differs(Box::new(left));
    let mut plan = plan;
    plan.refusals.push(refusal());
    shown("applied_partially", &markdown::applied(&run.view(&plan), &report, None));
    let nothing = Plan { unchanged: matching(41), ..Plan::default() };
    shown(
        "applied_nothing",
        &markdown::applied(&run.view(&nothing), &Report { outcomes: Vec::new(), proof: Proof::NotNeeded }, None),
    );
}

#[test]
fn drift() {
    let run = Fleet::of(0, 2, 1, 0).varied().world();
    let plan = run.plan();
    let changed = |at: usize, refused: Option<&str>| Drifted {
        class: Class::Changed,
        key: plan.actions[at].key.clone(),
        name: plan.actions[at].name.clone(),
        row: plan.actions[at].row().cloned(),
        source: Some(plan.actions[at].source.clone()),
        changes: plan.actions[at].changes().cloned().collect(),
        account: None,
        reason: None,
        trashed: None,
        refused: refused.map(|why| Refused { why: why.to_owned(), help: String::new(), read_only: false }),
        named: false,
        counts: true,
    };
    let other = |class: Class, id: &str, counts: bool| Drifted {
        class,
        key: key(id),
        name: None,
        row: Some(RemoteId("5c0ffee0".to_owned())),
        source: (class != Class::Unmanaged).then(|| plan.actions[0].source.clone()),
        account: None,
        reason: (class == Class::Lingering).then(|| "account closed, OPS-4411".to_owned()),
        changes: Vec::new(),
        trashed: id.ends_with("12").then(|| RemoteId("7a5b0000".to_owned())),
        refused: None,
        named: false,
        counts,
    };
    let items = vec![
        changed(0, None),
        changed(2, Some("it is protected")),
        other(Class::Missing, "210000000011", true),
        other(Class::Missing, "210000000012", true),
        other(Class::Lingering, "210000000009", true),
        other(Class::Unmanaged, "210000000031", false),
    ];
    let drift = Drift { items, fingerprint: Some("sha256:".to_owned() + &"0".repeat(64)) };
    shown("drift", &markdown::drift(&run.view(&plan), &drift));
    let quiet = Plan { unchanged: matching(41), ..Plan::default() };
    let only = Drift { items: vec![other(Class::Unmanaged, "210000000031", false)], fingerprint: None };
    assert_eq!(
        &*markdown::drift(&run.view(&quiet), &only),
        "heeler drift for `acme-prod`: in sync. 41 Datadog accounts match.\n"
    );
    let strict = Drift { items: vec![other(Class::Unmanaged, "210000000031", true)], fingerprint: None };
    assert!(markdown::drift(&run.view(&quiet), &strict).starts_with("### heeler drift for `acme-prod`: 1 unmanaged\n"));
}

#[test]
fn an_invalid_config() {
    let path = "tests/support/mistakes/conf".into();
    let paths = Paths { paths: vec![path] };
    let Err(invalid) = heeler::config::load(&paths.paths, &heeler::model::Env::default()) else {
        panic!("it is valid")
    };
    let links = Links { base: Some(BASE.to_owned()), folder: String::new() };
    shown("invalid", &markdown::invalid("validate", &invalid.diagnostics, &invalid.sources, &links));
}

#[test]
fn a_failure() {
    let words = "datadog refuses the keys: 403 Forbidden\nthe organization is `acme`, not @acme-prod\n";
    shown("failed", &markdown::failed("plan", words, Some("check DD_API_KEY and DD_APP_KEY")));
}
