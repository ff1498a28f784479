//! Ninety days of a cron job: `heeler drift` four times a day against one vendor, while people merge, somebody edits by
//! hand, and the vendor has bad days. The one rule an alert needs is under test: exit 2 with a fingerprint other than
//! that of the open alert opens one, exit 0 closes it, exit 1 means nothing.
//!
//! Runs are serial, as the workflow's concurrency group makes them: drift never falls between a merge and its apply.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "quiet/between.rs"]
mod between;
#[path = "quiet/git.rs"]
mod git;
mod support;

use std::net::TcpListener;
use std::ops::Range;
use std::thread;

use between::{Between, Trouble};
use git::Git;
use serde_json::{Value, json};
use support::{ACCOUNTS, Folder, Run, Served, http};

/// Four runs a day.
const RUNS: usize = 4 * 90;
const MERGES: usize = 40;
/// Failures of a vendor that answers, and of a port that nobody answers at: together 200.
const FAILURES: usize = 198;
const NOBODY_HOME: usize = 2;
/// From somebody's edit until it is put right.
const DRIFTS: [Range<usize>; 3] = [58..81, 148..193, 282..311];
/// The merge in the middle of the second drift: its plan is from before.
const LATE_MERGE: usize = 171;

/// What a team would have been told.
#[derive(Default)]
struct Alerts {
    open: Option<String>,
    opened: Vec<usize>,
    closed: usize,
}

impl Alerts {
    fn hear(&mut self, at: usize, code: i32, fingerprint: Option<&str>) {
        match code {
            0 => self.closed += usize::from(self.open.take().is_some()),
            2 if self.open.as_deref() == fingerprint => {}
            2 => {
                self.open = Some(fingerprint.expect("exit 2 has a fingerprint").to_owned());
                self.opened.push(at);
            }
            1 => {}
            other => panic!("run {at} ended with {other}"),
        }
    }
}

#[test]
fn in_ninety_days_exactly_three_alerts() {
    let mut days = Days::begin();
    let nobody: Vec<_> = (0..NOBODY_HOME).map(|_| nobody_home(&days)).collect();
    let (mut alerts, mut failed, mut seen_in) = (Alerts::default(), NOBODY_HOME, [0; DRIFTS.len()]);
    for at in 0..RUNS {
        days.happens(at);
        let drifted = DRIFTS.iter().position(|drift| drift.contains(&at));
        let trouble = days.troubles[at];
        days.between.suffers(trouble);
        let (run, json) = days.drift();
        days.between.suffers(None);
        if let Some(trouble) = trouble.filter(|trouble| !trouble.heals()) {
            failed += 1;
            knows_nothing(&run, json.as_ref(), &format!("run {at}, {trouble:?}"));
            alerts.hear(at, run.code, None);
            continue;
        }
        let drift = &json.expect("a file")["drift"];
        assert_eq!(drift["in_sync"], drifted.is_none(), "run {at}: {run:?}");
        let run = match drifted {
            Some(_) => run.exits(2).says(&["Drift: ", "Fingerprint: sha256:"]),
            None => run.exits(0).says(&["Drift: none. "]),
        };
        drifted.iter().for_each(|drift| seen_in[*drift] += 1);
        alerts.hear(at, run.code, drift["fingerprint"].as_str());
    }
    nobody.into_iter().for_each(|run| knows_nothing(&run.join().unwrap(), None, "nobody is home"));
    assert_eq!((days.merges, failed), (MERGES, FAILURES + NOBODY_HOME));
    assert!(seen_in.iter().all(|seen| *seen > 3), "too few runs saw the drifts: {seen_in:?}");
    assert_eq!(alerts.opened.len(), DRIFTS.len(), "alerts at {:?}", alerts.opened);
    assert!(alerts.opened.iter().zip(&DRIFTS).all(|(at, drift)| drift.contains(at)), "alerts at {:?}", alerts.opened);
    assert_eq!((alerts.closed, alerts.open), (DRIFTS.len(), None));
}

/// A run that met a failure says so, and nothing of what is live.
#[track_caller]
fn knows_nothing(run: &Run, json: Option<&Value>, what: &str) {
    assert_eq!(run.code, 1, "{what}: {run:?}");
    for said in ["none", "in sync", "no drift", "Fingerprint", "match"] {
        assert!(!run.out.contains(said) && !run.err.contains(said), "{what}: {said:?} in {run:?}");
    }
    if let Some(json) = json {
        let drift = &json["drift"];
        // Where the keys were refused there is no reading at all, and so no drift to speak of.
        let unknown = drift.is_null() && json["error"].is_string() || drift["in_sync"] == false;
        assert!(unknown && json["complete"] == false && drift["fingerprint"].is_null(), "{what}: {json}");
    }
}

/// A run against a port that was closed; it takes heeler's patience, so it runs beside the others.
fn nobody_home(days: &Days) -> thread::JoinHandle<Run> {
    let url = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let mut command = days.folder.heeler("drift heeler");
    support::keyed(&mut command, &url);
    thread::spawn(move || Run::of(&mut command))
}

/// One vendor, one repository, and what happens to them.
struct Days {
    folder: Folder,
    vendor: Served,
    between: Between,
    git: Git,
    merges: usize,
    merging: Vec<usize>,
    troubles: Vec<Option<Trouble>>,
}

impl Days {
    fn begin() -> Self {
        let folder = Folder::new("quiet");
        folder.write("world.json", &support::world(&["900000000001", "900000000002"].map(support::row)));
        let vendor = Served::world(&folder, "world.json");
        let between = Between::heeler_and(&vendor.url);
        let git = Git::new();
        git.write(&folder);
        let calm: Vec<usize> =
            (2..RUNS).filter(|at| !DRIFTS.iter().any(|drift| drift.contains(at) || *at == drift.end)).collect();
        let mut merging: Vec<usize> =
            calm.chunks(calm.len() / (MERGES - 1)).take(MERGES - 1).map(|chunk| chunk[0]).collect();
        merging.push(LATE_MERGE);
        let days = Days { folder, vendor, between, git, merges: 0, merging, troubles: troubles() };
        days.heeler("apply heeler").exits(0);
        days
    }

    /// What happened since the last run.
    fn happens(&mut self, at: usize) {
        match DRIFTS.iter().position(|drift| drift.start == at) {
            Some(0) => self.edit("100000000002", json!({ "metrics_config": { "enabled": false } })),
            Some(1) => {
                // A pull request is planned, and merged long after somebody has deleted an account by hand.
                self.git.later(self.merges).write_to(&self.folder, "proposed");
                self.heeler("plan proposed --json plan.json").exits(0);
                let row = self.vendor.row("100000000003")["id"].as_str().unwrap().to_owned();
                support::forward(
                    &self.vendor.url,
                    &format!("DELETE {ACCOUNTS}/{row} HTTP/1.1\r\nDD-API-KEY: a\r\nDD-APPLICATION-KEY: b\r\n\r\n"),
                );
            }
            Some(_) => {
                let tombstoned = format!("{:012}", self.git.removed.first().expect("a tombstone"));
                let row = json!({ "aws_account_id": tombstoned, "aws_partition": "aws", "auth_config": { "role_name": "Observer" } });
                http(
                    &self.vendor.url,
                    "POST",
                    ACCOUNTS,
                    Some(json!({ "data": { "type": "account", "attributes": row } })),
                );
            }
            None => {}
        }
        if DRIFTS.iter().any(|drift| drift.end == at) {
            self.heeler("apply heeler").exits(0).says(&["Converged"]);
        }
        if self.merging.contains(&at) {
            self.git = self.git.later(self.merges);
            self.git.write(&self.folder);
            self.merges += 1;
            if at == LATE_MERGE {
                self.heeler("apply heeler --expect plan.json").exits(3).says(&["HELD BACK: 1 account"]);
            } else {
                self.heeler("apply heeler").exits(0);
            }
        }
        if at % 31 == 7 {
            // What nobody manages is nobody's drift.
            self.edit("100000000001", json!({ "resources_config": { "extended_collection": at.is_multiple_of(2) } }));
            self.edit("900000000001", json!({ "account_tags": [format!("run:{at}")] }));
        }
    }

    fn edit(&self, account: &str, mut attributes: Value) {
        let row = self.vendor.row(account)["id"].as_str().unwrap().to_owned();
        attributes["aws_account_id"] = json!(account);
        let body = json!({ "data": { "type": "account", "attributes": attributes } });
        http(&self.vendor.url, "PATCH", &format!("{ACCOUNTS}/{row}"), Some(body));
    }

    /// The run, and its JSON if it wrote any.
    fn drift(&self) -> (Run, Option<Value>) {
        let file = self.folder.path("drift.json");
        let _ = std::fs::remove_file(&file);
        let run = self.heeler("drift heeler --json drift.json");
        (run, file.is_file().then(|| self.folder.json("drift.json")))
    }

    fn heeler(&self, args: &str) -> Run {
        self.folder.run_at(&self.between.url, args)
    }
}

/// Which run suffers what, scattered over the days, and the same every time.
fn troubles() -> Vec<Option<Trouble>> {
    let mut luck = 7u64;
    let mut below = |end: usize| {
        luck = luck.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (luck >> 33) as usize % end
    };
    let fatal = Trouble::ALL.into_iter().filter(|trouble| !trouble.heals()).cycle().take(FAILURES);
    let healing = Trouble::ALL.into_iter().filter(|trouble| trouble.heals()).cycle().take(9);
    let mut troubles: Vec<Option<Trouble>> = fatal.chain(healing).map(Some).collect();
    troubles.resize(RUNS, None);
    (1..RUNS).rev().for_each(|last| troubles.swap(last, below(last + 1)));
    troubles
}
