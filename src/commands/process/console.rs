//! stdout is the product, stderr is progress. Colours are stripped where nobody can see them. A closed pipe is no
//! error; whatever else keeps the product from being written is remembered, since a result that was not delivered is a
//! failure.
//!
//! Everything that is printed goes through `Stream::print`, log lines too: no line of it is a command to a CI runner,
//! whoever it is from. Commands that are meant are of a type of their own.

use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::lock::lock;
use crate::render::escape_untrusted::printable;
use crate::render::github::Commands;

/// Where everything is printed.
#[derive(Debug, Default)]
pub struct Console {
    bar: Option<ProgressBar>,
    /// Why something of the product is not on stdout.
    undelivered: Arc<OnceLock<io::Error>>,
    /// What was printed, if it goes nowhere else.
    collected: Option<Arc<Mutex<String>>>,
}

impl Console {
    /// Without a bar.
    pub fn new() -> Self {
        Console::default()
    }

    /// One that keeps what is printed, for whoever asks.
    pub fn collecting() -> Self {
        Console { collected: Some(Arc::default()), ..Console::new() }
    }

    /// What was printed so far on either stream.
    pub fn collected(&self) -> String {
        self.collected.as_ref().map_or_else(String::new, |text| lock(text).clone())
    }

    fn collects(&self, printed: &str) -> bool {
        let Some(text) = &self.collected else { return false };
        lock(text).push_str(printed);
        true
    }

    /// Prints on stdout.
    pub fn product(&self, text: &str) {
        if !self.collects(text) {
            self.delivered(self.beside_bar(|| Stream::Product.print(text)));
        }
    }

    /// Remembers a failure to write to stdout.
    pub fn delivered(&self, written: io::Result<()>) {
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            // The first says it.
            let _ = self.undelivered.set(error);
        }
    }

    /// Why the product is not on stdout, or not all of it.
    pub fn undelivered(&self) -> Option<&io::Error> {
        self.undelivered.get()
    }

    /// Prints on stderr.
    pub fn problem(&self, text: &str) {
        if self.collects(text) {
            return;
        }
        // Nothing can be done if nobody hears it.
        let _ = self.beside_bar(|| Stream::Problems.print(text));
    }

    /// Gives commands to the CI runner: on stdout, or where a report takes that, on stderr.
    pub fn commands(&self, commands: &Commands, on_stdout: bool) {
        if self.collects(commands.as_str()) {
            return;
        }
        let stream = if on_stdout { Stream::Product } else { Stream::Problems };
        let written = self.beside_bar(|| stream.write(commands.as_str()));
        if on_stdout {
            self.delivered(written);
        }
    }

    /// The same console with a bar of this length, if stderr is a terminal.
    pub fn with_bar(&self, length: usize) -> Self {
        let (undelivered, collected) = (self.undelivered.clone(), self.collected.clone());
        if !io::stderr().is_terminal() {
            return Console { bar: None, undelivered, collected };
        }
        let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Console { bar: Some(bar), undelivered, collected }
    }

    /// One more is done.
    pub fn step(&self) {
        self.bar.iter().for_each(|bar| bar.inc(1));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }

    fn beside_bar<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

/// Where the log goes: stderr, a line per event.
#[derive(Debug, Clone, Copy, Default)]
pub struct Log;

impl Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.trim_end_matches('\n').replace('\n', "<U+000A>");
        Stream::Problems.print(&format!("{line}\n"))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[derive(Clone, Copy)]
enum Stream {
    Product,
    Problems,
}

impl Stream {
    /// Prints text, which is never a command.
    fn print(self, text: &str) -> io::Result<()> {
        let choice = match self {
            Stream::Product => AutoStream::choice(&io::stdout()),
            Stream::Problems => AutoStream::choice(&io::stderr()),
        };
        // Colours go first: without them, what stood around one could be a command.
        let plain =
            if choice == ColorChoice::Never { Cow::Owned(strip_str(text).to_string()) } else { Cow::Borrowed(text) };
        self.write(&printable(&plain))
    }

    fn write(self, text: &str) -> io::Result<()> {
        match self {
            Stream::Product => write(anstream::stdout().lock(), text),
            Stream::Problems => write(anstream::stderr().lock(), text),
        }
    }
}

fn write(mut out: impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}
