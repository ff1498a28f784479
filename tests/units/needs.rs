//! What needs an action that is not in the plan shares its fate, and so does what needs that.

use heeler::executor::observe;
use heeler::model::desired::Confirm;
use heeler::model::plan::{Unreadable, VendorError};
use heeler::model::{Action, Plan};
use heeler::planner::needs::settle;
use heeler::planner::{ConfirmMode, PlanInput, plan};
use heeler::sandbox::{Sandbox, World};

use crate::load;

/// Three creates, of which the second needs the first and the third the second.
async fn chain() -> (Action, Plan) {
    let entry = |n: usize| {
        format!("  - {{ aws_account_id: \"40000000000{n}\", wavefront: {{ role_name: R, name: n, ec2: {{}} }} }}\n")
    };
    let text = format!(
        "version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\naccounts:\n{}",
        (1..4).map(entry).collect::<String>()
    );
    let config = load(&[("heeler.yaml", &text)]).expect("a config");
    let snapshots = observe(&Sandbox::new(World::empty(), 1), &config.desired).await;
    let mut plan = plan(&PlanInput {
        desired: &config.desired,
        snapshots: &snapshots,
        sources: &config.sources,
        only: None,
        confirm: &Confirm::default(),
        confirm_mode: ConfirmMode::AtMost,
        approved: None,
        resend_secrets: false,
    });
    for at in [1, 2] {
        let id = plan.actions[at - 1].id();
        plan.actions[at].needs.insert(id);
    }
    assert_eq!((plan.actions.len(), plan.preparations.len()), (3, 3));
    (plan.actions[0].clone(), plan)
}

#[tokio::test]
async fn a_plan_in_which_every_need_stands_before_its_action_stays_as_it_is() {
    let (_, mut plan) = chain().await;
    settle(&mut plan);
    assert_eq!((plan.actions.len(), plan.preparations.len()), (3, 3));
}

#[tokio::test]
async fn what_needs_what_is_held_back_is_held_back() {
    let (first, mut plan) = chain().await;
    plan.actions.remove(0);
    plan.held_back.push(first);
    settle(&mut plan);
    assert_eq!((plan.actions.len(), plan.held_back.len(), plan.preparations.len()), (0, 3, 0));
}

#[tokio::test]
async fn what_needs_what_could_not_be_read_is_unread() {
    let (first, mut plan) = chain().await;
    plan.actions.remove(0);
    let error = VendorError::Unreadable("it has another form".to_owned());
    plan.unreadable.push(Unreadable { provider: "wavefront", key: Some(first.key), error });
    settle(&mut plan);
    let said: Vec<String> = plan.unreadable.iter().map(|unread| unread.error.to_string()).collect();
    assert!(plan.actions.is_empty() && said.len() == 3, "{said:?}");
    assert!(said[1].contains("400000000001") && said[1].ends_with("which could not be read"), "{said:?}");
    assert!(said[2].contains("400000000002"), "the third needs the second: {said:?}");
}

#[tokio::test]
async fn what_needs_what_is_not_part_of_the_run_is_refused_and_says_so() {
    let (_, mut plan) = chain().await;
    plan.actions.remove(0);
    settle(&mut plan);
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
    settle(&mut plan);
    assert!(plan.actions.is_empty() && plan.refusals.len() == 3);
}
