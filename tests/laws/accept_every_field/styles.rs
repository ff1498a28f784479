//! How a config is written: each style in full, so that nothing depends on luck.

use heeler::model::schema::additions::field_of;
use heeler::render::yaml::text;
use serde_json::{Map, Value, json};

/// A way of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// In lines.
    Lines,
    /// Each entry in braces, on one line.
    Braces,
    /// The provider's block in braces, on one line, in an entry in lines.
    BlockInBraces,
    /// The whole file is one line of JSON.
    Json,
    /// In lines, with a comment above and beside everything.
    Comments,
    /// The same with a byte order mark, Windows' line ends, and none at the end.
    CommentsFromWindows,
    /// In lines, with an anchor at whatever is around, and aliases of them in the other entry.
    Anchors,
}

pub const STYLES: [Style; 7] = [
    Style::Lines,
    Style::Braces,
    Style::BlockInBraces,
    Style::Json,
    Style::Comments,
    Style::CommentsFromWindows,
    Style::Anchors,
];

/// A map in the order in which it is written.
pub type Ordered = Vec<(String, Value)>;

/// A config before it is written.
pub struct Config {
    /// What stands above the accounts.
    pub head: Ordered,
    pub accounts: Vec<Ordered>,
}

/// The text. Nothing on the way to one of `fields`, each the keys that lead to it in the first entry, has an anchor or is
/// an alias.
pub fn written(config: &Config, style: Style, fields: &[Vec<String>]) -> String {
    if style == Style::Json {
        let mut whole: Map<String, Value> = config.head.iter().cloned().collect();
        let accounts = config.accounts.iter().map(|entry| entry.iter().cloned().collect::<Map<_, _>>());
        whole.insert("accounts".to_owned(), accounts.map(Value::from).collect());
        return format!("{}\n", Value::from(whole));
    }
    let mut writer = Writer { style, out: String::new(), count: 0, known: Vec::new() };
    for (key, value) in &config.head {
        writer.entry(key, value, 0, &[], &[]);
    }
    writer.comment(0);
    writer.line("accounts:");
    for (at, entry) in config.accounts.iter().enumerate() {
        writer.account(entry, if at == 0 { fields } else { &[] });
    }
    match style {
        Style::CommentsFromWindows => format!("\u{feff}{}", writer.out.trim_end().replace('\n', "\r\n")),
        _ => writer.out,
    }
}

struct Writer {
    style: Style,
    out: String,
    /// Of comments, so that each is told from every other.
    count: usize,
    /// Values with an anchor.
    known: Vec<(Value, String)>,
}

impl Writer {
    fn has_comments(&self) -> bool {
        matches!(self.style, Style::Comments | Style::CommentsFromWindows)
    }

    fn comment(&mut self, indent: usize) {
        if self.has_comments() {
            self.count += 1;
            self.out.push_str(&format!("{:indent$}# c{}; it says &no *thing: [really\n", "", self.count));
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        if self.has_comments() {
            self.count += 1;
            self.out.push_str(&format!("   # c{};", self.count));
        }
        self.out.push('\n');
    }

    fn account(&mut self, entry: &Ordered, fields: &[Vec<String>]) {
        self.comment(2);
        if self.style == Style::Braces {
            let fields: Vec<String> =
                entry.iter().map(|(key, value)| format!("{}: {}", text(key), flow(value))).collect();
            return self.line(&format!("  - {{ {} }}", fields.join(", ")));
        }
        for (at, (key, value)) in entry.iter().enumerate() {
            if at == 0 {
                self.line(&format!("  - {key}: {}", flow(value)));
                continue;
            }
            let in_braces = self.style == Style::BlockInBraces && value.is_object();
            match in_braces {
                true => self.line(&format!("    {}: {}", text(key), flow(value))),
                false => self.entry(key, value, 4, std::slice::from_ref(key), fields),
            }
        }
    }

    /// A key and its value. `path` leads to it in an entry, and `own` are those that have no anchor there.
    fn entry(&mut self, key: &str, value: &Value, indent: usize, path: &[String], own: &[Vec<String>]) {
        self.comment(indent);
        let is_on_the_way = own.iter().any(|field| field.starts_with(path) || path.starts_with(field));
        let mut start = format!("{:indent$}{}:", "", text(key));
        if self.style == Style::Anchors && indent > 2 && !is_on_the_way {
            if let Some((_, name)) = self.known.iter().find(|(known, _)| known == value) {
                return self.line(&format!("{start} *{name}"));
            }
            let name = format!("a{}", self.known.len());
            start.push_str(&format!(" &{name}"));
            self.known.push((value.clone(), name));
        }
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                self.line(&start);
                for (key, value) in fields {
                    let path = [path, &[field_of(key).to_owned()]].concat();
                    self.entry(key, value, indent + 2, &path, own);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                self.line(&start);
                items.iter().for_each(|item| self.item(item, indent + 2));
            }
            single => self.line(&format!("{start} {}", flow(single))),
        }
    }

    fn item(&mut self, item: &Value, indent: usize) {
        self.comment(indent);
        let Value::Object(fields) = item else { return self.line(&format!("{:indent$}- {}", "", flow(item))) };
        for (at, (key, value)) in fields.iter().enumerate() {
            let lead = if at == 0 { "- " } else { "  " };
            match value.as_array().filter(|items| !items.is_empty()) {
                Some(items) => {
                    self.line(&format!("{:indent$}{lead}{}:", "", text(key)));
                    items.iter().for_each(|item| self.item(item, indent + 4));
                }
                None => self.line(&format!("{:indent$}{lead}{}: {}", "", text(key), flow(value))),
            }
        }
    }
}

/// On one line.
pub fn flow(value: &Value) -> String {
    match value {
        Value::String(word) => text(word),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) if *fields == Map::new() => json!({}).to_string(),
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{}: {}", text(key), flow(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        single => single.to_string(),
    }
}
