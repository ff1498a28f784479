//! Checks a provider's block against its schema.

use super::{ALL, Provider};
use crate::model::check::{Additions, Outside, check_knowing};
use crate::model::schema::BlockSchema;
use crate::model::suggestion::did_you_mean;
use crate::model::{Diagnostics, Node};

/// Checks a block of this provider. A key that is another provider's is told so. `beside` are keys that may stand in the
/// block, too, and have been read and taken out.
pub fn check_block(
    provider: &dyn Provider,
    block: &Node,
    additions: Additions,
    beside: &[&'static str],
    out: &mut Diagnostics,
) {
    let own = provider.name();
    let elsewhere = |key: &str| {
        if key == "hold" {
            return Some("an account's entry may hold a block, a layer that accounts share may not".to_owned());
        }
        if let Some(guess) = did_you_mean(key, provider.block().fields.keys().chain(beside.iter().copied()))
            .filter(|guess| beside.iter().any(|own| guess.contains(own)))
        {
            return Some(guess);
        }
        if matches!(key, "aws_account_id" | "aws_partition" | "vars" | "profiles" | "unmanaged") {
            return Some(format!("it stands beside `{own}:`, in the account's entry"));
        }
        let others = ALL.iter().filter(|provider| provider.name() != own && provider.block().fields.contains_key(key));
        let names = others.map(|provider| format!("`{}:`", provider.name())).collect::<Vec<_>>();
        (!names.is_empty()).then(|| format!("it belongs under {}", names.join(" or ")))
    };
    let outside = Outside { beside, elsewhere: &elsewhere };
    check_knowing(own, provider.block(), block, &outside, additions, out);
}

/// Checks a provider's own block under `providers:`, whose `read_only` has been read and taken out.
pub fn check_settings(name: &str, schema: &BlockSchema, block: &Node, out: &mut Diagnostics) -> Option<Node> {
    let outside = Outside { beside: &["read_only"], elsewhere: &|_| None };
    check_knowing(name, schema, block, &outside, Additions::Unknown, out)
}
