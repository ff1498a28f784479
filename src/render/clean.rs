//! Strings from vendors and configs, made harmless: no control characters, no characters that reorder a line.

use std::fmt::Write;

/// Whether a terminal, or a reader's eye, could be led astray by it.
pub fn is_harmful(c: char) -> bool {
    let reorders = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{2028}' | '\u{2029}'
    );
    c.is_control() || reorders
}

/// The text with everything a terminal could act on spelled out.
pub fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) {
            let _ = write!(clean, "\\u{{{:x}}}", u32::from(c));
        } else {
            clean.push(c);
        }
    }
    clean
}
