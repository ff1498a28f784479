//! What holds for every workflow, whatever it does.

use crate::workflow::{Caller, Workflow, file, read};

const CALLED: [&str; 5] = ["plan", "apply", "drift", "fork", "command"];

fn called(name: &str) -> Workflow {
    read(&format!(".github/workflows/heeler-{name}.yml"))
}

#[test]
fn a_step_that_reports_ends_as_heeler_so_that_signals_reach_it() {
    for name in CALLED {
        for (id, job) in called(name).jobs {
            let scripts = job.steps.iter().filter_map(|step| step.run.as_ref());
            let reporting: Vec<&String> = scripts.filter(|script| script.contains("--github")).collect();
            assert!(reporting.len() <= 1, "{name}: {id}");
            let Some(script) = reporting.first() else { continue };
            assert!(script.lines().last().unwrap().starts_with("exec heeler "), "{name}: {id}");
        }
    }
}

#[test]
fn the_check_that_can_be_required_has_a_plain_name_and_always_reports() {
    let workflow = called("plan");
    let check = &workflow.jobs["check"];
    assert!(check.name == "check" && check.r#if.as_deref() == Some("always()"));
    let others: Vec<String> = workflow.jobs.keys().filter(|id| *id != "check").cloned().collect();
    assert_eq!(check.needs.all().into_iter().collect::<std::collections::BTreeSet<_>>(), others.into_iter().collect());
    let caller: Caller = read("examples/workflows/plan.yml");
    assert!(caller.on["pull_request"].is_null(), "with `paths:` it would not report");
}

#[test]
fn scripts_are_strict_and_hold_no_expressions() {
    for name in CALLED {
        let workflow = called(name);
        assert_eq!(workflow.defaults["run"]["shell"], "bash");
        assert!(workflow.permissions.is_empty());
        for script in workflow.jobs.values().flat_map(|job| &job.steps).filter_map(|step| step.run.as_ref()) {
            assert!(script.starts_with("set -euo pipefail\n") && !script.contains("${{"), "{script}");
        }
    }
}

#[test]
fn keys_are_seen_by_heeler_alone_and_writing_ones_in_the_environment() {
    for name in CALLED {
        for (id, job) in called(name).jobs {
            assert!(job.env.values().all(|value| !value.contains("secrets.")), "{name}: {id}");
            let is_key = |value: &String| value.contains("secrets.") && !value.contains("secrets.HEELER_WEBHOOK");
            let with_keys = job.steps.iter().filter(|step| step.env.values().any(is_key));
            assert!(
                with_keys.clone().all(|step| step.run.as_ref().is_some_and(|script| script.contains("exec heeler "))),
                "{name}: {id}"
            );
            let applies =
                job.steps.iter().any(|step| step.run.as_ref().is_some_and(|script| script.contains("heeler apply")));
            assert_eq!(applies, job.environment.is_some(), "{name}: {id}");
            assert!(job.timeout_minutes <= 120 && job.runs_on == "${{ inputs.runs-on }}", "{name}: {id}");
            assert!(job.name.contains("inputs.config") || id == "check" || id == "command", "{name}: {id}");
        }
    }
}

#[test]
fn a_checkout_leaves_no_credentials_and_every_report_is_kept_whatever_happens() {
    for name in CALLED {
        for step in called(name).jobs.into_values().flat_map(|job| job.steps) {
            let uses = step.uses.unwrap_or_default();
            if uses.starts_with("actions/checkout@") {
                assert_eq!(step.with["persist-credentials"], false, "{name}");
            }
            if uses.starts_with("actions/upload-artifact@") {
                let named = step.name.unwrap_or_default();
                assert!(named == "Keep the fork's config" || step.r#if.unwrap().starts_with("always()"), "{name}");
            }
        }
    }
}

#[test]
fn what_belongs_to_a_release_names_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = std::fs::read_to_string(file("CHANGELOG.md")).unwrap();
    assert!(changelog.contains(&format!("## [{version}]")), "the first tag would fail");
    for name in CALLED {
        let (called, caller): (Workflow, Caller) = (called(name), read(&format!("examples/workflows/{name}.yml")));
        let call = called.on.workflow_call;
        assert!(name == "command" || call.inputs["version"].default == *version);
        let typed = |input: &crate::workflow::Input| match input.r#type.as_str() {
            "string" => input.default.is_string(),
            "boolean" => input.default == false,
            _ => false,
        };
        assert!(call.inputs.values().all(|input| typed(input) && input.description.ends_with('.')));
        assert!(
            call.outputs.values().all(|output| output.description.ends_with('.') && output.value.contains("jobs."))
        );
        assert!(
            call.secrets
                .values()
                .all(|secret| !secret.required && (secret.description.is_empty() || secret.description.ends_with('.')))
        );
        assert!(caller.permissions.is_empty());
        let job = caller.jobs.into_values().next().unwrap();
        assert_eq!(job.uses, format!("heeler-dev/heeler/.github/workflows/heeler-{name}.yml@v{version}"));
        let uses: Vec<String> =
            called.jobs.into_values().flat_map(|job| job.steps).filter_map(|step| step.uses).collect();
        assert!(name == "command" || uses.iter().any(|uses| uses == "$/.github/actions/install"), "{name}");
        assert!(uses.iter().all(|uses| uses.starts_with("$/") || uses.starts_with("actions/")), "{name}: {uses:?}");
        assert!(
            std::fs::read_to_string(file(&format!("examples/workflows/{name}.yml"))).unwrap().lines().count() <= 24
        );
    }
}
