//! What end-to-end tests share: a scrubbed process, folders that go away, vendors on a loopback port.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

mod loopback;

#[allow(unused_imports)] // not every test binary needs both
pub use loopback::{Nobody, forward, parrot};

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use heeler::sandbox::faults::Faults;
use heeler::sandbox::{Sandbox, World, http_server};
use serde_json::{Value, json};

pub const BIN: &str = env!("CARGO_BIN_EXE_heeler");
pub const QUICKSTART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/configs/quickstart");
pub const FLEET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/configs/fleet");
pub const EVERYTHING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/configs/everything");
pub const ACCOUNTS: &str = "/api/v2/integration/aws/accounts";

/// A folder of a test's own; it goes when the test ends.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap()
    }

    pub fn names(&self) -> Vec<String> {
        fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// heeler in this folder, with nothing of the environment but PATH.
    pub fn heeler(&self, args: &str) -> Command {
        let mut command = Command::new(BIN);
        command.args(args.split_whitespace()).current_dir(&self.0).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// The schema that a command prints.
    pub fn schema(&self, args: &str) -> jsonschema::Validator {
        let schema = serde_json::from_str(&self.run(args).exits(0).out).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    }

    pub fn run(&self, args: &str) -> Run {
        Run::of(&mut self.heeler(args))
    }

    /// heeler with keys, against a vendor at this address.
    pub fn run_at(&self, url: &str, args: &str) -> Run {
        Run::of(keyed(&mut self.heeler(args), url))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub const API_KEY: &str = "apikey0123456789abcdef";
pub const APP_KEY: &str = "appkey0123456789abcdef";
pub const CLOUDCRAFT_KEY: &str = "craftkey0123456789abcdef";
pub const WAVEFRONT_TOKEN: &str = "token0123456789abcdef";

pub fn keyed<'a>(command: &'a mut Command, url: &str) -> &'a mut Command {
    command.env("DD_HOST", url).env("DD_API_KEY", API_KEY).env("DD_APP_KEY", APP_KEY);
    command.env("CLOUDCRAFT_HOST", url).env("CLOUDCRAFT_API_KEY", CLOUDCRAFT_KEY);
    command.env("WAVEFRONT_ADDRESS", url).env("WAVEFRONT_TOKEN", WAVEFRONT_TOKEN)
}

/// What became of a process.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let code = status.code().unwrap_or(-1);
        Run { code, out: String::from_utf8(stdout).unwrap(), err: String::from_utf8(stderr).unwrap() }
    }

    /// The same, if it ended with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// The same, if all of `parts` are on stdout or stderr.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(
                self.out.contains(part) || self.err.contains(part),
                "{part:?} is not in\n{}\nnor in\n{}",
                self.out,
                self.err
            );
        }
        self
    }
}

/// `heeler sandbox` as a process of its own, ended when this is dropped.
pub struct Served {
    child: Child,
    pub url: String,
}

impl Served {
    pub fn world(folder: &Folder, world: &str) -> Self {
        let mut command = folder.heeler("sandbox --listen 127.0.0.1:0 --world");
        let mut child = command.arg(world).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        let url = first
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .unwrap_or_else(|| panic!("no address in {first:?}"));
        Served { url: url.trim_end_matches(';').to_owned(), child }
    }

    pub fn rows(&self) -> Vec<Value> {
        let body = http(&self.url, "GET", ACCOUNTS, None);
        body["data"].as_array().unwrap_or_else(|| panic!("no rows in {body}")).clone()
    }

    pub fn row(&self, account: &str) -> Value {
        let rows = self.rows();
        rows.into_iter().find(|row| row["attributes"]["aws_account_id"] == account).unwrap_or_default()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The sandbox's server within the test's own process, so that its log can be read.
pub fn served_here(rows: &[Value]) -> (Arc<Sandbox>, String) {
    served_with(rows, Faults::none())
}

/// The same with faults.
pub fn served_with(rows: &[Value], faults: Faults) -> (Arc<Sandbox>, String) {
    served_world(&world(rows), faults)
}

/// The same with any world.
pub fn served_world(world: &str, faults: Faults) -> (Arc<Sandbox>, String) {
    let world = World::parse(world).unwrap();
    let sandbox = Arc::new(Sandbox::new(world, 1).with_faults(faults));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = sandbox.clone();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            http_server::serve(served, tokio::net::TcpListener::from_std(listener).unwrap(), std::future::pending())
                .await
        })
    });
    (sandbox, url)
}

/// One request by hand, and the JSON of its answer.
pub fn http(url: &str, method: &str, path: &str, body: Option<Value>) -> Value {
    let host = url.trim_start_matches("http://");
    let body = body.map_or(String::new(), |body| body.to_string());
    let mut stream = TcpStream::connect(host).unwrap();
    let keys = "DD-API-KEY: any\r\nDD-APPLICATION-KEY: any\r\nContent-Type: application/json\r\nConnection: close";
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{keys}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {answer}"))
}

/// A live row as Datadog lists one.
pub fn row(account: &str) -> Value {
    let id = format!("5c0ffee0-0000-4000-8000-{account}");
    json!({ "id": id, "type": "account", "attributes": {
        "account_tags": ["env:prod"], "aws_account_id": account, "aws_partition": "aws",
        "auth_config": { "role_name": "ObserverRole", "external_id": format!("ext{account}") },
        "aws_regions": { "include_all": true }, "metrics_config": { "enabled": true, "collect_custom_metrics": false },
        "created_at": "2026-02-03T04:05:06.123456Z", "modified_at": "2026-02-03T04:05:06.123456Z",
    } })
}

/// A listing's body.
pub fn rows(rows: &[Value]) -> String {
    json!({ "data": rows }).to_string()
}

/// A world file's text.
pub fn world(rows: &[Value]) -> String {
    json!({ "datadog": { "data": rows } }).to_string()
}

/// The lines every config begins with.
pub const HEAD: &str = "version: 1\nproviders: { datadog: { site: datadoghq.com } }\n";

/// An account with a secret that does not exist yet, and one that exists and differs.
pub const GOV: &str = "accounts:\n  - aws_account_id: \"400000000001\"\n    aws_partition: aws-us-gov\n    datadog:\n\
                   \x20     auth_config: { access_key_id: AKIACLIEXAMPLE000001, secret_access_key: { env: GOV_SECRET } }\n\
                   \x20 - { aws_account_id: \"400000000002\", datadog: { account_tags: [\"env:stage\"] } }\n";

/// Fails with everything about a document that its schema does not allow.
#[track_caller]
pub fn keeps_to(schema: &jsonschema::Validator, document: &Value, what: &str) {
    let wrong: Vec<String> =
        schema.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

/// Takes the `§` out of a text, and says where they stood: `line:column` of what follows each.
pub fn marked(text: &str) -> (String, Vec<String>) {
    let mut places = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let before = line.match_indices('§').enumerate();
        places.extend(before.map(|(nth, (at, _))| format!("{}:{}", index + 1, line[..at].chars().count() + 1 - nth)));
    }
    (text.replace('§', ""), places)
}
