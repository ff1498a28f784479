//! `vars:` of a layer: texts that provider blocks mention as `${vars.NAME}`.
//!
//! They are text and nothing else, and what they hold is literal: nothing is filled in within them.

use crate::model::check::{check, no_value};
use crate::model::diagnostic::{Tally, brief};
use crate::model::node::Entry;
use crate::model::node::vars::{Vars, is_var_name};
use crate::model::schema::{Block, Map};
use crate::model::yaml::is_plain_text;
use crate::model::{Diagnostic, Diagnostics, Node};
use crate::schema;

/// The key, in `defaults`, in a profile and in an account's entry.
pub const KEY: &str = "vars";
/// What names of variables must match, for editors: [`is_var_name`] decides.
pub const NAME_PATTERN: &str = "^[A-Za-z_][A-Za-z0-9_-]{0,63}$";

schema! {
    /// A layer's variables.
    pub VarsBlock [] {
        /// Texts by name, filled in where strings of provider blocks say `${vars.NAME}`; the nearest layer that sets a
        /// name decides.
        vars: Map,
    }
}

/// The variables that a layer sets. One that is no text is reported, and stays known under its name.
pub fn read(layer: &Node, out: &mut Diagnostics) -> Vars {
    let Some(entry) = layer.entry(KEY) else { return Vars::default() };
    if entry.node.is_null() {
        out.push(no_value(entry, "leave the key out"));
        return Vars::default();
    }
    check("", VarsBlock::SCHEMA, &layer.only(|key| key == KEY), out);
    let mut tally = Tally::default();
    let mut warnings = Tally::of_warnings();
    let mut vars = Vec::new();
    for var in entry.node.entries() {
        if !is_var_name(&var.key) {
            tally.push(var.key_place, out, || no_name(var));
            continue;
        }
        if var.node.is_text() && var.node.is_plain() && !var.node.text().is_some_and(is_plain_text) {
            tally.push(var.node.place(), out, || not_plain(var));
        }
        if var.node.text().is_some_and(|text| text.contains("${")) {
            warnings.push(var.node.place(), out, || literal(var));
        }
        vars.push(var.clone());
    }
    Vars::new(vars)
}

fn no_name(var: &Entry) -> Diagnostic {
    Diagnostic::error(var.key_place, format!("`{}` is no name for a variable", brief(&var.key)))
        .label("`${vars.NAME}` cannot mention it")
        .help("a name is letters, digits, `_` and `-`, at most 64 of them, and begins with a letter or `_`")
}

fn not_plain(var: &Entry) -> Diagnostic {
    let text = brief(var.node.text().unwrap_or_default());
    Diagnostic::error(var.node.place(), format!("variable `{}` is no text to every reader of YAML", var.key))
        .label("some take this for a number, a date, or true or false")
        .help(format!("quote it: `{}: \"{text}\"`", var.key))
}

fn literal(var: &Entry) -> Diagnostic {
    Diagnostic::warning(var.node.place(), format!("`${{` in variable `{}`", var.key))
        .label("the text of a variable is literal: nothing is filled in within it")
        .help("write the name in the provider's block, beside `${vars.NAME}`")
}
