//! Hostile words in every place that a config, a vendor or a file's name can fill: a comment with them has the very
//! structure of one with harmless words, and holds nothing that GitHub would act upon.

use std::collections::BTreeMap;
use std::path::Path;

use heeler::config::files::Text;
use heeler::config::load_texts;
use heeler::model::drift::Drift;
use heeler::model::{Env, Plan};
use heeler::render::escape_untrusted::escaped_line;
use heeler::render::{Links, PlanView, markdown};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fleet::{BASE, Fleet};
use crate::planted::Words;
use crate::reader::{acted_upon, codes, skeleton};

const PIECES: &[&str] = &[
    "|",
    "\\|",
    "`",
    "``",
    "```",
    "````",
    "~~~",
    "@team",
    "@acme/team",
    "#123",
    "acme/infra#5",
    "GH-1",
    "https://evil.example",
    "www.evil.example",
    "a@evil.example",
    "![x](http://e)",
    "[x](http://e)",
    "[x]: http://e",
    "<b>",
    "<img src=x>",
    "</details>",
    "<!--",
    "-->",
    "<details>",
    "\n",
    "\r\n",
    "\n\n# h\n\n",
    "\n| - | - |\n",
    "\\",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "- ",
    "1. ",
    "2) ",
    "+ ",
    "> ",
    "# ",
    "---",
    "===",
    "&amp;",
    "&#64;team",
    "&commat;x",
    "$x$",
    "$`x`$",
    ":tada:",
    "0123abc",
    "4f5a0c1d2e3b4a59",
    "[ ]",
    "[x] ",
    "[^1]",
    "[!NOTE]",
    "\u{202e}",
    "\u{1b}[2J",
    "\t",
    " ",
    "    ",
    "é",
    "{",
    "}",
    "mailto:a@b.c",
    "a",
    "word",
    "CVE-2021-44228",
    "!5",
    "%5",
    "${name}",
    "'",
    "\"",
    "(",
    ")",
    "\u{200b}",
    "\u{fffd}",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    let some = vec(piece, 0..7).prop_map(|pieces| pieces.concat());
    prop_oneof![20 => some, 1 => select(PIECES).prop_map(|piece| piece.repeat(2_000))]
}

/// Every comment there is, with these words in it.
fn comments(all: &[String]) -> Vec<(&'static str, String)> {
    let words = &mut Words::of(all);
    // A tombstone can only be read; YAML takes no control characters.
    let reason: String = words
        .word()
        .chars()
        .filter(|c| !c.is_control() && *c != '\u{feff}' && !('\u{fff0}'..='\u{ffff}').contains(c))
        .collect();
    let seed = Fleet { reason: format!("r{reason}"), ..Fleet::of(2, 3, 2, 2).varied() }.world();
    let planned = seed.plan();
    let plan = words.plan(&planned);
    let mut view: PlanView<'_> = seed.view(&plan);
    view.providers.iter_mut().for_each(|provider| {
        (provider.site, provider.organization, provider.via) = (words.word(), words.name(), words.name());
    });
    view.digest = words.word();
    let report = words.report(&plan);
    let file = words.word();
    let mut comments = vec![
        ("plan", markdown::plan(&view).to_string()),
        ("refused", markdown::refused(&view, words.name().as_deref()).to_string()),
        ("applied", markdown::applied(&view, &report, Some(Path::new(&file))).to_string()),
        ("drift", markdown::drift(&view, &words.drift()).to_string()),
    ];
    view.base_comparison = Some(words.comparison(&plan));
    comments.push(("compared", markdown::plan(&view).to_string()));
    let quiet = Plan {
        obsolete_tombstones: plan.obsolete_tombstones.clone(),
        unmanaged: plan.unmanaged.clone(),
        ..Plan::default()
    };
    let mut quiet = seed.view(&quiet);
    quiet.providers = view.providers.clone();
    comments.push(("no changes", markdown::plan(&quiet).to_string()));
    comments.push(("in sync", markdown::drift(&quiet, &Drift::default()).to_string()));
    comments.push(("invalid", invalid(words)));
    let said = format!("w{}", words.word()).replace(['\n', '\r'], " ");
    comments.push(("failed", markdown::failed("plan", &said, words.name().as_deref()).to_string()));
    comments
}

fn invalid(words: &mut Words<'_>) -> String {
    let text = "version: 1\naccounts: [{ aws_account_id: 1 }]\nnobody: knows\n".to_owned();
    let text = Text { name: format!("f{}", words.word()), text };
    let Err(mut invalid) = load_texts(vec![text], &Env::default(), Vec::new()) else { panic!("it is valid") };
    invalid.diagnostics.extend((0..3).map(|_| words.diagnostic()));
    let links = Links { base: Some(BASE.to_owned()), folder: String::new() };
    markdown::invalid("validate", &invalid.diagnostics, &invalid.sources, &links).to_string()
}

/// Each case renders and reads eighteen comments.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn nothing_foreign_becomes_structure(words in vec(hostile(), 17)) {
        // The same word stands for the same word, so that the same things are folded.
        let numbers: BTreeMap<&String, usize> = words.iter().enumerate().map(|(at, word)| (word, at)).collect();
        let harmless: Vec<String> = words.iter().map(|word| format!("word{}", numbers[word])).collect();
        for ((what, hostile), (_, harmless)) in comments(&words).into_iter().zip(comments(&harmless)) {
            prop_assert!(hostile.len() <= 60_000, "{what}: {} bytes", hostile.len());
            let (found, meant) = (skeleton(&hostile), skeleton(&harmless));
            prop_assert!(!meant.contains("ODD") && !meant.contains("FOREIGN") && !meant.contains("HtmlInline"), "{what}:\n{meant}");
            // Very long words leave less room; what is left has no structure of theirs either.
            let shortened = hostile.contains("\nShortened to fit");
            prop_assert!(!shortened || words.iter().any(|word| word.len() > 500), "{what} is shortened:\n{hostile}");
            prop_assert!(shortened || found == meant, "{what}: {found}\ninstead of {meant}\nin {hostile}");
            for odd in ["ODD", "FOREIGN", "HtmlInline"] {
                prop_assert!(!found.contains(odd), "{what}:\n{found}\nin {hostile}");
            }
            prop_assert_eq!(found.matches("Heading").count(), meant.matches("Heading").count(), "{}:\n{}", what, hostile);
            prop_assert_eq!(acted_upon(&hostile), Vec::<String>::new(), "{}:\n{}", what, hostile);
            let controls = hostile.chars().find(|c| heeler::render::escape_untrusted::is_harmful(*c) && *c != '\n');
            prop_assert_eq!(controls, None, "{}", what);
        }
    }

    #[test]
    fn an_identity_is_shown_as_it_is(identity in hostile()) {
        let shown = escaped_line(&identity);
        prop_assume!(shown.chars().count() <= 100 && !shown.trim().is_empty());
        let run = Fleet::of(0, 0, 1, 0).world();
        let mut plan = run.plan();
        plan.actions[0].key.name = identity;
        let comment = markdown::plan(&run.view(&plan));
        let codes = codes(&comment);
        // A pipe stands between two spans.
        for piece in shown.split('|').filter(|piece| !piece.trim().is_empty()) {
            prop_assert!(codes.iter().any(|code| code == piece), "{piece:?} is not among {codes:?} in\n{comment}");
        }
    }
}

/// A run of more than eighty backticks opens no code span.
#[test]
fn a_long_run_of_backticks_hides_no_mention() {
    for run in [59, 60, 61, 79, 80, 81, 119] {
        let name = format!("{}@team", "`".repeat(run));
        let all = vec![name; 17];
        for (what, comment) in comments(&all) {
            assert_eq!(acted_upon(&comment), Vec::<String>::new(), "{run}, {what}:\n{comment}");
        }
    }
}

#[test]
fn the_check_itself_finds_what_is_acted_upon() {
    for said in ["cc @team", "see #12", "GH-1", "x www.evil.example", "commit 4f5a0c1d2e", ":tada:", "a $x$ b"] {
        assert!(
            !acted_upon(said).is_empty() || skeleton(said).contains("FOREIGN") || skeleton(said).contains("ODD"),
            "{said}"
        );
    }
    assert!(
        skeleton("![x](http://e)").contains("ODD")
            && skeleton("a <b>").contains("HtmlInline")
            && skeleton("[x](http://e)").contains("FOREIGN")
    );
    assert!(acted_upon("`@team` `#12` `$x$`").is_empty());
}
