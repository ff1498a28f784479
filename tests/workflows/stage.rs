//! What a story plays on: a repository, a pretend GitHub, a pretend Datadog over HTTP, and the callers out of examples/workflows.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::expression::{Going, Scope};
use crate::pretend::{GitHub, REPOSITORY};
use crate::repository::Repository;
use crate::runner::{Ended, Ground, Run};
use crate::support::{ACCOUNTS, API_KEY, APP_KEY, Folder, HEAD, Served, http, row, world};
use crate::workflow::{Caller, Workflow, read};

pub struct Stage {
    pub folder: Folder,
    pub vendor: Served,
    pub repository: Repository,
    pub github: GitHub,
    /// Where heeler looks for the vendor.
    pub host: RefCell<String>,
    config: RefCell<String>,
    runs: Cell<u64>,
    heads: RefCell<BTreeMap<u64, (String, String)>>,
}

/// An entry of a config.
pub fn accounts(entries: &[(&str, &str)]) -> String {
    let lines = entries.iter().map(|(id, tag)| format!("  - {{ aws_account_id: \"{id}\", datadog: {{ account_tags: [\"{tag}\"] }} }}\n"));
    format!("accounts:\n{}", lines.collect::<String>())
}

pub const A: &str = "400000000001";
pub const B: &str = "400000000002";

impl Stage {
    /// Two accounts, declared as they are live: one in a.yaml, one in b.yaml. What is on main counts as applied.
    pub fn new(name: &str) -> Self {
        let folder = Folder::new(&format!("flow-{name}"));
        folder.write("world.json", &world(&[row(A), row(B)]));
        let vendor = Served::world(&folder, "world.json");
        let repository = Repository::new(&folder);
        let github = GitHub::new(&folder);
        let host = RefCell::new(vendor.url.clone());
        let config = RefCell::new("default".to_owned());
        let stage = Stage { folder, vendor, repository, github, host, config, runs: Cell::new(1000), heads: RefCell::default() };
        stage.begins("heeler", "default");
        stage
    }

    /// A config of this name begins in a folder, applied.
    pub fn begins(&self, folder: &str, config: &str) {
        self.repository.push(&format!("{folder}/heeler.yaml"), HEAD);
        self.repository.push(&format!("{folder}/a.yaml"), &accounts(&[(A, "env:prod")]));
        let tip = self.repository.push(&format!("{folder}/b.yaml"), &accounts(&[(B, "env:prod")]));
        self.set_status(&tip, config, "success", "2026-01-02T03:04:05Z");
    }

    pub fn set_status(&self, commit: &str, config: &str, state: &str, at: &str) {
        let status = json!({ "context": format!("heeler/apply/{config}"), "state": state, "updated_at": at });
        self.github.change(|github| match github["statuses"][commit].as_array_mut() {
            Some(statuses) => statuses.push(status),
            None => github["statuses"][commit] = json!([status]),
        });
    }

    /// From here on runs are of this config.
    pub fn of_config(&self, config: &str) {
        self.config.replace(config.to_owned());
    }

    /// A push to a pull request's branch; the commit.
    pub fn propose(&self, number: u64, path: &str, text: &str) -> String {
        let (head, tested) = self.repository.propose(number, path, text);
        self.heads.borrow_mut().insert(number, (head.clone(), tested));
        head
    }

    /// The plan workflow on a pull request as it is now.
    pub fn plan(&self, number: u64) -> Ended {
        self.pull_request(number, REPOSITORY, "someone").job("plan")
    }

    pub fn pull_request(&self, number: u64, from: &str, author: &str) -> Run<'_> {
        let (head, tested) = self.heads.borrow()[&number].clone();
        let pull = json!({ "number": number, "head": { "sha": head, "repo": { "full_name": from } }, "user": { "login": author } });
        self.run("plan", "pull_request", &format!("refs/pull/{number}/merge"), &tested, json!({ "pull_request": pull }))
    }

    /// Proposed, planned, merged; the commit on main.
    pub fn merges(&self, number: u64, path: &str, text: &str) -> String {
        self.propose(number, path, text);
        self.plan(number).is("success");
        self.merged(number)
    }

    pub fn merged(&self, number: u64) -> String {
        let commit = if number.is_multiple_of(2) { self.repository.squash(number) } else { self.repository.merge(number) };
        self.github.brought(&commit, number, &self.heads.borrow()[&number].0);
        commit
    }

    /// The apply workflow after a push to main.
    pub fn apply(&self) -> Ended {
        let mut run = self.pushed(&self.repository.tip());
        assert_eq!(run.job("plan").result, "skipped");
        run.job("apply")
    }

    /// Its run for a push of this commit.
    pub fn pushed(&self, commit: &str) -> Run<'_> {
        self.run("apply", "push", "refs/heads/main", commit, json!({}))
    }

    /// Somebody presses "Run workflow".
    pub fn dispatched(&self) -> Run<'_> {
        self.run("apply", "workflow_dispatch", "refs/heads/main", &self.repository.tip(), json!({}))
    }

    pub fn drift(&self) -> Ended {
        self.run("drift", "schedule", "refs/heads/main", &self.repository.tip(), json!({})).job("drift")
    }

    /// The queue tries a commit before it becomes main.
    pub fn queued(&self) -> Run<'_> {
        self.run("plan", "merge_group", "refs/heads/gh-readonly-queue/main/pr-7", &self.repository.tip(), json!({}))
    }

    pub fn run(&self, name: &str, event: &str, reference: &str, commit: &str, payload: Value) -> Run<'_> {
        self.runs.set(self.runs.get() + 1);
        let caller: Caller = read(&format!("examples/workflows/{name}.yml"));
        assert!(caller.on.get(event).is_some(), "{name}.yml does not run on {event}");
        let (_, job) = caller.jobs.into_iter().next().unwrap();
        let called = job.uses.strip_prefix("heeler-dev/heeler/").unwrap().split_once('@').unwrap().0;
        let workflow: Workflow = read(called);
        let mut payload = payload;
        payload["repository"] = json!({ "default_branch": "main" });
        let ref_name = reference.trim_start_matches("refs/heads/").trim_start_matches("refs/pull/");
        let github = json!({
            "repository": REPOSITORY, "event_name": event, "ref": reference, "ref_name": ref_name, "sha": commit, "event": payload,
            "server_url": "https://github.example", "run_id": self.runs.get().to_string(), "run_attempt": "1", "token": "job-token",
        });
        let inputs = self.inputs(&workflow, &job.with);
        let secrets = secrets(&workflow, &job.secrets);
        Run {
            ground: Ground {
                repository: &self.repository,
                github: &self.github,
                machine: BTreeMap::from([("DD_HOST".to_owned(), self.host.borrow().clone())]),
            },
            workflow,
            contexts: json!({ "github": github, "inputs": inputs, "secrets": secrets, "needs": {} }),
            folder: self.folder.path(&format!("run-{}", self.runs.get())),
            granted: job.permissions,
        }
    }

    fn inputs(&self, workflow: &Workflow, with: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let declared = &workflow.on.workflow_call.inputs;
        let mut inputs: BTreeMap<String, String> = declared.iter().map(|(name, input)| (name.clone(), input.default.clone())).collect();
        let mut given = with.clone();
        let config = self.config.borrow().clone();
        if config != "default" {
            given.insert("path".to_owned(), format!("{config}/"));
            given.insert("config".to_owned(), config);
        }
        for (name, value) in given {
            assert!(inputs.insert(name.clone(), value).is_some(), "{name} is no input of {}", workflow.name);
        }
        inputs
    }

    pub fn tags(&self, account: &str) -> Value {
        self.vendor.row(account)["attributes"]["account_tags"].clone()
    }

    /// Somebody changes a tag by hand, at the vendor.
    pub fn by_hand(&self, account: &str, tag: &str) {
        let id = self.vendor.row(account)["id"].as_str().unwrap().to_owned();
        let attributes = json!({ "aws_account_id": account, "account_tags": [tag] });
        http(&self.vendor.url, "PATCH", &format!("{ACCOUNTS}/{id}"), Some(json!({ "data": { "type": "account", "attributes": attributes } })));
    }
}

/// What the caller passes, out of the repository's own; what it does not pass is empty.
fn secrets(workflow: &Workflow, passed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let own = Scope { contexts: json!({ "secrets": { "DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY } }), going: Going::Well };
    let mut secrets: BTreeMap<String, String> = workflow.on.workflow_call.secrets.keys().map(|name| (name.clone(), String::new())).collect();
    for (name, text) in passed {
        assert!(secrets.insert(name.clone(), own.fill(text)).is_some(), "{name} is no secret of {}", workflow.name);
    }
    secrets
}
