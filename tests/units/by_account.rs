//! Vendors that are asked account by account: what is read of which, what one account that cannot be entered means, and
//! which deletes in one account wait for which. The kinds exist here alone.

use std::collections::{BTreeMap, BTreeSet};

use heeler::config::Loaded;
use heeler::model::desired::{LeftOut, LeftOutReason};
use heeler::model::kind_output::{Output, OutputSource};
use heeler::model::plan::{UnreadPart, VendorError};
use heeler::model::{DesiredOutput, Failure, Kind, Observation, Observed, Op, OutputRef, Plan, RemoteId, Unique};
use heeler::planner::ProviderSnapshot;
use heeler::providers::{Scope, wavefront};
use serde_json::value::RawValue;

use crate::load;

const FIRST: &str = "400000000001";
const GONE: &str = "400000000009";

const fn kind(name: &'static str, block_path: &'static [&'static str]) -> Kind {
    Kind {
        provider: "wavefront",
        vendor: "Wavefront",
        name,
        noun: ("row", "rows"),
        block_path,
        schema: wavefront::kinds::OTHER.schema,
        unique: Unique::EnforcedByVendor,
        delete_consequence: |_| "it is gone",
        outputs: &[Output { name: "arn", source: OutputSource::Row("/more/arn") }],
        deleted_after: &[],
    }
}

/// A bucket goes after the policies in its account.
static BUCKET: Kind = Kind { deleted_after: &["wavefront.policy"], ..kind("bucket", &["bucket"]) };
static POLICY: Kind = kind("policy", &["policy"]);

fn config(removed: &str) -> Loaded {
    let text = format!(
        "version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\naccounts:\n  - {{ aws_account_id: \
         \"{FIRST}\", wavefront: {{ role_name: R, name: n, ec2: {{}} }} }}\n{removed}"
    );
    load(&[("heeler.yaml", &text)]).expect("a config")
}

fn removed() -> Loaded {
    config(&format!("removed:\n  - {{ aws_account_id: \"{GONE}\", reason: closed }}\n"))
}

fn row(kind: &'static Kind, account: &str, text: &str) -> Observed {
    Observed {
        key: kind.key(account),
        id: RemoteId(format!("id-{}", kind.name)),
        account: Some(account.to_owned()),
        partition: None,
        row: RawValue::from_string(text.to_owned()).expect("JSON"),
        not_manageable: None,
        alias: None,
        principal: None,
        health_issues: Vec::new(),
    }
}

fn listed(rows: impl IntoIterator<Item = Observed>) -> Observation {
    Observation { rows: rows.into_iter().map(|row| (row.key.clone(), row)).collect(), ..Observation::default() }
}

fn closed(account: &str) -> Observation {
    let failure = Failure::NotAuthorized { what: "GET /".to_owned(), why: "the role is not there".to_owned() };
    let unread_accounts = [(account.to_owned(), VendorError::NoAnswer(failure))].into();
    Observation { unread_accounts, ..Observation::default() }
}

fn planned(config: &Loaded, result: Result<Observation, VendorError>) -> Plan {
    let snapshots: BTreeMap<_, _> = [("wavefront", ProviderSnapshot { backend: "wavefront", result })].into();
    crate::planned(config, &snapshots)
}

fn parts(plan: &Plan) -> Vec<&UnreadPart> {
    plan.unreadable.iter().map(|unread| &unread.part).collect()
}

#[test]
fn a_reading_is_for_the_accounts_of_entries_and_of_tombstones() {
    let config = config(&format!(
        "removed:\n  - {{ aws_account_id: \"{GONE}\", reason: closed }}\n  - {{ aws_account_id: \"400000000008\", reason: \
         closed, from: [cloudcraft] }}\n"
    ));
    let scope = Scope::of(&config.desired, "wavefront");
    assert_eq!((scope.declared.len(), scope.accounts), (1, BTreeSet::from([FIRST, GONE])));
    assert_eq!(Scope::of(&config.desired, "cloudcraft").accounts, BTreeSet::from([GONE, "400000000008"]));
}

#[test]
fn an_account_that_cannot_be_entered_is_one_account_unread() {
    let plan = planned(&removed(), Ok(closed(FIRST)));
    assert_eq!(parts(&plan), [&UnreadPart::Account(FIRST.to_owned())]);
    assert!(plan.actions.is_empty() && plan.refusals.is_empty() && plan.all_listings_read());
    assert_eq!(plan.obsolete_tombstones.len(), 1, "of the other account it is known");
}

#[test]
fn a_tombstone_of_an_account_that_cannot_be_entered_is_not_obsolete() {
    let plan = planned(&removed(), Ok(closed(GONE)));
    assert_eq!(parts(&plan), [&UnreadPart::Account(GONE.to_owned())]);
    assert_eq!((plan.obsolete_tombstones.len(), plan.actions.len()), (0, 1), "the other account goes on");
}

#[test]
fn a_delete_stands_after_those_that_it_waits_for() {
    let rows = [row(&BUCKET, GONE, "{}"), row(&POLICY, GONE, "{}"), row(&POLICY, "400000000007", "{}")];
    let plan = planned(&removed(), Ok(listed(rows)));
    let deletes: Vec<_> = plan.actions.iter().filter(|action| matches!(action.op, Op::Delete { .. })).collect();
    let kinds: Vec<&str> = deletes.iter().map(|action| action.key.kind.name).collect();
    assert_eq!(kinds, ["policy", "bucket"]);
    assert_eq!(deletes[1].needs, BTreeSet::from([deletes[0].id()]), "and for nothing in another account");
}

#[test]
fn a_delete_that_waits_for_what_stays_is_refused() {
    let config = config(&format!(
        "removed:\n  - {{ aws_account_id: \"{GONE}\", reason: closed, from: [wavefront] }}\nprotect: [\"{GONE}\"]\n"
    ));
    let plan = planned(&config, Ok(listed([row(&BUCKET, GONE, "{}"), row(&POLICY, GONE, "{}")])));
    assert_eq!((plan.refusals.len(), plan.counts().2), (2, 0));

    let policy = Observed { not_manageable: Some("it is the vendor's own"), ..row(&POLICY, GONE, "{}") };
    let plan = planned(&removed(), Ok(listed([row(&BUCKET, GONE, "{}"), policy])));
    let why: Vec<&str> = plan.refusals.iter().map(|refusal| refusal.why.as_str()).collect();
    assert_eq!(plan.counts().2, 0);
    assert!(why.iter().any(|why| why.ends_with("wavefront.policy, which is refused")), "{why:?}");
}

/// A row that nothing is written to: neither does what waits for it go, nor is it unread because it waits for another.
#[test]
fn a_delete_that_waits_for_what_is_read_only_is_refused() {
    static ELSEWHERE: Kind = Kind { provider: "cloudcraft", ..kind("policy", &["policy"]) };
    static AFTER: Kind = Kind { deleted_after: &["cloudcraft.policy"], ..kind("bucket", &["bucket"]) };
    let plan = |read_only: &str, policies: Result<Observation, VendorError>| {
        let removed = format!("removed:\n  - {{ aws_account_id: \"{GONE}\", reason: closed }}\n");
        let text = format!(
            "version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com, read_only: {} }}, cloudcraft: {{ read_only: {} }} }}\n{removed}",
            read_only == "wavefront",
            read_only == "cloudcraft"
        );
        let buckets = Ok(listed([row(&AFTER, GONE, "{}")]));
        let snapshots: BTreeMap<_, _> = [
            ("wavefront", ProviderSnapshot { backend: "wavefront", result: buckets }),
            ("cloudcraft", ProviderSnapshot { backend: "cloudcraft", result: policies }),
        ]
        .into();
        crate::planned(&load(&[("heeler.yaml", &text)]).expect("a config"), &snapshots)
    };
    let policies = || Ok(listed([row(&ELSEWHERE, GONE, "{}")]));
    assert_eq!(plan("", policies()).counts().2, 2);

    let waits = plan("cloudcraft", policies());
    assert_eq!((waits.counts().2, waits.read_only.len(), waits.refusals.len()), (0, 1, 1));
    assert!(waits.refusals[0].why.ends_with("which is live and stays: it is read only"), "{}", waits.refusals[0].why);

    let unread = || Err(VendorError::Unreadable("a page is missing".to_owned()));
    assert_eq!(parts(&plan("", unread())), [&UnreadPart::Provider, &UnreadPart::Row(AFTER.key(GONE))]);
    let held = plan("wavefront", unread());
    assert_eq!((parts(&held), held.read_only.len()), (vec![&UnreadPart::Provider], 1));
}

#[test]
fn a_delete_that_may_have_to_wait_for_what_was_not_read_is_unread() {
    let mut config = removed();
    let left_out = LeftOut { backend: "wavefront", why: LeftOutReason::NotSelected };
    config.desired.left_out.insert("wavefront", left_out);
    let plan = planned(&config, Ok(listed([row(&BUCKET, GONE, "{}")])));
    assert_eq!(parts(&plan), [&UnreadPart::Row(BUCKET.key(GONE))]);
    let why = plan.unreadable[0].error.to_string();
    assert_eq!(why, format!("it goes after {GONE} wavefront.policy, which this run leaves out"));
}

/// The integration that is declared takes the ARN of its account's policy, which the listing shows or not.
fn taking_the_arn(listed: Observation) -> Plan {
    let mut config = config("");
    let entry = config.desired.entries.values_mut().next().expect("the entry");
    let wanted = &mut std::sync::Arc::make_mut(entry).outputs;
    let place = wanted[0].place;
    let from = OutputRef { of: POLICY.key(FIRST), output: "arn" };
    *wanted = vec![DesiredOutput { field: "external_id", from, place, value: None }];
    planned(&config, Ok(listed))
}

#[test]
fn an_output_is_read_where_its_kind_says() {
    let plan = taking_the_arn(listed([row(&POLICY, FIRST, r#"{ "more": { "arn": "arn:of:it" } }"#)]));
    let Op::Create { desired, .. } = &plan.actions[0].op else { panic!("{plan:#?}") };
    assert_eq!(desired.outputs[0].value, Some("arn:of:it".into()));
    assert!(plan.preparations.is_empty() && plan.actions[0].needs.is_empty());

    let plan = taking_the_arn(listed([row(&POLICY, FIRST, "{}")]));
    let why: Vec<String> = plan.unreadable.iter().map(|unread| unread.error.to_string()).collect();
    assert_eq!(why, [format!("it needs the arn of {FIRST} wavefront.policy, whose row shows none")]);
    assert!(plan.actions.is_empty());
}
