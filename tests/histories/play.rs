//! Plays a history against the emulator, and asks after each step whether every promise was kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use heeler::commands::Exit;
use heeler::model::Key;
use heeler::sandbox::{ExternalIds, Faults, Sandbox, World};
use serde_json::Value;
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::commands::{self, Ended};
use crate::config::{Config, Edit, Resource};
use crate::history::{Run, Step, faults};
use crate::promises::{self, Approved, Beside, Kept};
use crate::{folder, people};

/// After this time every effect shows.
const SHOWN: Duration = Duration::from_secs(91);

/// Plays a history on a clock that stands still but for what is waited for. Why it fails, if it does.
pub fn play(steps: &[Step]) -> Kept {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    let mut play = Play::new();
    let played = runtime.block_on(async {
        for (number, step) in steps.iter().enumerate() {
            play.step(*step).await.map_err(|why| format!("step {}: {why}", number + 1))?;
        }
        play.end().await.map_err(|why| format!("at the end: {why}"))
    });
    folder::clear();
    played
}

/// A commit that waits to be merged.
#[derive(Default)]
struct PullRequest {
    edits: Vec<Edit>,
    plan: Option<Plan>,
    approved: bool,
}

/// A plan of a pull request.
struct Plan {
    config: Config,
    file: String,
    json: Value,
    exit: Option<Exit>,
}

struct Play {
    sandbox: Arc<Sandbox>,
    /// The main branch after each merge.
    main: Vec<Config>,
    open: BTreeMap<u8, PullRequest>,
    approved: Vec<Approved>,
    /// The approved plans of what was merged and not applied to its end: files and digests.
    pending: Vec<(String, String)>,
    faults: u8,
    number: u64,
    /// What two runs at once have made twice.
    doubled: BTreeSet<Key>,
}

impl Play {
    fn new() -> Self {
        Play {
            sandbox: Arc::new(Sandbox::new(World::empty(), 1).with_external_ids(ExternalIds::Any)),
            main: vec![Config::default()],
            open: BTreeMap::new(),
            approved: Vec::new(),
            pending: Vec::new(),
            faults: 0,
            number: 0,
            doubled: BTreeSet::new(),
        }
    }

    fn now(&self) -> Config {
        self.main.last().cloned().unwrap_or_default()
    }

    async fn step(&mut self, step: Step) -> Kept {
        self.number += 1;
        match step {
            Step::Commit(request, edit) => {
                let request = self.open.entry(request).or_default();
                request.edits.push(edit);
                (request.plan, request.approved) = (None, false);
            }
            Step::Plan(request) => self.plan(request).await?,
            Step::Approve(request) => self.approve(request),
            Step::Merge(request) => self.merge(request),
            Step::Apply(run) => self.apply(run).await?,
            Step::Race { first, second, older } => self.race(first, second, older).await?,
            Step::Drift => self.drift().await?,
            Step::Person(deed) => people::does(deed, &self.sandbox, 1000 + self.number).await,
            Step::Faults(number) => self.befall(number),
            Step::Wait(seconds) => sleep(Duration::from_secs(seconds.into())).await,
        }
        self.nothing_is_doubled().await
    }

    fn befall(&mut self, number: u8) {
        self.faults = number;
        self.sandbox.set_faults(Faults::parse(&faults(number, self.number)).expect("faults"));
    }

    async fn plan(&mut self, request: u8) -> Kept {
        let mut config = self.now();
        let Some(open) = self.open.get(&request) else { return Ok(()) };
        open.edits.iter().for_each(|edit| config.edit(*edit));
        let plan = self.planned(config).await?;
        if let Some(open) = self.open.get_mut(&request) {
            open.plan = Some(plan);
        }
        Ok(())
    }

    async fn planned(&mut self, config: Config) -> Result<Plan, String> {
        let name = format!("plan-{}", self.number);
        let path = folder::write(&format!("{name}.yaml"), &config.text());
        let [file, markdown] = ["json", "md"].map(|kind| folder::path(&format!("{name}.{kind}")).display().to_string());
        let ended =
            self.reads(&["plan", &path, "--sandbox", "--json", &file, "--markdown", &markdown], &config).await?;
        Ok(Plan { config, file, json: ended.json, exit: ended.exit })
    }

    /// A command that only reads.
    async fn reads(&self, args: &[&str], config: &Config) -> Result<Ended, String> {
        let before = self.everything();
        let args: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
        let ended = commands::run(&self.sandbox, Run { luck: self.number, ..Run::CALM }, &args).await;
        if before != self.everything() || !ended.effects.is_empty() {
            return Err(format!("{} wrote", args[0]));
        }
        promises::run_keeps(&ended, Beside::Nobody, config, &self.approved).await?;
        Ok(ended)
    }

    fn everything(&self) -> Vec<Vec<Value>> {
        crate::vendors::BACKENDS.map(|backend| self.sandbox.rows(backend)).to_vec()
    }

    /// A reviewer sees a whole plan that refuses nothing.
    fn approve(&mut self, request: u8) {
        let Some(open) = self.open.get_mut(&request) else { return };
        open.approved = open.plan.as_ref().is_some_and(|plan| plan.exit == Some(Exit::Done));
    }

    fn merge(&mut self, request: u8) {
        if !self.open.get(&request).is_some_and(|open| open.approved) {
            return;
        }
        let Some(PullRequest { edits, plan: Some(plan), .. }) = self.open.remove(&request) else { return };
        let mut main = self.now();
        edits.iter().for_each(|edit| main.edit(*edit));
        self.main.push(main);
        self.accept(plan);
    }

    fn accept(&mut self, Plan { config, file, json, exit: _ }: Plan) {
        self.pending.push((file, json["digest"].as_str().unwrap_or_default().to_owned()));
        self.approved.push(Approved { plan: json, config: config.load() });
    }

    /// One apply, and what it must keep. The next run begins after the effects of the last show.
    async fn apply(&mut self, run: Run) -> Kept {
        sleep(SHOWN).await;
        let config = self.now();
        let ended = self.run(&config, run, 0).await;
        promises::run_keeps(&ended, Beside::Nobody, &config, &self.approved).await?;
        promises::all_say_the_same(&ended)?;
        // Somebody may change a row after the last listing was read.
        if ended.json["proof"] == "as_planned" && run.meanwhile.is_none() {
            let aside = |key: &Key| {
                ["held_back", "refusals", "unreadable"].iter().any(|list| promises::mentions(&ended.json[*list], key))
            };
            promises::live_is(&self.sandbox, &config, &aside)
                .await
                .map_err(|why| format!("it said converged, and {why}\n{}", ended.printed))?;
        }
        if ended.exit == Some(Exit::Done) {
            self.pending.clear();
        }
        Ok(())
    }

    async fn race(&mut self, first: Run, second: Run, older: bool) -> Kept {
        sleep(SHOWN).await;
        let config = self.now();
        let other = if older && self.main.len() > 1 { self.main[self.main.len() - 2].clone() } else { config.clone() };
        let faults = self.faults;
        self.befall(0);
        let (one, two) = tokio::join!(self.run(&config, first, 1), self.run(&other, second, 2));
        self.befall(faults);
        promises::run_keeps(&one, Beside::AnotherRun(&two), &config, &self.approved).await?;
        promises::run_keeps(&two, Beside::AnotherRun(&one), &other, &self.approved).await?;
        promises::all_say_the_same(&one)?;
        promises::all_say_the_same(&two)?;
        for (key, ids) in promises::doubled(&self.sandbox).await {
            // A run that was told to stop looks no more.
            let looked = first.end.is_none() && second.end.is_none() && !self.doubled.contains(&key);
            if looked {
                promises::race_is_told(&key, &ids, [&one, &two])?;
            }
            self.doubled.insert(key);
        }
        Ok(())
    }

    async fn run(&self, config: &Config, run: Run, which: u8) -> Ended {
        let name = format!("apply-{}-{which}", self.number);
        let path = folder::write(&format!("{name}.yaml"), &config.text());
        let [json, markdown] = ["json", "md"].map(|kind| folder::path(&format!("{name}.{kind}")).display().to_string());
        let mut args: Vec<String> =
            ["apply", &path, "--sandbox", "--json", &json, "--markdown", &markdown].map(str::to_owned).to_vec();
        args.extend(["--jobs".to_owned(), run.jobs.to_string()]);
        let approved = match &self.pending[..] {
            [] => vec!["none".to_owned()],
            [(_, digest)] if run.whole => vec![digest.clone()],
            several => several.iter().map(|(file, _)| file.clone()).collect(),
        };
        args.extend(approved.into_iter().flat_map(|file| ["--expect".to_owned(), file]));
        commands::run(&self.sandbox, run, &args).await
    }

    async fn drift(&mut self) -> Kept {
        let config = self.now();
        let path = folder::write("drift.yaml", &config.text());
        let json = folder::path("drift.json").display().to_string();
        sleep(SHOWN).await;
        let ended = self.reads(&["drift", &path, "--sandbox", "--strict", "--json", &json], &config).await?;
        if ended.exit == Some(Exit::Done) {
            promises::live_is(&self.sandbox, &config, &|_| false)
                .await
                .map_err(|why| format!("it said in sync, and {why}"))?;
        }
        Ok(())
    }

    async fn nothing_is_doubled(&self) -> Kept {
        let doubled = promises::doubled(&self.sandbox).await;
        match doubled.iter().find(|(key, _)| !self.doubled.contains(key)) {
            Some((key, ids)) => Err(format!("{key} is there {} times", ids.len())),
            None => Ok(()),
        }
    }

    /// Faults end, everything shows, and one more apply is approved as a whole.
    async fn end(&mut self) -> Kept {
        self.number += 1;
        self.befall(0);
        sleep(SHOWN).await;
        let doubled = self.one_more_apply(self.now()).await?;
        if doubled.is_empty() {
            return Ok(());
        }
        // What is there twice is put right by hand: a tombstone for each row that is one too many, and then it is as in
        // any history.
        let mut config = self.now();
        for (key, ids) in doubled {
            let resource = Resource::of(&key);
            // Of what shall go as a whole none is kept, and each row goes by its id.
            let kept = usize::from(!self.now().removed.contains(&resource));
            config.removed.remove(&resource);
            config.surplus.extend(ids.into_iter().skip(kept).map(|id| (resource, id)));
        }
        self.number += 1;
        self.one_more_apply(config).await?;
        self.number += 1;
        let doubled = self.one_more_apply(self.now()).await?;
        if doubled.is_empty() { Ok(()) } else { Err(format!("{doubled:?} are there still")) }
    }

    /// Everything is as the config says, and what is there twice is named; answers that.
    async fn one_more_apply(&mut self, config: Config) -> Result<BTreeMap<Key, Vec<String>>, String> {
        let doubled = promises::doubled(&self.sandbox).await;
        let plan = self.planned(config.clone()).await?;
        self.accept(plan);
        let ended = self.run(&config, Run::CALM, 0).await;
        promises::run_keeps(&ended, Beside::Nobody, &config, &self.approved).await?;
        let failed = |why: String| format!("{why}\n{}", ended.printed);
        promises::live_is(&self.sandbox, &config, &|key| doubled.contains_key(key)).await.map_err(failed)?;
        let named = doubled.values().flatten().all(|id| ended.says(id));
        let converged = ended.json["converged"] == true && ended.exit == Some(Exit::Done);
        match (named, converged || !doubled.is_empty()) {
            (true, true) => Ok(doubled),
            (false, _) => Err(failed(format!("{doubled:?} are there twice, and that is not said"))),
            (true, false) => Err(failed("one more apply did not converge".to_owned())),
        }
    }
}
