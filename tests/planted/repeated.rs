//! Answers that repeat what was sent to a vendor repeat no secret.

use crate::left_behind;
use crate::secrets::{SECRET, config, holds_none, planted};
use crate::support::{self, ACCOUNTS, API_KEY, Folder, HEAD, Run};
use serde_json::json;

/// A way in which a vendor repeats what it was told, and its name.
type Form = (&'static str, fn(&str) -> String);

fn in_plain(said: &str) -> String {
    json!({ "errors": [said], said: said }).to_string()
}

fn in_escapes(said: &str) -> String {
    let json = json!({ "errors": [{ "title": "no", "detail": said }], "request": said.lines().collect::<Vec<_>>() })
        .to_string();
    json.replace('/', "\\/").replace('+', "\\u002b")
}

fn in_nests(said: &str) -> String {
    json!({ "errors": [json!({ "request": said }).to_string()] }).to_string()
}

/// A row as it should be, but for what it repeats.
fn in_a_row(said: &str) -> String {
    let mut row = support::row("400000000001");
    row["attributes"]["auth_config"] =
        json!({ "role_name": said, "external_id": said, "access_key_id": said, "secret_access_key": said });
    row["attributes"]["account_tags"] = json!([said]);
    let organization = json!({ "type": "orgs", "attributes": { "name": said, "public_id": said } });
    json!({ "data": row, "included": [organization] }).to_string()
}

fn in_a_query(said: &str) -> String {
    format!("error=no&request={}", said.replace('%', "%25").replace('/', "%2F").replace('+', "%2B").replace(' ', "+"))
}

fn in_html(said: &str) -> String {
    format!(
        "<html><pre>{}</pre></html>",
        said.replace('&', "&amp;").replace('<', "&lt;").replace('+', "&#43;").replace('/', "&#x2F;")
    )
}

#[test]
fn answers_that_repeat_requests_repeat_no_secret() {
    let live = json!({ "data": [support::row("400000000002"), support::row("400000000003")] }).to_string();
    let forms: [Form; 7] = [
        ("plain", in_plain),
        ("escaped", in_escapes),
        ("nested", in_nests),
        ("html", in_html),
        ("query", in_a_query),
        ("row", in_a_row),
        ("raw", str::to_owned),
    ];
    // A lost answer is waited for, so all of them are at once.
    std::thread::scope(|threads| {
        for status in ["200 OK", "400 Bad Request", "403 Forbidden", "409 Conflict", "302 Found"] {
            for (form, repeat) in forms {
                let live = live.clone();
                threads.spawn(move || repeats_no_secret(status, form, repeat, live));
            }
        }
    });
}

/// Runs every command against a vendor whose listing is fine, and whose other answers repeat what they were asked.
fn repeats_no_secret(status: &'static str, form: &'static str, repeat: fn(&str) -> String, live: String) {
    let folder = Folder::new("repeats");
    folder.write("heeler.yaml", &config(""));
    folder.write("guarded/heeler.yaml", &HEAD.replace("datadoghq.com", "datadoghq.com, organization: acme"));
    let key = format!("{form}, {status}");
    let url = support::parrot(move |said| match said.starts_with(&format!("GET {ACCOUNTS} ")) {
        true => format!("200 OK\r\n\r\n{live}"),
        false => format!("{status}\r\n\r\n{}", repeat(said)),
    });
    for args in [
        "plan guarded --json plan.json -vvv",
        "drift --json drift.json -vvv",
        "import guarded -vvv",
        "apply --json report.json -vvv",
    ] {
        let run = Run::of(support::keyed(&mut folder.heeler(args), &url).env("GOV_SECRET", SECRET));
        assert!([1, 2, 3, 4].contains(&run.code) && !run.err.contains("panicked"), "{key}, {args}: {run:?}");
        holds_none(&left_behind(&folder, &run, &["heeler.yaml".to_owned(), "guarded".to_owned()]), &planted(), &key);
    }
}

/// What was sent in one request may come back in the answer to another: a vendor remembers.
#[test]
fn a_later_answer_that_repeats_a_secret_is_no_answer() {
    let folder = Folder::new("remembers");
    folder.write("heeler.yaml", &config(""));
    let said_before = std::sync::Mutex::new(String::new());
    let url = support::parrot(move |said| {
        let mut secret = said_before.lock().unwrap();
        let body: serde_json::Value =
            said.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok()).unwrap_or_default();
        if let Some(sent) = body["data"]["attributes"]["auth_config"]["secret_access_key"].as_str() {
            sent.clone_into(&mut secret);
        }
        let mut made = support::row("400000000001");
        made["attributes"]["auth_config"] = json!({ "access_key_id": "AKIACLIEXAMPLE000001" });
        let mut rows = vec![support::row("400000000002"), support::row("400000000003")];
        rows.iter_mut().for_each(|row| row["attributes"]["account_tags"] = json!([format!("env:{secret}")]));
        match said.split(' ').next().unwrap() {
            "POST" => format!("200 OK\r\n\r\n{}", json!({ "data": made })),
            "GET" if said.contains("/accounts ") => format!("200 OK\r\n\r\n{}", json!({ "data": rows })),
            _ => format!("200 OK\r\n\r\n{}", json!({ "data": rows[0] })),
        }
    });
    let run = Run::of(
        support::keyed(&mut folder.heeler("apply --json report.json --markdown report.md -vvv"), &url)
            .env("GOV_SECRET", SECRET),
    );
    let run = run.exits(3).says(&["is withheld: it repeats a key or a secret that was sent"]);
    holds_none(&left_behind(&folder, &run, &["heeler.yaml".to_owned()]), &planted(), "remembers");
}

#[test]
fn a_key_is_found_in_names_and_in_values_that_another_hides() {
    let escaped: String = API_KEY.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let listing = json!({ "data": [support::row("400000000002"), support::row("400000000003")] }).to_string();
    for hidden in [format!("\"{escaped}\": 1"), format!("\"note\": \"{escaped}\", \"note\": 1")] {
        let folder = Folder::new("hidden");
        folder.write("heeler.yaml", &config(""));
        let listing = listing.replace("\"attributes\":{", &format!("\"attributes\":{{{hidden},"));
        let url = support::parrot(move |_| format!("200 OK\r\n\r\n{listing}"));
        folder.run_at(&url, "plan --json plan.json").exits(1).says(&["is withheld"]);
    }
}
