//! The sentence for a refusal of any vendor's. What the vendor's words are is read in its own folder.

/// What is said of a status that is not the success that was asked for: who answered what, and the vendor's `words` if
/// there are any.
pub fn refusal_message(vendor: &str, status: u16, words: &str) -> String {
    match (words, status) {
        ("", 200..=299) => format!("{vendor} answered {status}, which is no answer to this request"),
        ("", _) => format!("{vendor} answered {status}"),
        (words, _) => format!("{vendor} answered {status}: {words}"),
    }
}
