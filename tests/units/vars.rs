//! Variables: the nearest layer decides, their text is literal, and what is wrong is said where it is wrong.

use insta::assert_snapshot;
use serde_json::json;

use crate::comparison::{FIRST, SECOND, compared};
use crate::{load, wrong};

fn config(layers: &str) -> String {
    format!("version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu }} }}\n{layers}")
}

fn said(layers: &str) -> String {
    wrong(&[("heeler.yaml", &config(layers))])
}

/// The tags of every account.
fn tags(layers: &str) -> Vec<serde_json::Value> {
    let text = config(layers);
    let loaded = load(&[("heeler.yaml", &text)]).unwrap_or_else(|_| panic!("{}", said(layers)));
    loaded.desired.entries.values().map(|desired| desired.node.json()["account_tags"].clone()).collect()
}

const LAYERS: &str = "
defaults:
  vars: { env: prod, team: unowned }
  datadog: { account_tags: ['env:${vars.env}', 'team:${vars.team}'] }
profiles:
  web: { vars: { team: web, env: dev } }
  dev: { vars: { env: dev } }
  prod: { vars: { env: prod } }
";

#[test]
fn the_nearest_layer_decides() {
    let of = |account: &str| {
        tags(&format!("{LAYERS}accounts:\n  - {{ aws_account_id: '210000000001', datadog: {{}}, {account} }}"))
    };
    assert_eq!(of(""), [json!(["env:prod", "team:unowned"])]);
    assert_eq!(of("profiles: [web]"), [json!(["env:dev", "team:web"])]);
    assert_eq!(of("profiles: [web, prod]"), [json!(["env:prod", "team:web"])]);
    assert_eq!(of("profiles: [web], vars: { team: data }"), [json!(["env:dev", "team:data"])]);
}

#[test]
fn the_text_of_a_variable_is_literal_and_so_is_a_doubled_dollar() {
    let account = "vars: { a: '${vars.b}', b: '$${name}' }, datadog: { account_tags: ['a:${vars.a}', 'b:${vars.b}', 'c:$${vars.c}'] }";
    let found = tags(&format!("accounts:\n  - {{ aws_account_id: '210000000001', {account} }}"));
    assert_eq!(found, [json!(["a:${vars.b}", "b:$${name}", "c:${vars.c}"])]);
}

/// What a user calls the keys of a map that is free says nothing of what stands there.
#[test]
fn a_variable_reaches_a_free_key_that_sounds_like_a_secret() {
    let text = "version: 1
providers: { wavefront: { address: acme.wavefront.com } }
accounts:
  - aws_account_id: '210000000001'
    vars: { team: data }
    wavefront:
      cloudwatch:
        { name: x, role_arn: 'arn:aws:iam::210000000001:role/x', additional_tags: { secret: '${vars.team}', a_secret_b: '${aws_account_id}', token: '$${x}' } }";
    let loaded = load(&[("heeler.yaml", text)]).unwrap_or_else(|_| panic!("{}", wrong(&[("heeler.yaml", text)])));
    let tags = loaded.desired.entries.values().map(|desired| desired.node.json()["additional_tags"].clone());
    let wanted = json!({ "secret": "data", "a_secret_b": "210000000001", "token": "${x}" });
    assert_eq!(tags.collect::<Vec<_>>(), [wanted]);
}

/// An entry that leaves its partition out is asked again in the partition where its row is.
#[test]
fn variables_reach_an_account_in_another_partition() {
    let layers =
        format!("{LAYERS}accounts:\n  - {{ aws_account_id: '210000000001', vars: {{ team: gov }}, datadog: {{}} }}");
    let loaded = load(&[("heeler.yaml", &config(&layers))]).expect("valid");
    let elsewhere = loaded.desired.partitions["210000000001"].in_other_partition.clone().expect("it is left out");
    let Ok(rows) = elsewhere.rows_in("aws-us-gov") else { return };
    assert!(rows.iter().all(|row| row.node.json()["account_tags"] == json!(["env:prod", "team:gov"])));
}

#[test]
fn a_variable_that_no_layer_sets_is_one_error_for_all_accounts() {
    let accounts: String =
        (1..=12).map(|n| format!("  - {{ aws_account_id: '2100000000{n:02}', datadog: {{}} }}\n")).collect();
    assert_snapshot!(said(&format!(
        "defaults:
  vars: {{ team-name: x }}
  datadog:
    account_tags: ['team:${{vars.team}}', 'of:${{vars.team-name}}']
    metrics_config: {{ tag_filters: [{{ namespace: AWS/EC2, tags: ['team:${{vars.team}}'] }}] }}
accounts:
{accounts}  - {{ aws_account_id: '210000000013', vars: {{ team: data }}, datadog: {{}} }}"
    )));
}

#[test]
fn what_is_wrong_is_said_where_it_is_used_and_where_it_was_written() {
    assert_snapshot!(said(
        "defaults:
  datadog: { aws_regions: { include_only: ['${vars.region}'] }, account_tags: ['team:${vars.team}'] }
accounts:
  - { aws_account_id: '210000000001', vars: { region: Frankfurt, team: data }, datadog: {} }
  - { aws_account_id: '210000000002', vars: { region: eu-west-1, team: '' }, datadog: {} }"
    ));
}

#[test]
fn what_no_variable_can_be() {
    assert_snapshot!(said(
        "defaults:
  vars: { when: 2026-01-01, on: yes, count: 012, at: 12:30, size: 7, '1x': a, list: [a], none: , fine: a-b, also: 'yes' }
  datadog: { account_tags: ['${vars.when}:${vars.on}:${vars.count}', '${vars.at}:${vars.size}', 'l:${vars.list}', '${vars.none}:${vars.fine}:${vars.also}'] }
accounts:
  - { aws_account_id: '210000000001', datadog: {} }"
    ));
}

#[test]
fn where_variables_do_not_reach() {
    assert_snapshot!(said(
        "vars: { team: x }
accounts:
  - aws_account_id: '210000000001'
    aws_partition: aws-us-gov
    name: data-${vars.team}
    vars: { team: data, key: SECRET }
    unmanaged: ['datadog.${vars.team}']
    datadog:
      vars: { team: x }
      account_tags: ['a:${team}', 'b:${var.team}']
      auth_config: { access_key_id: AKIAEXAMPLE00000001, secret_access_key: { env: 'DD_${vars.key}' } }"
    ));
}

#[test]
fn nobody_uses_it() {
    assert_snapshot!(said(
        "defaults: { vars: { env: prod } }
profiles: { elsewhere: { datadog: { account_tags: ['team:${vars.team}'] } } }
accounts:
  - { aws_account_id: '210000000001', vars: { team: data, owner: me }, datadog: {} }
  - { aws_account_id: '210000000002', vars: { team: web, owner: you }, datadog: {} }"
    ));
}

/// A changed variable of a lower layer does not reach whoever sets it anew, nor whoever says the whole field otherwise.
#[test]
fn whom_a_changed_variable_does_not_reach() {
    let misses = |account: &str| {
        let config = |layers: &str| {
            format!(
                "{layers}accounts:\n  - {{ aws_account_id: '{FIRST}', {account} }}\n  - {{ aws_account_id: '{SECOND}', datadog: {{}} }}\n"
            )
        };
        compared(&config(LAYERS), &config(&LAYERS.replace("team: unowned", "team: platform")), &[]).shadowed()
    };
    assert_eq!(misses("datadog: {}"), Vec::<String>::new());
    assert_eq!(misses("vars: { team: data }, datadog: {}"), ["defaults vars.team 210000000001: account line 12"]);
    assert_eq!(misses("vars: { team: platform }, datadog: {}"), Vec::<String>::new(), "it says the same");
    assert_eq!(misses("profiles: [web], datadog: {}"), ["defaults vars.team 210000000001: profile web line 8"]);
    assert_eq!(misses("datadog: { account_tags: ['a:1'] }"), ["defaults account_tags 210000000001: account line 12"]);
}

/// What would grow beyond what any vendor takes is refused before it is built, once for all accounts.
#[test]
fn a_text_that_would_be_too_long_is_one_error() {
    let accounts: String =
        (1..=3).map(|n| format!("  - {{ aws_account_id: '21000000000{n}', datadog: {{}} }}\n")).collect();
    let (long, uses) = ("x".repeat(1_000_000), "${vars.long}".repeat(1000));
    let found = said(&format!(
        "defaults:\n  vars: {{ long: '{long}' }}\n  datadog: {{ account_tags: ['a:{uses}'] }}\naccounts:\n{accounts}"
    ));
    assert_eq!(found.matches("a text with `${...}` in it is longer than 16384 bytes").count(), 1, "{found}");
    assert!(found.contains("concerns 3 accounts") && found.len() < 3000, "{found}");
}

#[test]
fn nothing_is_filled_in_in_keys() {
    let of = |key: &str| {
        format!(
            "version: 1
providers: {{ wavefront: {{ cluster: x.wavefront.com }} }}
defaults: {{ vars: {{ k: team }} }}
accounts:
  - {{ aws_account_id: '210000000001', wavefront: {{ role_name: r, additional_tags: {{ '{key}': '${{vars.k}}' }} }} }}"
        )
    };
    for (key, is_wrong) in [("${vars.k}", true), ("a-${name}", true), ("$${vars.k}", false), ("a", false)] {
        let found = wrong(&[("heeler.yaml", &of(key))]);
        assert_eq!(found.contains("in a key"), is_wrong, "{key}: {found}");
    }
}

/// Each account may have thousands of them, and all accounts the same.
#[test]
fn of_the_mistakes_in_one_block_some_are_shown_and_the_others_counted() {
    let tags: Vec<String> = (0..150).map(|tag| format!("'k{tag}:${{vars.v}}'")).collect();
    let entries: String =
        (1..=30).map(|at| format!("  - {{ aws_account_id: '2100000000{at:02}', datadog: {{}} }}\n")).collect();
    let found = said(&format!(
        "defaults:\n  vars: {{ v: '' }}\n  datadog: {{ account_tags: [{}] }}\naccounts:\n{entries}",
        tags.join(", ")
    ));
    assert_eq!(found.matches("`${vars.v}` is empty").count(), 100, "{found}");
    assert!(found.contains("50 more mistakes in this block are not shown"), "{found}");
    assert!(found.contains("concerns 30 accounts: 210000000001, "), "{found}");
}
