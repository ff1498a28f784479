//! Characters that look like something else to people, or like nothing at all.

/// The name of a character that does not belong into a config, where it looks like another or like none; nothing for
/// all others.
pub fn odd_character(c: char) -> Option<String> {
    let name = match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}'
        | '\u{ab}' | '\u{bb}' => "a curly quote",
        '\u{a0}' | '\u{202f}' | '\u{2007}' => "a no-break space",
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{205f}' | '\u{3000}' => "a space that is none to YAML",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "a long dash",
        '\u{ff1a}' => "a full-width colon",
        '\u{ff0c}' => "a full-width comma",
        '\t' => "a tab",
        '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break",
        _ if is_invisible(c) => "an invisible character",
        _ if c.is_control() => "a control character",
        _ => return None,
    };
    Some(format!("{name} (U+{:04X})", u32::from(c)))
}

/// Whether nothing is seen of it, or only that it reorders what stands beside it: Unicode's Default_Ignorable_Code_Point,
/// and what else has no shape of its own.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
        // A blank of Braille, formatting of hieroglyphs, a filler of shorthand.
        | '\u{2800}' | '\u{13430}'..='\u{1343f}' | '\u{16fe4}')
}
