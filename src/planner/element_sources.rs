//! Where the elements of a list were asked for: several layers may have made it.

use serde_json::Value;

use crate::model::{Node, Place, Source, Sources};

/// Where the elements of a list were asked for that are not there yet: the first of them, and those that were asked
/// for elsewhere. Of a list that one layer made, it is where the list stands.
pub(super) fn element_sources(list: &Node, before: &[Value], sources: &Sources) -> (Place, Vec<(Value, Source)>) {
    let written = |item: &Node| {
        let own = item.place();
        if list.place().covers_use_of(own) { list.place() } else { own }
    };
    if list.items().iter().all(|item| written(item) == list.place()) {
        return (list.place(), Vec::new());
    }
    let new: Vec<(Value, Place)> = list
        .items()
        .iter()
        .map(|item| (item.json(), written(item)))
        .filter(|(item, _)| !before.contains(item))
        .collect();
    let first = new.first().map_or(list.place(), |(_, place)| *place);
    let elsewhere = new.into_iter().filter(|(_, place)| *place != first);
    (first, elsewhere.map(|(item, place)| (item, sources.locate(place))).collect())
}
