//! The examples for other systems: what they call exists, and the config in them is one.

use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::support::{self, Folder, Run};
use crate::workflow::{file, read};

fn documents(path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(file(path)).unwrap();
    serde_yaml::Deserializer::from_str(&text).map(|document| Value::deserialize(document).unwrap()).collect()
}

/// Every line that starts heeler, as its arguments.
fn called(script: &Value) -> Vec<String> {
    let lines = script.as_array().into_iter().flatten().filter_map(Value::as_str);
    lines.filter_map(|line| line.strip_prefix("heeler ")).map(str::to_owned).collect()
}

#[test]
fn the_cron_job_runs_this_version_on_a_valid_config() {
    let [map, job] = documents("examples/workflows/kubernetes-cronjob.yaml").try_into().unwrap();
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    assert_eq!(container["image"], format!("ghcr.io/heeler-dev/heeler:{}", env!("CARGO_PKG_VERSION")));
    assert_eq!(container["args"], serde_json::json!(["drift", "/etc/heeler/heeler.yaml"]));
    assert_eq!(container["volumeMounts"][0]["mountPath"], "/etc/heeler");
    assert_eq!(pod["volumes"][0]["configMap"]["name"], map["metadata"]["name"]);

    let folder = Folder::new("config-map");
    folder.write("heeler.yaml", map["data"]["heeler.yaml"].as_str().unwrap());
    folder.run("validate heeler.yaml").exits(0).says(&["Valid: 1 account"]);
    folder.write("world.json", "{}");
    folder.run("drift --sandbox heeler.yaml").exits(2).says(&["210000000001"]);
}

#[test]
fn gitlab_calls_what_exists_and_applies_only_what_it_planned() {
    let ci: Value = read("examples/workflows/gitlab-ci.yml");
    assert_eq!(ci[".heeler"]["variables"]["HEELER_VERSION"], env!("CARGO_PKG_VERSION"));
    let folder = Folder::new("gitlab");
    folder.write("heeler/heeler.yaml", crate::support::HEAD);
    for (job, code) in [("validate", 0), ("plan", 0), ("apply", 0), ("drift", 0)] {
        // What the merge request is compared with has a test of its own.
        let script: Vec<String> = called(&ci[job]["script"])
            .into_iter()
            .map(|line| line.replace("${base:+--base ../heeler-base/heeler} ", ""))
            .collect();
        assert_eq!(script.len(), 1, "{job}");
        let sandbox = if job == "validate" { "" } else { " --sandbox" };
        folder.run(&format!("{}{sandbox}", script[0])).exits(code);
        for path in ci[job]["artifacts"]["paths"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|path| !path.as_str().unwrap().contains('*'))
        {
            assert!(folder.path(path.as_str().unwrap()).exists(), "{job} keeps {path}, which is not there");
        }
    }
    assert_eq!(ci["apply"]["needs"], serde_json::json!(["plan"]));
    // Inside rules a manual job blocks every pipeline, unless it may fail; plans are not for whoever may look on.
    let [rule] = ci["apply"]["rules"].as_array().unwrap().as_slice() else { panic!("one rule") };
    assert!(rule["when"] == "manual" && rule["allow_failure"] == true && rule["changes"].is_array(), "{rule}");
    for job in ["plan", "apply", "drift"] {
        assert_eq!(ci[job]["artifacts"]["access"], "developer", "{job}");
    }
    assert!(called(&ci["apply"]["script"])[0].contains("--expect plan.json"));
}

/// The branch that a first pull request goes into has no config yet: there is nothing to compare with. The second one
/// is compared.
#[test]
fn the_first_pull_request_is_planned_without_a_base() {
    for sample in ["gitlab-ci.yml", "Jenkinsfile", "bitbucket-pipelines.yml", "azure-pipelines.yml"] {
        let step = plan_step(&std::fs::read_to_string(file(&format!("examples/workflows/{sample}"))).unwrap());
        let folder = Folder::new("first-pull-request");
        folder.write("clone/heeler/heeler.yaml", support::HEAD);
        folder.write("heeler-base/README", "");
        folder.write("clone/kept/plan.json", "");
        std::os::unix::fs::symlink(support::BIN, folder.path("clone/kept/heeler")).unwrap();
        for compared in [false, true] {
            let mut shell = Command::new("bash");
            shell.args(["-euc", &format!("base=aaa\nPATH=$PWD/kept:$PATH\n{step}")]).current_dir(folder.path("clone"));
            Run::of(&mut shell).exits(0);
            let at = if step.contains("kept/plan.json") { "clone/kept/plan.json" } else { "clone/plan.json" };
            assert_eq!(folder.json(at).get("comparison").is_some(), compared, "{sample}: {step}");
            folder.write("heeler-base/heeler/heeler.yaml", support::HEAD);
        }
    }
}

/// What a sample does from where it looks for a config in the base to the end of the plan, against the sandbox.
fn plan_step(text: &str) -> String {
    let from = text.find("[ -d ../heeler-base/heeler ]").unwrap();
    let from = text[..from].rfind('\n').unwrap();
    let to = from + text[from..].find("heeler plan ").unwrap();
    let to = to + text[to..].find('\n').unwrap();
    let command =
        |line: &str| line.trim().trim_start_matches("- ").trim_start_matches("sh '").trim_end_matches('\'').to_owned();
    let lines: Vec<String> = text[from..to].lines().map(command).collect();
    lines.join("\n").replace("heeler plan ", "heeler plan --sandbox ")
}
