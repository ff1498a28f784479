//! Law 13: honest endings. Whatever fails, whatever is approved and whenever it is told to stop, text, JSON and Markdown say that all is
//! as the config has it only if a plan made afterwards, without any approval, holds nothing but what was held back or refused.

use std::time::Duration;

use heeler::commands::expect::addressee;
use heeler::config::Loaded;
use heeler::executor::interrupt::interrupt;
use heeler::executor::{Hands, execute, observe};
use heeler::model::desired::Confirm;
use heeler::model::{Outcome, Plan, Proof, Report};
use heeler::planner::approval::Approved;
use heeler::planner::proof::proof;
use heeler::planner::{self, Exactness, Input};
use heeler::providers::{self, Provider};
use heeler::render::json::{Progress, document};
use heeler::render::{Addressed, Scene, markdown, report};
use heeler::sandbox::{Faults, Sandbox};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::generate::{Each, Fleet, cases, config, identity, keeping_authentication, two_fleets};
use crate::harness::{Nobody, block_on, load, sandbox, world_of};

async fn planned(config: &Loaded, sandbox: &Sandbox, approved: Option<&Approved>) -> Plan {
    let readings = observe(sandbox, &config.desired).await;
    planner::plan(&Input {
        desired: &config.desired,
        readings: &readings,
        sources: &config.sources,
        only: None,
        confirm: &Confirm::default(),
        exactness: Exactness::AtMost,
        approved,
        resend_secrets: false,
    })
}

/// As the command does it: all actions, then one more listing that nobody has approved.
async fn applied(config: &Loaded, sandbox: &Sandbox, plan: &Plan, stops_after: Option<Duration>) -> Report {
    let (stop, interrupt) = interrupt();
    let (settings, sources) = (&config.desired.settings, &config.sources);
    let hands = Hands { door: sandbox, settings, sources, jobs: 4, witness: &Nobody, interrupt: interrupt.clone() };
    let told = async {
        match stops_after {
            Some(time) => sleep(time).await,
            None => std::future::pending().await,
        }
        stop.now();
        std::future::pending::<Vec<Outcome>>().await
    };
    let outcomes = tokio::select! { outcomes = execute(plan, &hands) => outcomes, outcomes = told => outcomes };
    let done = Report { outcomes, proof: Proof::NotNeeded };
    let shown = match done.has_something_to_prove() {
        true if interrupt.is_on() => Proof::Stopped,
        true => proof(plan, planned(config, sandbox, None).await),
        false => Proof::NotNeeded,
    };
    done.proved(plan, shown)
}

/// What each output says: whether all is as the config has it, or as it was approved.
fn says_so(scene: &Scene<'_>, config: &Loaded, ended: &Report) -> [bool; 3] {
    let says = |text: &str| ["Converged", "has converged", "Done as approved", "nothing to do"].iter().any(|word| text.contains(word));
    let outcomes = ended.outcomes.iter().cloned().enumerate().collect();
    let progress = Progress { outcomes: &outcomes, kept: &Default::default(), made: &[], report: Some(ended), managed: None };
    let json = serde_json::to_value(document(scene, "apply", &config.sources, Some(&progress))).expect("JSON");
    let text = report::ending(scene, ended, None);
    assert!(!ended.wrote() || !text.contains("Nothing was changed"), "{text}");
    let is_said = json["converged"] == true || (json["proof"] == "as_planned" && says(&text));
    [says(&text), is_said, says(&markdown::applied(scene, ended, None))]
}

/// Rows as they are now, at a vendor that does nothing wrong any more.
fn calm(provider: &dyn Provider, shaken: &Sandbox) -> Sandbox {
    sandbox(provider.backend(), shaken.rows(provider.backend()), 5)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn nobody_says_converged_who_has_not(
        (Each(provider), earlier, later) in two_fleets(), approved in any::<[bool; 8]>(), approves in any::<bool>(),
        seed in any::<u32>(), rate in 0..4u32, stops_after in proptest::option::of(0..4000u64),
    ) {
        let later = keeping_authentication(provider, &earlier, later);
        let rows = world_of(provider.backend(), &config(provider, &earlier, &json!({})), 3);
        let gone = earlier.iter().filter(|(id, _)| !later.contains_key(*id)).take(1).map(|(id, block)| identity(provider, id, block));
        let removed: Vec<Value> = gone.map(|(key, name)| json!({ key: name, "reason": "closed" })).collect();
        let text = config(provider, &later, &json!({ "removed": removed }));
        let loaded = load(&text);
        let part: Fleet = later.iter().zip(approved).filter(|(_, is_approved)| *is_approved).map(|((id, block), _)| (id.clone(), block.clone())).collect();
        let reviewed = load(&config(provider, &part, &json!({})));
        let rates = format!("5xx={0},reset-before={0},reset-after={0},late={0},latency=100ms,seed={seed}", f64::from(rate) * 0.05);
        let faults = Faults::parse(&rates).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let shaken = sandbox(provider.backend(), rows.clone(), 3).with_faults(faults);

        let (plan, ended) = block_on(async {
            let before = calm(provider, &shaken);
            let shown = planned(&reviewed, &before, None).await;
            let named = |config: &Loaded| config.desired.settings.values().map(|settings| Addressed {
                name: settings.provider, site: settings.site.clone(), base: settings.base(true).to_owned(), via: None, organization: None,
            }).collect();
            let file = serde_json::to_value(document(&Scene::new(&shown, named(&reviewed), true, String::new()), "plan", &reviewed.sources, None)).expect("JSON");
            let mut approval = Approved::default();
            approval.add(&file, &addressee(&loaded.desired.settings, true)).expect("a plan");
            let plan = planned(&loaded, &before, approves.then_some(&approval)).await;
            let ended = applied(&loaded, &shaken, &plan, stops_after.map(Duration::from_millis)).await;
            (plan, ended)
        });
        let scene = Scene::new(&plan, Vec::new(), true, String::new());
        let said = says_so(&scene, &loaded, &ended);
        prop_assert!(said.iter().all(|is_said| *is_said == said[0]), "text, JSON and Markdown differ: {said:?}");
        if said[0] {
            let left = block_on(planned(&loaded, &calm(provider, &shaken), None));
            let after = proof(&plan, left);
            prop_assert!(matches!(after, Proof::Converged), "it said so, and {after:?}");
            prop_assert!(ended.has_converged(&plan) || !plan.held_back.is_empty() || !plan.refusals.is_empty());
        }
    }
}

/// Every provider is under the law that its own rows are listed: none is left out of it by its kind of rows.
#[test]
fn a_run_that_wrote_and_was_stopped_is_not_proved_at_any_provider() {
    for provider in providers::ALL {
        let text = crate::once::creating(*provider);
        let (loaded, shaken) = (load(&text), sandbox(provider.backend(), Vec::new(), 3).with_faults(Faults::parse("latency=1s").expect("faults")));
        block_on(async {
            let plan = planned(&loaded, &shaken, None).await;
            let ended = applied(&loaded, &shaken, &plan, Some(Duration::from_millis(500))).await;
            let scene = Scene::new(&plan, Vec::new(), true, String::new());
            assert_eq!(says_so(&scene, &loaded, &ended), [false; 3], "{}: {ended:?}", provider.name());
            assert!(ended.wrote() && matches!(ended.proof, Proof::Stopped) && !ended.is_proved(), "{}: {ended:?}", provider.name());
            assert!(report::verdict(&scene, &ended).contains("Not proved"));
        });
    }
}
