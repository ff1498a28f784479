//! Diagnostics as SARIF 2.1.0, the form that code scanning reads.

use serde_json::{Value, json};

use super::Links;
use super::escape_untrusted::escaped_line;
use super::json;
use super::source_links::encoded;
use crate::model::{Diagnostic, Sources};

/// One run with one result per error and warning.
pub fn sarif(list: &[Diagnostic], sources: &Sources, links: &Links) -> String {
    let results: Vec<Value> = list.iter().map(|diagnostic| result(diagnostic, sources, links)).collect();
    let driver = json!({
        "name": "heeler",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": [{ "id": "config", "shortDescription": { "text": "the config is valid" } }],
    });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    let log = json!({ "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run] });
    json::text(&log)
}

fn result(diagnostic: &Diagnostic, sources: &Sources, links: &Links) -> Value {
    let Diagnostic {
        severity: _,
        title,
        place,
        label,
        help,
        also,
        reach,
        repeat: _,
        presumes_all_read: _,
        comes_first: _,
    } = diagnostic;
    let concerns = reach.words();
    let words = [Some(title), Some(label).filter(|label| !label.is_empty()), concerns.as_ref(), help.as_ref()]
        .into_iter()
        .flatten();
    let text = words.map(|words| escaped_line(words)).collect::<Vec<_>>().join(". ");
    let location = |place| {
        let at = sources.locate(place);
        let file = links.path(&at.file).unwrap_or_else(|| at.file.to_string());
        let uri = encoded(&file);
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": uri },
            "region": { "startLine": at.line, "startColumn": at.column },
        } })
    };
    let mut result = json!({
        "ruleId": "config",
        "level": if diagnostic.is_error() { "error" } else { "warning" },
        "message": { "text": text },
        "locations": place.map(location).into_iter().collect::<Vec<_>>(),
    });
    let related = also.iter().map(|(place, label)| {
        let mut related = location(*place);
        related["message"] = json!({ "text": escaped_line(label) });
        related
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::from(related);
    }
    result
}
