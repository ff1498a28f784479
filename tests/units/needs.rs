//! What takes an output of another row needs it. What needs an action that is not in the plan shares its fate, and so
//! does what needs that.

use std::collections::BTreeSet;
use std::sync::Arc;

use heeler::config::Loaded;
use heeler::executor::{ReadPurpose, observe};
use heeler::model::kind_output::ROW_ID;
use heeler::model::plan::{Unreadable, VendorError};
use heeler::model::{Action, Change, Desired, FieldChange, Key, Kind, OutputRef, Outputs, Plan, Unique};
use heeler::planner::unmet_needs::propagate_unmet_needs;
use heeler::providers::wavefront;
use heeler::sandbox::{Sandbox, World};

use crate::load;

/// Three integrations, of which nothing needs another.
fn three() -> Loaded {
    let entry = |n: usize| {
        format!("  - {{ aws_account_id: \"40000000000{n}\", wavefront: {{ role_name: R, name: n, ec2: {{}} }} }}\n")
    };
    let text = format!(
        "version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\naccounts:\n{}",
        (1..4).map(entry).collect::<String>()
    );
    load(&[("heeler.yaml", &text)]).expect("a config")
}

async fn planned(config: &Loaded, world: &str) -> Plan {
    let snapshots =
        observe(&Sandbox::new(World::parse(world).expect("a world"), 1), &config.desired, ReadPurpose::Plan).await;
    crate::planned(config, &snapshots)
}

/// Three creates, of which the second needs the first and the third the second.
async fn chain() -> (Action, Plan) {
    let mut plan = planned(&three(), "{}").await;
    for at in [1, 2] {
        let id = plan.actions[at - 1].id();
        plan.actions[at].needs.insert(id);
    }
    assert_eq!((plan.actions.len(), plan.preparations.len()), (3, 3));
    (plan.actions[0].clone(), plan)
}

/// The first account's integration takes the id of the third's.
fn first_takes_id_of_third() -> Loaded {
    let mut config = three();
    let keys: Vec<Key> = config.desired.entries.keys().cloned().collect();
    let first = config.desired.entries.get_mut(&keys[0]).expect("the first");
    Arc::make_mut(first).outputs[0].from = OutputRef { of: keys[2].clone(), output: ROW_ID };
    config
}

fn accounts(plan: &Plan) -> Vec<&str> {
    plan.actions.iter().map(|action| action.key.account().unwrap_or_default()).collect()
}

#[tokio::test]
async fn what_takes_an_output_of_another_row_needs_it_and_stands_after_it() {
    let plan = planned(&first_takes_id_of_third(), "{}").await;
    assert_eq!(accounts(&plan), ["400000000002", "400000000003", "400000000001"]);
    assert_eq!(plan.actions[2].needs, BTreeSet::from([plan.actions[1].id()]));
    assert_eq!(plan.preparations.len(), 2, "nothing is issued for what takes an output");
    assert!(plan.actions[2].pending().is_some());
}

#[tokio::test]
async fn an_output_of_a_row_that_is_live_is_known() {
    let row = r#"{ "id": "w-3", "name": "n", "service": "EC2",
        "ec2": { "baseCredentials": { "roleArn": "arn:aws:iam::400000000003:role/R" } } }"#;
    let world = format!(r#"{{ "wavefront": {{ "items": [{row}] }} }}"#);
    let plan = planned(&first_takes_id_of_third(), &world).await;
    assert_eq!(accounts(&plan), ["400000000001", "400000000002"]);
    assert!(plan.actions[0].needs.is_empty() && plan.actions[0].pending().is_none());
    let resolved = plan.actions[0].resolved(&Outputs::default());
    let taken = |change: &FieldChange| matches!(&change.change, Change::Output { after: Some(id), .. } if id == "w-3");
    assert!(resolved.changes().any(taken), "what is known stays known");
}

#[tokio::test]
async fn what_takes_an_output_of_a_row_that_is_neither_declared_nor_live_is_refused() {
    let mut config = first_takes_id_of_third();
    config.desired.entries.pop_last();
    let plan = planned(&config, "{}").await;
    assert_eq!(accounts(&plan), ["400000000002"]);
    let [refusal] = &plan.refusals[..] else { panic!("{:?}", plan.refusals) };
    let third = "arn:aws:iam::400000000003:role/R wavefront.ec2";
    assert_eq!(refusal.why, format!("it needs the id of {third}, which is neither declared nor live"));
    assert_eq!(refusal.help, format!("declare {third} too"));
}

#[tokio::test]
async fn a_plan_in_which_every_need_stands_before_its_action_stays_as_it_is() {
    let (_, mut plan) = chain().await;
    propagate_unmet_needs(&mut plan);
    assert_eq!((plan.actions.len(), plan.preparations.len()), (3, 3));
}

#[tokio::test]
async fn what_needs_what_is_held_back_is_held_back() {
    let (first, mut plan) = chain().await;
    plan.actions.remove(0);
    plan.held_back.push(first);
    propagate_unmet_needs(&mut plan);
    assert_eq!((plan.actions.len(), plan.held_back.len(), plan.preparations.len()), (0, 3, 0));
}

#[tokio::test]
async fn what_needs_what_could_not_be_read_is_unread() {
    let (first, mut plan) = chain().await;
    plan.actions.remove(0);
    let error = VendorError::Unreadable("it has another form".to_owned());
    plan.unreadable.push(Unreadable::row(first.key, error));
    propagate_unmet_needs(&mut plan);
    let said: Vec<String> = plan.unreadable.iter().map(|unread| unread.error.to_string()).collect();
    assert!(plan.actions.is_empty() && said.len() == 3, "{said:?}");
    assert!(said[1].contains("400000000001") && said[1].ends_with("which could not be read"), "{said:?}");
    assert!(said[2].contains("400000000002"), "the third needs the second: {said:?}");
}

#[tokio::test]
async fn what_needs_what_is_not_part_of_the_run_is_refused_and_says_so() {
    let (_, mut plan) = chain().await;
    plan.actions.remove(0);
    propagate_unmet_needs(&mut plan);
    let why: Vec<&str> = plan.refusals.iter().map(|refusal| refusal.why.as_str()).collect();
    assert!(plan.actions.is_empty() && plan.preparations.is_empty() && why.len() == 2, "{why:?}");
    assert!(why[0].contains("400000000001") && why[0].ends_with("which is not part of this run"), "{why:?}");
    assert!(why[1].contains("400000000002") && why[1].ends_with("which is refused"), "{why:?}");
}

/// Nothing can wait for itself, whatever the needs say.
#[tokio::test]
async fn needs_in_a_circle_are_no_plan() {
    let (_, mut plan) = chain().await;
    let last = plan.actions[2].id();
    plan.actions[0].needs.insert(last);
    propagate_unmet_needs(&mut plan);
    assert!(plan.actions.is_empty() && plan.refusals.len() == 3);
}

/// A kind of which an entry has to say nothing.
static BARE: Kind = Kind {
    provider: "wavefront",
    vendor: "Wavefront",
    name: "bare",
    noun: ("row", "rows"),
    block_path: &["bare"],
    schema: wavefront::kinds::OTHER.schema,
    unique: Unique::EnforcedByVendor,
    delete_consequence: |_| "it is gone",
    outputs: &[],
    deleted_after: &[],
};

/// An entry may say of a row no more than that it shall be there.
#[tokio::test]
async fn a_row_without_declared_fields_is_created() {
    let mut config = three();
    let (_, known) = config.desired.entries.pop_first().expect("an entry");
    let key = BARE.key(known.key.name.clone());
    let desired = Desired { key: key.clone(), outputs: Vec::new(), ..Desired::clone(&known) };
    config.desired.entries = [(key, Arc::new(desired))].into();
    let plan = planned(&config, "{}").await;
    assert_eq!((plan.actions.len(), plan.unchanged.total()), (1, 0), "{:?}", plan.refusals);
}
