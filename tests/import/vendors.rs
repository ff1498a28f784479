//! The same for every vendor: Datadog through its older API, rows known by an access key only, and Cloudcraft.

use serde_json::{Value, json};

use super::support::{Folder, HEAD, Run, keyed, row, served_here};

const V1: &str = "version: 1\nproviders: { datadog_v1: { site: datadoghq.eu } }\n";
const KEY: &str = "AKIAEXAMPLE00000009";

/// Look-alikes, accounts with keys, what nobody knows, nulls, log collection; as v1 lists them.
fn in_v1(many: usize) -> Value {
    let id = |at: usize| format!("5{at:011}");
    let account = |at: usize| {
        let prod = at.is_multiple_of(2);
        let mut account = json!({
            "account_id": id(at), "role_name": "ObserverRole", "filter_tags": if prod { json!(["datadog:true"]) } else { Value::Null },
            "host_tags": [format!("team:t{at}"), if prod { "env:prod" } else { "env:dev" }],
            "account_specific_namespace_rules": { "sqs": prod, "lambda": false, "auto_scaling": true },
            "excluded_regions": if prod { json!([]) } else { json!(["us-east-1", "us-west-2"]) }, "metrics_collection_enabled": true,
            "cspm_resource_collection_enabled": false, "extended_resource_collection_enabled": true, "resource_collection_enabled": false,
            "brand_new": { "a": [1] }, "errors": [],
        });
        if at.is_multiple_of(5) {
            ["account_id", "role_name"].iter().for_each(|name| drop(account.as_object_mut().unwrap().remove(*name)));
            account["access_key_id"] = json!(format!("AKIAEXAMPLE{at:08}"));
        }
        account
    };
    let logs = |at: usize| {
        json!({ "account_id": id(at), "services": ["s3", "elb"],
            "lambdas": [{ "arn": format!("arn:aws:lambda:eu-west-1:{}:function:datadog-forwarder", id(at)) }] })
    };
    let accounts: Vec<Value> = (1..=many).map(account).collect();
    json!({ "datadog_v1": { "accounts": accounts, "logs": (1..=many).map(logs).collect::<Value>() } })
}

fn cloudcraft(id: &str, account: &str, role: &str) -> Value {
    let arn = format!("arn:aws:iam::{account}:role/{role}");
    json!({ "id": id, "name": format!("Account {id}"), "roleArn": arn, "source": "aws", "externalId": "x", "readAccess": null, "brandNew": [1] })
}

/// Imports upon a config, and plans and imports again with the result: there is nothing left to do. Says what was
/// imported.
#[track_caller]
fn comes_back(folder: &Folder, head: &str, args: &str, unchanged: &str) -> String {
    folder.write("heeler/heeler.yaml", head);
    folder.write("heeler/imported.yaml", "");
    let product = folder
        .run(&format!("import heeler --sandbox=world.json {args}"))
        .exits(0)
        .says(&["Planned against the same listing: no changes."])
        .out;
    folder.write("heeler/imported.yaml", &product);
    folder.run("plan heeler --sandbox=world.json --detailed-exitcode").exits(0).says(&["Plan: no changes.", unchanged]);
    let again = folder.run("import heeler --sandbox=world.json").exits(0);
    assert!(again.out.starts_with("# Nothing to import") && !again.out.contains("accounts:"), "{}", again.out);
    product
}

#[test]
fn a_fleet_of_the_older_api_comes_back_with_its_logs_and_rule_by_rule() {
    let folder = Folder::new("older");
    folder.write("world.json", &in_v1(40).to_string());
    let flat = comes_back(&folder, V1, "--flat", "40 unchanged");
    let folded = comes_back(&folder, V1, "", "40 unchanged");
    assert!(folded.len() * 100 <= flat.len() * 60, "{} of {} characters", folded.len(), flat.len());
    let shown: Vec<&str> = folded.lines().take(52).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn tag_filters_of_new_accounts_are_read() {
    let folder = Folder::new("filters");
    let mut filtered = row("500000000001");
    filtered["attributes"]["metrics_config"]["tag_filters"] = json!([{ "namespace": "AWS/ELB", "tags": ["a:b"] }]);
    folder.write("world.json", &json!({ "datadog": { "data": [filtered, row("500000000002")] } }).to_string());
    let product = comes_back(&folder, V1, "", "2 unchanged");
    assert!(product.contains("{ namespace: elb, tag_filter_str: \"a:b\" }"), "{product}");
}

#[test]
fn of_two_apis_for_one_row_the_newer_counts_unless_the_config_has_the_other() {
    let folder = Folder::new("apis");
    folder.write("world.json", &in_v1(6).to_string());
    let bare = folder.run("import --sandbox=world.json").exits(0).says(&["Imported 6 accounts"]).out;
    assert!(bare.contains("  datadog:") && !bare.contains("datadog_v1"), "{bare}");
    let both = "version: 1\nproviders: { datadog: { site: datadoghq.eu }, datadog_v1: { site: datadoghq.eu } }\n";
    let both = comes_back(&folder, both, "", "6 unchanged");
    assert!(!both.contains("datadog_v1"), "{both}");
}

#[test]
fn a_row_is_declared_under_any_of_its_names() {
    let folder = Folder::new("names");
    let mut keys = row("500000000001");
    keys["attributes"]["auth_config"] = json!({ "access_key_id": KEY });
    folder.write("world.json", &json!({ "datadog": { "data": [keys] } }).to_string());
    let nothing = |config: &str, args: &str| {
        folder.write("heeler.yaml", config);
        folder.run(&format!("import --sandbox=world.json {args}")).exits(0)
    };
    let block = format!("{{ access_key_id: {KEY}, secret_access_key: {{ env: SECRET }}, host_tags: [\"env:dev\"] }}");
    for id in ["", "aws_account_id: \"500000000001\", "] {
        let config = format!("{V1}accounts:\n  - {{ {id}aws_partition: aws-us-gov, datadog_v1: {block} }}\n");
        nothing(&config, "").says(&["# Nothing to import"]);
        let accepted =
            nothing(&config, &format!("--only {KEY}")).says(&["1 field differs", "host_tags: [\"env:prod\"]", KEY]);
        assert_eq!(accepted.out.contains("aws_account_id"), !id.is_empty(), "{}", accepted.out);
    }
    // Of the account's id only the config knows.
    let account = "accounts:\n  - { aws_account_id: \"500000000001\", aws_partition: aws-us-gov, ";
    nothing(&format!("{V1}{account}datadog_v1: {block} }}\n"), "--only 500000000001")
        .says(&["host_tags: [\"env:prod\"]"]);
    let both = "version: 1\nproviders: { datadog: { site: datadoghq.eu }, datadog_v1: { site: datadoghq.eu } }\n";
    nothing(&format!("{both}{account}datadog: {{ auth_config: {{ access_key_id: {KEY} }} }} }}\n"), "")
        .says(&["# Nothing to import"]);
    nothing(&format!("{both}removed:\n  - {{ access_key_id: {KEY}, reason: closed }}\n"), "")
        .says(&["# Nothing to import"]);
}

#[test]
fn rules_of_defaults_that_an_account_does_not_have_are_left_alone() {
    let folder = Folder::new("rules");
    folder.write("world.json", &in_v1(2).to_string());
    let defaults = "defaults:\n  datadog_v1: { role_name: ObserverRole, account_specific_namespace_rules: { lambda: false, sqs: true, ec2: true } }\n";
    let product = comes_back(&folder, &format!("{V1}{defaults}"), "", "2 unchanged");
    assert!(product.contains("unmanaged: [datadog_v1.account_specific_namespace_rules.ec2]"), "{product}");
    insta::assert_snapshot!(product);
    let wrong = product.replace("rules.ec2]", "rules.ec2.on]");
    folder.write("heeler/imported.yaml", &wrong);
    folder.run("validate heeler").exits(5).says(&["there is no `on`"]);
}

#[test]
fn a_second_vendor_comes_back_as_a_person_would_write_it() {
    let folder = Folder::new("second");
    let mut rows: Vec<Value> =
        (1..=4).map(|at| cloudcraft(&format!("a{at}"), &format!("50000000000{at}"), "cloudcraft")).collect();
    rows.push(cloudcraft("b1", "500000000004", "elsewhere"));
    rows.push(cloudcraft("b2", "500000000005", "some/path/cloudcraft"));
    rows.push(json!({ "id": "b3", "name": "Theirs", "roleArn": "arn:aws:iam::500000000006:role/cloudcraft", "source": "other" }));
    rows.push(json!({ "id": "b4", "name": "Nobody's", "source": "other" }));
    rows[1]["readAccess"] = json!(["team/1"]);
    rows[2]["name"] = json!("Account a1");
    folder.write("world.json", &json!({ "cloudcraft": { "accounts": rows } }).to_string());
    let product = comes_back(&folder, "version: 1\nproviders: { cloudcraft: {} }\n", "", "5 unchanged");
    insta::assert_snapshot!(product);
    let first = Folder::new("second-first");
    first.write("world.json", &json!({ "cloudcraft": { "accounts": rows } }).to_string());
    let bare = first.run("import --sandbox=world.json").exits(0).says(&["Left out: 3 rows"]).out;
    assert!(bare.starts_with("version: 1\n\nproviders:\n  cloudcraft: {}\n"), "{bare}");
}

#[test]
fn one_account_of_two_vendors_is_one_entry() {
    let folder = Folder::new("two");
    let rows = [cloudcraft("a1", "500000000001", "cloudcraft"), cloudcraft("a2", "500000000002", "cloudcraft")];
    let world = json!({ "cloudcraft": { "accounts": rows }, "datadog": { "data": [row("500000000001")] } });
    folder.write("world.json", &world.to_string());
    folder.run("import --sandbox=world.json --write heeler").exits(0).says(&["Imported 2 accounts"]);
    folder.run("plan --sandbox=world.json --detailed-exitcode").exits(0).says(&["3 unchanged"]);
    let shown = folder.run("import --sandbox=world.json --only 500000000001").exits(0).says(&[
        "nothing differs",
        "cloudcraft:",
        "datadog:",
    ]);
    assert_eq!(shown.out.matches("aws_account_id").count(), 1, "{}", shown.out);
    let elsewhere = "accounts:\n  - { aws_account_id: \"500000000001\", datadog: {} }\n  \
                     - { aws_account_id: \"500000000002\", cloudcraft: { role_name: other, name: x } }\n";
    folder.write("mine.yaml", &format!("{HEAD}{elsewhere}"));
    let run = folder.run("import mine.yaml --sandbox=world.json").exits(0);
    assert!(!run.out.contains("\naccounts:") && run.out.contains("put a `cloudcraft:` block there"), "{}", run.out);
    // Its role has changed, and that is shown too.
    folder.run("import mine.yaml --sandbox=world.json --only 500000000002").exits(0).says(&[
        "2 fields differ",
        "role_name: cloudcraft",
        "Account a2",
    ]);
}

#[test]
fn the_keys_that_are_set_say_which_vendors_are_read() {
    let folder = Folder::new("keys");
    let (sandbox, url) = served_here(&[row("500000000001")]);
    sandbox.edit("cloudcraft", |rows| rows.push(cloudcraft("a1", "500000000001", "cloudcraft")));
    let second = |command: &mut std::process::Command| {
        Run::of(command.env("CLOUDCRAFT_HOST", &url).env("CLOUDCRAFT_API_KEY", "k"))
    };
    let only = second(&mut folder.heeler("import")).exits(0).says(&["Imported 1 account"]).out;
    assert!(only.contains("  cloudcraft: {}\n") && !only.contains("datadog"), "{only}");
    let both = second(keyed(&mut folder.heeler("import"), &url).env("DD_SITE", "datadoghq.eu"))
        .exits(0)
        .says(&["Imported 1 account"])
        .out;
    assert!(both.contains("organization: sandbox") && both.contains("cloudcraft: { role_name: cloudcraft }"), "{both}");
    folder.write("heeler.yaml", &both);
    second(keyed(&mut folder.heeler("plan --detailed-exitcode"), &url)).exits(0).says(&["2 unchanged"]);
}

fn wavefront(id: &str, service: &str, role: &str, fields: Value) -> Value {
    let (word, block) = (service.to_uppercase(), service);
    let mut row = json!({ "id": id, "name": format!("{role} {service}"), "service": word, "disabled": false, "serviceRefreshRateInMins": 5 });
    row[block] = fields;
    row[block]["baseCredentials"] =
        json!({ "roleArn": format!("arn:aws:iam::500000000001:role/{role}"), "externalId": "x" });
    row
}

#[test]
fn several_rows_of_one_account_are_one_entry() {
    let folder = Folder::new("several");
    let mut rows = vec![
        wavefront("a", "ec2", "observer", json!({ "metricFilterRegex": "", "brandNew": 1, "hostNameTags": ["name"] })),
        wavefront(
            "b",
            "cloudTrail",
            "observer",
            json!({ "region": "eu-west-1", "bucketName": "trails", "prefix": null }),
        ),
        json!({ "id": "c", "name": "theirs", "service": "GCP", "gcp": { "projectId": "theirs" } }),
    ];
    rows[0]["additionalTags"] = json!({ "env": "prod" });
    let world = |rows: &[Value]| {
        folder.write("world.json", &json!({ "wavefront": { "items": rows, "moreItems": false } }).to_string())
    };
    let head = "version: 1\nproviders: { wavefront: { address: acme.wavefront.com } }\n";
    world(&rows);
    let alike = comes_back(&folder, head, "", "2 unchanged");
    assert!(
        alike.contains("Left out:\n#   c wavefront: it cannot be changed from here: it is no integration with AWS")
            && alike.contains("      role_name: observer\n"),
        "{alike}"
    );
    rows.push(wavefront("d", "cloudWatch", "path/other", json!({ "namespaces": [] })));
    world(&rows);
    let apart = comes_back(&folder, head, "", "3 unchanged");
    insta::assert_snapshot!(apart);
    // A service that came since has its place in an entry that is there already.
    folder.write("heeler/imported.yaml", &alike);
    folder
        .run("import heeler --sandbox=world.json")
        .exits(0)
        .says(&["# Nothing to import", "put a `wavefront.cloudwatch:` block there"]);
    let shown = folder
        .run("import heeler --sandbox=world.json --only 500000000001")
        .exits(0)
        .says(&["nothing differs", "role_name: observer"]);
    assert_eq!(shown.out.matches("aws_account_id").count(), 1, "{}", shown.out);
}

/// A row of which an entry says no more than that it is there is still there.
#[test]
fn a_row_without_managed_fields_keeps_its_place() {
    let folder = Folder::new("bare");
    let rows = [
        wavefront("a", "ec2", "observer", json!({ "hostNameTags": ["name"] })),
        wavefront("b", "cloudWatch", "observer", json!({ "namespaces": ["AWS/EC2"] })),
    ];
    folder.write("world.json", &json!({ "wavefront": { "items": rows, "moreItems": false } }).to_string());
    let block = "{ role_name: observer, ec2: {}, cloudwatch: { namespaces: [] } }";
    folder.write("heeler.yaml", &format!("version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\naccounts:\n  - {{ aws_account_id: \"500000000001\", wavefront: {block} }}\n"));
    folder.run("import --sandbox --only 500000000001").exits(0).says(&[
        "ec2: {}",
        "cloudwatch: { namespaces: [AWS/EC2] }",
        "role_name: observer",
    ]);
}
