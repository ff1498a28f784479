//! One step of a job: the shell by bash, the actions emulated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::commands::{commands, outputs_of, refused};
use crate::expression::{Going, Scope};
use crate::files::{MAX_SUMMARY_BYTES, outputs, uploaded};
use crate::pretend::{FORK, OWN, REPOSITORY};
use crate::runner::{Kind, Run};
use crate::workflow::{Action, Job, Step, file, read_at};

/// What foreign text says must never be a command: only these are ever meant, and none with the text that stories
/// plant.
#[track_caller]
pub fn only_meant(log: &str, also: &[&str]) {
    for (name, line) in commands(log) {
        let meant =
            ["error", "warning", "notice", "add-mask"].contains(&name.as_str()) || also.contains(&name.as_str());
        assert!(meant && !line.contains("##["), "the runner would obey {name}: {line:?}");
    }
}

/// What a job tells people.
#[derive(Default)]
pub struct Told {
    pub log: String,
    pub summary: String,
}

/// Whether a step went well, and its outputs.
pub type Went = (bool, BTreeMap<String, String>);

/// One step at work.
pub struct Working<'a> {
    pub run: &'a Run<'a>,
    pub job: &'a Job,
    /// The environment that the job gives all its steps.
    pub env: &'a [(String, String)],
    pub folder: &'a Path,
    pub scope: &'a Scope,
    /// Tells its files from those of the other steps.
    pub label: String,
    /// The folder of the action it belongs to, if it does.
    pub action: Option<PathBuf>,
}

impl Working<'_> {
    /// Runs a step.
    pub fn step(&self, step: &Step, told: &mut Told) -> Went {
        match (&step.run, &step.uses) {
            (Some(script), None) => self.shell(step, script, told),
            (None, Some(action)) => self.uses(action, step, told),
            _ => panic!("a step either runs or uses"),
        }
    }

    fn shell(&self, step: &Step, script: &str, told: &mut Told) -> Went {
        assert!(!script.contains("${{"), "an expression in a script: {script}");
        let path = self.folder.join(format!("step-{}.sh", self.label));
        fs::write(&path, self.as_its_bash_takes_it(script)).unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(&path)
            .current_dir(self.folder.join("workspace"))
            .env_clear();
        command.envs(self.runners_own());
        command.envs(self.env.iter().cloned());
        for (name, text) in &step.env {
            command.env(name, self.scope.fill(text));
        }
        let output = command.output().unwrap();
        let log = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        told.log.push_str(&log);
        self.take_summary(told);
        // The file is read once the step has ended, so it wins over what the log sets.
        match outputs(&fs::read_to_string(self.file("output")).unwrap_or_default()) {
            Ok(outputs) => {
                (output.status.success() && !refused(&log), outputs_of(&log).into_iter().chain(outputs).collect())
            }
            Err(why) => {
                told.log.push_str(&format!("{why}\n"));
                (false, BTreeMap::new())
            }
        }
    }

    /// Over a mebibyte all of a step's summary is lost, and nothing else happens.
    fn take_summary(&self, told: &mut Told) {
        let summary = fs::read(self.file("summary")).unwrap_or_default();
        if summary.len() > MAX_SUMMARY_BYTES {
            told.log.push_str("::error::$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k\n");
        } else {
            told.summary.push_str(&String::from_utf8_lossy(&summary));
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-{}", self.label))
    }

    fn runners_own(&self) -> Vec<(String, String)> {
        let github = &self.scope.contexts["github"];
        let bins = [file("tests/workflows"), self.run.ground.heeler.clone()];
        // /usr/bin first: there python3 is itself, and not the slow shim of a version manager.
        let path = bins
            .iter()
            .map(|bin| bin.display().to_string())
            .chain(["/usr/bin".to_owned()])
            .chain(std::env::var("PATH"));
        let path = path.collect::<Vec<_>>().join(":");
        let mut own: Vec<(String, String)> = self.run.ground.machine.clone().into_iter().collect();
        for name in ["repository", "ref", "ref_name", "sha", "event_name", "server_url", "run_id", "run_attempt"] {
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
        own.extend(
            self.action
                .iter()
                .map(|action| ("GITHUB_ACTION_PATH".to_owned(), self.action_path(action).display().to_string())),
        );
        own
    }

    /// The folder of an action, with its scripts as the machine's bash takes them.
    fn action_path(&self, action: &Path) -> PathBuf {
        if self.run.ground.kind != Kind::Mac {
            return action.to_path_buf();
        }
        let copy = self.folder.join(format!("action-{}", self.label));
        fs::create_dir_all(&copy).unwrap();
        for entry in fs::read_dir(action).unwrap() {
            let path = entry.unwrap().path();
            fs::write(
                copy.join(path.file_name().unwrap()),
                self.as_its_bash_takes_it(&fs::read_to_string(&path).unwrap()),
            )
            .unwrap();
        }
        copy
    }

    /// Under bash 3.2 an empty array is an unset name.
    fn as_its_bash_takes_it(&self, script: &str) -> String {
        if self.run.ground.kind == Kind::Mac { without_empty_arrays(script) } else { script.to_owned() }
    }

    fn uses(&self, action: &str, step: &Step, told: &mut Told) -> Went {
        let with: BTreeMap<String, String> = step
            .with
            .iter()
            .map(|(name, value)| {
                (name.clone(), self.scope.fill(value.as_str().map_or(value.to_string(), str::to_owned).as_str()))
            })
            .collect();
        let server = self.run.ground.kind == Kind::Server;
        if server && action.starts_with("$/") {
            told.log.push_str(&format!("Unable to resolve action `{action}`\n"));
            return (false, BTreeMap::new());
        }
        let own = action
            .strip_prefix("$/")
            .or_else(|| action.strip_prefix("acme/heeler/").and_then(|action| action.split('@').next()));
        match own {
            // heeler is on the PATH already; the action has tests of its own.
            Some(".github/actions/install") => {
                let known = [self.run.ground.kind.source(), "acme/releases"].contains(&with["releases"].as_str());
                (!with["version"].is_empty() && known, BTreeMap::new())
            }
            Some(own) => self.composite(own, with, told),
            None => {
                let (name, version) = action.split_once('@').unwrap();
                match name {
                    "actions/checkout" => (self.check_out(&with), BTreeMap::new()),
                    "actions/upload-artifact" => {
                        (self.upload(&with, server && !version.starts_with("v3"), told), BTreeMap::new())
                    }
                    other => panic!("no action {other} is known"),
                }
            }
        }
    }

    /// An action of this repository: its steps see their inputs, and neither secrets nor jobs.
    fn composite(&self, path: &str, with: BTreeMap<String, String>, told: &mut Told) -> Went {
        let folder = self.run.ground.source.join(path);
        let action: Action = read_at(&folder.join("action.yml"));
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
            let went = Working { scope: &scope, label, action: Some(folder.clone()), ..*self }.step(step, told);
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
        let filter = with.get("filter").map(String::as_str);
        self.run.ground.repository.check_out(&self.folder.join("workspace"), reference, depth, filter);
        true
    }

    /// Nothing found is no failure; a name taken by the same run is one, unless it may be overwritten.
    fn upload(&self, with: &BTreeMap<String, String>, too_new: bool, told: &mut Told) -> bool {
        if too_new {
            told.log.push_str("GHESNotSupportedError: @actions/artifact v2.0.0+, upload-artifact@v4+ and download-artifact@v4+ are not currently supported on GHES.\n");
            return false;
        }
        let (name, github) = (&with["name"], &self.scope.contexts["github"]);
        let run = github["run_id"].as_str().unwrap().parse().unwrap();
        let head = github["event"]["pull_request"]["head"]["sha"].as_str().or(github["sha"].as_str()).unwrap();
        let pretend = self.run.ground.github;
        let taken = |artifact: &Value| artifact["name"] == *name && artifact["workflow_run"]["id"] == json!(run);
        if pretend.state()["artifacts"].as_array().unwrap().iter().any(taken) {
            if with.get("overwrite").map(String::as_str) != Some("true") {
                told.log.push_str("Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run\n");
                return false;
            }
            pretend.change(|state| state["artifacts"].as_array_mut().unwrap().retain(|artifact| !taken(artifact)));
        }
        let files = uploaded(&self.folder.join("workspace"), &with["path"]);
        if !files.is_empty() {
            let from = github["event"]["pull_request"]["head"]["repo"]["full_name"].as_str().unwrap_or(REPOSITORY);
            pretend.keep(name, run, head, if from == REPOSITORY { OWN } else { FORK }, &files);
        }
        true
    }
}

/// `"${name[@]}"` of an empty array is an error under `set -u` in bash 3.2; here it is made one.
fn without_empty_arrays(script: &str) -> String {
    let mut parts = script.split("[@]}\"").peekable();
    let mut out = String::new();
    while let Some(part) = parts.next() {
        out.push_str(part);
        let counted = part.rsplit_once("${").is_some_and(|(_, name)| name.starts_with('#'));
        if parts.peek().is_some() {
            out.push_str(if counted { "[@]}\"" } else { "[@]:?an empty array under bash 3.2}\"" });
        }
    }
    out
}
