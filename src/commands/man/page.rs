//! One manual page: what clap knows of a command, in the sections that a manual has. Nothing is justified, so that
//! commands stay as they are typed.

use std::fmt::Write;
use std::io;

use clap::{Arg, Command};
use clap_mangen::Man;

const APOSTROPHE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// The page, as roff.
///
/// # Errors
/// It cannot be rendered.
pub fn page(command: Command) -> io::Result<String> {
    let mut command = command.mut_args(with_its_words).subcommand_help_heading("COMMANDS");
    let usage = command.render_usage().to_string();
    let name = command.get_display_name().unwrap_or("heeler").to_owned();
    let after_help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let is_root = command.has_subcommands();
    let source = concat!("heeler ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command).title(name).source(source).manual("Manual of heeler");

    let mut page = Vec::new();
    man.render_title(&mut page)?;
    page.extend(b".ad l\n.nh\n");
    man.render_name_section(&mut page)?;
    page.extend(synopsis(&usage).bytes());
    man.render_description_section(&mut page)?;
    if is_root {
        man.render_subcommands_section(&mut page)?;
    }
    man.render_options_section(&mut page)?;
    // Each section begins by defining how an apostrophe is written; once is enough.
    let page = String::from_utf8_lossy(&page);
    let mut page = format!("{APOSTROPHE}{}", page.replace(APOSTROPHE, ""));
    write_sections(&mut page, &after_help);
    if !is_root {
        page.push_str(".SH \"SEE ALSO\"\nheeler(1)\n");
    }
    Ok(page)
}

/// An option whose values stand in its sentence: as a list they would take a line and a blank one each.
fn with_its_words(arg: Arg) -> Arg {
    let values = arg.get_possible_values();
    if values.is_empty()
        || values.iter().any(|value| value.get_help().is_some())
        || arg.get_num_args().is_some_and(|number| !number.takes_values())
    {
        return arg;
    }
    let words: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    arg.help(format!("{help} [one of: {}]", words.join(", "))).hide_possible_values(true)
}

/// `Usage: heeler plan [OPTIONS] [PATH]...` as the section.
fn synopsis(usage: &str) -> String {
    let usage = usage.trim_start_matches("Usage:").trim();
    let (name, rest) = usage.split_at(usage.find([' ', '[', '<']).unwrap_or(usage.len()));
    let (command, rest) = match rest.trim_start().split_once(' ') {
        Some((word, rest)) if word.chars().all(char::is_alphabetic) => (format!("{name} {word}"), rest),
        _ => (name.to_owned(), rest.trim_start()),
    };
    format!(".SH SYNOPSIS\n.B {}\n{}\n", escaped(&command), escaped(rest))
}

/// What the help says below the options: its paragraphs as the sections EXAMPLES, NOTES and EXIT STATUS, in this order.
fn write_sections(page: &mut String, after_help: &str) {
    let (mut examples, mut notes, mut exits) = (String::new(), String::new(), String::new());
    for paragraph in after_help.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        if first == "Examples:" {
            write_items(&mut examples, rest);
        } else if let Some(said) = first.strip_prefix("Exit codes:") {
            let _ = writeln!(exits, "{}", escaped(said.trim()));
            write_items(&mut exits, rest);
        } else {
            notes.push_str(".PP\n");
            let (text, items): (Vec<&str>, Vec<&str>) = paragraph.lines().partition(|line| !line.starts_with("  "));
            text.iter().for_each(|line| notes.push_str(&format!("{}\n", escaped(line))));
            write_items(&mut notes, &items.join("\n"));
        }
    }
    for (title, section) in [("EXAMPLES", examples), ("NOTES", notes), ("\"EXIT STATUS\"", exits)] {
        if !section.is_empty() {
            let _ = write!(page, ".SH {title}\n{section}");
        }
    }
}

/// Lines of two columns as terms with what is said of them. A line with the second column alone goes on with the one above.
fn write_items(section: &mut String, lines: &str) {
    for line in lines.lines() {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        if indent > 20 {
            let _ = writeln!(section, "{}", escaped(line));
        } else {
            let (term, said) = line.split_once("  ").unwrap_or((line, ""));
            let _ = writeln!(section, ".TP\n.B {}", escaped(term));
            if !said.is_empty() {
                let _ = writeln!(section, "{}", escaped(said.trim()));
            }
        }
    }
}

/// Text in which nothing is a command of roff's, and a hyphen can be copied as one.
fn escaped(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('"', "\\(dq");
    if escaped.starts_with('.') { format!("\\&{escaped}") } else { escaped }
}
