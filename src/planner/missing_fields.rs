//! Which field an account lacks that it needs to be created.

use crate::model::Node;
use crate::model::row_schema::BlockSchema;

/// The first field that a create cannot do without and the block does not name.
pub fn missing_for_create(node: &Node, block: &BlockSchema) -> Option<String> {
    let named = block.arms_in(node);
    let absent = |field: &&String| node.get(field).is_none_or(|value| value.is_map() && value.entries().is_empty());
    let another_arm = |field: &&String| block.is_in_arm(field) && !named.is_empty();
    if let Some(missing) = block.needs.iter().filter(|field| !another_arm(field)).find(absent) {
        return Some(missing.clone());
    }
    let arms = named.iter().filter_map(|arm| block.arms.get(*arm)).flatten();
    let lead = named.iter().filter_map(|arm| block.arms.get(*arm)?.first());
    let secrets = arms.filter(|field| block.fields.get(*field).is_some_and(|field| field.secret_with.is_some()));
    if let Some(missing) = lead.chain(secrets).find(|field| node.get(field).is_none()) {
        return Some(missing.clone());
    }
    let inner = node
        .entries()
        .iter()
        .filter_map(|entry| Some((&entry.key, missing_for_create(&entry.node, block.block(&entry.key)?)?)));
    inner.map(|(key, missing)| format!("{key}.{missing}")).next()
}
