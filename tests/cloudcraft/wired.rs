//! The built binary against Cloudcraft on a loopback port: its key, its address, and what a whole run leaves.

use std::process::Command;
use std::sync::{Arc, Mutex};

use heeler::model::Env;
use serde_json::json;

use crate::support::{Folder, Run, Served, parrot};
use crate::{load_with, parameters, row};

const KEY: &str = "c2VjcmV0LWtleS1vZi10aGUtdGVzdA";
const CONFIG: &str = "version: 1\naccounts:\n  - { aws_account_id: \"400000000001\", name: web, cloudcraft: { role_name: cloudcraft } }\n  - { aws_account_id: \"400000000002\", name: shop, cloudcraft: { role_name: cloudcraft, region: eu-west-1 } }\n";

fn run(folder: &Folder, url: &str, args: &str) -> Run {
    let mut command: Command = folder.heeler(args);
    Run::of(command.env("CLOUDCRAFT_HOST", url).env("CLOUDCRAFT_API_KEY", KEY))
}

#[test]
fn a_run_over_http_converges() {
    let folder = Folder::new("cloudcraft");
    folder.write("heeler.yaml", CONFIG);
    let world =
        json!({ "cloudcraft": { "accounts": [row(1, "400000000001", "old", "Web")], "iamParameters": parameters() } });
    folder.write("world.json", &world.to_string());
    let served = Served::world(&folder, "world.json");
    run(&folder, &served.url, "plan --detailed-exitcode").exits(2).says(&["1 to create, 1 to update", "role_arn"]);
    run(&folder, &served.url, "apply --json apply.json").exits(0).says(&["Converged", "968898580625"]);
    run(&folder, &served.url, "plan --detailed-exitcode --json plan.json")
        .exits(0)
        .says(&["no changes", "2 unchanged"]);
    let managed = folder.json("plan.json")["managed"].clone();
    let policies: Vec<&str> = managed
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["trust_policy"]["Statement"][0]["Action"].as_str())
        .collect();
    assert_eq!(policies, ["sts:AssumeRole"; 2], "{managed}");

    folder.write(
        "heeler.yaml",
        "version: 1\nproviders: { cloudcraft: {} }\nremoved:\n  - { aws_account_id: \"400000000001\", reason: closed, from: [cloudcraft] }\n",
    );
    run(&folder, &served.url, "apply").exits(0).says(&["1 done"]);
    run(&folder, &served.url, "apply").exits(0).says(&["Obsolete: 1 tombstone"]);
}

#[test]
fn the_key_is_a_bearer_and_never_shown() {
    let folder = Folder::new("cloudcraft-key");
    folder.write("heeler.yaml", CONFIG);
    let heard = Arc::new(Mutex::new(String::new()));
    let listening = heard.clone();
    let url = parrot(move |request| {
        listening.lock().unwrap().push_str(request);
        format!(
            "401 Unauthorized\r\nContent-Type: application/json\r\n\r\n{{\"error\":\"Bad key {KEY}\",\"code\":401}}"
        )
    });
    let refused = run(&folder, &url, "plan").exits(1).says(&["Cloudcraft answered 401", "CLOUDCRAFT_API_KEY"]);
    assert!(!format!("{}{}", refused.out, refused.err).contains(KEY));
    assert!(heard.lock().unwrap().to_lowercase().contains(&format!("authorization: bearer {}", KEY.to_lowercase())));

    let mut without = folder.heeler("plan");
    Run::of(without.env("CLOUDCRAFT_HOST", &url)).exits(1).says(&["CLOUDCRAFT_API_KEY is not set"]);
}

#[test]
fn an_address_is_a_plain_one() {
    let base = |host: &str| {
        let env: Env = [("CLOUDCRAFT_HOST".to_owned(), host.to_owned())].into_iter().collect();
        load_with(CONFIG, &env).map(|run| run.config().desired.settings["cloudcraft"].endpoint.base.clone())
    };
    for (host, expected) in [
        ("", "https://api.cloudcraft.co"),
        ("api.cloudcraft.example", "https://api.cloudcraft.example"),
        ("https://proxy.example:8443/cloudcraft/", "https://proxy.example:8443/cloudcraft"),
        ("http://127.0.0.1:8126", "http://127.0.0.1:8126"),
        ("http://localhost:8126/", "http://localhost:8126"),
        ("http://[::1]:8126", "http://[::1]:8126"),
    ] {
        assert_eq!(base(host).as_deref(), Ok(expected), "{host}");
    }
    for host in [
        "http://proxy.example",
        "http://127.0.0.1.example",
        "ftp://x",
        "https://user:hunter2@x.example",
        "https://",
        "https://x/?q=1",
        "https://x y",
    ] {
        let wrong = base(host).expect_err(host).join(" ");
        assert!(wrong.contains("CLOUDCRAFT_HOST") && !wrong.contains("hunter2"), "{host}: {wrong}");
    }
}
