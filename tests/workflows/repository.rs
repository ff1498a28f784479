//! A repository with pull requests, as the runner's git sees it: a bare one to fetch from, and somebody's clone.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Folder;

/// A long time ago, so that nothing looks as if it had just been merged.
pub const LONG_AGO: &str = "2026-01-02T03:04:05Z";

/// The ways to merge a pull request.
pub enum Merge {
    Commit,
    /// With this subject.
    Squash(String),
    Rebase,
}

pub struct Repository {
    /// When merges are made: `now`, or a date.
    pub merged_at: RefCell<&'static str>,
    clone: PathBuf,
    bare: PathBuf,
}

impl Repository {
    /// One commit on main.
    pub fn new(folder: &Folder) -> Self {
        let (clone, bare) = (folder.path("clone"), folder.path("bare"));
        fs::create_dir_all(&clone).unwrap();
        git(folder.path(".").as_path(), &format!("init --quiet --bare {}", bare.display()));
        // The runner fetches by hash as well as by name.
        git(&bare, "config uploadpack.allowAnySHA1InWant true");
        git(&bare, "config uploadpack.allowFilter true");
        git(&clone, "init --quiet --initial-branch main");
        git(&clone, &format!("remote add origin {}", bare.display()));
        let repository = Repository { merged_at: RefCell::new("now"), clone, bare };
        repository.commit("README.md", "The fleet.\n", LONG_AGO);
        repository.pushed("main");
        repository
    }

    /// A commit straight on main.
    pub fn push(&self, path: &str, text: &str) -> String {
        git(&self.clone, "checkout --quiet main");
        self.commit(path, text, LONG_AGO);
        self.pushed("main")
    }

    /// The same, with a subject, just now.
    pub fn push_as(&self, path: &str, text: &str, subject: &str) -> String {
        git(&self.clone, "checkout --quiet main");
        fs::write(self.clone.join(path), text).unwrap();
        git(&self.clone, "add --all");
        git_words(&self.clone, &["commit", "--quiet", "-m", subject], "now");
        self.pushed("main")
    }

    /// The same, just now.
    pub fn push_now(&self, path: &str, text: &str) -> String {
        git(&self.clone, "checkout --quiet main");
        self.commit(path, text, "now");
        self.pushed("main")
    }

    /// A commit on a pull request's branch, from main if the branch is new; the head, and what GitHub would test.
    pub fn propose(&self, number: u64, path: &str, text: &str) -> (String, String) {
        let branch = format!("pull-{number}");
        let exists = git_may(&self.clone, &format!("rev-parse --verify --quiet {branch}")).is_some();
        git(
            &self.clone,
            &format!("checkout --quiet {}", if exists { branch.clone() } else { format!("-b {branch} main") }),
        );
        self.commit(path, text, LONG_AGO);
        let head = self.pushed(&branch);
        (head, self.tested(number))
    }

    /// What GitHub would test of a pull request now.
    pub fn tested(&self, number: u64) -> String {
        git(&self.clone, "checkout --quiet --detach main");
        self.merge_branch(number);
        let tested = git(&self.clone, "rev-parse HEAD");
        git(&self.clone, &format!("push --quiet --force origin HEAD:refs/pull/{number}/merge"));
        tested
    }

    /// Merges a pull request; the commits that main then has more, on its own line, oldest first.
    pub fn merge(&self, number: u64, how: &Merge) -> Vec<String> {
        git(&self.clone, "checkout --quiet main");
        let before = git(&self.clone, "rev-parse HEAD");
        match how {
            Merge::Commit => self.merge_branch(number),
            Merge::Squash(subject) => {
                git(&self.clone, &format!("merge --quiet --squash pull-{number}"));
                git_words(&self.clone, &["commit", "--quiet", "-m", subject], *self.merged_at.borrow());
            }
            Merge::Rebase => {
                git(&self.clone, &format!("checkout --quiet -B rebased pull-{number}"));
                git_words(&self.clone, &["rebase", "--quiet", "--force-rebase", "main"], "now");
                git(&self.clone, "checkout --quiet main");
                git(&self.clone, "merge --quiet --ff-only rebased");
            }
        }
        self.pushed("main");
        let commits = git(&self.clone, &format!("log --reverse --first-parent --format=%H {before}..HEAD"));
        commits.lines().map(str::to_owned).collect()
    }

    /// The files that a pull request changes.
    pub fn changed(&self, number: u64) -> Vec<String> {
        git(&self.clone, &format!("diff --name-only main...pull-{number}")).lines().map(str::to_owned).collect()
    }

    pub fn tip(&self) -> String {
        git(&self.bare, "rev-parse main")
    }

    /// What actions/checkout does.
    pub fn check_out(&self, workspace: &Path, reference: &str, depth: &str, filter: Option<&str>) {
        let _ = fs::remove_dir_all(workspace);
        fs::create_dir_all(workspace).unwrap();
        git(workspace, "init --quiet");
        let depth = if depth == "0" { String::new() } else { format!("--depth {depth}") };
        let filter = filter.map_or_else(String::new, |filter| format!("--filter={filter}"));
        git(workspace, &format!("remote add origin file://{}", self.bare.display()));
        git(workspace, &format!("fetch --quiet --no-tags {depth} {filter} origin {reference}"));
        git(workspace, "checkout --quiet --detach FETCH_HEAD");
        // No credentials are left, so nothing more can be asked for.
        git(workspace, "remote set-url origin file:///nowhere");
    }

    fn commit(&self, path: &str, text: &str, date: &str) {
        let file = self.clone.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        git(&self.clone, "add --all");
        git_at(&self.clone, "commit --quiet --allow-empty -m Change", date);
    }

    fn merge_branch(&self, number: u64) {
        let subject = format!("Merge pull request #{number} from acme/pull-{number}");
        git_words(
            &self.clone,
            &["merge", "--quiet", "--no-ff", "-m", &subject, &format!("pull-{number}")],
            *self.merged_at.borrow(),
        );
    }

    fn pushed(&self, branch: &str) -> String {
        git(&self.clone, &format!("push --quiet --force origin {branch}"));
        git(&self.clone, "rev-parse HEAD")
    }
}

fn git(folder: &Path, args: &str) -> String {
    git_at(folder, args, LONG_AGO)
}

fn git_at(folder: &Path, args: &str, date: &str) -> String {
    git_words(folder, &args.split_whitespace().collect::<Vec<_>>(), date)
}

fn git_words(folder: &Path, args: &[&str], date: &str) -> String {
    let mut command = command(folder, args);
    if date != "now" {
        command.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn git_may(folder: &Path, args: &str) -> Option<()> {
    command(folder, &args.split_whitespace().collect::<Vec<_>>()).output().unwrap().status.success().then_some(())
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(args).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "someone").env(format!("GIT_{who}_EMAIL"), "someone@example.com");
    }
    command
}
