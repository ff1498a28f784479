//! What happens on a stage: an event, and the run of one of the callers in examples/workflows that it starts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::checks::starts;
use crate::expression::{Going, Scope};
use crate::pretend::{FORK, OWN, REPOSITORY};
use crate::runner::{Ended, Ground, Kind, Run};
use crate::stage::Stage;
use crate::support::{API_KEY, APP_KEY};
use crate::workflow::{Caller, CallerJob, Workflow, parsed, read, read_at};

impl Stage {
    /// The plan workflow on a pull request as it is now.
    pub fn plan(&self, number: u64) -> Ended {
        self.pull_request(number, REPOSITORY, "someone").job("plan")
    }

    pub fn pull_request(&self, number: u64, from: &str, author: &str) -> Run<'_> {
        let (head, tested) = self.heads.borrow()[&number].clone();
        let pull = json!({ "number": number, "head": { "sha": head, "repo": { "full_name": from } } });
        let mut run = self.run(
            "plan",
            "pull_request",
            &format!("refs/pull/{number}/merge"),
            &tested,
            json!({ "pull_request": pull }),
        );
        run.contexts["github"]["actor"] = json!(author);
        // What a fork sends, or Dependabot starts, gets no secrets.
        if from != REPOSITORY || author == "dependabot[bot]" {
            run.contexts["secrets"].as_object_mut().unwrap().values_mut().for_each(|secret| *secret = json!(""));
        }
        run
    }

    /// The apply workflow after a push to main, to the end of its last job that runs.
    pub fn apply(&self) -> Ended {
        played(&mut self.pushed(&self.repository.tip()))
    }

    /// The run that follows one of the plan workflow, for what a fork uploaded.
    pub fn forked(&self, run: &Run<'_>) -> Run<'_> {
        let github = &run.contexts["github"];
        let pull = &github["event"]["pull_request"];
        let followed = json!({ "workflow_run": {
            "id": github["run_id"], "event": "pull_request", "conclusion": "success", "head_sha": pull["head"]["sha"],
            "head_repository": { "full_name": pull["head"]["repo"]["full_name"], "id": FORK }, "pull_requests": [],
        } });
        self.run("fork", "workflow_run", "refs/heads/main", &self.repository.tip(), followed)
    }

    /// Somebody comments on a pull request.
    pub fn commented(&self, number: u64, login: &str, body: &str) -> Run<'_> {
        let payload = json!({ "issue": { "number": number, "pull_request": {} }, "comment": { "id": 55, "body": body, "user": { "login": login } } });
        self.run("command", "issue_comment", "refs/heads/main", &self.repository.tip(), payload)
    }

    /// Its run for a push of this commit.
    pub fn pushed(&self, commit: &str) -> Run<'_> {
        self.run("apply", "push", "refs/heads/main", commit, json!({}))
    }

    /// The run that a push by this person or bot to main starts, if it starts one.
    pub fn pushed_by(&self, login: &str, commit: &str, changed: &str) -> Option<Run<'_>> {
        let caller: Caller = read("examples/workflows/apply.yml");
        let starts = login != "github-actions[bot]" && starts(&caller.on, "push", "main", &[changed.to_owned()]);
        starts.then(|| self.pushed(commit))
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

    /// The run of one of the examples.
    pub fn run(&self, name: &str, event: &str, reference: &str, commit: &str, payload: Value) -> Run<'_> {
        let caller: Caller = read(&format!("examples/workflows/{name}.yml"));
        assert!(caller.on.get(event).is_some(), "{name}.yml does not run on {event}");
        let (_, job) = caller.jobs.into_iter().next().unwrap();
        self.called_by(&job, event, reference, commit, payload)
    }

    /// The run of a job that calls.
    pub fn called_by(&self, job: &CallerJob, event: &str, reference: &str, commit: &str, payload: Value) -> Run<'_> {
        let called = job.uses.strip_prefix("heeler-dev/heeler/").unwrap().split_once('@').unwrap().0;
        let workflow: Workflow = read_at(&self.source.borrow().join(called));
        self.run_of(workflow, job, called, (event, reference, commit), payload)
    }

    /// The run of a workflow that is written here, by a caller who grants this. It runs on main.
    pub fn toy(&self, workflow: &str, granted: &[(&str, &str)]) -> Run<'_> {
        let granted: Vec<String> = granted.iter().map(|(name, level)| format!("{name}: {level}")).collect();
        let job: CallerJob = parsed(&format!("{{ uses: toy, permissions: {{ {} }} }}", granted.join(", ")));
        let tip = self.repository.tip();
        self.run_of(parsed(workflow), &job, ".github/workflows/toy.yml", ("push", "refs/heads/main", &tip), json!({}))
    }

    fn run_of(
        &self,
        workflow: Workflow,
        job: &CallerJob,
        called: &str,
        (event, reference, commit): (&str, &str, &str),
        payload: Value,
    ) -> Run<'_> {
        self.runs.set(self.runs.get() + 1);
        let mut payload = payload;
        if event != "schedule" {
            payload["repository"] = json!({ "default_branch": "main" });
        }
        let ref_name = reference.trim_start_matches("refs/heads/").trim_start_matches("refs/pull/");
        let head = payload["pull_request"]["head"]["sha"].as_str().unwrap_or(commit);
        let from = payload["pull_request"]["head"]["repo"]["full_name"]
            .as_str()
            .map_or(OWN, |from| if from == REPOSITORY { OWN } else { FORK });
        self.github.ran(self.runs.get(), event, head, from, &format!("{}/{called}", self.kind.get().source()));
        let github = json!({
            "actor": "someone", "repository": REPOSITORY, "event_name": event, "ref": reference, "ref_name": ref_name, "sha": commit, "event": payload,
            "server_url": "https://github.example", "run_id": self.runs.get().to_string(), "run_attempt": "1", "token": "job-token",
        });
        let inputs = self.inputs(&workflow, &job.with);
        let secrets = self.passed(&workflow, &job.secrets);
        let source = if self.kind.get() == Kind::Server {
            json!({})
        } else {
            json!({ "workflow_repository": "heeler-dev/heeler" })
        };
        Run {
            ground: Ground {
                repository: &self.repository,
                github: &self.github,
                machine: self.machine(),
                heeler: self.heeler.borrow().clone(),
                environments: self.environments.borrow().clone(),
                source: self.source.borrow().clone(),
                kind: self.kind.get(),
                meant: &[],
            },
            workflow,
            contexts: json!({ "github": github, "inputs": inputs, "secrets": secrets, "job": source, "needs": {} }),
            folder: self.folder.path(&format!("run-{}", self.runs.get())),
            granted: job.permissions.clone(),
        }
    }

    fn machine(&self) -> BTreeMap<String, String> {
        let mut machine = self.machine.borrow().clone();
        machine.insert("DD_HOST".to_owned(), self.host.borrow().clone());
        machine
    }

    fn inputs(&self, workflow: &Workflow, with: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
        let declared = &workflow.on.workflow_call.inputs;
        let mut inputs: BTreeMap<String, Value> =
            declared.iter().map(|(name, input)| (name.clone(), input.default.clone())).collect();
        let mut given: BTreeMap<String, String> = with.clone().into_iter().chain(self.with.borrow().clone()).collect();
        given.retain(|name, _| declared.contains_key(name));
        let config = self.config.borrow().clone();
        if config != "default" {
            given.insert("path".to_owned(), format!("{config}/"));
            given.insert("config".to_owned(), config);
        }
        for (name, value) in given {
            let value = if value == "true" { json!(true) } else { json!(value) };
            assert!(inputs.insert(name.clone(), value).is_some(), "{name} is no input of {}", workflow.name);
        }
        inputs
    }

    /// What the caller passes, out of the repository's own secrets: an empty string for one that nobody has, and
    /// nothing for a name that the caller leaves out.
    fn passed(&self, workflow: &Workflow, passed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let names = passed.keys().map(|name| (name.clone(), String::new()));
        let mut own: BTreeMap<String, String> = names.chain(self.secrets.borrow().clone()).collect();
        if !self.keyless.get() {
            own.insert("DD_API_KEY".to_owned(), API_KEY.to_owned());
            own.insert("DD_APP_KEY".to_owned(), APP_KEY.to_owned());
        }
        let own = Scope { contexts: json!({ "secrets": own }), going: Going::Well };
        let declared = &workflow.on.workflow_call.secrets;
        passed
            .iter()
            .map(|(name, text)| {
                assert!(declared.contains_key(name), "{name} is no secret of {}", workflow.name);
                (name.clone(), own.fill(text))
            })
            .collect()
    }
}

/// Plays the apply workflow to the end of the last of its jobs that runs.
pub fn played(run: &mut Run<'_>) -> Ended {
    let planned = run.job("plan");
    let applied = run.job("apply");
    let settled = run.job("settle");
    assert!(settled.result == "skipped" || applied.result == "skipped", "it settled and applied");
    [applied, settled].into_iter().find(|ended| ended.result != "skipped").unwrap_or(planned)
}
