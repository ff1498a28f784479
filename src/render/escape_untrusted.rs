//! Strings from vendors and configs, made harmless: what nobody can see is spelled out, such as `<U+200B>`, and nothing
//! is a command to the CI runner that reads the output.

use std::borrow::Cow;

use crate::model::characters::is_invisible;

/// Whether a terminal, or a reader's eye, could be led astray by it: controls, what reorders a line, and what is not
/// seen or looks like a space and is none.
pub fn is_harmful(c: char) -> bool {
    match c {
        ' '..='~' => false,
        _ => c.is_control() || (c.is_whitespace() && c != ' ') || is_invisible(c),
    }
}

/// The characters of a text, where each begins, and whether it is to be spelled out. What joins two pictures into one,
/// or says that a picture is in colour, is not.
pub fn marked(text: &str) -> impl Iterator<Item = (usize, char, bool)> {
    let mut before = None;
    text.char_indices().map(move |(at, c)| {
        let rest = &text[at + c.len_utf8()..];
        let is_part = match c {
            '\u{fe0f}' => before.is_some_and(is_picture),
            '\u{200d}' => before.is_some_and(|c| is_picture(c) || c == '\u{fe0f}') && rest.starts_with(is_picture),
            _ => false,
        };
        before = if c == '\u{fe0f}' && !is_part { None } else { Some(c) };
        let is_command = c == '#'
            && text[..at].ends_with('#')
            && rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[');
        (at, c, (is_harmful(c) && !is_part) || is_command)
    })
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}') && c != '\u{2800}'
}

/// One piece of foreign text, on one line, with everything spelled out that could do harm.
pub fn escaped_line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    marked(text).for_each(|(_, c, harmful)| push(c, harmful, &mut clean));
    clean
}

/// Whole lines as they are printed, whoever they are from. Their ends (LF or CRLF), tabs and colours stay; whatever else could do
/// harm is spelled out, and so is what makes a line a command to a runner: `::name::` after blanks, and `##[name]`
/// anywhere.
pub fn printable(text: &str) -> Cow<'_, str> {
    // What a third colon follows is the name of no command.
    let command = |line: &str| line.strip_prefix("::").filter(|rest| !rest.starts_with(':')).is_some();
    let begins_command = |line: &str| command(line.trim_start_matches([' ', '\t']));
    let stays = |text: &str| text.starts_with(['\n', '\t']) || text.starts_with("\r\n");
    if marked(text).all(|(at, _, harmful)| !harmful || stays(&text[at..])) && !text.split('\n').any(begins_command) {
        return Cow::Borrowed(text);
    }
    let mut printable = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let (blanks, mut rest) = line.split_at(line.len() - line.trim_start_matches([' ', '\t']).len());
        printable.push_str(blanks);
        if command(rest) {
            push(':', true, &mut printable);
            rest = &rest[1..];
        }
        let mut colour_ends = 0;
        for (at, c, harmful) in marked(rest) {
            if let ('\u{1b}', Some(length)) = (c, colour(&rest[at..])) {
                colour_ends = at + length;
            }
            push(c, harmful && !stays(&rest[at..]) && at >= colour_ends, &mut printable);
        }
    }
    Cow::Owned(printable)
}

/// How long the sequence is that sets a colour, where the text begins with one.
fn colour(text: &str) -> Option<usize> {
    let digits = text.strip_prefix("\u{1b}[")?.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
    digits.starts_with('m').then(|| text.len() - digits.len() + 1)
}

/// The number of a character in place of it.
pub fn spelled(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}

/// The text with the same characters as escapes, as they stand within double quotes in YAML and in Terraform's
/// language.
pub fn escaped(quoted: &str) -> String {
    let shown = |(_, c, harmful): (usize, char, bool)| match u32::from(c) {
        _ if !harmful => c.to_string(),
        number @ ..=0xffff => format!("\\u{number:04x}"),
        number => format!("\\U{number:08x}"),
    };
    marked(quoted).map(shown).collect()
}

/// The character, or its number.
fn push(c: char, harmful: bool, out: &mut String) {
    if harmful { out.push_str(&spelled(c)) } else { out.push(c) }
}
