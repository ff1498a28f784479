//! stdout is the product, stderr is progress. Colours are stripped where nobody can see them; a closed pipe is nobody's error.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Where everything is printed.
#[derive(Debug)]
pub struct Console {
    bar: ProgressBar,
    /// What was printed, if it goes nowhere else.
    collected: Option<Arc<Mutex<String>>>,
}

impl Console {
    /// Without a bar.
    pub fn new() -> Self {
        Console { bar: ProgressBar::hidden(), collected: None }
    }

    /// One that keeps what is printed, for whoever asks.
    pub fn collecting() -> Self {
        Console { collected: Some(Arc::default()), ..Console::new() }
    }

    /// What was printed so far on either stream.
    pub fn collected(&self) -> String {
        self.collected.as_ref().map_or_else(String::new, |text| text.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn keeps(&self, printed: &str) -> bool {
        let Some(text) = &self.collected else { return false };
        text.lock().unwrap_or_else(PoisonError::into_inner).push_str(printed);
        true
    }

    /// Prints on stdout.
    pub fn product(&self, text: &str) {
        if self.keeps(text) {
            return;
        }
        self.bar.suspend(|| {
            let mut out = anstream::stdout().lock();
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        });
    }

    /// Prints on stderr.
    pub fn problem(&self, text: &str) {
        if self.keeps(text) {
            return;
        }
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
        Console { bar, collected: None }
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
