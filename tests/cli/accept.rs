//! `heeler accept`: live values into the config's text. What it says, what it leaves alone, and how it ends.

use std::fs;

use crate::support::{Folder, HEAD, Run, parrot, row, world};

const CONFIG: &str = "\
version: 1
providers: { datadog: { site: datadoghq.com } }
defaults:
  vars: { env: prod }
  datadog:
    account_tags: ['env:${vars.env}']
    metrics_config: { enabled: false }
profiles:
  pii: { datadog: { account_tags+: ['pii:true'] } }
accounts:
  # the data account
  - aws_account_id: \"400000000001\"   # quoted
    name: data
    datadog:
      # both regions
      aws_regions: { include_only: [eu-west-1] }   # for now
  - aws_account_id: \"400000000002\"
    name: web
    profiles: [pii]
    datadog: {}
";

/// A folder with a config and a world beside it.
pub fn folder(name: &str, config: &str, accounts: &[&str]) -> Folder {
    let folder = Folder::new(name);
    folder.write("heeler.yaml", config);
    folder.write("world.json", &world(&accounts.iter().map(|account| row(account)).collect::<Vec<_>>()));
    folder
}

pub fn text(folder: &Folder) -> String {
    fs::read_to_string(folder.path("heeler.yaml")).unwrap()
}

/// Accepts in the sandbox.
pub fn accept(folder: &Folder, args: &str) -> Run {
    folder.run(&format!("accept --sandbox {args}"))
}

#[test]
fn what_is_live_is_shown_as_a_diff_and_written_when_that_is_wanted() {
    let folder = folder("accept", CONFIG, &["400000000001", "400000000002"]);
    let run = accept(&folder, "--only data").exits(0);
    insta::assert_snapshot!(format!("{}-----\n{}", run.out, run.err), @r#"
    --- a/heeler.yaml
    +++ b/heeler.yaml
    @@ -13,7 +13,8 @@
         name: data
         datadog:
           # both regions
    -      aws_regions: { include_only: [eu-west-1] }   # for now
    +      aws_regions: { include_all: true }   # for now
    +      metrics_config: { enabled: true }
       - aws_account_id: "400000000002"
         name: web
         profiles: [pii]
    -----
    note: 400000000001: metrics_config.enabled no longer follows defaults (heeler.yaml:7)
    warning: 2 of the 2 accounts that follow defaults (heeler.yaml:7) differ from it in metrics_config.enabled
    do: if that line was edited and not applied yet, do not write this: it puts the old value into 1 entry; `heeler apply` makes the edit live
    2 fields to take. Once taken, the plan for these fields is empty, and all else is declared as before. `--write` writes them. (sandbox)
    "#);
    assert_eq!(text(&folder), CONFIG, "only shown");

    accept(&folder, "--only data --field metrics_config --write").exits(0).says(&["Wrote heeler.yaml", "1 field"]);
    let edited = CONFIG.replace("   # for now\n", "   # for now\n      metrics_config: { enabled: true }\n");
    assert_eq!(text(&folder), edited, "one field, at the indentation of the others");
    accept(&folder, "--only 400000000001 --write").exits(0);
    folder.run("plan --sandbox --only data --detailed-exitcode").exits(0);
    accept(&folder, "--only data --write").exits(0).says(&["Nothing to accept", "(sandbox)"]);

    // What the live list lacks of the layers below has to be said.
    let run = accept(&folder, "--only web --field account_tags --write").exits(0);
    run.says(&["    datadog: { account_tags: [\"env:prod\"] }", "no longer follows defaults", "and profile pii"]);
    folder.run("plan --sandbox --only web").exits(0).says(&["metrics_config.enabled"]);
}

#[test]
fn what_live_has_besides_is_added() {
    let folder = folder("added", CONFIG, &[]);
    let mut live = row("400000000002");
    live["attributes"]["account_tags"] = serde_json::json!(["pii:true", "who:${them}", "env:prod", "since:012"]);
    folder.write("world.json", &world(&[live]));
    let run = accept(&folder, "--only web --field datadog.account_tags").exits(0);
    assert!(!run.err.contains("no longer follows"), "{}", run.err);
    run.says(&["    datadog: { account_tags+: [\"since:012\", \"who:$${them}\"] }"]);
}

#[test]
fn a_file_without_a_line_end_at_its_end_stays_so() {
    let config = |tags: &str| {
        format!("{HEAD}accounts:\n  - aws_account_id: \"400000000001\"\n    datadog:\n      account_tags:{tags}")
    };
    let cases = [
        ("\n        - a:b\n        - env:prod\n        - c:d\n        - e:f", "\n        - env:prod"),
        ("\n        - a:b\n        - c:d", "\n        - env:prod"),
        ("\n        - a:b   # one\n        # two", "\n        - env:prod\n        # two"),
        (" [a:b, c:d] # three", " [env:prod] # three"),
        (
            " []\n      metrics_config: { enabled: false }\n      resources_config:\n        extended_collection: true",
            "",
        ),
    ];
    for (before, after) in cases {
        for end in ["", "\n"] {
            for line in ["\n", "\r\n"] {
                let written = |tags: &str| format!("{}{end}", config(tags)).replace('\n', line);
                let folder = folder("end", &written(before), &["400000000001"]);
                accept(&folder, "--only 400000000001 --field account_tags --write").exits(0);
                let expected = if after.is_empty() {
                    before.replacen(" []", " [\"env:prod\"]", 1)
                } else {
                    after.replace("env:prod", "\"env:prod\"")
                };
                let found = text(&folder);
                assert_eq!(
                    found.replace("\"env:prod\"", "env:prod"),
                    written(&expected).replace("\"env:prod\"", "env:prod")
                );
                folder.run("plan --sandbox --only 400000000001").exits(0);
            }
        }
    }
}

#[test]
fn drift_says_how_to_keep_what_is_live() {
    let folder = folder("leads-on", CONFIG, &["400000000001"]);
    folder.run("drift --sandbox --only data").exits(2).says(&[
        "To keep what is live:         heeler accept --sandbox --only 400000000001\n",
        "To put back what is declared: heeler apply --sandbox\n",
    ]);
    let named = folder.run("drift --sandbox=world.json heeler.yaml --only data").exits(2);
    named.says(&["heeler accept --sandbox=world.json heeler.yaml --only 400000000001\n"]);
    folder.run("accept --sandbox=world.json heeler.yaml --only 400000000001").exits(0);
    fs::create_dir(folder.path("it's")).unwrap();
    fs::rename(folder.path("heeler.yaml"), folder.path("it's/heeler.yaml")).unwrap();
    let quoted = Run::of(folder.heeler("drift --sandbox=world.json --only data").arg("it's")).exits(2);
    quoted.says(&[r"heeler accept --sandbox=world.json 'it'\''s' --only 400000000001"]);
    folder.write(
        "heeler.yaml",
        &CONFIG
            .replace("metrics_config: { enabled: false }", "auth_config: { role_name: Other }")
            .replace("aws_regions: { include_only: [eu-west-1] }", "account_tags: [\"env:prod\"]"),
    );
    let run = folder.run("drift --sandbox --only data").exits(2);
    assert!(!run.out.contains("heeler accept"), "what is never taken is not offered: {}", run.out);
    // The rest of a row that a rule refuses is refused to accept, too.
    let protected = CONFIG
        .replace("defaults:\n", "protect: ['400000000001']\ndefaults:\n")
        .replace("metrics_config: { enabled: false }", "auth_config: { role_name: Other }");
    folder.write("heeler.yaml", &protected);
    accept(&folder, "--only data").exits(4);
    let run = folder.run("drift --sandbox --only data").exits(2).says(&["apply would refuse"]);
    assert!(!run.out.contains("heeler accept"), "{}", run.out);
}

#[test]
fn what_most_accounts_differ_from_is_most_likely_not_applied_yet() {
    let three = ["400000000001", "400000000002", "400000000003"];
    let entries: String =
        three.iter().map(|id| format!("  - {{ aws_account_id: \"{id}\", datadog: {{}} }}\n")).collect();
    let config = format!("{HEAD}defaults:\n  datadog:\n    metrics_config: {{ enabled: false }}\naccounts:\n{entries}");
    let folder = folder("unapplied", &config, &three);
    const SAID: &str =
        "of the 3 accounts that follow defaults (heeler.yaml:5) differ from it in metrics_config.enabled";
    let run = accept(&folder, "--only 400000000002").exits(0);
    run.says(&["warning: 3", SAID, "it puts the old value into 1 entry; `heeler apply` makes the edit live"]);
    // One of three has drifted: that is nobody's edit of the layer.
    let off = |id: &str| {
        let mut row = row(id);
        row["attributes"]["metrics_config"]["enabled"] = (id == three[1]).into();
        row
    };
    folder.write("world.json", &world(&three.map(off)));
    let run = accept(&folder, "--only 400000000002").exits(0).says(&["no longer follows defaults (heeler.yaml:5)"]);
    assert!(!run.err.contains(SAID) && !run.err.contains("warning:"), "{}", run.err);
}

#[test]
fn authentication_is_never_taken() {
    let config = CONFIG.replace("    name: data\n", "    name: data\n    profiles: [role]\n")
        + "  - { aws_account_id: \"400000000003\", datadog: { auth_config: { role_name: Other } } }\n";
    let config = config
        .replace("profiles:\n  pii", "profiles:\n  role: { datadog: { auth_config: { role_name: Other } } }\n  pii");
    let folder = folder("auth", &config, &["400000000001", "400000000003"]);
    for (only, code) in [("data", 4), ("400000000003 --field auth_config", 4), ("data --field metrics_config", 0)] {
        let run = accept(&folder, &format!("--only {only} --write")).exits(code);
        if code == 4 {
            run.says(&[
                "not taken: 400000000",
                "auth_config.role_name says how the vendor gets in",
                "Nothing was written",
            ]);
            assert_eq!(text(&folder), config);
        }
    }
}

#[test]
fn mistakes_are_answered_with_what_to_do() {
    let folder = folder("mistakes", CONFIG, &["400000000001"]);
    accept(&folder, "").exits(64).says(&["accept needs --only", "--only 210000000003"]);
    accept(&folder, "--only data --field acount_tags")
        .exits(64)
        .says(&["no such field", "did you mean `account_tags`?"]);
    accept(&folder, "--only data --field datadog.metrics_config.enable")
        .exits(64)
        .says(&["`datadog.metrics_config.enabled`?"]);
    // An unset variable of a script must not mean everything.
    accept(&folder, "--only data --field= --write").exits(64).says(&["--field: an empty name"]);
    accept(&folder, "--only data --field logs_config").exits(0).says(&["Nothing to accept"]);
    accept(&folder, "--only wbe").exits(64);
    let gone = accept(&folder, "--only web --write").exits(1);
    gone.says(&[
        "400000000002 is declared, and not live",
        "take it out of the config, heeler.yaml:17",
        "Nothing was written",
    ]);
    assert_eq!(text(&folder), CONFIG);

    let mut permissions = fs::metadata(folder.path("heeler.yaml")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path("heeler.yaml"), permissions).unwrap();
    let run =
        accept(&folder, "--only data --write").exits(1).says(&["cannot write heeler.yaml", "read-only", "chmod u+w"]);
    assert!(!run.err.contains("Wrote"), "{}", run.err);
    assert_eq!(text(&folder), CONFIG);
}

#[test]
fn a_vendor_that_cannot_be_read_is_no_reason_to_write() {
    let folder = Folder::new("unread");
    folder.write("heeler.yaml", CONFIG);
    let url = parrot(|_| "403 Forbidden\r\n\r\n{}".to_owned());
    folder.run_at(&url, "accept --only data --write").exits(1).says(&["cannot read", "datadog"]);
    assert_eq!(text(&folder), CONFIG);
}
