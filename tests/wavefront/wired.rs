//! What is on the wire: where the token goes, and over `heeler sandbox` a whole run of the binary.

use std::sync::{Arc, Mutex};

use heeler::model::{Env, Settings};
use heeler::sandbox::Faults;
use serde_json::{Value, json};

use crate::support::{Folder, Run, WAVEFRONT_TOKEN, keyed, parrot, served_world};
use crate::{ACCOUNT, load_with};

const CONFIG: &str = "version: 1\naccounts:\n  - aws_account_id: \"400000000001\"\n    wavefront:\n      role_name: observer\n      \
                      name: Web\n      cloudwatch: { namespaces: [AWS/EC2] }\n      ec2: {}\n";

fn settings(address: Option<&str>, set: Option<&str>) -> Result<Settings, Vec<String>> {
    let written =
        address.map_or(String::new(), |address| format!("providers: {{ wavefront: {{ address: \"{address}\" }} }}\n"));
    let env: Env = set.map(|set| ("WAVEFRONT_ADDRESS".to_owned(), set.to_owned())).into_iter().collect();
    let config = load_with(&CONFIG.replace("accounts:", &format!("{written}accounts:")), &env)?;
    Ok(config.config().desired.settings["wavefront"].clone())
}

#[test]
fn an_address_is_a_host_or_a_url_and_without_tls_only_this_machine() {
    let base =
        |address, set| settings(address, set).map(|settings| (settings.endpoint.base, settings.site, settings.via));
    let acme = || Ok(("https://acme.wavefront.com".to_owned(), "acme.wavefront.com".to_owned(), None));
    for text in ["acme.wavefront.com", "https://acme.wavefront.com/", " acme.wavefront.com "] {
        assert_eq!(base(None, Some(text)), acme());
    }
    assert_eq!(base(Some("acme.wavefront.com"), None), acme());
    assert_eq!(base(Some("acme.wavefront.com"), Some("https://acme.wavefront.com")), acme());
    for here in ["http://127.0.0.1:8126", "http://localhost:8126", "http://[::1]:8126"] {
        let through = Ok((here.to_owned(), "acme.wavefront.com".to_owned(), Some(here.to_owned())));
        assert_eq!(base(Some("acme.wavefront.com"), Some(here)), through);
    }
    for wrong in [
        "http://acme.wavefront.com",
        "https://me:secret@acme.wavefront.com",
        "ftp://127.0.0.1",
        "http://127.0.0.1.evil.example",
    ] {
        let said = base(None, Some(wrong)).expect_err(wrong);
        assert!(
            said.len() == 1 && said[0].starts_with("WAVEFRONT_ADDRESS is ") && !said[0].contains("secret"),
            "{said:?}"
        );
        assert!(base(Some(wrong), None).is_err());
    }
    for elsewhere in ["acme.wavefront.com/api", "proxy.example", "https://proxy.example", "http://127.0.0.1:8126"] {
        assert!(base(Some(elsewhere), None).is_err(), "{elsewhere}");
    }
    let proxied = Ok((
        "https://proxy.example".to_owned(),
        "acme.wavefront.com".to_owned(),
        Some("https://proxy.example".to_owned()),
    ));
    assert_eq!(base(Some("acme.wavefront.com"), Some("https://proxy.example")), proxied);
    assert!(base(None, None).unwrap_err()[0].contains("there is no default"));
    assert!(
        base(Some("acme.wavefront.com"), Some("other.wavefront.com")).unwrap_err()[0]
            .contains("WAVEFRONT_ADDRESS says other.wavefront.com")
    );
}

#[test]
fn the_token_is_a_bearer_and_a_post_without_a_body_says_what_it_would_be() {
    let heads = Arc::new(Mutex::new(Vec::<String>::new()));
    let (said, page) =
        (heads.clone(), json!({ "items": [], "offset": 0, "limit": 100, "totalItems": 0, "moreItems": false }));
    let url = parrot(move |request| {
        said.lock().unwrap().push(request.to_lowercase());
        let response = if request.starts_with("POST /api/v2/cloudintegration/awsExternalId ") {
            json!("Qm4Zt8Yb1Kd6Wn2P")
        } else {
            page.clone()
        };
        format!("200 OK\r\n\r\n{}", json!({ "status": { "result": "OK", "code": 200 }, "response": response }))
    });
    let folder = Folder::new("wavefront-wire");
    folder.write("heeler.yaml", CONFIG);
    Run::of(keyed(&mut folder.heeler("apply"), &url)).exits(3);
    let heads = heads.lock().unwrap();
    assert!(heads.iter().all(|head| head.contains(&format!("authorization: bearer {WAVEFRONT_TOKEN}"))), "{heads:?}");
    let issuing = heads.iter().find(|head| head.contains("awsexternalid")).expect("an id is issued");
    assert_eq!(issuing.matches("content-type: application/json").count(), 1, "{issuing}");
}

#[test]
fn a_whole_run_over_http_converges() {
    let folder = Folder::new("wavefront-http");
    folder.write("heeler.yaml", CONFIG);
    let (sandbox, url) = served_world("{}", Faults::none());
    Run::of(keyed(&mut folder.heeler("apply --json applied.json"), &url)).exits(0).says(&["2 done", "external id"]);
    Run::of(keyed(&mut folder.heeler("plan --detailed-exitcode"), &url)).exits(0).says(&["no changes"]);
    assert!(
        folder.json("applied.json")["actions"]
            .as_array()
            .unwrap()
            .iter()
            .all(|action| action["result"]["external_id"].is_string())
    );
    folder.write(
        "heeler.yaml",
        &format!("version: 1\nproviders: {{ wavefront: {{}} }}\nremoved:\n  - {{ aws_account_id: \"{ACCOUNT}\", reason: closed }}\n"),
    );
    Run::of(keyed(&mut folder.heeler("apply"), &url)).exits(0).says(&["2 done", "trash"]);
    assert!(sandbox.rows("wavefront").iter().all(|row| row["inTrash"] == true));
    folder.write("heeler.yaml", CONFIG);
    Run::of(keyed(&mut folder.heeler("apply --json applied.json"), &url)).exits(0).says(&["brings back"]);
    let rows = sandbox.rows("wavefront");
    let ids: Vec<&Value> = rows.iter().map(|row| &row["id"]).collect();
    let applied = folder.json("applied.json");
    assert!(
        applied["actions"].as_array().unwrap().iter().all(|action| ids.contains(&&action["recovers"])),
        "{applied:#}"
    );
    assert!(rows.len() == 2 && rows.iter().all(|row| row["inTrash"] == false));
}

#[test]
fn no_token_no_answer() {
    let folder = Folder::new("wavefront-401");
    folder.write("heeler.yaml", CONFIG);
    let (sandbox, url) = served_world("{}", Faults::none());
    Run::of(folder.heeler("plan").env("WAVEFRONT_ADDRESS", &url)).exits(1).says(&["WAVEFRONT_TOKEN is not set"]);
    let bare = std::process::Command::new("curl")
        .args(["-s", "-o", "/dev/null", "-w", "%{http_code}", &format!("{url}/api/v2/cloudintegration")])
        .output();
    if let Ok(bare) = bare {
        assert_eq!(String::from_utf8_lossy(&bare.stdout), "401");
    }
    assert!(sandbox.log().is_empty());
}
