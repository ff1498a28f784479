//! Where the values of an account come from, as text: a table that `grep` can be put to, since each line has all that it
//! is about.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use super::escape_untrusted::escaped_line;
use super::hold;
use super::style::{FAINT, STRONG, pad, paint};
use super::text_parts::{named, place};
use super::value_words::flat;
use crate::model::Source;
use crate::model::desired::HoldCause;
use crate::model::explanation::{ExplainedCut, ExplainedValue, Explanation, LayerSays, NotWritten};
use crate::model::suggestion::listed;

/// A value that is wider has a line of its own.
const MAX_COLUMN_WIDTH: usize = 48;
/// Which column has the values.
const VALUE: usize = 2;
/// What stands in the column of a value that has a line of its own.
const BELOW: &str = "(below)";
/// What stands above the columns.
const TITLES: [&str; 6] = ["ACCOUNT", "FIELD", "VALUE", "LAYER", "WHERE", "WRITTEN AS"];

/// A line for each value: what it is, and where it was written. `field` is what was asked for. Of several accounts each
/// line says whose it is.
pub fn text(accounts: &[Explanation], field: Option<&str>) -> String {
    let one = |explained: &Explanation| {
        let mut out = heading(explained);
        out.push_str(&table(&rows(explained), accounts.len() > 1));
        if let Some(field) = field {
            out.push_str(&about_field(explained, field));
        }
        out
    };
    let mut out = accounts.iter().map(one).collect::<Vec<_>>().join("\n");
    if field.is_some() && accounts.len() > 1 {
        out.push_str(&hidden(accounts));
    }
    out
}

/// What shared layers say of the field and accounts do not get, since a layer nearer to them says something else: by
/// layer, so that whoever adds an element to `defaults` sees whom it does not reach.
fn hidden(accounts: &[Explanation]) -> String {
    let mut by_layer = BTreeMap::<(&Source, String), (&str, Vec<&str>)>::new();
    for account in accounts {
        for LayerSays { path, key, value, source, counts, taken_out: _ } in &account.layers {
            if !counts && source.layer.is_some() && is_managed(account, path) {
                let says = format!("{key}: {}", flat(value));
                by_layer.entry((source, says)).or_insert((path, Vec::new())).1.push(&account.id);
            }
        }
    }
    if by_layer.is_empty() {
        return String::new();
    }
    let one = |((source, says), (path, ids)): ((&Source, String), (&str, Vec<&str>))| {
        let all = accounts.iter().filter(|account| is_managed(account, path)).count();
        let whose = escaped_line(&listed(ids.iter().copied()));
        let title = format!("  {} ({}) says {}", layer(source), place(source), escaped_line(&says));
        format!("{title}\n      {} of {all} accounts do not get it: {whose}\n", ids.len())
    };
    let layers: String = by_layer.into_iter().map(one).collect();
    format!("\nHidden by a nearer layer:\n{layers}")
}

/// Whether an account has the block that a path leads into; what is said outside of blocks is for every account.
fn is_managed(account: &Explanation, path: &str) -> bool {
    let first = path.split('.').next().unwrap_or(path);
    matches!(first, "vars" | "aws_partition") || account.providers.contains(&first)
}

fn heading(explained: &Explanation) -> String {
    let Explanation { id, name, source, profiles, providers, not_written, protected, .. } = explained;
    let mut out = format!("{}   {}\n", paint(STRONG, &named(id, name.as_deref())), paint(FAINT, &place(source)));
    let mut line = |label: &str, words: &str| out.push_str(&format!("  {label}: {words}\n"));
    if !profiles.is_empty() {
        line("profiles", &escaped_line(&profiles.join(", ")));
    }
    if providers.is_empty() {
        line("managed by", "no provider");
    }
    let words = |NotWritten { provider, cause, source }: &NotWritten| {
        let why = match cause {
            HoldCause::ReadOnly => "read only".to_owned(),
            HoldCause::Hold { .. } => escaped_line(&hold::cause(cause)),
        };
        format!("{provider} ({why}, {})", place(source))
    };
    if !not_written.is_empty() {
        line("not written", &not_written.iter().map(words).collect::<Vec<_>>().join("; "));
    }
    protected.iter().for_each(|at| line("protected", &place(at)));
    out
}

/// One line of the table, by column.
type Row = [String; 6];

fn rows(explained: &Explanation) -> Vec<Row> {
    let whose = escaped_line(&explained.id);
    let values = explained.vars.iter().chain(&explained.values).map(|value| row(&whose, value));
    let cuts = explained.unmanaged.iter().map(|ExplainedCut { path, source }| {
        let value = "(unmanaged: left alone)".to_owned();
        [whose.clone(), escaped_line(path), value, layer(source), place(source), String::new()]
    });
    values.chain(cuts).collect()
}

fn row(whose: &str, value: &ExplainedValue) -> Row {
    let ExplainedValue { path, is_element: _, value, source, written, vars: _ } = value;
    let shown = if value.as_object().is_some_and(serde_json::Map::is_empty) { "{}".to_owned() } else { flat(value) };
    let (layer, place) = match source {
        Some(source) => (layer(source), place(source)),
        None => ("-".to_owned(), "left out: the default".to_owned()),
    };
    let written = written.as_deref().map(escaped_line).unwrap_or_default();
    [whose.to_owned(), escaped_line(path), escaped_line(&shown), layer, place, written]
}

/// The layer that says it; `account` is the account's own entry.
fn layer(source: &Source) -> String {
    source.layer.as_deref().map_or_else(|| "account".to_owned(), escaped_line)
}

/// The rows below their titles, without columns that are empty; nothing if there are none.
fn table(rows: &[Row], says_whose: bool) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let is_shown = |column: &usize| match column {
        0 => says_whose,
        _ => rows.iter().any(|row| !row[*column].is_empty()),
    };
    let columns: Vec<usize> = (0..TITLES.len()).filter(is_shown).collect();
    let is_too_long = |column: usize, cell: &str| column == VALUE && cell.width() > MAX_COLUMN_WIDTH;
    let shown = |row: &'_ Row, column: usize| {
        if is_too_long(column, &row[column]) { BELOW.to_owned() } else { row[column].clone() }
    };
    let width = |column: usize| {
        let widest = rows.iter().map(|row| shown(row, column).width()).max().unwrap_or_default();
        widest.max(TITLES[column].width())
    };
    let widths: Vec<usize> = columns.iter().map(|column| width(*column)).collect();
    let line = |cell: &dyn Fn(usize) -> String| {
        let cells = columns.iter().zip(&widths).map(|(column, width)| pad(&cell(*column), *width));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut out = format!("  {}\n", paint(FAINT, &line(&|column| TITLES[column].to_owned())));
    for row in rows {
        out.push_str(&format!("  {}\n", line(&|column| shown(row, column))));
        if is_too_long(VALUE, &row[VALUE]) {
            out.push_str(&format!("      {}\n", row[VALUE]));
        }
    }
    out
}

/// What the layers say of the field that was asked for, where more than one does; or what would set it.
fn about_field(explained: &Explanation, field: &str) -> String {
    let Explanation { source, providers, vars, values, unmanaged, layers, .. } = explained;
    let shown = escaped_line(field);
    let provider = field.split('.').next().unwrap_or(field);
    let mut out = String::new();
    if layers.len() > 1 || layers.iter().any(|layer| !layer.counts) {
        out.push_str("  The layers say, the nearest first:\n");
        out.push_str(&said(layers));
    }
    if !values.is_empty() || !vars.is_empty() {
        return out;
    }
    let is_of_provider = !matches!(provider, "vars" | "aws_partition" | "hold");
    let is_of_block = !matches!(field.split('.').nth(1), Some("hold" | "read_only"));
    out.push_str(&match () {
        () if is_of_provider && !providers.contains(&provider) => format!(
            "  The account has no `{provider}` block, so nothing of it is managed there. To manage it, write `{provider}: {{}}` in its entry ({}) or in a profile that it lists.\n",
            place(source)
        ),
        () if !unmanaged.is_empty() => format!("  `{shown}` is left alone: `unmanaged` takes it out.\n"),
        () if is_of_provider && is_of_block => format!(
            "  No layer says `{shown}`: it is left alone. To set it, write it in the entry ({}), in a profile that it lists or in `defaults`.\n",
            place(source)
        ),
        () => format!("  Nothing says `{shown}`.\n"),
    });
    out
}

/// What each layer says, in columns.
fn said(layers: &[LayerSays]) -> String {
    let rows = layers.iter().map(|LayerSays { path: _, key, value, source, counts, taken_out }| {
        let hidden = match (counts, taken_out) {
            (true, _) => "",
            (false, true) => "   (taken out by `unmanaged`)",
            (false, false) => "   (hidden by a nearer layer)",
        };
        let says_nothing = value.as_object().is_some_and(serde_json::Map::is_empty);
        let value = if says_nothing { "{}".to_owned() } else { flat(value) };
        [layer(source), place(source), format!("{}: {}{hidden}", escaped_line(key), escaped_line(&value))]
    });
    let rows: Vec<[String; 3]> = rows.collect();
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or_default();
    let (layers, places) = (width(0), width(1));
    let line = |[layer, at, says]: &[String; 3]| {
        format!("    {}  {}  {says}\n", pad(layer, layers), paint(FAINT, &pad(at, places)))
    };
    rows.iter().map(line).collect()
}
