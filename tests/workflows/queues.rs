//! The gate and the group of apply: who waits for reviewers holds the group, and nobody who waits behind is lost.

use serde_json::json;

use crate::guarding::reviewed_by_somebody;
use crate::runner::{Ended, Run};
use crate::stage::{A, B, Stage, accounts};

/// The jobs that stand before the environment, as GitHub keeps them: the one that asks its reviewers holds the group;
/// of the others all wait (`queue: max`), or only the newest.
#[derive(Default)]
struct Gate<'a> {
    holds: Option<Run<'a>>,
    waits: Vec<Run<'a>>,
    cancelled: usize,
}

impl<'a> Gate<'a> {
    /// The apply job of a run comes to the gate: what its check says.
    fn arrives(&mut self, run: Run<'a>) -> &'static str {
        let (_, cancels, queue) = run.concurrency("apply");
        assert!(!cancels);
        if self.holds.is_none() {
            self.holds = Some(run);
            return "waiting";
        }
        if queue.as_deref() != Some("max") {
            self.cancelled += self.waits.drain(..).count();
        }
        self.waits.push(run);
        "pending"
    }

    /// A reviewer approves: no step has run before, and the next one asks once this one has ended.
    fn approved(&mut self) -> Ended {
        let mut run = self.holds.take().unwrap();
        let ended = run.job("apply");
        run.job("settle");
        self.next();
        ended
    }

    /// Nobody approves for thirty days.
    fn nobody_approves(&mut self) {
        let mut run = self.holds.take().unwrap();
        run.contexts["needs"]["apply"] = json!({ "result": "failure", "outputs": {} });
        run.job("settle").is("success");
        self.next();
    }

    fn next(&mut self) {
        if !self.waits.is_empty() {
            self.holds = Some(self.waits.remove(0));
        }
    }
}

/// A run for a push, up to the gate.
fn planned<'a>(stage: &'a Stage, commit: &str) -> Run<'a> {
    let mut run = stage.pushed(commit);
    run.job("plan").is("success").says("one of them is asked before anything is applied");
    run
}

fn reviewed(name: &str) -> Stage {
    let stage = Stage::new(name);
    stage.github.change(|state| state["environments"]["heeler"] = reviewed_by_somebody());
    stage.environment_holds("heeler", &[("DD_API_KEY", "writes0123456789abcdef")]);
    stage
}

#[test]
fn whoever_waits_for_reviewers_loses_nothing_of_those_behind() {
    let stage = reviewed("gate");
    let mut gate = Gate::default();
    let first = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    assert_eq!(gate.arrives(planned(&stage, &first)), "waiting");
    assert_eq!(stage.github.states(&first, "default"), ["pending"], "nobody can see that it waits");
    let second = stage.merges(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    assert_eq!(gate.arrives(planned(&stage, &second)), "pending");
    let third = stage.merges(9, "heeler/a.yaml", &accounts(&[(A, "env:three")]));
    assert_eq!(gate.arrives(planned(&stage, &third)), "pending");
    assert_eq!((gate.waits.len(), gate.cancelled), (2, 0));
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:prod"]), json!(["env:prod"])));

    // The first that is let in does all that main holds; the others find nothing left.
    gate.approved().is("success").says("2 done");
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:three"]), json!(["env:two"])));
    gate.approved().is("success");
    gate.approved().is("success");
    for commit in [first, second, third] {
        assert_eq!(stage.github.states(&commit, "default").last().unwrap(), "success");
    }
}

#[test]
fn one_that_nobody_approves_is_taken_up_by_the_next() {
    let stage = reviewed("nobody");
    let mut gate = Gate::default();
    let first = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    gate.arrives(planned(&stage, &first));
    gate.nobody_approves();
    assert_eq!(stage.github.states(&first, "default"), ["pending", "failure"]);
    let second = stage.merges(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    assert_eq!(gate.arrives(planned(&stage, &second)), "waiting");
    gate.approved().is("success").says("2 done");
}

#[test]
fn without_the_queue_the_third_would_take_the_place_of_the_second() {
    let stage = reviewed("single");
    let mut gate = Gate::default();
    for number in [7, 8, 9] {
        let tip = stage.merges(number, "heeler/a.yaml", &accounts(&[(A, &format!("env:{number}"))]));
        let mut run = planned(&stage, &tip);
        run.workflow.jobs.get_mut("apply").unwrap().concurrency.as_mut().unwrap().queue = None;
        gate.arrives(run);
    }
    assert_eq!((gate.waits.len(), gate.cancelled), (1, 1));
    gate.approved().is("success");
    assert_eq!(stage.tags(A), json!(["env:9"]));
}

#[test]
fn a_merge_that_waits_for_reviewers_is_no_drift_but_an_edit_by_hand_is() {
    let stage = reviewed("waits-drift");
    let first = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    planned(&stage, &first);
    // Hours later it waits still.
    stage.github.change(|state| state["statuses"][&first][0]["updated_at"] = json!("2026-01-02T03:04:05Z"));
    stage.drift().is("success").says("waits for reviewers");
    assert_eq!(stage.github.issues().len(), 0);
    stage.by_hand(B, "env:edited");
    stage.drift().is("success");
    let body = stage.github.issues()[0]["body"].as_str().unwrap().to_owned();
    assert!(body.contains("env:edited") && !body.contains("env:one"), "{body}");
    assert!(body.contains("waits for reviewers"), "{body}");
}
