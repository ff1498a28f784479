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
        Category::Io | Category::Syntax if is_half(error) => {
            "it holds half of a character (a surrogate without its pair)".to_owned()
        }
        Category::Io | Category::Syntax if is_valid() => {
            format!("it holds a number that is too large, or is nested too deeply {place}")
        }
        Category::Io | Category::Syntax => format!("it is not JSON {place}"),
    }
}

/// Whether a string in a text is no text: JSON can spell halves of characters, and nothing can be made of those.
pub fn is_half(error: &serde_json::Error) -> bool {
    let said = error.to_string();
    said.contains("surrogate") || said.contains("unexpected end of hex escape")
}
