//! The ways to write one value: as it is, and with names in place of what only this account has, so that it can be the
//! same for many.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// One value, written in ways that mean the same for its account.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueForms {
    /// As it is; a literal `${` is escaped.
    pub plain: Value,
    /// With `${aws_account_id}`.
    pub by_account: Value,
    /// With `${aws_partition}` too, where an ARN begins with it.
    pub by_partition: Value,
}

impl ValueForms {
    /// A value that is written in one way only.
    pub fn same(value: &Value) -> Self {
        ValueForms { plain: value.clone(), by_account: value.clone(), by_partition: value.clone() }
    }

    /// All forms of a value that this account has.
    pub fn of(value: &Value, account: Option<&str>, partition: &str) -> Self {
        let arn = format!("arn:{partition}:");
        ValueForms {
            plain: words(value, &escaped),
            by_account: words(value, &|word| named(word, account)),
            by_partition: words(value, &|word| match word.strip_prefix(&arn) {
                Some(rest) => format!("arn:${{aws_partition}}:{}", named(rest, account)),
                None => named(word, account),
            }),
        }
    }
}

/// The form of each that most of them share: with names only where several accounts become the same by it.
pub fn chosen<'a>(forms: impl Iterator<Item = &'a ValueForms> + Clone, named: bool) -> Vec<&'a Value> {
    let kinds = |of: fn(&ValueForms) -> &Value, finer: fn(&ValueForms) -> &Value| {
        let mut kinds = BTreeMap::<String, BTreeSet<String>>::new();
        for form in forms.clone().filter(|_| named) {
            kinds.entry(of(form).to_string()).or_default().insert(finer(form).to_string());
        }
        kinds.into_iter().filter(|(_, finer)| finer.len() > 1).map(|(kind, _)| kind).collect::<BTreeSet<String>>()
    };
    let by_partition = kinds(|form| &form.by_partition, |form| &form.by_account);
    let by_account = kinds(|form| &form.by_account, |form| &form.plain);
    let choose = |form: &'a ValueForms| match () {
        () if by_partition.contains(&form.by_partition.to_string()) => &form.by_partition,
        () if by_account.contains(&form.by_account.to_string()) => &form.by_account,
        () => &form.plain,
    };
    forms.clone().map(choose).collect()
}

/// The value with every string in it rewritten.
fn words(value: &Value, rewrite: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(word) => Value::String(rewrite(word)),
        Value::Array(items) => items.iter().map(|item| words(item, rewrite)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), words(value, rewrite))).collect(),
        other => other.clone(),
    }
}

/// A literal `${` is written `$${`.
fn escaped(word: &str) -> String {
    word.replace("${", "$${")
}

/// The account's id by its name, wherever it stands as a whole number.
fn named(word: &str, account: Option<&str>) -> String {
    const NAME: &str = "${aws_account_id}";
    let word = escaped(word);
    let Some(id) = account.filter(|id| !id.is_empty()) else { return word };
    let mut rewritten = String::with_capacity(word.len());
    let mut rest = word.as_str();
    while let Some(at) = rest.find(id) {
        let (before, after) = (&rest[..at], &rest[at + id.len()..]);
        rewritten.push_str(before);
        // Part of a longer number is not the id; and after a `$` the name would be read as a literal.
        let whole = !rewritten.ends_with(|c: char| c.is_ascii_digit() || c == '$')
            && !after.starts_with(|c: char| c.is_ascii_digit());
        rewritten.push_str(if whole { NAME } else { id });
        rest = after;
    }
    rewritten.push_str(rest);
    rewritten
}
