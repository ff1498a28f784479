//! A config as different people write it: in lines or in brackets, with any quotes, with comments anywhere, with anchors
//! and aliases, with either kind of line ends. It says what the JSON says that it is made from.

use heeler::render::yaml::text;
use serde_json::Value;

/// A source of numbers that a seed determines.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// The config in a style that the seed decides; anchors and aliases only where they are wanted.
pub fn written(config: &str, seed: u64, anchors: bool) -> String {
    let value: Value = serde_json::from_str(config).expect("JSON");
    let mut writer = Writer { dice: Dice(seed), out: String::new(), known: Vec::new(), anchors };
    for (key, value) in value.as_object().expect("a map") {
        writer.entry(key, value, 0);
    }
    let mut out = writer.out;
    if writer.dice.below(4) == 0 {
        out.truncate(out.trim_end().len());
    }
    if writer.dice.below(3) == 0 { out.replace('\n', "\r\n") } else { out }
}

struct Writer {
    dice: Dice,
    out: String,
    known: Vec<(Value, String)>,
    anchors: bool,
}

impl Writer {
    fn comment(&mut self, indent: usize) {
        if self.dice.below(6) == 0 {
            let number = self.dice.below(1_000_000);
            self.out.push_str(&format!("{:indent$}# a line, said of what is near: &no *one {number}\n", ""));
        }
    }

    fn end_of_line(&mut self) {
        if self.dice.below(6) == 0 {
            self.out.push_str("   # beside");
        }
        self.out.push('\n');
    }

    fn entry(&mut self, key: &str, value: &Value, indent: usize) {
        self.comment(indent);
        self.out.push_str(&" ".repeat(indent));
        self.after_indent(key, value, indent);
    }

    /// A key and its value, from the key on.
    fn after_indent(&mut self, key: &str, value: &Value, indent: usize) {
        let key = if self.dice.below(8) == 0 { format!("\"{key}\"") } else { text(key) };
        self.out.push_str(&format!("{key}:"));
        if let Some((_, name)) = self.known.iter().find(|(known, _)| known == value) {
            if self.dice.below(2) == 0 {
                self.out.push_str(&format!(" *{name}"));
                return self.end_of_line();
            }
        } else if self.anchors && indent > 2 && self.dice.below(4) == 0 {
            let name = format!("a{}", self.known.len());
            self.out.push_str(&format!(" &{name}"));
            self.known.push((value.clone(), name));
        }
        self.value(value, indent);
    }

    fn value(&mut self, value: &Value, indent: usize) {
        let is_empty =
            value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty);
        let is_single = !value.is_array() && !value.is_object();
        // What stands above the accounts stands in lines, so that styles meet within one file.
        if is_empty || is_single || (indent > 0 && self.dice.below(3) == 0) {
            let flow = self.flow(value);
            self.out.push_str(&format!(" {flow}"));
            return self.end_of_line();
        }
        self.end_of_line();
        match value {
            Value::Array(items) => {
                let indent = indent + 2 * self.dice.below(2);
                for item in items {
                    self.item(item, indent);
                }
            }
            Value::Object(fields) => {
                let indent = indent + 2 + 2 * self.dice.below(2);
                fields.iter().for_each(|(key, value)| self.entry(key, value, indent));
            }
            _ => {}
        }
    }

    fn item(&mut self, item: &Value, indent: usize) {
        self.comment(indent);
        self.out.push_str(&format!("{:indent$}-", ""));
        match item {
            Value::Object(fields) if !fields.is_empty() && self.dice.below(3) > 0 => {
                let wide = 1 + self.dice.below(2);
                for (at, (key, value)) in fields.iter().enumerate() {
                    match at {
                        0 => {
                            self.out.push_str(&" ".repeat(wide));
                            self.after_indent(key, value, indent + 1 + wide);
                        }
                        _ => self.entry(key, value, indent + 1 + wide),
                    }
                }
            }
            item => {
                let flow = self.flow(item);
                self.out.push_str(&format!(" {flow}"));
                self.end_of_line();
            }
        }
    }

    fn flow(&mut self, value: &Value) -> String {
        match value {
            Value::String(word) => match self.dice.below(3) {
                0 => value.to_string(),
                1 => format!("'{}'", word.replace('\'', "''")),
                _ => text(word),
            },
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item)).collect();
                let (pad, comma) = [("", ", "), (" ", " , "), ("", ",")][self.dice.below(3)];
                format!("[{pad}{}{pad}]", items.join(comma))
            }
            Value::Object(fields) if self.dice.below(4) == 0 => Value::from(fields.clone()).to_string(),
            Value::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(key, value)| format!("{}: {}", text(key), self.flow(value))).collect();
                if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
            }
            single => single.to_string(),
        }
    }
}
