//! What goes elsewhere: a webhook, Datadog's metrics, a GitLab note. Each talks to a server that checks what it is
//! sent.

use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::stage::{A, Stage, accounts};
use crate::support::{Folder, HEAD, Run, parrot, row, world};
use crate::workflow::{file, read};

/// Requests by method and path, with their bodies.
type Requests = Arc<Mutex<Vec<(String, String)>>>;

/// A server that keeps what it is told, and its address.
fn kept() -> (Requests, String) {
    let told = Requests::default();
    let keep = told.clone();
    let url = parrot(move |request| {
        let line = request.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        keep.lock().unwrap().push((line, request.split_once("\r\n\r\n").unwrap().1.to_owned()));
        "202 Accepted\r\n\r\n{}".to_owned()
    });
    (told, url)
}

#[test]
fn a_webhook_is_told_of_applies_and_of_each_drift_once() {
    let stage = Stage::new("webhook");
    let (told, url) = kept();
    stage.secrets.replace([("HEELER_WEBHOOK".to_owned(), format!("{url}/hook"))].into());
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("success");
    stage.by_hand(A, "env:edited");
    stage.drift().is("success");
    stage.drift().is("success");
    stage.host.replace(parrot(|_| "403 Forbidden\r\n\r\n{}".to_owned()));
    stage.drift().is("failure");
    let told = told.lock().unwrap();
    let texts: Vec<String> = told
        .iter()
        .map(|(_, body)| serde_json::from_str::<Value>(body).unwrap()["text"].as_str().unwrap().to_owned())
        .collect();
    assert!(told.iter().all(|(line, _)| line == "POST /hook"), "{told:?}");
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(
        texts[0].starts_with(
            "heeler apply (default, acme/fleet): done; 1 done, 0 failed, 0 held back. https://github.example/"
        ),
        "{texts:?}"
    );
    assert!(texts[1].contains("there is drift") && texts[2].contains("drift is not known"), "{texts:?}");
}

#[test]
fn a_webhook_that_is_down_fails_nothing() {
    let stage = Stage::new("webhook-down");
    stage.secrets.replace([("HEELER_WEBHOOK".to_owned(), "http://127.0.0.1:1/hook".to_owned())].into());
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("success").says("The webhook could not be told");
}

#[test]
fn a_new_issue_has_the_labels_and_assignees_that_are_asked_for() {
    let stage = Stage::new("issue-labels");
    stage.with.replace(
        [("labels".to_owned(), "drift,datadog: aws".to_owned()), ("assignees".to_owned(), "ann, bob".to_owned())]
            .into(),
    );
    stage.by_hand(A, "env:edited");
    stage.drift().is("success");
    let calls = stage.github.calls();
    let call = calls.iter().find(|call| call["method"] == "POST").unwrap();
    assert_eq!(
        (&call["fields"]["labels[]"], &call["fields"]["assignees[]"]),
        (&json!(["drift", "datadog: aws"]), &json!(["ann", "bob"]))
    );
}

/// The recipe of the docs, by bash, against a Datadog that checks what it gets.
#[test]
fn the_recipe_of_the_docs_sends_drift_as_metrics_and_an_event() {
    let docs = std::fs::read_to_string(file("docs/ci.md")).unwrap();
    let recipe = docs.split_once("<!-- metrics -->\n\n```sh\n").unwrap().1.split_once("```").unwrap().0;
    let folder = Folder::new("metrics");
    folder.write("heeler/heeler.yaml", &format!("{HEAD}{}", accounts(&[(A, "env:one")])));
    folder.write("heeler/world.json", &world(&[row(A)]));
    let (told, url) = kept();
    let recipe = recipe.replace("heeler drift heeler/", "heeler drift --sandbox=heeler/world.json heeler/");
    let heeler = std::path::Path::new(crate::support::BIN).parent().unwrap().display().to_string();
    let mut command = Command::new("bash");
    command
        .args(["-eo", "pipefail", "-c", &recipe])
        .current_dir(folder.path("."))
        .env("PATH", format!("{heeler}:/usr/bin:/bin"));
    command.env("DATADOG", &url).env("DD_API_KEY", "key");
    Run::of(&mut command).exits(0);
    let told = told.lock().unwrap();
    let sent: Vec<(&str, Value)> =
        told.iter().map(|(line, body)| (line.as_str(), serde_json::from_str(body).unwrap())).collect();
    let [("POST /api/v2/series", metrics), ("POST /api/v1/events", event)] = &sent[..] else { panic!("{sent:?}") };
    let series = metrics["series"].as_array().unwrap();
    assert!(series.len() >= 5, "{series:?}");
    for one in series {
        assert!(one["metric"] == "heeler.drift" && one["type"] == 3, "{one}");
        let [point] = one["points"].as_array().unwrap().as_slice() else { panic!("{one}") };
        assert!(point["timestamp"].as_u64().unwrap() > 1_700_000_000 && point["value"].is_u64(), "{one}");
        assert!(one["tags"].as_array().unwrap().iter().all(|tag| tag.as_str().unwrap().contains(':')), "{one}");
    }
    let value = |class: &str| {
        series.iter().find(|one| one["tags"][0] == format!("class:{class}")).unwrap()["points"][0]["value"].clone()
    };
    assert_eq!((value("changed"), value("missing")), (json!(1), json!(0)));
    assert!(event["title"].is_string() && event["text"].is_string() && event["alert_type"] == "warning", "{event}");
}

/// A GitLab that keeps notes: a stranger's with the marker, and those of whoever the token is of.
fn gitlab() -> (Arc<Mutex<Vec<Value>>>, String) {
    let notes =
        Arc::new(Mutex::new(vec![json!({ "id": 1, "author": { "id": 3 }, "body": "<!-- heeler:plan -->\nmine!" })]));
    let kept = notes.clone();
    let url = parrot(move |request| {
        let mut words = request.split_whitespace();
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        assert!(request.to_lowercase().contains("private-token: note-token"), "{request}");
        let mut notes = kept.lock().unwrap();
        let body = || json!(unescaped(request.split_once("\r\n\r\n").unwrap().1.strip_prefix("body=").unwrap()));
        let answer = match (method, path.split('?').next().unwrap()) {
            ("GET", "/user") => json!({ "id": 7 }),
            ("GET", _) if path.ends_with("page=1") => json!(*notes),
            ("GET", _) => json!([]),
            ("POST", "/projects/5/merge_requests/9/notes") => {
                let id = notes.len() + 1;
                notes.push(json!({ "id": id, "author": { "id": 7 }, "body": body() }));
                json!({})
            }
            ("PUT", path) => {
                let id: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
                notes.iter_mut().find(|note| note["id"] == id).unwrap()["body"] = body();
                json!({})
            }
            other => panic!("{other:?}"),
        };
        format!("200 OK\r\n\r\n{answer}")
    });
    (notes, url)
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        (bytes, rest) = match (first, after) {
            (b'%', [a, b, after @ ..]) => {
                let hex = std::str::from_utf8(&[*a, *b]).map(|hex| u8::from_str_radix(hex, 16).unwrap()).unwrap();
                ([bytes, vec![hex]].concat(), after)
            }
            (byte, after) => ([bytes, vec![if *byte == b'+' { b' ' } else { *byte }]].concat(), after),
        };
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_gitlab_note_is_ones_own_and_edited_in_place() {
    let ci: Value = read("examples/workflows/gitlab-ci.yml");
    let folder = Folder::new("gitlab-note");
    folder.write("clone/heeler/heeler.yaml", &format!("{HEAD}{}", accounts(&[(A, "env:prod")])));
    folder.write("clone/heeler/world.json", &world(&[row(A)]));
    let git = |args: &str| {
        let mut command = Command::new("git");
        command.args(args.split(' ')).current_dir(folder.path("clone")).env("GIT_CONFIG_GLOBAL", "/dev/null");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "someone").env(format!("GIT_{who}_EMAIL"), "someone@example.com");
        }
        Run::of(&mut command).exits(0).out.trim().to_owned()
    };
    for args in ["init --quiet", "add --all", "commit --quiet -m Begin", "remote add origin ."] {
        git(args);
    }
    let base = git("rev-parse HEAD");
    let (notes, url) = gitlab();
    for tag in ["env:one", "env:two"] {
        folder.write("clone/heeler/heeler.yaml", &format!("{HEAD}{}", accounts(&[(A, tag)])));
        let lines = |key: &str| {
            ci["plan"][key]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
                .join("\n")
        };
        for script in
            [lines("script").replace("heeler plan ", "heeler plan --sandbox=heeler/world.json "), lines("after_script")]
        {
            let heeler = std::path::Path::new(crate::support::BIN).parent().unwrap().display().to_string();
            let mut command = Command::new("bash");
            command
                .args(["-eo", "pipefail", "-c", &script])
                .current_dir(folder.path("clone"))
                .env("PATH", format!("{heeler}:/usr/bin:/bin"));
            command
                .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)
                .env("CI_MERGE_REQUEST_IID", "9")
                .env("CI_PROJECT_ID", "5");
            command
                .env("CI_API_V4_URL", &url)
                .env("HEELER_NOTE_TOKEN", "note-token")
                .env("GIT_CONFIG_GLOBAL", "/dev/null");
            Run::of(&mut command).exits(0);
        }
        let _ = std::fs::remove_dir_all(folder.path("heeler-base"));
    }
    let notes = notes.lock().unwrap();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert_eq!(notes[0]["body"], "<!-- heeler:plan -->\nmine!");
    let body = notes[1]["body"].as_str().unwrap();
    assert!(
        body.starts_with("<!-- heeler:plan -->\n")
            && body.contains("env:two")
            && !body.contains("env:one")
            && body.contains("Compared with"),
        "{body}"
    );
}
