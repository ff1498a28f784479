//! What a story plays on: a repository, a pretend GitHub, a pretend Datadog over HTTP, and the callers out of
//! examples/workflows.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::pretend::GitHub;
use crate::repository::{Merge, Repository};
use crate::runner::Kind;
use crate::support::{ACCOUNTS, BIN, Folder, HEAD, Served, http, row, world};
use crate::workflow::file;

pub struct Stage {
    pub folder: Folder,
    pub vendor: Served,
    pub repository: Repository,
    pub github: GitHub,
    /// Where heeler looks for the vendor.
    pub host: RefCell<String>,
    /// Of which config runs are.
    pub config: RefCell<String>,
    /// The id of the newest run.
    pub runs: Cell<u64>,
    /// Of each pull request its head, and the commit that its runs check out.
    pub heads: RefCell<BTreeMap<u64, (String, String)>>,
    /// What the environments hold.
    pub environments: RefCell<BTreeMap<String, BTreeMap<String, String>>>,
    /// What the repository holds beside the two keys.
    pub secrets: RefCell<BTreeMap<String, String>>,
    /// Whether the repository holds no keys at all.
    pub keyless: Cell<bool>,
    /// What the caller is given beside what it says.
    pub with: RefCell<BTreeMap<String, String>>,
    /// What the runs are of.
    pub kind: Cell<Kind>,
    /// The repository that the called workflows stand in.
    pub source: RefCell<PathBuf>,
    /// What the machine's own environment holds beside where the vendor is.
    pub machine: RefCell<BTreeMap<String, String>>,
    /// The folder of the heeler that the install action gives.
    pub heeler: RefCell<PathBuf>,
}

/// An entry of a config.
pub fn accounts(entries: &[(&str, &str)]) -> String {
    let lines = entries
        .iter()
        .map(|(id, tag)| format!("  - {{ aws_account_id: \"{id}\", datadog: {{ account_tags: [\"{tag}\"] }} }}\n"));
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
        let stage = Stage {
            folder,
            vendor,
            repository,
            github,
            host,
            config,
            runs: Cell::new(1000),
            heads: RefCell::default(),
            environments: RefCell::default(),
            secrets: RefCell::default(),
            keyless: Cell::default(),
            with: RefCell::default(),
            kind: Cell::default(),
            source: RefCell::new(file("")),
            machine: RefCell::default(),
            heeler: RefCell::new(Path::new(BIN).parent().unwrap().to_path_buf()),
        };
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
        self.github.opened(number, &head);
        self.heads.borrow_mut().insert(number, (head.clone(), tested));
        head
    }

    /// Proposed, planned, merged; the commit on main.
    pub fn merges(&self, number: u64, path: &str, text: &str) -> String {
        self.propose(number, path, text);
        self.plan(number).is("success");
        self.merged(number)
    }

    /// Merged in one of the ways there are, with the subject that GitHub proposes.
    pub fn merged(&self, number: u64) -> String {
        let how =
            if number.is_multiple_of(2) { Merge::Squash(format!("Change a tag (#{number})")) } else { Merge::Commit };
        self.merged_by(number, &how)
    }

    pub fn merged_by(&self, number: u64, how: &Merge) -> String {
        let commits = self.repository.merge(number, how);
        self.github.brought(&commits, number);
        commits.into_iter().next_back().unwrap()
    }

    /// Instead of heeler a script is installed.
    pub fn stand_in(&self, script: &str) {
        let heeler = self.folder.write("stand-in/heeler", &format!("#!/usr/bin/env bash\n{script}"));
        #[cfg(unix)]
        fs::set_permissions(&heeler, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        self.heeler.replace(self.folder.path("stand-in"));
    }

    /// An environment holds these secrets, and no others.
    pub fn environment_holds(&self, environment: &str, secrets: &[(&str, &str)]) {
        let secrets = secrets.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.environments.borrow_mut().insert(environment.to_owned(), secrets);
    }

    pub fn tags(&self, account: &str) -> Value {
        self.vendor.row(account)["attributes"]["account_tags"].clone()
    }

    /// Somebody changes a tag by hand, at the vendor.
    pub fn by_hand(&self, account: &str, tag: &str) {
        let id = self.vendor.row(account)["id"].as_str().unwrap().to_owned();
        let attributes = json!({ "aws_account_id": account, "account_tags": [tag] });
        http(
            &self.vendor.url,
            "PATCH",
            &format!("{ACCOUNTS}/{id}"),
            Some(json!({ "data": { "type": "account", "attributes": attributes } })),
        );
    }
}
