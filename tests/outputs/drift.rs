//! What drift leaves behind for the steps of a job in GitHub Actions.

use crate::support::{self, Folder, GOV, HEAD, QUICKSTART, Run, keyed};
use crate::{output, read, step};

#[test]
fn drift_tells_its_fingerprint_and_its_classes() {
    let folder = Folder::new("github-drift");
    let args = format!("drift --sandbox {QUICKSTART} --github --json drift.json --markdown drift.md");
    Run::of(&mut step(&folder, &args)).exits(2);
    let told = ["exit", "meaning", "changed", "missing", "lingering", "unmanaged", "unreadable"]
        .map(|name| output(&folder, name));
    assert_eq!(told, ["2", "pending", "1", "3", "1", "1", "0"]);
    assert_eq!(output(&folder, "fingerprint"), folder.json("drift.json")["drift"]["fingerprint"].as_str().unwrap());
    assert_eq!(read(&folder, "summary"), format!("{}\n", read(&folder, "drift.md")));
}

#[test]
fn drift_that_could_not_be_told_has_no_fingerprint() {
    let folder = Folder::new("github-drift-unread");
    folder.write("heeler.yaml", &format!("{HEAD}{GOV}"));
    let url = support::parrot(|_| "403 Forbidden\r\n\r\n{\"errors\":[\"Forbidden\"]}".to_owned());
    let run = Run::of(keyed(&mut step(&folder, "drift --github --markdown drift.md"), &url)).exits(1);
    assert_eq!((output(&folder, "fingerprint"), output(&folder, "complete")), (String::new(), "false".to_owned()));
    let said = [run.out, read(&folder, "drift.md"), read(&folder, "summary")].concat().to_lowercase();
    assert!(!said.contains("in sync") && !said.contains("none") && !said.contains("no drift"), "{said}");
}
