//! heeler's commands within the test, as the binary runs them: arguments and environment in, an exit code out; files in
//! a folder.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use heeler::commands::process::console::Console;
use heeler::commands::{self, Exit};
use heeler::executor::interrupt::{Interrupt, Stop, interrupt};
use heeler::model::{Env, WriteClient};
use heeler::sandbox::Sandbox;
use serde_json::Value;
use tokio::time::Instant;

use crate::history::Run;
use crate::vendors::{Effect, Vendors};

/// What became of a run.
pub struct Ended {
    /// Nothing, if it was killed.
    pub exit: Option<Exit>,
    /// What it printed, on either stream.
    pub printed: String,
    /// The files it wrote.
    pub files: String,
    /// The one of them that is JSON.
    pub json: Value,
    pub effects: Vec<Effect>,
    /// When it asked for a listing last, by provider.
    pub last_read: BTreeMap<&'static str, Instant>,
}

impl Ended {
    /// Whether this stands anywhere in what it put out.
    pub fn says(&self, text: &str) -> bool {
        self.printed.contains(text) || self.files.contains(text)
    }
}

/// The environment of every run.
pub fn env() -> Env {
    [crate::SECRET].into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Runs a command to its end, or until it is killed.
pub async fn run(sandbox: &Arc<Sandbox>, run: Run, args: &[String]) -> Ended {
    let stop: Arc<(Stop, Interrupt)> = Arc::new(interrupt());
    let vendors = Arc::new(Vendors::new(sandbox.clone(), env(), run, stop.clone()));
    let client: Arc<dyn WriteClient> = vendors.clone();
    let env = env();
    let console = Console::collecting();
    let words = std::iter::once("heeler").chain(args.iter().map(String::as_str)).map(OsString::from);
    let running = commands::run_within(&console, words, &env, Some(&client), &stop);
    let exit = tokio::select! {
        exit = running => Some(exit),
        () = vendors.killed.notified() => None,
    };
    let files = args.iter().filter(|word| Path::new(word).extension().is_some_and(|extension| extension != "yaml"));
    let files: String = files.filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    let json = args.iter().skip_while(|word| *word != "--json").nth(1).and_then(|file| std::fs::read(file).ok());
    let json = json.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    Ended {
        exit,
        printed: console.collected(),
        files,
        json,
        effects: vendors.effects(),
        last_read: vendors.last_read(),
    }
}
