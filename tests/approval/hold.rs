//! `hold:` keeps heeler from writing, and never makes more possible or less visible.

use serde_json::json;

use crate::support::{Folder, HEAD, row, world};

const ID: &str = "400000000001";

/// One entry that is on hold as a whole, or in its block.
fn entry(whole: &str, own: &str, rest: &str) -> String {
    format!("accounts: [{{ aws_account_id: \"{ID}\",{whole} datadog: {{{own} account_tags: [\"env:a\"] }}{rest} }}]\n")
}

/// The same of a block that is read only: another kind of that vendor's rows stays, too.
#[test]
fn what_is_read_only_is_not_deleted_by_a_tombstone() {
    let folder = Folder::new("read-only-delete");
    let config = |read_only: &str| {
        format!(
            "version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\naccounts: [{{ aws_account_id: \"{ID}\", wavefront: {{ {read_only}role_name: r, name: n, ec2: {{}} }} }}]\nremoved: [{{ aws_account_id: \"{ID}\", reason: closed, from: [wavefront.cloudwatch] }}]\n"
        )
    };
    folder.write("heeler.yaml", &config("read_only: true, "));
    folder.run("plan --sandbox").exits(5).says(&["is removed while it is read only", "take `read_only` out first"]);
    folder.write("heeler.yaml", &config(""));
    folder.run("plan --sandbox").exits(0);
}

/// For another kind, for another name of the same rows, or with the id of one row: nothing is deleted on hold.
#[test]
fn what_is_on_hold_is_not_deleted_by_a_tombstone() {
    let folder = Folder::new("hold-delete");
    folder.write("world.json", &world(&[row(ID)]));
    let head =
        "version: 1\nproviders: { datadog: { site: datadoghq.com }, wavefront: { address: acme.wavefront.com } }\n";
    let wavefront = ", wavefront: { role_name: r, name: n, ec2: {} }";
    let (hold, none) = (" hold: { reason: OPS-1 },", "");
    for (whole, own, from, is_refused) in [
        (hold, none, "from: [wavefront.cloudwatch]", true),
        (hold, none, "from: [cloudcraft]", true),
        (none, hold, "from: [datadog]", true),
        (none, hold, "from: [datadog_v1]", true),
        (none, hold, "id: x", true),
        (none, hold, "from: [wavefront.cloudwatch]", false),
        (none, none, "from: [wavefront.cloudwatch]", false),
    ] {
        let removed = format!("removed: [{{ aws_account_id: \"{ID}\", reason: closed, {from} }}]\n");
        folder.write("heeler.yaml", &format!("{head}{}{removed}", entry(whole, own, wavefront)));
        let run = folder.run("plan --sandbox=world.json");
        if is_refused {
            run.exits(5).says(&[
                "is removed while it is on hold",
                "removed here",
                "on hold here",
                "take `hold` out first",
            ]);
        } else {
            assert!(run.code != 5, "{}", run.out);
        }
    }
}

/// Eighteen accounts, of which seven differ: those on hold and those that say nothing raise no limit.
#[test]
fn a_limit_is_a_share_of_what_can_be_written() {
    let folder = Folder::new("hold-limit");
    let id = |n: usize| format!("4000000000{n:02}");
    folder.write("world.json", &world(&(1..=18).map(|n| row(&id(n))).collect::<Vec<_>>()));
    for (others, limit) in [
        ("datadog: { account_tags: [\"env:a\"] }", "limit: 6 (a third of the 18 accounts declared)"),
        (
            "hold: { reason: x }, datadog: { account_tags: [\"env:a\"] }",
            "limit: 5 (the least there is: 7 accounts can be written)",
        ),
        (
            "datadog: { read_only: true, account_tags: [\"env:a\"] }",
            "limit: 5 (the least there is: 7 accounts can be written)",
        ),
        ("datadog: {}", "limit: 5 (the least there is: 7 accounts can be written)"),
    ] {
        let says = |n: usize| if n <= 7 { "datadog: { metrics_config: { enabled: false } }" } else { others };
        let entries: String =
            (1..=18).map(|n| format!("  - {{ aws_account_id: \"{}\", {} }}\n", id(n), says(n))).collect();
        folder.write("heeler.yaml", &format!("{HEAD}accounts:\n{entries}"));
        folder.run("plan --sandbox=world.json").exits(4).says(&[limit]);
    }
    let one = format!(
        "limits: {{}}\naccounts: [{{ aws_account_id: \"{}\", datadog: {{ account_tags: [\"env:a\"] }} }}]\n",
        id(9)
    );
    let removed: String =
        (1..=2).map(|n| format!("  - {{ aws_account_id: \"{}\", reason: closed }}\n", id(n))).collect();
    folder.write("heeler.yaml", &format!("{HEAD}{one}removed:\n{removed}"));
    folder.run("plan --sandbox=world.json").exits(4).says(&["(the least there is: 1 account is declared)"]);
}

#[test]
fn what_differs_on_hold_is_counted_and_changes_no_exit_code() {
    let folder = Folder::new("hold-count");
    folder.write("world.json", &world(&[row(ID), row("400000000002")]));
    let held = entry(" hold: { reason: OPS-1 },", "", "");
    for (tag, command, last) in [
        ("env:b", "plan", "1 to update, 0 to delete, 0 unchanged. 1 difference on hold."),
        ("env:b", "apply", "Apply: 1 done, 0 failed, 0 skipped. Converged; 1 difference on hold."),
        ("env:prod", "apply", "Apply: nothing to do. 1 unchanged. Converged; 1 difference on hold."),
        ("env:prod", "drift", "Drift: none. 1 Datadog account matches. 1 difference on hold."),
        ("env:prod", "plan --detailed-exitcode", "Plan: no changes. 1 unchanged. 1 difference on hold."),
    ] {
        let other = format!("}}, {{ aws_account_id: \"400000000002\", datadog: {{ account_tags: [\"{tag}\"] }} }}]");
        folder.write("heeler.yaml", &format!("{HEAD}{}", held.replace("}]", &other)));
        let run = folder.run(&format!("{command} --sandbox --json out.json --markdown out.md")).exits(0);
        run.says(&[last]);
        assert_eq!(folder.json("out.json")["summary"]["on_hold"], json!(1));
        let markdown = std::fs::read_to_string(folder.path("out.md")).unwrap();
        assert!(markdown.contains("1 difference on hold"), "{markdown}");
    }
}

#[test]
fn a_reason_says_something() {
    let folder = Folder::new("hold-reason");
    folder.write("world.json", &world(&[row(ID)]));
    for blank in ["\"\"", "\"  \"", "' '"] {
        let held = entry(&format!(" hold: {{ reason: {blank} }},"), "", "");
        let inside = entry("", &format!(" hold: {{ reason: {blank} }},"), "");
        let removed = format!("removed: [{{ aws_account_id: \"{ID}\", reason: {blank} }}]\n");
        for wrong in [held, inside, removed] {
            folder.write("heeler.yaml", &format!("{HEAD}{wrong}"));
            folder.run("plan --sandbox=world.json").exits(5).says(&["a reason without words"]);
        }
    }
}

#[test]
fn a_hold_that_a_change_brings_comes_first() {
    let folder = Folder::new("hold-base");
    folder.write("world.json", &world(&[row(ID)]));
    folder.write("base.yaml", &format!("{HEAD}{}", entry("", "", "")));
    for (whole, own, what, word) in
        [(" hold: { reason: x },", "", "hold", "on hold"), ("", " read_only: true,", "read_only", "read only")]
    {
        folder.write("heeler.yaml", &format!("{HEAD}{}", entry(whole, own, "")));
        let run = folder.run("plan --sandbox=world.json --base base.yaml --json plan.json --markdown plan.md").exits(0);
        run.says(&[&format!("! no longer written: 1 Datadog account, now {word}"), "400000000001  heeler.yaml:3"]);
        let found = &folder.json("plan.json")["comparison"]["weakened"][0];
        assert_eq!(
            (&found["what"], &found["after"], &found["now"]["line"]),
            (&json!("withheld"), &json!(what), &json!(3))
        );
        let markdown = std::fs::read_to_string(folder.path("plan.md")).unwrap();
        assert!(markdown.contains(&format!("no longer written: {word}")), "{markdown}");
    }
}
