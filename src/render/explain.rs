//! Where the values of an account come from, as text and as JSON.

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::escape_untrusted::escaped_line;
use super::fields::flat;
use super::json::FORMAT;
use super::style::{FAINT, STRONG, pad, paint};
use super::text_parts::{named, place};
use crate::model::Source;
use crate::model::explanation::{ExplainedCut, ExplainedValue, Explanation, LayerSays};

/// Wider columns stick out.
const WIDEST: usize = 48;

/// The JSON of `heeler explain`. Within one format fields are only ever added.
#[derive(Debug, Serialize)]
pub struct ExplainDocument<'a> {
    format: u64,
    tool: &'static str,
    command: &'static str,
    accounts: &'a [Explanation],
}

/// The document.
pub fn document(accounts: &[Explanation]) -> ExplainDocument<'_> {
    ExplainDocument {
        format: FORMAT,
        tool: concat!("heeler ", env!("CARGO_PKG_VERSION")),
        command: "explain",
        accounts,
    }
}

/// A line for each value: what it is, and where it was written. `field` is what was asked for.
pub fn text(accounts: &[Explanation], field: Option<&str>) -> String {
    let one = |explained: &Explanation| {
        let mut out = heading(explained);
        out.push_str(&rows(explained));
        if let Some(field) = field {
            out.push_str(&about_field(explained, field));
        }
        out
    };
    accounts.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn heading(explained: &Explanation) -> String {
    let Explanation { id, name, source, profiles, providers, protected, .. } = explained;
    let mut head = format!("{}   {}", paint(STRONG, &named(id, name.as_deref())), paint(FAINT, &place(source)));
    if !profiles.is_empty() {
        head.push_str(&format!("   profiles: {}", escaped_line(&profiles.join(", "))));
    }
    if providers.is_empty() {
        head.push_str("   no provider manages it");
    }
    protected.iter().for_each(|at| head.push_str(&format!("   protected, {}", place(at))));
    format!("{head}\n")
}

/// One line of the table.
struct Row {
    path: String,
    value: String,
    origin: String,
    written: String,
}

fn rows(explained: &Explanation) -> String {
    let values = explained.vars.iter().chain(&explained.values).map(row);
    let cuts = explained.unmanaged.iter().map(|ExplainedCut { path, source }| Row {
        path: escaped_line(path),
        value: "(unmanaged: left alone)".to_owned(),
        origin: origin(source),
        written: String::new(),
    });
    let rows: Vec<Row> = values.chain(cuts).collect();
    let width =
        |column: fn(&Row) -> &str| rows.iter().map(|row| column(row).width()).max().unwrap_or_default().min(WIDEST);
    let (paths, values, origins) = (width(|row| &row.path), width(|row| &row.value), width(|row| &row.origin));
    let mut out = String::new();
    let mut above = "";
    for Row { path, value, origin, written } in &rows {
        // Of a list the path stands on the first line only.
        let shown = if above == path { "" } else { path };
        above = path;
        let origin = if written.is_empty() { origin.clone() } else { pad(origin, origins) };
        let line = format!("  {}  {}  {}  {written}", pad(shown, paths), pad(value, values), paint(FAINT, &origin));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn row(value: &ExplainedValue) -> Row {
    let ExplainedValue { path, is_element: _, value, source, written, vars: _ } = value;
    let shown = if value.as_object().is_some_and(serde_json::Map::is_empty) { "{}".to_owned() } else { flat(value) };
    Row {
        path: escaped_line(path),
        value: escaped_line(&shown),
        origin: source.as_ref().map_or_else(|| "left out: the default".to_owned(), origin),
        written: written.as_deref().map(escaped_line).unwrap_or_default(),
    }
}

fn origin(source: &Source) -> String {
    match &source.layer {
        Some(layer) => format!("{} {}", place(source), escaped_line(layer)),
        None => place(source),
    }
}

/// What the layers say of the field that was asked for, where more than one does; or what would set it.
fn about_field(explained: &Explanation, field: &str) -> String {
    let Explanation { source, providers, vars, values, unmanaged, layers, .. } = explained;
    let shown = escaped_line(field);
    let provider = field.split('.').next().unwrap_or(field);
    let mut out = String::new();
    if layers.len() > 1 || layers.iter().any(|layer| !layer.counts) {
        out.push_str("  The layers say, the nearest first:\n");
        out.extend(layers.iter().map(said));
    }
    if !values.is_empty() || !vars.is_empty() {
        return out;
    }
    let is_of_provider = !matches!(provider, "vars" | "aws_partition");
    out.push_str(&match () {
        () if is_of_provider && !providers.contains(&provider) => format!(
            "  The account has no `{provider}` block, so nothing of it is managed there. To manage it, write `{provider}: {{}}` in its entry ({}) or in a profile that it lists.\n",
            place(source)
        ),
        () if !unmanaged.is_empty() => format!("  `{shown}` is left alone: `unmanaged` takes it out.\n"),
        () => format!(
            "  No layer says `{shown}`: it is left alone. To set it, write it in the entry ({}), in a profile that it lists or in `defaults`.\n",
            place(source)
        ),
    });
    out
}

fn said(LayerSays { path: _, key, value, source, counts, taken_out }: &LayerSays) -> String {
    let hidden = match (counts, taken_out) {
        (true, _) => "",
        (false, true) => "   taken out by `unmanaged`",
        (false, false) => "   hidden by a nearer layer",
    };
    format!("    {}   {}: {}{hidden}\n", origin(source), escaped_line(key), escaped_line(&flat(value)))
}
