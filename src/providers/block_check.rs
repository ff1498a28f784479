//! Checks a provider's block against its schema.

use super::{ALL, Provider};
use crate::model::check::{Additions, check_knowing};
use crate::model::suggestion::did_you_mean;
use crate::model::{Diagnostics, Node};

/// Checks a block of this provider. A key that is another provider's is told so.
pub fn check_block(provider: &dyn Provider, block: &Node, additions: Additions, out: &mut Diagnostics) {
    let own = provider.name();
    let elsewhere = |key: &str| {
        if key == "hold" {
            return Some("an account's entry may hold a block, a layer that accounts share may not".to_owned());
        }
        let beside = ["hold", "read_only"];
        let all = provider.block().fields.keys().chain(beside);
        if let Some(guess) = did_you_mean(key, all).filter(|guess| beside.iter().any(|own| guess.contains(own))) {
            return Some(guess);
        }
        if matches!(key, "aws_account_id" | "aws_partition" | "vars" | "profiles" | "unmanaged") {
            return Some(format!("it stands beside `{own}:`, in the account's entry"));
        }
        let others = ALL.iter().filter(|provider| provider.name() != own && provider.block().fields.contains_key(key));
        let names = others.map(|provider| format!("`{}:`", provider.name())).collect::<Vec<_>>();
        (!names.is_empty()).then(|| format!("it belongs under {}", names.join(" or ")))
    };
    check_knowing(own, provider.block(), block, &elsewhere, additions, out);
}
