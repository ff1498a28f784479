//! What the laws have to be told of each vendor, because nothing in heeler says it: one entry for each.

use heeler::providers::Provider;
use serde_json::{Value, json};

/// A vendor, under the laws.
pub struct Vendor {
    /// The provider.
    pub provider: &'static str,
    /// What an entry says of one row, with whatever a create sets by requests of its own; `tag` stands in it.
    pub one_row: fn(tag: &str) -> Value,
    /// What an entry says beside its rows, where an account has rows of several kinds.
    pub beside_rows: fn() -> Value,
    /// The path of its listing, and where in it the rows are.
    pub listing: (&'static str, &'static str),
    /// The field that holds the rows in a world of its backend.
    pub rows_in_world: &'static str,
    /// Which write of a create makes the row.
    pub making_write: usize,
    /// Whether what is deleted stays in a trash.
    pub has_trash: bool,
}

static ALL: [Vendor; 4] = [
    Vendor {
        provider: "datadog",
        one_row: |tag| json!({ "auth_config": { "role_name": "dd" }, "account_tags": [tag] }),
        beside_rows: || json!({}),
        listing: ("/api/v2/integration/aws/accounts", "/data"),
        rows_in_world: "data",
        making_write: 1,
        has_trash: false,
    },
    Vendor {
        provider: "datadog_v1",
        one_row: |tag| {
            let logs = json!({ "lambdas": ["arn:aws:lambda:eu-west-1:210000000001:function:dd"], "services": ["s3"] });
            let filters = json!([{ "namespace": "elb", "tag_filter_str": tag }]);
            json!({ "role_name": "dd", "host_tags": [tag], "tag_filters": filters, "logs": logs })
        },
        beside_rows: || json!({}),
        listing: ("/api/v1/integration/aws", "/accounts"),
        rows_in_world: "accounts",
        making_write: 1,
        has_trash: false,
    },
    Vendor {
        provider: "cloudcraft",
        one_row: |tag| json!({ "role_name": "cc", "name": tag }),
        beside_rows: || json!({}),
        listing: ("/aws/account", "/accounts"),
        rows_in_world: "accounts",
        making_write: 1,
        has_trash: false,
    },
    Vendor {
        provider: "wavefront",
        one_row: |tag| json!({ "role_name": "wf", "name": tag, "ec2": { "enabled": false } }),
        beside_rows: || json!({ "role_name": "observer" }),
        listing: ("/api/v2/cloudintegration", "/response/items"),
        rows_in_world: "items",
        // The first has an external id issued.
        making_write: 2,
        has_trash: true,
    },
];

/// What is told of this provider's vendor.
pub fn vendor(provider: &dyn Provider) -> &'static Vendor {
    named(provider.name())
}

/// The same of the provider of this name.
pub fn named(provider: &str) -> &'static Vendor {
    ALL.iter()
        .find(|vendor| vendor.provider == provider)
        .unwrap_or_else(|| panic!("no entry for {provider} here: add one"))
}
