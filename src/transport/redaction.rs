//! Keeps secrets out of what is kept of an answer: whether it repeats one that was sent, and the text without it. Which
//! secrets were sent is for `authorize` and `credentials` to say.

use serde_json::Value;

/// An answer's body with every secret that was sent taken out, should the vendor repeat one, however it is escaped.
pub fn redacted(body: &[u8], secrets: &[String]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(body) {
        Ok(json) => redacted_json(json, secrets).to_string().into_bytes(),
        Err(_) => redacted_text(&String::from_utf8_lossy(body), secrets).into_bytes(),
    }
}

fn redacted_json(json: Value, secrets: &[String]) -> Value {
    match json {
        Value::String(text) => Value::String(redacted_text(&text, secrets)),
        Value::Array(items) => items.into_iter().map(|item| redacted_json(item, secrets)).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (redacted_text(&name, secrets), redacted_json(value, secrets)))
            .collect(),
        other => other,
    }
}

/// Every run of letters and digits in a secret is hidden by itself: those are what every escaping leaves alone.
pub fn redacted_text(text: &str, secrets: &[String]) -> String {
    parts(secrets).fold(text.to_owned(), |text, part| text.replace(part, "[redacted]"))
}

fn parts(secrets: &[String]) -> impl Iterator<Item = &str> {
    const MIN_LENGTH: usize = 6;
    secrets
        .iter()
        .flat_map(|secret| [secret.as_str()].into_iter().chain(secret.split(|c: char| !c.is_ascii_alphanumeric())))
        .filter(|part| part.len() >= MIN_LENGTH)
}

/// Whether an answer repeats a secret, however JSON escapes it: in a value, in a name, twice in one place, or in what
/// is no JSON at all.
pub fn repeats(body: &[u8], secrets: &[String]) -> bool {
    let text = String::from_utf8_lossy(body);
    let holds = |text: &str| secrets.iter().any(|secret| text.contains(secret.as_str()));
    holds(&text) || text.contains('\\') && holds(&unescaped(&text))
}

/// A text with JSON's escapes replaced by what they stand for, wherever they are.
fn unescaped(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        unescaped.push_str(before);
        let number = after.strip_prefix('u').and_then(|digits| u32::from_str_radix(digits.get(..4)?, 16).ok());
        rest = match (number, after.chars().next()) {
            (Some(number), _) => {
                unescaped.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
                &after[5..]
            }
            (None, Some(c)) => {
                unescaped.push(c);
                &after[c.len_utf8()..]
            }
            (None, None) => after,
        };
    }
    unescaped + rest
}

/// The shortest secret that is looked for in answers: a shorter one is as likely to be a word of the answer's own, and
/// no vendor makes keys that short.
const MIN_SECRET_LENGTH: usize = 16;

/// Whether a secret is looked for in answers.
pub fn is_looked_for(secret: &str) -> bool {
    secret.len() >= MIN_SECRET_LENGTH
}
