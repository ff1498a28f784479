//! Whom a changed default or profile does not reach, because a higher layer says otherwise.

use crate::comparison::{FIRST, SECOND, compared};

const LAYERS: &str = "
defaults: { datadog: { account_tags: [a:1], aws_regions: { include_only: [eu-west-1] }, metrics_config: { enabled: true } } }
profiles: { quiet: { datadog: { metrics_config: { enabled: false } } }, all: { datadog: { aws_regions: { include_all: true } } } }
";

/// Who is not reached when `from` becomes `to` in the layers under one account.
fn misses(account: &str, from: &str, to: &str) -> Vec<String> {
    let config = |layers: &str| {
        format!(
            "{layers}accounts:\n  - {{ aws_account_id: '{FIRST}', {account} }}\n  - {{ aws_account_id: '{SECOND}', datadog: {{}} }}\n"
        )
    };
    assert!(LAYERS.contains(from), "{from}");
    compared(&config(LAYERS), &config(&LAYERS.replace(from, to)), &[]).shadowed()
}

#[test]
fn a_changed_default_does_not_reach_who_says_otherwise() {
    let tags = |account: &str| misses(account, "[a:1]", "[b:2]");
    assert_eq!(tags("datadog: {}"), Vec::<String>::new());
    assert_eq!(tags("datadog: { account_tags: [c:3] }"), ["defaults account_tags 210000000001: account line 7"]);
    assert_eq!(tags("datadog: { account_tags: [b:2] }"), Vec::<String>::new(), "it says the same");
    assert_eq!(
        tags("unmanaged: [datadog.account_tags], datadog: {}"),
        ["defaults account_tags 210000000001: account line 7"]
    );
    assert_eq!(tags("unmanaged: [datadog], datadog: {}"), ["defaults account_tags 210000000001: account line 7"]);
    let metrics = |account: &str| misses(account, "enabled: true", "enabled: true, automute_enabled: true");
    assert_eq!(metrics("profiles: [quiet]"), Vec::<String>::new(), "only what changed counts");
    let listed = "defaults metrics_config.automute_enabled 210000000001: account line 7";
    assert_eq!(
        metrics("unmanaged: [datadog.metrics_config], datadog: { metrics_config: { enabled: true } }"),
        [listed]
    );
}

#[test]
fn nor_who_stands_on_a_profile_that_does() {
    let off = misses("profiles: [quiet]", "metrics_config: { enabled: true }", "metrics_config: { enabled: false }");
    assert_eq!(off, Vec::<String>::new(), "the profile says the same");
    let tagged = "profiles: [quiet, all], datadog: { account_tags: [c:3] }";
    assert_eq!(misses(tagged, "[a:1]", "[b:2]"), ["defaults account_tags 210000000001: account line 7"]);
    let own = "profiles: [quiet], datadog: { metrics_config: { enabled: true } }";
    let changed =
        "quiet: { datadog: { account_tags: [q:1], metrics_config: { enabled: false, automute_enabled: false } } }";
    assert_eq!(
        misses(own, "quiet: { datadog: { metrics_config: { enabled: false } } }", changed),
        Vec::<String>::new()
    );
    let turned = misses(
        "datadog: { account_tags: [c:3] }, profiles: [quiet]",
        "quiet: { datadog: {",
        "quiet: { datadog: { account_tags: [q:1],",
    );
    assert_eq!(turned, ["profile quiet account_tags 210000000001: account line 7"]);
    let unlisted =
        misses("datadog: { account_tags: [c:3] }", "quiet: { datadog: {", "quiet: { datadog: { account_tags: [q:1],");
    assert_eq!(unlisted, Vec::<String>::new(), "who does not list a profile does not miss it");
}

#[test]
fn nor_who_is_on_another_arm() {
    let regions = |account: &str| misses(account, "[eu-west-1]", "[eu-north-1]");
    assert_eq!(
        regions("datadog: { aws_regions: { include_all: true } }"),
        ["defaults aws_regions.include_only 210000000001: account line 7"]
    );
    assert_eq!(regions("profiles: [all]"), ["defaults aws_regions.include_only 210000000001: profile all line 5"]);
    assert_eq!(regions("profiles: [quiet]"), Vec::<String>::new());
}

#[test]
fn an_alias_is_the_value_it_stands_for() {
    let config = |tag: &str| {
        let entry = format!("  - {{ aws_account_id: '{FIRST}', datadog: {{ account_tags: *tags }} }}");
        format!("defaults: {{ datadog: {{ account_tags: &tags [{tag}] }} }}\naccounts:\n{entry}\n")
    };
    assert_eq!(compared(&config("a:1"), &config("b:2"), &[]).shadowed(), Vec::<String>::new());
}

/// What stands beside the services of a `wavefront:` block counts for each of them, and a row is only one of them.
#[test]
fn a_provider_with_several_kinds_of_rows_is_looked_at_kind_by_kind() {
    const BELOW: &str = "
providers: { wavefront: { address: acme.wavefront.com } }
defaults: { wavefront: { role_name: r, refresh_rate_minutes: 5, cloudwatch: { namespaces: [a], point_tag_filter_regex: x } } }
";
    let kinds = |account: &str, from: &str, to: &str| {
        let config = |layers: &str| format!("{layers}accounts:\n  - {{ aws_account_id: '{FIRST}', {account} }}\n");
        assert!(BELOW.contains(from), "{from}");
        compared(&config(BELOW), &config(&BELOW.replace(from, to)), &[]).shadowed()
    };
    let rate = |account: &str| kinds(account, "minutes: 5", "minutes: 10");
    let arn = |account: &str| format!("arn:aws:iam::{account}:role/r");
    assert_eq!(rate("wavefront: { name: n, cloudwatch: {}, ec2: {} }"), Vec::<String>::new());
    let one = format!("defaults refresh_rate_minutes {}: account line 6", arn(FIRST));
    assert_eq!(
        rate("wavefront: { name: n, cloudwatch: {}, ec2: { refresh_rate_minutes: 1 } }"),
        std::slice::from_ref(&one),
        "one of the two"
    );
    assert_eq!(rate("wavefront: { name: n, refresh_rate_minutes: 1, cloudwatch: {}, ec2: {} }"), [one.clone(), one]);
    let spaces = |account: &str| kinds(account, "namespaces: [a]", "namespaces: [b]");
    let one = format!("defaults cloudwatch.namespaces {}: account line 6", arn(FIRST));
    assert_eq!(spaces("wavefront: { name: n, cloudwatch: {}, ec2: {} }"), Vec::<String>::new());
    assert_eq!(spaces("wavefront: { name: n, cloudwatch: { namespaces: [c] }, ec2: {} }"), std::slice::from_ref(&one));
    assert_eq!(spaces("unmanaged: [wavefront.cloudwatch.namespaces], wavefront: { name: n, cloudwatch: {} }"), [one]);
    // Another role is another row: nothing of it was missed, it is declared anew.
    assert_eq!(
        kinds("wavefront: { role_name: own, name: n, cloudwatch: {} }", "role_name: r", "role_name: q"),
        Vec::<String>::new()
    );
}

#[test]
fn a_name_is_what_it_stands_for() {
    let config = |tag: &str, own: &str| {
        format!(
            "defaults: {{ datadog: {{ account_tags: [{tag}] }} }}\naccounts:\n  - {{ aws_account_id: '{FIRST}', name: x, datadog: {{ account_tags: {own} }} }}\n"
        )
    };
    let own = "['in:${aws_account_id}', 'of:${name}/${aws_partition}']";
    let whole = "'of:${name}/${aws_partition}', 'in:${aws_account_id}'";
    assert_eq!(
        compared(&config("a:1", own), &config(whole, own), &[]).shadowed(),
        Vec::<String>::new(),
        "it says the same"
    );
    let text = format!("['in:{FIRST}', 'of:x/aws']");
    assert_eq!(
        compared(&config("a:1", &text), &config(whole, &text), &[]).shadowed(),
        Vec::<String>::new(),
        "it says the same in full"
    );
    assert_eq!(compared(&config("a:1", "['in:x']"), &config(whole, "['in:x']"), &[]).shadowed().len(), 1);
}
