//! On the built binary: a run that is told to stop, and one that is told what the last run may have done.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use heeler::sandbox::Faults;
use serde_json::json;

use crate::support::{Folder, Run, keyed, served_world};

const CREATE: &str = "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\naccounts:\n  - aws_account_id: \"210000000001\"\n    \
                      datadog: { auth_config: { role_name: dd } }\n";

#[test]
fn stopped_during_its_last_write_it_is_not_proved() {
    for signal in ["-TERM", "-INT", "-HUP"] {
        let folder = Folder::new(&format!("stopped{signal}"));
        folder.write("heeler.yaml", CREATE);
        let (sandbox, url) = served_world("{}", Faults::parse("latency=700ms").unwrap());
        let mut command = folder.heeler("apply --json applied.json --markdown applied.md");
        let run = keyed(&mut command, &url).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while !sandbox.log().iter().any(|request| request.write) {
            sleep(Duration::from_millis(20));
        }
        assert!(Command::new("kill").args([signal, &run.id().to_string()]).status().unwrap().success());
        let ended = run.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert_eq!(ended.status.code(), Some(3), "{signal}: {text}");
        assert!(
            text.contains("1 done") && text.contains("Not proved") && !text.contains("Nothing was changed"),
            "{signal}: {text}"
        );
        let applied = folder.json("applied.json");
        assert_eq!((&applied["converged"], &applied["proof"]), (&json!(false), &json!("stopped")), "{signal}");
        assert_eq!(applied["managed"][0]["id"], "210000000001", "what was just made is managed");
        assert!(std::fs::read_to_string(folder.path("applied.md")).unwrap().contains("Not proved"));
    }
}

#[test]
fn what_the_last_run_may_have_made_is_withheld_until_it_must_have_shown() {
    let folder = Folder::new("after");
    folder.write(
        "heeler.yaml",
        "version: 1\naccounts:\n  - { aws_account_id: \"210000000001\", cloudcraft: { role_name: cc, name: one } }\n",
    );
    let (sandbox, url) = served_world("{}", Faults::none());
    let last = |not_before: &str| {
        let action = json!({
            "op": "create", "provider": "cloudcraft", "kind": "account", "id": "210000000001/cc",
            "result": { "status": "unsure", "not_before": not_before },
        });
        folder.write("last.json", &json!({ "format": 2, "command": "apply", "actions": [action] }).to_string());
    };
    last("2999-01-01T00:00:00Z");
    let run = |args: &str| Run::of(keyed(&mut folder.heeler(args), &url));
    run("apply --after last.json --json applied.json").exits(1).says(&[
        "an earlier run sent it without an answer",
        "2999-01-01",
        "Nothing was changed",
    ]);
    assert!(sandbox.rows("cloudcraft").is_empty());
    // Its own report says the same on, so the next run may be given that one.
    let result = &folder.json("applied.json")["actions"][0]["result"];
    assert_eq!((&result["status"], &result["not_before"]), (&json!("withheld"), &json!("2999-01-01T00:00:00Z")));
    run("apply --after applied.json --json again.json").exits(1);
    run("apply --after applied.json --json applied.json").exits(64);
    last("2000-01-01T00:00:00Z");
    run("apply --after last.json").exits(0).says(&["1 done", "Converged"]);
    folder.write("last.json", "{}");
    run("apply --after last.json").exits(64).says(&["not the JSON of `heeler apply --json`"]);
}
