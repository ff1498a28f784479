//! Law 2 as a corruption test: config and listing are dropped, truncated, renamed, reordered, emptied and half-parsed,
//! and applied. No row is ever deleted but the one that the whole config has a tombstone for.
//!
//! `HEELER_CORRUPTIONS=1000000 cargo test --release --test laws corruption -- --nocapture` runs a million and says how
//! many it reached.

use std::sync::Mutex;

use async_trait::async_trait;
use heeler::model::limits::{Confirm, LimitName};
use heeler::model::{Failure, Method, ReadClient, ReadRequest, Response, WriteClient, WriteRequest};
use heeler::run::PlanOptions;
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};

use crate::harness::{block_on, try_load};
use crate::in_process;

/// A config and a world to corrupt, and how the vendor's listing looks.
struct Case {
    provider: &'static str,
    config: String,
    world: String,
    /// The end of the listing's path.
    listing: &'static str,
    /// Its list of rows, and where in a row its identity and its other names stand.
    rows: &'static str,
    identity: &'static str,
    others: &'static str,
    /// The account that the whole config has a tombstone for.
    tombstoned: &'static str,
}

fn cases() -> Vec<Case> {
    let config = include_str!("../../examples/configs/quickstart/heeler.yaml").to_owned();
    let world = include_str!("../../examples/configs/quickstart/world.json").to_owned();
    let v2 = Case {
        provider: "datadog",
        config,
        world,
        listing: "/accounts",
        rows: "data",
        identity: "/attributes/aws_account_id",
        others: "/id",
        tombstoned: "210000000009",
    };
    let row = |n: u8| json!({ "account_id": format!("21000000000{n}"), "role_name": "dd", "host_tags": ["env:prod"], "excluded_regions": [] });
    let account = |n: u8| {
        format!(
            "  - aws_account_id: \"21000000000{n}\"\n    datadog_v1: {{ host_tags: [\"env:prod\", \"team:{n}\"] }}\n"
        )
    };
    let v1 = Case {
        provider: "datadog_v1",
        config: format!(
            "version: 1\nproviders: {{ datadog_v1: {{ site: datadoghq.eu }} }}\ndefaults:\n  datadog_v1:\n    role_name: dd\naccounts:\n{}removed:\n  - aws_account_id: \"210000000009\"\n    reason: closed\n",
            (1..=6).map(account).collect::<String>()
        ),
        world: json!({ "datadog_v1": { "accounts": (1..=9).map(row).collect::<Vec<_>>() } }).to_string(),
        listing: "/integration/aws",
        rows: "accounts",
        identity: "/account_id",
        others: "/role_name",
        tombstoned: "210000000009",
    };
    vec![v2, v1]
}

/// A repeatable sequence (splitmix64).
struct Luck(u64);

impl Luck {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % end.max(1)
    }

    fn cut(&mut self, text: &str) -> usize {
        let at = self.below(text.len());
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    }
}

/// Does one thing to a text that something might do to it on its way here.
fn corrupt(text: &str, luck: &mut Luck) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    match luck.below(8) {
        0 => text[..luck.cut(text)].to_owned(),
        1 => {
            let (from, many) = (luck.below(lines.len()), luck.below(20));
            let to = (from + many).min(lines.len());
            lines.drain(from..to);
            lines.join("\n")
        }
        2 => {
            let (a, b) = (luck.below(lines.len()), luck.below(lines.len()));
            if !lines.is_empty() {
                lines.swap(a, b);
            }
            lines.join("\n")
        }
        3 => {
            let (a, b) = (luck.cut(text), luck.cut(text));
            format!("{}{}", &text[..a.min(b)], &text[a.max(b)..])
        }
        4 => {
            // One identity for another, or a digit slipped.
            let digits: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).collect();
            let Some((at, _)) = digits.get(luck.below(digits.len())) else { return text.to_owned() };
            format!("{}{}{}", &text[..*at], luck.below(10), &text[at + 1..])
        }
        5 => {
            let at = luck.cut(text);
            let words = [
                "removed:",
                "accounts:",
                "null",
                "{}",
                "[]",
                "\"",
                "}",
                "]",
                "ownership: declared\n",
                "\t",
                "- ",
                ":",
                "#",
            ];
            format!("{}{}{}", &text[..at], words[luck.below(words.len())], &text[at..])
        }
        6 => text.replacen("data", ["Data", "dat", "", "removed"][luck.below(4)], 1 + luck.below(3)),
        _ => String::new(),
    }
}

/// The sandbox, whose listings arrive corrupted; a single row arrives as it is.
struct Hostile<'a> {
    case: &'a Case,
    sandbox: &'a Sandbox,
    luck: Mutex<Luck>,
}

#[async_trait]
impl ReadClient for Hostile<'_> {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        let is_listing = ask.request().path.ends_with(self.case.listing);
        let response = self.sandbox.read(ask).await?;
        let mut luck = self.luck.lock().expect("no panic before");
        if !is_listing || luck.below(2) == 0 {
            return Ok(response);
        }
        let text = String::from_utf8_lossy(&response.body).into_owned();
        let body = if luck.below(2) == 0 { corrupt(&text, &mut luck) } else { rearranged(&text, self.case, &mut luck) };
        Ok(Response { body: body.into_bytes(), ..response })
    }
}

#[async_trait]
impl WriteClient for Hostile<'_> {
    async fn write(&self, tell: WriteRequest) -> Result<Response, Failure> {
        self.sandbox.write(tell).await
    }
}

/// A listing that is still JSON, with rows dropped, doubled, or under each other's ids.
fn rearranged(text: &str, case: &Case, luck: &mut Luck) -> String {
    let Ok(mut body) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let Some(rows) = body[case.rows].as_array_mut().filter(|rows| rows.len() > 1) else { return text.to_owned() };
    let (a, b) = (luck.below(rows.len()), luck.below(rows.len()));
    let held = |rows: &[Value], at: usize, path: &str| rows[at].pointer(path).cloned().unwrap_or_default();
    let put = |rows: &mut [Value], at: usize, path: &str, value: Value| {
        rows[at].pointer_mut(path).into_iter().for_each(|place| *place = value.clone())
    };
    match luck.below(5) {
        0 => drop(rows.drain(..luck.below(rows.len()))),
        1 => rows.push(rows[a].clone()),
        2 => {
            let other = held(rows, b, case.others);
            put(rows, a, case.others, other);
        }
        3 => {
            let id = held(rows, b, case.identity);
            put(rows, a, case.identity, id);
        }
        _ => {
            let (id, other) = (held(rows, a, case.identity), held(rows, b, case.identity));
            put(rows, a, case.identity, other);
            put(rows, b, case.identity, id);
        }
    }
    body.to_string()
}

/// One corrupted run; how many delete requests it sent.
fn run(number: u64, case: &Case, world: &World) -> usize {
    let mut luck = Luck(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut text = case.config.clone();
    for _ in 0..luck.below(3) {
        text = corrupt(&text, &mut luck);
    }
    let Ok(run) = try_load(&[text.clone()]) else { return 0 };
    if run.config().desired.exclusive.is_some() {
        return 0;
    }
    let sandbox = Sandbox::new(world.clone(), number);
    let rows = sandbox.rows("datadog");
    let client = Hostile { case, sandbox: &sandbox, luck: Mutex::new(luck) };
    let confirm = Confirm::of(LimitName::Deletes, usize::MAX);
    block_on(async {
        let plan = in_process::plan_with(&run, &client, PlanOptions { confirm, ..PlanOptions::default() }).await;
        in_process::apply(&run, &client, &plan, 2).await;
    });
    for request in
        sandbox.log().iter().filter(|request| request.method == Method::Delete && request.path.contains("/accounts/"))
    {
        assert!(
            rows.iter().any(|row| request.path.ends_with(row["id"].as_str().unwrap_or("?"))),
            "run {number} deleted a row that never was"
        );
    }
    let sent = sandbox.log().into_iter().filter(|request| request.method == Method::Delete).count();
    // What is gone, whatever it took: a delete names its row in the path here, in the body there.
    let left: Vec<Value> = sandbox.rows("datadog").iter().map(|row| row["id"].clone()).collect();
    for row in rows.iter().filter(|row| !left.contains(&row["id"])) {
        let account = row["attributes"]["aws_account_id"].as_str().unwrap_or_default();
        // A digit that slipped may name another account in a tombstone; then that is what the text asks for.
        let asked = account == case.tombstoned
            || run.config().desired.tombstones.iter().any(|tombstone| tombstone.identity() == account);
        assert!(asked, "{} run {number} deleted {account} without a tombstone:\n{text}", case.provider);
    }
    sent
}

#[test]
fn corruption_never_deletes_what_has_no_tombstone() {
    let runs = std::env::var("HEELER_CORRUPTIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(3000u64);
    for case in cases() {
        let world = World::parse(&case.world).expect("a world");
        let deletes: usize = (0..runs).map(|number| run(number, &case, &world)).sum();
        println!("{}: {runs} corruptions, {deletes} delete requests, each with a tombstone; 0 without", case.provider);
        assert!(deletes > 0, "the test deletes nothing at all, so it shows nothing");
    }
}
