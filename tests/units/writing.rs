//! YAML as it is written: it looks like a person's, and every string comes back as it was, through our own reader and
//! through PyYAML's rules for words.

use heeler::model::Node;
use heeler::model::yaml::{Line, Yaml};
use heeler::render::yaml::{document, text};
use proptest::prelude::*;
use serde_json::json;

const TRAPS: &[&str] = &[
    "NO",
    "no",
    "on",
    "Off",
    "y",
    "012",
    "0o17",
    "0x1F",
    "12:30",
    "1:20:30",
    "1e3",
    "1_000",
    "+1",
    ".5",
    "~",
    "null",
    "Null",
    "true",
    "2026-01-02",
    "2026-01-02 03:04:05",
    "<<",
    "=",
    "-",
    "- a",
    "?",
    "? a",
    ":",
    "a: b",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "|",
    ">",
    "'a'",
    "\"a\"",
    "%a",
    "@a",
    "`a",
    "[a]",
    "{a}",
    "a,b",
    "${name}",
    "$${name}",
    "",
    " ",
    " a",
    "a ",
    "a\nb",
    "a\n",
    "\n",
    "\ta",
    "a\tb",
    "\u{1f415}",
    "é",
    "a\u{2028}b",
    "a\u{85}b",
    "\u{feff}",
    "\u{202e}a",
    "a\u{0}b",
    "\u{7f}",
    "\\",
    "\\n",
    "a\\",
    "---",
    "...",
    "--- a",
    "a:",
    ":a",
    "a::b",
    "env:prod",
    "key:NO",
    "🐕:on",
];

fn read_back(yaml: &str) -> serde_json::Value {
    let (node, wrong) = Node::parse(yaml, 0);
    assert!(wrong.is_empty(), "{wrong:?} in\n{yaml}");
    node.expect("a value").json()
}

fn everywhere(word: &str) -> Vec<Line> {
    vec![
        Line::new("plain", Yaml::text(word)).below_blank_line(),
        Line::new("list", Yaml::texts([word, "a", word])),
        Line::new(
            "map",
            Yaml::Map(vec![Line::new(
                "inner",
                Yaml::Map(vec![
                    Line::new("deep", Yaml::texts([word])),
                    Line::new(format!("k{word}"), Yaml::text(word)),
                ]),
            )]),
        ),
        Line::new(
            "items",
            Yaml::List(vec![Yaml::Map(vec![
                Line::new("a", Yaml::text(word)).under(word),
                Line::new("b", Yaml::text(word)),
            ])]),
        ),
    ]
}

fn returns(word: &str) -> Result<(), TestCaseError> {
    let expected = json!({
        "plain": word, "list": [word, "a", word], "map": { "inner": { "deep": [word], (format!("k{word}")): word } }, "items": [{ "a": word, "b": word }],
    });
    prop_assert_eq!(read_back(&document(&everywhere(word))), expected);
    Ok(())
}

#[test]
fn traps_come_back_as_they_were() {
    TRAPS.iter().for_each(|word| returns(word).unwrap_or_else(|error| panic!("{word:?}: {error}")));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_string_comes_back_as_it_was(word in any::<String>(), noise in "[-?:,\\[\\]{}#&*!|>'\"%@`~ \\n\\t$0-9eE._yYnNoO]{0,12}") {
        returns(&word)?;
        returns(&noise)?;
    }
}

#[test]
fn words_are_plain_and_traps_are_quoted() {
    let plain = [
        "eu-central-1",
        "AWS/EC2",
        "/aws/sagemaker/Endpoints",
        "aws.rds.*",
        "DatadogIntegrationRole",
        "AKIAEXAMPLE00000001",
        "data-prod",
    ];
    plain.iter().for_each(|word| assert_eq!(text(word), *word));
    let quoted = [
        "210000000001",
        "012345678901",
        "env:prod",
        "NO",
        "on",
        "12:30",
        "1e3",
        "~",
        "null",
        "2026-01-02",
        "",
        "*",
        "a b:c",
        "a?",
    ];
    quoted.iter().for_each(|word| assert_eq!(text(word), format!("\"{word}\"")));
    assert_eq!(text("a\u{202e}b\u{9b}"), "\"a\\u202eb\\x9B\"");
}

#[test]
fn it_looks_like_a_persons() {
    let long = Yaml::texts((1..9).map(|n| format!("a-rather-long-region-{n}")));
    let block = Yaml::Map(vec![
        Line::new(
            "auth_config",
            Yaml::Map(vec![Line { beside: Some("here".to_owned()), ..Line::new("secret", Yaml::text("x")) }]),
        ),
        Line::new("aws_regions", Yaml::Map(vec![Line::new("include_all", Yaml::Scalar(json!(true)))])),
        Line::new("long", long),
        Line::new("filters", Yaml::List(vec![Yaml::of(&json!({ "namespace": "AWS/EC2", "tags": ["a:b"] }))])),
        Line::new("nothing", Yaml::Map(Vec::new())),
    ]);
    let account = Yaml::Map(vec![
        Line::new("aws_account_id", Yaml::text("210000000001")).under("a\nb").below_blank_line(),
        Line::new("datadog", block),
    ]);
    let bare = Yaml::Map(vec![
        Line::new("aws_account_id", Yaml::text("210000000002")).below_blank_line(),
        Line::new("datadog", Yaml::of(&json!({ "account_tags": ["env:prod", "team:data"] }))),
    ]);
    let lines = [
        Line::new("version", Yaml::Scalar(json!(1))).under("Read me."),
        Line::new("accounts", Yaml::List(vec![account, bare])).below_blank_line(),
    ];
    insta::assert_snapshot!(document(&lines));
}
