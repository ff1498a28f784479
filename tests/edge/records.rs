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
    let tombs: String =
        accounts.iter().map(|account| format!("  - {{ aws_account_id: \"{account}\", reason: closed }}\n")).collect();
    folder.write("heeler.yaml", &format!("{HEAD}limits: {{ deletes: 99 }}\nremoved:\n{tombs}"));
    let begin = |args: &str| {
        keyed(&mut folder.heeler(args), &served.url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let runs = ["apply --jobs 1 --json both.json", "apply --jobs 4 --json both.json"].map(begin);
    let ends = runs.map(|mut run| run.wait().unwrap().code());
    assert!(served.rows().is_empty());
    let records = folder.names().into_iter().filter(|name| name.starts_with("heeler-deleted-")).collect::<Vec<_>>();
    let records = records.iter().flat_map(|name| folder.json(name).as_array().unwrap().clone());
    let kept: BTreeSet<String> =
        records.map(|record| record["deleted"]["attributes"]["aws_account_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kept, accounts.into_iter().collect(), "{ends:?}");
    assert!(folder.names().iter().all(|name| !name.ends_with(".writing")), "{:?}", folder.names());
    let _ = fs::remove_file(folder.path("both.json"));
}

#[test]
fn where_somebody_takes_the_records_away_all_of_them_go_into_another_file() {
    let folder = Folder::new("taken");
    let rows = ["210000000001", "210000000002"].map(support::row);
    let here = folder.path(".");
    let of_run = move || {
        fs::read_dir(&here)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.display().to_string().contains("heeler-deleted-"))
    };
    let url = support::parrot(move |said| {
        let asked = said.lines().next().unwrap();
        if asked.starts_with("DELETE") {
            // Every record that is there by now goes, and a stranger's file takes its place.
            of_run().for_each(|path| {
                let text = fs::read_to_string(&path).unwrap();
                let both = rows.iter().all(|row| text.contains(row["attributes"]["aws_account_id"].as_str().unwrap()));
                if !both {
                    fs::remove_file(&path).unwrap();
                    fs::write(&path, "[]").unwrap();
                }
            });
            return "204 No Content\r\n\r\n".to_owned();
        }
        match rows.iter().find(|row| asked.contains(row["id"].as_str().unwrap())) {
            Some(row) => format!("200 OK\r\n\r\n{}", serde_json::json!({ "data": row })),
            None => format!("200 OK\r\n\r\n{}", support::rows(&rows)),
        }
    });
    folder.write(
        "heeler.yaml",
        &format!(
            "{HEAD}limits: {{ deletes: 2 }}\nremoved:\n  - {{ aws_account_id: \"210000000001\", reason: closed }}\n  - {{ aws_account_id: \"210000000002\", reason: closed }}\n"
        ),
    );
    folder.run_at(&url, "apply --jobs 1").exits(3).says(&["still listed"]);
    let files: Vec<String> = folder.names().into_iter().filter(|name| name.starts_with("heeler-deleted-")).collect();
    let kept: Vec<String> = files.iter().map(|name| folder.json(name).to_string()).collect();
    assert!(kept.contains(&"[]".to_owned()), "the stranger's file was written into: {kept:?}");
    assert!(kept.iter().any(|text| text.contains("210000000001") && text.contains("210000000002")), "{kept:?}");
}
