//! What is said of a text that is no value: nothing of the text itself.

use heeler::model::json_errors;
use serde_json::Value;

#[test]
fn why_a_text_is_no_value() {
    let nested = "[".repeat(300) + &"]".repeat(300);
    for (text, said) in [
        (&b" \n"[..], "it is empty"),
        (b"\x1f\x8b\x08\x00secret", "it is compressed, which nobody asked for"),
        (b"[\"secret \xff\"]", "it is not UTF-8"),
        (b"{\"secret\":", "it ends in the middle (line 1, column 10)"),
        (b"[\"\\ud800\"]", "it holds half of a character (a surrogate without its pair)"),
        (b"[1e999999]", "it holds a number that is too large, or is nested too deeply (line 1, column 9)"),
        (nested.as_bytes(), "it holds a number that is too large, or is nested too deeply (line 1, column 128)"),
        (b"[secret]", "it is not JSON (line 1, column 2)"),
    ] {
        let error = serde_json::from_slice::<Value>(text).unwrap_err();
        assert_eq!(json_errors::why(text, &error), said, "{:?}", String::from_utf8_lossy(text));
    }
}
