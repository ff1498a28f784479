//! What is said of names that cannot be filled in.

use super::Node;
use super::vars::{MAX_FILLED, Names, OF_ACCOUNT, PREFIX, is_var_name};
use crate::model::diagnostic::{Diagnostic, did_you_mean, listed};
use crate::model::source::Place;

pub(super) fn not_closed(node: &Node) -> Diagnostic {
    Diagnostic::error(node.place(), "`${` is not closed")
        .label("no `}` follows")
        .help("write `${name}`, or `$${` for a literal `${`")
}

/// It tells no length, so that it is one mistake for all accounts.
pub(super) fn too_long(node: &Node) -> Diagnostic {
    Diagnostic::error(node.place(), format!("a text with `${{...}}` in it is longer than {MAX_FILLED} bytes"))
        .label("as it is written, or once the names in it are filled in")
        .help("no vendor takes so long a text: fill in fewer or shorter texts")
}

pub(super) fn no_value_here(node: &Node, name: &str) -> Diagnostic {
    Diagnostic::error(node.place(), format!("`${{{name}}}` has no value here"))
        .label(format!("no `{name}` is there to be filled in"))
        .help(format!("give the account a `{name}:`, or write the text without `${{{name}}}`"))
        .if_all_is_read()
}

pub(super) fn empty_var(node: &Node, name: &str, value: Place) -> Diagnostic {
    Diagnostic::error(node.place(), format!("`${{vars.{name}}}` is empty"))
        .label(format!("nothing would stand here in place of `{name}`"))
        .also(value, "empty here")
        .help(format!("give `{name}` a text, or write this text without `${{vars.{name}}}`"))
}

pub(super) fn var_in_secret(node: &Node, name: &str) -> Diagnostic {
    Diagnostic::error(node.place(), format!("`${{{}}}` in a reference to a secret", shown(name).unwrap_or("...")))
        .label("variables do not reach here: it must be plain which secret is read")
        .help("write the name of the environment variable itself")
}

pub(super) fn unknown_name(node: &Node, name: &str, names: &Names<'_>) -> Diagnostic {
    match name.strip_prefix(PREFIX).filter(|var| is_var_name(var)) {
        Some(var) => unset_var(node, var, names),
        None => no_name(node, name, names),
    }
}

/// No layer of the account says what a variable stands for: the remedy is in the layers as often as in the text.
fn unset_var(node: &Node, var: &str, names: &Names<'_>) -> Diagnostic {
    let known: Vec<String> =
        names.known().into_iter().filter_map(|name| name.strip_prefix(PREFIX).map(str::to_owned)).collect();
    let guess = did_you_mean(var, known.iter().map(String::as_str));
    let guess = guess
        .map_or(String::new(), |guess| format!("{} Or ", guess.replacen('`', "`${vars.", 1).replacen("`?", "}`?", 1)));
    let known = match known.is_empty() {
        true => String::new(),
        false => format!("; set there: {}", listed(known.iter().map(String::as_str))),
    };
    Diagnostic::error(node.place(), format!("unknown variable `${{vars.{var}}}`"))
        .label(format!("no layer of the account sets `{var}`"))
        .help(format!(
            "{guess}add `vars: {{ {var}: ... }}` to the account, to a profile that it lists or to `defaults`{known}"
        ))
        .once_per_title()
        .if_all_is_read()
}

fn no_name(node: &Node, name: &str, names: &Names<'_>) -> Diagnostic {
    let all = names.known();
    // `${team}` and Terraform's `${var.team}` where the variable is meant.
    let last = name.rsplit('.').next().unwrap_or(name);
    let var = Some(format!("{PREFIX}{last}")).filter(|var| all.contains(var));
    let guess = match var {
        Some(var) => Some(format!("did you mean `${{{var}}}`?")),
        None => did_you_mean(name, all.iter().map(String::as_str)).map(|guess| in_braces(&guess)),
    };
    let guess = guess.map_or(String::new(), |guess| format!("{guess} "));
    let known = OF_ACCOUNT.iter().map(|name| format!("`${{{name}}}`")).chain(["`${vars.NAME}`".to_owned()]);
    let known = known.collect::<Vec<_>>().join(", ");
    let shown = shown(name);
    let title = shown.map_or("in `${...}`".to_owned(), |name| format!("`${{{name}}}`"));
    Diagnostic::error(node.place(), format!("unknown name {title}"))
        .label(shown.map_or("no such name".to_owned(), |name| format!("there is no `{name}`")))
        .help(format!("{guess}known are {known}; write `$${{` for a literal `${{`"))
}

/// `` did you mean `x`? `` with the name as it is written in a text.
fn in_braces(guess: &str) -> String {
    guess.replacen('`', "`${", 1).replacen("`?", "}`?", 1)
}

/// What stands between the braces may be part of a secret, unless it looks like a name.
fn shown(name: &str) -> Option<&str> {
    let is_name = name.len() < 40 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
    let is_var = name.strip_prefix(PREFIX).is_some_and(is_var_name);
    (is_name || is_var).then_some(name)
}
