//! Layering: maps merge, scalars and lists replace, a one-of is replaced whole, names are filled in.

use serde_json::{Value, json};

use crate::{load, wrong};

/// The merged block of the only account.
fn merged(layers: &str) -> Value {
    let text = format!("version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu }} }}\n{layers}");
    match load(&[("heeler.yaml", &text)]) {
        Ok(loaded) => loaded.desired.entries.values().next().expect("an account").node.json(),
        Err(_) => panic!("{}", wrong(&[("heeler.yaml", &text)])),
    }
}

#[test]
fn maps_merge_and_lists_replace() {
    let block = merged(
        "
defaults: { datadog: { account_tags: [a:1, b:2], metrics_config: { enabled: true, automute_enabled: true } } }
accounts: [{ aws_account_id: '210000000001', datadog: { account_tags: [c:3], metrics_config: { enabled: false } } }]",
    );
    assert_eq!(
        block,
        json!({ "account_tags": ["c:3"], "metrics_config": { "enabled": false, "automute_enabled": true } })
    );
}

#[test]
fn a_one_of_is_replaced_whole_when_another_arm_is_named() {
    let block = merged(
        "
defaults: { datadog: { aws_regions: { include_only: [eu-west-1] }, auth_config: { role_name: dd, external_id: abc } } }
profiles: { all: { datadog: { aws_regions: { include_all: true } } } }
accounts: [{ aws_account_id: '210000000001', profiles: [all], datadog: { auth_config: { role_name: other } } }]",
    );
    assert_eq!(
        block,
        json!({ "aws_regions": { "include_all": true }, "auth_config": { "role_name": "other", "external_id": "abc" } })
    );
}

#[test]
fn keys_replace_a_role_whole() {
    let block = merged(
        "
defaults: { datadog: { auth_config: { role_name: dd } } }
accounts:
  - aws_account_id: '210000000001'
    aws_partition: aws-us-gov
    datadog: { auth_config: { access_key_id: AKIAEXAMPLE00000001, secret_access_key: { env: S } } }",
    );
    assert_eq!(
        block["auth_config"],
        json!({ "access_key_id": "AKIAEXAMPLE00000001", "secret_access_key": { "env": "S" } })
    );
}

#[test]
fn profiles_apply_in_the_order_an_account_lists_them() {
    let layers = |order: &str| {
        merged(&format!(
            "
profiles: {{ one: {{ datadog: {{ account_tags: [from:one] }} }}, two: {{ datadog: {{ account_tags: [from:two] }} }} }}
accounts: [{{ aws_account_id: '210000000001', profiles: [{order}] }}]"
        ))
    };
    assert_eq!(layers("one, two"), json!({ "account_tags": ["from:two"] }));
    assert_eq!(layers("two, one"), json!({ "account_tags": ["from:one"] }));
}

#[test]
fn defaults_fill_blocks_and_never_make_one() {
    let text = "
version: 1
providers: { datadog: { site: datadoghq.eu } }
defaults: { datadog: { account_tags: [a:1] } }
accounts: [{ aws_account_id: '210000000001' }]";
    let loaded = load(&[("heeler.yaml", text)]).expect("valid");
    assert!(loaded.desired.entries.is_empty());
    assert!(loaded.desired.named.contains("210000000001"));
}

#[test]
fn unmanaged_takes_lower_layers_back_out_and_keeps_the_accounts_own() {
    let block = merged(
        "
defaults: { datadog: { metrics_config: { enabled: true, automute_enabled: true }, account_tags: [a:1] } }
accounts:
  - aws_account_id: '210000000001'
    unmanaged: [datadog.metrics_config, datadog.account_tags]
    datadog: { metrics_config: { enabled: false } }",
    );
    assert_eq!(block, json!({ "metrics_config": { "enabled": false } }));
}

#[test]
fn names_are_filled_in_and_dollars_can_be_literal() {
    let block = merged(
        "
defaults: { datadog: { account_tags: ['account:${aws_account_id}', 'p:${aws_partition}', 'n:${name}', 'raw:$${name}'] } }
accounts: [{ aws_account_id: '210000000001', name: data, datadog: {} }]",
    );
    assert_eq!(block["account_tags"], json!(["account:210000000001", "p:aws", "n:data", "raw:${name}"]));
}

#[test]
fn the_nearest_layer_decides_the_partition() {
    let text = "
version: 1
providers: { datadog: { site: ddog-gov.com } }
defaults: { aws_partition: aws-us-gov }
profiles: { home: { aws_partition: aws } }
accounts:
  - { aws_account_id: '210000000001', datadog: {} }
  - { aws_account_id: '210000000002', profiles: [home], datadog: {} }
  - { aws_account_id: '210000000003', profiles: [home], aws_partition: aws-us-gov, datadog: {} }";
    let loaded = load(&[("heeler.yaml", text)]).expect("valid");
    let partitions: Vec<String> =
        loaded.desired.entries.values().map(|desired| desired.fixed[1].value.clone()).collect();
    assert_eq!(partitions, ["aws-us-gov", "aws", "aws-us-gov"]);
}

/// What accounts share is in memory once, and stands in the plan of each of them.
#[test]
fn what_all_accounts_come_to_ends_somewhere() {
    let text = |accounts: usize, beside: &str| {
        let tags: Vec<String> = (0..30_000).map(|tag| format!("t:{tag}")).collect();
        let entry = |at| format!("  - {{ aws_account_id: '{}', datadog: {{}}{beside} }}\n", 210_000_000_000_u64 + at);
        let entries: String = (0..accounts as u64).map(entry).collect();
        format!(
            "version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu }} }}\ndefaults: {{ datadog: {{ account_tags: [{}] }} }}\naccounts:\n{entries}",
            tags.join(", ")
        )
    };
    assert!(load(&[("heeler.yaml", &text(600, ""))]).is_ok());
    // It is shown although more is wrong before it than is shown of a run.
    let found = wrong(&[("heeler.yaml", &text(700, ", x: 1, y: 2"))]);
    assert!(found.contains("the accounts come to more than 20000000 values once layers are merged"), "{found}");
}
