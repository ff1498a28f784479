//! Files that heeler writes, and how what an earlier run has written is told from other files.

use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

/// What kind of file a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// The JSON of plan, apply or drift.
    Json,
    /// The same as Markdown.
    Markdown,
    /// A page of the manual.
    Page,
}

impl Product {
    /// What it is called, for people.
    pub fn noun(self) -> &'static str {
        match self {
            Product::Json => "JSON report",
            Product::Markdown => "Markdown report",
            Product::Page => "manual page",
        }
    }
}

/// Whether it is a JSON report of heeler's.
pub fn is_report(path: &Path) -> bool {
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    is_json && beginning(path).is_some_and(|text| text.contains("\"format\": ") && text.contains("\"tool\": \"heeler "))
}

/// Whether a file is what an earlier run wrote there.
pub fn is_own(path: &Path, product: Product) -> bool {
    match product {
        Product::Json => fs::read(path).is_ok_and(|bytes| is_own_json(&bytes)),
        Product::Markdown => beginning(path).is_some_and(|text| is_own_markdown(&text)),
        Product::Page => beginning(path).is_some_and(|text| text.contains("\n.TH heeler")),
    }
}

fn is_own_json(bytes: &[u8]) -> bool {
    let Ok(Value::Object(document)) = serde_json::from_slice(bytes) else { return false };
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
    document.get("format").is_some_and(Value::is_u64)
        && text("tool").starts_with("heeler ")
        && COMMANDS.contains(&text("command"))
}

fn is_own_markdown(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let said = first.trim_start_matches("### ").strip_prefix("heeler ").unwrap_or_default();
    COMMANDS.iter().any(|command| said.strip_prefix(command).is_some_and(|rest| rest.starts_with([':', ' '])))
}

/// The commands that write reports.
const COMMANDS: [&str; 4] = ["plan", "apply", "drift", "explain"];

/// The beginning of a text.
fn beginning(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(1024).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
