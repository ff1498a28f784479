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
    limits_out_of_range: "limits: { deletes: -1, creates: many, removal: 3 }";
}

#[test]
fn no_site() {
    assert_snapshot!(wrong(&[("heeler.yaml", "version: 1\naccounts: [{ aws_account_id: '210000000001', datadog: {} }]")]));
}

#[test]
fn a_singleton_in_two_files() {
    assert_snapshot!(wrong(&[("a.yaml", "version: 1\nproviders: { datadog: { site: datadoghq.eu } }"), ("b.yaml", "# second\nversion: 1")]));
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
