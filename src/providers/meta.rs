//! What is the same for a provider wherever it is used, as plain data.

use crate::model::Kind;
use crate::model::schema::BlockSchema;

/// Whether a vendor takes writes to different accounts at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteWidth {
    /// One after the other.
    Serial,
    /// As many as the user allows.
    Parallel,
}

/// The hosts that a provider's credentials may go to.
pub struct OwnHosts {
    /// Whether a host is the vendor's own, so that credentials may go there whoever names it.
    pub is_own: fn(&str) -> bool,
    /// Those hosts, for people.
    pub names: &'static str,
    /// The environment variable that may name another host.
    pub variable: &'static str,
}

/// A provider as data.
pub struct Meta {
    /// The name of its block in YAML.
    pub name: &'static str,
    /// The name of what it changes. Providers with one backend share rows and identity.
    pub backend: &'static str,
    /// Whether writes may run side by side.
    pub write_width: WriteWidth,
    /// Environment variables that hold its own credentials.
    pub credentials: &'static [&'static str],
    /// Other variables in which people keep credentials of this vendor's for themselves and their tools. This version
    /// does not log in with them, but they are no secret of an account's.
    pub personal_credentials: &'static [&'static str],
    /// Where those may go.
    pub hosts: OwnHosts,
    /// The kinds of rows that an entry can ask for.
    pub kinds: &'static [Kind],
    /// What may stand under its name in YAML, as far as layers and checks need to know.
    pub block: fn() -> &'static BlockSchema,
    /// What may stand in the provider's own block under `providers:`.
    pub settings_block: fn() -> &'static BlockSchema,
    /// What an entry of `removed:` may say to this provider alone, if anything.
    pub delete_options: Option<fn() -> &'static BlockSchema>,
    /// The field, by its dotted path in the block, that is as good a name for the account as its id: an access key. Its
    /// last step is also what `removed:` may name an account by.
    pub alias_field: Option<&'static str>,
    /// How an entry of `removed:` names an account by that field, as an example in messages.
    pub alias_example: Option<&'static str>,
    /// Whether an entry needs an AWS account id even where that field names the account.
    pub needs_account: bool,
    /// The field that the account's own `name` fills where it is left out.
    pub name_field: Option<&'static str>,
    /// The fields that a create sets by requests of their own, after the one that makes the row.
    pub set_after_creation: &'static [&'static str],
}
