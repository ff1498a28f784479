//! Rows of Datadog's v1 API that show a name of the account as empty, or as null, where they have none.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Folder, parrot};

const ONE: &str = "210000000001";
const TWO: &str = "210000000002";

/// The first line and the body of each write, in order.
type Writes = Arc<Mutex<Vec<(String, Value)>>>;

/// A vendor with these rows that does what it is told, and the first line and body of every write.
fn vendor(rows: Vec<Value>) -> (String, Writes) {
    let written = Arc::new(Mutex::new(Vec::new()));
    let (rows, noted) = (Mutex::new(rows), written.clone());
    let url = parrot(move |said| {
        let line = said.lines().next().unwrap().to_owned();
        let mut rows = rows.lock().unwrap();
        let body = || serde_json::from_str::<Value>(said.split_once("\r\n\r\n").unwrap().1).unwrap();
        if line.starts_with("PUT") {
            rows[0]["host_tags"] = body()["host_tags"].clone();
        } else if line.starts_with("DELETE") {
            rows.pop();
        }
        if line.starts_with("GET") {
            if line.contains("/filtering?") {
                return "200 OK\r\n\r\n{\"filters\":[]}".to_owned();
            }
            if line.contains("/logs ") {
                return "200 OK\r\n\r\n[]".to_owned();
            }
            let accounts: Vec<&Value> = rows
                .iter()
                .filter(|row| !line.contains("account_id=") || line.contains(row["account_id"].as_str().unwrap()))
                .collect();
            return format!("200 OK\r\n\r\n{}", json!({ "accounts": accounts }));
        }
        noted.lock().unwrap().push((line, body()));
        "200 OK\r\n\r\n{}".to_owned()
    });
    (url, written)
}

#[test]
fn an_empty_key_neither_addresses_a_row_nor_is_sent_back() {
    for empty in [json!(""), Value::Null] {
        let row = |account: &str| json!({ "account_id": account, "role_name": "dd", "access_key_id": empty, "host_tags": ["env:old"] });
        let (url, written) = vendor(vec![row(ONE), row(TWO)]);
        let folder = Folder::new("empty-names");
        folder.write("heeler.yaml", &format!(
            "version: 1\nproviders: {{ datadog_v1: {{ site: datadoghq.com }} }}\naccounts:\n  - {{ aws_account_id: \"{ONE}\", datadog_v1: {{ role_name: dd, host_tags: [\"env:new\"] }} }}\nremoved:\n  - {{ aws_account_id: \"{TWO}\", reason: closed }}\n"
        ));
        folder.run_at(&url, "apply").exits(0).says(&["Converged"]);
        let [(put, sent), (delete, named)] = &written.lock().unwrap()[..] else { panic!("{written:?}") };
        assert_eq!(put, &format!("PUT /api/v1/integration/aws?account_id={ONE}&role_name=dd HTTP/1.1"));
        assert_eq!((&sent["host_tags"], sent.get("access_key_id")), (&json!(["env:new"]), None));
        assert!(delete.starts_with("DELETE /api/v1/integration/aws "), "{delete}");
        assert_eq!(named, &json!({ "account_id": TWO, "role_name": "dd" }));
    }
}

#[test]
fn what_does_not_work_is_told_of_the_account_and_not_of_an_empty_key() {
    let row = crate::support::row(ONE);
    let url = parrot(move |said| match said.contains("/api/v1/") {
        true => {
            let row = json!({ "account_id": ONE, "access_key_id": "", "role_name": "ObserverRole", "errors": ["cannot assume"] });
            format!("200 OK\r\n\r\n{}", json!({ "accounts": [row] }))
        }
        false => format!("200 OK\r\n\r\n{}", json!({ "data": [row] })),
    });
    let folder = Folder::new("empty-names-health");
    folder.write("heeler.yaml", &format!(
        "version: 1\nproviders: {{ datadog: {{ site: datadoghq.com }} }}\naccounts:\n  - {{ aws_account_id: \"{ONE}\", datadog: {{ account_tags: [\"env:prod\"] }} }}\n"
    ));
    folder
        .run_at(&url, "drift --health")
        .exits(0)
        .says(&["Not working, says the vendor: 1 Datadog account", "cannot assume"]);
}
