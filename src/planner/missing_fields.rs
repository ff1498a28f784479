//! Which field an account lacks that it needs to be created.

use crate::model::Node;
use crate::model::schema::BlockSchema;

/// The first field that a create cannot do without and the block does not name.
pub fn missing_for_create(node: &Node, block: &BlockSchema) -> Option<String> {
    let named = block.arms_in(node);
    let absent = |field: &&&str| node.get(field).is_none_or(|value| value.is_map() && value.entries().is_empty());
    let another_arm = |field: &&&str| block.is_in_arm(field) && !named.is_empty();
    if let Some(missing) = block.needs.iter().filter(|field| !another_arm(field)).find(absent) {
        return Some((*missing).to_owned());
    }
    let arms = named.iter().filter_map(|arm| block.arms.get(*arm)).copied().flatten();
    let lead = named.iter().filter_map(|arm| block.arms.get(*arm)?.first());
    let secrets = arms.filter(|field| block.fields.get(field).is_some_and(|field| field.secret_with.is_some()));
    if let Some(missing) = lead.chain(secrets).find(|field| node.get(field).is_none()) {
        return Some((*missing).to_owned());
    }
    let inner = node
        .entries()
        .iter()
        .filter_map(|entry| Some((&entry.key, missing_for_create(&entry.node, block.block(&entry.key)?)?)));
    inner.map(|(key, missing)| format!("{key}.{missing}")).next()
}
