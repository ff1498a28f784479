//! States as people have them: of several organizations, of several files, in whatever form, with marks, leftovers and
//! halves.

use std::fs;

use serde_json::{Value, json};

use crate::fixtures::{account, live, resource, state};
use crate::state::plans_empty;
use crate::support::{Folder, world};

pub const V2: &str = "datadog_integration_aws_account";
pub const V1: &str = "datadog_integration_aws";
pub const ONE: &str = "310000000001";
pub const TWO: &str = "310000000002";

/// A resource of v2's about an account, under an id of its own.
pub fn of(address: &str, account_id: &str, id: &str, tags: &[&str]) -> Value {
    let mut values = account(account_id, tags, false);
    values["id"] = json!(id);
    resource(address, V2, values)
}

pub fn row(account_id: &str, id: &str, tags: &[&str]) -> Value {
    let mut values = account(account_id, tags, false);
    values["id"] = json!(id);
    live(&values)
}

pub fn view(name: &str, files: &[(&str, &Value)], rows: &[Value]) -> Folder {
    let folder = Folder::new(name);
    files.iter().for_each(|(name, state)| drop(folder.write(name, &state.to_string())));
    folder.write("world.json", &world(rows));
    folder
}

#[test]
fn of_two_organizations_in_one_state_each_takes_its_own() {
    let both = vec![
        of("module.eu.datadog_integration_aws_account.this[0]", ONE, "eu-1", &["org:eu"]),
        of("module.eu.datadog_integration_aws_account.this[1]", TWO, "eu-2", &["org:eu"]),
        of("module.us.datadog_integration_aws_account.this[0]", ONE, "us-1", &["org:us"]),
    ];
    let folder =
        view("two-organizations", &[("state.json", &state(both, Vec::new()))], &[row(ONE, "us-1", &["org:us"])]);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0).says(&[
        "module.eu.datadog_integration_aws_account.this[0]: account 310000000001, it is not live here under its id eu-1 (here its account is live as us-1)",
        "module.eu.datadog_integration_aws_account.this[1]: account 310000000002, it is not live here under its id eu-2",
        "from = module.us.datadog_integration_aws_account.this",
        "Left out: 2 rows",
    ]);
    assert!(
        !run.out.contains("from = module.eu") && !run.out.contains("stays so") && run.out.contains("org:us"),
        "{}",
        run.out
    );
    // Nobody was asked, so nobody knows which is whose.
    let run = folder
        .run("migrate --terraform state.json --offline")
        .exits(0)
        .says(&["which of them is this organization's cannot be told"]);
    assert!(run.out.contains(TWO) && !run.out.contains("from = module.us"), "{}", run.out);
}

#[test]
fn two_of_the_older_resource_are_told_apart_by_the_way_in() {
    let old = |address: &str, role: &str| {
        resource(address, V1, json!({ "id": format!("{ONE}:{role}"), "account_id": ONE, "role_name": role }))
    };
    let other = || old("datadog_integration_aws.other", "OtherRole");
    let one = state(vec![other(), old("datadog_integration_aws.this", "DatadogIntegrationRole")], Vec::new());
    let filter = resource(
        "datadog_integration_aws_tag_filter.x",
        "datadog_integration_aws_tag_filter",
        json!({ "account_id": ONE, "namespace": "sqs", "tag_filter_str": "a:b" }),
    );
    let beside =
        state(vec![other(), old("datadog_integration_aws.this", "DatadogIntegrationRole"), filter], Vec::new());
    let folder = view("two-older", &[("one.json", &one), ("beside.json", &beside)], &[row(ONE, "x", &[])]);
    let run = folder
        .run("migrate --terraform one.json --sandbox=world.json")
        .exits(0)
        .says(&["from = datadog_integration_aws.this"]);
    assert!(!run.out.contains("from = datadog_integration_aws.other"), "{}", run.out);
    let run = folder.run("migrate --terraform beside.json --sandbox=world.json").exits(0).says(&["cannot be told"]);
    assert!(!run.out.contains("from = "), "{}", run.out);
}

#[test]
fn a_marked_id_is_found_by_the_row_or_said() {
    let mut marked = of("datadog_integration_aws_account.a", ONE, "row-1", &["env:prod"]);
    marked["sensitive_values"] =
        json!({ "aws_account_id": true, "auth_config": { "aws_auth_config_role": { "role_name": true } } });
    let mut old = resource(
        "datadog_integration_aws.x",
        V1,
        json!({ "id": format!("{TWO}:R"), "account_id": TWO, "role_name": "R" }),
    );
    old["sensitive_values"] = json!({ "account_id": true });
    let (new, old) = (state(vec![marked], Vec::new()), state(vec![old], Vec::new()));
    let folder = view("marked-ids", &[("new.json", &new), ("old.json", &old)], &[row(ONE, "row-1", &["env:prod"])]);
    let run = folder
        .run("migrate --terraform new.json --sandbox=world.json")
        .exits(0)
        .says(&[ONE, "from = datadog_integration_aws_account.a"]);
    assert!(!run.out.contains("stays so"), "{}", run.out);
    folder.run("migrate --terraform new.json --offline").exits(1).says(&["marks its account id as sensitive"]);
    let run = folder
        .run("migrate --terraform old.json --sandbox=world.json")
        .exits(1)
        .says(&["datadog_integration_aws.x: the state marks its account id as sensitive"]);
    assert!(!run.out.contains(TWO) && !run.err.contains(TWO), "{run:?}");
}

#[test]
fn states_are_read_in_the_forms_that_people_have_them_in() {
    let one = state(vec![of("datadog_integration_aws_account.a", ONE, "row-1", &[])], Vec::new());
    let two = state(vec![of("datadog_integration_aws_account.b", TWO, "row-2", &[])], Vec::new());
    let folder = view("forms", &[], &[row(ONE, "row-1", &[]), row(TWO, "row-2", &[])]);
    let wide = |text: &str, of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(of).collect::<Vec<u8>>();
    let pretty = serde_json::to_string_pretty(&one).unwrap();
    let forms: [(&str, Vec<u8>, usize); 9] = [
        ("bom", format!("\u{feff}{one}").into_bytes(), 1),
        ("utf16le", wide(&format!("\u{feff}{}", pretty.replace('\n', "\r\n")), u16::to_le_bytes), 1),
        ("utf16be", wide(&format!("\u{feff}{one}"), u16::to_be_bytes), 1),
        ("utf16", wide(&one.to_string(), u16::to_le_bytes), 1),
        (
            "wrapper",
            format!("[command]/bin/terraform show -json\n{one}\n::debug::exitcode: 0\n{{not json}}\n").into_bytes(),
            1,
        ),
        ("prefix", format!("10:15:20.123 INFO [a] terraform: {one}\n").into_bytes(), 1),
        ("lines", format!("{one}\n{two}\n").into_bytes(), 2),
        ("pretty", format!("loading {{x}}\n{pretty}\n{pretty}\n").replacen(ONE, ONE, 1).into_bytes(), 1),
        ("list", json!([one, two]).to_string().into_bytes(), 2),
    ];
    for (name, bytes, accounts) in forms {
        fs::write(folder.path("form.json"), bytes).unwrap();
        let run = folder.run("migrate --terraform form.json --sandbox=world.json").exits(0);
        let words =
            if accounts == 1 { "Migrated 1 account.".to_owned() } else { format!("Migrated {accounts} accounts") };
        assert!(run.err.contains(&words), "{name}: {}", run.err);
    }
    let whole = one.to_string();
    folder.write("form.json", &whole[..whole.len() / 2]);
    folder.run("migrate --terraform form.json --sandbox=world.json").exits(1).says(&["the file is cut off"]);
    folder.write("form.json", "{\"format_version\": \"1.0\"}");
    folder
        .run("migrate --terraform form.json --sandbox=world.json")
        .exits(0)
        .says(&["form.json holds no resource", "# Nothing to migrate"]);
}

#[test]
fn notes_name_the_rule_and_the_account() {
    let old = resource(
        "datadog_integration_aws.x",
        V1,
        json!({
            "id": format!("{ONE}:DatadogIntegrationRole"), "account_id": ONE, "role_name": "DatadogIntegrationRole", "host_tags": ["env:prod"],
            "filter_tags": ["env:prod,!team:test"], "account_specific_namespace_rules": { "ecs_fargate": true },
        }),
    );
    let beside = |kind: &str, values: Value| resource(&format!("{kind}.x"), kind, values);
    let all = vec![
        old,
        beside(
            "datadog_integration_aws_tag_filter",
            json!({ "account_id": ONE, "namespace": "custom", "tag_filter_str": "a:b" }),
        ),
        beside("datadog_integration_aws_lambda_arn", json!({ "account_id": ONE, "lambda_arn": "" })),
    ];
    let mut here = row(ONE, "x", &["env:prod"]);
    here["attributes"]["metrics_config"]["tag_filters"] =
        json!([{ "namespace": "AWS/EC2", "tags": ["!team:test", "env:prod"] }]);
    here["attributes"]["metrics_config"]["namespace_filters"] =
        json!({ "exclude_only": ["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"] });
    let folder = view("noted", &[("state.json", &state(all, Vec::new()))], &[here.clone()]);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0).says(&[
        "(unknown rules) (1 account: 310000000001 with ecs_fargate)",
        "(custom) (1 account: 310000000001 with a:b)",
        "env:prod",
    ]);
    // Neither the commas of v1 nor a forwarder without an ARN are a difference.
    assert!(!run.out.contains("stays so") && !run.err.contains("otherwise"), "{run:?}");
    // Where v2 lists them so too, they are written so, and that is said.
    let mut commas = here.clone();
    commas["attributes"]["metrics_config"]["tag_filters"] =
        json!([{ "namespace": "AWS/EC2", "tags": ["env:prod,!team:test"] }]);
    folder.write("world.json", &world(&[commas]));
    let told = "(commas) (1 account: 310000000001 with AWS/EC2): v2 lists several tags as one text";
    folder
        .run("migrate --terraform state.json --sandbox=world.json")
        .exits(0)
        .says(&["tags: [\"env:prod,!team:test\"]", told]);
    // What a config cannot say is counted where nobody overlooks it.
    here["attributes"]["account_tags"] = json!(["env:prod", ""]);
    folder.write("world.json", &world(&[here]));
    folder
        .run("migrate --terraform state.json --sandbox=world.json")
        .exits(0)
        .says(&["warning: 1 field is left out, since a config cannot say"]);
    folder
        .run("import --sandbox=world.json")
        .exits(0)
        .says(&["warning: 1 field is left out, since a config cannot say"]);
}

#[test]
fn an_account_is_called_by_the_key_that_is_its_own() {
    let ids = ["210000000001", "210000000002", "210000000003"];
    let values: Vec<Value> = ids.iter().map(|id| account(id, &["env:prod"], true)).collect();
    let address =
        |name: &str, key: &str| format!("module.org[\"{name}\"].datadog_integration_aws_account.this[\"{key}\"]");
    let named = [address("data-prod", "main"), address("web-prod", "main"), address("web-prod", "edge")];
    let resources = named.iter().zip(&values).map(|(address, values)| resource(address, V2, values.clone())).collect();
    let rows: Vec<Value> = values.iter().map(live).collect();
    let folder = view("own-key", &[("state.json", &state(resources, Vec::new()))], &rows);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0);
    for (id, name) in [(ids[0], "name: data-prod, "), (ids[1], ""), (ids[2], "name: edge, ")] {
        assert!(run.out.contains(&format!("- {{ aws_account_id: \"{id}\", {name}datadog: ")), "{}", run.out);
    }
    plans_empty(&folder, &run.out, 3);
    let only = |what: &str| {
        let run = folder.heeler("migrate --terraform state.json --sandbox=world.json").args(["--only", what]).output();
        let run = run.unwrap();
        (run.status.code(), String::from_utf8_lossy(&run.stderr).into_owned())
    };
    let (code, said) = only("210000000001 cloudcraft");
    assert!(code == Some(64) && said.contains("nothing that is migrated is about this resource"), "{said}");
    assert_eq!(only("210000000001 datadog").0, Some(0));
}
