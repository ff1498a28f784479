//! `heeler import` on the built binary: what it prints is what a person would have written, and a plan of it is empty.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

#[path = "import/fleet.rs"]
mod fleet;
#[path = "import/folders.rs"]
mod folders;
mod support;
#[path = "import/texts.rs"]
mod texts;
#[path = "import/vendors.rs"]
mod vendors;

use std::fs;

use heeler::model::Method;
use serde_json::{Value, json};
use support::{ACCOUNTS, Folder, HEAD, Run, row, served_here, world};

/// Accounts that look alike: two kinds, a forwarder each, tags of their own.
fn herd(many: usize) -> Vec<Value> {
    let account = |at: usize| {
        let id = format!("5{at:011}");
        let mut row = row(&id);
        let (env, regions) = if at.is_multiple_of(2) {
            ("prod", json!({ "include_all": true }))
        } else {
            ("dev", json!({ "include_only": ["eu-west-1"] }))
        };
        let attributes = &mut row["attributes"];
        attributes["account_tags"] = json!([format!("team:t{at}"), format!("env:{env}")]);
        attributes["aws_regions"] = regions;
        attributes["logs_config"] = json!({ "lambda_forwarder": {
            "lambdas": [format!("arn:aws:lambda:eu-west-1:{id}:function:datadog-forwarder")], "sources": ["s3", "lambda", "cloudtrail"],
            "log_source_config": { "tag_filters": [] },
        } });
        attributes["metrics_config"] = json!({
            "enabled": true, "automute_enabled": true, "collect_custom_metrics": at.is_multiple_of(2), "collect_cloudwatch_alarms": false,
            "tag_filters": if at.is_multiple_of(2) { json!([{ "namespace": "AWS/EC2", "tags": ["datadog:true"] }]) } else { json!([]) },
            "namespace_filters": { "exclude_only": ["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"] },
        });
        attributes["resources_config"] =
            json!({ "cloud_security_posture_management_collection": false, "extended_collection": true });
        attributes["traces_config"] = json!({ "xray_services": { "include_only": [] } });
        row
    };
    (1..=many).map(account).collect()
}

/// Imports into a folder and plans it; says what the plan says.
fn plans_empty(folder: &Folder) -> Run {
    folder
        .run("import --sandbox=world.json --write heeler")
        .exits(0)
        .says(&["wrote heeler/heeler.yaml", "wrote heeler/accounts.yaml"]);
    folder.run("plan heeler --sandbox=world.json --detailed-exitcode").exits(0).says(&["Plan: no changes."])
}

#[test]
fn two_hundred_accounts_that_look_alike_become_a_short_config() {
    let folder = Folder::new("herd");
    folder.write("world.json", &world(&herd(200)));
    let folded = folder
        .run("import --sandbox=world.json")
        .exits(0)
        .says(&["Imported 200 accounts", "no changes. (sandbox)"])
        .out;
    let flat = folder.run("import --sandbox=world.json --flat").exits(0).out;
    assert!(folded.len() * 100 <= flat.len() * 40, "{} of {} characters", folded.len(), flat.len());
    assert!(!flat.contains("defaults:") && !flat.contains("profiles:") && !flat.contains("${"), "{flat}");
    let first: String = folded.lines().take(46).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(first);
    plans_empty(&folder).says(&["200 unchanged"]);
    let again = folder.run("import heeler --sandbox=world.json").exits(0);
    assert_eq!(again.out, "# Nothing to import: no live account is undeclared.\n");
    folder.write("flat.yaml", &flat);
    folder.run("plan flat.yaml --sandbox=world.json --detailed-exitcode").exits(0).says(&["200 unchanged"]);
}

#[test]
fn upon_a_config_only_what_is_new_is_printed_and_its_layers_are_used() {
    let folder = Folder::new("upon");
    let mut rows = herd(9);
    rows[8]["attributes"]["logs_config"] = json!(null);
    folder.write("world.json", &world(&rows));
    folder.write(
        "heeler.yaml",
        &format!(
            "{HEAD}defaults:\n  datadog:\n    auth_config: {{ role_name: ObserverRole }}\n    logs_config:\n      lambda_forwarder:\n        \
             lambdas: [\"arn:aws:lambda:eu-west-1:${{aws_account_id}}:function:datadog-forwarder\"]\n\
             profiles: {{ dev: {{ datadog: {{ aws_regions: {{ include_only: [eu-west-1] }} }} }} }}\n\
             accounts:\n  - {{ aws_account_id: \"500000000001\", datadog: {{}} }}\n\
             removed:\n  - {{ aws_account_id: \"500000000002\", reason: closed }}\n"
        ),
    );
    let run = folder
        .run("import --sandbox=world.json --only 500000000003,500000000009")
        .exits(0)
        .says(&["Imported 2 accounts."]);
    insta::assert_snapshot!(run.out);
    folder
        .run("import --sandbox=world.json --write .")
        .exits(0)
        .says(&["wrote ./imported.yaml", "Imported 7 accounts"]);
    folder
        .run("plan . --sandbox=world.json")
        .exits(0)
        .says(&["Plan: 0 to create, 0 to update, 1 to delete, 8 unchanged."]);
    folder.run("import . --sandbox=world.json").exits(0).says(&["# Nothing to import"]);
}

#[test]
fn a_declared_account_is_shown_as_it_is_live() {
    let folder = Folder::new("accept");
    let mut live = row("500000000001");
    live["attributes"]["account_tags"] = json!([]);
    live["attributes"]["aws_regions"] = json!({ "include_only": ["eu-west-1", "eu-central-1"] });
    folder.write("world.json", &world(&[live, row("500000000002")]));
    folder.write(
        "heeler.yaml",
        &format!(
            "{HEAD}accounts:\n  - aws_account_id: \"500000000001\"\n    datadog: {{ account_tags: [\"env:prod\"], aws_regions: {{ include_all: true }}, \
             metrics_config: {{ enabled: true, automute_enabled: true }} }}\n"
        ),
    );
    let run = folder.run("import --sandbox --only 500000000001").exits(0);
    insta::assert_snapshot!(run.out);
    folder.run("import --sandbox --only 500000000001 --write .").exits(64).says(&["would declare it twice"]);
    folder.run("import --sandbox --only 500000000009").exits(64).says(&["no account of this id is declared or live"]);
    for other in ["500000000001 cloudcraft", "500000000002 wavefront.ec2", "500000000001 elsewhere"] {
        let run = folder.heeler("import --sandbox").args(["--only", other]).output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(
            run.status.code() == Some(64) && said.contains("no such resource") && said.contains("there is"),
            "{said}"
        );
    }
    assert_eq!(folder.names().len(), 2, "{:?}", folder.names());
}

#[test]
fn files_are_never_written_over() {
    let folder = Folder::new("files");
    folder.write("world.json", &world(&herd(3)));
    folder.write("mine/notes.yaml", "# mine\n");
    folder
        .run("import --sandbox=world.json --write mine")
        .exits(1)
        .says(&["mine/notes.yaml is not part of the config"]);
    folder.write("heeler/heeler.yaml", HEAD);
    folder.write("heeler/imported.yaml", "accounts: []\n");
    folder.run("import --sandbox=world.json --write heeler").exits(0).says(&["wrote heeler/imported-2.yaml"]);
    assert_eq!(fs::read_to_string(folder.path("heeler/imported.yaml")).unwrap(), "accounts: []\n");
    assert_eq!(fs::read_dir(folder.path("heeler")).unwrap().count(), 3);
    folder.run("plan --sandbox=world.json --detailed-exitcode").exits(0).says(&["3 unchanged"]);
    folder.write("more.json", &world(&herd(4)));
    folder
        .run("import --sandbox=more.json --write heeler/heeler.yaml")
        .exits(1)
        .says(&["--write names a folder, and heeler/heeler.yaml is a file"]);
    assert_eq!(fs::read_to_string(folder.path("heeler/heeler.yaml")).unwrap(), HEAD);
}

#[test]
fn without_a_config_the_keys_say_what_to_read() {
    let folder = Folder::new("first");
    let (sandbox, url) = served_here(&herd(3));
    folder.run("import").exits(64).says(&["no provider's keys are set", "DD_API_KEY and DD_APP_KEY"]);
    folder.run_at(&url, "import").exits(5).says(&["no Datadog site"]);
    let keyed = |args: &str| Run::of(support::keyed(&mut folder.heeler(args), &url).env("DD_SITE", "datadoghq.eu"));
    let run = keyed("import").exits(0).says(&["datadog: { site: datadoghq.eu, organization: sandbox }"]);
    // What a shell does before `heeler import > heeler.yaml`.
    folder.write("heeler.yaml", "");
    assert_eq!(keyed("import").exits(0).out, run.out);
    folder.write("heeler.yaml", &run.out);
    folder.run_at(&url, "plan --detailed-exitcode").exits(0).says(&["3 unchanged"]);
    assert!(sandbox.log().iter().all(|request| request.method == Method::Get && !request.write), "{:?}", sandbox.log());
    keyed("import absent.yaml").exits(64).says(&["cannot read absent.yaml"]);
}

#[test]
fn from_nothing_comes_nothing() {
    let folder = Folder::new("nothing");
    for world in ["", "=empty.json"] {
        folder.write("empty.json", &support::world(&[]));
        for args in ["", " --flat", " --write heeler"] {
            let run = folder.run(&format!("import --sandbox{world}{args}")).exits(0);
            assert_eq!(run.out, "# Nothing to import: no live account is undeclared.\n");
            // A world that was not named is empty, and that is said.
            match world {
                "" => assert!(run.err.contains("begins empty") && run.err.lines().count() == 1, "{}", run.err),
                _ => assert_eq!(run.err, ""),
            }
        }
    }
    assert_eq!(folder.names(), ["empty.json"]);
}

#[test]
fn what_cannot_be_read_is_not_imported() {
    let folder = Folder::new("unread");
    let page = json!({ "data": [row("500000000001")], "links": { "next": "/page/2" } }).to_string();
    let answers = [
        ("403 Forbidden\r\n\r\n{\"errors\":[\"Forbidden\"]}".to_owned(), "may the application key"),
        (format!("200 OK\r\n\r\n{page}"), "has further pages"),
        (
            format!("200 OK\r\nLink: </page/2>; rel=\"next\"\r\n\r\n{}", support::rows(&[row("500000000001")])),
            "has further pages",
        ),
    ];
    for (answer, said) in answers {
        let listing = format!("GET {ACCOUNTS}");
        let url =
            support::parrot(
                move |request| {
                    if request.starts_with(&listing) { answer.clone() } else { "200 OK\r\n\r\n{}".to_owned() }
                },
            );
        let mut process = folder.heeler("import");
        let only_datadog =
            support::keyed(&mut process, &url).env_remove("CLOUDCRAFT_API_KEY").env_remove("WAVEFRONT_TOKEN");
        let run = Run::of(only_datadog.env("DD_SITE", "datadoghq.eu")).exits(1).says(&[said]);
        assert_eq!(run.out, "");
    }
}
