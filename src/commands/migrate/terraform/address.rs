//! Addresses of resources in a state: which block of a configuration they are about, and what an instance is called in
//! it.

/// The longest key that becomes a name.
const MAX_KEY_LENGTH: usize = 60;

/// The address of the block that an instance is one of: without the keys of `for_each` and `count`. Nothing if what is
/// left is no address that a configuration could hold.
pub fn block(address: &str) -> Option<String> {
    let mut block = String::new();
    let mut rest = address;
    while let Some(at) = rest.find('[') {
        block.push_str(&rest[..at]);
        rest = &rest[at + key_length(&rest[at..])?..];
    }
    block.push_str(rest);
    let is_legal = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    block.split('.').all(is_legal).then_some(block)
}

/// The keys of an address, from the outermost module to the resource itself: their text, where they are texts.
fn keys(address: &str) -> Vec<Option<String>> {
    let mut keys = Vec::new();
    let mut rest = address;
    while let Some(at) = rest.find('[') {
        let Some(length) = key_length(&rest[at..]) else { return keys };
        keys.push(serde_json::from_str(&rest[at + 1..at + length - 1]).ok());
        rest = &rest[at + length..];
    }
    keys
}

/// What an instance may be called, the best first: the keys that are texts and not just an account's id, from the
/// resource itself to the outermost module, as far as they can be names.
pub fn names(address: &str) -> Vec<String> {
    let legal = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' ' | '@');
    let is_name = |key: &String| {
        key.len() <= MAX_KEY_LENGTH
            && key.trim() == key
            && key.chars().all(legal)
            && key.chars().any(char::is_alphabetic)
    };
    keys(address).into_iter().rev().flatten().filter(is_name).collect()
}

/// How long the key is that begins here, brackets included: in quotes anything may stand.
fn key_length(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ']' if !is_quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}
