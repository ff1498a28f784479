//! What `--base` may name, what it needs, and what is read for it.

use crate::support::{Folder, GOV, HEAD, Nobody, Run, row, served_here};
use crate::{PLAN, change, config};

#[test]
fn a_base_that_is_not_there_is_wrong_usage() {
    let folder = change("missing");
    let (nobody, url) = Nobody::home();
    folder
        .run_at(&url, "plan --base main --base nowhere")
        .exits(64)
        .says(&["--base nowhere: there is no such file or folder", "do: "]);
    assert_eq!(nobody.visitors(), 0);
}

#[test]
fn an_invalid_base_blocks_nothing() {
    let folder = change("invalid");
    folder
        .write("main/broken.yaml", "accounts: [{ aws_account_id: 4, datadog: { password: hunter2 } }]\nnonsense: 1\n");
    let run = folder.run(&format!("{PLAN} --base main --json plan.json")).exits(0);
    let run = run.says(&[
        "the config at --base is invalid, so nothing is compared (main: 3 errors)",
        "heeler validate main",
        "3 to update",
    ]);
    assert!(!run.err.contains("hunter2") && !run.err.contains("nonsense"), "only counted: {}", run.err);
    let plan = folder.json("plan.json");
    assert!(plan.get("comparison").is_none() && plan["actions"][0].get("origin").is_none());
    // The other way round it is the config itself that is invalid.
    folder.run("plan --sandbox main --base heeler.yaml").exits(5);
}

#[test]
fn the_base_needs_no_environment_of_its_own() {
    let folder = Folder::new("environment");
    folder.write("main.yaml", &format!("{HEAD}{GOV}"));
    folder.write("heeler.yaml", &format!("{HEAD}{GOV}").replace("datadoghq.com", "datadoghq.eu"));
    // DD_SITE speaks of the site that the change is for; GOV_SECRET is set nowhere.
    let run = Run::of(folder.heeler("plan --sandbox --base main.yaml").env("DD_SITE", "datadoghq.eu"));
    let run = run.says(&["! another site: datadog, from datadoghq.com to datadoghq.eu", "(pending already)"]);
    assert!(!run.err.contains("--base"), "{}", run.err);
}

#[test]
fn only_may_name_an_account_that_is_no_longer_declared() {
    let folder = change("only");
    folder.write("heeler.yaml", &config(&[("400000000001", "{ account_tags: [env:a] }")]));
    let run = folder.run(&format!("{PLAN} --base main --only 400000000002")).exits(0);
    let run =
        run.says(&["! no longer declared: 1 Datadog account", "400000000002  main/heeler.yaml:5", "Plan: no changes."]);
    assert!(!run.out.contains("400000000003"), "{}", run.out);
    folder.run(&format!("{PLAN} --only 400000000002")).exits(64);
    folder.run(&format!("{PLAN} --base main --only 400000000009")).exits(64);
}

#[test]
fn a_base_of_several_paths_is_one_config() {
    let folder = change("several");
    folder.write("shared.yaml", &format!("{HEAD}protect: [\"400000000001\"]\n"));
    folder.write(
        "old/accounts.yaml",
        "accounts:\n  - { aws_account_id: \"400000000009\", name: \"ev\\u202Eil\", datadog: {} }\n",
    );
    let run = folder.run(&format!("{PLAN} --base shared.yaml --base old --json plan.json")).exits(0);
    run.says(&[
        "400000000009  ev<U+202E>il  old/accounts.yaml:2",
        "! no longer protected: 1 account",
        "400000000001  shared.yaml:3",
    ]);
    assert_eq!(folder.json("plan.json")["comparison"]["base"], "shared.yaml old");
}

#[test]
fn one_reading_serves_both_plans() {
    let folder = change("requests");
    let fields = "{ metrics_config: { namespace_filters: { include_only: [AWS/EC2] } }, logs_config: { lambda_forwarder: { sources: [s3] } } }";
    folder.write("main/heeler.yaml", &config(&[("400000000001", fields)]));
    let asked = |args: &str| {
        let (sandbox, url) = served_here(&["400000000001", "400000000002", "400000000003"].map(row));
        folder.run_at(&url, args).exits(0);
        let mut asked: Vec<String> = sandbox.log().into_iter().map(|request| request.path).collect();
        asked.sort();
        asked
    };
    assert_eq!(asked("plan"), asked("plan --base main"));
    assert!(!asked("plan").is_empty());
}
