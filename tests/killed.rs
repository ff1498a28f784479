//! Law 10, second half: `kill -9` of the binary at every request boundary of an apply, then once more: it always
//! converges, nothing is created twice, and no external id is lost.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use support::{Folder, keyed, row, served_here, world};

/// Where a run is killed: at which request, and whether it was passed on before.
#[derive(Debug, Clone, Copy)]
struct Boundary {
    request: usize,
    passed_on: bool,
}

/// Stands between heeler and the sandbox and counts.
struct Between {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    requests: usize,
    boundary: Option<Boundary>,
    victim: Option<Child>,
}

impl Between {
    fn heeler_and(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, upstream) = (state.clone(), upstream.trim_start_matches("http://").to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, upstream) = (shared.clone(), upstream.clone());
                thread::spawn(move || while relay(&stream, &upstream, &state).is_some() {});
            }
        });
        Between { url, state }
    }
}

/// One request from heeler to the sandbox and back; nothing once either side is gone, or the run was killed.
fn relay(heeler: &TcpStream, upstream: &str, state: &Mutex<State>) -> Option<()> {
    let request = message(&mut BufReader::new(heeler))?;
    let number = {
        let mut state = state.lock().unwrap();
        state.requests += 1;
        state.requests
    };
    let is_end = |passed_on: bool| {
        let mut state = state.lock().unwrap();
        let here = state.boundary.is_some_and(|boundary| boundary.request == number && boundary.passed_on == passed_on);
        if here && let Some(victim) = &mut state.victim {
            victim.kill().unwrap();
        }
        here
    };
    if is_end(false) {
        return None;
    }
    let mut sandbox = TcpStream::connect(upstream).ok()?;
    sandbox.write_all(&request).ok()?;
    let answer = message(&mut BufReader::new(&sandbox))?;
    if is_end(true) {
        return None;
    }
    (&*heeler).write_all(&answer).ok()
}

/// A whole HTTP message with a Content-Length, or without a body.
fn message(from: &mut impl BufRead) -> Option<Vec<u8>> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    loop {
        let start = bytes.len();
        if from.read_until(b'\n', &mut bytes).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&bytes[start..]).to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let start = bytes.len();
    bytes.resize(start + length, 0);
    from.read_exact(&mut bytes[start..]).ok()?;
    Some(bytes)
}

/// One provider and how much it does.
struct Case {
    provider: &'static str,
    made: &'static str,
    changed: &'static str,
    /// Whether a listing tells external ids; else the report of the run that made an account is the only record.
    tells_external_ids: bool,
}

const V2: Case = Case {
    provider: "datadog",
    made: "{ auth_config: { role_name: dd } }",
    changed: "{ account_tags: [env:new] }",
    tells_external_ids: true,
};

/// Creates and updates of two steps.
const V1: Case = Case {
    provider: "datadog_v1",
    made: "{ role_name: dd, tag_filters: [{ namespace: elb, tag_filter_str: \"a:b\" }] }",
    changed: "{ host_tags: [env:new], logs: { services: [s3] } }",
    tells_external_ids: false,
};

/// Twelve actions: six creates, four updates, two deletes.
fn config(Case { provider, made, changed, .. }: &Case) -> String {
    let created = (1..=6).map(|n| format!("  - {{ aws_account_id: \"40000000010{n}\", {provider}: {made} }}\n"));
    let updated = (1..=4).map(|n| format!("  - {{ aws_account_id: \"40000000000{n}\", {provider}: {changed} }}\n"));
    let removed = (5..=6).map(|n| format!("  - {{ aws_account_id: \"40000000000{n}\", reason: closed }}\n"));
    format!(
        "version: 1\nlimits: {{ creates: 6, disruptive: 4, costly: 10 }}\nproviders: {{ {provider}: {{ site: datadoghq.eu }} }}\naccounts:\n{}removed:\n{}",
        created.chain(updated).collect::<String>(),
        removed.collect::<String>()
    )
}

#[test]
fn killed_at_every_request_boundary_it_converges_in_the_next_run() {
    killed_everywhere(&V2);
}

#[test]
fn killed_at_every_request_boundary_of_v1_it_converges_in_the_next_run() {
    killed_everywhere(&V1);
}

fn killed_everywhere(case: &Case) {
    let folder = Folder::new("killed");
    folder.write("heeler.yaml", &config(case));
    let rows: Vec<_> = (1..=6).map(|n| row(&format!("40000000000{n}"))).collect();
    folder.write("world.json", &world(&rows));
    let last = boundaries(&folder, &rows);
    assert!(last >= 20, "only {last} requests");
    for request in 1..=last {
        for passed_on in [false, true] {
            killed_at(&folder, &rows, case, Boundary { request, passed_on });
        }
    }
}

/// How many requests a whole run sends.
fn boundaries(folder: &Folder, rows: &[serde_json::Value]) -> usize {
    let (_sandbox, upstream) = served_here(rows);
    let between = Between::heeler_and(&upstream);
    folder.run_at(&between.url, "apply --jobs 2").exits(0);
    between.state.lock().unwrap().requests
}

fn killed_at(folder: &Folder, rows: &[serde_json::Value], case: &Case, boundary: Boundary) {
    let (sandbox, upstream) = served_here(rows);
    let between = Between::heeler_and(&upstream);
    {
        let mut state = between.state.lock().unwrap();
        state.boundary = Some(boundary);
        let mut command = folder.heeler("apply --jobs 2 --json killed.json");
        state.victim =
            Some(keyed(&mut command, &between.url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }
    let mut victim = loop {
        let mut state = between.state.lock().unwrap();
        if state.victim.as_mut().unwrap().try_wait().unwrap().is_some() {
            break state.victim.take().unwrap();
        }
        drop(state);
        thread::yield_now();
    };
    assert!(!victim.wait().unwrap().success(), "{boundary:?}: it was not killed");

    folder.run_at(&upstream, "apply --json after.json").exits(0);
    let mut found = BTreeMap::<String, usize>::new();
    for row in sandbox.rows("datadog") {
        let attributes = &row["attributes"];
        let id = attributes["aws_account_id"].as_str().unwrap().to_owned();
        if id.starts_with("4000000001") {
            assert!(
                attributes["auth_config"]["external_id"].is_string(),
                "{boundary:?}: {id} has lost its external id"
            );
        }
        *found.entry(id).or_default() += 1;
    }
    let wanted: Vec<String> =
        (1..=4).map(|n| format!("40000000000{n}")).chain((1..=6).map(|n| format!("40000000010{n}"))).collect();
    assert_eq!(found, wanted.into_iter().map(|id| (id, 1)).collect(), "{boundary:?}");
    // Every managed account with a role is in the report of the next plan, whoever created it.
    folder.run_at(&upstream, "plan --json told.json").exits(0);
    let told = folder.json("told.json");
    let managed: Vec<_> = told["managed"].as_array().unwrap().iter().collect();
    let with_id = managed.iter().filter(|row| row["external_id"].is_string()).count();
    assert_eq!((managed.len(), with_id), (10, if case.tells_external_ids { 10 } else { 0 }), "{boundary:?}");
}
