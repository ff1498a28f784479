//! What `heeler accept` does not edit: it prints the YAML to paste, says why, and leaves the entry as it is.

use crate::accept::{accept, folder, text};
use crate::support::{Folder, HEAD, row, world};

#[test]
fn what_others_may_use_or_cannot_be_edited_is_left_to_people() {
    let entry = |account: &str, tags: &str| {
        format!("  - aws_account_id: \"{account}\"\n    datadog:\n      account_tags: {tags}\n")
    };
    let two = |first: &str, second: &str| {
        format!("{HEAD}accounts:\n{}{}", entry("400000000001", first), entry("400000000002", second))
    };
    let cases = [
        (two("&tags [\"a:b\"]", "*tags"), "an anchor stands there", "an alias stands there"),
        (two("[\n        \"a:b\",\n      ]", "[\"env:prod\"]"), "brackets over several lines", ""),
        (
            format!(
                "{HEAD}accounts:\n  - aws_account_id: \"400000000001\"\n    datadog: &all\n      account_tags: [\"a:b\"]\n  - {{ aws_account_id: \"400000000002\", datadog: *all }}\n"
            ),
            "an anchor stands there",
            "an alias stands there",
        ),
        // An anchor within what would go, and its alias elsewhere.
        (two("[&one \"a:b\", \"env:prod\"]", "[*one]"), "an anchor stands there", ""),
        (two("[ \"a:b\", # both\n        \"c:d\" ]", "[\"env:prod\"]"), "brackets over several lines", ""),
        // A key that is an alias stands where its anchor does, which is in another layer.
        (
            format!(
                "{HEAD}defaults: {{ vars: {{ key: &key account_tags }} }}\naccounts:\n  - aws_account_id: \"400000000001\"\n    datadog:\n      *key : [\"a:b\"]\n"
            ),
            "an alias stands there",
            "",
        ),
    ];
    for (config, first, second) in cases {
        let folder = folder("by-hand", &config, &["400000000001", "400000000002"]);
        for (account, why) in [("400000000001", first), ("400000000002", second)] {
            if why.is_empty() {
                continue;
            }
            let run = accept(&folder, &format!("--only {account} --write")).exits(1);
            let run = run.says(&["by hand", why, "Nothing was written", "account_tags: [\"env:prod\"]"]);
            assert!(run.out.contains("datadog:\n"), "the YAML to paste: {}", run.out);
            assert_eq!(text(&folder), config);
        }
    }
}

#[test]
fn an_entry_that_is_left_to_people_spoils_no_other() {
    let entry = |account: &str, tags: &str| {
        format!("  - aws_account_id: \"{account}\"\n    datadog:\n      account_tags: {tags}\n")
    };
    let [one, two, three] = ["400000000001", "400000000002", "400000000003"];
    let config =
        format!("{HEAD}accounts:\n{}{}{}", entry(one, "[\"a:b\"]"), entry(two, "&mine [\"a:b\"]"), entry(three, "[]"));
    let folder = folder("others", &config, &[one, two, three]);
    let only = format!("--only {one},{two},{three}");
    let run = accept(&folder, &only).exits(1);
    let run = run.says(&[
        "by hand: the entry of 400000000002 at heeler.yaml:",
        "2 fields to take",
        "Not among them: the entry of 400000000002",
    ]);
    assert!(
        run.out.contains("+      account_tags: [\"env:prod\"]")
            && run.out.contains("# To put into the entry of 400000000002"),
        "{}",
        run.out
    );
    assert_eq!(text(&folder), config, "only shown");
    let run = accept(&folder, &format!("{only} --write")).exits(1);
    run.says(&["Wrote heeler.yaml: 2 fields taken", "Not written: the entry of 400000000002 (heeler.yaml:"]);
    let edited = format!(
        "{HEAD}accounts:\n{}{}{}",
        entry(one, "[\"env:prod\"]"),
        entry(two, "&mine [\"a:b\"]"),
        entry(three, "[\"env:prod\"]")
    );
    assert_eq!(text(&folder), edited);
    accept(&folder, &format!("{only} --write")).exits(1).says(&["Nothing was written"]);

    // Authentication that differs anywhere still keeps everything unwritten.
    let config = edited
        .replace(
            "  - aws_account_id: \"400000000003\"\n    datadog:\n",
            "  - aws_account_id: \"400000000003\"\n    datadog:\n      auth_config: { role_name: Other }\n",
        )
        .replace("[\"env:prod\"]", "[\"c:d\"]");
    folder.write("heeler.yaml", &config);
    accept(&folder, &format!("{only} --write")).exits(4).says(&["Nothing was written"]);
    assert_eq!(text(&folder), config);
}

/// On hold or read only, it is refused as it is without.
#[test]
fn what_would_be_refused_if_it_were_written_is_refused() {
    let live = serde_json::json!({ "extended_collection": true, "cloud_security_posture_management_collection": true });
    let mut row = row("400000000001");
    row["attributes"]["resources_config"] = live;
    for (provider, entry) in
        [("", ""), (", read_only: true", ""), ("", "hold: { reason: x }, "), ("", "profiles: [p], ")]
    {
        let folder = Folder::new("accept-refused");
        folder.write("world.json", &world(std::slice::from_ref(&row)));
        folder.write("heeler.yaml", &format!("version: 1\nproviders: {{ datadog: {{ site: datadoghq.com{provider} }} }}\nprofiles: {{ p: {{ datadog: {{ read_only: true }} }} }}\naccounts: [{{ aws_account_id: \"400000000001\", {entry}datadog: {{ resources_config: {{ extended_collection: false }} }} }}]\n"));
        let why = "`resources_config.extended_collection` would be switched off";
        let run = accept(&folder, "--only 400000000001").exits(4);
        run.says(&["refused: 400000000001", why, "Nothing was written."]);
        if provider.is_empty() && entry.is_empty() {
            continue;
        }
        folder.run("plan --sandbox --json plan.json --markdown plan.md").exits(0).says(&[
            "resources_config.extended_collection  true -> false",
            "it would be refused: ",
            why,
        ]);
        let plan = folder.json("plan.json");
        let held = plan["on_hold"].as_array().unwrap().iter().chain(plan["read_only"].as_array().unwrap());
        let held: Vec<_> = held.collect();
        assert_eq!(held.len(), 1, "{plan:#}");
        assert_eq!(held[0]["changes"][0]["path"], "resources_config.extended_collection");
        assert_eq!(held[0]["op"], serde_json::Value::Null);
        let markdown = std::fs::read_to_string(folder.path("plan.md")).unwrap();
        assert!(
            markdown.contains("what differs: **!** `resources_config.extended_collection` `true` -> `false`"),
            "{markdown}"
        );
    }
}

/// A field that the vendor requires for the one that is taken is new in the config, and the last line says so.
#[test]
fn what_is_declared_besides_is_said_in_the_last_line() {
    let live = serde_json::json!({ "extended_collection": true, "cloud_security_posture_management_collection": true });
    let mut row = row("400000000001");
    row["attributes"]["resources_config"] = live;
    let folder = Folder::new("accept-besides");
    folder.write("world.json", &world(&[row]));
    folder.write("heeler.yaml", "version: 1\nproviders: { datadog: { site: datadoghq.com } }\naccounts:\n  - aws_account_id: \"400000000001\"\n    datadog:\n      resources_config: { cloud_security_posture_management_collection: false }\n");
    let but = "all else is declared as before, but for resources_config.extended_collection, which is new.";
    accept(&folder, "--only 400000000001").exits(0).says(&["note: ", "declared now, too", but]);
    let left = ".heeler.yaml.4711.writing";
    folder.write(left, "accounts: [");
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    std::fs::File::options().write(true).open(folder.path(left)).unwrap().set_modified(old).unwrap();
    accept(&folder, "--only 400000000001 --write").exits(0).says(&["Wrote heeler.yaml", but]);
    assert!(!folder.path(left).exists());
}

#[test]
fn texts_and_maps_over_several_lines_are_left_to_people() {
    let entry = |block: &str| {
        format!(
            "version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\naccounts:\n  - aws_account_id: \"400000000001\"\n    wavefront:\n      role_name: observer\n      ec2:\n{block}"
        )
    };
    let (literal, folded) = ("metric_filter_regex: |-\n          old", "metric_filter_regex: >-\n          old");
    let with = |filter: &str| entry(&format!("        name: web\n        {filter}\n"));
    let cases = [
        (with(literal), "a text over several lines (`|` or `>`) stands there"),
        (with(folded), "a text over several lines (`|` or `>`) stands there"),
        (with("metric_filter_regex: &filter old"), "an anchor stands there"),
        (
            entry("        { name: web,\n          metric_filter_regex: old }\n"),
            "brackets over several lines stand there",
        ),
        (
            entry("        &ec2\n        name: web\n        metric_filter_regex: old\n")
                .replace("metric_filter_regex: old", "custom_namespaces: []"),
            "an anchor stands there",
        ),
    ];
    for (config, why) in cases {
        let folder = Folder::new("over-lines");
        folder.write("heeler.yaml", &config);
        let row = serde_json::json!({ "id": "7f3a9c1e-0000-4000-8000-000000000001", "name": "web", "service": "EC2", "ec2": {
            "baseCredentials": { "roleArn": "arn:aws:iam::400000000001:role/observer", "externalId": "ext" },
            "metricFilterRegex": "^aws[.]ec2[.].*$", "customNamespaces": ["Ours"],
        } });
        folder.write("world.json", &serde_json::json!({ "wavefront": { "items": [row] } }).to_string());
        for write in ["", " --write"] {
            let run = accept(&folder, &format!("--only 400000000001{write}")).exits(1);
            let run = run.says(&["by hand: the entry of 400000000001 at heeler.yaml:", why, "Nothing was written"]);
            assert!(
                run.out.contains("wavefront:\n  ec2: { ") && !run.out.contains("---"),
                "the YAML to paste: {}",
                run.out
            );
            assert_eq!(text(&folder), config);
        }
    }
}
