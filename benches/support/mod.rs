//! What the benchmarks share: a fleet, a vendor in memory or on a port, the clock of this process.
#![allow(dead_code)]

pub mod fleet;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use heeler::model::{Env, Failure, ReadClient, ReadRequest, Response};
use heeler::run::{PlanOptions, Planned, Run};

/// A vendor whose listing is in memory.
pub struct Memory(pub Mutex<Vec<u8>>);

#[async_trait]
impl ReadClient for Memory {
    async fn read(&self, request: ReadRequest) -> Result<Response, Failure> {
        let body = match fleet::catalog(&request.request().path) {
            Some(catalog) => catalog.into(),
            None => std::mem::take(&mut *self.0.lock().unwrap()),
        };
        Ok(Response::new(200, body))
    }
}

/// Texts to a config.
pub fn load(files: Vec<(String, String)>) -> Run {
    Run::of_texts(files, &Env::default()).unwrap_or_else(|invalid| panic!("{:?}", invalid.diagnostics.first()))
}

/// A config and a listing to a plan.
pub fn plan(run: &Run, listing: Vec<u8>) -> Planned {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run.read_unguarded(&Memory(Mutex::new(listing)))).plan(&PlanOptions::default())
}

/// The same, and the text of it.
pub fn plan_and_show(run: &Run, listing: Vec<u8>) -> String {
    plan(run, listing).to_text()
}

/// A vendor on a loopback port that answers after `delay`; it counts requests.
pub fn serve(listing: Vec<u8>, delay: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (requests, listing) = (Arc::new(AtomicUsize::new(0)), Arc::new(listing));
    let counted = requests.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (listing, counted) = (listing.clone(), counted.clone());
            thread::spawn(move || drop(answer(stream, &listing, delay, &counted)));
        }
    });
    (url, requests)
}

fn answer(mut stream: TcpStream, listing: &[u8], delay: Duration, requests: &AtomicUsize) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut said = String::new();
        while !said.ends_with("\r\n\r\n") {
            if reader.read_line(&mut said)? == 0 {
                return Ok(());
            }
        }
        requests.fetch_add(1, Ordering::Relaxed);
        thread::sleep(delay);
        let path = said.split_whitespace().nth(1).unwrap_or_default();
        let body = fleet::catalog(path).map_or(listing, str::as_bytes);
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len())?;
        stream.write_all(body)?;
    }
}

/// `heeler sandbox` as a process of its own, with these faults, and where it is.
pub fn sandbox(faults: &str) -> (Child, String) {
    let mut sandbox = Command::new(env!("CARGO_BIN_EXE_heeler"));
    sandbox.args(["sandbox", "--listen", "127.0.0.1:0", "--faults", faults]);
    let mut sandbox = sandbox.stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(sandbox.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    let url =
        first.split_whitespace().find(|word| word.starts_with("http://")).unwrap().trim_end_matches(';').to_owned();
    (sandbox, url)
}

/// CPU of this process so far, in seconds: its own user time, and all time of children that have ended. Linux only.
pub fn cpu() -> (f64, f64) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap().split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect();
    // The kernel shows times in hundredths of a second, whatever its own clock is.
    (fields[11] / 100.0, (fields[13] + fields[14]) / 100.0)
}

/// Peak memory of this process, in KB. Linux only.
pub fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
