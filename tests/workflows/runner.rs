//! A run of a called workflow: its jobs when the test says so, their steps in order, the shell by bash, actions emulated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::commands::commands;
use crate::expression::{Going, Scope};
use crate::files::{LONGEST_SUMMARY, outputs, uploaded};
use crate::pretend::GitHub;
use crate::repository::Repository;
use crate::support::BIN;
use crate::workflow::{Action, Job, Step, Workflow, file, read};

/// What a run stands on.
pub struct Ground<'a> {
    pub repository: &'a Repository,
    pub github: &'a GitHub,
    /// What the machine's own environment holds: where the vendor is.
    pub machine: BTreeMap<String, String>,
    /// The secrets of the environment that a job may name.
    pub environment: BTreeMap<String, String>,
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
    /// Runs a job, or skips it if its condition says so.
    pub fn job(&mut self, id: &str) -> Ended {
        self.job_cancelled_at(id, "")
    }

    /// The same, cancelled when it comes to the step of this name.
    pub fn job_cancelled_at(&mut self, id: &str, cancelled_at: &str) -> Ended {
        let scope = self.scope(id, Going::Well, &BTreeMap::new());
        let job = &self.workflow.jobs[id];
        // `success()` of a job is about the jobs it needs.
        let well = job.needs.all().iter().all(|need| scope.contexts["needs"][need]["result"] == "success");
        let scope = Scope { going: if well { Going::Well } else { Going::Failed }, ..scope };
        let (ended, outputs) = if scope.holds(job.r#if.as_deref()) { self.steps(id, job, cancelled_at) } else { (Ended::skipped(), json!({})) };
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
        let group = self.scope(id, Going::Well, &BTreeMap::new()).fill(&concurrency.group);
        (group, concurrency.cancel_in_progress, concurrency.queue.clone())
    }

    fn scope(&self, job: &str, going: Going, steps: &BTreeMap<String, Value>) -> Scope {
        let mut contexts = self.contexts.clone();
        contexts["steps"] = json!(steps);
        contexts["runner"] = json!({ "temp": self.folder.join(job).join("temp") });
        // A job sees the jobs it needs, and no others; one that was left out has no outputs.
        let needs = self.workflow.jobs[job].needs.all().into_iter().map(|need| (need.clone(), self.contexts["needs"][&need].clone()));
        contexts["needs"] = needs.collect::<serde_json::Map<_, _>>().into();
        // The environment replaces values of names that were passed, and adds none.
        if let Some(passed) = contexts["secrets"].as_object_mut() {
            if self.workflow.jobs[job].environment.is_some() {
                for (name, value) in &self.ground.environment {
                    passed.entry(name.clone()).and_modify(|passed| *passed = json!(value));
                }
            }
            // A missing property is an empty string.
            self.workflow.on.workflow_call.secrets.keys().for_each(|name| _ = passed.entry(name.clone()).or_insert(json!("")));
        }
        Scope { contexts, going }
    }

    fn steps(&self, id: &str, job: &Job, cancelled_at: &str) -> (Ended, Value) {
        for (permission, level) in &job.permissions {
            let most = self.granted.get(permission).map_or("none", String::as_str);
            assert!(most == "write" || most == level, "job {id} wants {permission}: {level}, but its caller grants {most}");
        }
        let folder = self.folder.join(id);
        for name in ["temp", "workspace"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        let mut going = Going::Well;
        let mut told = Told::default();
        let ids = job.steps.iter().filter_map(|step| step.id.clone());
        let mut known: BTreeMap<String, Value> = ids.map(|id| (id, json!({ "outcome": "", "outputs": {} }))).collect();
        let scope = self.scope(id, going, &known);
        let env: Vec<(String, String)> = job.env.iter().map(|(name, text)| (name.clone(), scope.fill(text))).collect();
        for (index, step) in job.steps.iter().enumerate() {
            let name = step.name.as_deref().or(step.uses.as_deref()).unwrap();
            if name == cancelled_at {
                going = Going::Cancelled;
            }
            let scope = self.scope(id, going, &known);
            let mut ended = (true, BTreeMap::new());
            let runs = scope.holds(step.r#if.as_deref());
            if runs {
                told.log.push_str(&format!("=== {name}\n"));
                ended = Working { run: self, job, env: &env, folder: &folder, scope: &scope, label: index.to_string(), action: None }
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
        only_meant(&told.log);
        (Ended { result: result.to_owned(), log: told.log, summary: told.summary }, outputs.collect::<serde_json::Map<_, _>>().into())
    }
}

/// What foreign text says must never be a command: only these are ever meant, and none with the text that stories plant.
#[track_caller]
fn only_meant(log: &str) {
    for (name, line) in commands(log) {
        let meant = ["error", "warning", "notice", "add-mask"].contains(&name.as_str());
        assert!(meant && !line.contains("##["), "the runner would obey {name}: {line:?}");
    }
}

/// What a job tells people.
#[derive(Default)]
struct Told {
    log: String,
    summary: String,
}

/// Whether a step went well, and its outputs.
type Went = (bool, BTreeMap<String, String>);

/// One step at work.
struct Working<'a> {
    run: &'a Run<'a>,
    job: &'a Job,
    /// The environment that the job gives all its steps.
    env: &'a [(String, String)],
    folder: &'a Path,
    scope: &'a Scope,
    /// Tells its files from those of the other steps.
    label: String,
    /// The folder of the action it belongs to, if it does.
    action: Option<PathBuf>,
}

impl Working<'_> {
    fn step(&self, step: &Step, told: &mut Told) -> Went {
        match (&step.run, &step.uses) {
            (Some(script), None) => self.shell(step, script, told),
            (None, Some(action)) => self.uses(action, step, told),
            _ => panic!("a step either runs or uses"),
        }
    }

    fn shell(&self, step: &Step, script: &str, told: &mut Told) -> Went {
        assert!(!script.contains("${{"), "an expression in a script: {script}");
        let path = self.folder.join(format!("step-{}.sh", self.label));
        fs::write(&path, script).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&path).current_dir(self.folder.join("workspace")).env_clear();
        command.envs(self.runners_own());
        command.envs(self.env.iter().cloned());
        for (name, text) in &step.env {
            command.env(name, self.scope.fill(text));
        }
        let output = command.output().unwrap();
        told.log.push_str(&String::from_utf8_lossy(&output.stdout));
        told.log.push_str(&String::from_utf8_lossy(&output.stderr));
        self.take_summary(told);
        match outputs(&fs::read_to_string(self.file("output")).unwrap_or_default()) {
            Ok(outputs) => (output.status.success(), outputs),
            Err(why) => {
                told.log.push_str(&format!("{why}\n"));
                (false, BTreeMap::new())
            }
        }
    }

    /// Over a mebibyte all of a step's summary is lost, and nothing else happens.
    fn take_summary(&self, told: &mut Told) {
        let summary = fs::read(self.file("summary")).unwrap_or_default();
        if summary.len() > LONGEST_SUMMARY {
            told.log.push_str("$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k\n");
        } else {
            told.summary.push_str(&String::from_utf8_lossy(&summary));
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-{}", self.label))
    }

    fn runners_own(&self) -> Vec<(String, String)> {
        let github = &self.scope.contexts["github"];
        let bins = [file("tests/workflows"), Path::new(BIN).parent().unwrap().to_path_buf()];
        // /usr/bin first: there python3 is itself, and not the slow shim of a version manager.
        let path = bins.iter().map(|bin| bin.display().to_string()).chain(["/usr/bin".to_owned()]).chain(std::env::var("PATH"));
        let path = path.collect::<Vec<_>>().join(":");
        let mut own: Vec<(String, String)> = self.run.ground.machine.clone().into_iter().collect();
        for name in ["repository", "ref", "ref_name", "sha", "event_name", "server_url", "run_id"] {
            own.push((format!("GITHUB_{}", name.to_uppercase()), github[name].as_str().unwrap().to_owned()));
        }
        let at = |name: &str| self.folder.join(name).display().to_string();
        own.extend([
            ("PATH".to_owned(), path),
            ("HOME".to_owned(), at("temp")),
            ("CI".to_owned(), "true".to_owned()),
            ("GITHUB_ACTIONS".to_owned(), "true".to_owned()),
            ("GITHUB_OUTPUT".to_owned(), self.file("output").display().to_string()),
            ("GITHUB_STEP_SUMMARY".to_owned(), self.file("summary").display().to_string()),
            ("GITHUB_WORKSPACE".to_owned(), at("workspace")),
            ("RUNNER_TEMP".to_owned(), at("temp")),
            ("GIT_CONFIG_GLOBAL".to_owned(), "/dev/null".to_owned()),
            ("PRETEND_GITHUB".to_owned(), self.run.ground.github.home.display().to_string()),
            ("PRETEND_PERMISSIONS".to_owned(), json!(self.job.permissions).to_string()),
        ]);
        own.extend(self.action.iter().map(|action| ("GITHUB_ACTION_PATH".to_owned(), action.display().to_string())));
        own
    }

    fn uses(&self, action: &str, step: &Step, told: &mut Told) -> Went {
        let with: BTreeMap<String, String> = step
            .with
            .iter()
            .map(|(name, value)| (name.clone(), self.scope.fill(value.as_str().map_or(value.to_string(), str::to_owned).as_str())))
            .collect();
        match action {
            // heeler is on the PATH already; the action has tests of its own.
            "$/.github/actions/install" => (!with["version"].is_empty() && with["releases"] == "heeler-dev/heeler", BTreeMap::new()),
            own if own.starts_with("$/") => self.composite(&own[2..], with, told),
            theirs => match theirs.split_once('@').unwrap().0 {
                "actions/checkout" => (self.check_out(&with), BTreeMap::new()),
                "actions/upload-artifact" => (self.upload(&with), BTreeMap::new()),
                other => panic!("no action {other} is known"),
            },
        }
    }

    /// An action of this repository: its steps see their inputs, and neither secrets nor jobs.
    fn composite(&self, path: &str, with: BTreeMap<String, String>, told: &mut Told) -> Went {
        let action: Action = read(&format!("{path}/action.yml"));
        assert_eq!(action.runs.using, "composite");
        let mut inputs = BTreeMap::new();
        for (name, input) in &action.inputs {
            assert!(!input.required || with.contains_key(name), "{path} needs {name}");
            inputs.insert(name.clone(), with.get(name).cloned().or(input.default.clone()).unwrap_or_default());
        }
        assert!(with.keys().all(|name| inputs.contains_key(name)), "{path} knows only {:?}", inputs.keys());
        let own = &self.scope.contexts;
        let mut contexts = json!({ "github": own["github"], "runner": own["runner"], "inputs": inputs, "steps": {} });
        let mut well = true;
        for (index, step) in action.runs.steps.iter().enumerate() {
            let scope = Scope { contexts: contexts.clone(), going: Going::Well };
            let label = format!("{}-{index}", self.label);
            let went = Working { scope: &scope, label, action: Some(file(path)), ..*self }.step(step, told);
            well = well && went.0;
            if let Some(id) = &step.id {
                contexts["steps"][id] = json!({ "outcome": "", "outputs": went.1 });
            }
            if !well {
                break;
            }
        }
        let scope = Scope { contexts, going: Going::Well };
        (well, action.outputs.iter().map(|(name, output)| (name.clone(), scope.fill(&output.value))).collect())
    }

    fn check_out(&self, with: &BTreeMap<String, String>) -> bool {
        let github = &self.scope.contexts["github"];
        let reference = with.get("ref").map_or_else(|| github["sha"].as_str().unwrap(), String::as_str);
        let depth = with.get("fetch-depth").map_or("1", String::as_str);
        self.run.ground.repository.check_out(&self.folder.join("workspace"), reference, depth);
        true
    }

    /// Nothing found is no failure; a name taken by the same run is one, unless it may be overwritten.
    fn upload(&self, with: &BTreeMap<String, String>) -> bool {
        let (name, github) = (&with["name"], &self.scope.contexts["github"]);
        let run = github["run_id"].as_str().unwrap().parse().unwrap();
        let head = github["event"]["pull_request"]["head"]["sha"].as_str().or(github["sha"].as_str()).unwrap();
        let pretend = self.run.ground.github;
        let taken = |artifact: &Value| artifact["name"] == *name && artifact["workflow_run"]["id"] == json!(run);
        let is_taken = pretend.state()["artifacts"].as_array().unwrap().iter().any(taken);
        assert!(!is_taken || with.contains_key("overwrite"), "artifact {name} twice in run {run}");
        let files = uploaded(&self.folder.join("workspace"), &with["path"]);
        if !files.is_empty() {
            pretend.keep_own(name, run, head, &files);
        }
        true
    }
}
