//! An element of a layer's list, such as `env:${vars.env}`, and which element of an account's own list it stands for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::value_forms::ValueForms;
use crate::model::node::vars::PREFIX;

/// One element of an account's list.
#[derive(Debug, Clone)]
pub struct Element {
    /// As it is live.
    pub live: Value,
    /// As a config may write it.
    pub forms: ValueForms,
    /// The form that most accounts share.
    pub written: Value,
}

/// The list of one account, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct OwnList<'a> {
    /// Its elements.
    pub elements: &'a [Element],
    /// The account's name.
    pub name: Option<&'a str>,
    /// What its variables stand for already.
    pub vars: &'a BTreeMap<String, String>,
}

/// An element as a layer writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// The same in every account, or the same but for the account's id and partition.
    Literal(Value),
    /// A text with one name in it.
    Named {
        /// What stands before the name.
        before: String,
        /// The name, without its braces: `name`, or `vars.NAME`.
        name: String,
        /// What stands after it.
        after: String,
    },
}

impl Pattern {
    /// A tag of this key whose value is what this name stands for.
    pub fn tag(key: &str, name: &str) -> Self {
        Pattern::Named { before: format!("{key}:"), name: name.to_owned(), after: String::new() }
    }

    /// The same for a variable.
    pub fn tag_of_var(key: &str, var: &str) -> Self {
        Pattern::tag(key, &format!("{PREFIX}{var}"))
    }

    /// Reads what a layer writes; nothing if it cannot be told what would stand for it.
    pub fn read(value: &Value) -> Option<Self> {
        let literal = || Pattern::Literal(value.clone());
        let Some(text) = value.as_str() else { return Some(literal()) };
        let Some((before, rest)) = text.split_once("${") else { return Some(literal()) };
        let (name, after) = rest.split_once('}')?;
        if before.ends_with('$') || after.contains("${") || name != "name" && !name.starts_with(PREFIX) {
            return (!text.contains("${vars.") && !text.contains("${name}")).then(literal);
        }
        Some(Pattern::Named { before: before.to_owned(), name: name.to_owned(), after: after.to_owned() })
    }

    /// As a layer writes it.
    pub fn written(&self) -> Value {
        match self {
            Pattern::Literal(value) => value.clone(),
            Pattern::Named { before, name, after } => Value::from(format!("{before}${{{name}}}{after}")),
        }
    }

    /// The variable in it.
    pub fn var(&self) -> Option<&str> {
        if let Pattern::Named { name, .. } = self { name.strip_prefix(PREFIX) } else { None }
    }

    /// What the name would stand for if this were the element; nothing if it is not of this form.
    pub fn value_in<'a>(&self, live: &'a Value) -> Option<&'a str> {
        let Pattern::Named { before, name: _, after } = self else { return None };
        live.as_str()?.strip_prefix(before.as_str())?.strip_suffix(after.as_str())
    }

    /// Which element it stands for, and what the variable in it is then. Where several could be meant, it is none.
    pub fn find<'a>(&self, list: &OwnList<'a>) -> Option<(usize, Option<&'a str>)> {
        let name = match self {
            Pattern::Literal(value) => {
                let says = |ValueForms { plain, by_account, by_partition }: &ValueForms| {
                    [plain, by_account, by_partition].contains(&value)
                };
                return Some((list.elements.iter().position(|element| says(&element.forms))?, None));
            }
            Pattern::Named { name, .. } => name,
        };
        let mut values =
            list.elements.iter().enumerate().filter_map(|(at, element)| Some((at, self.value_in(&element.live)?)));
        let (at, value) = values.next().filter(|_| values.next().is_none())?;
        match name.strip_prefix(PREFIX) {
            None => (list.name == Some(value)).then_some((at, None)),
            Some(var) => {
                let fits = is_tame(value) && list.vars.get(var).is_none_or(|known| known == value);
                fits.then_some((at, Some(value)))
            }
        }
    }
}

/// Whether a text may be a variable's: such that nobody wonders what it is.
fn is_tame(text: &str) -> bool {
    let legal = |c: char| c.is_alphanumeric() || c.is_ascii_punctuation();
    !text.is_empty() && text.chars().all(legal) && !text.contains("${")
}
