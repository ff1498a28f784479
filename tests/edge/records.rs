//! Records of deleted accounts: two runs in one folder at the same time lose none.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{self, Folder, HEAD, Served, keyed};

#[test]
fn two_applies_in_one_folder_lose_no_record() {
    let folder = Folder::new("race");
    let accounts: Vec<String> = (0..24).map(|at| format!("2100000001{at:02}")).collect();
    let rows: Vec<Value> = accounts.iter().map(|account| support::row(account)).collect();
    let served = Served::world(&folder, folder.write("world.json", &support::world(&rows)).to_str().unwrap());
    let tombs: String = accounts.iter().map(|account| format!("  - {{ aws_account_id: \"{account}\", reason: closed }}\n")).collect();
    folder.write("heeler.yaml", &format!("{HEAD}limits: {{ deletes: 99 }}\nremoved:\n{tombs}"));
    let begin = |args: &str| keyed(&mut folder.heeler(args), &served.url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let runs = ["apply --jobs 1 --json both.json", "apply --jobs 4 --json both.json"].map(begin);
    let ends = runs.map(|mut run| run.wait().unwrap().code());
    assert!(served.rows().is_empty());
    let records = folder.names().into_iter().filter(|name| name.starts_with("heeler-deleted-")).collect::<Vec<_>>();
    let records = records.iter().flat_map(|name| folder.json(name).as_array().unwrap().clone());
    let kept: BTreeSet<String> = records.map(|record| record["deleted"]["attributes"]["aws_account_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kept, accounts.into_iter().collect(), "{ends:?}");
    assert!(folder.names().iter().all(|name| !name.ends_with(".writing")), "{:?}", folder.names());
    let _ = fs::remove_file(folder.path("both.json"));
}
