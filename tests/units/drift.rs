//! Drift through the library: its classes, what counts, what apply would refuse. What moves the fingerprint is in
//! `fingerprint`.

use std::collections::BTreeMap;

use heeler::executor::{ReadPurpose, observe};
use heeler::model::drift::Class;
use heeler::model::plan::VendorError;
use heeler::model::{Drift, Key, Plan};
use heeler::planner::{self, ConfirmMode, ProviderSnapshot};
use heeler::providers::datadog::kinds::ACCOUNT;
use heeler::render::{self, Addressed, PlanView};
use heeler::run::{PlanOptions, Run, Snapshot};
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};

use crate::{load, plain};

pub const HEAD: &str = "version: 1\nproviders: { datadog: { site: datadoghq.com } }\n";
pub const ONE: &str = "400000000001";

/// What was read, what drifted, and what is said about it.
pub struct Seen {
    pub plan: Plan,
    pub drift: Drift,
    pub text: String,
    pub json: Value,
}

/// How it is looked at.
pub struct Look<'a> {
    pub texts: &'a [(&'a str, &'a str)],
    pub rows: Vec<Value>,
    pub strict: bool,
    pub world: &'a str,
}

pub fn look<'a>(texts: &'a [(&'a str, &'a str)], rows: Vec<Value>) -> Look<'a> {
    Look { texts, rows, strict: false, world: "sandbox" }
}

impl Look<'_> {
    pub fn see(self) -> Seen {
        self.see_after(|_| {})
    }

    /// The same after `meanwhile` was done to what had been read.
    fn see_after(self, meanwhile: impl FnOnce(&mut BTreeMap<&'static str, ProviderSnapshot>)) -> Seen {
        let run = Run::of(load(self.texts).unwrap_or_else(|wrong| panic!("{:?}", wrong.diagnostics)));
        let sandbox = Sandbox::new(World::empty(), 1);
        sandbox.edit("datadog", |table| *table = self.rows);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut snapshots = runtime.block_on(observe(&sandbox, &run.config().desired, ReadPurpose::Compare));
        meanwhile(&mut snapshots);
        let options = PlanOptions { confirm_mode: ConfirmMode::NoLimits, ..PlanOptions::default() };
        let plan = Snapshot::of(run.clone(), snapshots).plan(&options).into_plan();
        let drift = planner::drift::drift(&plan, self.strict, &json!({ "datadog": self.world }));
        let addressed = Addressed {
            name: "datadog",
            site: "datadoghq.com".to_owned(),
            base: String::new(),
            services: BTreeMap::new(),
            organization: None,
            via: None,
        };
        let view = PlanView::new(&plan, vec![addressed], false, String::new());
        let text = plain(&render::drift::drift(&view, &drift, " heeler/"));
        let json = serde_json::to_value(render::json::drift_document(&view, &drift, &run.config().sources)).unwrap();
        Seen { text, json, drift, plan }
    }
}

impl Seen {
    pub fn fingerprint(&self) -> &str {
        self.drift.fingerprint.as_deref().expect("a fingerprint")
    }

    /// `class id path,path`, with `!` before what apply would refuse and `(not counted)` behind what does not count.
    pub fn items(&self) -> Vec<String> {
        let items = self.drift.items.iter().map(|item| {
            let refused = if item.refused.is_some() { "!" } else { "" };
            let paths: Vec<String> = item.changes.iter().map(|change| change.path.to_string()).collect();
            let counts = if item.counts { "" } else { " (not counted)" };
            format!("{refused}{} {} {}", item.class.word(), item.key.name, paths.join(",")).trim_end().to_owned()
                + counts
        });
        items.collect()
    }
}

pub fn row(account: &str) -> Value {
    json!({ "id": format!("5c0ffee0-0000-4000-8000-{account}"), "type": "account", "attributes": {
        "account_tags": ["env:prod"], "aws_account_id": account, "aws_partition": "aws",
        "auth_config": { "role_name": "ObserverRole", "external_id": format!("ext{account}") },
        "aws_regions": { "include_all": true }, "metrics_config": { "enabled": true, "collect_custom_metrics": false },
    } })
}

pub fn rows(accounts: &[&str]) -> Vec<Value> {
    accounts.iter().copied().map(row).collect()
}

fn key(account: &str) -> Key {
    ACCOUNT.key(account.to_owned())
}

/// One of each class, and one that matches.
pub const EACH: &str = r#"
accounts:
  - { aws_account_id: "400000000001", name: calm, datadog: { account_tags: ["env:prod"] } }
  - aws_account_id: "400000000002"
    name: edited
    datadog: { account_tags: ["env:stage", "team:web"], metrics_config: { enabled: false }, aws_regions: { include_only: [eu-west-1] } }
  - { aws_account_id: "400000000003", name: gone, datadog: { auth_config: { role_name: ObserverRole } } }
removed:
  - { aws_account_id: "400000000004", reason: account closed }
"#;
pub const LIVE: [&str; 4] = ["400000000001", "400000000002", "400000000004", "400000000005"];

#[test]
fn each_class_is_told_from_the_others() {
    let seen = look(&[("heeler.yaml", &format!("{HEAD}{EACH}"))], rows(&LIVE)).see();
    let expected = [
        "changed 400000000002 account_tags,aws_regions,metrics_config.enabled",
        "missing 400000000003 auth_config.role_name,aws_partition",
        "lingering 400000000004",
        "unmanaged 400000000005 (not counted)",
    ];
    assert_eq!(seen.items(), expected);
    assert_eq!(
        seen.json["drift"]["counts"],
        json!({ "changed": 1, "missing": 1, "lingering": 1, "unmanaged": 1, "unreadable": 0 })
    );
    let fields = &seen.json["drift"]["items"][0]["fields"];
    assert_eq!(fields[0]["only_live"], json!(["env:prod"]));
    assert_eq!(fields[0]["only_declared"], json!(["env:stage", "team:web"]));
    assert_eq!((&fields[2]["live"], &fields[2]["declared"]), (&json!(true), &json!(false)));
    insta::assert_snapshot!(seen.text.replace(seen.fingerprint(), "FINGERPRINT"));
}

#[test]
fn in_sync_is_only_said_where_all_was_read_and_nothing_differs() {
    let text =
        format!("{HEAD}accounts: [{{ aws_account_id: \"{ONE}\", datadog: {{ account_tags: [\"env:prod\"] }} }}]\n");
    let calm = look(&[("heeler.yaml", &text)], rows(&[ONE])).see();
    assert!(calm.text.ends_with("\nDrift: none. 1 Datadog account matches.\n"), "{}", calm.text);
    assert_eq!((&calm.json["drift"]["in_sync"], &calm.json["drift"]["fingerprint"]), (&json!(true), &Value::Null));

    let one_row = look(&[("heeler.yaml", &text)], rows(&[ONE])).see_after(|snapshots| {
        let observation = snapshots.get_mut("datadog").unwrap().result.as_mut().unwrap();
        observation.rows.remove(&key(ONE));
        observation.unreadable.push((key(ONE), VendorError::Unreadable("its tags are a number".to_owned())));
    });
    let all = look(&[("heeler.yaml", &text)], rows(&[ONE])).see_after(|snapshots| {
        snapshots.get_mut("datadog").unwrap().result = Err(VendorError::Failing("status 500".to_owned()))
    });
    let not_json = look(&[("heeler.yaml", &text)], rows(&[ONE])).see_after(|snapshots| {
        let observation = snapshots.get_mut("datadog").unwrap().result.as_mut().unwrap();
        observation.rows.get_mut(&key(ONE)).unwrap().row =
            serde_json::value::to_raw_value(&json!({ "attributes": [] })).unwrap();
    });
    let unknown = "\nDrift: unknown. INCOMPLETE: not everything could be read.\n";
    let one_unread = "\nDrift: none in what could be read. 0 resources match, unread: 1.\n";
    for (seen, last, complete) in [(one_row, one_unread, true), (all, unknown, false), (not_json, one_unread, true)] {
        assert_eq!((seen.items(), seen.drift.fingerprint), (Vec::new(), None));
        assert!(seen.text.ends_with(last), "{}", seen.text);
        assert!(seen.text.contains("x unread"), "{}", seen.text);
        assert_eq!((&seen.json["complete"], &seen.json["drift"]["in_sync"]), (&json!(complete), &json!(false)));
        assert_eq!(seen.json["drift"]["counts"]["unreadable"], 1);
    }
}

#[test]
fn one_row_that_cannot_be_read_hides_nothing_of_the_others() {
    let text = format!("{HEAD}{EACH}");
    let seen = look(&[("heeler.yaml", &text)], rows(&LIVE)).see_after(|snapshots| {
        let observation = snapshots.get_mut("datadog").unwrap().result.as_mut().unwrap();
        observation.rows.remove(&key(ONE));
        observation.unreadable.push((key(ONE), VendorError::Unreadable("no".to_owned())));
    });
    assert!(seen.drift.any() && seen.drift.fingerprint.is_some());
    let last = "Drift: 1 changed, 1 missing, 1 lingering, 1 unmanaged (not counted), unread: 1.\n";
    assert!(seen.text.ends_with(last), "{}", seen.text);
}

#[test]
fn unmanaged_accounts_count_if_asked() {
    let text = format!("{HEAD}accounts: [{{ aws_account_id: \"{ONE}\", datadog: {{}} }}]\n");
    let live = || rows(&[ONE, "400000000007", "400000000008"]);
    let lax = look(&[("heeler.yaml", &text)], live()).see();
    assert_eq!((lax.drift.any(), lax.drift.count(Class::Unmanaged), &lax.drift.fingerprint), (false, 2, &None));
    assert!(
        lax.text.ends_with("\nDrift: none. 1 Datadog account matches. 2 unmanaged (not counted).\n"),
        "{}",
        lax.text
    );
    assert_eq!(lax.json["drift"]["in_sync"], true);
    let strict = Look { strict: true, ..look(&[("heeler.yaml", &text)], live()) }.see();
    assert!(strict.drift.any() && strict.drift.fingerprint.is_some());
    assert!(strict.text.ends_with("\nDrift: 0 changed, 0 missing, 0 lingering, 2 unmanaged.\n"), "{}", strict.text);
    // What can never be changed from here is nobody's to put right.
    let foreign = Look { strict: true, ..look(&[("heeler.yaml", &text)], live()) }.see_after(|snapshots| {
        let observation = snapshots.get_mut("datadog").unwrap().result.as_mut().unwrap();
        observation.rows.get_mut(&key("400000000008")).unwrap().not_manageable = Some("another owns it");
    });
    assert_eq!(foreign.items(), ["unmanaged 400000000007", "unmanaged 400000000008 (not counted)"]);
    assert!(foreign.text.ends_with(" 2 unmanaged (1 not counted).\n"), "{}", foreign.text);
}

#[test]
fn under_exclusive_ownership_what_no_entry_names_counts() {
    let text = format!(
        "{HEAD}ownership: exclusive\nprotect: [\"400000000008\"]\naccounts: [{{ aws_account_id: \"{ONE}\", datadog: {{}} }}, \
         {{ aws_account_id: \"400000000009\" }}]\n"
    );
    let seen = look(&[("heeler.yaml", &text)], rows(&[ONE, "400000000007", "400000000008", "400000000009"])).see();
    assert_eq!(
        seen.items(),
        ["unmanaged 400000000007", "!unmanaged 400000000008", "unmanaged 400000000009 (not counted)"]
    );
    assert!(seen.text.contains("1 Datadog account (counted)\n    400000000007\n"), "{}", seen.text);
    assert!(
        seen.text.contains("1 Datadog account (not counted)\n    400000000009 (named, not managed)\n"),
        "{}",
        seen.text
    );
}

#[test]
fn what_apply_would_refuse_is_drift_too() {
    let account = |fields: &str, block: &str| {
        format!("{HEAD}accounts: [{{ aws_account_id: \"{ONE}\", {fields} datadog: {{ {block} }} }}]\n")
    };
    let protected = |text: String| text + &format!("protect: [\"{ONE}\"]\n");
    let gone = |id: &str| format!("{HEAD}removed: [{{ aws_account_id: \"{ONE}\", reason: closed {id} }}]\n");
    let keys =
        "auth_config: { access_key_id: AKIAUNITEXAMPLE00001, secret_access_key: { env: S } }, account_tags: [\"a:b\"]";
    let switched = account("", keys);
    let other = account("", "auth_config: { role_name: Other }");
    let gov = account("aws_partition: aws-us-gov,", "account_tags: [\"env:prod\"]");
    for (text, live, item, why) in [
        (switched, true, "!changed 400000000001 account_tags,auth_config", "switch from one kind to the other"),
        (protected(other), true, "!changed 400000000001 auth_config.role_name", "it is protected (heeler.yaml:4)"),
        (protected(gone("")), true, "!lingering 400000000001", "it is protected (heeler.yaml:4)"),
        (gov, true, "!changed 400000000001 aws_partition", "fixed at creation"),
        (
            account("", "account_tags: [\"a:b\"]"),
            false,
            "!missing 400000000001 account_tags,aws_partition",
            "`auth_config` is missing",
        ),
        (gone(", id: somebody-elses"), true, "!lingering 400000000001", "not somebody-elses"),
    ] {
        let live = || if live { rows(&[ONE]) } else { Vec::new() };
        let seen = look(&[("heeler.yaml", &text)], live()).see();
        assert_eq!(seen.items(), [item], "{text}");
        assert!(
            seen.text.contains("    apply would refuse: ") && seen.text.contains(why) && seen.text.contains("    do: "),
            "{}",
            seen.text
        );
        assert!(seen.json["drift"]["items"][0]["refused"]["why"].as_str().unwrap().contains(why));
        assert_eq!(seen.drift.items[0].row.is_some(), !live().is_empty());
        // Where a line stands is said, and is not part of the fingerprint.
        let shifted = look(&[("heeler.yaml", &format!("# one more line\n{text}"))], live()).see();
        assert_eq!(shifted.fingerprint(), seen.fingerprint(), "{text}");
    }
    let foreign =
        look(&[("heeler.yaml", &account("", "account_tags: [\"a:b\"]"))], rows(&[ONE])).see_after(|snapshots| {
            snapshots
                .get_mut("datadog")
                .unwrap()
                .result
                .as_mut()
                .unwrap()
                .rows
                .get_mut(&key(ONE))
                .unwrap()
                .not_manageable = Some("another owns it");
        });
    assert_eq!(foreign.items(), ["!changed 400000000001 account_tags"]);
}

#[test]
fn limits_and_what_is_confirmed_mean_nothing() {
    let text = format!(
        "{HEAD}limits: {{ creates: 0, deletes: 0, disruptive: 0 }}\nconfirm: {{ disruptive: 7, creates: 2 }}\n{EACH}"
    );
    let seen = look(&[("heeler.yaml", &text)], rows(&LIVE)).see();
    assert!(
        seen.plan.limit_checks.is_empty() && seen.plan.diagnostics.is_empty() && !seen.text.contains("imit"),
        "{}",
        seen.text
    );
    assert_eq!(seen.json["limits"], json!([]));
    let plain = look(&[("heeler.yaml", &format!("{HEAD}{EACH}"))], rows(&LIVE)).see();
    assert_eq!(seen.fingerprint(), plain.fingerprint());
}
