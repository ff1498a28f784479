//! Diagnostics as people see them: one snapshot per mistake.

use insta::assert_snapshot;

use crate::wrong;

/// What is wrong with a config that has these lines below a valid head.
fn said(lines: &str) -> String {
    wrong(&[("heeler.yaml", &format!("version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu }} }}\n{lines}"))])
}

macro_rules! mistakes {
    ($($name:ident: $lines:literal;)*) => {
        $(#[test]
        fn $name() {
            assert_snapshot!(said($lines));
        })*
    };
}

mistakes! {
    unknown_key_at_the_top: "acounts: []";
    unknown_key_in_a_block: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:\n      metrics_config: { enable: true }";
    a_field_outside_its_block: "accounts:\n  - aws_account_id: '210000000001'\n    metrics_config: { enabled: true }";
    wrong_types: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:\n      metrics_config: { enabled: 'yes' }\n      account_tags: env:prod\n      aws_regions: [eu-west-1]";
    a_tag_with_a_space_is_a_map: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:\n      account_tags:\n        - env: prod";
    an_unquoted_id: "accounts:\n  - aws_account_id: 012345678901\n    datadog: {}";
    an_id_with_dashes: "accounts:\n  - aws_account_id: '2100-0000-0001'\n    datadog: {}";
    a_bad_partition: "accounts:\n  - aws_account_id: '210000000001'\n    aws_partition: aws-gov\n    datadog: {}";
    a_block_with_nothing_after_it: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:";
    the_same_account_twice: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: {}\n  - aws_account_id: '210000000001'\n    datadog: {}";
    an_undeclared_profile: "profiles: { quiet: {} }\naccounts:\n  - aws_account_id: '210000000001'\n    profiles: [quite]\n    datadog: {}";
    an_unknown_name: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { account_tags: ['a:${account_id}'] }";
    a_name_without_a_value: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { account_tags: ['a:${name}'] }";
    a_literal_secret: "accounts:\n  - aws_account_id: '210000000001'\n    aws_partition: aws-cn\n    datadog:\n      auth_config: { access_key_id: AKIAEXAMPLE00000001, secret_access_key: hunter2hunter2 }";
    a_secret_that_is_heelers_own: "accounts:\n  - aws_account_id: '210000000001'\n    aws_partition: aws-cn\n    datadog:\n      auth_config: { access_key_id: AKIAEXAMPLE00000001, secret_access_key: { env: DD_API_KEY } }";
    a_secret_that_is_somebodys_own: "accounts:\n  - aws_account_id: '210000000001'\n    aws_partition: aws-cn\n    datadog:\n      auth_config: { access_key_id: AKIAEXAMPLE00000001, secret_access_key: { env: DD_BEARER_TOKEN } }";
    keys_beside_the_fields_of_a_block: "defaults: { datadog: { nothing: 1 } }\naccounts:\n  - aws_account_id: '210000000001'\n    read_only: true\n    datadog: { nothing: 2 }";
    an_explicit_null: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { account_tags: null, metrics_config: ~ }";
    both_arms: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:\n      aws_regions: { include_all: true, include_only: [eu-west-1] }";
    a_role_nobody_can_assume: "accounts:\n  - aws_account_id: '210000000001'\n    aws_partition: aws-us-gov\n    datadog: { auth_config: { role_name: dd } }";
    keys_where_a_role_would_do: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { auth_config: { access_key_id: AKIAEXAMPLE00000001, secret_access_key: { env: S } } }";
    cspm_without_extended_collection: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:\n      resources_config:\n        cloud_security_posture_management_collection: true\n        extended_collection: false";
    a_malformed_arn: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { logs_config: { lambda_forwarder: { lambdas: ['arn:aws:lambda:eu-west-1:function:dd'] } } }";
    a_malformed_tag: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { account_tags: ['env: prod', 'team:', ':x', plain] }";
    regions: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { aws_regions: { include_only: [eu-cental-1, eu-central, us-gov-west-1] } }";
    an_arn_for_a_role_name: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { auth_config: { role_name: 'arn:aws:iam::210000000001:role/dd' } }";
    a_namespace_filtered_twice: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:\n      metrics_config:\n        tag_filters:\n          - { namespace: AWS/EC2, tags: [a:1] }\n          - { namespace: AWS/EC2, tags: [b:2] }";
    declared_and_removed: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: {}\nremoved:\n  - { aws_account_id: '210000000001', reason: closed }";
    a_tombstone_without_a_reason: "removed:\n  - aws_account_id: '210000000001'";
    a_reason_that_is_a_number: "removed:\n  - { aws_account_id: '210000000001', reason: 4411 }";
    a_tombstone_of_an_unknown_kind: "removed:\n  - { aws_account_id: '210000000001', reason: closed, from: [wavefront.ec3] }\n  - { aws_account_id: '210000000002', reason: closed, from: [datadog.lambda] }";
    a_kind_declared_and_removed: "accounts:\n  - { aws_account_id: '210000000001', wavefront: { role_name: w, name: n, ec2: {} } }\nremoved:\n  - { aws_account_id: '210000000001', reason: closed, from: [wavefront.ec2] }\n  - { aws_account_id: '210000000001', reason: closed, from: [wavefront.cloudtrail] }";
    a_kind_removed_twice: "removed:\n  - { aws_account_id: '210000000001', reason: closed, from: [wavefront] }\n  - { aws_account_id: '210000000001', reason: closed, from: [wavefront.ec2] }";
    a_merge_key: "defaults: { datadog: &base { account_tags: [a:1] } }\naccounts:\n  - aws_account_id: '210000000001'\n    datadog: { <<: *base }";
    an_unmanaged_path_to_nowhere: "accounts:\n  - aws_account_id: '210000000001'\n    unmanaged: [datadog.logs_confg]\n    datadog: {}";
    not_yaml: "accounts:\n  - aws_account_id: '210000000001\n    datadog: {}";
    a_mistake_in_defaults_is_said_once: "defaults: { datadog: { aws_regions: { include_only: [nowhere] } } }\naccounts:\n  - { aws_account_id: '210000000001', datadog: {} }\n  - { aws_account_id: '210000000002', datadog: {} }";
    regions_as_a_list_or_one_word: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { aws_regions: [eu-west-1] }\n  - { aws_account_id: '210000000002', datadog: { aws_regions: all, metrics_config: { namespace_filters: [AWS/SQS] } } }";
    tags_as_a_map_and_as_pairs: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { account_tags: { env: prod, team: [a, b], password: hunter2hunter2 } }\n  - { aws_account_id: '210000000002', datadog: { account_tags: [{ key: env, value: prod }, 42, [a:b]] } }";
    filters_as_a_map: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { metrics_config: { tag_filters: { AWS/EC2: ['a:b'] }, metric_name_filters: [AWS/EC2] } }";
    one_block_as_a_list_or_text: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { auth_config: [{ role_name: R }], metrics_config: false }\n  - { aws_account_id: '210000000002', datadog: { auth_config: 'arn:aws:iam::210000000002:role/R' } }";
    accounts_as_a_map: "accounts:\n  '210000000001': { datadog: {} }";
    accounts_and_tombstones_as_words: "accounts: ['210000000001', 'aws_account_id = 210000000002']\nremoved: ['210000000003']\nprotect: '210000000004'";
    a_key_that_belongs_elsewhere: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:\n      enabled: true\n      awsRegions: {}\n      host_tags: []\n      aws_partition: aws\n      data: { attributes: { account_tags: [] } }\n      metrics_config: { account_tags: [] }";
    keys_with_backticks: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { 'a`b': 1, 'x`, expected `y': 2 }";
    what_looks_like_another_character: "accounts:\n  - aws_account_id: \u{201c}210000000001\u{201d}\n    na\u{200b}me: x\n    datadog: { account_tags: [\u{201c}a:b\u{201d}] }";
    a_no_break_space: "accounts:\n  - aws_account_id: '210000000001'\n\u{a0}\u{a0}  datadog: {}";
    a_tab: "accounts:\n  - aws_account_id: '210000000001'\n\tdatadog: {}";
    a_line_indented_wrongly: "accounts:\n  - aws_account_id: '210000000001'\n   datadog: {}";
    a_colon_without_a_space: "accounts:\n  - aws_account_id: '210000000001'\n    datadog:{}";
    something_below_an_empty_value: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: {}\n      account_tags: []";
    a_second_colon: "removed:\n  - aws_account_id: '210000000001'\n    reason: closed: see OPS-1";
    a_quote_that_ends_early: "removed:\n  - { aws_account_id: '210000000001', reason: 'it's gone' }";
    a_placeholder_without_quotes: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { auth_config: { role_name: ${name} } }";
    a_merge_conflict: "<<<<<<< HEAD\naccounts: []\n=======\naccounts: [{}]\n>>>>>>> other";
    a_merge_key_to_nothing: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { <<: *base }";
    an_alias_to_nothing: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { account_tags: [*env] }";
    a_value_that_is_a_tag: "accounts:\n  - aws_account_id: '210000000001'\n    datadog: { metrics_config: { tag_filters: [{ namespace: AWS/EC2, tags: [!env:prod] }] } }";
    a_carriage_return_by_itself: "# closed\rremoved: [{ aws_account_id: '210000000001', reason: x }]";
    terraform: "resource: { aws: {} }";
    nothing_manages_an_account: "defaults: { datadog: { account_tags: [a:b] } }\naccounts: [{ aws_account_id: '210000000001', name: shop }, { aws_account_id: '210000000002', unmanaged: [datadog] }]";
    two_apis_for_one_account: "profiles: { old: { datadog_v1: { role_name: R } } }\naccounts: [{ aws_account_id: '210000000001', profiles: [old], datadog: {} }]";
    limits_out_of_range: "limits: { deletes: -1, creates: many, removal: 3 }";
}

#[test]
fn no_site() {
    assert_snapshot!(wrong(&[(
        "heeler.yaml",
        "version: 1\naccounts: [{ aws_account_id: '210000000001', datadog: {} }]"
    )]));
}

#[test]
fn a_singleton_in_two_files() {
    assert_snapshot!(wrong(&[
        ("a.yaml", "version: 1\nproviders: { datadog: { site: datadoghq.eu } }"),
        ("b.yaml", "# second\nversion: 1")
    ]));
}

#[test]
fn a_file_that_is_not_yaml_withholds_what_needs_the_others() {
    assert_snapshot!(wrong(&[
        (
            "a.yaml",
            "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\naccounts:\n  - { aws_account_id: '210000000001', profiles: [quiet], datadog: { oops: 1 } }"
        ),
        ("profiles.yaml", "profiles: { quiet: [ }"),
    ]));
}

/// Twelve accounts, the blocks that all of them share, and what is wrong.
fn of_twelve(defaults: &str) -> String {
    let accounts: String =
        (1..=12).map(|at| format!("  - {{ aws_account_id: '2100000000{at:02}', datadog: {{}} }}\n")).collect();
    said(&format!("defaults: {{ datadog: {{ {defaults} }} }}\naccounts:\n{accounts}"))
}

#[test]
fn a_mistake_in_a_shared_layer_names_whom_it_concerns() {
    let ten = (1..=10).map(|at| format!("2100000000{at:02}")).collect::<Vec<_>>().join(", ");
    let words = format!("= note: concerns 12 accounts: {ten} and 2 more");
    for defaults in [
        "oops: 1",
        "account_tags: 'a:b'",
        "account_tags: [':x']",
        "account_tags: ['a:${name}']",
        "aws_regions: { include_only: [us-gov-west-1] }",
    ] {
        let said = of_twelve(defaults);
        assert_eq!(said.matches("--> ").count(), 1, "{said}");
        assert!(said.contains(&words), "{said}");
    }
    let others = "profiles: { quiet: { datadog: { oops: 1 } } }\naccounts:\n  - { aws_account_id: '210000000001', profiles: [quiet] }\n  - { aws_account_id: '210000000002', datadog: {} }";
    assert!(said(others).contains("= note: concerns account 210000000001\n"));
    let own = "accounts:\n  - { aws_account_id: '210000000001', datadog: { account_tags: ['a:${name}'] } }";
    assert!(!said(own).contains("concerns"), "an entry says itself whose it is");
}

#[test]
fn so_many_mistakes_are_shown_and_the_rest_is_counted() {
    let keys: String = (0..5_000).map(|at| format!("k{at}: 1, ")).collect();
    let block = said(&format!("accounts: [{{ aws_account_id: '210000000001', datadog: {{ {keys} }} }}]"));
    assert_eq!(block.matches("error: ").count(), 101);
    assert!(
        block.contains("error: 4900 more mistakes in this block are not shown\n"),
        "{}",
        &block[block.len() - 900..]
    );
    assert!(block.ends_with("\n5000 errors\n"));

    let accounts: String = (0..600)
        .map(|at| format!("  - {{ aws_account_id: '210000000{at:03}', datadog: {{ x: 1, account_tags: 5 }} }}\n"))
        .collect();
    let run = said(&format!("accounts:\n{accounts}"));
    assert_eq!(run.matches("error: ").count(), 1_001);
    assert!(
        run.contains("error: 200 more errors are not shown\n") && run.ends_with("\n1200 errors\n"),
        "{}",
        &run[run.len() - 900..]
    );
}

#[test]
fn warnings_that_are_left_out_refuse_nothing() {
    let regions: String = (0..300)
        .map(|at| format!("eu-north{}-9, ", char::from(b'a' + (at % 26) as u8).to_string().repeat(1 + at / 26)))
        .collect();
    let loaded = crate::load(&[(
        "heeler.yaml",
        &format!(
            "version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu }} }}\naccounts: [{{ aws_account_id: '210000000001', datadog: {{ aws_regions: {{ include_only: [{regions}] }} }} }}]"
        ),
    )]);
    let warnings = loaded.unwrap_or_else(|invalid| panic!("{:?}", invalid.diagnostics)).warnings;
    assert_eq!(heeler::model::diagnostic::counts(&warnings), (0, 300));
    assert_eq!(warnings.len(), 101);
}

#[test]
fn what_layers_come_to_has_an_end() {
    let (tags, name) = ("'a:${name}', ".repeat(3_000), "n".repeat(15_000));
    let said = said(&format!(
        "accounts:\n  - {{ aws_account_id: '210000000001', name: {name}, datadog: {{ account_tags: [{tags}] }} }}"
    ));
    assert!(said.contains("values once layers are merged") && said.ends_with("\n1 error\n"), "{said}");
}

#[test]
fn a_config_that_says_nothing_is_named() {
    assert!(wrong(&[("empty.yaml", "# nothing\n")]).contains("error: empty.yaml says nothing\n --> empty.yaml:1:1\n"));
    assert!(wrong(&[("a.yaml", ""), ("b.yaml", "null")]).contains("error: a.yaml and 1 other file say nothing\n"));
}

/// What is spelled out, or left out of a long line, moves nothing: the place is the one that an editor goes to.
#[test]
fn a_place_is_where_the_file_has_it() {
    let entry = |before: &str| format!("protect: ['{before}', 'x']");
    for before in ["x\u{200b}\u{200b}", &"9".repeat(500)] {
        let column = "protect: [".chars().count() + before.chars().count() + 5;
        let shown = said(&entry(before));
        assert!(shown.contains(&format!(" --> heeler.yaml:3:{column}\n")), "{column} in {shown}");
    }
}

/// What is suggested in place of a tag does not hold what is wrong with it.
#[test]
fn a_tag_is_suggested_without_what_nobody_sees() {
    for tag in ["env:pr\u{200b}od", "env\u{ff1a}prod", "\u{2060}env:prod", "env: prod"] {
        let shown = said(&format!(
            "accounts:\n  - {{ aws_account_id: '210000000001', datadog: {{ account_tags: ['{tag}'] }} }}"
        ));
        assert!(shown.contains("help: write `env:prod`; it is taken only where"), "{tag:?} in {shown}");
    }
}

#[test]
fn one_mistake_is_one_message_with_what_to_write() {
    let one = |config: &str, remedy: &str| {
        let said = wrong(&[("heeler.yaml", config)]);
        assert!(
            said.contains(&format!("= help: {remedy}")) && said.matches("error: ").count() == 1,
            "{config}\n{said}"
        );
    };
    let datadog = |block: &str| {
        format!(
            "version: 1\nproviders: {{ datadog: {{ site: datadoghq.eu }} }}\naccounts: [{{ aws_account_id: '210000000001', datadog: {{ {block} }} }}]\n"
        )
    };
    let at = |provider: &str, settings: &str, block: &str| {
        format!(
            "version: 1\nproviders: {{ {provider}: {{ {settings} }} }}\naccounts: [{{ aws_account_id: '210000000001', {provider}: {{ {block} }} }}]\n"
        )
    };
    // Settings that are no map: nothing in them is missing as well.
    let account = "accounts: [{ aws_account_id: '210000000001', datadog: {} }]\n";
    one(&format!("version: 1\nproviders: [datadog]\n{account}"), "write `providers: { datadog: { ... } }`");
    one(
        &format!("version: 1\nproviders: {{ datadog: datadoghq.eu }}\n{account}"),
        "write its keys below it: organization, site",
    );
    // Keys have no place in a file.
    let keys = "heeler's own keys stand in no file: set DD_API_KEY and DD_APP_KEY in the environment";
    one(&at("datadog", "site: datadoghq.eu, apiKey: x", ""), keys);
    one(
        &at("wavefront", "address: acme.wavefront.com, token: x", "role_name: w, name: n, ec2: {}"),
        "heeler's own keys stand in no file: set WAVEFRONT_TOKEN",
    );
    // The vendor's own host, and more than a host.
    for address in ["https://acme.wavefront.com/api", "acme.wavefront.com:443/", "acme.wavefront.com:8443"] {
        let config = at("wavefront", &format!("address: '{address}'"), "role_name: w, name: n, ec2: {}");
        if address != "acme.wavefront.com:443/" {
            one(&config, "write `acme.wavefront.com` alone, without a path or a port");
        }
    }
    // What is missing stands there under another name, or beside what is wrong.
    one(&at("cloudcraft", "", "role: cloudcraft"), "did you mean `role_name`?");
    one(&at("cloudcraft", "", "role: 'arn:aws:iam::210000000001:role/c'"), "did you mean `role_arn`?");
    one(
        &at("wavefront", "address: acme.wavefront.com", "role_name: w, name: n, cloudwatch: true"),
        "write `{ enabled: true }`",
    );
    one(
        &at("wavefront", "address: acme.wavefront.com", "role: w, name: n, cloudwatch: {}"),
        "did you mean `role_name`?",
    );
    one(&datadog("auth_config: DatadogIntegrationRole"), "write `{ role_name: DatadogIntegrationRole }`");
    one(
        &datadog("auth_config: { access_key_id: AKIAEXAMPLE000000001, secret_access_key: '${env:SECRET}' }"),
        "write `{ env: NAME }`",
    );
    one(&datadog("metrics_config: { enabled: off }"), "write `false`\n");
    one(
        &format!("version: 1\nprotect: {{ '210000000001': true }}\n{}", datadog("").trim_start_matches("version: 1\n")),
        "write `protect: [\"210000000001\"]`",
    );
}
