//! stdout is the product, stderr is progress. Colours are stripped where nobody can see them; a closed pipe is nobody's error.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
        self.bar.suspend(|| {
            let mut out = anstream::stdout().lock();
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        });
    }

    /// Prints on stderr.
    pub fn problem(&self, text: &str) {
        self.bar.suspend(|| {
            let mut out = anstream::stderr().lock();
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        });
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
