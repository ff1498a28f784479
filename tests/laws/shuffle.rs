//! The same values in another order.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

/// An order for things that have none.
pub fn shuffles() -> BoxedStrategy<Vec<prop::sample::Index>> {
    vec(any::<prop::sample::Index>(), 64).boxed()
}

/// Brings every list and every map of a config into another order; only `profiles:` of an account keep theirs.
pub fn shuffled(value: &Value, luck: &mut dyn Iterator<Item = prop::sample::Index>) -> String {
    fn order<T>(mut items: Vec<T>, luck: &mut dyn Iterator<Item = prop::sample::Index>) -> Vec<T> {
        for last in (1..items.len()).rev() {
            if let Some(index) = luck.next() {
                items.swap(last, index.index(last + 1));
            }
        }
        items
    }
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| shuffled(item, luck)).collect();
            format!("[{}]", order(items, luck).join(", "))
        }
        Value::Object(fields) => {
            let entries = fields.iter().map(|(name, value)| {
                let value =
                    if name == "profiles" && value.is_array() { value.to_string() } else { shuffled(value, luck) };
                format!("{}: {value}", json!(name))
            });
            let entries = entries.collect();
            format!("{{{}}}", order(entries, luck).join(", "))
        }
        scalar => scalar.to_string(),
    }
}
