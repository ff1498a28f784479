//! What took effect and does not show yet: a vendor's listing may lag behind its writes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tokio::time::Instant;

/// The changes of one backend's rows that reads do not show yet.
#[derive(Debug, Default)]
pub(super) struct LateEffects(Vec<Change>);

/// What one write changed.
#[derive(Debug)]
struct Change {
    shows_at: Instant,
    /// By id: the rows as they were before, each with its place; none for a row that was made.
    before: BTreeMap<String, Vec<(usize, Value)>>,
}

impl LateEffects {
    /// Hides what a write made of the rows.
    pub fn hide(&mut self, before: &[Value], after: &[Value], shows_at: Instant) {
        let (before, after) = (by_id(before), by_id(after));
        let rows = |rows: Option<&Vec<(usize, Value)>>| {
            rows.into_iter().flatten().map(|(_, row)| row.clone()).collect::<Vec<_>>()
        };
        let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let changed = ids.into_iter().filter(|id| rows(before.get(*id)) != rows(after.get(*id)));
        let before = changed.map(|id| (id.clone(), before.get(id).cloned().unwrap_or_default())).collect();
        self.0.push(Change { shows_at, before });
    }

    /// The rows as reads see them now, if that is otherwise than they are. A row shows nothing newer while something
    /// older of it is hidden.
    pub fn view(&mut self, rows: &[Value], now: Instant) -> Option<Vec<Value>> {
        self.0.retain(|change| change.shows_at > now);
        let mut seen = (!self.0.is_empty()).then(|| rows.to_vec())?;
        for (id, before) in self.0.iter().rev().flat_map(|change| &change.before) {
            seen.retain(|row| id_of(row) != *id);
            for (place, row) in before {
                seen.insert((*place).min(seen.len()), row.clone());
            }
        }
        Some(seen)
    }
}

fn by_id(rows: &[Value]) -> BTreeMap<String, Vec<(usize, Value)>> {
    let mut found = BTreeMap::<String, Vec<(usize, Value)>>::new();
    for (place, row) in rows.iter().enumerate() {
        found.entry(id_of(row)).or_default().push((place, row.clone()));
    }
    found
}

/// The vendor's handle, as text; rows without one are one group.
fn id_of(row: &Value) -> String {
    row.get("id").map_or_else(String::new, Value::to_string)
}
