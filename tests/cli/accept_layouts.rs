//! `heeler accept --write` on configs as people lay them out, and on live texts that YAML would read as something else.

use std::process::Command;

use serde_json::json;

use crate::accept::{accept, folder, text};
use crate::support::{HEAD, row, world};

const ACCOUNT: &str = "400000000001";

/// Before and after, from the account's `datadog:` on; live is `account_tags: ["env:prod"]`.
const LAYOUTS: [(&str, &str, &str); 11] = [
    ("a tab", " { account_tags:\t[a:b] }\t# c\n", " { account_tags:\t[\"env:prod\"] }\t# c\n"),
    ("quoted keys", "\n      \"account_tags\": [\"a:b\"]\n", "\n      \"account_tags\": [\"env:prod\"]\n"),
    ("a key with `?`", "\n      ? account_tags\n      : [a:b]\n", "\n      ? account_tags\n      : [\"env:prod\"]\n"),
    (
        "an end of the document",
        "\n      account_tags:\n      - a:b\n...\n# end\n",
        "\n      account_tags:\n      - \"env:prod\"\n...\n# end\n",
    ),
    ("a comma at the end", " { account_tags: [a:b, ], }\n", " { account_tags: [\"env:prod\"], }\n"),
    ("empty brackets", "\n      account_tags: [ ]   # c\n", "\n      account_tags: [\"env:prod\"]   # c\n"),
    (
        "a text over lines",
        "\n      account_tags:\n        - \"a:\\\n          b\"\n",
        "\n      account_tags:\n        - \"env:prod\"\n",
    ),
    (
        "comments between",
        "\n      account_tags:\n        # 1\n        - a:b\n        # 2\n\n        - c:d\n        # 3\n",
        "\n      account_tags:\n        # 1\n        # 2\n\n        - \"env:prod\"\n        # 3\n",
    ),
    (
        "spaces at the end",
        "\n      account_tags:   \n        - a:b   \n",
        "\n      account_tags:   \n        - \"env:prod\"\n",
    ),
    (
        "wide indentation",
        "\n               account_tags:\n                       - a:b\n",
        "\n               account_tags:\n                       - \"env:prod\"\n",
    ),
    ("blank lines", "\n      account_tags: [a:b]\n\n\n\n", "\n      account_tags: [\"env:prod\"]\n\n\n\n"),
];

#[test]
fn every_layout_keeps_its_bytes() {
    for (what, before, after) in LAYOUTS {
        let config = |tags: &str| format!("{HEAD}accounts:\n  - aws_account_id: \"{ACCOUNT}\"\n    datadog:{tags}");
        for (mark, line) in [("", "\n"), ("", "\r\n"), ("\u{feff}", "\r\n")] {
            let written = |tags: &str| format!("{mark}{}", config(tags).replace('\n', line));
            let folder = folder("layouts", &written(before), &[ACCOUNT]);
            // A mark at the start of a file is spelled out, as whatever nobody sees.
            if mark.is_empty() {
                let shown = accept(&folder, &format!("--only {ACCOUNT}")).exits(0);
                folder.write("shown.diff", &shown.out);
                let mut git = Command::new("git");
                git.args(["apply", "--whitespace=nowarn", "shown.diff"]).current_dir(folder.path("."));
                assert!(git.status().unwrap().success(), "{what}: {}", shown.out);
                assert_eq!(text(&folder), written(after), "{what}, as shown");
                folder.write("heeler.yaml", &written(before));
            }
            accept(&folder, &format!("--only {ACCOUNT} --write")).exits(0);
            assert_eq!(text(&folder), written(after), "{what}");
            folder.run("plan --sandbox --detailed-exitcode").exits(0);
        }
    }
}

/// Texts that need quotes or escapes in one style or another.
const TEXTS: &[&str] = &[
    "yes",
    "012",
    "0x1f",
    "1e3",
    "1_000",
    "null",
    "~",
    "true",
    "2001-01-01",
    "-",
    "- a",
    "?",
    ":lead",
    "trail:",
    "a: b",
    "a #b",
    "#h",
    "trail ",
    " lead",
    "[z]",
    "{x}",
    "*a",
    "&a",
    "!t",
    "%p",
    "@at",
    "`b",
    "q'uote",
    "dq\"x",
    "back\\slash",
    "multi\nline",
    "emoji:\u{1f600}",
    "key:${vars.x}",
    "\u{200b}\u{2028}",
];

#[test]
fn every_live_text_is_written_so_that_it_is_read_again() {
    for tags in ["[a:b]", "['a:b']", "[\"a:b\"]", "\n        - a:b", "\n        - 'a:b'", "\n        - \"a:b\""] {
        let config =
            format!("{HEAD}accounts:\n  - aws_account_id: \"{ACCOUNT}\"\n    datadog:\n      account_tags: {tags}\n");
        let folder = folder("texts", &config, &[]);
        let mut live = row(ACCOUNT);
        live["attributes"]["account_tags"] = json!(TEXTS);
        folder.write("world.json", &world(&[live]));
        accept(&folder, &format!("--only {ACCOUNT} --write")).exits(0);
        let explained = folder.run(&format!("explain {ACCOUNT} account_tags --json -")).exits(0);
        let shown = serde_json::from_str::<serde_json::Value>(&explained.out).unwrap().to_string();
        assert!(shown.contains("emoji:\u{1f600}"), "{shown}");
        folder.run("plan --sandbox --detailed-exitcode").exits(0);
    }
}
