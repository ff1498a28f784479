//! What a run leaves behind besides text: annotations, summary and outputs in GitHub Actions, Markdown, SARIF, manual
//! pages; and that a run that failed leaves reports as well.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "outputs/drift.rs"]
mod drift;
#[path = "outputs/manual.rs"]
mod manual;
mod support;

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use support::{FLEET, Folder, GOV, HEAD, Nobody, QUICKSTART, Run, Served, keyed};

/// heeler as a step of a job whose repository is checked out in this folder.
fn step(folder: &Folder, args: &str) -> Command {
    let mut command = folder.heeler(args);
    command.env("GITHUB_OUTPUT", folder.path("outputs")).env("GITHUB_STEP_SUMMARY", folder.path("summary"));
    command.env("GITHUB_SERVER_URL", "https://github.example").env("GITHUB_REPOSITORY", "acme/infra");
    command.env("GITHUB_SHA", "4f5a0c1").env("GITHUB_WORKSPACE", folder.path("."));
    command
}

fn read(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path(name)).unwrap_or_default()
}

fn output(folder: &Folder, name: &str) -> String {
    let text = read(folder, "outputs");
    let mut values = text.lines().filter_map(|line| line.strip_prefix(&format!("{name}=")));
    values.next().unwrap_or_else(|| panic!("no {name} in {text}")).to_owned()
}

#[test]
fn a_plan_tells_later_steps_what_it_found() {
    let folder = Folder::new("github-plan");
    let args = format!("plan --sandbox {QUICKSTART} --github --json plan.json --markdown plan.md");
    Run::of(&mut step(&folder, &args)).exits(0).says(&["Plan: 3 to create"]);
    for (name, value) in [
        ("exit", "0"),
        ("meaning", "done"),
        ("sandbox", "true"),
        ("complete", "true"),
        ("creates", "3"),
        ("updates", "1"),
    ] {
        assert_eq!(output(&folder, name), value, "{name}");
    }
    for (name, value) in [
        ("deletes", "1"),
        ("changes", "5"),
        ("disruptive", "1"),
        ("costly", "4"),
        ("unmanaged", "1"),
        ("refused", "0"),
        ("weakened", "0"),
    ] {
        assert_eq!(output(&folder, name), value, "{name}");
    }
    let report = folder.json("plan.json");
    assert_eq!(output(&folder, "digest"), report["digest"].as_str().unwrap());
    // Whatever the summary counts is an output, too.
    let number = |name: &str| output(&folder, name).parse::<u64>().unwrap();
    for (name, count) in report["summary"].as_object().unwrap() {
        let counted = match name.as_str() {
            "create" | "update" | "delete" => number(&format!("{name}s")),
            // An exceeded limit is something refused, too.
            "refused" => number(name) - number("limits_exceeded"),
            _ => number(name),
        };
        assert_eq!(json!(counted), *count, "{name}");
    }
    assert_eq!(read(&folder, "summary"), format!("{}\n", read(&folder, "plan.md")));
}

/// A summary has more room than a comment, and of one that is over GitHub's limit nothing is shown.
#[test]
fn a_summary_holds_the_whole_plan_as_long_as_there_is_room() {
    let folder = Folder::new("github-summary");
    let entries: String = (0..1200)
        .map(|at| format!("  - {{ aws_account_id: \"4{at:011}\", datadog: {{ account_tags: [\"team:{at}\"] }} }}\n"))
        .collect();
    folder.write(
        "heeler.yaml",
        &format!("{HEAD}limits: {{ creates: 2000, costly: 2000 }}\ndefaults: {{ datadog: {{ auth_config: {{ role_name: R }} }} }}\naccounts:\n{entries}"),
    );
    folder.write("world.json", "{}");
    let run = || {
        drop(Run::of(&mut step(&folder, "plan --sandbox=world.json --github --markdown plan.md heeler.yaml")).exits(0))
    };
    run();
    let (comment, summary) = (read(&folder, "plan.md"), read(&folder, "summary"));
    assert!(
        comment.len() <= 60_000 && summary.len() > comment.len() && summary.len() < 1_048_576,
        "{} and {}",
        comment.len(),
        summary.len()
    );
    assert!(summary.contains("team:1199") && !comment.contains("team:1199"));
    // Where other commands of the step have taken the room, it is the short form, or nothing.
    for (used, kept) in [(1_048_576 - 80_000, true), (1_048_576 - 9_000, false)] {
        fs::write(folder.path("summary"), "x".repeat(used)).unwrap();
        run();
        let summary = read(&folder, "summary");
        assert_eq!((summary.len() > used, summary.len() <= 1_048_576), (kept, true));
    }
}

/// 40 accounts that a changed default reaches, each with a tag of its own besides.
#[test]
fn more_than_a_screen_of_updates_is_shown_by_what_it_changes() {
    let folder = Folder::new("by-change");
    let ids: Vec<String> = (0..40).map(|at| format!("4{at:011}")).collect();
    let entries: String = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            format!("  - {{ aws_account_id: \"{id}\", datadog: {{ account_tags: [\"env:prod\", \"cost:{at}\"] }} }}\n")
        })
        .collect();
    let defaults = "defaults:\n  datadog:\n    metrics_config: { collect_custom_metrics: true }\n";
    folder.write("heeler.yaml", &format!("{HEAD}limits: {{ costly: 40 }}\n{defaults}accounts:\n{entries}"));
    folder.write("world.json", &support::world(&ids.iter().map(|id| support::row(id)).collect::<Vec<_>>()));
    let run = folder.run("plan --sandbox=world.json --markdown plan.md heeler.yaml").exits(0);
    let (first, _) = run.out.split_once("$ update  4000").expect("each account follows");
    let lines: Vec<&str> = first
        .lines()
        .skip_while(|line| !line.starts_with("What the updates change"))
        .skip(1)
        .take(2)
        .map(str::trim)
        .collect();
    let [metrics, tags] = lines[..] else { panic!("{first}") };
    assert!(
        tags.starts_with("~ account_tags")
            && tags.contains("40 Datadog accounts")
            && tags.contains("40 different changes"),
        "{tags}"
    );
    assert!(
        metrics.starts_with("$ metrics_config.collect_custom_metrics")
            && metrics.contains("40 Datadog accounts  false -> true   defaults heeler.yaml:6"),
        "{metrics}"
    );
    let comment = read(&folder, "plan.md");
    let (open, folded) = comment
        .split_once("<details><summary>Account by account: 40 updates</summary>")
        .expect("each account is folded away");
    assert!(
        open.contains("`account_tags` 40 different changes, such as + `cost:0`") && open.lines().count() < 12,
        "{open}"
    );
    assert!(open.contains("40 Datadog accounts by `defaults` `heeler.yaml:6`"), "{open}");
    assert!(ids.iter().all(|id| folded.contains(id.as_str())));
    // What all have in common is said once, field by field too.
    let (_, fields) = folded.split_once("Field by field").unwrap();
    assert_eq!(fields.matches("collect_custom_metrics").count(), 2, "{fields}");

    // Drift likewise, with what is live first, and what to do.
    folder.run("drift --sandbox=world.json --markdown drift.md heeler.yaml").exits(2);
    let issue = read(&folder, "drift.md");
    let (open, folded) = issue
        .split_once("<details><summary>Account by account: 40 differences</summary>")
        .expect("each account is folded away");
    assert!(open.contains("Apply sets it back") && open.contains("| live -> config |"), "{open}");
    assert!(open.contains("40 Datadog accounts by `defaults`") && open.lines().count() < 14, "{open}");
    assert!(ids.iter().all(|id| folded.contains(id.as_str())));
}

#[test]
fn mistakes_become_annotations_as_many_as_github_shows() {
    let folder = Folder::new("github-annotations");
    let entry = |index: usize| {
        format!("  - {{ aws_account_id: \"2100000000{index:02}\", datadog: {{ \"acount,tags:%{index}\": [] }} }}\n")
    };
    folder.write("sub/heeler.yaml", &format!("{HEAD}accounts:\n{}", (10..40).map(entry).collect::<String>()));
    let run = Run::of(step(&folder, "validate heeler.yaml --github").current_dir(folder.path("sub"))).exits(5);
    let annotations: Vec<&str> = run.out.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(annotations.len(), 10, "{annotations:#?}");
    assert!(
        annotations[0].starts_with(
            "::error file=sub/heeler.yaml,line=4,col=50,title=unknown key `acount%2Ctags%3A%2510` in `datadog`::"
        ),
        "{}",
        annotations[0]
    );
    assert!(annotations[0].contains("%0Ahelp"), "{}", annotations[0]);
    assert_eq!(annotations[9], "::error::21 more errors, all of them in this step's log");
    assert_eq!((output(&folder, "exit"), output(&folder, "meaning")), ("5".to_owned(), "invalid".to_owned()));
    assert!(read(&folder, "summary").contains("the config is invalid"));
}

#[test]
fn a_plan_of_an_invalid_config_replaces_the_reports_of_the_last_one() {
    let folder = Folder::new("github-invalid");
    folder.run(&format!("plan --sandbox {QUICKSTART} --json plan.json --markdown plan.md")).exits(0);
    folder.write("heeler.yaml", &format!("{HEAD}accounts: 7\n"));
    Run::of(&mut step(&folder, "plan --sandbox --github --json plan.json --markdown plan.md"))
        .exits(5)
        .says(&["::error file=heeler.yaml,line=3"]);
    let document = folder.json("plan.json");
    assert_eq!((&document["applyable"], &document["complete"]), (&Value::Bool(false), &Value::Bool(false)));
    assert_eq!(document["diagnostics"][0]["source"]["line"], 3);
    assert!(read(&folder, "plan.md").contains("heeler.yaml"));
    support::keeps_to(&folder.schema("schema plan"), &document, "the JSON of an invalid config");
    folder.run("apply --sandbox --expect plan.json").exits(5);
}

#[test]
fn a_run_without_keys_says_so_everywhere() {
    let folder = Folder::new("github-keys");
    folder.write("heeler.yaml", &format!("{HEAD}{GOV}"));
    let run = Run::of(&mut step(&folder, "plan --github --json plan.json --markdown plan.md")).exits(1);
    assert!(run.out.contains("::error title=heeler plan::") && run.out.contains("DD_API_KEY"), "{}", run.out);
    assert!(folder.json("plan.json")["error"].as_str().unwrap().contains("DD_API_KEY"));
    assert!(read(&folder, "plan.md").contains("DD\\_API\\_KEY") || read(&folder, "plan.md").contains("DD_API_KEY"));
    assert_eq!(output(&folder, "meaning"), "failed");
    support::keeps_to(&folder.schema("schema plan"), &folder.json("plan.json"), "the JSON of a failure");
}

#[test]
fn an_apply_tells_what_was_done_and_a_pretended_one_is_no_step() {
    let folder = Folder::new("github-apply");
    let served = Served::world(&folder, &format!("{FLEET}/world.json"));
    let args = format!("apply {FLEET} --github --json applied.json --markdown applied.md");
    Run::of(keyed(&mut step(&folder, &args), &served.url)).exits(0);
    assert_eq!(
        (output(&folder, "done"), output(&folder, "failed"), output(&folder, "meaning")),
        ("13".into(), "0".into(), "done".into())
    );
    assert!(read(&folder, "applied.md").len() <= 60_000 && read(&folder, "applied.md").contains("heeler apply"));
    let (nobody, url) = Nobody::home();
    Run::of(keyed(&mut step(&folder, &format!("apply --sandbox --github {FLEET}")), &url))
        .exits(64)
        .says(&["nothing real would be applied"]);
    assert_eq!(nobody.visitors(), 0);
}

#[test]
fn one_report_on_stdout_is_all_that_is_there() {
    let folder = Folder::new("github-stdout");
    let run = Run::of(&mut step(&folder, &format!("plan --sandbox {QUICKSTART} --github --markdown -"))).exits(0);
    assert!(!run.out.contains("Plan: 3 to create, 1 to update, 1 to delete, 2 unchanged. (sandbox)\n\nPlan:"));
    assert_eq!(run.out, read(&folder, "summary").trim_end().to_owned() + "\n");
    let run = Run::of(&mut step(&folder, &format!("apply --sandbox {QUICKSTART} --json -"))).exits(0);
    assert_eq!(serde_json::from_str::<Value>(&run.out).unwrap()["converged"], Value::Bool(true));
    folder
        .run(&format!("plan --sandbox {QUICKSTART} --json - --markdown -"))
        .exits(64)
        .says(&["write one of them to a file"]);
}

#[test]
fn sarif_names_the_places() {
    let folder = Folder::new("sarif");
    let twice = "  - { aws_account_id: \"210000000001\", datadog: {} }\n";
    folder.write("my ##[group]config.yaml", &format!("{HEAD}accounts:\n{twice}{twice}"));
    let mut command = folder.heeler("validate --format sarif");
    let run = Run::of(command.arg("my ##[group]config.yaml")).exits(5);
    let log: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let result = &log["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        (&result["level"], &place["artifactLocation"]["uri"]),
        (&Value::from("error"), &Value::from("my%20%23%23%5Bgroup%5Dconfig.yaml"))
    );
    assert_eq!(place["region"]["startLine"], 5);
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 4);
    let valid = folder.run(&format!("validate --format sarif {QUICKSTART}")).exits(0);
    assert_eq!(serde_json::from_str::<Value>(&valid.out).unwrap()["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn gitlab_links_to_its_own_lines() {
    let folder = Folder::new("gitlab");
    let served = Served::world(&folder, &format!("{FLEET}/world.json"));
    folder.write("config/heeler.yaml", &format!("{HEAD}{GOV}"));
    let mut command = folder.heeler("plan config/heeler.yaml --markdown plan.md");
    command
        .env("CI_PROJECT_URL", "https://gitlab.example/acme/infra")
        .env("CI_COMMIT_SHA", "4f5a0c1")
        .env("CI_PROJECT_DIR", folder.path("."));
    Run::of(keyed(&mut command, &served.url));
    let said = read(&folder, "plan.md");
    assert!(said.contains("https://gitlab.example/acme/infra/-/blob/4f5a0c1/config/heeler.yaml#L"), "{said}");
}
