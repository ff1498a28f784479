//! A run of a called workflow: its jobs when the test says so, their steps in order, the shell by bash, actions
//! emulated.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::expression::{Going, Scope};
use crate::pretend::GitHub;
use crate::repository::Repository;
use crate::workflow::{Job, Workflow};
use crate::working::{Told, Working, only_meant};

/// What a run stands on.
pub struct Ground<'a> {
    pub repository: &'a Repository,
    pub github: &'a GitHub,
    /// What the machine's own environment holds: where the vendor is.
    pub machine: BTreeMap<String, String>,
    /// The folder of the heeler that the install action gives.
    pub heeler: PathBuf,
    /// The secrets of the environments that a job may name.
    pub environments: BTreeMap<String, BTreeMap<String, String>>,
    /// The folder of the repository that the called workflow stands in.
    pub source: PathBuf,
    pub kind: Kind,
    /// The commands that a log may hold beside those that heeler means.
    pub meant: &'static [&'static str],
}

/// What the runs are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    GitHubCom,
    /// Without `$/`, `job.workflow_*`, the newer artifacts and attestations.
    Server,
    /// A runner whose bash is 3.2.
    Mac,
}

impl Kind {
    /// The repository that the called workflows stand in.
    pub fn source(self) -> &'static str {
        if self == Kind::Server { "acme/heeler" } else { "heeler-dev/heeler" }
    }
}

pub struct Run<'a> {
    pub ground: Ground<'a>,
    pub workflow: Workflow,
    /// The contexts of the run: github, inputs, secrets, job; and of its jobs: needs.
    pub contexts: Value,
    pub folder: PathBuf,
    /// What the jobs may do at most, as the caller grants it.
    pub granted: BTreeMap<String, String>,
}

/// How a job ended.
#[derive(Debug)]
pub struct Ended {
    pub result: String,
    pub log: String,
    pub summary: String,
}

impl Ended {
    fn skipped() -> Self {
        Ended { result: "skipped".to_owned(), log: String::new(), summary: String::new() }
    }

    #[track_caller]
    pub fn is(self, result: &str) -> Self {
        assert_eq!(self.result, result, "{}", self.log);
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.log.contains(words), "{words:?} is not in\n{}", self.log);
        self
    }

    #[track_caller]
    pub fn does_not_say(self, words: &str) -> Self {
        assert!(!self.log.contains(words), "{words:?} is in\n{}", self.log);
        self
    }
}

impl Run<'_> {
    /// Why the run does not start: a job wants more than its caller grants. What is not named is not granted.
    pub fn refused_at_start(&self) -> Option<String> {
        let wanted = self
            .workflow
            .jobs
            .iter()
            .flat_map(|(id, job)| job.permissions.iter().map(move |(name, level)| (id, name, level)));
        let mut refused = wanted.filter_map(|(id, name, level)| {
            let most = self.granted.get(name).map_or("none", String::as_str);
            let enough = most == "write" || most == level;
            (!enough).then(|| format!("job {id} wants {name}: {level}, but its caller grants {most}"))
        });
        refused.next()
    }

    /// Runs every job, each after those that it needs; how each ended.
    pub fn all(&mut self) -> BTreeMap<String, Ended> {
        let mut ended = BTreeMap::new();
        while ended.len() < self.workflow.jobs.len() {
            let next = self.workflow.jobs.iter().find(|(id, job)| {
                !ended.contains_key(*id) && job.needs.all().iter().all(|need| ended.contains_key(need))
            });
            let id = next.unwrap().0.clone();
            ended.insert(id.clone(), self.job(&id));
        }
        ended
    }

    /// Runs a job, or skips it if its condition says so.
    pub fn job(&mut self, id: &str) -> Ended {
        self.job_cancelled_at(id, "")
    }

    /// The same, cancelled when it comes to the step of this name.
    pub fn job_cancelled_at(&mut self, id: &str, cancelled_at: &str) -> Ended {
        if let Some(why) = self.refused_at_start() {
            return Ended { result: "startup_failure".to_owned(), log: why, summary: String::new() };
        }
        let scope = self.scope(id, Going::Well, &BTreeMap::new()).of_job();
        let job = &self.workflow.jobs[id];
        // `success()` of a job is about the jobs it needs.
        let well = job.needs.all().iter().all(|need| scope.contexts["needs"][need]["result"] == "success");
        let scope = Scope { going: if well { Going::Well } else { Going::Failed }, ..scope };
        let (ended, outputs) = if scope.holds(job.r#if.as_deref()) {
            self.steps(id, job, cancelled_at)
        } else {
            (Ended::skipped(), json!({}))
        };
        self.contexts["needs"][id] = json!({ "result": ended.result, "outputs": outputs });
        ended
    }

    /// What the calling workflow gets, once all jobs have ended.
    pub fn outputs(&self) -> BTreeMap<String, String> {
        let scope = Scope { contexts: json!({ "jobs": self.contexts["needs"] }), going: Going::Well };
        let declared = &self.workflow.on.workflow_call.outputs;
        declared.iter().map(|(name, output)| (name.clone(), scope.fill(&output.value))).collect()
    }

    /// A job's concurrency group, whether a newer run ends an older one, and how many may wait.
    pub fn concurrency(&self, id: &str) -> (String, bool, Option<String>) {
        let concurrency = self.workflow.jobs[id].concurrency.as_ref().unwrap();
        let group = self.scope(id, Going::Well, &BTreeMap::new()).of_job().fill(&concurrency.group);
        (group, concurrency.cancel_in_progress, concurrency.queue.clone())
    }

    /// The label of the machine that a job asks for.
    pub fn runs_on(&self, id: &str) -> String {
        self.scope(id, Going::Well, &BTreeMap::new()).of_job().fill(&self.workflow.jobs[id].runs_on)
    }

    /// The name of a job as its check has it: one that was left out keeps the text that was to be filled in.
    pub fn check(&self, id: &str) -> String {
        let name = &self.workflow.jobs[id].name;
        if self.contexts["needs"][id]["result"] == "skipped" {
            name.clone()
        } else {
            self.scope(id, Going::Well, &BTreeMap::new()).of_job().fill(name)
        }
    }

    /// "Re-run all jobs": what the attempts before kept is out of reach.
    pub fn again(&mut self) {
        let attempt: u64 = self.contexts["github"]["run_attempt"].as_str().unwrap().parse().unwrap();
        self.contexts["github"]["run_attempt"] = json!((attempt + 1).to_string());
        self.contexts["needs"] = json!({});
        self.folder = self.folder.with_extension(format!("again-{attempt}"));
        let run: u64 = self.contexts["github"]["run_id"].as_str().unwrap().parse().unwrap();
        self.ground.github.change(|state| {
            state["artifacts"].as_array_mut().unwrap().retain(|artifact| artifact["workflow_run"]["id"] != run)
        });
    }

    fn scope(&self, job: &str, going: Going, steps: &BTreeMap<String, Value>) -> Scope {
        let mut contexts = self.contexts.clone();
        contexts["steps"] = json!(steps);
        contexts["runner"] = json!({ "temp": self.folder.join(job).join("temp") });
        // A job sees the jobs it needs, and no others; one that was left out has no outputs.
        let needs = self.workflow.jobs[job]
            .needs
            .all()
            .into_iter()
            .map(|need| (need.clone(), self.contexts["needs"][&need].clone()));
        contexts["needs"] = needs.collect::<serde_json::Map<_, _>>().into();
        // The environment replaces values of names that were passed, and adds none.
        if let Some(passed) = contexts["secrets"].as_object_mut() {
            let named = self.workflow.jobs[job]
                .environment
                .as_ref()
                .map(|name| Scope { contexts: self.contexts.clone(), going }.of_job().fill(name));
            for (name, value) in named.and_then(|name| self.ground.environments.get(&name)).into_iter().flatten() {
                passed.entry(name.clone()).and_modify(|passed| *passed = json!(value));
            }
            // A missing property is an empty string.
            self.workflow
                .on
                .workflow_call
                .secrets
                .keys()
                .for_each(|name| _ = passed.entry(name.clone()).or_insert(json!("")));
        }
        Scope { contexts, going }
    }

    fn steps(&self, id: &str, job: &Job, cancelled_at: &str) -> (Ended, Value) {
        let folder = self.folder.join(id);
        for name in ["temp", "workspace"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        let mut going = Going::Well;
        let mut told = Told::default();
        let ids = job.steps.iter().filter_map(|step| step.id.clone());
        let mut known: BTreeMap<String, Value> = ids.map(|id| (id, json!({ "outcome": "", "outputs": {} }))).collect();
        let scope = self.scope(id, going, &known);
        let env: Vec<(String, String)> =
            job.env.iter().map(|(name, text)| (name.clone(), scope.of_env().fill(text))).collect();
        for (index, step) in job.steps.iter().enumerate() {
            let name = step.name.as_deref().or(step.uses.as_deref()).unwrap();
            if name == cancelled_at {
                going = Going::Cancelled;
            }
            let scope = self.scope(id, going, &known);
            let mut ended = (true, BTreeMap::new());
            let runs = scope.of_condition().holds(step.r#if.as_deref());
            if runs {
                told.log.push_str(&format!("=== {name}\n"));
                ended = Working {
                    run: self,
                    job,
                    env: &env,
                    folder: &folder,
                    scope: &scope,
                    label: index.to_string(),
                    action: None,
                }
                .step(step, &mut told);
                if !ended.0 && !step.continue_on_error {
                    going = Going::Failed;
                }
            }
            if let Some(id) = &step.id {
                let outcome = if !runs {
                    "skipped"
                } else if ended.0 {
                    "success"
                } else {
                    "failure"
                };
                known.insert(id.clone(), json!({ "outcome": outcome, "outputs": ended.1 }));
            }
        }
        let scope = self.scope(id, going, &known);
        let outputs = job.outputs.iter().map(|(name, text)| (name.clone(), Value::from(scope.fill(text))));
        let result = match going {
            Going::Well => "success",
            Going::Failed => "failure",
            Going::Cancelled => "cancelled",
        };
        only_meant(&told.log, self.ground.meant);
        (
            Ended { result: result.to_owned(), log: told.log, summary: told.summary },
            outputs.collect::<serde_json::Map<_, _>>().into(),
        )
    }
}
