//! Ids of access keys: what a config may say, and what editors are told that it may.

use heeler::model::aws::access_key_id::is_access_key_id;
use serde_json::json;

use crate::support::Folder;

/// One grammar of an access key's id, wherever a config may name one and in what editors are told.
#[test]
fn an_access_key_id_is_the_same_everywhere() {
    let long = |count| format!("AKIA{}", "A".repeat(count));
    let cases = [
        ("AKIAEXAMPLE000000001".to_owned(), true),
        (long(12), true),
        (long(124), true),
        (long(11), false),
        (long(125), false),
        ("AKIAexample000000001".to_owned(), false),
        ("AKIAEXAMPLE00000000_".to_owned(), false),
        ("ASIAEXAMPLE000000001".to_owned(), false),
        ("AKIA".to_owned(), false),
    ];
    let folder = Folder::new("access-key-ids");
    let schema = folder.schema("schema");
    for (id, is_one) in cases {
        assert_eq!(is_access_key_id(&id), is_one, "{id}");
        let removed = json!([{ "aws_account_id": id, "reason": "closed" }]);
        let keys = json!({ "access_key_id": id, "secret_access_key": { "env": "SECRET" } });
        for config in [
            json!({ "version": 1, "accounts": [], "removed": removed }),
            json!({ "version": 1, "accounts": [], "protect": [id] }),
            json!({ "version": 1, "accounts": [{ "aws_partition": "aws-us-gov", "datadog_v1": keys }] }),
        ] {
            let mut config = config;
            config["providers"] = json!({ "datadog_v1": { "site": "ddog-gov.com" } });
            folder.write("heeler.yaml", &config.to_string());
            let run = folder.run("validate");
            assert_eq!(run.code == 0, is_one, "{id}: {config}\n{run:?}");
            assert_eq!(schema.is_valid(&config), is_one, "{id}: {config}");
        }
    }
}
