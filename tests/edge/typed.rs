//! What people type first, or from habit, is answered with what to type instead.

use crate::support::{self, Folder, HEAD, Run, keyed};

#[test]
fn flags_and_commands_of_other_tools_are_answered_in_a_line() {
    let folder = Folder::new("habits");
    for (args, said) in [
        ("apply --force", "--confirm-deletes N"),
        ("apply heeler --dry-run", "`heeler plan` shows"),
        ("apply --yes", "apply never asks"),
        ("apply -auto-approve", "apply never asks"),
        ("apply --auto-approve=true", "apply never asks"),
        ("plan -f heeler.yaml", "named without a flag"),
        ("plan --config heeler.yaml", "named without a flag"),
        ("drift --config=heeler.yaml", "named without a flag"),
        ("init", "heeler import --write heeler/"),
        ("destroy --yes", "`removed:`"),
        ("plan -json", "--json plan.json"),
        ("plan -out=plan.bin", "--expect FILE"),
        ("plan -target=datadog.main", "--only"),
        ("apply -destroy", "`removed:`"),
        ("plan -no-color", "--color never"),
        ("diff", "heeler drift"),
        ("refresh", "there is no state"),
        ("lint heeler/", "heeler validate"),
        ("version", "heeler --version"),
    ] {
        let run = folder.run(args).exits(64).says(&[said]);
        assert_eq!((run.err.lines().count(), run.out.as_str()), (1, ""), "{args}: {}", run.err);
    }
    folder.run("paln").exits(64).says(&["similar subcommand", "'plan'"]);
    folder.run("mna").exits(64).says(&["similar subcommand", "'man'"]);
    for wrong in ["mna", "undo", "plan --frobnicate", "plan -xyz"] {
        let run = folder.run(wrong).exits(64);
        assert!(!run.err.contains("as a value") && !run.err.contains("\n\n\n"), "{wrong}: {}", run.err);
    }
    assert_eq!(folder.run("help plan").exits(0).out, folder.run("plan --help").exits(0).out);
    assert_eq!(folder.run("help").exits(0).out, folder.run("--help").exits(0).out);
    folder.run("help nonsense").exits(64);
}

#[test]
fn a_world_without_its_equals_sign_is_told_so() {
    let folder = Folder::new("equals");
    folder.write("heeler.yaml", HEAD);
    folder.write("world.json", &support::world(&[]));
    folder.write("config.json", "{\"version\": 1, \"providers\": {\"datadog\": {\"site\": \"datadoghq.eu\"}}}");
    for (command, world) in [
        ("plan", "typo.json"),
        ("apply", "world.json"),
        ("drift", "world.json"),
        ("import", "typo.json"),
        ("migrate", "typo.json"),
    ] {
        folder.run(&format!("{command} --sandbox {world}")).exits(64).says(&[&format!("--sandbox={world}")]);
    }
    folder.run("plan --sandbox config.json").exits(0);
    folder.run("plan --sandbox=world.json").exits(0);
}

#[test]
fn a_plan_where_a_config_is_named_is_told_so() {
    let folder = Folder::new("report");
    folder.write("heeler.yaml", HEAD);
    folder.run("plan --sandbox --json plan.json").exits(0);
    for args in ["apply --sandbox plan.json", "plan plan.json", "validate plan.json"] {
        let run = folder.run(args).exits(64).says(&["is a report of heeler's", "heeler apply --expect plan.json"]);
        assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    }
}

#[test]
fn a_first_import_says_what_to_set() {
    let folder = Folder::new("first");
    folder.run("import").exits(64).says(&["DD_API_KEY and DD_APP_KEY"]);
    let mut command = folder.heeler("import");
    let run = Run::of(command.env("DD_API_KEY", support::API_KEY).env("DD_APP_KEY", support::APP_KEY)).exits(5);
    let run = run.says(&["no Datadog site", "set DD_SITE", "datadoghq.eu", "us5.datadoghq.com"]);
    assert!(!run.err.contains("the environment") && !run.err.contains(":4:"), "{}", run.err);
    let run = folder.run("plan").exits(64).says(&["no config", "heeler import --write heeler/"]);
    assert!(!run.err.contains("examples/"), "{}", run.err);
    for help in ["--help", "plan --help", "apply --help", "import --help", "sandbox --help", "drift --help"] {
        assert!(!folder.run(help).exits(0).out.contains("examples/"), "{help}");
    }
}

#[test]
fn a_site_as_people_have_it_gets_the_right_suggestion_and_no_keys() {
    let folder = Folder::new("sites");
    for (written, meant) in [
        ("app.datadoghq.com", "datadoghq.com"),
        ("app.datadoghq.eu", "datadoghq.eu"),
        ("https://api.datadoghq.eu/", "datadoghq.eu"),
        ("acme.us5.datadoghq.com", "us5.datadoghq.com"),
        ("US1", "datadoghq.com"),
        ("eu", "datadoghq.eu"),
    ] {
        folder.write("heeler.yaml", &format!("version: 1\nproviders: {{ datadog: {{ site: \"{written}\" }} }}\n"));
        folder.run("validate").exits(5).says(&[&format!("did you mean `{meant}`?")]);
        folder.write("heeler.yaml", "version: 1\nproviders: { datadog: {} }\n");
        Run::of(folder.heeler("validate").env("DD_SITE", written))
            .exits(5)
            .says(&[&format!("did you mean `{meant}`?")]);
    }
    // Beside a config that says another one.
    folder.write("heeler.yaml", "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\n");
    let mut command = folder.heeler("plan");
    keyed(&mut command, "http://127.0.0.1:9").env("DD_SITE", "datadoghq.ue");
    Run::of(&mut command).exits(5).says(&["`datadoghq.ue` is not a Datadog site, did you mean `datadoghq.eu`?"]);
}

#[test]
fn a_config_that_is_not_there_yet_is_told_how_it_begins() {
    let folder = Folder::new("not-yet");
    folder.run("plan conf/").exits(64).says(&["cannot read conf/", "`heeler import --write conf/`"]);
    folder.run("plan conf.yaml").exits(64).says(&["cannot read conf.yaml", "`heeler import > conf.yaml`"]);
    folder.write("conf/notes.txt", "");
    folder.run("plan conf/").exits(5).says(&["conf/ holds no *.yaml file", "`heeler import --write conf/`"]);
    folder
        .run("import --sandbox --write one.yaml")
        .exits(1)
        .says(&["--write names a folder", "heeler import > heeler.yaml"]);
}

/// Whichever input a command names: what is not there is a slip in the command, and nothing that failed.
#[test]
fn a_file_that_is_not_there_is_wrong_usage_everywhere() {
    let folder = Folder::new("not-there");
    folder.write("heeler.yaml", HEAD);
    for command in [
        "validate gone.yaml",
        "validate heeler.yaml gone/",
        "plan gone.yaml --sandbox",
        "drift gone/ --sandbox",
        "accept gone/ --sandbox --only 400000000001",
        "explain --all gone.yaml",
        "import gone.yaml --sandbox",
        "migrate gone.yaml --offline",
        "migrate --terraform gone.json --offline",
        "plan --sandbox=gone.json",
        "sandbox --world gone.json",
        "plan --sandbox --base gone/",
        "apply --sandbox --expect gone.json",
        "apply --sandbox --after gone.json",
    ] {
        folder.run(command).exits(64).says(&["gone", "o such file"]);
    }
    // What is there and cannot be used is no such slip.
    folder.write("there.json", "[]");
    folder.run("plan --sandbox=there.json").exits(1).says(&["cannot use the world there.json"]);
}

#[test]
fn a_sandbox_that_begins_empty_is_nobodys_organization() {
    let folder = Folder::new("empty-world");
    folder.write("heeler.yaml", HEAD);
    const SAID: &str = "the sandbox begins empty: this is not your own organization";
    for command in ["plan", "apply", "drift", "import"] {
        folder.run(&format!("{command} --sandbox")).exits(0).says(&[SAID]);
    }
    folder.write("world.json", &support::world(&[]));
    assert!(!folder.run("plan --sandbox").exits(0).err.contains(SAID));
}

/// Of two neighbouring digits that were exchanged: the account that was meant stays live, and nobody would know.
#[test]
fn a_tombstone_one_slip_from_a_live_account_names_it() {
    let folder = Folder::new("slip");
    let rows = ["410000000012", "410000000099", "410000000031"].map(support::row);
    folder.write("world.json", &support::world(&rows));
    let removed = |id: &str, other: &str| {
        let of = |id: &str| format!("  - {{ aws_account_id: \"{id}\", reason: closed }}\n");
        folder.write("heeler.yaml", &format!("{HEAD}removed:\n{}{other}", of(id)));
        folder.run("plan --sandbox=world.json").exits(0)
    };
    let run = removed("410000000021", "").says(&[
        "account 410000000021 is removed and not live, but 410000000012, 410000000031 are",
        "heeler.yaml:4:",
        "Obsolete: 1 tombstone to take out of `removed:`, for what is not live",
    ]);
    run.says(&["one slip apart", "correct the id"]);
    for (id, other) in
        [("410000000055", ""), ("410000000098", "accounts: [{ aws_account_id: \"410000000099\", datadog: {} }]\n")]
    {
        let run = removed(id, other);
        assert!(![run.out, run.err].concat().contains("is removed and not live"), "{id}");
    }
}
