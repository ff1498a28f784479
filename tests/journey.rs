//! A config for 137 accounts, from the day it is taken over from Terraform, on the built binary against a vendor on a
//! port: completed from the listing, changed for all and for one, drifted from, and grown. What each step costs is
//! counted: commands, and lines edited by hand.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

#[allow(dead_code)]
#[path = "migrate/fixtures.rs"]
mod fixtures;
mod support;

use std::fs;
use std::sync::Arc;

use fixtures::{account, live, resource, state};
use heeler::sandbox::Sandbox;
use serde_json::{Value, json};
use support::{Folder, Run, keyed, served_here};

/// Accounts that Terraform manages, all there are, and those that come later.
const MANAGED: usize = 110;
const ALL: usize = 137;
const LATER: usize = 20;
const TEAMS: [&str; 8] = ["data", "web", "payments", "search", "mobile", "platform", "risk", "ml"];

/// What has been done so far, step by step: commands, and lines edited by hand.
struct Journey {
    folder: Folder,
    vendor: Arc<Sandbox>,
    url: String,
    steps: Vec<(&'static str, usize, usize)>,
}

impl Journey {
    fn step(&mut self, what: &'static str) {
        self.steps.push((what, 0, 0));
    }

    /// One command.
    fn run(&mut self, args: &str) -> Run {
        self.steps.last_mut().unwrap().1 += 1;
        Run::of(keyed(&mut self.folder.heeler(args), &self.url).env("DD_SITE", "datadoghq.eu"))
    }

    /// One edit by hand: what stands once in a file becomes something else. Every line that is new counts.
    fn edit(&mut self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(from).count(), 1, "{from:?} in\n{text}");
        let edited = text.replacen(from, to, 1);
        let new = edited.lines().filter(|line| !text.lines().any(|known| known == *line)).count();
        self.steps.last_mut().unwrap().2 += new;
        self.folder.write(file, &edited);
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path(file)).unwrap()
    }

    /// The line of an account's entry, and the file it stands in.
    fn entry(&self, id: &str) -> (&'static str, String) {
        let found = ["heeler/accounts.yaml", "heeler/imported.yaml"].into_iter().find_map(|file| {
            let text = self.read(file);
            let line = text.lines().find(|line| line.contains(&format!("aws_account_id: \"{id}\"")))?;
            Some((file, line.to_owned()))
        });
        found.unwrap_or_else(|| panic!("{id} has no line of its own"))
    }

    /// Somebody edits an account in the vendor's pages.
    fn edited_there(&self, id: &str, edit: impl Fn(&mut Value)) {
        self.vendor.edit("datadog", |rows| {
            rows.iter_mut().map(|row| &mut row["attributes"]).filter(|row| row["aws_account_id"] == id).for_each(edit);
        });
    }

    fn tags(&self, id: &str) -> Value {
        let rows = self.vendor.rows("datadog");
        let row = rows.iter().find(|row| row["attributes"]["aws_account_id"] == id);
        row.map_or(Value::Null, |row| row["attributes"]["account_tags"].clone())
    }
}

fn id(number: usize) -> String {
    format!("3{number:011}")
}

fn team(number: usize) -> &'static str {
    TEAMS[number * 7 % TEAMS.len()]
}

fn environment(number: usize) -> &'static str {
    ["prod", "stage", "dev"][number % 3]
}

/// An account as Terraform's state has it: four tags, a forwarder but in development, filters of two teams.
fn values(number: usize) -> Value {
    let (env, team) = (environment(number), team(number));
    let tier = if env == "prod" { "gold" } else { "silver" };
    let tags =
        [format!("env:{env}"), format!("team:{team}"), format!("cost:c{}", 1000 + number), format!("tier:{tier}")];
    let mut values = account(&id(number), &tags.each_ref().map(String::as_str), env != "dev");
    values["metrics_config"]["collect_custom_metrics"] = json!(env == "prod");
    if !["data", "ml"].contains(&team) {
        values["metrics_config"]["tag_filters"] = json!([]);
    }
    values
}

fn address(number: usize) -> String {
    format!("datadog_integration_aws_account.this[\"{}-{}-{number}\"]", team(number), environment(number))
}

/// Everything is live, and Terraform manages most of it.
fn begin() -> Journey {
    let folder = Folder::new("journey");
    let managed = (1..=MANAGED).map(|at| resource(&address(at), "datadog_integration_aws_account", values(at)));
    folder.write("state.json", &state(managed.collect(), Vec::new()).to_string());
    let (vendor, url) = served_here(&(1..=ALL).map(|at| live(&values(at))).collect::<Vec<_>>());
    Journey { folder, vendor, url, steps: Vec::new() }
}

#[test]
fn what_137_accounts_cost() {
    let mut journey = begin();
    taken_over(&mut journey);
    changed_for_all(&mut journey);
    drifted_from(&mut journey);
    changed_for_one(&mut journey);
    grown(&mut journey);
    let steps = [
        ("110 accounts are taken over from Terraform", 2, 0),
        ("27 more are taken over from the listing", 2, 0),
        ("one tag for all", 2, 1),
        ("a default is changed, reviewed and approved", 2, 1),
        ("of two edits in the vendor's pages one is accepted, one is put back", 4, 0),
        ("an account moves to a profile", 2, 1),
        ("an account is removed", 2, 2),
        ("twenty accounts are added", 3, 20),
    ];
    assert_eq!(journey.steps, steps);
}

fn taken_over(journey: &mut Journey) {
    journey.step("110 accounts are taken over from Terraform");
    journey.run("migrate --terraform state.json --write heeler/").exits(0).says(&["Migrated 110 accounts"]);
    journey.run("plan heeler/ --detailed-exitcode").exits(0).says(&["110 unchanged", "27 Datadog accounts left alone"]);
    journey.step("27 more are taken over from the listing");
    journey.run("import heeler/ --write heeler/").exits(0).says(&["Imported 27 accounts"]);
    journey.run("plan heeler/ --detailed-exitcode").exits(0).says(&["137 unchanged"]);
    // A line for each account, and what they share.
    let lines: usize = ["heeler", "accounts", "imported"]
        .iter()
        .map(|name| journey.read(&format!("heeler/{name}.yaml")).lines().count())
        .sum();
    assert!(lines < ALL + 60, "{lines} lines");
}

fn changed_for_all(journey: &mut Journey) {
    journey.step("one tag for all");
    journey.edit("heeler/heeler.yaml", "\"tier:${vars.tier}\"]", "\"tier:${vars.tier}\", \"owner:observability\"]");
    journey.run("plan heeler/").exits(0).says(&["137 to update", "+ owner:observability"]);
    journey.run("apply heeler/").exits(0).says(&["137 done", "Converged"]);

    journey.step("a default is changed, reviewed and approved");
    for name in ["heeler", "accounts", "imported"] {
        journey.folder.write(&format!("main/{name}.yaml"), &journey.read(&format!("heeler/{name}.yaml")));
    }
    journey.edit("heeler/heeler.yaml", "automute_enabled: true", "automute_enabled: false");
    journey.run("plan heeler/ --base main/ --json plan.json").exits(0).says(&["This change: 137 update"]);
    journey.run("apply heeler/ --expect plan.json").exits(0).says(&["137 done", "Converged"]);
}

fn drifted_from(journey: &mut Journey) {
    journey.step("of two edits in the vendor's pages one is accepted, one is put back");
    let (kept, put_back) = (id(5), id(7));
    journey.edited_there(&kept, |row| row["account_tags"].as_array_mut().unwrap().push(json!("pci:yes")));
    journey.edited_there(&put_back, |row| row["metrics_config"]["automute_enabled"] = json!(true));
    let before: Vec<String> = journey.read("heeler/accounts.yaml").lines().map(str::to_owned).collect();
    journey.run("drift heeler/").exits(2).says(&["2 changed"]);
    journey.run(&format!("accept heeler/ --only {kept} --write")).exits(0);
    journey.run("apply heeler/").exits(0).says(&["1 done", "Converged"]);
    journey.run("drift heeler/").exits(0);
    let after: Vec<String> = journey.read("heeler/accounts.yaml").lines().map(str::to_owned).collect();
    let changed = after.iter().filter(|line| !before.contains(line)).count();
    assert!(changed <= 2 && after.join("\n").contains("account_tags+"), "{changed} lines\n{}", after.join("\n"));
    assert!(journey.tags(&kept).as_array().unwrap().contains(&json!("pci:yes")));
}

fn changed_for_one(journey: &mut Journey) {
    journey.step("an account moves to a profile");
    let (file, entry) = journey.entry(&id(4));
    journey.edit(file, &entry, &entry.replace("stage]", "stage, metrics-tag-filters]"));
    journey.run("plan heeler/").exits(0).says(&["1 to update", "metrics_config.tag_filters"]);
    journey.run("apply heeler/").exits(0).says(&["1 done", "Converged"]);

    journey.step("an account is removed");
    let (file, entry) = journey.entry(&id(9));
    journey.edit(file, &format!("{entry}\n"), "");
    let tombstone = format!("removed:\n  - {{ aws_account_id: \"{}\", reason: closed }}\naccounts:\n", id(9));
    journey.edit(file, "accounts:\n", &tombstone);
    journey.run("plan heeler/").exits(0).says(&["1 to delete"]);
    journey.run("apply heeler/ --json applied.json").exits(0).says(&["1 done", "Converged"]);
    assert_eq!(journey.tags(&id(9)), Value::Null);
}

fn grown(journey: &mut Journey) {
    journey.step("twenty accounts are added");
    let entry = |number: usize| {
        let (team, env) = (team(number), environment(number));
        let profiles = if env == "dev" { "dev" } else { "eu-west-1, stage" };
        format!(
            "  - {{ aws_account_id: \"{}\", name: {team}-{number}, vars: {{ cost: c{}, team: {team} }}, profiles: [{profiles}], datadog: {{}} }}\n",
            id(number),
            1000 + number
        )
    };
    let (file, last) = journey.entry(&id(ALL));
    let added: String = (ALL + 1..=ALL + LATER).map(entry).collect();
    journey.edit(file, &format!("{last}\n"), &format!("{last}\n{added}"));
    journey.run("plan heeler/").exits(0).says(&["20 to create"]);
    journey.run("apply heeler/").exits(0).says(&["20 done", "Converged"]);
    journey.run("drift heeler/").exits(0);
}
