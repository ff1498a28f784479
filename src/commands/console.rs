//! stdout is the product, stderr is progress. Colours are stripped where nobody can see them. A closed pipe is nobody's error; whatever
//! else keeps the product from being written is remembered, since a result that was not delivered is a failure.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Where everything is printed.
#[derive(Debug, Default)]
pub struct Console {
    bar: Option<ProgressBar>,
    /// Why something of the product is not on stdout.
    undelivered: Arc<OnceLock<io::Error>>,
}

impl Console {
    /// Without a bar.
    pub fn new() -> Self {
        Console::default()
    }

    /// Prints on stdout.
    pub fn product(&self, text: &str) {
        let written = self.beside_bar(|| {
            let mut out = anstream::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        });
        self.delivered(written);
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
        self.beside_bar(|| {
            let mut out = anstream::stderr().lock();
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        });
    }

    /// The same console with a bar of this length, if stderr is a terminal.
    pub fn with_bar(&self, length: usize) -> Self {
        let undelivered = self.undelivered.clone();
        if !io::stderr().is_terminal() {
            return Console { bar: None, undelivered };
        }
        let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Console { bar: Some(bar), undelivered }
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
