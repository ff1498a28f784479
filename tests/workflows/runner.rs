//! A run of a called workflow: its jobs when the test says so, their steps in order, the shell by bash, actions emulated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::expression::{Going, Scope};
use crate::pretend::GitHub;
use crate::repository::Repository;
use crate::support::BIN;
use crate::workflow::{Job, Step, Workflow, file};

/// What a run stands on.
pub struct Ground<'a> {
    pub repository: &'a Repository,
    pub github: &'a GitHub,
    /// What the machine's own environment holds: where the vendor is.
    pub machine: BTreeMap<String, String>,
}

pub struct Run<'a> {
    pub ground: Ground<'a>,
    pub workflow: Workflow,
    /// The contexts of the run: github, inputs, secrets; and of its jobs: needs.
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
        let needed = job.needs.as_ref().map(|need| scope.contexts["needs"][need]["result"].clone());
        let going = if needed.is_none_or(|result| result == "success") { Going::Well } else { Going::Failed };
        let scope = Scope { going, ..scope };
        let (ended, outputs) = if scope.holds(job.r#if.as_deref()) {
            self.steps(id, job, cancelled_at)
        } else {
            (Ended { result: "skipped".to_owned(), log: String::new(), summary: String::new() }, json!({}))
        };
        self.contexts["needs"][id] = json!({ "result": ended.result, "outputs": outputs });
        ended
    }

    /// A job's concurrency group, and whether a newer run ends an older one.
    pub fn concurrency(&self, id: &str) -> (String, bool) {
        let concurrency = self.workflow.jobs[id].concurrency.as_ref().unwrap();
        (self.scope(id, Going::Well, &BTreeMap::new()).fill(&concurrency.group), concurrency.cancel_in_progress)
    }

    fn scope(&self, job: &str, going: Going, steps: &BTreeMap<String, Value>) -> Scope {
        let mut contexts = self.contexts.clone();
        contexts["steps"] = json!(steps);
        contexts["runner"] = json!({ "temp": self.folder.join(job).join("temp") });
        // A job sees the jobs it needs, and no others; one that was left out has no outputs.
        let needs = self.workflow.jobs[job].needs.iter().map(|need| (need.clone(), self.contexts["needs"][need].clone()));
        contexts["needs"] = needs.collect::<serde_json::Map<_, _>>().into();
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
        let mut log = String::new();
        let ids = job.steps.iter().filter_map(|step| step.id.clone());
        let mut known: BTreeMap<String, Value> = ids.map(|id| (id, json!({ "outcome": "", "outputs": {} }))).collect();
        for (index, step) in job.steps.iter().enumerate() {
            let name = step.name.as_deref().or(step.uses.as_deref()).unwrap();
            if name == cancelled_at {
                going = Going::Cancelled;
            }
            let scope = self.scope(id, going, &known);
            let mut outcome = "skipped";
            let mut outputs = BTreeMap::new();
            if scope.holds(step.r#if.as_deref()) {
                log.push_str(&format!("=== {name}\n"));
                let went = Working { run: self, job, folder: &folder, scope: &scope, index }.step(step, &mut log);
                outputs = read_outputs(&folder.join(format!("output-{index}")));
                outcome = if went { "success" } else { "failure" };
                if !went && !step.continue_on_error {
                    going = Going::Failed;
                }
            }
            if let Some(id) = &step.id {
                known.insert(id.clone(), json!({ "outcome": outcome, "outputs": outputs }));
            }
        }
        let scope = self.scope(id, going, &known);
        let outputs = job.outputs.iter().map(|(name, text)| (name.clone(), Value::from(scope.fill(text))));
        let result = match going {
            Going::Well => "success",
            Going::Failed => "failure",
            Going::Cancelled => "cancelled",
        };
        let summary = fs::read_to_string(folder.join("summary")).unwrap_or_default();
        (Ended { result: result.to_owned(), log, summary }, outputs.collect::<serde_json::Map<_, _>>().into())
    }
}

/// One step at work.
struct Working<'a> {
    run: &'a Run<'a>,
    job: &'a Job,
    folder: &'a Path,
    scope: &'a Scope,
    index: usize,
}

impl Working<'_> {
    fn step(&self, step: &Step, log: &mut String) -> bool {
        match (&step.run, &step.uses) {
            (Some(script), None) => self.shell(step, script, log),
            (None, Some(action)) => self.action(action, step),
            _ => panic!("a step either runs or uses"),
        }
    }

    fn shell(&self, step: &Step, script: &str, log: &mut String) -> bool {
        assert!(!script.contains("${{"), "an expression in a script: {script}");
        let path = self.folder.join(format!("step-{}.sh", self.index));
        fs::write(&path, script).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&path).current_dir(self.folder.join("workspace")).env_clear();
        command.envs(self.runners_own());
        for (name, text) in self.job.env.iter().chain(&step.env) {
            command.env(name, self.scope.fill(text));
        }
        let output = command.output().unwrap();
        log.push_str(&String::from_utf8_lossy(&output.stdout));
        log.push_str(&String::from_utf8_lossy(&output.stderr));
        output.status.success()
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
            ("GITHUB_ACTIONS".to_owned(), "true".to_owned()),
            ("GITHUB_OUTPUT".to_owned(), at(&format!("output-{}", self.index))),
            ("GITHUB_STEP_SUMMARY".to_owned(), at("summary")),
            ("GITHUB_WORKSPACE".to_owned(), at("workspace")),
            ("RUNNER_TEMP".to_owned(), at("temp")),
            ("GIT_CONFIG_GLOBAL".to_owned(), "/dev/null".to_owned()),
            ("PRETEND_GITHUB".to_owned(), self.run.ground.github.home.display().to_string()),
            ("PRETEND_PERMISSIONS".to_owned(), json!(self.job.permissions).to_string()),
        ]);
        own
    }

    fn action(&self, action: &str, step: &Step) -> bool {
        let with = |name: &str| step.with.get(name).map(|value| self.scope.fill(value.as_str().map_or(value.to_string(), str::to_owned).as_str()));
        match action.split_once('@').unwrap().0 {
            "actions/checkout" => self.check_out(with("ref"), with("fetch-depth")),
            "actions/upload-artifact" => self.upload(&with("name").unwrap(), &with("path").unwrap(), with("overwrite").is_some()),
            // heeler is on the PATH already; the action has tests of its own.
            "heeler-dev/heeler/.github/actions/install" => with("version").is_some(),
            other => panic!("no action {other} is known"),
        }
    }

    fn check_out(&self, reference: Option<String>, depth: Option<String>) -> bool {
        let github = &self.scope.contexts["github"];
        let reference = reference.unwrap_or_else(|| github["sha"].as_str().unwrap().to_owned());
        self.run.ground.repository.check_out(&self.folder.join("workspace"), &reference, depth.as_deref().unwrap_or("1"));
        true
    }

    /// Nothing found is no failure; a name taken by the same run is one, unless it may be overwritten.
    fn upload(&self, name: &str, paths: &str, overwrite: bool) -> bool {
        let github = &self.scope.contexts["github"];
        let run = github["run_id"].as_str().unwrap().parse().unwrap();
        let head = github["event"]["pull_request"]["head"]["sha"].as_str().or(github["sha"].as_str()).unwrap();
        let files: Vec<PathBuf> = paths.lines().flat_map(|path| found(&self.folder.join("workspace").join(path))).collect();
        let pretend = self.run.ground.github;
        let taken = |artifact: &Value| artifact["name"] == name && artifact["workflow_run"]["id"] == json!(run);
        let is_taken = pretend.state()["artifacts"].as_array().unwrap().iter().any(taken);
        assert!(!is_taken || overwrite, "artifact {name} twice in run {run}");
        if !files.is_empty() {
            pretend.keep_own(name, run, head, &files);
        }
        true
    }
}

/// The files of a folder, or those of a pattern with one star in its last part.
fn found(path: &Path) -> Vec<PathBuf> {
    let pattern = path.file_name().unwrap().to_str().unwrap();
    let (folder, (begin, end)) = match pattern.split_once('*') {
        Some(parts) => (path.parent().unwrap(), parts),
        None => (path, ("", "")),
    };
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.filter(|path| path.file_name().unwrap().to_str().is_some_and(|name| name.starts_with(begin) && name.ends_with(end))).collect()
}

fn read_outputs(path: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|line| line.split_once('=').unwrap_or_else(|| panic!("no output: {line}")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
