//! Wrong usage and the mistakes of a config, as the command line tells them.

use crate::support::{API_KEY, Folder, HEAD, Nobody, Run};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn twelve_mistakes_are_twelve_diagnostics_and_no_request() {
    each_is_said_once("conf", &["heeler.yaml", "accounts/first.yaml", "accounts/second.yml"], 12);
}

#[test]
fn mistakes_that_bring_others_with_them_are_said_once_too() {
    each_is_said_once("hard", &["heeler.yaml"], 5);
}

/// The mistakes are marked in the files; each must be shown at its place, with what to write instead, and nobody be
/// asked.
fn each_is_said_once(root: &str, names: &[&str], number: usize) {
    let folder = Folder::new(root);
    let mut planted = BTreeSet::new();
    for name in names.iter().map(|name| format!("{root}/{name}")) {
        let text = fs::read_to_string(format!("{}/tests/support/mistakes/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let (text, places) = crate::support::marked(&text);
        folder.write(&name, &text);
        planted.extend(places.into_iter().map(|place| format!("{name}:{place}")));
    }
    assert_eq!(planted.len(), number);
    let (nobody, url) = Nobody::home();
    for command in ["plan", "apply", "drift", "validate"] {
        let run = folder.run_at(&url, &format!("{command} {root}")).exits(5).says(&[&format!("{number} errors")]);
        let said = if command == "validate" { &run.out } else { &run.err };
        let shown: Vec<String> =
            said.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")).map(str::to_owned).collect();
        assert_eq!(shown.iter().cloned().collect::<BTreeSet<_>>(), planted, "{said}");
        assert_eq!(
            (shown.len(), said.matches("= help: ").count()),
            (number, number),
            "each once, and with help: {said}"
        );
    }
    assert_eq!(nobody.visitors(), 0, "an invalid config asked somebody something");
}

#[test]
fn wrong_usage_is_64() {
    let folder = Folder::new("usage");
    folder.run("plan").exits(64).says(&["no config", "do: "]);
    folder
        .write("heeler.yaml", &format!("{HEAD}accounts:\n  - {{ aws_account_id: \"400000000001\", datadog: {{}} }}\n"));
    for args in [
        "plan --frobnicate",
        "plna",
        "",
        "apply --jobs 0",
        "apply --resend-secrets",
        "plan --confirm-deletes few",
        "schema world",
    ] {
        folder.run(args).exits(64);
    }
    folder
        .run("plan --sandbox --only 400000000002")
        .exits(64)
        .says(&["400000000002", "under `accounts:` or `removed:`"]);
    folder.run("validate").exits(0).says(&["Valid: 1 account in 1 file"]);
}

/// What a row of the plan is called is what `--only` takes: account and kind.
#[test]
fn only_takes_the_name_that_plan_shows() {
    let folder = Folder::new("only");
    for file in ["heeler.yaml", "world.json"] {
        folder.write(file, &fs::read_to_string(format!("tests/scenarios/wavefront_kind_removed/{file}")).unwrap());
    }
    let run = |name: &str| Run::of(folder.heeler("plan --sandbox").args(["--only", name]));
    let tombstone = run("400000000001 wavefront.ec2").exits(0);
    tombstone
        .says(&["- delete  400000000001 wavefront.ec2", "Plan: 0 to create, 0 to update, 1 to delete, 0 unchanged."]);
    let update = run("400000000001 wavefront.cloudwatch,400000000002 wavefront.ec2").exits(0).says(&[
        "! update  400000000001 wavefront.cloudwatch",
        "400000000002 wavefront.ec2  heeler.yaml:9",
        "Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged.",
    ]);
    assert!(!update.out.contains("cloudtrail") && !update.out.contains("Not managed"), "{}", update.out);
    let digest = |run: &Run| run.out.lines().find(|line| line.starts_with("Digest: ")).map(str::to_owned);
    assert_ne!(digest(&update), digest(&run("400000000001").exits(0)));
    let identity = "400000000001 wavefront.cloudwatch arn:aws:iam::400000000001:role/wavefront";
    assert_eq!(digest(&update), digest(&run(identity).exits(0)));
    for (name, answer) in [
        (
            "wavefront.ec2",
            "`--only \"ID wavefront.ec2\"`; all that the config has at a provider is `--provider wavefront`",
        ),
        ("400000000001 wavefront.ec3", "did you mean `wavefront.ec2`?"),
        ("400000000001 wavefront.cloudtrail", "of this account, the config has wavefront.cloudwatch"),
        ("400000000001 wavefront ec2 x", "no name of a resource"),
        ("400000000001 platform", "of this account, the config has wavefront.cloudwatch"),
        ("400000000003 wavefront.ec2", "no entry of the config names this account"),
    ] {
        run(name).exits(64).says(&[answer]);
    }
}

#[test]
fn help_teaches_by_example() {
    let folder = Folder::new("help");
    for command in ["", "validate", "plan", "apply", "drift", "explain", "schema", "sandbox", "completions"] {
        let run = folder.run(&format!("{command} --help")).exits(0).says(&["Examples:", "  heeler "]);
        assert!(run.err.is_empty());
    }
    folder.run("--version").exits(0).says(&["heeler "]);
    for shell in ["bash", "zsh", "fish"] {
        folder.run(&format!("completions {shell}")).exits(0).says(&["heeler", "detailed-exitcode"]);
    }
}

#[test]
fn missing_keys_and_a_missing_site_say_what_to_set() {
    let folder = Folder::new("keys");
    folder.write("heeler.yaml", "version: 1\naccounts:\n  - { aws_account_id: \"400000000001\", datadog: {} }\n");
    folder.run("plan").exits(5).says(&["no Datadog site", "DD_SITE"]);
    let run = Run::of(folder.heeler("plan").env("DD_SITE", "datadoghq.eu")).exits(1);
    run.says(&["DD_API_KEY and DD_APP_KEY are not set", "--sandbox"]);
    let run = Run::of(folder.heeler("apply").env("DD_SITE", "datadoghq.eu").env("DD_API_KEY", API_KEY)).exits(1);
    run.says(&["DD_APP_KEY is not set"]);
    // Blanks are no key.
    let mut blank = folder.heeler("apply");
    blank.env("DD_SITE", "datadoghq.eu").env("DD_API_KEY", API_KEY).env("DD_APP_KEY", " \n");
    Run::of(&mut blank).exits(1).says(&["DD_APP_KEY is not set"]);
    let nothing = Folder::new("keys-nothing");
    let run = Run::of(nothing.heeler("import").env("DD_SITE", "datadoghq.eu").env("DD_API_KEY", API_KEY)).exits(64);
    run.says(&["no config, and DD_APP_KEY is not set, which datadog needs", "set DD_APP_KEY;"]);
}

/// What a shell takes for a further word stands where paths do.
#[test]
fn a_word_that_is_no_path_is_told_where_it_belongs() {
    let folder = Folder::new("words");
    folder.write("heeler.yaml", "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\naccounts:\n  - { aws_account_id: \"410000000002\", name: data prod, datadog: { auth_config: { role_name: dd } } }\n");
    for (args, code, answers) in [
        ("plan --sandbox heeler.yaml 410000000002", 64, &["an account's id? Write `--only 410000000002`"][..]),
        ("plan --sandbox --only 410000000002 prod", 64, &["several with commas: `--only a,b`"]),
        ("explain 410000000002 heeler.yaml account_tags", 64, &["a field? It stands before PATH"]),
        ("accept --sandbox heeler.yaml 410000000002", 64, &["an account is named as `--only 410000000002`"]),
        ("import --sandbox heeler.yaml --write out --split by:team", 64, &["write `by=team`"]),
    ] {
        folder.run(args).exits(code).says(answers);
    }
}

#[test]
fn help_is_wrapped_where_the_terminal_ends_and_nowhere_else() {
    let folder = Folder::new("wrapped");
    let help = |command: &str, columns: &str| {
        Run::of(folder.heeler(&format!("{command} --help")).env("COLUMNS", columns)).exits(0).out
    };
    let commands = "plan apply drift explain import accept migrate validate schema sandbox completions man";
    for command in commands.split(' ').chain([""]) {
        let [narrow, wide] = ["80", "120"].map(|columns| help(command, columns));
        for (text, columns) in [(&narrow, 80), (&wide, 120)] {
            for (line, next) in text.lines().zip(text.lines().skip(1)) {
                let is_prose = |line: &str| !line.starts_with(' ') && !line.is_empty();
                let is_full = line.len() + 1 + next.split(' ').next().unwrap().len() > columns;
                let goes_on = is_prose(line) && is_prose(next) && !line.ends_with(':');
                assert!(line.len() <= columns && (is_full || !goes_on), "{command}, {columns} columns: {line}");
            }
        }
        // What stands in two columns fits a terminal of the usual width.
        let is_of_table = |line: &&str| line.starts_with("  heeler") && line.trim().contains("  ");
        let table = |text: &str| text.lines().filter(is_of_table).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(table(&narrow), table(&wide), "{command}");
    }
}
