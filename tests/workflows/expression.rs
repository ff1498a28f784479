//! The part of GitHub's expression language that the workflows use. Whatever else turns up ends the test.

use serde_json::Value;

/// How the job goes so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    Well,
    Failed,
    Cancelled,
}

/// What an expression can see.
pub struct Scope {
    pub contexts: Value,
    pub going: Going,
}

impl Scope {
    /// What a job's own keys can see (`if`, `name`, `concurrency`), before it has a machine.
    pub fn of_job(&self) -> Self {
        self.without(&["job", "secrets", "steps", "runner"])
    }

    /// What a job's `env` can see.
    pub fn of_env(&self) -> Self {
        self.without(&["job", "steps", "runner"])
    }

    /// What the `if` of a step can see.
    pub fn of_condition(&self) -> Self {
        self.without(&["secrets"])
    }

    fn without(&self, names: &[&str]) -> Self {
        let mut contexts = self.contexts.clone();
        let known = contexts.as_object_mut().unwrap();
        names.iter().for_each(|name| _ = known.remove(*name));
        Scope { contexts, going: self.going }
    }

    /// A text with its `${{ }}` filled in.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after.split_once("}}").unwrap_or_else(|| panic!("no end in {text:?}"));
            filled.push_str(before);
            filled.push_str(&shown(&self.value(expression)));
            rest = after;
        }
        filled + rest
    }

    /// An `if:`; one that asks for no status means "and all went well".
    pub fn holds(&self, condition: Option<&str>) -> bool {
        let text = condition.unwrap_or("success()").trim();
        let text = text.strip_prefix("${{").and_then(|text| text.strip_suffix("}}")).unwrap_or(text);
        let asks = ["always()", "cancelled()", "failure()", "success()"].iter().any(|function| text.contains(function));
        (asks || self.going == Going::Well) && truthy(&self.value(text))
    }

    fn value(&self, text: &str) -> Value {
        let mut parser = Parser { scope: self, tokens: tokens(text), at: 0, text };
        let value = parser.any();
        assert_eq!(parser.at, parser.tokens.len(), "something is left of {text:?}");
        value
    }

    fn look_up(&self, path: &str) -> Value {
        let mut names = path.split('.');
        let context = names.next().unwrap_or_default();
        let known = self.contexts.get(context);
        let mut value = known.unwrap_or_else(|| panic!("Unrecognized named-value: '{context}' in {path}"));
        for name in names {
            // A property that is not there is an empty text; whether it is a slip is for actionlint to say.
            let Some(found) = value.get(name) else { return Value::Null };
            value = found;
        }
        value.clone()
    }
}

struct Parser<'a> {
    scope: &'a Scope,
    tokens: Vec<String>,
    at: usize,
    text: &'a str,
}

impl Parser<'_> {
    fn any(&mut self) -> Value {
        let mut left = self.all();
        while self.take("||") {
            let right = self.all();
            left = if truthy(&left) { left } else { right };
        }
        left
    }

    fn all(&mut self) -> Value {
        let mut left = self.compared();
        while self.take("&&") {
            let right = self.compared();
            left = if truthy(&left) { right } else { left };
        }
        left
    }

    fn compared(&mut self) -> Value {
        let left = self.one();
        if self.take("==") {
            return Value::Bool(equal(&left, &self.one()));
        }
        if self.take("!=") {
            return Value::Bool(!equal(&left, &self.one()));
        }
        left
    }

    fn one(&mut self) -> Value {
        if self.take("!") {
            return Value::Bool(!truthy(&self.one()));
        }
        if self.take("(") {
            let value = self.any();
            assert!(self.take(")"), "a bracket is open in {:?}", self.text);
            return value;
        }
        let token = self.tokens.get(self.at).unwrap_or_else(|| panic!("{:?} ends too early", self.text)).clone();
        self.at += 1;
        if let Some(string) = token.strip_prefix('\'') {
            return Value::String(string.to_owned());
        }
        if token == "startsWith" && self.take("(") {
            let text = self.any();
            assert!(self.take(","), "two arguments: {:?}", self.text);
            let begin = self.any();
            assert!(self.take(")"), "a bracket is open in {:?}", self.text);
            return Value::Bool(shown(&text).to_lowercase().starts_with(&shown(&begin).to_lowercase()));
        }
        if self.take("(") {
            assert!(self.take(")"), "no function with arguments is known: {:?}", self.text);
            return Value::Bool(match token.as_str() {
                "always" => true,
                "success" => self.scope.going == Going::Well,
                "failure" => self.scope.going == Going::Failed,
                "cancelled" => self.scope.going == Going::Cancelled,
                other => panic!("no function {other} is known: {:?}", self.text),
            });
        }
        self.scope.look_up(&token)
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|next| next == token);
        self.at += usize::from(found);
        found
    }
}

/// A string is kept with the quote before it.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let length = match first {
            '\'' => rest[1..].find('\'').unwrap_or_else(|| panic!("no end of a string in {text:?}")) + 1,
            _ if word(first) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            _ => ["||", "&&", "==", "!="].iter().find(|sign| rest.starts_with(**sign)).map_or(1, |sign| sign.len()),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length + usize::from(first == '\'')..].trim_start();
    }
    tokens
}

fn truthy(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value != "" && value.as_f64() != Some(0.0)
}

/// Strings compare without case; other pairs of unlike types as numbers.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.eq_ignore_ascii_case(right),
        _ => number(left) == number(right),
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        Value::String(text) if text.is_empty() => 0.0,
        Value::String(text) => text.parse().unwrap_or(f64::NAN),
        Value::Array(_) | Value::Object(_) => f64::NAN,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn it_reads_as_github_does() {
    let contexts = serde_json::json!({ "github": { "event": { "number": 7 }, "name": "Push" }, "steps": { "a": { "outcome": "success" } } });
    let scope = |going| Scope { contexts: contexts.clone(), going };
    let well = scope(Going::Well);
    assert_eq!(well.fill("x-${{ github.event.number || github.name }}-${{ github.event.none }}."), "x-7-.");
    assert!(well.holds(Some("github.name == 'push' && (steps.a.outcome != 'success' || !cancelled())")));
    assert!(well.holds(Some("github.event.nothing.at.all != github.name")));
    assert!(!scope(Going::Failed).holds(Some("github.name == 'push'")));
    assert!(scope(Going::Cancelled).holds(Some("${{ always() && github.name != '0' }}")));
    assert!(!scope(Going::Cancelled).holds(Some("!cancelled()")));
}
