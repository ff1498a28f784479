//! `KEY+`: what it adds to, where its elements were written, and what is wrong where there is nothing to add to.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::comparison::{FIRST, SECOND, compared};
use crate::{load, wrong};

fn config(layers: &str) -> String {
    format!("version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu }} }}\n{layers}")
}

fn said(layers: &str) -> String {
    wrong(&[("heeler.yaml", &config(layers))])
}

/// The merged block of the only account.
fn merged(layers: &str) -> Value {
    let (value, warnings) = merged_and_warned(layers);
    assert_eq!(warnings, 0, "{}", said(layers));
    value
}

/// The same, and how many warnings there are.
fn merged_and_warned(layers: &str) -> (Value, usize) {
    let text = config(layers);
    let loaded = load(&[("heeler.yaml", &text)]).unwrap_or_else(|_| panic!("{}", said(layers)));
    (loaded.desired.entries.values().next().expect("an account").node.json(), loaded.warnings.len())
}

const LAYERS: &str = "
defaults:
  datadog:
    account_tags: [a:1]
    aws_regions: { include_only: [eu-west-1] }
    metrics_config: { tag_filters: [{ namespace: AWS/EC2, tags: [x:1] }, { namespace: AWS/SQS, tags: [x:2] }] }
profiles:
  pii: { datadog: { account_tags+: ['pii:true', 'a:1'] } }
  north: { datadog: { aws_regions: { include_only+: [eu-north-1] } } }
  all: { datadog: { aws_regions: { include_all: true } } }
  loud: { datadog: { metrics_config: { tag_filters+: [{ namespace: AWS/EC2, tags: [y:1] }, { namespace: AWS/RDS, tags: [y:2] }] } } }
  few: { datadog: { account_tags: [few:1] } }
  none: { datadog: { account_tags: [] } }
";

fn of(account: &str) -> Value {
    merged(&format!("{LAYERS}accounts:\n  - {{ aws_account_id: '210000000001', {account} }}"))
}

#[test]
fn it_adds_to_what_the_layers_below_say() {
    assert_eq!(of("profiles: [pii]")["account_tags"], json!(["a:1", "pii:true"]));
    assert_eq!(
        of("profiles: [pii], datadog: { account_tags+: [b:2] }")["account_tags"],
        json!(["a:1", "pii:true", "b:2"])
    );
    assert_eq!(of("profiles: [none, pii]")["account_tags"], json!(["pii:true", "a:1"]));
    assert_eq!(of("datadog: { account_tags+: [] }")["account_tags"], json!(["a:1"]));
    assert_eq!(of("profiles: [north]")["aws_regions"], json!({ "include_only": ["eu-west-1", "eu-north-1"] }));
}

#[test]
fn in_a_keyed_list_an_element_with_an_existing_key_replaces_it() {
    let filters = of("profiles: [loud]")["metrics_config"]["tag_filters"].clone();
    assert_eq!(
        filters,
        json!([
            { "namespace": "AWS/EC2", "tags": ["y:1"] },
            { "namespace": "AWS/SQS", "tags": ["x:2"] },
            { "namespace": "AWS/RDS", "tags": ["y:2"] },
        ])
    );
}

#[test]
fn each_element_keeps_its_place_and_layer() {
    let text = config(&format!(
        "{LAYERS}accounts:\n  - {{ aws_account_id: '210000000001', profiles: [pii], datadog: {{ account_tags+: [b:2] }} }}"
    ));
    let loaded = load(&[("heeler.yaml", &text)]).expect("valid");
    let desired = loaded.desired.entries.values().next().expect("an account");
    let tags = desired.node.get("account_tags").expect("tags");
    let places: Vec<String> = tags
        .items()
        .iter()
        .map(|item| loaded.sources.locate(item.place()))
        .map(|at| format!("{} {}", at.layer.unwrap_or_else(|| "account".to_owned()), at.line))
        .collect();
    assert_eq!(places, ["defaults 6", "profile pii 10", "account 17"]);
}

#[test]
fn with_nothing_below_it_is_an_error() {
    assert_snapshot!(said(&format!(
        "profiles:
  pii: {{ datadog: {{ account_tags+: ['pii:true'], aws_regions: {{ include_only+: [eu-west-1] }} }} }}
  all: {{ datadog: {{ aws_regions: {{ include_all: true }} }} }}
accounts:
  - {{ aws_account_id: '{FIRST}', profiles: [all, pii] }}
  - {{ aws_account_id: '{SECOND}', profiles: [pii, all], datadog: {{ account_tags+: [b:2] }} }}"
    )));
}

/// It is wrong already in its own layer, and would strip what is live once whoever hides it is taken out.
#[test]
fn a_nearer_list_does_not_make_it_right() {
    assert_snapshot!(said(&format!(
        "profiles:
  pii: {{ datadog: {{ account_tags+: ['pii:true'] }} }}
accounts:
  - {{ aws_account_id: '{FIRST}', profiles: [pii], datadog: {{ account_tags: [own:1] }} }}"
    )));
}

#[test]
fn a_whole_list_over_an_addition_is_odd() {
    assert_snapshot!(said(&format!(
        "{LAYERS}accounts:
  - {{ aws_account_id: '{FIRST}', profiles: [pii, few] }}
  - {{ aws_account_id: '{SECOND}', profiles: [pii], datadog: {{ account_tags: [own:1] }} }}"
    )));
}

#[test]
fn another_arm_over_an_addition_is_odd() {
    let found = said(&format!(
        "{LAYERS}accounts:
  - {{ aws_account_id: '{FIRST}', profiles: [north, all] }}
  - {{ aws_account_id: '{SECOND}', profiles: [all], datadog: {{ aws_regions: {{ include_only: [eu-west-1] }} }} }}"
    ));
    assert_snapshot!(found);
    let one = format!("{LAYERS}accounts:\n  - {{ aws_account_id: '{FIRST}', profiles: [north, all], datadog: {{}} }}");
    let (value, warnings) = merged_and_warned(&one);
    assert_eq!((&value["aws_regions"], warnings), (&json!({ "include_all": true }), 1), "another arm replaces");
    let waiting = said(&format!(
        "profiles:
  a: {{ datadog: {{ aws_regions: {{ include_only+: [eu-north-1] }} }} }}
  b: {{ datadog: {{ aws_regions: {{ include_all: true }} }} }}
accounts:
  - {{ aws_account_id: '{FIRST}', profiles: [a, b] }}"
    ));
    assert!(waiting.contains("error: `include_only+` adds to nothing"), "{waiting}");
    assert!(!waiting.contains("takes away"), "{waiting}");
}

#[test]
fn what_excludes_it() {
    assert_snapshot!(said(&format!(
        "defaults: {{ datadog: {{ account_tags+: [a:1], metrics_config: {{ tag_filters: [{{ namespace: AWS/EC2, tags: [x:1] }}] }} }} }}
accounts:
  - aws_account_id: '{FIRST}'
    unmanaged: [datadog.account_tags, datadog.metrics_config, datadog.account_tags+]
    datadog:
      account_tags+: [b:2]
      metrics_config: {{ enabled+: true, tag_filters+: [{{ namespace: AWS/EC2, tags+: [y:1] }}] }}
  - aws_account_id: '{SECOND}'
    datadog:
      account_tags: [b:2]
      account_tags+: [c:3]
      auth_config+: {{ role_name+: dd }}
      aws_regions: {{ include_all: true, include_only+: [eu-west-1] }}"
    )));
}

/// A changed default reaches whoever only adds to it.
#[test]
fn whom_a_changed_default_does_not_reach() {
    let misses = |account: &str, from: &str, to: &str| {
        let config = |layers: &str| format!("{layers}accounts:\n  - {{ aws_account_id: '{FIRST}', {account} }}\n");
        assert!(LAYERS.contains(from), "{from}");
        compared(&config(LAYERS), &config(&LAYERS.replacen(from, to, 1)), &[]).shadowed()
    };
    let tags = |account: &str| misses(account, "account_tags: [a:1]", "account_tags: [a:1, c:3]");
    assert_eq!(tags("datadog: { account_tags+: [b:2] }"), Vec::<String>::new());
    assert_eq!(tags("profiles: [pii]"), Vec::<String>::new());
    assert_eq!(tags("profiles: [pii, few]"), ["defaults account_tags 210000000001: profile few line 14"]);
    let emptied = |account: &str| misses(account, "account_tags: [a:1]", "account_tags: []");
    assert_eq!(emptied("datadog: { account_tags+: [b:2] }"), Vec::<String>::new());
    let filters = |account: &str| misses(account, "tags: [x:1]", "tags: [x:9]");
    assert_eq!(
        filters("profiles: [loud]"),
        ["defaults metrics_config.tag_filters 210000000001: profile loud line 13"],
        "the profile has one of the same key"
    );
    let pii = |account: &str| misses(account, "'pii:true', 'a:1'", "'pii:yes'");
    assert_eq!(pii("profiles: [pii], datadog: { account_tags+: [b:2] }"), Vec::<String>::new());
    assert_eq!(
        pii("profiles: [pii], datadog: { account_tags: [b:2] }"),
        ["profile pii account_tags 210000000001: account line 17"]
    );
}
