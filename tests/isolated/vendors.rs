//! The vendors, how their rows are made and spoiled, and what an account declares there.

use crate::support::Folder;
use serde_json::{Value, json};

/// A vendor, how its rows are made, and what an account declares there.
pub struct Vendor {
    pub provider: &'static str,
    pub settings: &'static str,
    pub row: fn(&str, &str) -> Value,
    /// What makes a row's identity unknown.
    pub spoil: fn(&mut Value),
    pub listing: fn(Vec<Value>) -> Value,
    pub block: fn(&str) -> String,
    /// Whether a second row of one name is refused there.
    pub enforces_unique: bool,
}

pub const DATADOG: Vendor = Vendor {
    provider: "datadog",
    settings: "site: datadoghq.com",
    row: |account, id| {
        let mut row = crate::support::row(account);
        row["id"] = json!(id);
        row
    },
    spoil: |row| row["attributes"]["aws_account_id"] = json!(""),
    listing: |rows| json!({ "data": rows }),
    block: |tag| format!("{{ auth_config: {{ role_name: ObserverRole }}, account_tags: [\"env:{tag}\"] }}"),
    enforces_unique: true,
};

pub const V1: Vendor = Vendor {
    provider: "datadog_v1",
    settings: "site: datadoghq.com",
    row: |account, id| json!({ "account_id": account, "role_name": format!("role-{id}"), "host_tags": ["env:prod"], "excluded_regions": [] }),
    spoil: |row| row["account_id"] = json!(""),
    listing: |rows| json!({ "accounts": rows }),
    block: |tag| format!("{{ host_tags: [\"env:{tag}\"] }}"),
    enforces_unique: true,
};

pub const CLOUDCRAFT: Vendor = Vendor {
    provider: "cloudcraft",
    settings: "",
    row: |account, id| {
        json!({ "id": id, "name": "prod", "roleArn": format!("arn:aws:iam::{account}:role/cloudcraft"), "externalId": "e-1", "source": "aws",
            "createdAt": format!("2026-01-01T00:00:00.{}Z", &id[..3]) })
    },
    spoil: |row| row["roleArn"] = Value::Null,
    listing: |rows| json!({ "accounts": rows }),
    block: |tag| format!("{{ role_name: cloudcraft, name: {tag} }}"),
    enforces_unique: false,
};

pub const WAVEFRONT: Vendor = Vendor {
    provider: "wavefront",
    settings: "address: \"https://acme.wavefront.com\"",
    row: |account, id| {
        let credentials = json!({ "roleArn": format!("arn:aws:iam::{account}:role/observer") });
        json!({ "id": id, "name": "prod", "service": "CLOUDWATCH", "disabled": false, "cloudWatch": { "baseCredentials": credentials } })
    },
    spoil: |row| row["cloudWatch"] = json!({}),
    listing: |rows| json!({ "response": { "items": rows } }),
    block: |tag| format!("{{ role_name: observer, cloudwatch: {{ name: {tag} }} }}"),
    enforces_unique: false,
};

pub const VENDORS: [&Vendor; 4] = [&DATADOG, &V1, &CLOUDCRAFT, &WAVEFRONT];

impl Vendor {
    /// Two rows of one account, one of another, and one that does not say whose it is.
    pub fn world(&self, nameless: bool) -> String {
        let mut rows =
            vec![(self.row)(TWIN, "111aaaaa-1"), (self.row)(TWIN, "222bbbbb-2"), (self.row)(ONE, "333ccccc-3")];
        if nameless {
            let mut odd = (self.row)("210000000007", "444ddddd-4");
            (self.spoil)(&mut odd);
            rows.push(odd);
        }
        json!({ self.provider: (self.listing)(rows) }).to_string()
    }

    pub fn config(&self, declared: &[(&str, &str)], rest: &str) -> String {
        let entry = |(account, tag): &(&str, &str)| {
            format!("  - {{ aws_account_id: \"{account}\", {}: {} }}\n", self.provider, (self.block)(tag))
        };
        let accounts: String = declared.iter().map(entry).collect();
        let accounts = if accounts.is_empty() { String::new() } else { format!("accounts:\n{accounts}") };
        format!("version: 1\nproviders: {{ {}: {{ {} }} }}\n{accounts}{rest}", self.provider, self.settings)
    }

    pub fn at(&self, folder: &Folder, nameless: bool, declared: &[(&str, &str)], rest: &str) {
        folder.write("world.json", &self.world(nameless));
        folder.write("heeler.yaml", &self.config(declared, rest));
    }
}

pub const TWIN: &str = "210000000001";

pub const ONE: &str = "210000000002";

pub const NEW: &str = "210000000003";
