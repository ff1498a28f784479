//! The desired state that a history's commits change: which resource has which of a few blocks, and which tombstones
//! stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use heeler::config::files::Text;
use heeler::config::{Loaded, load_texts};
use heeler::model::{Env, Key};
use heeler::providers::{self, Provider};
use serde_json::{Value, json};

/// How many accounts the histories are about. One more belongs to nobody.
pub const ACCOUNTS: u8 = 4;
/// The account that only people make rows of.
pub const FOREIGN: u8 = 9;
/// How many blocks there are for each provider.
pub const VARIANTS: u8 = 4;
/// The number of a block that says as little as a create can.
pub const LEAST: u8 = 255;

/// What one account has at one provider.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource(pub &'static str, pub u8);

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({:?}, {})", self.0, self.1)
    }
}

impl Resource {
    /// All that a history may be about. An account is at Datadog through one of its two APIs.
    pub fn all() -> Vec<Resource> {
        let of = |account: u8| {
            [if account.is_multiple_of(2) { "datadog" } else { "datadog_v1" }, "cloudcraft", "wavefront"]
                .map(|name| Resource(name, account))
        };
        (0..ACCOUNTS).flat_map(of).collect()
    }

    pub fn account_id(self) -> String {
        format!("21000000000{}", self.1)
    }

    pub fn provider(self) -> &'static dyn Provider {
        providers::named(self.0).expect("a provider")
    }

    /// The resource that a row of this backend belongs to.
    pub fn of_row(backend: &str, row: &Value) -> Option<Resource> {
        let text = row.to_string();
        let account = (0..=FOREIGN).find(|account| text.contains(&Resource("", *account).account_id()))?;
        let name = if backend == "datadog" && account % 2 == 1 { "datadog_v1" } else { backend };
        Some(Resource(providers::named(name)?.name(), account))
    }

    /// The resource that a row of this name belongs to.
    pub fn of(key: &Key) -> Resource {
        let account = (0..=FOREIGN).find(|account| key.name.contains(&Resource("", *account).account_id()));
        Resource(key.provider, account.expect("one of the accounts"))
    }

    /// One of the blocks there are.
    pub fn block(self, variant: u8) -> Value {
        let role = json!({ "role_name": "dd" });
        if variant == LEAST && self.0 == "wavefront" {
            return json!({ "role_name": "observer", "name": "least", "cloudwatch": {}, "ec2": {} });
        }
        match (self.0, if variant == LEAST { 0 } else { variant % VARIANTS }) {
            // An account with keys.
            ("datadog", variant) if self.1 == 2 => {
                let auth = json!({ "access_key_id": format!("AKIAEXAMPLE0000000{}", variant % 2), "secret_access_key": { "env": super::SECRET.0 } });
                json!({ "auth_config": auth, "account_tags": [format!("env:{variant}")] })
            }
            ("datadog", 0) => json!({ "auth_config": role }),
            ("datadog", 1) => {
                json!({ "auth_config": role, "account_tags": ["env:one"], "metrics_config": { "enabled": false } })
            }
            ("datadog", 2) => json!({
                "auth_config": { "role_name": "other" },
                "account_tags": ["env:two", "team:x"],
                "aws_regions": { "include_only": ["eu-central-1", "us-east-1"] },
                "metrics_config": { "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["env:two"] }] },
            }),
            ("datadog", _) => json!({
                "auth_config": role,
                "account_tags": [],
                "logs_config": { "lambda_forwarder": { "sources": ["s3", "lambda"] } },
                "metrics_config": { "enabled": true, "namespace_filters": { "include_only": ["AWS/EC2"] } },
            }),
            ("datadog_v1", 0) => role,
            ("datadog_v1", 1) => {
                json!({ "role_name": "dd", "host_tags": ["env:one"], "tag_filters": [{ "namespace": "elb", "tag_filter_str": "env:one" }] })
            }
            ("datadog_v1", 2) => {
                let lambda = "arn:aws:lambda:eu-west-1:${aws_account_id}:function:dd";
                json!({ "role_name": "dd", "metrics_collection_enabled": false, "logs": { "lambdas": [lambda], "services": ["s3"] } })
            }
            ("datadog_v1", _) => json!({
                "role_name": "dd",
                "host_tags": ["env:three"],
                "account_specific_namespace_rules": { "ec2": false },
                "tag_filters": [{ "namespace": "elb", "tag_filter_str": "env:three" }, { "namespace": "sqs", "tag_filter_str": "env:three" }],
            }),
            ("cloudcraft", variant) => json!({ "role_name": "drawing", "name": format!("drawing {variant}") }),
            ("wavefront", 0) => json!({ "role_name": "observer", "name": "one", "cloudwatch": {} }),
            ("wavefront", 1) => {
                json!({ "role_name": "observer", "name": "one", "refresh_rate_minutes": 10, "cloudwatch": { "enabled": false }, "ec2": {} })
            }
            ("wavefront", 2) => {
                json!({ "role_name": "observer", "name": "two", "cloudwatch": { "namespaces": ["ec2", "sqs"] } })
            }
            ("wavefront", _) => {
                json!({ "role_name": "observer", "name": "two", "enabled": true, "cloudwatch": {}, "ec2": { "enabled": false } })
            }
            (other, _) => panic!("no blocks for {other}"),
        }
    }
}

/// A change of the desired state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// An entry, or another block in it.
    Declare(Resource, u8),
    /// The entry goes, and nothing else is said.
    Forget(Resource),
    /// The entry goes, and a tombstone comes.
    Remove(Resource),
    /// The tombstone goes.
    Tidy(Resource),
}

/// A desired state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    pub entries: BTreeMap<Resource, u8>,
    pub removed: BTreeSet<Resource>,
    /// Rows that are one too many, by the vendor's handle.
    pub surplus: Vec<(Resource, String)>,
}

impl Config {
    pub fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Declare(resource, variant) => {
                self.removed.remove(&resource);
                self.entries.insert(resource, variant);
            }
            Edit::Forget(resource) => drop(self.entries.remove(&resource)),
            Edit::Remove(resource) => {
                self.entries.remove(&resource);
                self.removed.insert(resource);
            }
            Edit::Tidy(resource) => drop(self.removed.remove(&resource)),
        }
    }

    /// As one file. JSON is YAML.
    pub fn text(&self) -> String {
        let mut accounts = BTreeMap::<String, Value>::new();
        for (resource, variant) in &self.entries {
            let id = resource.account_id();
            let account = accounts.entry(id.clone()).or_insert_with(|| json!({ "aws_account_id": id }));
            account[resource.0] = resource.block(*variant);
        }
        let tombstone = |resource: &Resource| json!({ "aws_account_id": resource.account_id(), "from": [resource.0], "reason": "closed" });
        let surplus = self.surplus.iter().map(|(resource, id)| {
            let mut entry = tombstone(resource);
            entry["id"] = json!(id);
            entry
        });
        json!({
            "version": 1,
            "providers": {
                "datadog": { "site": "datadoghq.eu" },
                "datadog_v1": { "site": "datadoghq.eu" },
                "cloudcraft": {},
                "wavefront": { "address": "acme.wavefront.com" },
            },
            "limits": { "creates": 1000, "deletes": 1000, "disruptive": 1000, "costly": 1000 },
            "accounts": accounts.into_values().collect::<Vec<_>>(),
            "removed": self.removed.iter().map(tombstone).chain(surplus).collect::<Vec<_>>(),
        })
        .to_string()
    }

    pub fn load(&self) -> Loaded {
        let text = Text { name: "heeler.yaml".to_owned(), text: self.text() };
        load_texts(vec![text], &Env::default(), Vec::new()).unwrap_or_else(|invalid| {
            panic!("{:?}\n{}", invalid.diagnostics.iter().map(|found| &found.title).collect::<Vec<_>>(), self.text())
        })
    }
}
