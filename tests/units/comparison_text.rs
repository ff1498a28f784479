//! What a comparison with the config before the change says as text.

use crate::comparison::{FIRST, SECOND, accounts, compared, compared_only};

#[test]
fn the_text_says_what_is_given_up_first_and_counts_what_was_pending() {
    let before = format!(
        "protect: ['{FIRST}']\n{}  - {{ aws_account_id: '210000000003', name: three, datadog: {{}} }}\n",
        accounts("{ account_tags: [env:new] }", "{}")
    );
    let after = accounts("{ account_tags: [env:new] }", "{ account_tags: [env:new] }");
    insta::assert_snapshot!("comparison", compared(&before, &after, &[FIRST, SECOND, "210000000003"]).text());
    let layers = |rest: &str, tags: &str| {
        format!(
            "{rest}defaults: {{ datadog: {{ account_tags: [{tags}], metrics_config: {{ enabled: {} }} }} }}\n",
            tags == "a:1"
        )
    };
    let before = layers("providers: { datadog: { site: datadoghq.eu, organization: acme } }\n", "a:1");
    let before = format!(
        "{before}{}removed: [{{ aws_account_id: '210000000003', reason: closed }}]\n",
        accounts("{ aws_regions: { include_all: true } }", "{}")
    );
    let after = layers("limits: { deletes: 9 }\nconfirm: { disruptive: 30 }\nownership: declared\n", "b:2");
    let after = format!(
        "{after}{}",
        accounts("{ account_tags: [c:3], metrics_config: { enabled: true } }", "{ account_tags: [c:3] }")
    );
    insta::assert_snapshot!("safeguards", compared(&before, &after, &[FIRST, SECOND, "210000000003"]).text());
    let nothing = accounts("{ account_tags: [env:live] }", "{}");
    let text = compared(&nothing, &nothing, &[FIRST, SECOND]).text();
    assert!(text.contains("\n\nPlan: no changes. 2 unchanged. (sandbox)\n") && !text.contains("This change"), "{text}");
}

#[test]
fn of_many_accounts_every_one_is_named() {
    let ids: Vec<String> = (0..200).map(|at| format!("22{at:010}")).collect();
    let entries: String = ids
        .iter()
        .map(|id| format!("  - {{ aws_account_id: '{id}', datadog: {{ account_tags: [a:1] }} }}\n"))
        .collect();
    let text = compared(&format!("accounts:\n{entries}"), "accounts: []", &[]).text();
    assert!(text.contains("! no longer declared: 200 Datadog accounts"), "{text}");
    assert!(ids.iter().all(|id| text.contains(id)), "{text}");
    assert!(text.lines().count() < 60, "{text}");
}

#[test]
fn only_selects_what_is_compared_too() {
    let both = format!("protect: ['{FIRST}', '{SECOND}']\n{}", accounts("{ account_tags: [a:1] }", "{}"));
    let only = |after: &str, id: &str| compared_only(&both, after, &[FIRST, SECOND], Some(&[id])).weakened();
    assert_eq!(
        only("accounts: []", FIRST),
        ["account 210000000001 one base.yaml:5", "protection 210000000001 base.yaml:3"]
    );
    let kept = format!("protect: ['{FIRST}', '{SECOND}']\n{}", accounts("{}", "{}"));
    assert_eq!(only(&kept, FIRST), ["fields 210000000001 account_tags base.yaml:5"]);
    assert_eq!(only(&kept, SECOND), Vec::<String>::new());
}
