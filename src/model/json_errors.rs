//! Why a text is no JSON value, in words that quote nothing of it: an answer may repeat a secret, and serde's own words
//! quote answers.

use serde::de::IgnoredAny;
use serde_json::error::Category;

/// How text begins that gzip has compressed.
const COMPRESSED: &[u8] = &[0x1f, 0x8b];

/// Why `text` could not be read, where `error` is what serde made of it.
pub fn why(text: &[u8], error: &serde_json::Error) -> String {
    let place = format!("(line {}, column {})", error.line(), error.column());
    let is_valid = || serde_json::from_slice::<IgnoredAny>(text).is_ok();
    match error.classify() {
        _ if text.trim_ascii().is_empty() => "it is empty".to_owned(),
        _ if text.starts_with(COMPRESSED) => "it is compressed, which nobody asked for".to_owned(),
        _ if std::str::from_utf8(text).is_err() => "it is not UTF-8".to_owned(),
        Category::Data => "it has another form than expected".to_owned(),
        Category::Eof => format!("it ends in the middle {place}"),
        Category::Io | Category::Syntax if is_half(text, error) => {
            "it holds half of a character (a surrogate without its pair)".to_owned()
        }
        Category::Io | Category::Syntax if is_valid() => {
            format!("it holds a number that is too large, or is nested too deeply {place}")
        }
        Category::Io | Category::Syntax => format!("it is not JSON {place}"),
    }
}

/// Whether what could not be read is a string that is no text: JSON can spell halves of characters, and nothing can be
/// made of those. The half stands where reading ended.
pub fn is_half(text: &[u8], error: &serde_json::Error) -> bool {
    /// As long as two escaped halves and what is behind them.
    const NEAR: usize = 16;
    let line = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let end = line.map(<[u8]>::len).sum::<usize>() + error.column();
    let near = end.saturating_sub(NEAR)..end.saturating_add(NEAR);
    half(text.get(..near.end.min(text.len())).unwrap_or_default()).is_some_and(|at| near.contains(&at))
}

/// Where the last escape stands that is half of a character without its other half.
fn half(text: &[u8]) -> Option<usize> {
    let unit = |at: usize| match text.get(at..at + 6)? {
        [b'\\', b'u', hex @ ..] => u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok(),
        _ => None,
    };
    let (mut at, mut found) = (0, None);
    while let Some(byte) = text.get(at) {
        at += match (byte, unit(at)) {
            (b'\\', Some(0xd800..=0xdbff)) if unit(at + 6).is_some_and(|low| (0xdc00..=0xdfff).contains(&low)) => 12,
            (b'\\', Some(0xd800..=0xdfff)) => {
                found = Some(at);
                6
            }
            (b'\\', _) => 2,
            _ => 1,
        };
    }
    found
}
