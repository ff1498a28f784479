//! However many actions: at most 60,000 bytes, and every delete and every removal is named.

use std::collections::BTreeSet;
use std::path::Path;

use heeler::model::base_comparison::{Origin, Weakened};
use heeler::model::drift::{Class, Drift, Drifted};
use heeler::model::plan::Refusal;
use heeler::model::refusal::RefusedOp;
use heeler::model::{Action, BaseComparison, Diagnostic, Outcome, Plan, Proof, Report, Source, Status};
use heeler::providers::datadog::kinds::ACCOUNT;
use heeler::render::markdown;

use crate::fleet::{Fleet, scattered};
use crate::reader::{named, skeleton, words};

const MAX_COMMENT_BYTES: usize = 60_000;
const DELETES: (&str, &str) = ("delete", "Deletes");
const DISRUPTIVE: (&str, &str) = ("update !", "Updates that can disrupt monitoring");

#[test]
fn one() {
    fits_at(1);
}

#[test]
fn fifty() {
    fits_at(50);
}

#[test]
fn a_thousand() {
    fits_at(1_000);
}

#[test]
fn five_thousand() {
    fits_at(5_000);
}

/// So many actions, of one kind or of several.
fn fits_at(count: usize) {
    let (half, quarter) = (count.div_ceil(2), count.div_ceil(4));
    for (what, fleet) in [
        ("deletes", Fleet::of(count, 0, 0, 0)),
        ("disruptive", Fleet::of(0, count, 0, 0)),
        ("disruptive, all different", Fleet::of(0, count, 0, 0).varied()),
        ("updates, all different", Fleet::of(0, 0, count, 0).varied()),
        ("creates", Fleet::of(0, 0, 0, count)),
        ("a bit of everything", Fleet::of(quarter, quarter, quarter, quarter).varied()),
        ("deletes and disruptive", Fleet::of(half, half, 0, 0)),
        ("a delete, a removal, many creates", Fleet::of(1, 1, 0, count)),
    ] {
        let run = fleet.world();
        let plan = run.plan();
        let comment = markdown::plan(&run.view(&plan));
        whole(&comment, &fleet, &format!("{count} {what}"));
    }
}

#[track_caller]
fn whole(comment: &str, fleet: &Fleet, what: &str) {
    assert!(comment.len() <= MAX_COMMENT_BYTES, "{what}: {} bytes", comment.len());
    for ((word, title), meant) in [(DELETES, &fleet.deletes), (DISRUPTIVE, &fleet.disruptive)] {
        let said: BTreeSet<String> = named(comment, word, title).into_iter().collect();
        let meant: BTreeSet<String> = meant.iter().cloned().collect();
        let (missing, invented) = (meant.difference(&said).count(), said.difference(&meant).count());
        assert!(
            missing == 0 && invented == 0,
            "{what}, {title}: {missing} are missing, {invented} are made up in\n{}",
            &comment[..3_000.min(comment.len())]
        );
    }
    assert!(!comment.contains("did not fit"), "{what}");
    let bones = skeleton(comment);
    assert!(!bones.contains("ODD") && !bones.contains("FOREIGN") && !bones.contains("HtmlInline"), "{what}:\n{bones}");
}

#[test]
fn what_fits_is_whole() {
    let run = Fleet::of(2, 3, 4, 5).varied().world();
    let plan = run.plan();
    let comment = markdown::plan(&run.view(&plan));
    for action in &plan.actions {
        assert!(comment.contains(&format!("`{}`", action.key.name)), "{} is not in\n{comment}", action.key.name);
    }
    assert!(!comment.contains("left out") && !comment.contains(" more") && !comment.contains("Shortened"), "{comment}");
}

#[test]
fn what_is_folded_away_shrinks_first_and_disruptive_updates_last() {
    // Rows of all kinds, each account by itself; many updates are folded away.
    let at = |updates: usize| {
        let run = Fleet::of(5, 5, updates, 5).varied().world();
        let plan = run.plan();
        markdown::plan(&run.view(&plan))
    };
    let some = at(150);
    assert!(some.contains("new-0 ") && some.contains("- delete "), "there was room for more");
    let many = at(900);
    assert!(!many.contains("+ create "), "the fields of creates stayed");
    assert!(many.contains("\nShortened to fit"), "it does not say so");
    assert!(many.contains("new-4 "), "what is folded away took the room of creates that everybody sees");
    assert!(words(&many).iter().any(|words| words.trim().ends_with(" accounts more")), "updates are counted");
    assert!(many.contains("loses-4"), "disruptive updates keep their names");
    let run = Fleet::of(0, 0, 0, 3_000).varied().world();
    let creates = markdown::plan(&run.view(&run.plan()));
    let counted = |line: &str| line.starts_with("| create `$` | ") && line.contains(" and 2999 with the same fields: ");
    assert!(creates.lines().any(counted), "creates that are alike stand in one row, and are counted");
}

#[test]
fn five_thousand_updates_apply_in_one_comment() {
    let fleet = Fleet::of(20, 30, 200, 0);
    let run = fleet.world();
    let plan = run.plan();
    let report = run.apply(&plan);
    let comment = markdown::applied(&run.view(&plan), &report, None);
    whole(&comment, &fleet, "applied");
    // The same outcomes as if there had been very many of each.
    let fleet = Fleet::of(2_400, 2_400, 200, 0);
    let run = fleet.world();
    let plan = run.plan();
    let outcomes =
        plan.actions.iter().map(|action| report.outcomes[usize::from(action.is_disruptive())].clone()).collect();
    let comment = markdown::applied(&run.view(&plan), &Report { outcomes, proof: Proof::Converged }, None);
    assert!(comment.len() <= MAX_COMMENT_BYTES);
    let said: BTreeSet<String> = named(&comment, "-", "Deletes and disruptive updates").into_iter().collect();
    let missing = fleet.deletes.iter().chain(&fleet.disruptive).filter(|id| !said.contains(*id)).count();
    assert_eq!(missing, 0, "of 4,800 in {}", &comment[..2_000]);
}

#[test]
fn what_is_given_up_comes_first_and_is_never_dropped() {
    for count in [1, 40, 1_000, 4_000] {
        let ids: Vec<String> = scattered().skip(1_000).take(count).collect();
        let run = Fleet::of(1, 1, 500, 500).varied().world();
        let plan = run.plan();
        let mut view = run.view(&plan);
        view.base_comparison = Some(weakened(&plan, &ids));
        let comment = markdown::plan(&view);
        assert!(comment.len() <= MAX_COMMENT_BYTES, "{count}: {}", comment.len());
        let said: BTreeSet<String> = named(&comment, "!", "! No longer declared").into_iter().collect();
        assert_eq!(said, ids.iter().cloned().collect(), "{count}");
        let first = comment.find("Weakened by this change").unwrap();
        // After what is destroyed, and before all the rows.
        assert!(
            comment.find("**Deletes ").unwrap() < first && comment.find("**delete**").is_none_or(|row| first < row),
            "{count}"
        );
        assert!(comment.contains("loses-0"), "{count}");
    }
}

fn weakened(plan: &Plan, ids: &[String]) -> BaseComparison {
    let was = plan.actions[0].source.clone();
    let account = |id: &String| Weakened::Account { key: ACCOUNT.key(id.clone()), name: None, was: was.clone() };
    BaseComparison {
        base: "main".to_owned(),
        weakened: ids.iter().map(account).collect(),
        shadowed: Vec::new(),
        origins: vec![Origin::ThisChange; plan.actions.len()],
    }
}

#[test]
fn identities_that_are_no_account_ids_are_named_in_full() {
    let run = Fleet::of(300, 0, 0, 0).world();
    let mut plan = run.plan();
    for (at, action) in plan.actions.iter_mut().enumerate() {
        let id = action.key.name.clone();
        action.key.name = if at % 2 == 0 {
            format!("cloudwatch arn:aws:iam::{id}:role/{}", "Long".repeat(40))
        } else {
            format!("AKIA{at:016}X")
        };
    }
    let comment = markdown::plan(&run.view(&plan));
    assert!(comment.len() <= MAX_COMMENT_BYTES);
    for action in &plan.actions {
        let id = action.key.name.split(':').nth(4).unwrap_or(&action.key.name);
        assert!(comment.contains(id), "{id} is not in\n{}", &comment[..4_000]);
    }
}

#[test]
fn very_long_words_fit() {
    let run = Fleet::of(200, 200, 200, 200).varied().world();
    let mut plan = run.plan();
    let long = "`|<@long ".repeat(500);
    for action in &mut plan.actions {
        action.name = Some(long.clone());
        action.source =
            Source { file: format!("{}{long}", action.key.name).into(), line: 1, column: 1, layer: Some(long.clone()) };
    }
    let refusal = |action: &Action| Refusal {
        key: action.key.clone(),
        account: None,
        name: action.name.clone(),
        source: action.source.clone(),
        op: RefusedOp::Create { changes: Vec::new() },
        why: long.clone(),
        because_of: None,
        help: long.clone(),
    };
    plan.refusals = plan.actions.iter().map(refusal).collect();
    let mut view = run.view(&plan);
    view.providers
        .iter_mut()
        .for_each(|provider| (provider.site, provider.organization) = (long.clone(), Some(long.clone())));
    let fleet = Fleet::of(200, 200, 200, 200);
    whole(&markdown::plan(&view), &fleet, "long words");
    let failed = Status::Failed { why: long.clone(), fields: vec![long.clone(); 50], unsure: true };
    let outcome = Outcome::untried(failed);
    let report = Report { outcomes: vec![outcome; plan.actions.len()], proof: Proof::Unreadable(long.clone()) };
    assert!(markdown::applied(&view, &report, Some(Path::new(&long))).len() <= MAX_COMMENT_BYTES);
    assert!(markdown::refused(&view, Some(&long)).len() <= MAX_COMMENT_BYTES);
    assert!(markdown::failed(&long, &format!("{long}\n").repeat(1_000), Some(&long)).len() <= MAX_COMMENT_BYTES);
    let wrong = Diagnostic::nowhere(long.clone()).label(long.clone()).help(long.clone());
    assert!(
        markdown::invalid("plan", &vec![wrong; 1_000], &run.config.config().sources, &view.links).len()
            <= MAX_COMMENT_BYTES
    );
}

#[test]
fn five_thousand_drifted_accounts_are_named_in_one_text() {
    let fleet = Fleet::of(0, 2_500, 2_500, 0);
    let run = fleet.world();
    let plan = run.plan();
    let item = |action: &Action| Drifted {
        class: Class::Changed,
        key: action.key.clone(),
        name: action.name.clone(),
        row: action.row().cloned(),
        source: Some(action.source.clone()),
        account: None,
        reason: None,
        changes: action.changes().cloned().collect(),
        trashed: None,
        refused: None,
        named: false,
        counts: true,
    };
    let drift = Drift { items: plan.actions.iter().map(item).collect(), fingerprint: Some("sha256:0".to_owned()) };
    let text = markdown::drift(&run.view(&plan), &drift);
    assert!(text.len() <= MAX_COMMENT_BYTES, "{}", text.len());
    let said: BTreeSet<String> = named(&text, "changed", "Changed").into_iter().collect();
    assert_eq!(said, fleet.disruptive.iter().chain(&fleet.updates).cloned().collect(), "{}", &text[..2_000]);
}

#[test]
fn what_cannot_be_named_in_full_is_counted() {
    let run = Fleet::of(2_000, 0, 0, 0).world();
    let mut plan = run.plan();
    for (at, action) in plan.actions.iter_mut().enumerate() {
        action.key.name = format!("no account id at all, and long: {at:060}");
    }
    let comment = markdown::plan(&run.view(&plan));
    assert!(comment.len() <= MAX_COMMENT_BYTES);
    let left: usize =
        comment.split(" more that did not fit").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    let said = comment.lines().filter(|line| line.starts_with("* no account id")).count();
    assert_eq!(left + said, 2_000);
    assert!(said > 500, "there was room for more than {said}");
}
