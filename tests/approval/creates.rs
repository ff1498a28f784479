//! A create is approved as the whole that one plan showed, and to its end.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::{ACCOUNTS, Folder, HEAD, parrot, row, served_here, served_world, world};
use heeler::sandbox::faults::Faults;

fn config(block: &str) -> String {
    format!("{HEAD}accounts: [{{ aws_account_id: \"400000000001\", datadog: {block} }}]\n")
}

fn plan(folder: &Folder, url: &str, text: &str, file: &str) {
    folder.write("heeler.yaml", text);
    folder.run_at(url, &format!("plan --json {file}")).exits(0);
}

#[test]
fn a_create_with_other_fields_than_were_approved_is_held_back() {
    let (sandbox, url) = served_here(&[]);
    let folder = Folder::new("create-fields");
    let whole = "{ auth_config: { role_name: R }, account_tags: [env:a], aws_regions: { include_only: [eu-west-1] } }";
    plan(&folder, &url, &config(whole), "plan.json");
    for other in [
        "{ auth_config: { role_name: R } }",
        "{ auth_config: { role_name: R }, account_tags: [env:a] }",
        "{ auth_config: { role_name: R }, account_tags: [env:b], aws_regions: { include_only: [eu-west-1] } }",
        "{ auth_config: { role_name: R }, account_tags: [env:a], aws_regions: { include_only: [eu-west-1] }, metrics_config: { enabled: false } }",
    ] {
        folder.write("heeler.yaml", &config(other));
        folder.run_at(&url, "apply --expect plan.json").exits(4).says(&["HELD BACK: 1 account"]);
    }
    assert!(sandbox.rows("datadog").is_empty());
    folder.write("heeler.yaml", &config(whole));
    folder.run_at(&url, "apply --expect plan.json").exits(0);
}

#[test]
fn a_create_is_not_put_together_from_several_plans() {
    let (sandbox, url) = served_here(&[]);
    let folder = Folder::new("create-halves");
    let block = |tag: &str, region: &str| {
        config(&format!(
            "{{ auth_config: {{ role_name: R }}, account_tags: [{tag}], aws_regions: {{ include_only: [{region}] }} }}"
        ))
    };
    plan(&folder, &url, &block("env:a", "eu-west-1"), "first.json");
    plan(&folder, &url, &block("env:b", "eu-west-2"), "second.json");
    folder.write("heeler.yaml", &block("env:a", "eu-west-2"));
    folder.run_at(&url, "apply --expect first.json --expect second.json").exits(4);
    assert!(sandbox.rows("datadog").is_empty());
    folder.write("heeler.yaml", &block("env:b", "eu-west-2"));
    folder.run_at(&url, "apply --expect first.json --expect second.json").exits(0);
}

/// Providers whose creates take several requests: the whole account, what a run that stopped in between has made of it,
/// and what somebody else may have made.
const IN_STEPS: [(&str, &str, &str, &str); 4] = [
    (
        "wavefront: {}",
        "wavefront: { role_name: R, name: n, ec2: { enabled: false } }",
        "wavefront: { role_name: R, name: n, ec2: {} }",
        "wavefront: { role_name: R, name: other, ec2: {} }",
    ),
    (
        "datadog_v1: { site: datadoghq.com }",
        "datadog_v1: { role_name: R, tag_filters: [{ namespace: elb, tag_filter_str: \"env:a\" }] }",
        "datadog_v1: { role_name: R }",
        "datadog_v1: { role_name: R, tag_filters: [{ namespace: elb, tag_filter_str: \"env:b\" }] }",
    ),
    (
        "datadog_v1: { site: datadoghq.com }",
        "datadog_v1: { role_name: R, logs: { services: [elb], lambdas: [\"arn:aws:lambda:us-east-1:400000000001:function:a\", \"arn:aws:lambda:us-east-1:400000000001:function:b\"] } }",
        "datadog_v1: { role_name: R, logs: { lambdas: [\"arn:aws:lambda:us-east-1:400000000001:function:a\"] } }",
        "datadog_v1: { role_name: R, logs: { lambdas: [\"arn:aws:lambda:us-east-1:400000000001:function:c\"] } }",
    ),
    (
        "datadog: { site: datadoghq.com }",
        "datadog: { auth_config: { role_name: R }, account_tags: [env:a] }",
        "datadog: { auth_config: { role_name: R } }",
        "datadog: { auth_config: { role_name: R }, account_tags: [env:b] }",
    ),
];

#[test]
fn a_create_that_stopped_in_between_needs_no_new_approval() {
    for (provider, whole, part, other) in IN_STEPS {
        let text = |block: &str| {
            format!(
                "version: 1\nproviders: {{ {provider} }}\naccounts: [{{ aws_account_id: \"400000000001\", {block} }}]\n"
            )
        };
        for (made, exit) in [(part, 0), (other, 4)] {
            let (_, url) = served_world("{}", Faults::none());
            let folder = Folder::new("create-stopped");
            plan(&folder, &url, &text(whole), "plan.json");
            folder.write("heeler.yaml", &text(made));
            folder.run_at(&url, "apply").exits(0);
            folder.write("heeler.yaml", &text(whole));
            let run = folder.run_at(&url, "apply --expect plan.json");
            assert_eq!(run.code, exit, "{made}\n{}\n{}", run.out, run.err);
        }
    }
}

/// What is issued is not known when somebody approves it: where it comes from is.
#[test]
fn a_value_known_after_apply_is_approved_by_where_it_comes_from() {
    let (sandbox, url) = served_world("{}", Faults::none());
    let folder = Folder::new("create-issued");
    let account = |block: &str| {
        format!(
            "version: 1\nproviders: {{ wavefront: {{}} }}\naccounts: [{{ aws_account_id: \"400000000001\", wavefront: {{ role_name: R, name: n, {block} }} }}]\n"
        )
    };
    plan(&folder, &url, &account("ec2: {}"), "plan.json");
    let mut file = folder.json("plan.json");
    let change = file["actions"][0]["changes"][0].clone();
    let from = json!({ "provider": "wavefront", "kind": "ec2", "id": "arn:aws:iam::400000000001:role/R", "output": "external_id" });
    assert_eq!((&change["path"], &change["after"], &change["from"]), (&json!("external_id"), &json!(null), &from));
    // From elsewhere, or with one that the config names: that is another create.
    file["actions"][0]["changes"][0]["from"]["id"] = json!("arn:aws:iam::400000000001:role/other");
    folder.write("other.json", &file.to_string());
    folder.run_at(&url, "apply --expect other.json").exits(4).says(&["HELD BACK: 1 account"]);
    folder.write("heeler.yaml", &account("external_id: abcdefgh12345678, ec2: {}"));
    folder.run_at(&url, "apply --expect plan.json").exits(4).says(&["HELD BACK: 1 account"]);
    assert!(
        sandbox.log().iter().all(|request| !request.path.ends_with("awsExternalId")),
        "what is held back needs no id"
    );
    folder.write("heeler.yaml", &account("ec2: {}"));
    folder.run_at(&url, "apply --expect plan.json --json applied.json").exits(0).says(&["Converged"]);
    let result = &folder.json("applied.json")["actions"][0]["result"];
    assert!(result["issued"]["external_id"].is_string() && result["unused"].is_null(), "{result:#}");
    assert_eq!(result["issued"]["external_id"], result["external_id"]);
}

/// What is brought back from a trash is approved as it was when it was planned, unmanaged fields too.
#[test]
fn what_was_changed_in_the_trash_since_the_plan_is_held_back() {
    const WORLD: &str = include_str!("../scenarios/wavefront_trashed/world.json");
    let folder = Folder::new("create-trash");
    let block = "{ role_name: wavefront, name: shop, cloudwatch: { namespaces: [AWS/EC2] } }";
    folder.write(
        "heeler.yaml",
        &format!("version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\naccounts: [{{ aws_account_id: \"210000000001\", wavefront: {block} }}]\n"),
    );
    folder.write("world.json", WORLD);
    let plan = folder.run("plan --sandbox --json plan.json --markdown plan.md").exits(0);
    plan.says(&["comes back with: enabled false, point_tag_filter_regex (region), refresh_rate_minutes 5\n"]);
    assert!(std::fs::read_to_string(folder.path("plan.md")).unwrap().contains("comes back with: enabled false"));
    let planned = folder.json("plan.json");
    assert_eq!(planned["actions"][0]["in_trash"]["namespaces"], json!(["AWS/SQS"]));
    let digest = planned["digest"].as_str().unwrap();
    let apply = |expected: &str| folder.run(&format!("apply --sandbox --expect {expected}"));
    for changed in [WORLD.replace("(region)", "(team)"), WORLD.replace("AWS/SQS", "AWS/SNS")] {
        folder.write("world.json", &changed);
        apply("plan.json").exits(4).says(&["HELD BACK: 1 account"]);
        apply(digest).exits(4);
    }
    // What only the vendor writes is no change.
    folder.write("world.json", &WORLD.replace("1750000000000", "1750000000001"));
    apply(digest).exits(0);
    apply("plan.json").exits(0).says(&["Converged"]);
}

/// Once it is back, an approved create is known by the id of what it brought back, whatever that holds.
#[test]
fn bringing_back_a_row_needs_no_new_approval_either() {
    let (_, url) = served_world("{}", Faults::none());
    let folder = Folder::new("create-back");
    let text = |rest: &str| format!("version: 1\nproviders: {{ wavefront: {} }}\n{rest}\n", "{}");
    let account = |block: &str| {
        text(&format!("accounts: [{{ aws_account_id: \"400000000001\", wavefront: {{ role_name: R, {block} }} }}]"))
    };
    let whole = account("name: new, ec2: { enabled: false }");
    folder.write("heeler.yaml", &account("name: old, ec2: {}"));
    folder.run_at(&url, "apply").exits(0);
    folder.write("heeler.yaml", &text("removed: [{ aws_account_id: \"400000000001\", reason: closed }]"));
    folder.run_at(&url, "apply").exits(0);
    plan(&folder, &url, &whole, "plan.json");
    assert!(folder.json("plan.json")["actions"][0]["recovers"].is_string());
    // Undeleted, and then stopped.
    folder.write("heeler.yaml", &account("name: old, ec2: {}"));
    folder.run_at(&url, "apply").exits(0);
    folder.write("heeler.yaml", &whole);
    folder.run_at(&url, "apply --expect plan.json").exits(0).says(&["Converged"]);
}

#[test]
fn a_row_that_appears_before_the_first_write_refuses_a_plan_that_was_approved_by_its_digest() {
    let (made, live) = (row("400000000001"), row("400000000002"));
    let listings = AtomicUsize::new(0);
    let (before, after) = (world(std::slice::from_ref(&live)), world(&[live, made]));
    let listing = |world: &str| serde_json::from_str::<serde_json::Value>(world).unwrap()["datadog"].to_string();
    let (before, after) = (listing(&before), listing(&after));
    // Plan's listing, apply's, and then somebody makes the account.
    let url = parrot(move |request| match request.starts_with(&format!("GET {ACCOUNTS} ")) {
        true if listings.fetch_add(1, Ordering::Relaxed) < 2 => format!("200 OK\r\n\r\n{before}"),
        true => format!("200 OK\r\n\r\n{after}"),
        false if request.starts_with("GET ") => {
            let row: serde_json::Value = serde_json::from_str(&before).unwrap();
            format!("200 OK\r\n\r\n{}", json!({ "data": row["data"][0] }))
        }
        false => "500 No\r\n\r\nnothing may be written".to_owned(),
    });
    let folder = Folder::new("create-appeared");
    let accounts = "accounts:\n  - { aws_account_id: \"400000000001\", datadog: { auth_config: { role_name: R } } }\n  - { aws_account_id: \"400000000002\", datadog: { account_tags: [env:b] } }\n";
    folder.write("heeler.yaml", &format!("{HEAD}{accounts}"));
    folder.run_at(&url, "plan --json plan.json").exits(0);
    let digest = folder.json("plan.json")["digest"].as_str().unwrap().to_owned();
    let run = folder.run_at(&url, &format!("apply --expect {digest}")).exits(4);
    run.says(&["made by somebody else after the listing: 400000000001", "Apply: refused; nothing was changed."]);
}
