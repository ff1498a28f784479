//! The pretend GitHub that the script `gh` keeps in a folder: what is there, and who asked for what.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::Folder;

pub const REPOSITORY: &str = "acme/fleet";
/// The id of this repository.
pub const OWN: u64 = 1;
/// The id of somebody's fork.
pub const FORK: u64 = 2;

/// Somebody who may comment and open issues, and nothing else.
pub const STRANGER: &str = "stranger-with-a-marker";

/// With the markers of plan and apply, as whoever has seen one can write it.
fn strangers_comment() -> Value {
    let body = "<!-- heeler:plan:default -->\n<!-- heeler:apply:default -->\nmine!";
    json!({ "id": 9, "user": { "login": STRANGER }, "body": body })
}

fn strangers_issue() -> Value {
    json!({ "number": 1, "user": { "login": STRANGER }, "state": "open", "title": "heeler drift: default", "body": "<!-- heeler:drift:default -->\nmine!" })
}

pub struct GitHub {
    pub home: PathBuf,
}

impl GitHub {
    pub fn new(folder: &Folder) -> Self {
        let state = json!({
            "repository": REPOSITORY, "comments": {}, "issues": [strangers_issue()], "statuses": {}, "pulls": {}, "index": {}, "runs": {}, "artifacts": [],
            "environments": {}, "others": { "heeler-dev/heeler": "public", "acme/heeler": "private" }, "requests": 0, "labels": {}, "people": { "someone": "write" }, "last_artifact": 0, "locked": [], "issues_off": false, "late": 0, "late_answer": 200,
        });
        folder.write("github/state.json", &state.to_string());
        folder.write("github/calls.jsonl", "");
        GitHub { home: folder.path("github") }
    }

    pub fn state(&self) -> Value {
        serde_json::from_slice(&fs::read(self.home.join("state.json")).unwrap()).unwrap()
    }

    pub fn change(&self, change: impl FnOnce(&mut Value)) {
        let mut state = self.state();
        change(&mut state);
        fs::write(self.home.join("state.json"), state.to_string()).unwrap();
    }

    /// The calls since this was asked last.
    pub fn calls(&self) -> Vec<Value> {
        let path = self.home.join("calls.jsonl");
        let calls =
            fs::read_to_string(&path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        fs::write(path, "").unwrap();
        calls
    }

    /// Those of them that change something, as `POST issues`.
    pub fn writes(&self) -> Vec<String> {
        let write = |call: &Value| {
            let (method, path) = (call["method"].as_str()?, call["path"].as_str()?);
            let path = path.trim_start_matches("repos/acme/fleet/");
            matches!(method, "POST" | "PATCH" | "DELETE").then(|| format!("{method} {path}"))
        };
        self.calls().iter().filter_map(write).collect()
    }

    pub fn comments(&self, number: u64) -> Vec<String> {
        let state = self.state();
        let mut comments = state["comments"][number.to_string()].as_array().cloned().unwrap_or_default();
        comments.retain(|comment| comment["user"]["login"] != STRANGER || *comment != strangers_comment());
        assert!(
            state["pulls"][number.to_string()].is_null()
                || state["comments"][number.to_string()]
                    .as_array()
                    .is_some_and(|all| all.contains(&strangers_comment())),
            "somebody else's comment was edited: {comments:?}"
        );
        comments.iter().map(|comment| comment["body"].as_str().unwrap().to_owned()).collect()
    }

    /// Somebody comments.
    pub fn comment(&self, number: u64, login: &str, body: &str) {
        self.change(|state| {
            let comments = &mut state["comments"][number.to_string()];
            let id = 10 + comments.as_array().map_or(0, Vec::len);
            let comment = json!({ "id": id, "user": { "login": login }, "body": body });
            match comments.as_array_mut() {
                Some(comments) => comments.push(comment),
                None => *comments = json!([comment]),
            }
        });
    }

    pub fn issues(&self) -> Vec<Value> {
        let mut issues = self.state()["issues"].as_array().unwrap().clone();
        issues.retain(|issue| issue["user"]["login"] != STRANGER || *issue != strangers_issue());
        issues
    }

    /// The states that a config's applies set on a commit, in order.
    pub fn states(&self, commit: &str, config: &str) -> Vec<String> {
        let state = self.state();
        let statuses = state["statuses"][commit].as_array().cloned().unwrap_or_default();
        let own = statuses.iter().filter(|status| status["context"] == format!("heeler/apply/{config}"));
        own.map(|status| status["state"].as_str().unwrap().to_owned()).collect()
    }

    /// A pull request is open, with this head.
    pub fn opened(&self, number: u64, head: &str) {
        let pull = json!({ "number": number, "merged": false, "merged_at": null, "base": { "ref": "main" }, "state": "open", "head": { "sha": head, "repo": { "id": OWN } } });
        self.change(|state| {
            state["pulls"][number.to_string()] = pull;
            // Anybody can write a marker, so somebody has, on each.
            let comments = &mut state["comments"][number.to_string()];
            match comments.as_array_mut() {
                Some(comments) if comments.contains(&strangers_comment()) => {}
                Some(comments) => comments.insert(0, strangers_comment()),
                None => *comments = json!([strangers_comment()]),
            }
        });
    }

    /// A pull request was merged and brought these commits to main; the last of them is its merge commit.
    pub fn brought(&self, commits: &[String], number: u64) {
        self.change(|state| {
            let pull = &mut state["pulls"][number.to_string()];
            pull["merged"] = json!(true);
            pull["state"] = json!("closed");
            pull["merged_at"] = json!("2026-01-02T03:04:05Z");
            pull["merge_commit_sha"] = json!(commits.last());
            commits.iter().for_each(|commit| state["index"][commit] = json!([number]));
        });
    }

    /// A run that made an artifact: of this repository or of a fork, by which called workflow.
    pub fn ran(&self, run: u64, event: &str, head: &str, repository: u64, called: &str) {
        let referenced = json!([{ "path": format!("{called}@refs/tags/v0.1.0"), "sha": "0".repeat(40) }]);
        self.change(|state| {
            state["runs"][run.to_string()] = json!({
                "id": run, "event": event, "path": ".github/workflows/plan.yml", "head_sha": head, "repository": { "id": OWN },
                "head_repository": { "id": repository }, "head_branch": "main", "referenced_workflows": referenced,
            });
        });
    }

    /// An artifact that a run made for a commit, in the name of this repository or of a fork.
    pub fn keep(&self, name: &str, run: u64, head: &str, repository: u64, files: &[(PathBuf, PathBuf)]) {
        let folder = self.home.join(format!("artifacts/{run}-{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (at, file) in files {
            fs::create_dir_all(folder.join(at).parent().unwrap()).unwrap();
            fs::copy(file, folder.join(at)).unwrap();
        }
        self.change(|state| {
            let id = state["last_artifact"].as_u64().unwrap() + 1;
            state["last_artifact"] = json!(id);
            let artifacts = state["artifacts"].as_array_mut().unwrap();
            let origin = json!({ "id": run, "repository_id": OWN, "head_repository_id": repository, "head_sha": head });
            artifacts
                .push(json!({ "id": id, "name": name, "expired": false, "workflow_run": origin, "folder": folder }));
        });
    }

    /// The same of this repository itself.
    pub fn keep_own(&self, name: &str, run: u64, head: &str, files: &[(PathBuf, PathBuf)]) {
        self.keep(name, run, head, OWN, files);
    }

    /// The labels of a pull request.
    pub fn labels(&self, number: u64) -> Value {
        self.state()["labels"][number.to_string()].clone()
    }

    /// The folder of the newest artifact of a name.
    pub fn artifact(&self, name: &str) -> PathBuf {
        let state = self.state();
        let artifacts = state["artifacts"].as_array().unwrap();
        let found = artifacts.iter().rev().find(|artifact| artifact["name"] == name);
        PathBuf::from(
            found.unwrap_or_else(|| panic!("no artifact {name} in {artifacts:#?}"))["folder"].as_str().unwrap(),
        )
    }
}
