//! YAML to be written, as data: values, their order, and what is said beside them; and which words every reader takes for
//! text. How it looks is decided in `render`.

use serde_json::Value;
use serde_saphyr::FlowSeq;

/// One value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// A string, a number, true or false.
    Scalar(Value),
    /// In this order.
    List(Vec<Yaml>),
    /// In this order.
    Map(Vec<Line>),
    /// In this order, and on one line where that is no too long one: one of many alike, which are read as a table.
    Row(Vec<Line>),
}

/// One key of a map, its value, and what is said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Yaml,
    /// Comments on lines of their own above it.
    pub above: Vec<String>,
    /// A comment at the end of its line.
    pub beside: Option<String>,
    /// Whether a blank line sets it apart from what is above.
    pub blank_line_above: bool,
}

impl Line {
    /// A key and its value, about which nothing is said.
    pub fn new(key: impl Into<String>, value: Yaml) -> Self {
        Line { key: key.into(), value, above: Vec::new(), beside: None, blank_line_above: false }
    }

    /// The same, set apart from what is above.
    pub fn below_blank_line(self) -> Self {
        Line { blank_line_above: true, ..self }
    }

    /// The same with a comment above it.
    pub fn under(mut self, comment: impl Into<String>) -> Self {
        self.above.push(comment.into());
        self
    }
}

impl Yaml {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Yaml::Scalar(Value::String(text.into()))
    }

    /// A list of strings.
    pub fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Yaml::List(texts.into_iter().map(Yaml::text).collect())
    }

    /// A JSON value as it is.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Array(items) => Yaml::List(items.iter().map(Yaml::of).collect()),
            Value::Object(fields) => {
                Yaml::Map(fields.iter().map(|(name, value)| Line::new(name, Yaml::of(value))).collect())
            }
            scalar => Yaml::Scalar(scalar.clone()),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Yaml::Scalar(_) => false,
            Yaml::List(items) => items.is_empty(),
            Yaml::Map(lines) | Yaml::Row(lines) => lines.is_empty(),
        }
    }
}

/// Whether a word without quotes is text to every reader of YAML: no number, date, or truth to any of them.
pub fn is_plain_text(word: &str) -> bool {
    // With other characters no reader takes it for anything but text; in a list it may need quotes all the same.
    let may_be_taken = |c: char| c.is_ascii_alphanumeric() || "+-_.:~= ".contains(c);
    let list = || serde_saphyr::to_string(&FlowSeq([word])).unwrap_or_default();
    !word.is_empty() && (!word.chars().all(may_be_taken) || list().trim_end() == format!("[{word}]"))
}
