//! Where what a run found goes: text, JSON and Markdown; in GitHub Actions annotations, the step summary and outputs as
//! well.
//!
//! Every run leaves by [`Reporter::close`], so a report is written for a run that failed, too: nobody reads a stale
//! one.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::commands::Exit;
use crate::commands::arguments::flags::{Destination, Reports};
use crate::commands::files::atomic_files::{self, OwnFile, write_text, write_through};
use crate::commands::files::own_reports::Product;
use crate::commands::output::github::GitHub;
use crate::commands::output::overwrite_guard::{self, Inputs, Output};
use crate::commands::process::console::Console;
use crate::commands::process::error::{cannot_write, shown};
use crate::model::{Diagnostic, Env, Error, ErrorKind, Sources};
use crate::render::escape_untrusted::printable;
use crate::render::github::Commands;
use crate::render::markdown::Text;
use crate::render::{self, Links, PlanView};
use crate::run::Planned;

/// Where everything goes.
pub struct Reporter<'a> {
    command: &'static str,
    reports: &'a Reports,
    console: &'a Console,
    github: Option<GitHub<'a>>,
    json: Option<Json>,
    markdown: Option<Destination>,
    /// Whether this run has changed something at a vendor.
    wrote: AtomicBool,
    /// Where lines of files can be looked at.
    pub links: Links,
}

/// Where JSON goes.
enum Json {
    Once(Destination),
    File(OwnFile),
}

impl<'a> Reporter<'a> {
    /// Ready to take what `command` finds.
    ///
    /// # Errors
    /// Two reports want one place, or one wants the place of what is read or of what is not a report.
    pub fn new(
        command: &'static str,
        reports: &'a Reports,
        inputs: &Inputs,
        env: &'a Env,
        console: &'a Console,
    ) -> Result<Self, Error> {
        let (json, markdown) = (reports.json_destination(env), reports.markdown_destination(env));
        if [&json, &markdown].iter().all(|destination| **destination == Some(Destination::Stdout)) {
            return Err(
                Error::usage("--json - and --markdown - cannot both have stdout").hint("write one of them to a file")
            );
        }
        let github = reports.github.then(|| GitHub::new(env));
        let added = github.iter().flat_map(GitHub::files).collect::<Vec<_>>();
        let added = added.iter().map(|(flag, path)| Output { flag, path, product: None });
        let reported = [output("--json", &json, Product::Json), output("--markdown", &markdown, Product::Markdown)];
        let outputs: Vec<Output<'_>> = added.chain(reported.into_iter().flatten()).collect();
        overwrite_guard::check(&outputs, inputs)?;
        outputs
            .iter()
            .filter(|output| output.product.is_some())
            .for_each(|output| atomic_files::sweep(output.path, |left| inputs.have(left)));
        let json = json.map(|destination| match destination {
            Destination::File(path) => Json::File(OwnFile::new(path)),
            other @ (Destination::Stdout | Destination::Stderr | Destination::Through(_)) => Json::Once(other),
        });
        Ok(Reporter {
            command,
            reports,
            console,
            github,
            json,
            markdown,
            wrote: AtomicBool::new(false),
            links: crate::commands::output::github::links(env),
        })
    }

    /// What people read on stdout, unless a report takes its place.
    pub fn text(&self, text: &str) {
        if !self.reports.take_stdout() {
            self.console.product(text);
        }
    }

    /// Whether text is shown at all.
    pub fn shows_text(&self) -> bool {
        !self.reports.take_stdout()
    }

    /// What goes to stderr whatever happens.
    pub fn problem(&self, text: &str) {
        self.console.problem(text);
    }

    /// Errors and warnings with places: on stderr, and as annotations.
    pub fn diagnostics(&self, list: &[Diagnostic], sources: &Sources) {
        self.console.problem(&render::diagnostics::diagnostics(list, sources));
        self.annotate(list, sources);
    }

    /// What a plan found that was not said when the config was read. Answers whether that makes the config invalid.
    pub fn plan_diagnostics(&self, planned: &Planned) -> bool {
        self.diagnostics(planned.new_diagnostics(), &planned.run().config().sources);
        planned.is_invalid()
    }

    /// A plan as it is shown here: places lead to where their lines can be looked at.
    pub fn view<'p>(&self, planned: &'p Planned) -> PlanView<'p> {
        PlanView { links: self.links.clone(), ..planned.view() }
    }

    /// The same as annotations alone.
    pub fn annotate(&self, list: &[Diagnostic], sources: &Sources) {
        if self.github.is_some() {
            self.say_to_github(&render::github::annotations(list, sources, &self.links));
        }
    }

    /// A config that is invalid, as Markdown and JSON. A report that cannot be written does not hide what is wrong.
    pub fn invalid(&self, list: &[Diagnostic], sources: &Sources) {
        let markdown = self.markdown(|| render::markdown::invalid(self.command, list, sources, &self.links));
        let json = self.json(&render::json::failed(self.command, None, list, sources));
        [markdown, json].into_iter().filter_map(Result::err).for_each(|error| self.problem(&shown(&error)));
    }

    /// The JSON report, where one is wanted.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn json(&self, document: &impl Serialize) -> Result<(), Error> {
        match &self.json {
            None => Ok(()),
            Some(Json::File(file)) => {
                let written = atomic_files::json(document).and_then(|bytes| file.write(&bytes));
                written.map_err(|error| cannot_write(file.path(), error))
            }
            Some(Json::Once(destination)) => self.deliver(destination, &render::json::text(document)),
        }
    }

    /// Whether anybody wants JSON.
    pub fn wants_json(&self) -> bool {
        self.json.is_some()
    }

    /// The file that the JSON is written to again and again, if it is one.
    pub fn json_file(&self) -> Option<&OwnFile> {
        match &self.json {
            Some(Json::File(file)) => Some(file),
            Some(Json::Once(_)) | None => None,
        }
    }

    /// The Markdown report and the step summary, where they are wanted.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn markdown(&self, text: impl FnOnce() -> Text) -> Result<(), Error> {
        if self.github.is_none() && self.markdown.is_none() {
            return Ok(());
        }
        let text = &text();
        if let Some(github) = &self.github {
            github.summary(&printable(&text.whole()), &printable(text))?;
        }
        // Whoever prints the file later prints it to a runner, too.
        let text = &*printable(text);
        self.markdown.as_ref().map_or(Ok(()), |destination| self.deliver(destination, text))
    }

    fn deliver(&self, destination: &Destination, text: &str) -> Result<(), Error> {
        let cannot = |path: &Path, written: io::Result<()>| written.map_err(|error| cannot_write(path, error));
        match destination {
            Destination::Stdout => self.console.product(text),
            Destination::Stderr => self.console.problem(text),
            Destination::Through(path) => cannot(path, write_through(path, text.as_bytes()))?,
            Destination::File(path) => cannot(path, write_text(path, text))?,
        }
        Ok(())
    }

    /// Where progress and results are printed.
    pub fn console(&self) -> &Console {
        self.console
    }

    /// Remembers that this run has changed something at a vendor: what fails from now on leaves it done in part.
    pub fn has_written(&self) {
        self.wrote.store(true, Ordering::Relaxed);
    }

    /// How a run ends whose result could not be delivered.
    pub fn undelivered(&self) -> Exit {
        if self.wrote.load(Ordering::Relaxed) { Exit::Partial } else { Exit::Failed }
    }

    /// What later steps of a job can ask for.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn outputs(&self, outputs: &[(&'static str, String)]) -> Result<(), Error> {
        self.github.as_ref().map_or(Ok(()), |github| github.outputs(outputs))
    }

    /// What a plan tells later steps.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn plan_outputs(&self, view: &PlanView<'_>) -> Result<(), Error> {
        if self.github.is_some() { self.outputs(&render::github::outputs(view)) } else { Ok(()) }
    }

    /// The end of a run, however it ended: a failure is reported wherever a result would have been. Wrong usage is only
    /// said: whatever is in the files stays.
    ///
    /// # Errors
    /// The one given.
    pub fn close(&self, result: Result<Exit, Error>) -> Result<Exit, Error> {
        let exit = match &result {
            Ok(exit) => *exit,
            Err(error) => error.kind().into(),
        };
        if exit == Exit::Usage {
            return result;
        }
        // An invalid config has been reported with everything that is wrong with it.
        if let Err(error) = &result
            && error.kind() != ErrorKind::InvalidConfig
        {
            self.failed(error);
        }
        let delivered = self.console.undelivered().is_none();
        let exit = if delivered { exit } else { exit.and(self.undelivered()) };
        let told = self.outputs(&[("exit", exit.code().to_string()), ("meaning", exit.meaning().to_owned())]);
        let exit = match told {
            Ok(()) => exit,
            Err(error) => {
                self.problem(&shown(&error));
                exit.and(self.undelivered())
            }
        };
        result.map(|_| exit)
    }

    /// Reports are written as far as that is possible; the error itself is on its way to the user.
    fn failed(&self, error: &Error) {
        let (words, hint) = (error.with_causes(), error.hints().first());
        let _ = self.markdown(|| render::markdown::failed(self.command, &words, hint.map(String::as_str)));
        let _ = self.json(&render::json::failed(self.command, Some(words.clone()), &[], &Sources::default()));
        if self.github.is_some() {
            self.say_to_github(&render::github::failure(self.command, &words));
        }
    }

    /// The runner reads commands from both streams; they must not end up in a report on stdout.
    fn say_to_github(&self, commands: &Commands) {
        self.console.commands(commands, self.shows_text());
    }
}

/// The file that a report goes to, if it is one; what is written through is not replaced.
fn output<'a>(flag: &'a str, destination: &'a Option<Destination>, product: Product) -> Option<Output<'a>> {
    match destination {
        Some(Destination::File(path)) => Some(Output { flag, path, product: Some(product) }),
        Some(Destination::Through(path)) => Some(Output { flag, path, product: None }),
        Some(Destination::Stdout | Destination::Stderr) | None => None,
    }
}
