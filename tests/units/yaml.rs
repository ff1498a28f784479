//! Text to nodes: places, bombs, and what YAML would do to a value if it were let.

use heeler::model::Node;
use heeler::model::node::tree_builder::MAX_DEPTH;

fn parse(text: &str) -> Result<Node, Vec<String>> {
    let (parsed, wrong) = Node::parse(text, 0);
    if wrong.is_empty() {
        parsed.ok_or_else(|| vec!["nothing".to_owned()])
    } else {
        Err(wrong.into_iter().map(|found| found.title).collect())
    }
}

#[test]
fn ids_and_countries_stay_text() {
    let node = parse("a: 012345678901\nb: NO\nc: 12:30\nd: 1_000\ne: '42'").expect("YAML");
    let json = node.json();
    assert_eq!(json["a"], "012345678901");
    assert_eq!(json["b"], "NO");
    assert_eq!(json["c"], "12:30");
    assert_eq!(json["d"], "1_000");
    assert_eq!(json["e"], "42");
}

#[test]
fn plain_scalars_have_their_core_types() {
    let json = parse("[true, False, 7, -3, 0.5, ~, null, 1e3]").expect("YAML").json();
    assert_eq!(json, serde_json::json!([true, false, 7, -3, 0.5, null, null, 1000.0]));
}

#[test]
fn places_are_bytes_behind_a_bom_and_characters_of_several_bytes() {
    let text = "\u{feff}# é\nname: \"é\"\nid: x\n";
    let node = parse(text).expect("YAML");
    let id = node.entry("id").expect("id");
    assert_eq!(&text[id.key_place.range()], "id");
    assert_eq!(&text[id.node.place().range()], "x");
    assert_eq!(&text[node.get("name").expect("name").place().range()], "\"é\"");
}

#[test]
fn duplicates_merge_keys_and_tags_are_refused() {
    assert_eq!(parse("a: 1\na: 2").expect_err("twice"), ["`a` stands twice in one map"]);
    assert_eq!(parse("x: &x { a: 1 }\ny: { <<: *x }").expect_err("merge"), ["a YAML merge key"]);
    assert_eq!(parse("a: !!str 1").expect_err("tag").len(), 1);
    assert_eq!(parse("a: 1\n---\nb: 2").expect_err("two"), ["a second YAML document"]);
}

#[test]
fn an_alias_bomb_is_refused_and_costs_nothing() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let above = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{above}]\n"));
    }
    let wrong = parse(&bomb).expect_err("a bomb");
    assert!(wrong[0].contains("once its aliases are followed"), "{wrong:?}");
}

#[test]
fn files_together_are_counted_too() {
    let mut room = 10;
    let (first, wrong) = Node::parse_within("[1, 2, 3, 4, 5]", 0, &mut room);
    assert_eq!((first.is_some(), wrong.len(), room), (true, 0, 4));
    let (second, wrong) = Node::parse_within("[1, 2, 3, 4, 5]", 1, &mut room);
    assert!(second.is_none() && wrong[0].title.contains("values together"), "{wrong:?}");
}

#[test]
fn deep_nesting_is_refused() {
    for text in ["[".repeat(100_000), format!("{}x", "- ".repeat(1000)), "{a: ".repeat(1000)] {
        assert_eq!(parse(&text).expect_err("deep").len(), 1);
    }
    let legal = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(parse(&legal).is_ok());
}

#[test]
fn anchors_and_aliases_work_within_a_file() {
    let json = parse("a: &tags [x, y]\nb: *tags").expect("YAML").json();
    assert_eq!(json["a"], json["b"]);
}

/// A config cut off at any byte never asks for a delete that the whole one does not ask for.
#[test]
fn a_file_cut_off_anywhere_buries_nobody_else() {
    let whole = include_str!("../../examples/configs/quickstart/heeler.yaml");
    let tombstoned = |text: &str| {
        let loaded = crate::load(&[("heeler.yaml", text)]).ok()?;
        assert!(loaded.desired.exclusive.is_none());
        Some(loaded.desired.tombstones.iter().map(|tombstone| tombstone.identity().to_owned()).collect::<Vec<_>>())
    };
    let asked = tombstoned(whole).expect("a valid example");
    assert_eq!(asked.len(), 1);
    let cuts = (0..whole.len()).filter(|at| whole.is_char_boundary(*at));
    let valid = cuts
        .filter_map(|at| tombstoned(&whole[..at]))
        .inspect(|found| assert!(found.iter().all(|id| asked.contains(id)), "{found:?}"));
    assert!(valid.count() > 100);
}
