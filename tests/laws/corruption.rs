//! Law 2 as a corruption test: config and listing are dropped, truncated, renamed, reordered, emptied and half-parsed, and applied.
//! No row is ever deleted but the one that the whole config has a tombstone for.
//!
//! `HEELER_CORRUPTIONS=1000000 cargo test --release --test laws corruption -- --nocapture` runs a million and says how many it reached.

use std::sync::Mutex;

use async_trait::async_trait;
use heeler::executor::interrupt::interrupt;
use heeler::executor::{Hands, execute, observe};
use heeler::model::desired::Confirm;
use heeler::model::{Ask, Failure, Method, Reader, Response, Tell, Transport};
use heeler::planner::{self, Exactness, Input};
use heeler::sandbox::{Sandbox, World};
use serde_json::Value;

use crate::harness::{Nobody, block_on, try_load};

const CONFIG: &str = include_str!("../../examples/configs/quickstart/heeler.yaml");
const WORLD: &str = include_str!("../../examples/configs/quickstart/world.json");
/// The account that the whole config has a tombstone for.
const BURIED: &str = "210000000009";

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
            let words = ["removed:", "accounts:", "null", "{}", "[]", "\"", "}", "]", "ownership: declared\n", "\t", "- ", ":", "#"];
            format!("{}{}{}", &text[..at], words[luck.below(words.len())], &text[at..])
        }
        6 => text.replacen("data", ["Data", "dat", "", "removed"][luck.below(4)], 1 + luck.below(3)),
        _ => String::new(),
    }
}

/// The sandbox, whose listings arrive corrupted; a single row arrives as it is.
struct Hostile<'a> {
    sandbox: &'a Sandbox,
    luck: Mutex<Luck>,
}

#[async_trait]
impl Reader for Hostile<'_> {
    async fn read(&self, ask: Ask) -> Result<Response, Failure> {
        let is_listing = ask.request().path.ends_with("/accounts");
        let response = self.sandbox.read(ask).await?;
        let mut luck = self.luck.lock().expect("no panic before");
        if !is_listing || luck.below(2) == 0 {
            return Ok(response);
        }
        let text = String::from_utf8_lossy(&response.body).into_owned();
        let body = if luck.below(2) == 0 { corrupt(&text, &mut luck) } else { rearranged(&text, &mut luck) };
        Ok(Response { body: body.into_bytes(), ..response })
    }
}

#[async_trait]
impl Transport for Hostile<'_> {
    async fn write(&self, tell: Tell) -> Result<Response, Failure> {
        self.sandbox.write(tell).await
    }
}

/// A listing that is still JSON, with rows dropped, doubled, or under each other's ids.
fn rearranged(text: &str, luck: &mut Luck) -> String {
    let Ok(mut body) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let Some(rows) = body["data"].as_array_mut().filter(|rows| rows.len() > 1) else { return text.to_owned() };
    let (a, b) = (luck.below(rows.len()), luck.below(rows.len()));
    match luck.below(5) {
        0 => drop(rows.drain(..luck.below(rows.len()))),
        1 => rows.push(rows[a].clone()),
        2 => rows[a]["id"] = rows[b]["id"].clone(),
        3 => rows[a]["attributes"]["aws_account_id"] = rows[b]["attributes"]["aws_account_id"].clone(),
        _ => {
            let (id, other) = (rows[a]["attributes"]["aws_account_id"].clone(), rows[b]["attributes"]["aws_account_id"].clone());
            rows[a]["attributes"]["aws_account_id"] = other;
            rows[b]["attributes"]["aws_account_id"] = id;
        }
    }
    body.to_string()
}

/// One corrupted run; how many delete requests it sent.
fn run(number: u64, world: &World) -> usize {
    let mut luck = Luck(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut text = CONFIG.to_owned();
    for _ in 0..luck.below(3) {
        text = corrupt(&text, &mut luck);
    }
    let Ok(config) = try_load(&[text.clone()]) else { return 0 };
    if config.desired.exclusive.is_some() {
        return 0;
    }
    let sandbox = Sandbox::new(world.clone(), number);
    let rows = sandbox.rows("datadog");
    let door = Hostile { sandbox: &sandbox, luck: Mutex::new(luck) };
    let confirm = Confirm { deletes: Some((usize::MAX, None)), ..Confirm::default() };
    block_on(async {
        let readings = observe(&door, &config.desired).await;
        let (desired, sources) = (&config.desired, &config.sources);
        let input = Input {
            desired,
            readings: &readings,
            sources,
            only: None,
            confirm: &confirm,
            exactness: Exactness::AtMost,
            approved: None,
            resend_secrets: false,
        };
        let plan = planner::plan(&input);
        let hands = Hands { door: &door, settings: &desired.settings, sources, jobs: 2, witness: &Nobody, interrupt: interrupt().1 };
        execute(&plan, &hands).await;
    });
    let deletes: Vec<String> = sandbox.log().into_iter().filter(|request| request.method == Method::Delete).map(|request| request.path).collect();
    for path in &deletes {
        let row = rows.iter().find(|row| path.ends_with(row["id"].as_str().unwrap_or("?")));
        let account = row.map(|row| row["attributes"]["aws_account_id"].clone());
        let asked = account.as_ref().and_then(Value::as_str).is_some_and(|account| {
            // A digit that slipped may name another account in a tombstone; then that is what the text asks for.
            account == BURIED || config.desired.tombstones.iter().any(|tombstone| tombstone.identity() == account)
        });
        assert!(asked, "run {number} deleted {account:?} without a tombstone:\n{text}");
    }
    deletes.len()
}

#[test]
fn corruption_never_deletes_what_has_no_tombstone() {
    let runs = std::env::var("HEELER_CORRUPTIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(3000u64);
    let world = World::parse(WORLD).expect("the example's world");
    let deletes: usize = (0..runs).map(|number| run(number, &world)).sum();
    println!("{runs} corruptions, {deletes} delete requests, each with a tombstone; 0 without");
    assert!(deletes > 0, "the test deletes nothing at all, so it shows nothing");
}
