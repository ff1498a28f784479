//! Characters that a terminal acts on, that reorder a line or that nobody sees, and commands to a CI runner: planted in
//! whatever a vendor, a config or a file's name can bring.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::left_behind;
use crate::runner::commands;
use crate::support::{self, ACCOUNTS, Folder, HEAD, Run};

/// What a terminal acts on, or what reorders a line: escape, a one-byte CSI, bell, backspace, a lone return, overrides,
/// isolates, marks; what nobody sees, or takes for a space; and both forms of a runner's commands, on lines of their
/// own as well.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{8}\r\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\
                       \u{200b}\u{2060}\u{ad}\u{200d}\u{3164}\u{e0041}\u{180e}\u{34f}\u{a0}##[debug]\n  ::debug::\n\u{1b}[0m::debug::##\u{1b}[0m[debug]";

/// Fails where a terminal, a reader or a runner could be led astray by what was planted. Beyond colours, no control
/// character but a line's end is heeler's own. JSON escapes all of it.
#[track_caller]
fn is_harmless(left: &BTreeMap<String, String>, what: &str) {
    for (place, text) in left {
        let text = &anstream::adapter::strip_str(text).to_string();
        let acts = |c: char| (c.is_control() && c != '\n') || (HOSTILE.contains(c) && !c.is_ascii());
        let found: Vec<String> =
            text.lines().filter(|line| line.contains(acts)).map(|line| format!("{line:?}")).collect();
        assert!(found.is_empty(), "{what}: in {place}:\n{}", found.join("\n"));
        let annotates = |line: &&str| line.starts_with("::error ") || line.starts_with("::warning ");
        let taken: Vec<&str> = commands(text).into_iter().filter(|line| !annotates(line)).collect();
        assert!(taken.is_empty() && !text.contains("##["), "{what}: in {place} a runner takes for commands {taken:#?}");
    }
}

#[test]
fn what_a_vendor_plants_never_reaches_a_terminal_raw() {
    let folder = Folder::new("vendor");
    let mut hostile = support::row("400000000002");
    let attributes = &mut hostile["attributes"];
    attributes["account_tags"] = json!([format!("env:{HOSTILE}"), "env:prod"]);
    attributes["auth_config"] = json!({ "role_name": format!("Role{HOSTILE}"), "external_id": HOSTILE });
    attributes["aws_regions"] = json!({ "include_only": [format!("eu{HOSTILE}")] });
    attributes["metrics_config"] =
        json!({ "tag_filters": [{ "namespace": format!("AWS/{HOSTILE}"), "tags": [HOSTILE] }] });
    let mut unmanaged = support::row("400000000005");
    unmanaged["attributes"]["aws_account_id"] = json!(format!("4000{HOSTILE}"));
    let mut odd = support::row("400000000006");
    odd["id"] = json!(format!("id{HOSTILE}"));
    let wish = "auth_config: { role_name: Observer }, aws_regions: { include_only: [eu-west-1] }, account_tags: [\"env:dev\"], \
                metrics_config: { tag_filters: [{ namespace: AWS/EC2, tags: [\"a:b\"] }] }";
    let text = format!("{HEAD}accounts:\n  - {{ aws_account_id: \"400000000002\", datadog: {{ {wish} }} }}\n");
    folder.write("heeler.yaml", &text);
    folder.write("guarded/heeler.yaml", &HEAD.replace("datadoghq.com", "datadoghq.com, organization: acme"));
    let refusal = json!({ "errors": [{ "title": HOSTILE, "detail": format!("no {HOSTILE}"), "status": HOSTILE }] });
    let user = json!({ "data": {}, "included": [{ "type": "orgs", "attributes": { "name": HOSTILE, "public_id": HOSTILE } }] });
    for (what, rows, answer) in [
        ("values", vec![hostile.clone(), unmanaged.clone()], format!("400 Bad Request\r\n\r\n{refusal}")),
        ("a row id", vec![hostile.clone(), odd], format!("403 Forbidden\r\n\r\n{refusal}")),
        (
            "two rows",
            vec![unmanaged.clone(), unmanaged],
            format!("500 {HOSTILE}\r\n\r\n").replace("500", "409 Conflict\r\nX-A: "),
        ),
        ("a raw body", vec![hostile], format!("400 Bad Request\r\n\r\n<html>{HOSTILE}</html>")),
    ] {
        let listing: Value = json!({ "data": rows });
        let user = user.clone();
        let url = support::parrot(move |said| match said {
            said if said.starts_with("GET /api/v2/current_user") => format!("200 OK\r\n\r\n{user}"),
            said if said.starts_with("GET") && !said.contains(&format!("{ACCOUNTS}/")) => {
                format!("200 OK\r\n\r\n{listing}")
            }
            said if said.starts_with("GET") => format!("200 OK\r\n\r\n{}", json!({ "data": listing["data"][0] })),
            _ => answer.clone(),
        });
        for args in [
            "plan -vvv --json plan.json --markdown plan.md --github",
            "drift -vvv --json drift.json --markdown - --strict",
            "drift --json - --github",
            "plan --color always",
            "import -vvv",
            "import --only 400000000002",
            "apply -vvv --json report.json",
            "plan guarded -vvv",
        ] {
            let run = folder.run_at(&url, args);
            assert!([0, 1, 2, 3, 4].contains(&run.code) && !run.err.contains("panicked"), "{what}, {args}: {run:?}");
            is_harmless(
                &left_behind(&folder, &run, &["heeler.yaml".to_owned(), "guarded".to_owned()]),
                &format!("{what}, {args}"),
            );
        }
    }
}

#[test]
fn what_a_config_plants_never_reaches_a_terminal_raw() {
    let folder = Folder::new("hostile");
    // YAML has its own opinion of raw control characters; in quotes and escaped every one of them is legal.
    let escaped: String = HOSTILE.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
    let raw: String = HOSTILE.chars().filter(|c| !c.is_ascii()).collect();
    for planted in [escaped.as_str(), raw.as_str()] {
        let name = format!(
            "{HEAD}accounts:\n  - {{ name: \"n{planted}\", aws_account_id: \"400000000001\", datadog: {{ FIELDS }} }}\n"
        );
        let auth = "auth_config: { role_name: Observer }";
        for text in [
            name.replace("FIELDS", &format!("{auth}, account_tags: [\"a:{planted}\"]")),
            name.replace("FIELDS", &format!("auth_config: {{ role_name: \"r{planted}\" }}")),
            name.replace("FIELDS", &format!("{auth}, \"k{planted}\": 1")),
            name.replace("FIELDS", &format!("{auth}, aws_regions: {{ include_only: [\"eu{planted}\"] }}")),
            name.replace("FIELDS", &format!("{auth} }}, profiles: [\"p{planted}\"], x: {{")),
            format!(
                "{HEAD}removed: [{{ aws_account_id: \"400000000002\", reason: \"r{planted}\", id: \"i{planted}\" }}]\n"
            ),
            format!("{HEAD}# {planted}\naccounts: [ # {planted}\n"),
            HEAD.replace("datadoghq.com", &format!("\"datadoghq.com{planted}\"")),
            HEAD.replace("datadoghq.com", &format!("datadoghq.com, organization: \"{planted}\"")),
        ] {
            folder.write("heeler.yaml", &text);
            folder.write("world.json", &support::world(&[support::row("400000000002")]));
            for args in [
                "validate -vvv --github",
                "validate --format sarif",
                "plan --sandbox -vvv --github --markdown plan.md",
                "plan --sandbox --json -",
                "drift --sandbox -vvv --markdown -",
                "import --sandbox -vvv",
                "apply --sandbox -vvv --markdown applied.md",
            ] {
                let run = folder.run(args);
                assert!(
                    [0, 1, 2, 4, 5].contains(&run.code) && !run.err.contains("panicked"),
                    "{args} of {text}: {run:?}"
                );
                is_harmless(
                    &left_behind(&folder, &run, &["heeler.yaml".to_owned(), "world.json".to_owned()]),
                    &format!("{args} of\n{text}"),
                );
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn what_a_file_name_plants_never_reaches_a_terminal_raw() {
    let folder = Folder::new("names");
    let name = format!("f{}", HOSTILE.replace('/', ""));
    for (file, text) in [
        (format!("{name}/a{name}.yaml"), HEAD.to_owned() + "acounts: []\n"),
        (format!("{name}/b.yaml"), "[".to_owned()),
    ] {
        folder.write(&file, &text);
    }
    folder.write(&format!("{name}.json"), "[");
    let planted = [
        vec!["validate".into(), name.clone()],
        vec!["plan".into(), format!("{name}/absent")],
        vec!["plan".into(), "--only".into(), name.clone()],
    ];
    let worlds = [
        vec!["plan".into(), format!("--sandbox={name}.json"), "ok".into()],
        vec!["sandbox".into(), "--listen".into(), name.clone()],
    ];
    folder.write("ok/heeler.yaml", &format!("{HEAD}accounts: []\n"));
    for args in planted.into_iter().chain(worlds) {
        let before = folder.names();
        let run = Run::of(folder.heeler("").args(&args).arg("-vvv"));
        assert!(run.code != 0 && !run.err.contains("panicked"), "{args:?}: {run:?}");
        is_harmless(&left_behind(&folder, &run, &before), &format!("{args:?}"));
    }
}

/// What YAML and JSON escape is the same value to whoever reads it.
#[test]
fn what_is_escaped_means_the_same() {
    let folder = Folder::new("escaped");
    let name = "##[debug]\u{200b}\u{e0041} 👩\u{200d}💻 x";
    let row = json!({ "id": "0c0ffee0-0000-4000-8000-400000000001", "name": name, "externalId": "e", "roleArn": "arn:aws:iam::400000000001:role/Craft",
        "readAccess": null, "writeAccess": null, "createdAt": "2026-02-03T04:05:06.123Z", "updatedAt": "2026-02-03T04:05:06.123Z" });
    folder.write("world.json", &json!({ "cloudcraft": { "accounts": [row] } }).to_string());
    let imported = folder.run("import --sandbox=world.json").exits(0).out;
    is_harmless(&BTreeMap::from([("stdout".to_owned(), imported.replace('\u{200d}', ""))]), "import");
    assert!(imported.contains("👩\u{200d}💻"), "a joiner of two pictures is no secret: {imported}");
    folder.write("heeler.yaml", &imported);
    folder.run("plan --sandbox --detailed-exitcode").exits(0);
    folder.write(
        "heeler.yaml",
        "version: 1\nproviders: { cloudcraft: {} }\nremoved: [{ aws_account_id: \"400000000001\", reason: closed }]\n",
    );
    for args in ["plan --sandbox --json -", "plan --sandbox --json plan.json"] {
        let run = folder.run(args).exits(0);
        let text =
            if args.ends_with('-') { run.out } else { std::fs::read_to_string(folder.path("plan.json")).unwrap() };
        assert!(!text.contains("##[") && !text.contains('\u{200b}'), "{text}");
        let plan: Value = serde_json::from_str(&text).unwrap();
        assert_eq!([&plan["actions"][0]["name"], &plan["actions"][0]["deleted"]["name"]], [&json!(name); 2]);
    }
}

#[test]
fn an_argument_is_no_command_either() {
    let folder = Folder::new("argument");
    for argument in ["x\n::error::y", "  ::debug::y", "##[debug]y", "--faults=\n::debug::y", "\u{202e}\u{200b}"] {
        for command in ["plan", "sandbox", "frobnicate", "import"] {
            let run = Run::of(folder.heeler(command).arg(argument));
            is_harmless(&left_behind(&folder, &run, &[]), &format!("{command} {argument:?}"));
        }
    }
    for args in
        ["--help", "plan --help", "completions zsh", "completions bash", "completions fish", "schema", "schema plan"]
    {
        let run = folder.run(args).exits(0);
        assert!(!run.out.contains("<U+"), "{args}");
    }
}
