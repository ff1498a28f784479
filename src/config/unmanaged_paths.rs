//! `unmanaged:` of an account: paths that take back out what the layers below say there.

use crate::model::diagnostic::{brief, did_you_mean};
use crate::model::schema::FieldType;
use crate::model::{Diagnostic, Diagnostics, Node, Place};
use crate::providers;

/// One path under `unmanaged:`.
pub struct UnmanagedPath {
    /// Whose block it is in.
    pub provider: &'static str,
    /// The fields that lead there.
    pub steps: Vec<String>,
    /// Where it was written.
    pub place: Place,
}

/// The paths under `unmanaged:`, by provider.
pub fn read_paths(paths: &[Node], out: &mut Diagnostics) -> Vec<UnmanagedPath> {
    let mut found = Vec::new();
    for (path, place) in paths.iter().filter_map(|node| Some((node.text()?, node.place()))) {
        let mut steps = path.split('.');
        let Some(provider) = steps.next().and_then(providers::named) else {
            let names = providers::ALL.iter().map(|provider| provider.name()).collect::<Vec<_>>().join(", ");
            out.push(
                Diagnostic::error(place, format!("`{path}` begins with no provider"))
                    .label("not a path")
                    .help(format!("write `PROVIDER.FIELD`, such as `datadog.logs_config`; providers: {names}")),
            );
            continue;
        };
        let steps: Vec<&str> = steps.collect();
        let mut block = Some(provider.block());
        let mut is_switch = false;
        for step in &steps {
            let fields = block.map(|block| &block.fields);
            if std::mem::take(&mut is_switch) {
                // The names of switches are the vendor's.
            } else if fields.is_none_or(|fields| !fields.contains_key(step)) {
                let known = fields.into_iter().flat_map(|fields| fields.keys());
                let list = known.clone().collect::<Vec<_>>().join(", ");
                let guess = did_you_mean(step, known)
                    .map(|guess| guess.replacen('`', &format!("`{}", path.split(step).next().unwrap_or_default()), 1));
                let help = guess.unwrap_or_else(|| {
                    if list.is_empty() {
                        "a path ends at a field, not at a value in it".to_owned()
                    } else {
                        format!("known there: {list}")
                    }
                });
                out.push(
                    Diagnostic::error(place, format!("`{path}` names no field"))
                        .label(if step.is_empty() {
                            "a name is missing".to_owned()
                        } else {
                            format!("there is no `{}`", brief(step))
                        })
                        .help(help),
                );
                break;
            }
            is_switch = fields
                .and_then(|fields| fields.get(step))
                .is_some_and(|field| matches!(field.field_type, FieldType::Switches(_)));
            block = block.and_then(|block| block.block(step));
        }
        found.push(UnmanagedPath {
            provider: provider.name(),
            steps: steps.into_iter().map(str::to_owned).collect(),
            place,
        });
    }
    found
}
