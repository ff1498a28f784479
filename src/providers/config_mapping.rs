//! The part of a provider that knows what an entry of the config is about: from blocks to rows, and back. It asks
//! nobody.

use serde_json::Value;

use crate::model::value::{Leaves, at};
use crate::model::{AccountFacts, Action, Desired, Diagnostics, Node, Observed, Settings, Trust};

/// Between the provider's block in an entry, and its rows.
pub trait ConfigMapping: Send + Sync {
    /// What an account's merged block asks for; checks what only the merged block can show.
    fn entries(&self, settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) -> Vec<Desired>;

    /// Checks what one layer's block shows by itself, beyond its schema. Values that still hold `${...}` are left for
    /// [`entries`](ConfigMapping::entries).
    fn check_layer(&self, _block: &Node, _out: &mut Diagnostics) {}

    /// What an entry says to be about these live rows of one account, as its block has it: given what each
    /// row holds, as it is compared, already under its kind's [`block_path`](crate::model::Kind::block_path).
    fn to_config(&self, rows: Vec<(&Observed, Leaves)>) -> Leaves {
        rows.into_iter().flat_map(|(_, leaves)| leaves).collect()
    }

    /// The partition of a live row's account, where it can be told. `live` is the row as it is compared.
    fn partition(&self, _row: &Observed, live: &Value) -> Option<String> {
        at(live, "aws_partition").as_str().filter(|name| !name.is_empty()).map(str::to_owned)
    }

    /// What the AWS side needs to let the vendor into this row's account; nothing where no role is involved.
    fn trust(&self, settings: &Settings, row: &Observed) -> Option<Trust>;

    /// Whether what this action deletes goes to a trash, from where it can be brought back.
    fn deletes_into_trash(&self, _action: &Action) -> bool {
        false
    }
}
