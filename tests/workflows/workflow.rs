//! A workflow as YAML, down to the keys this project uses; any other key ends the test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// A file of this repository.
pub fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Its text as YAML.
pub fn read<T: for<'de> Deserialize<'de>>(path: &str) -> T {
    read_at(&file(path))
}

/// The text of any file as YAML.
pub fn read_at<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    parsed(&fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// A text as YAML.
pub fn parsed<T: for<'de> Deserialize<'de>>(text: &str) -> T {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Workflow {
    pub name: String,
    pub on: Called,
    pub permissions: BTreeMap<String, String>,
    pub defaults: Value,
    pub jobs: BTreeMap<String, Job>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Called {
    pub workflow_call: Call,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    pub inputs: BTreeMap<String, Input>,
    #[serde(default)]
    pub secrets: BTreeMap<String, Secret>,
    #[serde(default)]
    pub outputs: BTreeMap<String, Output>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub description: String,
    pub r#type: String,
    pub default: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    pub description: String,
    pub value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    #[serde(default)]
    pub description: String,
    pub required: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Job {
    pub name: String,
    #[serde(default)]
    pub needs: Names,
    pub r#if: Option<String>,
    pub runs_on: String,
    pub timeout_minutes: u32,
    pub environment: Option<String>,
    pub permissions: BTreeMap<String, String>,
    pub concurrency: Option<Concurrency>,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    #[serde(default)]
    pub outputs: BTreeMap<String, String>,
    pub steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Concurrency {
    pub group: String,
    #[serde(default)]
    pub cancel_in_progress: bool,
    #[serde(default)]
    pub queue: Option<String>,
}

/// One name, or a list of them.
#[derive(Deserialize, Default)]
#[serde(untagged)]
pub enum Names {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Names {
    pub fn all(&self) -> Vec<String> {
        match self {
            Names::None => Vec::new(),
            Names::One(name) => vec![name.clone()],
            Names::Many(names) => names.clone(),
        }
    }
}

/// A composite action of this repository.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    #[allow(dead_code)] // for people
    pub name: String,
    #[allow(dead_code)] // for people
    pub description: String,
    pub inputs: BTreeMap<String, ActionInput>,
    #[serde(default)]
    pub outputs: BTreeMap<String, Output>,
    pub runs: Composite,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionInput {
    #[allow(dead_code)] // for people
    pub description: String,
    #[serde(default)]
    pub required: bool,
    pub default: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composite {
    pub using: String,
    pub steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    pub id: Option<String>,
    pub name: Option<String>,
    pub r#if: Option<String>,
    pub uses: Option<String>,
    pub shell: Option<String>,
    #[serde(default)]
    pub with: Map<String, Value>,
    pub run: Option<String>,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    #[serde(default)]
    pub continue_on_error: bool,
}

/// What a user adds: one job that calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    #[allow(dead_code)] // for people
    pub name: String,
    pub on: Value,
    pub permissions: BTreeMap<String, String>,
    pub jobs: BTreeMap<String, CallerJob>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallerJob {
    pub r#if: Option<String>,
    pub uses: String,
    pub permissions: BTreeMap<String, String>,
    #[serde(default)]
    pub with: BTreeMap<String, String>,
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
}
