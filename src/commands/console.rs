//! stdout is the product, stderr is progress. Colours are stripped where nobody can see them; a closed pipe is nobody's error.
//!
//! Everything that is printed goes through [`Stream::print`], log lines too: no line of it is a command to a CI runner, whoever it is from.
//! Commands that are meant are of a type of their own.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::render::clean::printable;
use crate::render::github::Commands;

/// Where everything is printed.
#[derive(Debug)]
pub struct Console {
    bar: ProgressBar,
}

impl Console {
    /// Without a bar.
    pub fn new() -> Self {
        Console { bar: ProgressBar::hidden() }
    }

    /// Prints on stdout.
    pub fn product(&self, text: &str) {
        self.bar.suspend(|| drop(Stream::Product.print(text)));
    }

    /// Prints on stderr.
    pub fn problem(&self, text: &str) {
        self.bar.suspend(|| drop(Stream::Problems.print(text)));
    }

    /// Hands commands to the CI runner: on stdout, or where a report takes that, on stderr.
    pub fn commands(&self, commands: &Commands, on_stdout: bool) {
        let stream = if on_stdout { Stream::Product } else { Stream::Problems };
        self.bar.suspend(|| drop(stream.write(commands.as_str())));
    }

    /// The same console with a bar of this length, if stderr is a terminal.
    pub fn with_bar(length: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
        if !std::io::stderr().is_terminal() {
            return Console::new();
        }
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Console { bar }
    }

    /// One more is done.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Default for Console {
    fn default() -> Self {
        Console::new()
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
        let plain = if choice == ColorChoice::Never { Cow::Owned(strip_str(text).to_string()) } else { Cow::Borrowed(text) };
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
