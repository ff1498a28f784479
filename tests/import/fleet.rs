//! What import writes for many accounts: what they share once, and of each account a line.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::plans_empty;
use super::support::{Folder, row, world};

/// Teams, and what they run.
const TEAMS: &[(&str, &[&str])] = &[
    ("data", &["lake", "streaming", "ml", "bi"]),
    ("payments", &["ledger", "checkout", "fraud"]),
    ("platform", &["network", "ci", "registry", "dns", "observability"]),
    ("storefront", &["web", "search", "cart"]),
    ("logistics", &["routes", "depots", "fleet"]),
    ("identity", &["login", "directory"]),
];

/// One account with four tags, as Datadog lists it.
fn account(id: &str, team: &str, service: &str, env: &str, number: usize) -> Value {
    let region = match team {
        "data" => "eu-north-1",
        "storefront" => "us-east-1",
        _ => "eu-central-1",
    };
    let secret = env == "prod" && matches!(team, "payments" | "identity");
    let mut tags = vec![
        format!("env:{env}"),
        format!("team:{team}"),
        format!("service:{service}"),
        format!("cost_center:{number}"),
    ];
    tags.extend(secret.then(|| "pii:true".to_owned()));
    let forwarder = format!("arn:aws:lambda:{region}:{id}:function:datadog-forwarder");
    let logs = if env == "sandbox" { json!([]) } else { json!([forwarder]) };
    let mut row = row(id);
    let attributes = &mut row["attributes"];
    attributes["account_tags"] = json!(tags);
    attributes["aws_regions"] = if env == "prod" {
        json!({ "include_all": true })
    } else {
        json!({ "include_only": ["eu-central-1", "eu-north-1"] })
    };
    attributes["logs_config"] = json!({ "lambda_forwarder": { "lambdas": logs, "sources": if env == "sandbox" { json!([]) } else { json!(["cloudtrail", "s3"]) } } });
    attributes["metrics_config"] = json!({
        "enabled": true, "automute_enabled": true, "collect_custom_metrics": env == "prod", "collect_cloudwatch_alarms": false,
        "tag_filters": [], "namespace_filters": { "exclude_only": ["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"] },
    });
    attributes["resources_config"] =
        json!({ "cloud_security_posture_management_collection": secret, "extended_collection": true });
    row
}

/// So many accounts: every service in every environment, then the seats of a training.
fn fleet(many: usize) -> Vec<Value> {
    let services = TEAMS.iter().flat_map(|(team, services)| services.iter().map(move |service| (*team, *service)));
    let environments = ["prod", "staging", "dev", "sandbox", "perf"];
    let places: Vec<_> =
        services.enumerate().flat_map(|(number, place)| environments.map(|env| (number, place, env))).collect();
    let one = |at: usize| match places.get(at) {
        Some((number, (team, service), env)) => account(&format!("21{at:010}"), team, service, env, 4000 + number),
        None => account(&format!("22{at:010}"), "enablement", &format!("seat-{at}"), "training", 9000),
    };
    (0..many).map(one).collect()
}

#[test]
fn an_account_of_many_is_a_line_and_what_they_share_is_said_once() {
    let folder = Folder::new("fleet");
    folder.write("world.json", &world(&fleet(137)));
    let folded = folder.run("import --sandbox=world.json").exits(0).says(&["Imported 137 accounts"]).out;
    let flat = folder.run("import --sandbox=world.json --flat").exits(0).out;
    // Terraform's locals for them: a line for each and four around them, and a resource with all its blocks.
    let (lines, locals) = (folded.lines().count(), 137 + 4 + 55);
    assert!(
        lines <= locals && flat.lines().count() > 8 * lines,
        "{lines} lines, {} flat\n{folded}",
        flat.lines().count()
    );
    assert!(folded.contains("\"env:${vars.env}\"") && folded.contains("account_tags+: [\"pii:true\"]"), "{folded}");
    plans_empty(&folder).says(&["137 unchanged"]);
    // One tag for all of them is one line.
    let shared = fs::read_to_string(folder.path("heeler/heeler.yaml")).unwrap();
    folder.write("heeler/heeler.yaml", &shared.replacen("account_tags: [", "account_tags: [\"cloud:aws\", ", 1));
    folder.run("plan heeler --sandbox=world.json").exits(0).says(&["137 to update"]);
}

#[test]
fn six_accounts_are_written_as_a_person_would() {
    let folder = Folder::new("six");
    let rows = [
        account("210000000001", "data", "lake", "prod", 4000),
        account("210000000002", "data", "lake", "dev", 4000),
        account("210000000003", "payments", "ledger", "prod", 4010),
        account("210000000004", "payments", "ledger", "dev", 4010),
        account("210000000005", "platform", "dns", "prod", 4020),
        account("210000000006", "platform", "dns", "sandbox", 4020),
    ];
    folder.write("world.json", &world(&rows));
    insta::assert_snapshot!(folder.run("import --sandbox=world.json").exits(0).out);
    plans_empty(&folder).says(&["6 unchanged"]);
}

#[test]
fn what_comes_later_follows_the_list_and_the_variables_that_are_there() {
    let folder = Folder::new("later");
    folder.write("world.json", &world(&fleet(40)));
    folder.run("import --sandbox=world.json --write heeler").exits(0);
    let before = fs::read_to_string(folder.path("heeler/heeler.yaml")).unwrap();
    let mut rows = fleet(44);
    rows[41]["attributes"]["account_tags"] = json!(["env:no", "team:012", "service:a", "cost_center:1", "x:${y}"]);
    rows[42]["attributes"]["account_tags"] = json!(["env:prod", "env:dev", "team:t", "service:b", "cost_center:1"]);
    rows[43]["attributes"]["account_tags"] = json!([]);
    folder.write("more.json", &world(&rows));
    let run = folder.run("import heeler --sandbox=more.json --write heeler").exits(0).says(&["Imported 4 accounts"]);
    assert!(run.out.contains("wrote heeler/imported.yaml"), "{}", run.out);
    insta::assert_snapshot!(fs::read_to_string(folder.path("heeler/imported.yaml")).unwrap());
    assert_eq!(fs::read_to_string(folder.path("heeler/heeler.yaml")).unwrap(), before);
    folder.run("plan heeler --sandbox=more.json --detailed-exitcode").exits(0).says(&["44 unchanged"]);
}

#[test]
fn a_file_for_each_team_or_profile() {
    let folder = Folder::new("split");
    let mut rows = fleet(60);
    rows[3]["attributes"]["account_tags"] = json!(["env:sandbox"]);
    folder.write("world.json", &world(&rows));
    folder.run("import --sandbox=world.json --split by=team").exits(64).says(&["--write"]);
    folder.run("import --sandbox=world.json --write x --split team").exits(64).says(&["write `by=team`"]);
    folder.run("import --sandbox=world.json --write x --split by=").exits(64).says(&["by=profile"]);
    folder.run("import --sandbox=world.json --write teams --split by=team").exits(0).says(&[
        "wrote teams/heeler.yaml",
        "wrote teams/accounts/data.yaml",
        "wrote teams/accounts/no-team.yaml",
    ]);
    folder.run("plan teams --sandbox=world.json --detailed-exitcode").exits(0).says(&["60 unchanged"]);
    folder
        .run("import --sandbox=world.json --write profiles --split by=profile")
        .exits(0)
        .says(&["accounts/eu-north-1.yaml", "accounts/no-profile.yaml"]);
    folder.run("plan profiles --sandbox=world.json --detailed-exitcode").exits(0).says(&["60 unchanged"]);
    // What comes later never takes the place of a file that is there.
    let data = fs::read_to_string(folder.path("teams/accounts/data.yaml")).unwrap();
    folder.write("more.json", &world(&[rows, vec![account("230000000001", "data", "new", "prod", 1)]].concat()));
    folder
        .run("import teams --sandbox=more.json --write teams --split by=team")
        .exits(0)
        .says(&["wrote teams/accounts/data-2.yaml", "Imported 1 account."]);
    assert_eq!(fs::read_to_string(folder.path("teams/accounts/data.yaml")).unwrap(), data);
    folder.run("plan teams --sandbox=more.json --detailed-exitcode").exits(0).says(&["61 unchanged"]);
    let files: BTreeSet<_> =
        fs::read_dir(folder.path("teams")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files.len(), 2, "{files:?}");
}

#[test]
fn profiles_are_named_by_what_their_accounts_share() {
    let folder = Folder::new("called");
    let mut rows = fleet(60);
    for (at, row) in rows.iter_mut().enumerate() {
        let attributes = &mut row["attributes"];
        attributes["account_tags"] = json!([format!("n:{at}")]);
        // Two kinds of forwarder in one region, and one elsewhere: nothing but what they say tells them apart.
        let (region, name) = [("eu-west-1", "a"), ("eu-west-1", "b"), ("us-west-2", "a")][at % 3];
        let account = attributes["aws_account_id"].as_str().unwrap();
        let forwarder = format!("arn:aws:lambda:{region}:{account}:function:forwarder-{name}");
        attributes["logs_config"] = json!({ "lambda_forwarder": { "lambdas": [forwarder], "sources": ["s3"] } });
    }
    folder.write("world.json", &world(&rows));
    let run = folder.run("import --sandbox=world.json").exits(0);
    let start = run.out.find("profiles:").expect("profiles");
    let end = run.out.find("accounts:").expect("accounts");
    insta::assert_snapshot!(&run.out[start..end]);
    plans_empty(&folder).says(&["60 unchanged"]);
}

/// Two lists that as many accounts have: one alone, the other with more beside it. Accounts follow the one in `defaults`.
#[test]
fn where_as_many_have_another_list_the_followed_one_is_the_default() {
    let folder = Folder::new("tie");
    let lists = [
        &["team:b", "team:c"][..],
        &["team:c", "x:y", "env:prod"],
        &["team:b", "team:c"],
        &["team:a", "x:y", "team:c"],
        &["team:c", "team:b"],
        &["x:y"],
    ];
    let tagged = |(at, tags): (usize, &&[&str])| {
        let mut row = row(&format!("5000000000{at:02}"));
        row["attributes"]["account_tags"] = json!(tags);
        row
    };
    folder.write("world.json", &world(&lists.iter().enumerate().map(tagged).collect::<Vec<_>>()));
    let run = folder.run("import --sandbox=world.json").exits(0).says(&["account_tags+", "Imported 6 accounts"]);
    assert!(!run.err.contains("warning"), "{}", run.err);
    plans_empty(&folder).says(&["6 unchanged"]);
}
