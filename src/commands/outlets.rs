//! Where what a run found goes: text, JSON and Markdown; in GitHub Actions annotations, the step summary and outputs as well.
//!
//! Every run leaves by [`Outlets::close`], so a report is written for a run that failed, too: nobody reads a stale one.

use serde::Serialize;

use super::console::Console;
use super::files::{write_json, write_text};
use super::flags::Reports;
use super::github::GitHub;
use super::{CommandError, Exit};
use crate::model::{Diagnostic, Env, Sources};
use crate::render::clean::printable;
use crate::render::github::Commands;
use crate::render::{self, Links, Scene};

/// Where everything goes.
pub struct Outlets<'a> {
    command: &'static str,
    reports: &'a Reports,
    console: &'a Console,
    github: Option<GitHub<'a>>,
    /// Where lines of files can be looked at.
    pub links: Links,
}

impl<'a> Outlets<'a> {
    /// Ready to take what `command` finds.
    ///
    /// # Errors
    /// Two reports want stdout.
    pub fn new(command: &'static str, reports: &'a Reports, env: &'a Env, console: &'a Console) -> Result<Self, CommandError> {
        if reports.json_on_stdout() && reports.markdown_on_stdout() {
            return Err(CommandError::TwoProducts);
        }
        let github = reports.github.then(|| GitHub::new(env));
        Ok(Outlets { command, reports, console, github, links: super::github::links(env) })
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

    /// The same as annotations alone.
    pub fn annotate(&self, list: &[Diagnostic], sources: &Sources) {
        if self.github.is_some() {
            self.say_to_github(&render::github::annotations(list, sources, &self.links));
        }
    }

    /// A config that is invalid, as Markdown and JSON. A report that cannot be written does not hide what is wrong.
    pub fn invalid(&self, list: &[Diagnostic], sources: &Sources) {
        let markdown = self.markdown(&render::markdown::invalid(self.command, list, sources, &self.links));
        let json = self.json(&render::json::failed(self.command, None, list, sources));
        [markdown, json].into_iter().filter_map(Result::err).for_each(|error| self.problem(&error.shown()));
    }

    /// The JSON report, where one is wanted.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn json(&self, document: &impl Serialize) -> Result<(), CommandError> {
        match (self.reports.json_file(), self.reports.json_on_stdout()) {
            (Some(path), _) => write_json(&path, document).map_err(|error| CommandError::Write(path, error)),
            (None, true) => {
                self.console.product(&render::json::text(document));
                Ok(())
            }
            (None, false) => Ok(()),
        }
    }

    /// The Markdown report and the step summary, where they are wanted.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn markdown(&self, text: &str) -> Result<(), CommandError> {
        // Whoever prints the file later prints it to a runner, too.
        let text = &*printable(text);
        if let Some(github) = &self.github {
            github.summary(text)?;
        }
        match (self.reports.markdown_file(), self.reports.markdown_on_stdout()) {
            (Some(path), _) => write_text(&path, text).map_err(|error| CommandError::Write(path, error)),
            (None, true) => {
                self.console.product(text);
                Ok(())
            }
            (None, false) => Ok(()),
        }
    }

    /// Whether anybody wants Markdown.
    pub fn wants_markdown(&self) -> bool {
        self.reports.markdown.is_some() || self.github.is_some()
    }

    /// What later steps of a job can ask for.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn outputs(&self, outputs: &[(&'static str, String)]) -> Result<(), CommandError> {
        self.github.as_ref().map_or(Ok(()), |github| github.outputs(outputs))
    }

    /// What a plan tells later steps.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn plan_outputs(&self, scene: &Scene<'_>) -> Result<(), CommandError> {
        if self.github.is_some() { self.outputs(&render::github::outputs(scene)) } else { Ok(()) }
    }

    /// The end of a run, however it ended: a failure is reported wherever a result would have been.
    ///
    /// # Errors
    /// The one given, or a report cannot be written.
    pub fn close(&self, result: Result<Exit, CommandError>) -> Result<Exit, CommandError> {
        let exit = match &result {
            Ok(exit) => *exit,
            Err(error) => {
                let exit = error.exit();
                // An invalid config has been reported with everything that is wrong with it.
                if !matches!(error, CommandError::Invalid) {
                    self.failed(error);
                }
                exit
            }
        };
        let ending = [("exit", exit.code().to_string()), ("meaning", exit.meaning().to_owned())];
        let told = self.outputs(&ending);
        result.and_then(|exit| told.map(|()| exit))
    }

    /// Reports are written as far as that is possible; the error itself is on its way to the user.
    fn failed(&self, error: &CommandError) {
        let (words, hint) = (error.words(), error.hint());
        let _ = self.markdown(&render::markdown::failed(self.command, &words, hint.as_deref()));
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
