//! What a link leads to is not shown: neither out of the folder that was named, nor, in CI, from what was named itself.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::{self, Folder, HEAD, Run};

/// A runner's file that is YAML, and one that is not, beside the checkout.
fn checkout(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("home/netrc", "machine example.com login me password hunter2hunter2\n");
    folder.write("home/dot/hosts.yml", "example.com: { user: me, oauth: hunter2hunter2 }\n");
    folder.write("home/world.json", "{\"hunter2hunter2\": []}");
    folder.write("repo/good.yaml", HEAD);
    folder.write("repo/heeler/heeler.yaml", HEAD);
    folder
}

/// Runs it in the checkout, expects this exit code, and nothing of what is outside in anything that is left.
#[track_caller]
fn hides(folder: &Folder, args: &str, ci: &str, code: i32, said: &str) {
    let mut command = folder.heeler(args);
    command
        .current_dir(folder.path("repo"))
        .env(ci, "true")
        .env("DD_API_KEY", support::API_KEY)
        .env("DD_APP_KEY", support::APP_KEY);
    let run = Run::of(command.env("DD_HOST", "http://127.0.0.1:9"));
    assert_eq!(run.code, code, "{args} {ci}: {}{}", run.out, run.err);
    assert!(
        [&run.out, &run.err].iter().any(|text| text.contains(said)),
        "{args} {ci}: {said:?} is not in {}{}",
        run.out,
        run.err
    );
    let reports =
        ["plan.md", "plan.json"].map(|name| fs::read_to_string(folder.path("repo").join(name)).unwrap_or_default());
    let left = [run.out, run.err, reports.concat()].concat();
    assert!(!left.contains("hunter2"), "{args} {ci} shows it: {left}");
}

#[test]
fn in_ci_what_was_named_is_no_link() {
    let folder = checkout("named");
    let link = |target: &str, name: &str| symlink(folder.path(target), folder.path("repo").join(name)).unwrap();
    link("home/netrc", "file.yaml");
    link("home/dot", "folder");
    link("repo/heeler", "inner");
    link("home", "way");
    link("home/world.json", "world");
    for ci in ["CI", "GITHUB_ACTIONS", "GITLAB_CI"] {
        for (named, said) in [
            ("file.yaml", "file.yaml is a link"),
            ("folder", "folder is a link"),
            ("folder/", "folder is a link"),
            ("./folder/.", "folder is a link"),
            ("inner/", "inner is a link"),
            ("way/dot/hosts.yml", "through a link"),
            ("way/dot", "through a link"),
        ] {
            for command in [
                "validate",
                "plan --markdown plan.md --json plan.json",
                "import",
                "migrate --offline",
                "plan --sandbox",
            ] {
                hides(&folder, &format!("{command} {named}"), ci, 5, said);
            }
        }
        hides(&folder, "plan --sandbox=world good.yaml", ci, 1, "world is a link");
        hides(&folder, "import --sandbox=world good.yaml", ci, 1, "world is a link");
        hides(&folder, "sandbox --listen 127.0.0.1:0 --world world", ci, 1, "world is a link");
    }
    hides(&folder, "plan good.yaml --base file.yaml --sandbox --markdown plan.md", "CI", 0, "nothing is compared");
    // In the usual places too.
    fs::remove_dir_all(folder.path("repo/heeler")).unwrap();
    link("home/dot", "heeler");
    hides(&folder, "plan --markdown plan.md", "CI", 5, "heeler is a link");
    link("home/netrc", "heeler.yaml");
    hides(&folder, "plan --markdown plan.md", "CI", 5, "heeler.yaml is a link");
}

#[test]
fn in_ci_no_other_file_that_is_read_is_a_link() {
    let folder = checkout("others");
    for name in ["reviewed.json", "applied.json", "state.json"] {
        symlink(folder.path("home/world.json"), folder.path("repo").join(name)).unwrap();
    }
    for (args, said) in [
        ("apply good.yaml --expect reviewed.json", "reviewed.json is a link"),
        ("apply good.yaml --after applied.json", "applied.json is a link"),
        ("migrate --terraform state.json --offline", "state.json is a link"),
    ] {
        hides(&folder, args, "CI", 1, said);
    }
    // The system's own links are nobody's change.
    hides(&folder, "migrate --terraform /dev/null --offline", "CI", 1, "it is empty");
}

#[test]
fn nothing_leads_out_of_a_folder_and_nobody_walks_there() {
    let folder = checkout("out");
    symlink(folder.path("home/dot"), folder.path("repo/heeler/more")).unwrap();
    hides(&folder, "plan heeler --markdown plan.md", "NOBODY", 5, "more is a link that leads out of its folder");
    fs::remove_file(folder.path("repo/heeler/more")).unwrap();
    symlink("/", folder.path("repo/heeler/root")).unwrap();
    hides(&folder, "validate heeler", "NOBODY", 5, "root is a link that leads out of its folder");
    fs::remove_file(folder.path("repo/heeler/root")).unwrap();
    symlink(folder.path("home/world.json"), folder.path("repo/heeler/world.json")).unwrap();
    hides(&folder, "plan heeler --sandbox", "NOBODY", 1, "world.json is a link that leads out of its folder");
    hides(&folder, "import heeler --sandbox", "NOBODY", 1, "world.json is a link that leads out of its folder");
}

#[test]
fn a_link_within_a_folder_is_followed_and_so_is_one_that_somebody_named_at_home() {
    let folder = checkout("within");
    folder.write("repo/heeler/shared/tags.txt", "protect: []\n");
    symlink("shared/tags.txt", folder.path("repo/heeler/tags.yaml")).unwrap();
    symlink("..", folder.path("repo/heeler/shared/up")).unwrap();
    symlink("good.yaml", folder.path("repo/named.yaml")).unwrap();
    for args in ["validate heeler", "validate named.yaml"] {
        Run::of(folder.heeler(args).current_dir(folder.path("repo"))).exits(0);
    }
    Run::of(folder.heeler("validate heeler").current_dir(folder.path("repo")).env("CI", "true"))
        .exits(0)
        .says(&["2 files"]);
}
