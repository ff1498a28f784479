//! A config before and after a change to it: what is given up, and what was pending. `shadowed.rs` has the rest.

use std::collections::BTreeMap;

use heeler::config::Loaded;
use heeler::model::base_comparison::{Origin, Weakened};
use heeler::model::{BaseComparison, Plan, ResourceSelection};
use heeler::planner::base_comparison::{BaseComparisonInput, ConfigSide, compare};
use heeler::render::{self, PlanView};
use heeler::run::{PlanOptions, Run};
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};

use crate::{load, plain};

pub const HEAD: &str = "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\n";
pub const FIRST: &str = "210000000001";
pub const SECOND: &str = "210000000002";

pub struct Compared {
    plan: Plan,
    comparison: BaseComparison,
}

/// Compares two configs against these live accounts, all of them tagged `env:live` and with metrics on.
pub fn compared(before: &str, after: &str, live: &[&str]) -> Compared {
    compared_only(before, after, live, None)
}

pub fn compared_only(before: &str, after: &str, live: &[&str], only: Option<&[&str]>) -> Compared {
    let config =
        |file: &str, text: &str| load(&[(file, &with_head(text))]).unwrap_or_else(|_| panic!("invalid: {text}"));
    let (before, after) = (config("base.yaml", before), config("heeler.yaml", after));
    let rows: Vec<Value> = live.iter().map(|account| row(account)).collect();
    let world = World::parse(&json!({ "datadog": { "data": rows } }).to_string()).unwrap();
    let sandbox = Sandbox::new(world, 1);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let run = Run::of(after);
    let snapshot = runtime.block_on(run.read_unguarded(&sandbox));
    let only: Option<ResourceSelection> = only.map(|only| only.iter().map(|id| (*id).to_owned()).collect());
    let plan = snapshot.plan(&PlanOptions { only: only.clone(), ..PlanOptions::default() }).into_plan();
    let backends = BTreeMap::from([("datadog", "datadog")]);
    let blocks = heeler::providers::ALL.iter().map(|provider| (provider.name(), provider.block())).collect();
    let sides = BaseComparisonInput {
        base: "base.yaml",
        before: side(&before),
        after: side(run.config()),
        snapshots: snapshot.providers(),
        backends: &backends,
        blocks: &blocks,
        only: only.as_ref(),
    };
    let comparison = compare(&sides, &sides.plan_before(), &plan);
    Compared { plan, comparison }
}

/// A config may bring its own `providers:`.
fn with_head(text: &str) -> String {
    if text.contains("providers:") { format!("version: 1\n{text}") } else { format!("{HEAD}{text}") }
}

fn side(config: &Loaded) -> ConfigSide<'_> {
    ConfigSide { desired: &config.desired, layers: &config.layers, sources: &config.sources }
}

pub fn row(account: &str) -> Value {
    json!({ "id": format!("5c0ffee0-0000-4000-8000-{account}"), "type": "account", "attributes": {
        "aws_account_id": account, "aws_partition": "aws", "auth_config": { "role_name": "R", "external_id": "x" },
        "account_tags": ["env:live"], "metrics_config": { "enabled": true },
    } })
}

impl Compared {
    /// What is given up, a line each.
    pub fn weakened(&self) -> Vec<String> {
        let at = |was: &heeler::model::Source| format!("{}:{}", was.file, was.line);
        let line = |found: &Weakened| match found {
            Weakened::Account { key, name, was } => {
                format!("account {} {} {}", key.name, name.as_deref().unwrap_or("-"), at(was))
            }
            Weakened::Fields { key, name: _, paths, was } => {
                let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
                format!("fields {} {} {}", key.name, paths.join(","), at(was))
            }
            Weakened::Tombstone { key, reason, was } => format!("tombstone {} {reason} {}", key.name, at(was)),
            Weakened::Protection { identity, was } => format!("protection {identity} {}", at(was)),
            Weakened::Limit { name, from, to } => {
                let to = to.map_or("none".to_owned(), |to| to.to_string());
                format!("limit {} {from} {to}", name.word())
            }
            Weakened::Confirmed { name, number } => format!("confirmed {} {number}", name.word()),
            Weakened::Released { what, provider, rows, was } => {
                format!("released {what} {provider} {rows} {}", at(was))
            }
            Weakened::Withheld { what, key, name: _, now } => format!("withheld {what} {} {}", key.name, at(now)),
            Weakened::DeletePutOff { key, name: _, now } => format!("put off {} {}", key.name, at(now)),
            Weakened::Ownership => "ownership".to_owned(),
            Weakened::Guard { provider, organization } => format!("guard {provider} {organization}"),
            Weakened::Organization { provider, from, to } => format!("organization {provider} {from} {to}"),
            Weakened::Site { provider, from, to } => format!("site {provider} {from} {to}"),
        };
        self.comparison.weakened.iter().map(line).collect()
    }

    /// Who is not reached, a line each.
    pub fn shadowed(&self) -> Vec<String> {
        let shadowed = self.comparison.shadowed.iter();
        let by = |by: &heeler::model::Source| format!("{} line {}", by.layer.as_deref().unwrap_or("account"), by.line);
        shadowed.map(|found| format!("{} {} {}: {}", found.layer, found.path, found.key.name, by(&found.by))).collect()
    }

    /// The text of the whole plan.
    pub fn text(&self) -> String {
        let mut view = PlanView::new(&self.plan, Vec::new(), true, "sha256:0".to_owned());
        view.base_comparison = Some(self.comparison.clone());
        plain(&render::text::plan(&view, "plan"))
    }
}

#[track_caller]
pub fn gives_up(before: &str, after: &str, expected: &[&str]) {
    assert_eq!(compared(before, after, &[FIRST, SECOND]).weakened(), expected);
}

pub fn accounts(first: &str, second: &str) -> String {
    format!(
        "accounts:\n  - {{ aws_account_id: '{FIRST}', name: one, datadog: {first} }}\n  - {{ aws_account_id: '{SECOND}', datadog: {second} }}\n"
    )
}

#[test]
fn an_account_that_nobody_declares_any_more() {
    let both = accounts("{}", "{}");
    let one = format!("accounts: [{{ aws_account_id: '{SECOND}', datadog: {{}} }}]");
    gives_up(&both, &one, &["account 210000000001 one base.yaml:4"]);
    gives_up(&both, &format!("{one}\nremoved: [{{ aws_account_id: '{FIRST}', reason: closed }}]"), &[]);
    // The entry stays, but not under this provider.
    let bare = both.replace("name: one, datadog: {}", "name: one");
    gives_up(&both, &bare, &["account 210000000001 one base.yaml:4"]);
    // Where the config owns every account, what no entry names goes; what one names, or where nobody is declared,
    // stays.
    gives_up(&both, &format!("ownership: exclusive\n{one}"), &["ownership"]);
    gives_up(&both, &format!("ownership: exclusive\n{bare}"), &["account 210000000001 one base.yaml:4", "ownership"]);
    let nobody = ["account 210000000001 one base.yaml:4", "account 210000000002 - base.yaml:5", "ownership"];
    gives_up(&both, "ownership: exclusive\naccounts: []", &nobody);
}

#[test]
fn a_moved_or_reordered_entry_gives_nothing_up() {
    let both = accounts("{ account_tags: [a:1, b:2] }", "{}");
    let [_, first, second] = both.lines().collect::<Vec<_>>()[..] else { panic!("three lines") };
    let moved = format!("# a line more\naccounts:\n{second}\n{}\n", first.replace("a:1, b:2", "b:2, a:1"));
    let compared = compared(&both, &moved, &[FIRST, SECOND]);
    assert_eq!((compared.weakened(), compared.shadowed()), (Vec::new(), Vec::new()));
    assert_eq!(compared.comparison.origins, [Origin::Pending]);
}

#[test]
fn fields_that_are_no_longer_managed() {
    let before = accounts("{ account_tags: [a:1], metrics_config: { enabled: true, automute_enabled: true } }", "{}");
    let fewer = accounts("{ metrics_config: { enabled: false } }", "{}");
    gives_up(&before, &fewer, &["fields 210000000001 account_tags,metrics_config.automute_enabled base.yaml:4"]);
    let none = accounts("{}", "{}");
    gives_up(
        &before,
        &none,
        &["fields 210000000001 account_tags,metrics_config.enabled,metrics_config.automute_enabled base.yaml:4"],
    );
    gives_up(&before, &before.replace("[a:1]", "[]"), &[]);
}

#[test]
fn another_arm_is_another_wish_but_no_arm_is_none() {
    let before = accounts("{ aws_regions: { include_only: [eu-west-1] } }", "{}");
    gives_up(&before, &accounts("{ aws_regions: { include_all: true } }", "{}"), &[]);
    gives_up(
        &before,
        &accounts("{ aws_regions: {} }", "{}"),
        &["fields 210000000001 aws_regions.include_only base.yaml:4"],
    );
    let role = accounts("{ auth_config: { role_name: R, external_id: x } }", "{}");
    let bare = accounts("{ auth_config: { role_name: R } }", "{}");
    gives_up(&role, &bare, &["fields 210000000001 auth_config.external_id base.yaml:4"]);
}

#[test]
fn a_field_of_a_keyed_entry_can_be_given_up_and_an_entry_cannot() {
    let filters = |entries: &str| accounts(&format!("{{ metrics_config: {{ tag_filters: [{entries}] }} }}"), "{}");
    let before = filters("{ namespace: AWS/EC2, tags: ['a:1'] }, { namespace: AWS/SQS, tags: ['a:1'] }");
    gives_up(&before, &filters("{ namespace: AWS/EC2, tags: ['a:1'] }"), &[]);
    let silent = filters("{ namespace: AWS/SQS }, { namespace: AWS/EC2, tags: ['a:1'] }");
    gives_up(&before, &silent, &["fields 210000000001 metrics_config.tag_filters[AWS/SQS].tags base.yaml:4"]);
}

#[test]
fn unmanaged_and_a_profile_taken_off_give_fields_up() {
    let layers = "profiles: { quiet: { datadog: { metrics_config: { enabled: false } } } }\ndefaults: { datadog: { account_tags: [a:1] } }\n";
    let account = |own: &str| format!("{layers}accounts: [{{ aws_account_id: '{FIRST}', datadog: {{}}, {own} }}]");
    gives_up(
        &account("profiles: [quiet]"),
        &account("profiles: []"),
        &["fields 210000000001 metrics_config.enabled base.yaml:3"],
    );
    let alone = account("profiles: [quiet], unmanaged: [datadog.account_tags]");
    gives_up(&account("profiles: [quiet]"), &alone, &["fields 210000000001 account_tags base.yaml:4"]);
}

#[test]
fn safeguards_that_are_loosened() {
    let with = |rest: &str| format!("{rest}{}", accounts("{}", "{}"));
    gives_up(
        &with(&format!("protect: ['{FIRST}', '{SECOND}']\n")),
        &with(&format!("protect: ['{SECOND}']\n")),
        &["protection 210000000001 base.yaml:3"],
    );
    // What is not written is judged by how many accounts there are: here 2.
    gives_up(&with("limits: { creates: 2, deletes: 9 }\n"), &with("limits: { deletes: 4 }\n"), &["limit creates 2 5"]);
    gives_up(&with("limits: { creates: 9 }\n"), &with(""), &[]);
    gives_up(&with(""), &with("limits: { deletes: 40, creates: 5 }\n"), &["limit deletes 1 40"]);
    gives_up(&with("limits: { updates: 4 }\n"), &with("limits: { updates: 3 }\n"), &[]);
    gives_up(&with("limits: { updates: 4 }\n"), &with(""), &["limit updates 4 none"]);
    gives_up(
        &accounts("{ read_only: true }", "{}"),
        &accounts("{}", "{}"),
        &["released read_only datadog 1 base.yaml:4"],
    );
    gives_up(
        &accounts("{ hold: { reason: x } }", "{}"),
        &accounts("{}", "{}"),
        &["released hold datadog 1 base.yaml:4"],
    );
    gives_up(
        &accounts("{ account_tags: [a:b] }", "{}"),
        &accounts("{ hold: { reason: x } }", "{}"),
        &["withheld hold 210000000001 heeler.yaml:4", "fields 210000000001 account_tags base.yaml:4"],
    );
    gives_up(&accounts("{ hold: { reason: x } }", "{}"), &accounts("{ read_only: true }", "{}"), &[]);
    gives_up(
        &accounts("{}", "{}"),
        &accounts("{ read_only: true }", "{}"),
        &["withheld read_only 210000000001 heeler.yaml:4"],
    );
    gives_up(&with(""), &with("confirm: { disruptive: 137, deletes: 1 }\n"), &["confirmed disruptive 137"]);
    gives_up(&with("confirm: { disruptive: 137 }\n"), &with("confirm: { disruptive: 137 }\n"), &[]);
    gives_up(
        &with("confirm: { disruptive: 137 }\n"),
        &with("confirm: { disruptive: 138 }\n"),
        &["confirmed disruptive 138"],
    );
    gives_up(&with(""), &with("ownership: exclusive\n"), &["ownership"]);
    gives_up(&with("ownership: exclusive\n"), &with(""), &[]);
}

#[test]
fn another_organization_or_site() {
    let at = |settings: &str| format!("providers: {{ datadog: {{ {settings} }} }}\n{}", accounts("{}", "{}"));
    let acme = at("site: datadoghq.eu, organization: acme");
    gives_up(&acme, &at("site: datadoghq.eu"), &["guard datadog acme"]);
    gives_up(&at("site: datadoghq.eu"), &acme, &[]);
    gives_up(&acme, &acme.replace("acme", "evil"), &["organization datadog acme evil"]);
    gives_up(&acme, &acme.replace(".eu", ".com"), &["site datadog datadoghq.eu datadoghq.com"]);
}

#[test]
fn an_action_is_this_changes_or_was_pending_or_both() {
    let before = accounts("{ account_tags: [env:new] }", "{ account_tags: [env:new] }");
    let origins = |after: &str, live: &[&str]| compared(&before, after, live).comparison.origins;
    assert_eq!(origins(&before, &[FIRST, SECOND]), [Origin::Pending, Origin::Pending]);
    let after =
        accounts("{ account_tags: [env:newer] }", "{ account_tags: [env:new], metrics_config: { enabled: false } }");
    assert_eq!(
        origins(&after, &[FIRST, SECOND]),
        [Origin::ThisChange, Origin::Both { pending: [heeler::model::Path::dotted("account_tags")].into() }]
    );
    let removed = format!("removed: [{{ aws_account_id: '{FIRST}', reason: closed }}]");
    assert_eq!(origins(&removed, &[FIRST, SECOND]), [Origin::ThisChange]);
    assert_eq!(
        compared(&removed, &format!("{removed}\nconfirm: {{ deletes: 1 }}"), &[FIRST]).comparison.origins,
        [Origin::Pending]
    );
    // What the base would be refused is brought by the change that allows it.
    let protected = format!("protect: ['{FIRST}']\n{removed}");
    assert_eq!(compared(&protected, &removed, &[FIRST]).comparison.origins, [Origin::ThisChange]);
    // What a limit holds up is pending all the same.
    let held_up = format!("limits: {{ deletes: 0 }}\n{removed}");
    assert_eq!(compared(&held_up, &removed, &[FIRST]).comparison.origins, [Origin::Pending]);
}
