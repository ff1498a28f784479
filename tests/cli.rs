//! The built binary, end to end: what it says, what it sends, what it leaves behind, and the code it ends with.
//!
//! Every process gets a scrubbed environment and a folder of its own; vendors are emulators on a loopback port. What
//! issue 2 asks for by name is here; what a plan looks like is in the stories (`tests/scenarios.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "cli/accept.rs"]
mod accept;
#[path = "cli/accept_layouts.rs"]
mod accept_layouts;
#[path = "cli/accept_left_to_people.rs"]
mod accept_left_to_people;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/explain_not_written.rs"]
mod explain_not_written;
#[path = "cli/only.rs"]
mod only;
#[path = "support/secrecy.rs"]
mod secrecy;
mod support;
#[path = "cli/usage.rs"]
mod usage;

use std::fs;
use std::process::{Command, Stdio};

use heeler::model::Env;
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};
use support::{ACCOUNTS, FLEET, Folder, GOV, HEAD, QUICKSTART, Run, Served};

#[test]
fn the_first_command_of_the_readme() {
    let folder = Folder::new("quickstart");
    let run = folder.run(&format!("apply --sandbox {QUICKSTART}")).exits(0);
    let run = run.says(&["+$ create", "update", "- delete", "Not managed", "external id", "Converged", "(sandbox)"]);
    assert!(run.err.is_empty(), "{}", run.err);
    assert!(!run.out.contains('\u{1b}'), "colour where nobody can see it");
    assert!(folder.names().is_empty(), "a sandbox leaves nothing behind: {:?}", folder.names());
}

#[test]
fn a_fleet_over_http_converges_and_a_change_behind_its_back_is_named() {
    let folder = Folder::new("fleet");
    let served = Served::world(&folder, &format!("{FLEET}/world.json"));
    folder.run_at(&served.url, &format!("apply {FLEET}")).exits(0).says(&["Converged"]);
    folder.run_at(&served.url, &format!("plan --detailed-exitcode {FLEET}")).exits(0).says(&["no changes"]);
    folder.run_at(&served.url, &format!("apply {FLEET}")).exits(0).says(&["nothing to do"]);

    let row = served.row("311000000102");
    let path = format!("{ACCOUNTS}/{}", row["id"].as_str().unwrap());
    let behind = json!({ "aws_account_id": "311000000102", "metrics_config": { "enabled": false } });
    support::http(&served.url, "PATCH", &path, Some(json!({ "data": { "type": "account", "attributes": behind } })));
    let run = folder.run_at(&served.url, &format!("plan --detailed-exitcode {FLEET}")).exits(2);
    let run = run.says(&["311000000102", "metrics_config.enabled  false -> true", "1 to update"]);
    assert_eq!(run.out.matches(" -> ").count(), 1, "only that field: {}", run.out);
    folder.run_at(&served.url, &format!("plan {FLEET}")).exits(0);
}

#[tokio::test]
async fn a_plan_sends_as_many_requests_for_three_accounts_as_for_three_hundred() {
    let folder = Folder::new("budget");
    for number in [3, 300] {
        let fields = "metrics_config: { namespace_filters: { include_only: [AWS/EC2] } }, logs_config: { lambda_forwarder: { sources: [s3] } }";
        let entry = |at| {
            format!(
                "  - {{ aws_account_id: \"4{at:011}\", datadog: {{ auth_config: {{ role_name: R }}, {fields} }} }}\n"
            )
        };
        let config =
            folder.write("heeler.yaml", &format!("{HEAD}accounts:\n{}", (0..number).map(entry).collect::<String>()));
        let rows: Vec<Value> = (0..number).step_by(2).map(|at| support::row(&format!("4{at:011}"))).collect();
        let sandbox = Sandbox::new(World::parse(&support::world(&rows)).unwrap(), 1);
        let run = heeler::run::Run::load(&[config], &Env::default()).unwrap_or_else(|_| panic!("a valid config"));
        run.read_by(&sandbox).await.expect("no organization is guarded");
        let asked: Vec<String> = sandbox.log().into_iter().map(|request| request.path).collect();
        assert_eq!(
            asked,
            [ACCOUNTS, "/api/v2/integration/aws/available_namespaces", "/api/v2/integration/aws/logs/services"]
        );
    }
}

#[test]
fn another_organization_is_refused_and_nothing_of_it_is_shown() {
    let folder = Folder::new("guard");
    let guarded = |name: &str| HEAD.replace("datadoghq.com", &format!("datadoghq.com, organization: {name}")) + GOV;
    let (sandbox, url) = support::served_here(&[support::row("400000000002")]);
    folder.write("heeler.yaml", &guarded("acme-prod"));
    for command in ["plan", "apply", "drift"] {
        let run = folder.run_at(&url, &format!("{command} --json {command}.json")).exits(4).says(&[
            "acme-prod",
            "sandbox (sandbox00)",
            "do: ",
        ]);
        let report = folder.json(&format!("{command}.json"));
        assert!(
            ![&run.out, &run.err, &report.to_string()].iter().any(|text| text.contains("400000000002")),
            "a row of another organization is shown"
        );
    }
    assert!(sandbox.log().iter().all(|request| !request.write));
    for name in ["sandbox", "sandbox00"] {
        folder.write("heeler.yaml", &guarded(name));
        folder.run_at(&url, "plan").exits(0).says(&[&format!(" for {name}")]);
    }
}

#[test]
fn a_deleted_account_is_on_disk_before_it_is_deleted() {
    let folder = Folder::new("backup");
    let rows = ["400000000001", "400000000002", "400000000003"].map(support::row);
    let served = Served::world(&folder, folder.write("world.json", &support::world(&rows)).to_str().unwrap());
    let tomb = |account: &str| format!("{HEAD}removed:\n  - {{ aws_account_id: \"{account}\", reason: closed }}\n");
    let kept = |folder: &Folder| folder.names().into_iter().find(|name| name.starts_with("heeler-deleted-"));

    folder.write("heeler.yaml", &tomb("400000000001"));
    folder.run_at(&served.url, "apply").exits(0).says(&["1 to delete", "Converged"]);
    let backup = folder.json(&kept(&folder).expect("a backup"));
    assert_eq!(backup[0]["deleted"], rows[0], "the whole row, as it was");
    fs::remove_file(folder.path(&kept(&folder).unwrap())).unwrap();

    // Where it cannot be kept, it is not deleted; nor is it added to what others have put there under that name.
    folder.write("heeler.yaml", &tomb("400000000002"));
    let script = format!("ulimit -f 0; exec {} apply", support::BIN);
    let mut without_room = Command::new("sh");
    without_room.args(["-c", &script]).current_dir(folder.path(".")).env_clear().stdin(Stdio::null());
    Run::of(support::keyed(&mut without_room, &served.url)).exits(1).says(&["FAILED", "not deleted", "on disk"]);
    assert_eq!((served.row("400000000002"), kept(&folder)), (rows[1].clone(), None));
    folder.run_at(&served.url, "plan --json plan.json").exits(0);
    let digest = folder.json("plan.json")["digest"].as_str().unwrap().split_once(':').unwrap().1[..12].to_owned();
    let name = format!("heeler-deleted-{digest}.json");
    std::os::unix::fs::symlink(folder.path("elsewhere"), folder.path(&name)).unwrap();

    // With --json the report holds it too; the next run will write over that, but not over the file.
    folder.run_at(&served.url, "apply --json report.json").exits(0);
    assert_eq!(folder.json("report.json")["actions"][0]["deleted"], rows[1]);
    assert_eq!(folder.json(&name.replace(".json", "-2.json"))[0]["deleted"], rows[1]);
    assert!(!folder.path("elsewhere").exists());
    assert_eq!(served.rows(), [rows[2].clone()]);
}

#[test]
fn the_json_keeps_to_its_schema() {
    let folder = Folder::new("json");
    let schema = folder.schema("schema plan");
    let refused =
        folder.write("refused.yaml", &format!("{HEAD}limits: {{ creates: 0 }}\n{GOV}confirm: {{ deletes: 3 }}\n"));
    let refused = refused.display();
    for (at, (args, code)) in [
        (format!("plan --sandbox {QUICKSTART}"), 0),
        (format!("apply --sandbox {QUICKSTART}"), 0),
        (format!("plan --sandbox {FLEET}"), 0),
        (format!("apply --sandbox {FLEET}"), 0),
        (format!("plan --sandbox {refused}"), 4),
        (format!("apply --sandbox {refused}"), 4),
        (format!("drift --sandbox {QUICKSTART}"), 2),
        (format!("drift --sandbox {FLEET} --strict"), 2),
        (format!("drift --sandbox {refused}"), 2),
    ]
    .iter()
    .enumerate()
    {
        folder.run(&format!("{args} --json {at}.json")).exits(*code);
        let document = folder.json(&format!("{at}.json"));
        support::keeps_to(&schema, &document, args);
        assert_eq!((&document["format"], &document["sandbox"]), (&json!(2), &json!(true)));
        assert_eq!(document["command"], args.split(' ').next().unwrap());
    }
    assert!(!schema.is_valid(&json!({ "format": 1 })), "a schema that takes anything");
    let applied = folder.json("1.json");
    let made = applied["actions"].as_array().unwrap().iter().find(|action| action["op"] == "create").unwrap();
    assert!(made["result"]["external_id"].is_string() && made["result"]["trust_policy"].is_object(), "{made:#}");
    assert_eq!(applied["converged"], true);
}

#[test]
fn json_takes_the_place_of_text_on_stdout() {
    let folder = Folder::new("stdout");
    let refused = folder.write("refused.yaml", &format!("{HEAD}limits: {{ creates: 0 }}\n{GOV}"));
    for (args, code) in [
        (format!("plan --sandbox {QUICKSTART}"), 0),
        (format!("apply --sandbox {QUICKSTART}"), 0),
        (format!("plan --sandbox {}", refused.display()), 4),
        (format!("apply --sandbox {}", refused.display()), 4),
        (format!("drift --sandbox {QUICKSTART}"), 2),
    ] {
        let run = folder.run(&format!("{args} --json -")).exits(code);
        let document: Value =
            serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{args}: {error} in {:?}", run.out));
        assert!(document["digest"].as_str().unwrap().starts_with("sha256:"));
    }
}

#[test]
fn the_examples_keep_to_the_schema_of_the_config() {
    let folder = Folder::new("schema");
    let schema = folder.schema("schema");
    let mut files =
        vec![format!("{QUICKSTART}/heeler.yaml"), format!("{FLEET}/heeler.yaml"), format!("{FLEET}/removed.yaml")];
    files.extend(
        fs::read_dir(format!("{FLEET}/accounts")).unwrap().map(|entry| entry.unwrap().path().display().to_string()),
    );
    let read = |text: &str| serde_json::to_value(serde_yaml::from_str::<serde_yaml::Value>(text).unwrap()).unwrap();
    for file in &files {
        let config = read(&fs::read_to_string(file).unwrap());
        support::keeps_to(&schema, &config, file);
    }
    for wrong in [
        "accounts: [{ aws_account_id: 400000000001 }]",
        "accounts: [{ aws_account_id: \"400000000001\", datadog: { acount_tags: [] } }]",
        "accounts: [{ aws_account_id: \"400000000001\", datadog: { auth_config: { access_key_id: A, secret_access_key: literal } } }]",
        "defaults: { datadog: { aws_regions: { include_all: true, include_only: [] } } }",
        "removed: [{ aws_account_id: \"400000000001\" }]",
        "ownership: mine",
    ] {
        assert!(!schema.is_valid(&read(wrong)), "the schema takes {wrong}");
    }
}

#[test]
fn a_reader_that_goes_away_is_nobodys_error() {
    let (plan, apply) = (format!("plan --sandbox {FLEET}"), format!("apply --sandbox {QUICKSTART}"));
    for (args, code) in [
        (&*plan, 0),
        (&*apply, 0),
        ("schema", 0),
        ("--help", 0),
        ("validate nowhere.yaml", 64),
        ("plan --frobnicate", 64),
    ] {
        nobody_reads(args, code);
    }
}

#[test]
fn nor_is_it_one_with_verbose_logging() {
    nobody_reads(&format!("plan -vv --sandbox {FLEET}"), 0);
}

/// Runs with stdout and stderr closed at the other end.
fn nobody_reads(args: &str, code: i32) {
    let [out, err] = [(); 2].map(|()| std::io::pipe().unwrap().1);
    let status = Folder::new("pipe").heeler(args).stdout(out).stderr(err).status().unwrap();
    assert_eq!(status.code(), Some(code), "{args}");
}

#[test]
fn a_world_without_its_frame_says_how_to_wrap_it() {
    let folder = Folder::new("world");
    folder.write("heeler.yaml", &format!("{HEAD}accounts: []\n"));
    folder.write("bare.json", &json!({ "data": [support::row("400000000001")] }).to_string());
    folder.write("rows.json", &json!([support::row("400000000001")]).to_string());
    for args in ["plan --sandbox=bare.json", "sandbox --listen 127.0.0.1:0 --world bare.json"] {
        folder.run(args).exits(1).says(&["wrap it", "{ \"datadog\": LISTING }"]);
    }
    // Nothing in a list of rows says whose they are.
    folder.run("plan --sandbox=rows.json").exits(1).says(&[
        "wrap it",
        "{ \"datadog\": LISTING }",
        "{ \"cloudcraft\": LISTING }",
        "{ \"wavefront\": LISTING }",
    ]);
    folder.run("plan --sandbox=absent.json").exits(64).says(&["absent.json"]);
    folder.write("world.json", &support::world(&[support::row("400000000001")]));
    folder.run("plan --sandbox").exits(0).says(&["0 declared, 1 live"]);
}
